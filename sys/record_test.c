/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <stdlib.h>

#include "octets.h"
#include "test/t.h"

/* RFC 8463 A.2, A.3 */
static const char zone[] =
"$ORIGIN football.example.com.\n"
"brisbane._domainkey TXT \"v=DKIM1; k=ed25519; "
"p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n"
"test._domainkey TXT \"v=DKIM1; k=rsa; "
"p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR\" "
"\"iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
"DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3\" "
"\"Ip3G+2kryOTIKT+l/K4w3QIDAQAB\"\n"
"@ TXT \"v=spf1 mx a:b.football.example.com -all\"\n"
"@ MX 10 mail\n@ MX 20 other\nother AAAA 2001:db8::9\nmail A 192.0.2.1\n"
"_dmarc TXT \"v=DMARC1; p=reject\"\n"
"1.2.0.192.in-addr.arpa. PTR mail\n";

#define SIGNED_HEADER \
"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n" \
" d=football.example.com; i=@football.example.com;\r\n" \
" q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n" \
" subject : date : message-id : from : subject : date;\r\n" \
" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n" \
" b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n" \
" Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n" \
"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n" \
" d=football.example.com; i=@football.example.com;\r\n" \
" q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n" \
" date : message-id : from : subject : date;\r\n" \
" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n" \
" b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n" \
" DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n" \
" dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n" \
"From: Joe SixPack <joe@football.example.com>\r\n" \
"To: Suzie Q <suzie@shopping.example.net>\r\n" \
"Subject: Is dinner ready?\r\n" \
"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n" \
"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
#define SIGNED_BODY \
"\r\nHi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"

static const struct {
	const char *label, *message, *helo, *mail_from;
	bool lf;
} messages[] = {
	{ "genuine", SIGNED_HEADER SIGNED_BODY, "mail.football.example.com",
	    "joe@football.example.com", false },
	{ "forged", SIGNED_HEADER "\r\nSend money.\r\n", "x.example",
	    "joe@elsewhere.example", false },
	{ "empty", "", "", "", false },
	{ "hostile", "From: a@a.example, \xff\x00<b@b.example>\r\nFrom: c\r\n"
	    "Subject: =?utf-8?q?x?=\r\nDKIM-Signature: v=1; a=rsa-sha1;\r\n"
	    "ARC-Seal:i=1; cv=none; a=rsa-sha256; d=x.example; s=y; b=AA==\r\n"
	    "Authentication-Results: mx.example; dkim=pass\r\n"
	    "X: \x01\x1b[31m\r\n\r\n\x00\xfe", "\xe9\x80", "\"a b\"@\xc3\xa9",
	    false },
	{ "SHA-1 and an empty b=", "DKIM-Signature: v=1; a=rsa-sha1; d=a.ex; "
	    "s=s; h=from; bh=2jmj7l5rSw0yVb/vlWAYkK/YBwk=; b=AAAA\r\n"
	    "DKIM-Signature: v=1; a=rsa-sha256; d=a.ex; s=s; h=from; "
	    "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=\r\n"
	    "From: a@a.ex\r\n\r\n", "h.ex", "a@a.ex", false },
	{ "with LF", "From: a@football.example.com\nSubject: x\n\nbody\n",
	    "h.example", "a@football.example.com", true },
};

struct sink {
	uint8_t *room;
	size_t len, cap;
};

static bool
take(void *ctx, struct assay_span s)
{
	struct sink *k = ctx;

	if (k->len + s.len > k->cap) {
		size_t cap = (k->len + s.len) * 2;
		uint8_t *room = realloc(k->room, cap);

		if (room == NULL)
			return false;
		k->room = room;
		k->cap = cap;
	}
	memcpy(k->room + k->len, s.ptr, s.len);
	k->len += s.len;
	return true;
}

static struct assay_span
text_of(const struct sink *k)
{
	return (struct assay_span){ k->room, k->len };
}

/* Judges what ev holds and writes its record. */
static struct sink
judge(struct assay_eval *ev, const struct assay_oracle *o, size_t n,
    bool with_message, const char *label)
{
	const struct assay_verdict *v;
	struct sink k = { .len = 0 };

	T_INT(assay_eval_run(ev, o, n), ASSAY_OK, label);
	T_INT(assay_decide(&v, ev, NULL), ASSAY_OK, label);
	T_INT(assay_record_write(ev, v, with_message, take, &k), ASSAY_OK,
	    label);
	return k;
}

static struct sink
first(size_t i, bool warm, bool with_message)
{
	static const struct assay_span rcpt[] = { { (const uint8_t *)"u@v",
	    3 } };
	struct assay_session session = { .helo = assay_cstr(messages[i].helo),
		.mail_from = assay_cstr(messages[i].mail_from),
		.receiver = assay_cstr("mx.example"), .now = 1528637999,
		.rcpt = rcpt, .n_rcpt = 1 };
	struct assay_options options = { .lf_input = messages[i].lf,
		.trusted_authserv = rcpt, .n_trusted_authserv = 1 };
	struct assay_oracle o;
	struct assay_eval *ev;
	struct sink k;
	size_t len = i == 3 ? 300 : strlen(messages[i].message);
	static const uint8_t client[] = { 192, 0, 2, 1 };

	if (i == 3)	/* it has NULs */
		for (len = 0; memcmp(messages[3].message + len, "\xfe", 2)
		    != 0; len++)
			;
	session.client.family = 4;
	memcpy(session.client.bytes, client, 4);
	T_INT(assay_oracle_zone(&o, assay_cstr(zone), NULL, NULL), ASSAY_OK,
	    "zone");
	T_INT(assay_eval_new(&ev, &session, &options, NULL, NULL), ASSAY_OK,
	    "new");
	if (warm)
		T_INT(assay_eval_warm(ev, &o), ASSAY_OK, "warm");
	T_INT(assay_eval_data(ev, (struct assay_span){
	    (const uint8_t *)messages[i].message, len }), ASSAY_OK, "data");
	k = judge(ev, &o, warm ? 0 : 1, with_message, messages[i].label);
	assay_eval_free(ev);
	assay_oracle_free(&o);
	return k;
}

static struct sink
again(struct assay_span record, bool with_message, const char *label)
{
	struct assay_oracle o;
	struct assay_eval *ev;
	struct sink k;
	const char *why = NULL;

	T_INT(assay_record_replay(&ev, record, NULL, &why), ASSAY_OK, label);
	if (ev == NULL) {
		printf("# %s\n", why != NULL ? why : "?");
		return (struct sink){ .len = 0 };
	}
	/* an empty message has no header to read again */
	T_SPAN(assay_cstr(why), with_message && strcmp(label, "empty") != 0 ?
	    assay_cstr("the raw header, its signatures hashed again") :
	    assay_cstr("the facts and signatures as recorded"), label);
	T_INT(assay_oracle_trace(&o, record), ASSAY_OK, label);
	k = judge(ev, &o, 1, with_message, label);
	assay_eval_free(ev);
	assay_oracle_free(&o);
	return k;
}

static struct assay_span
from(struct assay_span s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.len; i++)
		if (memcmp(s.ptr + i, word, n) == 0)
			return (struct assay_span){ s.ptr + i, s.len - i };
	return (struct assay_span){ NULL, 0 };
}

/* Written, replayed, written again: the same line. */
static void
test_round(void)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		for (int with = 0; with < 2; with++) {
			struct sink a = first(i, false, with), b, c;

			T_OK(memchr(a.room, '\n', a.len - 1) == NULL,
			    "one line");
			b = again(text_of(&a), with, messages[i].label);
			T_SPAN(text_of(&b), text_of(&a), messages[i].label);
			/* answered inside a step: asked in other order */
			c = first(i, true, with);
			free(b.room);
			b = again(text_of(&c), with, messages[i].label);
			T_SPAN(from(text_of(&b), "\"evidence\":"),
			    from(text_of(&c), "\"evidence\":"),
			    messages[i].label);
			free(a.room);
			free(b.room);
			free(c.room);
		}
}

/* The record without from, or with to in its place. */
static struct sink
change(struct assay_span record, const char *word, const char *to)
{
	struct assay_span at = from(record, word);
	struct sink k = { .len = 0 };
	size_t n = strlen(word);

	T_OK(at.ptr != NULL, word);
	if (at.ptr == NULL)
		return k;
	take(&k, (struct assay_span){ record.ptr,
	    (size_t)(at.ptr - record.ptr) });
	take(&k, assay_cstr(to));
	take(&k, (struct assay_span){ at.ptr + n, at.len - n });
	return k;
}

static const struct {
	const char *label, *word, *to, *why;
} changes[] = {
	{ "format", "\"assay-record\"", "\"x\"", "not a record of assay" },
	{ "version", "\"version\":1", "\"version\":2",
	    "a version that this assay does not read" },
	{ "another digest", "\"header_hash\":\"", "\"header_hash\":\"00",
	    "not a digest" },
	{ "a domain that is none", "\"selector\":\"brisbane\"",
	    "\"selector\":\"a b\"", "not a domain" },
	{ "no selector", "\"selector\":\"brisbane\"", "\"selector\":null",
	    "a signature lacks a part" },
	{ "another algorithm", "\"alg\":\"rsa-sha256\"", "\"alg\":\"rot13\"",
	    "a word that is not known" },
	{ "a reason that is none", "\"flaw\":null", "\"flaw\":\"x\"",
	    "no such reason" },
	{ "a place", "\"place\":[", "\"place\":[1,", "a place is two numbers" },
	{ "a negative number", "\"fields\":", "\"fields\":-",
	    "a number is out of its range" },
	{ "no object", "\"facts\":{", "\"facts\":3,\"x\":{",
	    "an object is missing" },
	{ "another author than the header's",
	    "\"authors\":[{\"domain\":\"football.example.com\"",
	    "\"authors\":[{\"domain\":\"other.example.com\"",
	    "the header says other than the facts" },
	{ "too deep", "\"session\":", "\"x\":[[[[[[[[[[[[[]]]]]]]]]]]]],"
	    "\"session\":", "nested too deeply" },
	{ "cut", "\"verdict\":", "", "not JSON" },
};

static void
test_changes(void)
{
	struct sink good = first(0, false, true);

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct sink bad;
		struct assay_eval *ev;
		const char *why = NULL;

		bad = change(text_of(&good), changes[i].word, changes[i].to);
		T_INT(assay_record_replay(&ev, text_of(&bad), NULL, &why),
		    ASSAY_FORMAT, changes[i].label);
		T_SPAN(assay_cstr(why), assay_cstr(changes[i].why),
		    changes[i].label);
		T_OK(ev == NULL, changes[i].label);
		assay_eval_free(ev);
		free(bad.room);
	}
	free(good.room);
}

/* An answer that is changed changes the verdict: nothing is copied. */
static void
test_recomputed(void)
{
	struct sink a = first(0, false, false), b, c;

	T_OK(from(text_of(&a), "\"disposition\":\"accept\"").ptr != NULL,
	    "accepted");
	b = change(text_of(&a), "p=11qYAYKxCrfVS", "p=11qYAYKxCrfVT");
	c = again(text_of(&b), false, "another key");
	T_OK(from(text_of(&c), "\"check\":\"dkim\",\"result\":\"fail\"").ptr
	    != NULL || from(text_of(&c),
	    "\"check\":\"dkim\",\"result\":\"permerror\"").ptr != NULL,
	    "the signature is verified again");
	free(b.room);
	free(c.room);
	b = change(text_of(&a), "\"now\":1528637999", "\"now\":1");
	c = again(text_of(&b), false, "another time");
	T_OK(c.len > 0, "another time");
	free(b.room);
	free(c.room);
	free(a.room);
}

static void
test_load(void)
{
	static char big[101];
	const char *why;
	unsigned line;
	json_t *j = octets_load(assay_cstr("{\"a\":[1,2]}"), &line, &why);

	T_OK(j != NULL && why == NULL, "in bounds");
	json_decref(j);
	memset(big, '[', 100);
	T_OK(octets_load(assay_cstr(big), &line, &why) == NULL, "depth");
	T_SPAN(assay_cstr(why), assay_cstr("nested too deeply"), "depth");
	j = octets_load(assay_cstr("[\"[[[[[[[[[[[[[[[[[[[[\\\"[\"]"),
	    &line, &why);
	T_OK(j != NULL, "brackets in a string are no depth");
	json_decref(j);
	T_OK(octets_load(assay_cstr("\n["), &line, &why) == NULL, "line");
	T_INT(line, 2, "line");
}

/* For test/record_schema.py. */
static int
print_all(void)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		for (int with = 0; with < 2; with++) {
			struct sink k = first(i, false, with);

			fwrite(k.room, 1, k.len, stdout);
			free(k.room);
		}
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--print") == 0)
		return print_all();
	test_round();
	test_changes();
	test_recomputed();
	test_load();
	return t_done();
}

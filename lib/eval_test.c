/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: passes, misuse, limits, and messages made to hurt.
 */
#include "eval.h"

#include <stdlib.h>
#include <string.h>

#include "test/t.h"

static const char zone_text[] =
    "$ORIGIN example.org.\n"
    "@ TXT \"v=spf1 include:a.example.org include:b.example.org -all\"\n"
    "a TXT \"v=spf1 ip4:198.51.100.0/24 -all\"\n"
    "b TXT \"v=spf1 mx -all\"\n"
    "b MX 10 m.example.org.\n"
    "m A 192.0.2.1\n"
    "_dmarc TXT \"v=DMARC1; p=reject\"\n";

static const char mail[] =
    "From: Alice <alice@example.org>\r\n"
    "Subject: hello\r\n"
    "\r\n"
    "A line.\r\n";

static struct assay_session
session(void)
{
	struct assay_session s = { .now = 1700000000,
		.helo = SPAN("m.example.org"),
		.mail_from = SPAN("alice@example.org") };

	(void)!assay_addr_parse(&s.client, SPAN("192.0.2.1"));
	return s;
}

static struct assay_oracle
zone(void)
{
	struct assay_oracle z;

	if (assay_oracle_zone(&z, assay_cstr(zone_text), NULL, NULL) !=
	    ASSAY_OK)
		abort();
	return z;
}

static struct assay_eval *
begin(const struct assay_limits *limits)
{
	struct assay_session s = session();
	struct assay_eval *ev;

	if (assay_eval_new(&ev, &s, NULL, limits, NULL) != ASSAY_OK)
		return NULL;
	return ev;
}

static void
test_warm_is_one_pass(const struct assay_oracle *z)
{
	struct assay_eval *ev = begin(NULL);

	T_INT(assay_eval_warm(ev, z), ASSAY_OK, "a warm source");
	T_INT(assay_eval_data(ev, assay_cstr(mail)), ASSAY_OK, "fed");
	T_INT(assay_eval_run(ev, NULL, 0), ASSAY_OK, "ran");
	T_INT(ev->passes, 1, "known answers take one pass (DECISIONS 1)");
	T_INT(ev->check_runs, 11, "and every check ran once");
	T_INT(ev->out.dmarc.result, ASSAY_PASS, "and passes");
	assay_eval_free(ev);
}

/* One answer a pass: how often the checks run is bounded by the answers. */
static void
test_cold(const struct assay_oracle *z)
{
	struct assay_eval *ev = begin(NULL);
	const struct assay_question *q;
	struct assay_answer a;
	unsigned answers = 0;

	T_INT(assay_eval_data(ev, assay_cstr(mail)), ASSAY_OK, "fed");
	T_INT(assay_eval_end(ev), ASSAY_OK, "ended");
	while (assay_eval_step(ev) == ASSAY_PENDING) {
		T_OK(assay_eval_questions(ev, &q) > 0, "something is open");
		T_INT(z->ask(z->self, q, &a), ASSAY_OK, "the zone knows");
		T_INT(assay_eval_answer(ev, q, &a), ASSAY_OK, "taken");
		answers++;
	}
	T_INT(ev->out.dmarc.result, ASSAY_PASS, "the same verdict");
	T_OK(ev->passes <= answers + 1, "at most a pass an answer");
	T_OK(ev->check_runs <= 8 + 2 * answers,
	    "only a check whose question was answered runs again");
	assay_eval_free(ev);
}

static void
test_misuse(const struct assay_oracle *z)
{
	struct assay_eval *ev = begin(NULL);
	struct assay_question q = { ASSAY_Q_DNS, ASSAY_T_A, SPAN("x.test") };
	struct assay_answer a = { .kind = ASSAY_A_NODATA };
	struct assay_session s = session();

	T_INT(assay_eval_step(ev), ASSAY_MISUSE, "a step before the end");
	T_INT(assay_eval_answer(ev, &q, &a), ASSAY_MISUSE, "an early answer");
	T_INT(assay_eval_end(ev), ASSAY_OK, "an empty message ends");
	T_INT(assay_eval_end(ev), ASSAY_MISUSE, "ended twice");
	T_INT(assay_eval_data(ev, SPAN("x")), ASSAY_MISUSE, "data after end");
	T_INT(assay_eval_warm(ev, z), ASSAY_MISUSE, "a source too late");
	T_INT(assay_eval_answer(ev, &q, &a), ASSAY_MISUSE, "never asked");
	T_INT(assay_eval_run(ev, z, 1), ASSAY_OK, "still usable");
	T_INT(ev->out.dmarc.result, ASSAY_PERMERROR,
	    "no author is permerror, never none or pass");
	T_INT(assay_eval_reset(ev, &s), ASSAY_OK, "again");
	T_INT(assay_eval_data(ev, assay_cstr(mail)), ASSAY_OK, "fed again");
	T_INT(assay_eval_run(ev, z, 1), ASSAY_OK, "ran again");
	T_INT(ev->out.dmarc.result, ASSAY_PASS, "nothing of before is left");
	assay_eval_free(ev);
	assay_eval_free(NULL);
}

/* Whatever the cap on memory, the answer is a status; never a crash, and
 * never a pass that was not earned (nghttp2's failmalloc, by arena). */
static void
test_every_limit(const struct assay_oracle *z)
{
	bool clean = true, reached = false;

	for (size_t cap = 256; cap < 200000; cap += 512) {
		struct assay_limits l = { .memory_bytes = cap };
		struct assay_eval *ev = begin(&l);
		enum assay_status st = ASSAY_LIMIT;
		if (ev != NULL &&
		    assay_eval_data(ev, assay_cstr(mail)) == ASSAY_OK)
			st = assay_eval_run(ev, z, 1);
		if (st == ASSAY_OK)
			reached = ev->out.dmarc.result == ASSAY_PASS;
		else if (st != ASSAY_LIMIT || reached)
			clean = false;
		if (ev != NULL && ev->arena.used > cap)
			clean = false;
		assay_eval_free(ev);
	}
	T_OK(clean, "a small memory is ASSAY_LIMIT, a large one is enough");
	T_OK(reached, "and the message fits into 200,000 octets");
}

static void
test_questions_limit(const struct assay_oracle *z)
{
	struct assay_limits l = { .questions = 2 };
	struct assay_eval *ev = begin(&l);

	T_INT(assay_eval_data(ev, assay_cstr(mail)), ASSAY_OK, "fed");
	T_INT(assay_eval_run(ev, z, 1), ASSAY_LIMIT, "too few questions");
	assay_eval_free(ev);
}

/* Messages made to hurt: part, repeated n times, then tail. */
static const struct hostile {
	const char *label, *head, *part;
	size_t n;
	const char *tail;
} hostile[] = {
	{ "10,000 fields", "From: a@example.org\r\n", "X-A: b\r\n", 10000,
	    "\r\nbody\r\n" },
	{ "100,000 fields", "From: a@example.org\r\n", "X-A: b\r\n", 100000,
	    "\r\nbody\r\n" },
	{ "1,000 From fields", "", "From: a@example.org\r\n", 1000, "\r\n" },
	{ "1,000 signatures", "From: a@example.org\r\n",
	    "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from; "
	    "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n",
	    1000, "\r\n" },
	{ "500 addresses", "From: a@example.org", ", b@c.example", 500,
	    "\r\n\r\n" },
	{ "a 1 MiB line", "From: a@example.org\r\nX: ", "0123456789abcdef",
	    65536, "\r\n\r\n" },
	{ "a name of 10,000 labels", "From: a@", "x.", 10000,
	    "example\r\n\r\n" },
	{ "10,000 A-R fields", "From: a@example.org\r\n",
	    "Authentication-Results: m.test; spf=pass\r\n", 10000, "\r\n" },
	{ "10,000 Received fields", "From: a@example.org\r\n",
	    "Received: from a (b [192.0.2.9]) by c; 1 Jan 2024 00:00 +0000\r\n",
	    10000, "\r\n" },
	{ "a 9 MiB header", "From: a@example.org\r\nX: ",
	    "0123456789abcdef", 600000, "\r\n\r\n" },
	{ "comments 10,000 deep", "From: ", "(", 10000,
	    "a@example.org\r\n\r\n" },
	{ "200 ARC sets", "From: a@example.org\r\n",
	    "ARC-Seal: i=1; cv=none; a=rsa-sha256; d=a; s=b; b=AAAA\r\n",
	    200, "\r\n" },
	{ "multiparts 1,000 deep", "From: a@example.org\r\n"
	    "Content-Type: multipart/mixed; boundary=x\r\n\r\n",
	    "--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n", 1000,
	    "--x--\r\n" },
};

static void
feed_hostile(struct assay_eval *ev, const struct hostile *h)
{
	bool more = assay_eval_data(ev, assay_cstr(h->head)) == ASSAY_OK;

	for (size_t i = 0; more && i < h->n; i++)
		more = assay_eval_data(ev, assay_cstr(h->part)) == ASSAY_OK;
	if (more)
		more = assay_eval_data(ev, assay_cstr(h->tail)) == ASSAY_OK;
	T_OK(more, h->label);
}

static void
test_hostile(const struct assay_oracle *z)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct assay_session s = session();
		struct assay_eval *ev = begin(NULL);

		s.client.family = 0;
		T_INT(assay_eval_reset(ev, &s), ASSAY_OK, "reset");
		feed_hostile(ev, &hostile[i]);
		T_INT(assay_eval_run(ev, z, 1), ASSAY_OK, hostile[i].label);
		T_OK(ev->arena.used <= LIMIT_EVAL_MEMORY, "within the cap");
		T_OK(ev->out.dmarc.result != ASSAY_PASS &&
		    ev->out.dmarc.result != ASSAY_NONE,
		    "not pass, and not none");
		assay_eval_free(ev);
	}
}

static void
test_large_body(const struct assay_oracle *z)
{
	static char part[1 << 16];
	struct assay_eval *ev = begin(NULL);
	bool more;

	for (size_t i = 0; i < sizeof(part); i++)
		part[i] = i % 78 == 76 ? '\r' : i % 78 == 77 ? '\n' : 'x';
	more = assay_eval_data(ev, assay_cstr(mail)) == ASSAY_OK;
	for (size_t i = 0; more && i < 50 * 16; i++)
		more = assay_eval_data(ev, (struct span){
		    (const uint8_t *)part, 840 * 78 }) == ASSAY_OK;
	T_OK(more, "a body of 50 MiB");
	T_INT(assay_eval_run(ev, z, 1), ASSAY_OK, "is read");
	T_OK(ev->arena.used < 256 << 10, "and not held");
	T_INT(ev->out.dmarc.result, ASSAY_PASS, "and judged");
	assay_eval_free(ev);
}

/* Side by side gives what one by one gives. */
static void
test_batch(const struct assay_oracle *z)
{
	static const char *const mails[] = {
		"From: a@example.org\r\nDKIM-Signature: v=1; a=rsa-sha256; "
		"d=example.org; s=s; h=from; b=AAAA; "
		"bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; c=*/relaxed"
		"\r\n\r\nx\r\n",
		mail, "", "From: a@example.org\r\n\r\n",
	};
	enum { N = sizeof(mails) / sizeof(mails[0]) };
	struct assay_eval *one[N], *all[N];

	for (size_t i = 0; i < N; i++) {
		one[i] = begin(NULL);
		all[i] = begin(NULL);
		T_INT(assay_eval_stays(all[i]), ASSAY_OK, "bytes stay");
		T_OK(assay_eval_data(one[i], assay_cstr(mails[i])) == 0 &&
		    assay_eval_data(all[i], assay_cstr(mails[i])) == 0 &&
		    assay_eval_end(one[i]) == 0, "fed");
	}
	T_INT(assay_eval_end_all(all, N), ASSAY_OK, "ended together");
	T_INT(assay_eval_stays(all[0]), ASSAY_MISUSE, "too late to stay");
	for (size_t i = 0; i < N; i++) {
		T_OK(assay_eval_run(one[i], z, 1) == ASSAY_OK &&
		    assay_eval_run(all[i], z, 1) == ASSAY_OK, "ran");
		T_OK(one[i]->out.dmarc.result == all[i]->out.dmarc.result &&
		    one[i]->out.dkim.overall == all[i]->out.dkim.overall &&
		    one[i]->facts.body_bytes == all[i]->facts.body_bytes,
		    "the same result");
		assay_eval_free(one[i]);
		assay_eval_free(all[i]);
	}
}

/* As many people as may be protected fit, with long names and addresses. */
static void
test_many_people(void)
{
	static char room[LIMIT_PEOPLE + 1][120];
	static struct span person[LIMIT_PEOPLE + 1];
	struct assay_options o = { .person = person,
		.n_person = LIMIT_PEOPLE + 1 };
	struct assay_session session = { .now = 1 };
	struct assay_eval *ev = NULL;

	for (unsigned i = 0; i <= LIMIT_PEOPLE; i++) {
		int n = snprintf(room[i], sizeof(room[i]), "Firstname%u "
		    "Middlename Lastname%u-Doublename <first.last%u@private"
		    ".example>, <last%u@university.example>", i, i, i, i);

		person[i] = (struct span){ (uint8_t *)room[i], (size_t)n };
	}
	T_INT(assay_eval_new(&ev, &session, &o, NULL, NULL), ASSAY_OK,
	    "thousands of people");
	T_INT(ev == NULL ? 0 : ev->ours->people.n, LIMIT_PEOPLE,
	    "are known, and no more");
	assay_eval_free(ev);
}

int
main(void)
{
	struct assay_oracle z = zone();

	test_warm_is_one_pass(&z);
	test_cold(&z);
	test_misuse(&z);
	test_every_limit(&z);
	test_questions_limit(&z);
	test_hostile(&z);
	test_large_body(&z);
	test_batch(&z);
	assay_oracle_free(&z);
	test_many_people();
	return t_done();
}

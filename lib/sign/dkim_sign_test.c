/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the field, which fields it covers, what is not signed. */
#include "sign/dkim_sign.h"

#include <stdlib.h>

#include "facts/sig.h"
#include "test/sign.h"
#include "test/sign_fixture.h"
#include "test/t.h"
#include "wire/taglist.h"

#define HEAD "From: a@ex.org\r\nTo: b@ex.net\r\nSubject: hi\r\n" \
	"Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
#define MAIL HEAD "\r\nbody\r\n"

static struct arena arena;

static struct domain
name(const char *text)
{
	struct domain d;

	if (!domain_parse(&d, assay_cstr(text), false, &arena))
		abort();
	return d;
}

static struct sign_wish
usual(void)
{
	return (struct sign_wish){ .d = name("ex.org"),
		.selector = name("s1"), .alg = ALG_RSA_SHA256,
		.header = CANON_RELAXED, .body = CANON_RELAXED,
		.t = 1767225600 };
}

static struct draft
draft_of(struct sign_fixture *f, struct span mail,
    const struct sign_wish *w)
{
	struct draft d;

	sign_fixture(f, mail, &arena);
	dkim_begin(&d, &f->m, w);
	return d;
}

/* The name tells all of it: exact text. */
static void
text(void)
{
	static const uint8_t sig[60] = { 0 };
	struct sign_fixture f;
	struct sign_wish w = usual();
	struct draft d = draft_of(&f, SPAN(MAIL), &w);
	struct span body;

	T_INT(d.refused, ASSAY_R_NONE, "is signed");
	body = draft_finish(&d, (struct span){ sig, sizeof(sig) }, &arena);
	T_SPAN(body, SPAN("v=1; a=rsa-sha256; c=relaxed/relaxed; d=ex.org; "
	    "s=s1;\r\n\tt=1767225600; h=From:From:To:To:Cc:Subject:Subject:"
	    "Date:Date:Reply-To:\r\n\tMessage-ID:MIME-Version:Content-Type:"
	    "Content-Transfer-Encoding;"
	    "\r\n\tbh=Ck5SoRNWUpSR4X0COv7R5ub2pUTtl6xz4dTFz++ji4M=; b=AAAAAAA"
	    "AAAAAAAAAAAA\r\n\tAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAAAAAAAAAA"), "the field");
	T_OK(folded_well(d.name, body), "folded");
	T_SPAN(draft_finish(&d, SPAN_NONE, &arena), SPAN_NONE,
	    "no field without a signature");
}

static struct span
tag(const struct draft *d, const char *name)
{
	struct buf b = arena_buf(&arena, d->before.len + 4);
	struct taglist list;
	struct span v;

	buf_put(&b, d->before);
	buf_str(&b, "AAAA");
	T_OK(taglist_parse(&list, buf_span(&b), &arena), "a list of tags");
	v = taglist_value(&list, assay_cstr(name));
	return span_absent(v) ? SPAN("") : v;
}

static void
tags(void)
{
	static const struct {
		const char *label, *identity, *tag, *want;
		enum canon header, body;
		enum sig_alg alg;
		int64_t t, x;
		enum assay_reason refused;
	} rows[] = {
		{ "simple/simple", NULL, "c", "simple/simple", 0, 0,
		    ALG_RSA_SHA256, 5, 0, 0 },
		{ "simple/relaxed", NULL, "c", "simple/relaxed", 0, 1,
		    ALG_RSA_SHA256, 5, 0, 0 },
		{ "relaxed/simple", NULL, "c", "relaxed/simple", 1, 0,
		    ALG_RSA_SHA256, 5, 0, 0 },
		{ "Ed25519", NULL, "a", "ed25519-sha256", 1, 1,
		    ALG_ED25519_SHA256, 5, 0, 0 },
		{ "expires", NULL, "x", "9", 1, 1, ALG_RSA_SHA256, 5, 9,
		    0 },
		{ "never before it is signed", NULL, "x", "", 1, 1,
		    ALG_RSA_SHA256, 5, 5, 0 },
		{ "no time", NULL, "t", "", 1, 1, ALG_RSA_SHA256, 0, 0, 0 },
		{ "identity", "@ex.org", "i", "@ex.org", 1, 1,
		    ALG_RSA_SHA256, 5, 0, 0 },
		{ "below", "x y;=@a.ex.org", "i", "x=20y=3B=3D@a.ex.org",
		    1, 1, ALG_RSA_SHA256, 5, 0, 0 },
		{ "outside", "@ex.net", "i", "", 1, 1, ALG_RSA_SHA256, 5,
		    0, ASSAY_R_SIGN_IDENTITY },
		{ "above", "@org", "i", "", 1, 1, ALG_RSA_SHA256, 5, 0,
		    ASSAY_R_SIGN_IDENTITY },
		{ "no address", "ex.org", "i", "", 1, 1, ALG_RSA_SHA256, 5,
		    0, ASSAY_R_SIGN_IDENTITY },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sign_fixture f;
		struct sign_wish w = usual();
		struct draft d;

		w.identity = assay_cstr(rows[i].identity);
		w.header = rows[i].header;
		w.body = rows[i].body;
		w.alg = rows[i].alg;
		w.t = rows[i].t;
		w.x = rows[i].x;
		d = draft_of(&f, SPAN(MAIL), &w);
		T_INT(d.refused, rows[i].refused, rows[i].label);
		if (d.refused == ASSAY_R_NONE)
			T_SPAN(tag(&d, rows[i].tag),
			    assay_cstr(rows[i].want), rows[i].label);
	}
}

/* h= without its folds. */
static struct span
names_of(const struct draft *d)
{
	struct span h = tag(d, "h");
	struct buf b = arena_buf(&arena, h.len);

	for (size_t i = 0; i < h.len; i++)
		if (span_at(h, i) > ' ')
			buf_byte(&b, (uint8_t)span_at(h, i));
	return buf_span(&b);
}

static void
names(void)
{
	static const struct {
		const char *label, *mail, *fields[4], *want;
	} rows[] = {
		{ "guarded", MAIL, { "From+" }, "From:From" },
		{ "as often as there", "X: 1\r\nX: 2\r\n" MAIL,
		    { "From", "X" }, "From:X:X" },
		{ "guarded twice", "X: 1\r\nX: 2\r\n" MAIL, { "From", "X+" },
		    "From:X:X:X" },
		{ "only if there: no", MAIL, { "From", "X?" }, "From" },
		{ "only if there: yes", "x: 1\r\n" MAIL, { "From", "X?" },
		    "From:X:X" },
		{ "absent", MAIL, { "From", "X" }, "From" },
		{ "absent, guarded", MAIL, { "From", "X+" }, "From:X" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sign_fixture f;
		struct sign_wish w = usual();
		struct sign_field field[4];
		struct draft d;

		w.field = field;
		while (rows[i].fields[w.n_field] != NULL) {
			T_OK(sign_field_parse(&field[w.n_field],
			    assay_cstr(rows[i].fields[w.n_field])),
			    "a name");
			w.n_field++;
		}
		d = draft_of(&f, assay_cstr(rows[i].mail), &w);
		T_INT(d.refused, ASSAY_R_NONE, rows[i].label);
		T_SPAN(names_of(&d), assay_cstr(rows[i].want),
		    rows[i].label);
	}
}

static void
no_names(void)
{
	static const char *const bad[] = { "", "+", "?", "a b", "a:", "a;b",
		"Received", "received+", "DKIM-Signature", "ARC-Seal?",
		"Return-Path", "Authentication-Results", "\xc3\xa4" };
	struct sign_field f;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		T_OK(!sign_field_parse(&f, assay_cstr(bad[i])), bad[i]);
}

static void
refuses(void)
{
	static const struct {
		const char *label, *mail, *detail;
		enum assay_reason want;
	} rows[] = {
		{ "two From", "From: b@ex.org\r\n" MAIL, "From",
		    ASSAY_R_SIGN_AUTHOR },
		{ "two From, one odd", "From : b@ex.org\r\n" MAIL, "From",
		    ASSAY_R_SIGN_AUTHOR },
		{ "no From", "To: b@ex.net\r\n\r\nx\r\n", "From",
		    ASSAY_R_SIGN_AUTHOR },
		{ "two author domains", "From: a@ex.org, b@ex.net\r\n\r\nx\r\n",
		    "From", ASSAY_R_SIGN_AUTHOR },
		{ "an empty From", "From: \r\n\r\nx\r\n", "From",
		    ASSAY_R_SIGN_AUTHOR },
		{ "two Subject", "subject: other\r\n" MAIL, "Subject",
		    ASSAY_R_SIGN_TWICE },
		{ "two Content-Type", "Content-Type: text/plain\r\n"
		    "Content-Type: text/html\r\n" MAIL, "Content-Type",
		    ASSAY_R_SIGN_TWICE },
		{ "two Date", "Date: Fri, 2 Jan 2026 00:00:00 +0000\r\n" MAIL,
		    "Date", ASSAY_R_SIGN_TWICE },
		{ "a line that is no field", HEAD "no field\r\n\r\nx\r\n",
		    NULL, ASSAY_R_SIGN_MALFORMED },
		{ "a lone LF", "X: a\nSubject: x\r\n" MAIL, NULL,
		    ASSAY_R_SIGN_MALFORMED },
		{ "a lone CR", "X: a\rb\r\n" MAIL, NULL,
		    ASSAY_R_SIGN_MALFORMED },
		{ "a space before the first field", " X: a\r\n" MAIL, "From",
		    ASSAY_R_SIGN_AUTHOR },
		{ "Received is fine twice", "Received: x\r\nReceived: y\r\n"
		    MAIL, NULL, ASSAY_R_NONE },
		{ "no body", HEAD "\r\n", NULL, ASSAY_R_NONE },
		{ "no empty line", HEAD, NULL, ASSAY_R_NONE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sign_fixture f;
		struct sign_wish w = usual();
		struct draft d = draft_of(&f, assay_cstr(rows[i].mail), &w);

		T_INT(d.refused, rows[i].want, rows[i].label);
		T_SPAN(d.detail, assay_cstr(rows[i].detail), rows[i].label);
	}
}

static void
too_much(void)
{
	struct buf b = arena_buf(&arena, 65536);
	struct sign_field field[2];
	struct sign_wish w = usual();
	struct sign_fixture f;
	struct draft d;

	for (unsigned i = 0; i < LIMIT_SIGN_NAMES; i++)
		buf_str(&b, "Comments: x\r\n");
	buf_str(&b, MAIL);
	T_OK(sign_field_parse(&field[0], SPAN("From")) &&
	    sign_field_parse(&field[1], SPAN("Comments")), "names");
	w.field = field;
	w.n_field = 2;
	d = draft_of(&f, buf_span(&b), &w);
	T_INT(d.refused, ASSAY_R_SIGN_TOO_MUCH, "too many names");
	d = draft_of(&f, span_skip(buf_span(&b), 13), &w);
	T_INT(d.refused, ASSAY_R_NONE, "just as many as may be");
	f.m.body = (struct body_digest[2]){ { .ok = false } };
	dkim_begin(&d, &f.m, &w);
	T_INT(d.refused, ASSAY_R_SIGN_INCOMPLETE, "a body not hashed");
	f.m.header = NULL;
	dkim_begin(&d, &f.m, &w);
	T_INT(d.refused, ASSAY_R_SIGN_INCOMPLETE, "no header");
}

/* Our own reader comes to the same digests, for every form, and does not
 * when a guarded field is added. */
static void
reader_agrees(enum canon header, enum canon body)
{
	static const uint8_t sig[256] = { 1, 2, 3 };
	struct span mail = SPAN("X-Odd:   a \t b \r\n\tc\r\n" HEAD
	    "Content-Type: text/plain;\r\n  charset=utf-8\r\n\r\n"
	    "body  with \t spaces \r\n\r\n\r\n"), signed_mail;
	struct sign_fixture f, g;
	struct sign_wish w = usual();
	struct draft d;

	w.header = header;
	w.body = body;
	d = draft_of(&f, mail, &w);
	signed_mail = on_top(mail, d.name, draft_finish(&d,
	    (struct span){ sig, sizeof(sig) }, &arena), &arena);
	sign_fixture(&g, signed_mail, &arena);
	T_INT(g.facts.dkim.n_sig, 1, "is read");
	T_INT(g.facts.dkim.sig[0].flaw, ASSAY_R_NONE, "without a flaw");
	T_OK(g.facts.dkim.sig[0].body_hash_ok, "the same body");
	T_OK(memcmp(g.facts.dkim.sig[0].header_hash, d.digest, 32) == 0,
	    "the same header");
	T_SPAN(g.facts.dkim.sig[0].not_signed, SPAN_NONE, "all is covered");
	sign_fixture(&g, on_top(signed_mail, SPAN("Cc"), SPAN("c@ex.net"),
	    &arena), &arena);
	T_OK(memcmp(g.facts.dkim.sig[0].header_hash, d.digest, 32) != 0,
	    "none can be added");
	sign_fixture(&g, on_top(signed_mail, SPAN("Received"), SPAN("x"),
	    &arena), &arena);
	T_OK(memcmp(g.facts.dkim.sig[0].header_hash, d.digest, 32) == 0,
	    "but a hop can");
}

int
main(void)
{
	arena_init(&arena, 64u << 20);
	text();
	tags();
	names();
	no_names();
	refuses();
	too_much();
	reader_agrees(CANON_SIMPLE, CANON_SIMPLE);
	reader_agrees(CANON_SIMPLE, CANON_RELAXED);
	reader_agrees(CANON_RELAXED, CANON_SIMPLE);
	reader_agrees(CANON_RELAXED, CANON_RELAXED);
	arena_free(&arena);
	return t_done();
}

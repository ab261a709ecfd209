/* SPDX-License-Identifier: Apache-2.0 */
/* A message is signed by two keys and sealed, by the public interface
 * alone, and verifies by the same. */
#include <stdlib.h>

#include "base/arena.h"
#include "test/sign.h"
#include "test/t.h"

#define MAIL "From: a@ex.org\r\nTo: b@ex.net\r\nSubject: hi\r\n" \
	"Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\nbody\r\n"

static struct arena arena;
static struct assay_oracle zone;
static struct assay_key *rsa, *ed25519;

static void
put_record(struct buf *b, const char *owner, const struct assay_key *key)
{
	char text[ASSAY_KEY_TEXT_MAX];
	size_t n = sizeof(text);
	struct span rest;

	if (!assay_key_record(key, text, &n))
		abort();
	buf_str(b, owner);
	buf_str(b, " TXT");
	for (rest = (struct span){ (uint8_t *)text, n }; rest.len > 0;
	    rest = span_skip(rest, 200)) {
		buf_str(b, " \"");
		buf_put(b, span_head(rest, 200));
		buf_byte(b, '"');
	}
	buf_byte(b, '\n');
}

static void
set_up(void)
{
	struct buf b;

	arena_init(&arena, 64u << 20);
	b = arena_buf(&arena, 4096);
	if (assay_key_read(&rsa, assay_cstr(sign_file(SIGN_RSA_2048)), NULL)
	    != ASSAY_OK || assay_key_read(&ed25519,
	    assay_cstr(sign_file(SIGN_ED25519_RFC8463)), NULL) != ASSAY_OK)
		abort();
	buf_str(&b, "$ORIGIN ex.org.\n");
	put_record(&b, "rsa._domainkey", rsa);
	put_record(&b, "ed._domainkey", ed25519);
	if (assay_oracle_zone(&zone, buf_span(&b), NULL, NULL) != ASSAY_OK)
		abort();
}

static struct assay_eval *
evaluated(struct span mail, bool sign)
{
	struct assay_session s = { .now = 1767225600 };
	struct assay_eval *ev;

	if (assay_eval_new(&ev, &s, NULL, NULL, NULL) != ASSAY_OK)
		abort();
	if (sign && (assay_eval_will_sign(ev, ASSAY_RELAXED) != ASSAY_OK ||
	    assay_eval_will_sign(ev, ASSAY_SIMPLE) != ASSAY_OK))
		abort();
	if (assay_eval_data(ev, mail) != ASSAY_OK ||
	    assay_eval_run(ev, &zone, 1) != ASSAY_OK)
		abort();
	return ev;
}

static struct assay_signing
by(const struct assay_key *key)
{
	return (struct assay_signing){ .domain = SPAN("ex.org"),
		.selector = key == rsa ? SPAN("rsa") : SPAN("ed"),
		.algorithm = assay_key_algorithm(key),
		.header = ASSAY_RELAXED, .body = ASSAY_RELAXED,
		.lifetime = 3600 };
}

/* The message with the draft's fields on top; as it was, if refused. */
static struct span
finish(struct assay_draft *d, enum assay_status st,
    const struct assay_key *key, struct span mail)
{
	const struct assay_field *field;
	uint8_t room[ASSAY_SIGNATURE_MAX];
	size_t n;

	while (st == ASSAY_PENDING) {
		T_INT(assay_draft_fields(d, &field), 0, "not yet");
		st = assay_draft_put(d, (struct span){ room,
		    assay_key_sign(key, assay_draft_digest(d), room,
		    sizeof(room)) });
	}
	T_INT(st, ASSAY_OK, "finished");
	n = assay_draft_fields(d, &field);
	for (size_t i = 0; i < n; i++) {
		struct buf b = arena_buf(&arena, mail.len +
		    field[i].body.len + 100);

		buf_put(&b, field[i].name);
		buf_str(&b, ": ");
		buf_put(&b, field[i].body);
		buf_str(&b, "\r\n");
		buf_put(&b, mail);
		mail = buf_span(&b);
	}
	return mail;
}

static struct span
signed_by(const struct assay_key *key, struct assay_eval *ev,
    struct span mail, const struct assay_signing *s)
{
	struct assay_draft *d;
	enum assay_status st = assay_sign_begin(&d, ev, s);

	return finish(d, st, key, mail);
}

static unsigned
passes(struct span mail)
{
	const struct assay_evidence *e;
	struct assay_eval *ev = evaluated(mail, false);
	size_t n = assay_eval_evidence(ev, &e);
	unsigned pass = 0;

	for (size_t i = 0; i < n; i++)
		pass += e[i].check == ASSAY_CHECK_DKIM &&
		    e[i].result == ASSAY_PASS;
	assay_eval_free(ev);
	return pass;
}

static void
two_keys(void)
{
	struct span mail = SPAN(MAIL);
	struct assay_eval *ev = evaluated(mail, true);
	struct assay_signing s = by(rsa);

	mail = signed_by(rsa, ev, mail, &s);
	s = by(ed25519);
	mail = signed_by(ed25519, ev, mail, &s);
	T_INT(passes(mail), 2, "both verify");
	s.header = s.body = ASSAY_SIMPLE;
	s.no_time = true;
	s.lifetime = 0;
	mail = signed_by(ed25519, ev, mail, &s);
	T_INT(passes(mail), 3, "and one of the simple form");
	assay_eval_free(ev);
}

static enum assay_result
arc_of(struct span mail)
{
	struct assay_eval *ev = evaluated(mail, false);
	enum assay_result r = assay_check_result(ev, ASSAY_CHECK_ARC);

	assay_eval_free(ev);
	return r;
}

static struct span
sealed(struct span mail, const struct assay_key *key)
{
	struct assay_eval *ev = evaluated(mail, true);
	struct assay_signing s = by(key);
	struct assay_draft *d;
	enum assay_status st = assay_seal_begin(&d, ev, &s,
	    SPAN("mx.ex.org; spf=pass"));

	mail = finish(d, st, key, mail);
	assay_eval_free(ev);
	return mail;
}

static void
seals(void)
{
	struct span one = sealed(SPAN(MAIL), rsa), bad;
	struct buf b = arena_buf(&arena, 65536);

	T_INT(arc_of(one), ASSAY_PASS, "a set");
	T_INT(arc_of(sealed(one, ed25519)), ASSAY_PASS, "two, by two kinds");
	buf_put(&b, one);
	buf_str(&b, "more\r\n");
	bad = sealed(buf_span(&b), rsa);
	T_INT(arc_of(bad), ASSAY_FAIL, "a broken one is marked");
	T_OK(span_search(bad, SPAN("cv=fail")) < bad.len, "as failed");
	T_SPAN(sealed(bad, rsa), bad, "and left alone from then on");
}

static void
refuses(void)
{
	struct assay_eval *ev = evaluated(SPAN("From: b@ex.org\r\n" MAIL),
	    true);
	struct assay_signing s = by(rsa);
	const struct assay_field *field;
	struct assay_draft *d;
	struct span detail;

	T_SPAN(assay_eval_author(ev), SPAN_NONE, "not one author");
	T_OK(assay_field_signable(SPAN("X-Mine")) &&
	    !assay_field_signable(SPAN("X-Mine+")) &&
	    !assay_field_signable(SPAN("Received")), "names");
	T_INT(assay_sign_begin(&d, ev, &s), ASSAY_OK, "two From");
	T_INT(assay_draft_refused(d, &detail), ASSAY_R_SIGN_AUTHOR, "why");
	T_SPAN(detail, SPAN("From"), "what");
	T_INT(assay_draft_fields(d, &field), 0, "no field");
	T_INT(assay_draft_put(d, SPAN("x")), ASSAY_MISUSE, "nothing to put");
	s.domain = SPAN("no domain");
	T_INT(assay_sign_begin(&d, ev, &s), ASSAY_MISUSE, "no domain");
	s.domain = SPAN("ex.org");
	s.field = (struct span[]){ SPAN("Subject"), SPAN("Received") };
	s.n_field = 2;
	T_INT(assay_sign_begin(&d, ev, &s), ASSAY_MISUSE, "no such field");
	assay_eval_free(ev);
	ev = evaluated(SPAN(MAIL), false);
	s.n_field = 0;
	T_INT(assay_sign_begin(&d, ev, &s), ASSAY_OK, "not announced");
	T_INT(assay_draft_refused(d, NULL), ASSAY_R_SIGN_INCOMPLETE, "why");
	T_INT(assay_eval_will_sign(ev, ASSAY_RELAXED), ASSAY_MISUSE,
	    "too late");
	assay_eval_free(ev);
}

/* More fields, others otherwise; From is never left out. */
static void
chosen(void)
{
	struct span mail = SPAN("X: 1\r\nY: 2\r\n" MAIL);
	struct assay_eval *ev = evaluated(mail, true);
	struct assay_signing s = by(rsa);

	s.field = (struct span[]){ SPAN("Subject"), SPAN("x"), SPAN("Y+"),
		SPAN("from") };
	s.n_field = 4;
	mail = signed_by(rsa, ev, mail, &s);
	T_OK(span_search(mail, SPAN("h=From:From:To:To:Cc:Subject:Date:"))
	    < mail.len, "Subject as it is, From guarded");
	T_OK(span_search(mail, SPAN(":x:Y:Y;")) < mail.len, "and two more");
	T_INT(passes(mail), 1, "verifies");
	assay_eval_free(ev);
}

int
main(void)
{
	set_up();
	two_keys();
	seals();
	refuses();
	chosen();
	assay_key_free(rsa);
	assay_key_free(ed25519);
	assay_oracle_free(&zone);
	arena_free(&arena);
	return t_done();
}

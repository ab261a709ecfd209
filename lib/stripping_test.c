/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy wants files taken out: what goes stands in facts, evidence and
 * record, a seal is of what is left, and what cannot be is held.
 */
#include "eval.h"

#include <stdlib.h>
#include <string.h>

#include "content/strip.h"
#include "eval_house.h"
#include "test/t.h"

#define HEAD "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: "
#define MIXED HEAD "multipart/mixed; boundary=xx\r\n\r\n--xx\r\n\r\nhi\r\n"
#define EXE "--xx\r\nContent-Type: application/x-a; name=\"a.exe\"\r\n\r\n" \
	"MZ nothing\r\n"
static const struct span message = SPAN_INIT(MIXED EXE "--xx--\r\n");
static const struct span harmless = SPAN_INIT(MIXED "--xx--\r\n");

static struct assay_policy *policy;
static char page[64 << 10];
static size_t page_len;

static bool
collect(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	if (bytes.len > sizeof(page) - 1 - page_len)
		return false;
	memcpy(page + page_len, bytes.ptr, bytes.len);
	page_len += bytes.len;
	page[page_len] = '\0';
	return true;
}

static struct assay_eval *
evaluated(struct span m)
{
	struct assay_session s = { .now = 1772366400 };
	struct assay_eval *ev;

	if (assay_eval_new(&ev, &s, NULL, NULL, NULL) != ASSAY_OK ||
	    assay_eval_will_sign(ev, ASSAY_RELAXED) != ASSAY_OK ||
	    assay_eval_data(ev, m) != ASSAY_OK ||
	    assay_eval_run(ev, NULL, 0) != ASSAY_OK)
		abort();
	return ev;
}

static const struct assay_verdict *
decided(struct assay_eval *ev)
{
	const struct assay_verdict *v;

	if (assay_decide(&v, ev, policy) != ASSAY_OK)
		abort();
	return v;
}

static const struct assay_evidence *
because(struct assay_eval *ev, const struct assay_verdict *v)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(ev, &e);

	return v->n_because == 0 || v->because[0] >= n ? NULL :
	    &e[v->because[0]];
}

/* The record says the same, with the name of the file and without. */
static void
replayed(struct assay_eval *ev, const struct assay_verdict *v, bool veiled,
    bool named)
{
	static const uint8_t salt[16] = { 3 };
	struct assay_eval *again;
	const struct assay_verdict *w;
	const char *why;

	page_len = 0;
	if ((veiled ? assay_record_write_veiled(ev, v, salt, collect, NULL) :
	    assay_record_write(ev, v, false, collect, NULL)) != ASSAY_OK ||
	    assay_record_replay(&again, (struct span){ (uint8_t *)page,
	    page_len }, NULL, &why) != ASSAY_OK ||
	    assay_eval_run(again, NULL, 0) != ASSAY_OK)
		abort();
	w = decided(again);
	T_OK(w->disposition == v->disposition &&
	    w->n_because == v->n_because, "a record replays");
	T_OK((strstr(page, "a.exe") != NULL) == named,
	    "and has the name only where it may");
	assay_eval_free(again);
}

static void
strips(void)
{
	struct strip_in in = { .message = message };
	struct assay_eval *ev = evaluated(message), *left;
	const struct assay_verdict *v = decided(ev);
	const struct strip *s;
	struct span gone;
	struct body_digest whole = ev->body[CANON_RELAXED];
	uint8_t room[2000];
	struct buf b = BUF_ON(room);
	size_t at = 0, next = 0;

	T_INT(v->disposition, ASSAY_STRIP, "asked for");
	T_INT(eval_strip(ev, &in, &s), ASSAY_OK, "looked");
	v = decided(ev);
	T_OK(s != NULL && v->disposition == ASSAY_STRIP &&
	    ev->facts.n_stripped == 1, "one file goes");
	T_OK(because(ev, v) != NULL && because(ev, v)->reason ==
	    ASSAY_R_STRIPPED && span_search(because(ev, v)->detail,
	    SPAN("; named \"a.exe\"")) < because(ev, v)->detail.len,
	    "evidence says which");
	while (s != NULL && !span_absent(gone = strip_piece(s, message, &at,
	    &next)))
		buf_put(&b, gone);
	left = evaluated(buf_span(&b));
	T_OK(ev->body[CANON_RELAXED].ok && memcmp(
	    ev->body[CANON_RELAXED].sha256, left->body[CANON_RELAXED].sha256,
	    32) == 0 && memcmp(whole.sha256,
	    ev->body[CANON_RELAXED].sha256, 32) != 0,
	    "a seal is of what is left");
	replayed(ev, v, false, true);
	replayed(ev, v, true, false);
	T_INT(eval_unstrip(ev, "there is no room"), ASSAY_OK, "not after all");
	v = decided(ev);
	T_OK(v->disposition == ASSAY_HOLD && ev->facts.n_stripped == 0 &&
	    memcmp(whole.sha256, ev->body[CANON_RELAXED].sha256, 32) == 0,
	    "held, and a seal is of the whole again");
	assay_eval_free(left);
	assay_eval_free(ev);
}

static void
holds(void)
{
	struct strip_in in = { .message = harmless };
	struct assay_eval *ev = evaluated(harmless);
	const struct assay_verdict *v = decided(ev);
	const struct strip *s;

	T_INT(eval_strip(ev, &in, &s), ASSAY_OK, "looked");
	v = decided(ev);
	T_OK(s == NULL && v->disposition == ASSAY_HOLD && because(ev, v) !=
	    NULL && because(ev, v)->reason == ASSAY_R_NOT_STRIPPED,
	    "nothing to take out: held");
	T_SPAN(because(ev, v)->detail, SPAN("there is no file that can run"),
	    "and why");
	replayed(ev, v, true, false);
	assay_eval_free(ev);
}

/* A mandate that is spent takes back what was planned. */
static void
spent(void)
{
	struct strip_in in = { .message = message };
	struct assay_eval *ev = evaluated(message);
	struct body_digest whole = ev->body[CANON_RELAXED];
	const struct strip *s;

	(void)decided(ev);
	T_INT(eval_strip(ev, &in, &s), ASSAY_OK, "planned");
	(void)decided(ev);
	T_INT(assay_eval_spent(ev, SPAN("m")), ASSAY_OK, "spent");
	T_OK(ev->facts.n_stripped == 0 && ev->strip == NULL &&
	    memcmp(whole.sha256, ev->body[CANON_RELAXED].sha256, 32) == 0,
	    "nothing of the plan is left");
	assay_eval_free(ev);
}

int
main(void)
{
	if (assay_policy_parse(&policy, SPAN("dmarc none then strip\n"
	    "dmarc temperror then strip\n"), NULL, NULL) != ASSAY_OK)
		return 1;
	strips();
	holds();
	spent();
	assay_policy_free(policy);
	return t_done();
}

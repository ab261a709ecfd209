/* SPDX-License-Identifier: Apache-2.0 */
/*
 * together.c - judges a share of messages with their bodies side by side.
 *
 * The messages of a share are held in memory, with CRLF line ends, until all
 * of their bodies are hashed.  What is large is judged alone.
 */
#include <stdlib.h>
#include <string.h>

#include "judge_inner.h"

enum {
	LARGE = 8 << 20,	/* octets of a message judged alone      */
	HELD = 32 << 20		/* octets of all messages held at a time */
};

struct slot {
	struct assay_eval *eval[2];	/* CRLF, converted to it        */
	struct assay_eval *ev;		/* of the message, NULL: fault  */
	struct text mail;
	struct report report;
	char name[1024];
	size_t item;
};

struct together {
	struct slot slot[JUDGE_SHARE];
	size_t n;		/* in use        */
	size_t held;		/* octets of all */
};

void
together_free(struct together *t)
{
	for (size_t i = 0; t != NULL && i < JUDGE_SHARE; i++) {
		assay_eval_free(t->slot[i].eval[0]);
		assay_eval_free(t->slot[i].eval[1]);
		text_free(&t->slot[i].mail);
		report_free(&t->slot[i].report);
	}
	free(t);
}

static bool
hold(void *ctx, struct assay_span piece)
{
	struct text *mail = ctx;

	text_put(mail, piece.ptr, piece.len);
	return !mail->failed;
}

/* LF made CRLF, as the library does with lf_input. */
static bool
hold_crlf(void *ctx, struct assay_span piece)
{
	struct text *mail = ctx;
	const uint8_t *p = piece.ptr, *end = p + piece.len, *lf;

	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		text_put(mail, p, (size_t)(lf - p));
		text_put(mail, "\r\n", 2);
		p = lf + 1;
	}
	if (p < end)
		text_put(mail, p, (size_t)(end - p));
	return !mail->failed;
}

/* Reads the message into the slot and feeds it; what fails is a report. */
static void
fill(struct judge *j, struct slot *s, const struct input *in)
{
	struct arrival arrival = { .field = 0 };
	struct assay_session session;
	const char *why = "it could not be read to its end";
	enum assay_status st;
	bool lf;

	report_clear(&s->report);
	text_clear(&s->mail);
	s->ev = NULL;
	input_name(in, s->item, s->name, sizeof(s->name));
	if (!reader_open(&j->reader, in, s->item, &why)) {
		judge_fault(&j->conf, s->name, END_UNREADABLE, why,
		    &s->report);
		return;
	}
	lf = reader_is_lf(&j->reader);
	session = judge_session(j, &j->reader, &arrival);
	st = judge_begin(j, &s->eval[lf], lf ? ENDS_CONVERTED : ENDS_CRLF,
	    &session);
	if (st == ASSAY_OK)
		st = assay_eval_stays(s->eval[lf]);
	if (st == ASSAY_OK && !reader_feed(&j->reader, lf ? hold_crlf : hold,
	    &s->mail)) {
		judge_fault(&j->conf, s->name, END_UNREADABLE, why,
		    &s->report);
		return;
	}
	if (st == ASSAY_OK)	/* a limit that was reached is told later */
		(void)!assay_eval_data(s->eval[lf], (struct assay_span){
		    (const uint8_t *)s->mail.ptr, s->mail.len });
	if (st != ASSAY_OK)
		judge_status(j, s->name, st, &s->report);
	else
		s->ev = s->eval[lf];
}

static void
hash_all(struct together *t)
{
	struct assay_eval *ev[JUDGE_SHARE];
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->slot[i].ev != NULL)
			ev[n++] = t->slot[i].ev;
	/* each tells its own status when it is finished */
	(void)!assay_eval_end_all(ev, n);
}

/* Hashes what is held and hands it over. */
static bool
empty(struct judge *j, judge_take_fn *take, void *ctx)
{
	struct together *t = j->together;
	bool more = true;

	hash_all(t);
	for (size_t i = 0; i < t->n && more; i++) {
		struct slot *s = &t->slot[i];
		enum assay_status st = ASSAY_OK;

		if (s->ev != NULL)
			st = judge_finish(j, s->ev, assay_cstr(s->name),
			    &s->report);
		if (st != ASSAY_OK)
			judge_status(j, s->name, st, &s->report);
		more = take(ctx, s->item, &s->report);
	}
	t->n = t->held = 0;
	return more;
}

void
judge_alone(struct judge *j, bool alone)
{
	j->conf.alone = alone;
}

static bool
one_by_one(struct judge *j, const struct input *in, size_t from, size_t to,
    judge_take_fn *take, void *ctx)
{
	struct report report = { .ending = END_UNREADABLE };
	bool more = true;

	for (size_t i = from; i < to && more; i++) {
		judge_item(j, in, i, &report);
		more = take(ctx, i, &report);
	}
	report_free(&report);
	return more;
}

bool
judge_share(struct judge *j, const struct input *in, size_t from, size_t to,
    judge_take_fn *take, void *ctx)
{
	bool more = true;

	if (j->conf.alone || to - from < 2 || !assay_together_gains())
		return one_by_one(j, in, from, to, take, ctx);
	if (j->together == NULL)
		j->together = calloc(1, sizeof(*j->together));
	if (j->together == NULL)
		return false;
	for (size_t i = from; i < to && more; i++) {
		struct together *t = j->together;
		uint64_t size = in->item[i].to - in->item[i].from;

		if (size > LARGE) {
			more = empty(j, take, ctx) &&
			    one_by_one(j, in, i, i + 1, take, ctx);
			continue;
		}
		t->slot[t->n].item = i;
		fill(j, &t->slot[t->n++], in);
		t->held += (size_t)size;
		if (t->n == JUDGE_SHARE || t->held > HELD)
			more = empty(j, take, ctx);
	}
	return more && empty(j, take, ctx);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a story in every way that must not matter: fed whole, octet by octet
 * and in odd pieces; answered at once, all between two passes, and one at a
 * time with the last question first; from its record, without the zone.
 * Every way must tell the same.
 */
#include "test/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum way { WAY_WARM = 0, WAY_COLD, WAY_REVERSE, WAY_OCTETS, WAY_PIECES,
    WAY_LAST };

enum { ROOM_RECORD = 24 << 20 };

/* Octet by octet only what is small. */
enum { SMALL = 200000, ROOM_TOLD = 1 << 20 };

/* ---- the world of a story ---- */

struct world {
	const struct story *s;
	struct assay_oracle zone, suffix;
};

/* What the story says is known; whoever remembers nothing says so. */
static bool
remembers(const struct story *s, const struct assay_question *q,
    struct assay_answer *a)
{
	struct span name = q->kind == ASSAY_Q_INTEL ? q->key :
	    SPAN("dealing");

	if (q->kind != ASSAY_Q_INTEL && q->kind != ASSAY_Q_PROFILE)
		return false;
	a->kind = ASSAY_A_UNKNOWN;
	for (size_t i = 0; i < s->n_memory; i++)
		if (span_eq(s->memory[i].name, name)) {
			a->kind = ASSAY_A_DATA;
			a->item = &s->memory[i].text;
			a->n_item = 1;
		}
	return true;
}

static enum assay_status
ask_world(void *self, const struct assay_question *q, struct assay_answer *a)
{
	struct world *w = self;

	*a = (struct assay_answer){ .ttl = 300 };
	for (size_t i = 0; i < w->s->n_canned; i++) {
		const struct canned *c = &w->s->canned[i];
		if (q->kind == ASSAY_Q_DNS && span_eq(q->key, c->name) &&
		    (c->type == 0 || c->type == q->type)) {
			a->kind = c->kind;
			return ASSAY_OK;
		}
	}
	if (q->kind == ASSAY_Q_SUFFIX && w->suffix.ask != NULL)
		return w->suffix.ask(w->suffix.self, q, a);
	if (remembers(w->s, q, a))
		return ASSAY_OK;
	if (q->kind != ASSAY_Q_DNS)
		return ASSAY_PENDING;
	return w->zone.ask(w->zone.self, q, a);
}

static bool
open_world(struct world *w, const struct story *s)
{
	unsigned line = 0;
	const char *why = "";

	*w = (struct world){ .s = s };
	if (assay_oracle_zone(&w->zone, buf_span(&s->zone), &line, &why) !=
	    ASSAY_OK) {
		printf("# %s:%u: zone record %u: %s\n", s->file, s->line,
		    line, why);
		return false;
	}
	(void)(assay_oracle_suffix(&w->suffix, NULL) == ASSAY_OK);
	return true;
}

static void
close_world(struct world *w)
{
	assay_oracle_free(&w->zone);
	assay_oracle_free(&w->suffix);
}

/* ---- one run ---- */

static enum assay_status
feed(struct assay_eval *ev, struct span all, enum way way)
{
	size_t piece = all.len, n = 0;
	enum assay_status st = ASSAY_OK;

	while (all.len > 0 && st == ASSAY_OK) {
		if (way == WAY_OCTETS)
			piece = all.len > SMALL ? 997 : 1;
		if (way == WAY_PIECES)
			piece = 1 + n++ * 7 % 61;
		st = assay_eval_data(ev, span_head(all, piece));
		all = span_skip(all, piece);
	}
	return st == ASSAY_OK ? assay_eval_end(ev) : st;
}

/* The last open question, whatever was asked first. */
static enum assay_status
answer_last(struct assay_eval *ev, const struct assay_oracle *o)
{
	const struct assay_question *q;
	size_t n = assay_eval_questions(ev, &q);
	struct assay_answer a;

	if (n == 0)
		return ASSAY_MISUSE;
	if (o->ask(o->self, &q[n - 1], &a) != ASSAY_OK)
		a = (struct assay_answer){ .kind = ASSAY_A_UNKNOWN };
	return assay_eval_answer(ev, &q[n - 1], &a);
}

static enum assay_status
finish(struct assay_eval *ev, const struct assay_oracle *o, enum way way)
{
	enum assay_status st;

	if (way != WAY_REVERSE)
		return assay_eval_run(ev, o, 1);
	while ((st = assay_eval_step(ev)) == ASSAY_PENDING) {
		st = answer_last(ev, o);
		if (st != ASSAY_OK)
			return st;
	}
	return st;
}

static enum assay_status
judge(const struct story *s, struct told *t)
{
	struct assay_policy *policy = NULL;
	enum assay_status st;
	unsigned line = 0;
	const char *why = "";

	if (s->policy.len > 0 && assay_policy_parse(&policy,
	    buf_span(&s->policy), &line, &why) != ASSAY_OK) {
		printf("# policy line %u: %s\n", line, why);
		return ASSAY_FORMAT;
	}
	st = assay_decide(&t->verdict, t->ev, policy);
	assay_policy_free(policy);
	return st;
}

static void
run(const struct story *s, struct world *w, enum way way, struct told *t)
{
	struct assay_oracle o = { .ask = ask_world, .self = w };
	static const uint8_t key[16] = "a key of stories";
	struct assay_reading what = { .content = true,
		.memory = s->n_memory > 0 ? key : NULL };

	*t = (struct told){ .ev = NULL };
	t->status = assay_eval_new(&t->ev, &s->session, &s->options,
	    &s->limits, NULL);
	if (t->status != ASSAY_OK)
		return;
	if (way != WAY_COLD && way != WAY_REVERSE)
		t->status = assay_eval_warm(t->ev, &o);
	if (t->status == ASSAY_OK)
		t->status = feed(t->ev, buf_span(&s->message), way);
	if (t->status == ASSAY_OK)
		t->status = finish(t->ev, &o, way);
	if (t->status == ASSAY_OK && s->content)
		t->status = assay_eval_read(t->ev, buf_span(&s->message),
		    &what);
	if (t->status == ASSAY_OK && s->content)
		t->status = finish(t->ev, &o, way);
	if (t->status == ASSAY_OK)
		t->status = judge(s, t);
}

/* ---- the record of a run, told again with no world at all ---- */

static bool
keep_record(void *ctx, struct assay_span bytes)
{
	struct buf *b = ctx;

	buf_put(b, bytes);
	return !b->full;
}

static enum assay_status
replay(const struct story *s, struct span record, struct told *t)
{
	struct assay_oracle trace;
	enum assay_status st = assay_oracle_trace(&trace, record);
	const char *why = "";

	if (st != ASSAY_OK)
		return st;
	st = assay_record_replay(&t->ev, record, NULL, &why);
	if (st != ASSAY_OK)
		printf("# replay: %s\n", why);
	if (st == ASSAY_OK)
		st = assay_eval_run(t->ev, &trace, 1);
	if (st == ASSAY_OK)
		st = judge(s, t);
	assay_oracle_free(&trace);
	return st;
}

static void
run_again(const struct story *s, const struct told *first, bool with_message,
    struct told *t)
{
	struct buf record = { .ptr = malloc(ROOM_RECORD),
		.cap = ROOM_RECORD };

	*t = (struct told){ .status = ASSAY_NOMEM };
	if (record.ptr != NULL)
		t->status = assay_record_write(first->ev, first->verdict,
		    with_message, keep_record, &record);
	if (t->status == ASSAY_OK)
		t->status = replay(s, buf_span(&record), t);
	free(record.ptr);
}

/* ---- what a run tells, as text ---- */

static void
tell_evidence(struct buf *b, const struct assay_eval *ev,
    const struct assay_evidence *e)
{
	const struct assay_reason_text *r = assay_reason_text(e->reason);
	struct assay_question q;
	struct assay_answer a;

	buf_str(b, assay_check_name(e->check));
	buf_str(b, " ");
	buf_str(b, assay_result_name(e->result));
	buf_str(b, " reason=");
	buf_str(b, r == NULL ? "none" : r->name);
	buf_str(b, " subject=\"");
	buf_put(b, e->subject);
	buf_str(b, "\" detail=\"");
	buf_put(b, e->detail);
	buf_str(b, "\" at ");
	buf_u64(b, e->at);
	buf_str(b, "+");
	buf_u64(b, e->at_len);
	for (size_t i = 0; i < e->n_asked; i++) {
		if (!assay_eval_asked(ev, e->asked[i], &q, &a))
			buf_str(b, " OPEN");
		buf_str(b, i == 0 ? " <- " : ", ");
		buf_put(b, q.key);
		buf_str(b, "/");
		buf_u64(b, q.type);
	}
	buf_str(b, "\n");
}

static void
tell(struct buf *b, const struct told *t)
{
	const struct assay_verdict *v = t->verdict;
	const struct assay_evidence *e;
	size_t n;

	buf_str(b, assay_status_str(t->status));
	buf_str(b, "\n");
	if (t->status != ASSAY_OK)
		return;
	n = assay_eval_evidence(t->ev, &e);
	for (size_t i = 0; i < n; i++)
		tell_evidence(b, t->ev, &e[i]);
	buf_str(b, assay_disposition_name(v->disposition));
	buf_str(b, " because");
	for (size_t i = 0; i < v->n_because; i++) {
		buf_str(b, " ");
		buf_u64(b, v->because[i]);
	}
	buf_str(b, "\n");
	buf_put(b, v->smtp_reply);
	buf_str(b, "\n");
	buf_put(b, v->authentication_results);
	buf_str(b, "\n");
}

static void
print_line(char sign, struct span line)
{
	printf("#   %c %.*s\n", sign, (int)(line.len > 300 ? 300 : line.len),
	    (const char *)line.ptr);
}

/* The lines that are not the same. */
static void
print_difference(struct span a, struct span b)
{
	while (a.len > 0 || b.len > 0) {
		struct span x = span_cut(&a, '\n'), y = span_cut(&b, '\n');
		if (span_eq(x, y))
			continue;
		print_line('-', x);
		print_line('+', y);
	}
}

static void
print_block(struct span s)
{
	while (s.len > 0)
		print_line(' ', span_cut(&s, '\n'));
}

/* ---- a story ---- */

static void
line(bool ok, unsigned *count, unsigned *failed, const struct story *s,
    const char *what)
{
	const char *name = strrchr(s->file, '/');

	++*count;
	*failed += !ok;
	printf("%sok %u - %s: %.*s%s\n", ok ? "" : "not ", *count,
	    name == NULL ? s->file : name + 1, (int)s->title.len,
	    (const char *)s->title.ptr, what);
}

static bool
same(const struct story *s, struct span first, struct told *t,
    const char *how)
{
	struct arena_mark mark = arena_mark(s->arena);
	struct buf b = arena_buf(s->arena, ROOM_TOLD);
	bool good;

	tell(&b, t);
	good = span_eq(first, buf_span(&b));
	if (!good) {
		printf("# differs: %s\n", how);
		print_difference(first, buf_span(&b));
	}
	assay_eval_free(t->ev);
	arena_back(s->arena, mark);
	return good;
}

static bool
same_in_all_ways(const struct story *s, struct world *w,
    const struct told *told, struct span first)
{
	static const char *const name[] = { "", "answers between passes",
	    "last question first", "octet by octet", "odd pieces" };
	bool good = true;
	struct told t;

	for (int way = WAY_COLD; way < WAY_LAST; way++) {
		run(s, w, (enum way)way, &t);
		good = same(s, first, &t, name[way]) && good;
	}
	for (int whole = 0; whole < 2 && told->status == ASSAY_OK; whole++) {
		run_again(s, told, whole == 1, &t);
		good = same(s, first, &t, whole == 1 ?
		    "replayed, with the header" : "replayed") && good;
	}
	return good;
}

void
case_run(struct story *s, unsigned *count, unsigned *failed)
{
	struct buf b = arena_buf(s->arena, ROOM_TOLD);
	struct world w;
	struct told t;
	bool ok;

	if (!open_world(&w, s)) {
		line(false, count, failed, s, "");
		return;
	}
	run(s, &w, WAY_WARM, &t);
	tell(&b, &t);
	ok = case_expect(s, &t);
	line(ok, count, failed, s, "");
	if (!ok)
		print_block(buf_span(&b));
	line(same_in_all_ways(s, &w, &t, buf_span(&b)), count, failed, s,
	    " (in every way)");
	assay_eval_free(t.ev);
	close_world(&w);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_fixture.h - a struct run over a literal table of DNS records, for the
 * tests of checks.
 *
 *	static const struct fixture_rr zone[] = {
 *		RR("example.com", ASSAY_T_TXT, "v=spf1 mx -all"),
 *		RR("example.com", ASSAY_T_MX, "10 mail.example.com"),
 *		RR("mail.example.com", ASSAY_T_A, "192.0.2.1"),
 *		RR_KIND("bad.example", 0, ASSAY_A_TEMPFAIL),
 *	};
 *	struct fixture f;
 *	fixture_init(&f, zone, 4);
 *	f.session.helo = SPAN("mail.example.com");
 *	passes = fixture_check(&f, ASSAY_CHECK_HELO, check_helo);
 *	T_INT(f.out.helo.result, ASSAY_NONE, "...");
 *	fixture_free(&f);
 *
 * The table knows every name: what is not there is NXDOMAIN, or no data if
 * the name has another type or a name below it.  CNAME rows are followed.
 * How answers arrive is f.mode, set before the first check: they must never
 * change what a check concludes, and fixture_print() makes that comparable.
 */
#ifndef TEST_RUN_FIXTURE_H
#define TEST_RUN_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "wire/addr.h"

enum fixture_mode {
	FIXTURE_WARM = 0,	/* a warm source: one pass                   */
	FIXTURE_ALL,		/* every open question between two passes    */
	FIXTURE_ONE,		/* one of them, the order depends on f.seed  */
	FIXTURE_SOME		/* a few of them, likewise                   */
};

struct fixture_rr {
	const char *name;	/* lower case, no final dot                  */
	uint16_t type;		/* 0 with a .kind: every type                */
	const char *text;	/* A "192.0.2.1", MX "10 host", TXT joined...*/
	enum assay_akind kind;	/* 0: ASSAY_A_DATA                           */
	bool secure;
	size_t len;		/* of text, 0: it ends at its NUL            */
	enum assay_qkind qkind;	/* 0: ASSAY_Q_DNS                            */
};

#define RR(n, t, x) { .name = (n), .type = (t), .text = (x) }
#define RR_KIND(n, t, k) { .name = (n), .type = (t), .kind = (k) }

struct fixture {
	enum fixture_mode mode;
	uint32_t seed;		/* of FIXTURE_ONE and FIXTURE_SOME           */
	unsigned passes;	/* in all                                    */
	const struct fixture_rr *rr;
	size_t n_rr;
	struct arena arena, answers;
	struct memo memo;
	struct assay_session session;
	struct assay_options options;
	struct assay_limits limits;
	struct facts facts;
	struct outcome out;
	struct run run;
};

static inline bool
fixture_below(struct span name, struct span above)
{
	return name.len > above.len && span_ends(name, above) &&
	    span_at(name, name.len - above.len - 1) == '.';
}

static inline struct span
fixture_item(struct fixture *f, const struct fixture_rr *rr)
{
	struct span text = assay_cstr(rr->text);
	struct buf b = arena_buf(&f->answers, text.len + rr->len + 18);
	struct assay_addr a;
	char *end;

	if (rr->len > 0)
		text.len = rr->len;
	if (rr->type == ASSAY_T_A || rr->type == ASSAY_T_AAAA) {
		if (assay_addr_parse(&a, text) == ASSAY_OK)
			buf_put(&b, addr_octets(&a));
	} else if (rr->type == ASSAY_T_MX) {
		unsigned long pref = (strtoul)(rr->text, &end, 10);
		buf_byte(&b, (uint8_t)(pref >> 8 & 255));
		buf_byte(&b, (uint8_t)(pref & 255));
		while (*end == ' ')
			end++;
		buf_str(&b, end);
	} else {
		buf_put(&b, text);
	}
	return arena_done(&f->answers, &b);
}

/* Fills a with what the table says of this very name; kind 0: nothing. */
static inline void
fixture_look(struct fixture *f, const struct assay_question *q,
    struct span name, struct assay_answer *a)
{
	struct span *item = arena_array(&f->answers, f->n_rr, sizeof(*item));
	bool exists = false;

	for (size_t i = 0; i < f->n_rr && item != NULL; i++) {
		const struct fixture_rr *rr = &f->rr[i];
		enum assay_qkind qkind = rr->qkind == 0 ?
		    ASSAY_Q_DNS : rr->qkind;
		struct span owner = assay_cstr(rr->name);
		bool same = span_eq(owner, name) && qkind == q->kind;
		if (same || fixture_below(owner, name))
			exists = true;
		if (!same || (rr->type != q->type && rr->type != 0))
			continue;
		if (rr->kind > ASSAY_A_DATA) {
			a->kind = rr->kind;
			a->secure = rr->secure;
			a->n_item = 0;
			return;
		}
		if (rr->type == 0 && qkind == ASSAY_Q_DNS)
			continue;
		item[a->n_item++] = fixture_item(f, rr);
		a->kind = ASSAY_A_DATA;
		a->secure = rr->secure;
	}
	a->item = item;
	a->ttl = 300;
	if (a->kind == 0 && exists)
		a->kind = ASSAY_A_NODATA;
}

/* The table as struct assay_oracle. */
static inline enum assay_status
fixture_ask(void *self, const struct assay_question *q,
    struct assay_answer *a)
{
	struct fixture *f = self;
	struct assay_question cname = { q->kind, ASSAY_T_CNAME, q->key };

	*a = (struct assay_answer){ .ttl = 0 };
	for (int hop = 0; hop < 8; hop++) {
		struct span canonical = hop > 0 ? cname.key : SPAN_NONE;
		struct assay_answer alias = { .ttl = 0 };
		fixture_look(f, q, cname.key, a);
		a->canonical = canonical;
		if (a->kind != 0 && a->kind != ASSAY_A_NODATA)
			return ASSAY_OK;
		fixture_look(f, &cname, cname.key, &alias);
		if (alias.kind != ASSAY_A_DATA)
			break;
		a->kind = 0;
		cname.key = alias.item[0];
	}
	if (a->kind == 0)
		a->kind = ASSAY_A_NXDOMAIN;
	return ASSAY_OK;
}

static inline void
fixture_init(struct fixture *f, const struct fixture_rr *rr, size_t n)
{
	*f = (struct fixture){ .rr = rr, .n_rr = n };
	f->limits = (struct assay_limits){ .memory_bytes = LIMIT_EVAL_MEMORY,
		.header_bytes = LIMIT_HEADER_BYTES,
		.header_fields = LIMIT_HEADER_FIELDS,
		.signatures = LIMIT_SIGS_VERIFIED,
		.questions = LIMIT_QUESTIONS };
	arena_init(&f->arena, LIMIT_EVAL_MEMORY);
	arena_init(&f->answers, LIMIT_EVAL_MEMORY * 4);
	memo_init(&f->memo, &f->arena, f->limits.questions);
	f->run = (struct run){ .arena = &f->arena, .memo = &f->memo,
		.session = &f->session, .options = &f->options,
		.limits = &f->limits, .facts = &f->facts, .out = &f->out };
}

static inline void
fixture_free(struct fixture *f)
{
	arena_free(&f->arena);
	arena_free(&f->answers);
}

static inline uint32_t
fixture_random(struct fixture *f)
{
	f->seed = f->seed * 1664525u + 1013904223u;
	return f->seed >> 8;
}

static inline void
fixture_answer(struct fixture *f, struct memo_row *row)
{
	struct assay_answer a;

	if (fixture_ask(f, &row->q, &a) == ASSAY_OK)
		(void)memo_answer(&f->memo, &row->q, &a);
}

/* Between two passes.  False: nothing was open, the check hangs. */
static inline bool
fixture_answers(struct fixture *f)
{
	struct memo_row *open[LIMIT_QUESTIONS];
	size_t n = 0, todo;

	for (size_t i = 0; i < f->memo.n; i++)
		if (f->memo.row[i]->a.kind == 0)
			open[n++] = f->memo.row[i];
	if (n == 0)
		return false;
	todo = f->mode == FIXTURE_ALL ? n : f->mode == FIXTURE_ONE ? 1 :
	    1 + fixture_random(f) % n;
	for (; todo > 0; todo--) {
		size_t pick = fixture_random(f) % n;
		fixture_answer(f, open[pick]);
		open[pick] = open[--n];
	}
	return true;
}

/* Runs one check to its end; says in how many passes.  0: it hung, asked
 * more than it may, or was refused memory. */
static inline unsigned
fixture_check(struct fixture *f, enum assay_check id, check_fn *check)
{
	unsigned passes = 1;

	if (f->mode == FIXTURE_WARM && f->memo.n_warm == 0)
		f->memo.warm[f->memo.n_warm++] = (struct assay_oracle){
			.ask = fixture_ask, .self = f };
	while (check(&f->run) == STEP_WAIT) {
		if (f->memo.full || f->arena.failed || !fixture_answers(f))
			return 0;
		passes++;
	}
	f->run.done |= 1u << id;
	f->passes += passes;
	return f->memo.full || f->arena.failed ? 0 : passes;
}

/* All evidence as text, with the questions it rests on by name: the same
 * text means the same conclusion, whatever the order of answers was. */
static inline struct span
fixture_print(struct fixture *f)
{
	struct buf b = arena_buf(&f->answers, 1 << 16);

	for (size_t i = 0; i < f->run.n_evidence; i++) {
		const struct assay_evidence *e = &f->run.evidence[i];
		const struct assay_reason_text *t =
		    assay_reason_text(e->reason);
		buf_str(&b, assay_check_name(e->check));
		buf_str(&b, "=");
		buf_str(&b, assay_result_name(e->result));
		buf_str(&b, " ");
		buf_str(&b, t == NULL ? "-" : t->name);
		buf_str(&b, " [");
		buf_put(&b, e->subject);
		buf_str(&b, "] ");
		buf_put(&b, e->detail);
		for (size_t k = 0; k < e->n_asked; k++) {
			const struct memo_row *row =
			    f->memo.row[e->asked[k]];
			buf_str(&b, k == 0 ? " <- " : ", ");
			buf_put(&b, row->q.key);
			buf_str(&b, "/");
			buf_u64(&b, row->q.type);
		}
		buf_str(&b, "\n");
	}
	return arena_done(&f->answers, &b);
}

#endif

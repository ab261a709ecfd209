/* SPDX-License-Identifier: Apache-2.0 */
#include "check/memo.h"

#include "test/t.h"

static enum assay_status
know_a(void *self, const struct assay_question *q, struct assay_answer *a)
{
	static const struct span item[] = {
		{ (const uint8_t *)"\1\2\3\4", 4 }
	};

	*(unsigned *)self += 1;
	if (!span_eq(q->key, SPAN("a.example")))
		return ASSAY_PENDING;
	*a = (struct assay_answer){ .kind = ASSAY_A_DATA, .item = item,
		.n_item = 1 };
	return ASSAY_OK;
}

static void
test_answers(struct arena *arena)
{
	struct memo m;
	struct memo_row *row;
	struct span item[] = { SPAN("one"), SPAN("two") };
	struct assay_answer a = { .kind = ASSAY_A_DATA, .ttl = 5,
		.item = item, .n_item = 2 };
	struct assay_question q = { ASSAY_Q_DNS, ASSAY_T_TXT,
		SPAN("x.example") };

	memo_init(&m, arena, 3);
	row = memo_ask(&m, ASSAY_Q_DNS, ASSAY_T_TXT, SPAN("x.example"));
	T_OK(row != NULL && row->a.kind == 0 && m.open == 1, "open");
	T_OK(row == memo_ask(&m, q.kind, q.type, q.key), "asked once");
	T_OK(memo_answer(&m, &q, &a), "answered");
	item[0] = SPAN("changed");
	T_SPAN(row->a.item[0], SPAN("one"), "the answer was copied");
	a.kind = ASSAY_A_NXDOMAIN;
	T_OK(memo_answer(&m, &q, &a) && row->a.kind == ASSAY_A_DATA,
	    "the first answer stands");
	T_INT(m.open, 0, "nothing is open");
	q.type = ASSAY_T_A;
	T_OK(!memo_answer(&m, &q, &a), "nobody asked that");
	memo_ask(&m, q.kind, q.type, q.key);
	memo_ask(&m, q.kind, ASSAY_T_MX, q.key);
	T_OK(memo_ask(&m, q.kind, ASSAY_T_AAAA, q.key) == NULL && m.full,
	    "one question too many");
}

static void
test_warm(struct arena *arena)
{
	struct memo m;
	unsigned calls = 0;
	struct memo_row *row;

	memo_init(&m, arena, 100);
	m.warm[0] = (struct assay_oracle){ .ask = know_a, .self = &calls };
	m.n_warm = 1;
	row = memo_ask(&m, ASSAY_Q_DNS, ASSAY_T_A, SPAN("a.example"));
	T_OK(row->a.kind == ASSAY_A_DATA && m.open == 0, "answered at once");
	memo_ask(&m, ASSAY_Q_DNS, ASSAY_T_A, SPAN("a.example"));
	T_INT(calls, 1, "and asked once");
	row = memo_ask(&m, ASSAY_Q_DNS, ASSAY_T_A, SPAN("b.example"));
	T_OK(row->a.kind == 0 && m.open == 1, "what it does not know is open");
}

/* What a source says beside the rules is read by them. */
static void
test_settle(struct arena *arena)
{
	struct span item[] = { SPAN("one") };
	struct assay_answer a = { .kind = ASSAY_A_TEMPFAIL, .item = item,
		.n_item = 1 };
	struct assay_question q = { ASSAY_Q_DNS, ASSAY_T_TXT,
		SPAN("x.example") };
	struct memo_row *row;
	struct memo m;

	memo_init(&m, arena, 9);
	row = memo_ask(&m, q.kind, q.type, q.key);
	T_OK(memo_answer(&m, &q, &a) && row->a.n_item == 0 &&
	    row->a.kind == ASSAY_A_TEMPFAIL, "an error has no items");
	q.type = ASSAY_T_A;
	row = memo_ask(&m, q.kind, q.type, q.key);
	a = (struct assay_answer){ .kind = ASSAY_A_DATA, .n_item = 3 };
	T_OK(memo_answer(&m, &q, &a) && row->a.kind == ASSAY_A_NODATA &&
	    row->a.n_item == 0, "data without items is no data");
	memo_made(&m, row->id, KEEP_SPF, item);
	T_OK(memo_made_of(row, KEEP_SPF) == item &&
	    memo_made_of(row, KEEP_DMARC) == NULL, "made by one for itself");
	memo_made(&m, 9, KEEP_SPF, item);
}

int
main(void)
{
	struct arena arena;

	arena_init(&arena, 1 << 20);
	test_answers(&arena);
	test_warm(&arena);
	test_settle(&arena);
	arena_free(&arena);
	return t_done();
}

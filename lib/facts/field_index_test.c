/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/field_index.h"

#include "base/limits.h"
#include "test/t.h"

#define COLLIDE_A "hl9rgzo"
#define COLLIDE_B "xqh3u7o"
#define TEXT \
    "Received: 3\r\n" \
    "Subject: top\r\n" \
    "From: a@ex.org\r\n" \
    "received: 2\r\n" \
    "SUBJECT : middle\r\n" \
    "Received: 1\r\n" \
    "no field\r\n" \
    "Subject: bottom\r\n" \
    "\r\n"

static struct span
value(const struct field *f)
{
	return f == NULL ? SPAN_NONE : span_trim_wsp(f->value);
}

static void
test_bottom_up(struct arena *a)
{
	struct header h;
	struct field_index *ix;
	struct field_use use;

	T_OK(header_parse(&h, SPAN(TEXT), 100, a), "header");
	ix = field_index_new(&h, a);
	T_SPAN(value(field_index_take(ix, SPAN("subject"))), SPAN("bottom"),
	    "the lowest first");
	T_SPAN(value(field_index_take(ix, SPAN("Subject"))), SPAN("middle"),
	    "then the next, in any case, with space before the colon");
	use = field_index_use(ix, SPAN("sUbject"));
	T_OK(use.present == 3 && use.taken == 2, "two of three taken");
	T_SPAN(value(field_index_take(ix, SPAN("subject"))), SPAN("top"),
	    "then the top");
	T_SPAN(value(field_index_take(ix, SPAN("subject"))), SPAN_NONE,
	    "then nothing");
	T_SPAN(value(field_index_take(ix, SPAN("to"))), SPAN_NONE,
	    "a name that is not there");
	T_SPAN(value(field_index_take(ix, SPAN(""))), SPAN_NONE,
	    "no name");
	field_index_begin(ix, 5);
	T_SPAN(value(field_index_take(ix, SPAN("subject"))), SPAN("bottom"),
	    "a new signature takes anew");
	T_SPAN(value(field_index_take(ix, SPAN("received"))), SPAN("2"),
	    "its own field is passed over");
	use = field_index_use(ix, SPAN("received"));
	T_OK(use.present == 2 && use.taken == 1, "and not counted");
	T_SPAN(value(field_index_take(ix, SPAN("received"))), SPAN("3"),
	    "the next of that name");
	T_SPAN(value(field_index_take(ix, SPAN("received"))), SPAN_NONE,
	    "no more of that name");
}

static void
test_empty(struct arena *a)
{
	struct header h;
	struct field_index *ix;

	T_OK(header_parse(&h, SPAN("\r\n"), 100, a), "no header");
	ix = field_index_new(&h, a);
	T_OK(ix != NULL && field_index_take(ix, SPAN("from")) == NULL,
	    "nothing in nothing");
}

/* 20,000 fields, 5,000 names, each four times: taken in the right order,
 * in a time that a quadratic search would not have. */
static void
test_many(struct arena *a)
{
	enum { NAMES = 5000, TIMES = 4 };
	struct buf b = arena_buf(a, 1u << 20);
	struct field_index *ix;
	struct header h;
	bool ok = true;

	for (unsigned i = 0; i < NAMES * TIMES; i++) {
		buf_str(&b, "X-");
		buf_u64(&b, i % NAMES);
		buf_str(&b, ": ");
		buf_u64(&b, i / NAMES);
		buf_str(&b, "\r\n");
	}
	buf_str(&b, "\r\n");
	T_OK(!b.full && header_parse(&h, buf_span(&b), 20000, a), "header");
	ix = field_index_new(&h, a);
	for (unsigned round = 0; round < 20; round++) {
		field_index_begin(ix, SIZE_MAX);
		for (unsigned i = 0; i < NAMES * TIMES; i++) {
			char name[20];
			uint64_t v = 99;
			snprintf(name, sizeof(name), "x-%u", i % NAMES);
			ok = ok && span_u64(value(field_index_take(ix,
			    assay_cstr(name))), 9, &v) &&
			    v == TIMES - 1 - i / NAMES;
		}
	}
	T_OK(ok, "20 signatures over 20,000 fields");
}

/* Names that share the 32-bit hash, found by search: the index must tell
 * them apart. */
static void
test_collision(struct arena *a)
{
	struct header h;
	struct field_index *ix;

	T_OK(header_parse(&h, SPAN(COLLIDE_A ": 1\r\n" COLLIDE_B ": 2\r\n"
	    COLLIDE_A ": 3\r\n" COLLIDE_B ": 4\r\nx: 5\r\n\r\n"), 100, a),
	    "header");
	ix = field_index_new(&h, a);
	T_SPAN(value(field_index_take(ix, SPAN(COLLIDE_A))), SPAN("3"),
	    "one name, lower");
	T_SPAN(value(field_index_take(ix, SPAN(COLLIDE_B))), SPAN("4"),
	    "the other, lower");
	T_SPAN(value(field_index_take(ix, SPAN(COLLIDE_A))), SPAN("1"),
	    "one name, upper");
	T_SPAN(value(field_index_take(ix, SPAN(COLLIDE_B))), SPAN("2"),
	    "the other, upper");
	T_SPAN(value(field_index_take(ix, SPAN(COLLIDE_A))), SPAN_NONE,
	    "and no more");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, LIMIT_EVAL_MEMORY);
	test_bottom_up(&a);
	test_empty(&a);
	test_collision(&a);
	test_many(&a);
	arena_free(&a);
	return t_done();
}

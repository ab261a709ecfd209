/* SPDX-License-Identifier: Apache-2.0 */
/* Windows of any size tell the same rows; texts are short UTF-8; what is
 * counted was told.  The first octet chooses the size of the windows. */
#include "report/aggregate_inner.h"

#include "wire/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
	uint64_t sum;		/* of all that was told, in order */
	uint64_t rows;
	int64_t deviations;	/* -1: refused */
};

static void
add(struct told *t, uint64_t v)
{
	t->sum = (t->sum ^ v) * UINT64_C(0x100000001b3);
}

static void
text(struct told *t, struct span s)
{
	if (s.len > LIMIT_AGGREGATE_TEXT || !utf8_valid(s))
		__builtin_trap();
	add(t, span_absent(s));
	for (size_t i = 0; i < s.len; i++)
		add(t, s.ptr[i]);
}

static void
row(struct told *t, const struct aggregate_row *r)
{
	if (r->n_dkim > LIMIT_AGGREGATE_DKIM ||
	    r->n_spf > LIMIT_AGGREGATE_SPF ||
	    r->n_reason > LIMIT_AGGREGATE_REASONS)
		__builtin_trap();
	t->rows++;
	add(t, r->count);
	add(t, r->source.family);
	add(t, (uint64_t)r->disposition << 8 | (uint64_t)r->dkim << 4 |
	    (uint64_t)r->spf);
	text(t, r->source_text);
	text(t, r->header_from);
	text(t, r->envelope_from);
	text(t, r->envelope_to);
	for (size_t i = 0; i < r->n_reason; i++)
		text(t, r->reason[i].comment);
	for (size_t i = 0; i < r->n_dkim; i++) {
		text(t, r->auth_dkim[i].domain);
		text(t, r->auth_dkim[i].selector);
		text(t, r->auth_dkim[i].human);
	}
	for (size_t i = 0; i < r->n_spf; i++)
		text(t, r->auth_spf[i].domain);
	add(t, r->deviations);
}

static void
head(struct told *t, const struct aggregate_head *h)
{
	text(t, h->org_name);
	text(t, h->email);
	text(t, h->report_id);
	text(t, h->error);
	text(t, h->policy.domain);
	text(t, h->policy.fo);
	if (h->begin < 0 || h->begin > LIMIT_AGGREGATE_SECOND || h->end < 0 ||
	    h->end > LIMIT_AGGREGATE_SECOND)
		__builtin_trap();
	add(t, (uint64_t)h->begin);
	add(t, (uint64_t)h->end);
}

static struct told
read_all(struct aggregate *g, struct span doc, size_t window)
{
	struct told t = { .sum = 1 };

	aggregate_start(g);
	for (;;) {
		struct span w = span_head(doc, window);
		switch (aggregate_next(g)) {
		case AGGREGATE_NEED:
			doc = span_skip(doc, w.len);
			aggregate_feed(g, w, doc.len == 0);
			break;
		case AGGREGATE_ROW:
			row(&t, aggregate_row(g));
			break;
		case AGGREGATE_END:
			head(&t, aggregate_head(g));
			t.deviations = aggregate_head(g)->deviations;
			if (t.rows != aggregate_rows(g))
				__builtin_trap();
			return t;
		case AGGREGATE_BAD:
			if (aggregate_why(g) == NULL)
				__builtin_trap();
			t.deviations = -1;
			return t;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct aggregate g;
	struct span doc = { data, size };
	struct told a, b;

	if (size < 1)
		return 0;
	doc = span_skip(doc, 1);
	a = read_all(&g, doc, SIZE_MAX);
	b = read_all(&g, doc, data[0] % 100 + 1u);
	if (a.sum != b.sum || a.rows != b.rows || a.deviations != b.deviations)
		__builtin_trap();
	return 0;
}

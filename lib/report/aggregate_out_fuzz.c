/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever report is read, what is written of it is well formed, has its
 * rows, and is read and written again as the same octets. */
#include "report/aggregate_out.h"

#include "base/limits.h"
#include "report/aggregate_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOMY = 1 << 20 };

static bool
take(void *ctx, struct span s)
{
	struct buf *b = ctx;

	buf_put(b, s);
	return !b->full;
}

/* The head is whole at the end of a report only: its texts but the domain
 * are replaced, since they do not stay. */
static bool
read_head(struct aggregate *g, struct span doc, struct aggregate_head *h)
{
	static uint8_t texts[LIMIT_AGGREGATE_HEAD_TEXT];
	struct buf keep = BUF_ON(texts);
	enum aggregate_event e;

	aggregate_start(g);
	aggregate_feed(g, doc, true);
	do
		e = aggregate_next(g);
	while (e == AGGREGATE_ROW);
	if (e != AGGREGATE_END)
		return false;
	*h = *aggregate_head(g);
	buf_put(&keep, h->policy.domain);
	h->policy.domain = buf_span(&keep);
	h->org_name = h->email = h->extra_contact = h->report_id =
	    h->generator = h->error = h->policy.fo = SPAN("text");
	return true;
}

/* The number of rows, or -1: it is no report, or one without rows. */
static int64_t
rewrite(struct aggregate *g, struct span doc, enum aggregate_form form,
    struct buf *b)
{
	static struct aggregate_out o;
	static struct aggregate_head head;
	int64_t n = 0;

	b->len = 0;
	if (!read_head(g, doc, &head))
		return -1;
	aggregate_out_start(&o, form, &head, take, b);
	aggregate_start(g);
	aggregate_feed(g, doc, true);
	while (aggregate_next(g) == AGGREGATE_ROW) {
		aggregate_out_row(&o, aggregate_row(g));
		n++;
	}
	return aggregate_out_end(&o) == ASSAY_OK ? n : -1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct aggregate g;
	static uint8_t one[ROOMY], two[ROOMY];
	struct buf a = BUF_ON(one), b = BUF_ON(two);
	enum aggregate_form form;
	int64_t n;

	if (size < 1 || size > 8000)
		return 0;
	form = data[0] % 2 == 0 ? AGGREGATE_FORM_9990 : AGGREGATE_FORM_7489;
	n = rewrite(&g, span_skip((struct span){ data, size }, 1), form, &a);
	if (n < 0 || a.full)
		return 0;
	if (rewrite(&g, buf_span(&a), form, &b) != n ||
	    (aggregate_head(&g)->deviations & (AGGREGATE_D_MALFORMED |
	    AGGREGATE_D_UNKNOWN | AGGREGATE_D_REPEATED |
	    AGGREGATE_D_ENCODING | AGGREGATE_D_WORD)) != 0)
		__builtin_trap();
	if (!span_eq(buf_span(&a), buf_span(&b)))
		__builtin_trap();
	return 0;
}

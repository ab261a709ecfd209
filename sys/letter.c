/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letter.c - unwraps, reads, writes frames.
 *
 * What cannot be told as it is, is told as far as it fits a frame, with the
 * deviation that something was left out.
 */
#include "letter.h"

#include <stdlib.h>
#include <string.h>

#include "letter_inner.h"

#include "base/limits.h"
#include "report/unwrap.h"

/* What the readers may find fits a parcel: every text has two octets of
 * length, a signature three texts and a word. */
_Static_assert(PARCEL_DKIM >= LIMIT_AGGREGATE_DKIM &&
    PARCEL_SPF >= LIMIT_AGGREGATE_SPF &&
    PARCEL_REASONS >= LIMIT_AGGREGATE_REASONS, "results and reasons");
_Static_assert(STORE_TEXT_MAX >= LIMIT_AGGREGATE_TEXT, "texts");
_Static_assert(PARCEL_FRAME >= LIMIT_AGGREGATE_ROW_TEXT + 7 * PARCEL_DKIM +
    6 * PARCEL_SPF + 3 * PARCEL_REASONS + 64, "a row");
_Static_assert(STORE_ROWS > LIMIT_AGGREGATE_ROWS, "rows");

struct letter *
letter_new(void)
{
	struct letter *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	arena_init(&l->home, LETTER_HOME);
	arena_init(&l->item, LETTER_ITEM);
	l->unwrap = unwrap_new(&l->home);
	l->aggregate = aggregate_new(&l->home);
	if (l->unwrap != NULL && l->aggregate != NULL)
		return l;
	letter_free(l);
	return NULL;
}

void
letter_free(struct letter *l)
{
	if (l == NULL)
		return;
	arena_free(&l->home);
	arena_free(&l->item);
	free(l);
}

/* ---- frames ------------------------------------------------------------- */

static void
flush(struct letter *l)
{
	if (!l->failed && l->out.len > 0 &&
	    !l->write(l->ctx, buf_span(&l->out)))
		l->failed = true;
	l->out.len = 0;
}

/* Room for one frame of any size. */
static struct buf *
room(struct letter *l)
{
	if (l->out.cap - l->out.len < PARCEL_FRAME + 16)
		flush(l);
	return &l->out;
}

struct buf *
letter_room(struct letter *l)
{
	return room(l);
}

void
letter_refuse(struct letter *l, enum store_aside_reason reason,
    enum store_kind kind, const char *why)
{
	struct store_aside a = { .reason = reason, .kind = kind,
		.detail = assay_cstr(why) };

	parcel_refused(room(l), &a);
}

/* Text that a parcel may hold: UTF-8, no NUL, not too long. */
struct span
letter_text(struct letter *l, struct span s)
{
	struct span rest = s;
	struct buf b;

	if (s.len <= STORE_TEXT_MAX && !span_has(s, '\0') && utf8_valid(s))
		return s;
	b = arena_buf(&l->item, STORE_TEXT_MAX);
	while (rest.len > 0 && b.len + 4 <= b.cap) {
		int32_t c = utf8_next(&rest);

		utf8_put(&b, c <= 0 ? 0xfffd : (uint32_t)c);
	}
	return arena_done(&l->item, &b);
}

/* ---- aggregate reports -------------------------------------------------- */

static void
give_up(struct letter *l, enum store_aside_reason reason, const char *why)
{
	const struct aggregate_head *h = aggregate_head(l->aggregate);
	struct store_aside a = { .reason = reason, .kind = STORE_AGGREGATE,
		.detail = assay_cstr(why), .domain = h->policy.domain,
		.reporter = store_reporter(h->email), .org = h->org_name,
		.report_id = h->report_id };

	parcel_refused(room(l), &a);
}

/* The head, unless it was told so already. */
static void
put_head(struct letter *l)
{
	struct aggregate_head h = *aggregate_head(l->aggregate);
	struct buf *b = room(l);
	size_t at = b->len, n;

	h.deviations |= l->dropped;
	parcel_head(b, &h);
	n = b->len - at;
	if (n == l->head_len && memcmp(b->ptr + at, l->head, n) == 0) {
		b->len = at;
		return;
	}
	memcpy(l->head, b->ptr + at, n);
	l->head_len = n;
}

/* Texts for people go first, then signatures, the last ones, which prove
 * the least (RFC 9990 3.1.3). */
static void
put_long_row(struct letter *l, struct aggregate_row r)
{
	struct aggregate_dkim dkim[PARCEL_DKIM];

	r.deviations |= AGGREGATE_D_TOO_MANY;
	r.n_dkim = r.n_dkim < PARCEL_DKIM ? r.n_dkim : PARCEL_DKIM;
	r.n_spf = r.n_spf < PARCEL_SPF ? r.n_spf : PARCEL_SPF;
	r.n_reason = r.n_reason < PARCEL_REASONS ? r.n_reason :
	    PARCEL_REASONS;
	for (size_t i = 0; i < r.n_dkim; i++) {
		dkim[i] = r.auth_dkim[i];
		dkim[i].human = SPAN_NONE;
	}
	r.auth_dkim = dkim;
	while (!parcel_row(room(l), &r) && r.n_dkim > 0)
		r.n_dkim /= 2;
}

/* Neither of any source nor of any message (RFC 9990 3.1.1 requires both). */
static bool
says_nothing(const struct aggregate_row *r)
{
	return r->source.family == 0 && r->source_text.len == 0 &&
	    r->count == 0;
}

/* False: this report is given up. */
static bool
put_row(struct letter *l)
{
	const struct aggregate_row *r = aggregate_row(l->aggregate);

	if (says_nothing(r)) {
		l->dropped |= r->deviations | AGGREGATE_D_MISSING;
		return true;
	}

	if (l->sum.rows == 0)
		put_head(l);
	if (r->count > STORE_MESSAGES - l->sum.messages ||
	    l->sum.rows >= STORE_ROWS - 1) {
		give_up(l, STORE_A_BOUNDS, "more rows or messages than a "
		    "report can have");
		return false;
	}
	if (!parcel_row(room(l), r))
		put_long_row(l, *r);
	l->sum.rows++;
	l->sum.messages += r->count;
	return true;
}

/* False: the document is damaged, and its report with it. */
static bool
feed(struct letter *l)
{
	struct span window;
	bool last;
	enum unwrap_why why = unwrap_read(l->unwrap, &window, &last);

	if (why != UNWRAP_FINE) {
		give_up(l, why == UNWRAP_TOO_BIG ? STORE_A_BOUNDS :
		    STORE_A_MALFORMED, unwrap_why_text(why));
		return false;
	}
	aggregate_feed(l->aggregate, window, last);
	return true;
}

/* The sum of a compressed document stands behind its end. */
static bool
drain(struct letter *l)
{
	struct span window;
	bool last = false;

	while (!last) {
		enum unwrap_why why = unwrap_read(l->unwrap, &window, &last);

		if (why == UNWRAP_FINE)
			continue;
		give_up(l, STORE_A_MALFORMED, unwrap_why_text(why));
		return false;
	}
	return true;
}

static void
read_aggregate(struct letter *l)
{
	l->sum = (struct parcel_sum){ .rows = 0 };
	l->head_len = 0;
	l->dropped = 0;
	aggregate_start(l->aggregate);
	while (!l->failed)
		switch (aggregate_next(l->aggregate)) {
		case AGGREGATE_NEED:
			if (!feed(l))
				return;
			break;
		case AGGREGATE_ROW:
			if (!put_row(l))
				return;
			break;
		case AGGREGATE_END:
			put_head(l);
			if (drain(l))
				parcel_end(room(l), &l->sum);
			return;
		case AGGREGATE_BAD:
			give_up(l, STORE_A_MALFORMED,
			    aggregate_why(l->aggregate));
			return;
		}
}

/* ---- documents ---------------------------------------------------------- */

static void
read_refused(struct letter *l, const struct unwrap_doc *doc)
{
	bool bounds = doc->why == UNWRAP_TOO_BIG ||
	    doc->why == UNWRAP_TOO_MANY || doc->why == UNWRAP_TOO_DEEP ||
	    doc->why == UNWRAP_NESTED || doc->why == UNWRAP_NOMEM;

	letter_refuse(l, bounds ? STORE_A_BOUNDS : STORE_A_MALFORMED, 0,
	    unwrap_why_text(doc->why));
}

static void
read_doc(struct letter *l, const struct unwrap_doc *doc)
{
	switch (doc->kind) {
	case UNWRAP_NOTHING:
		if (!span_absent(doc->mail))
			letter_feedback(l, doc->mail, true);
		break;
	case UNWRAP_REFUSED:
		read_refused(l, doc);
		break;
	case UNWRAP_AGGREGATE:
		read_aggregate(l);
		break;
	case UNWRAP_TLSRPT:
		letter_tlsrpt(l);
		break;
	case UNWRAP_FEEDBACK:
		letter_feedback(l, doc->mail, false);
		break;
	}
}

bool
letter_read(struct letter *l, struct span file, struct span name,
    assay_write_fn *write, void *ctx)
{
	struct unwrap_doc doc;
	bool bounce;

	l->write = write;
	l->ctx = ctx;
	l->failed = false;
	l->out = BUF_ON(l->mem);
	arena_reset(&l->item);
	/* the report in it is ours, and none about us */
	bounce = letter_bounce(l, file);
	if (!bounce) {
		arena_reset(&l->item);
		unwrap_start(l->unwrap, file, name, &l->item);
	}
	while (!bounce && !l->failed && unwrap_next(l->unwrap, &doc))
		read_doc(l, &doc);
	parcel_done(room(l));
	flush(l);
	return !l->failed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Packed octets in, windows of a document out. */
#include "report/unwrap_inner.h"

/* ---- what is packed ----------------------------------------------- */

void
unwrap_feed_span(struct unwrap_feed *f, struct span s)
{
	f->encoded = false;
	f->end = true;
	f->have = s;
}

void
unwrap_feed_part(struct unwrap_feed *f, const struct part *p)
{
	unwrap_feed_span(f, p->content);
	if (p->encoding == PART_PLAIN)
		return;
	part_open(&f->part, p);
	f->encoded = true;
	f->end = false;
	f->room = (struct buf){ f->mem, 0, UNWRAP_IN, false };
	f->have = SPAN_NONE;
}

void
unwrap_want(struct unwrap_feed *f, size_t n)
{
	if (!f->encoded || f->end || f->have.len >= n)
		return;
	if (f->have.len > 0)
		bytes_move(f->room.ptr, f->have.ptr, f->have.len);
	f->room.len = f->have.len;
	while (!f->end && f->room.len < n &&
	    f->room.cap - f->room.len >= PART_READ_MIN)
		f->end = !part_read(&f->part, &f->room);
	f->have = buf_span(&f->room);
}

/* ---- windows ------------------------------------------------------ */

static void
ends(struct unwrap *u, enum unwrap_why why)
{
	u->last = true;
	u->why = why;
}

/* At most n octets as they are. */
static void
copy(struct unwrap *u, uint64_t n)
{
	struct unwrap_feed *f = &u->feed;

	unwrap_want(f, UNWRAP_IN / 2);
	u->window = f->have;
	if (u->window.len > n)
		u->window = span_head(u->window, (size_t)n);
	f->have = span_skip(f->have, u->window.len);
}

static void
fill_stored(struct unwrap *u)
{
	copy(u, u->left);
	u->left -= u->window.len;
	u->crc = inflate_crc(u->crc, u->window);
	if (u->left == 0)
		ends(u, UNWRAP_FINE);
	else if (u->feed.have.len == 0 && u->feed.end)
		ends(u, UNWRAP_CUT);
}

static void
fill_inflated(struct unwrap *u)
{
	enum inflate_result r = INFLATE_MORE;

	u->out.len = 0;
	while (r == INFLATE_MORE && u->out.len < u->out.cap) {
		unwrap_want(&u->feed, 1);
		r = inflate_step(u->inflate, &u->feed.have, u->feed.end,
		    &u->out);
	}
	u->window = buf_span(&u->out);
	if (u->form == FORM_DEFLATED)
		u->crc = inflate_crc(u->crc, u->window);
	if (r == INFLATE_END)
		ends(u, UNWRAP_FINE);
	else if (r != INFLATE_MORE)
		ends(u, r == INFLATE_CUT ? UNWRAP_CUT : UNWRAP_CORRUPT);
}

void
unwrap_fill(struct unwrap *u)
{
	u->window = SPAN("");
	switch (u->form) {
	case FORM_NONE:
		ends(u, UNWRAP_FINE);
		return;
	case FORM_PLAIN:
		copy(u, SIZE_MAX);
		if (u->feed.have.len == 0 && u->feed.end)
			ends(u, UNWRAP_FINE);
		return;
	case FORM_STORED:
		fill_stored(u);
		break;
	case FORM_WRAPPED:
	case FORM_DEFLATED:
		fill_inflated(u);
		break;
	}
	u->total += u->window.len;
	if (u->total > LIMIT_REPORT_EXPANDED) {
		u->window = SPAN("");
		ends(u, UNWRAP_TOO_BIG);
	}
}

void
unwrap_open(struct unwrap *u, enum unwrap_form form)
{
	u->form = form;
	u->last = false;
	u->why = UNWRAP_FINE;
	u->crc = 0;
	u->out = (struct buf){ u->mem, 0, UNWRAP_OUT, false };
	if (form == FORM_WRAPPED || form == FORM_DEFLATED)
		inflate_start(u->inflate, form == FORM_WRAPPED ?
		    INFLATE_WRAPPED : INFLATE_RAW);
	unwrap_fill(u);
	u->fresh = true;
}

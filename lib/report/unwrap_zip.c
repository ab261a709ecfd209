/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a zip archive, one behind the other. */
#include "report/unwrap_inner.h"

/* Past octets that are not wanted. */
static void
pass(struct unwrap_feed *f, uint64_t n)
{
	while (n > 0) {
		size_t k;
		unwrap_want(f, 1);
		k = f->have.len < n ? f->have.len : (size_t)n;
		if (k == 0)
			break;
		f->have = span_skip(f->have, k);
		n -= k;
	}
}

/* The sum of the entry that has been read to its end, here or behind it. */
static void
check(struct unwrap *u)
{
	uint32_t crc = u->entry.crc;

	if (!u->entry.sized) {
		size_t n;
		unwrap_want(&u->feed, ZIP_DESCRIPTOR + ZIP_NEXT);
		n = zip_descriptor(span_head(u->feed.have,
		    ZIP_DESCRIPTOR + ZIP_NEXT), &crc);
		if (n == 0) {
			u->why = u->feed.have.len < ZIP_DESCRIPTOR ?
			    UNWRAP_CUT : UNWRAP_CORRUPT;
			return;
		}
		u->feed.have = span_skip(u->feed.have, n);
	}
	if (crc != u->crc)
		u->why = UNWRAP_CORRUPT;
}

void
unwrap_check_sum(struct unwrap *u)
{
	if (u->last && u->why == UNWRAP_FINE &&
	    (u->form == FORM_DEFLATED || u->form == FORM_STORED))
		check(u);
}

static bool
refuse(struct unwrap *u, struct unwrap_doc *out, enum unwrap_why why)
{
	out->kind = UNWRAP_REFUSED;
	out->why = why;
	out->name = u->entry.name;
	u->form = FORM_NONE;
	return true;
}

/* Refused, and nothing behind it can be found. */
static bool
give_up(struct unwrap *u, struct unwrap_doc *out, enum unwrap_why why)
{
	u->state = u->outer;
	return refuse(u, out, why);
}

/* The header of the next entry; ZIP_MORE: cut. */
static enum zip_result
header(struct unwrap *u)
{
	enum zip_result r;
	struct buf name = BUF_ON(u->entry_name);

	unwrap_want(&u->feed, ZIP_HEADER + LIMIT_ZIP_HEADER);
	r = zip_read(&u->entry, span_head(u->feed.have,
	    ZIP_HEADER + LIMIT_ZIP_HEADER));
	if (r != ZIP_ENTRY)
		return r;
	buf_put(&name, span_head(u->entry.name, name.cap));
	u->entry.name = buf_span(&name);
	u->feed.have = span_skip(u->feed.have, u->entry.header);
	u->n_entry++;
	return r;
}

static bool
entry(struct unwrap *u, struct unwrap_doc *out)
{
	const struct zip_entry *e = &u->entry;
	bool known = e->deflated || (e->stored && e->sized);

	if (u->n_entry > LIMIT_ZIP_ENTRIES)
		return give_up(u, out, UNWRAP_TOO_MANY);
	if (e->encrypted || !known) {
		enum unwrap_why why = e->encrypted ? UNWRAP_ENCRYPTED :
		    UNWRAP_METHOD;
		if (!e->sized)
			return give_up(u, out, why);
		pass(&u->feed, e->packed);
		return refuse(u, out, why);
	}
	u->left = e->packed;
	unwrap_open(u, e->deflated ? FORM_DEFLATED : FORM_STORED);
	unwrap_check_sum(u);
	unwrap_tell(u, out, true);
	out->name = e->name;
	return true;
}

/* What is left of the entry before. */
static bool
finish(struct unwrap *u)
{
	while (u->form != FORM_NONE && !u->last) {
		unwrap_fill(u);
		unwrap_check_sum(u);
	}
	u->form = FORM_NONE;
	return u->why == UNWRAP_FINE;
}

bool
unwrap_zip(struct unwrap *u, struct unwrap_doc *out)
{
	bool first = u->n_entry == 0;

	/* damage that nobody has read is no news: the next entry, if there
	 * is one behind it, cannot be found */
	if (!finish(u) && u->why != UNWRAP_CORRUPT) {
		u->state = u->outer;
		return false;
	}
	switch (header(u)) {
	case ZIP_ENTRY:
		return entry(u, out);
	case ZIP_MORE:
		u->entry.name = SPAN_NONE;
		return give_up(u, out, u->feed.have.len <
		    ZIP_HEADER + LIMIT_ZIP_HEADER ? UNWRAP_CUT :
		    UNWRAP_CORRUPT);
	case ZIP_DONE:
		u->state = u->outer;
		return false;
	case ZIP_BAD:
		break;
	}
	u->state = u->outer;
	u->entry.name = SPAN_NONE;
	return first ? give_up(u, out, UNWRAP_CORRUPT) : false;
}

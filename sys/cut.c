/* SPDX-License-Identifier: Apache-2.0 */
#include "cut.h"

#include "bus.h"

void
cuts_begin(struct buf *list, uint64_t body)
{
	bus_put_u64(list, body);
}

void
cuts_put(struct buf *list, const struct cut *c)
{
	bus_put_u32(list, (uint32_t)(16 + c->text.len));
	bus_put_u64(list, c->begin);
	bus_put_u64(list, c->end);
	buf_put(list, c->text);
}

/* False: no more, or none (then *list is absent, and was not empty). */
static bool
next(struct span *list, struct cut *out)
{
	struct span item;

	if (!bus_list_next(list, &item))
		return false;
	if (bus_get(&item, 8, &out->begin) && bus_get(&item, 8, &out->end)) {
		out->text = item;
		return true;
	}
	*list = SPAN_NONE;
	return false;
}

bool
cuts_open(struct cuts *c, struct span list, uint64_t size)
{
	uint64_t body, from;
	struct span rest;
	struct cut one;

	*c = (struct cuts){ .at = 0 };
	if (!bus_get(&list, 8, &body) || body > size || list.len == 0)
		return false;
	from = body;
	for (rest = list; next(&rest, &one); from = one.end)
		if (one.begin < from || one.end < one.begin ||
		    one.end > size)
			return false;
	if (span_absent(rest))
		return false;
	*c = (struct cuts){ .rest = list, .at = body };
	c->has_next = next(&c->rest, &c->next);
	return c->has_next;
}

bool
cuts_piece(struct cuts *c, struct span message, struct span *piece)
{
	uint64_t to = c->has_next ? c->next.begin : message.len;

	if (c->at < to) {
		*piece = span_slice(message, (size_t)c->at, (size_t)to);
		c->at = to;
		return true;
	}
	if (!c->has_next)
		return false;
	*piece = c->next.text;
	c->at = c->next.end;
	c->has_next = next(&c->rest, &c->next);
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "edit.h"

#include "bus.h"

void
edit_put(struct buf *list, const struct edit *e)
{
	bus_put_u32(list, (uint32_t)(1 + 4 + 2 + e->name.len + e->value.len));
	buf_byte(list, (uint8_t)e->op);
	bus_put_u32(list, e->index);
	bus_put_u16(list, (uint16_t)e->name.len);
	buf_put(list, e->name);
	buf_put(list, e->value);
}

/* RFC 5322 3.6.8: ftext is printable ASCII without the colon. */
static bool
name_is_sound(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		int c = span_at(name, i);
		if (c < 33 || c > 126 || c == ':')
			return false;
	}
	return name.len > 0;
}

static bool
value_is_sound(struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		int c = span_at(value, i);
		int next = span_at(value, i + 1);
		if (c == 0 || c == '\r')
			return false;
		if (c == '\n' && next != ' ' && next != '\t')
			return false;
	}
	return true;
}

static bool
get(struct edit *out, struct span in)
{
	uint64_t op, index, n;

	if (!bus_get(&in, 1, &op) || !bus_get(&in, 4, &index) ||
	    !bus_get(&in, 2, &n) || n > in.len)
		return false;
	if (op < EDIT_INSERT || op > EDIT_APPEND)
		return false;
	*out = (struct edit){ .op = (enum edit_op)op,
		.index = (uint32_t)index,
		.name = span_head(in, (size_t)n),
		.value = span_skip(in, (size_t)n) };
	return name_is_sound(out->name) && value_is_sound(out->value);
}

bool
edit_next(struct span *list, struct edit *out)
{
	struct span item;

	if (!bus_list_next(list, &item))
		return false;
	if (get(out, item))
		return true;
	*list = SPAN_NONE;
	return false;
}

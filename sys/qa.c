/* SPDX-License-Identifier: Apache-2.0 */
#include "qa.h"

#include "bus.h"

enum { FLAG_SECURE = 1, FLAG_CANONICAL = 2 };

void
qa_put_question(struct buf *out, const struct assay_question *q)
{
	buf_byte(out, (uint8_t)q->kind);
	bus_put_u16(out, q->type);
	buf_put(out, q->key);
}

bool
qa_get_question(struct assay_question *out, struct span in)
{
	uint64_t kind, type;

	if (!bus_get(&in, 1, &kind) || !bus_get(&in, 2, &type))
		return false;
	if (kind < ASSAY_Q_DNS || kind > ASSAY_Q_INTEL)
		return false;
	*out = (struct assay_question){ .kind = (enum assay_qkind)kind,
		.type = (uint16_t)type, .key = in };
	return true;
}

void
qa_put_body(struct buf *out, const struct assay_answer *a)
{
	bool canonical = !span_absent(a->canonical);

	buf_byte(out, (uint8_t)a->kind);
	buf_byte(out, (uint8_t)((a->secure ? FLAG_SECURE : 0) |
	    (canonical ? FLAG_CANONICAL : 0)));
	bus_put_u32(out, a->ttl);
	if (canonical)
		bus_list_put(out, a->canonical);
	bus_put_u16(out, (uint16_t)a->n_item);
	for (size_t i = 0; i < a->n_item; i++)
		bus_list_put(out, a->item[i]);
}

static bool
get_items(struct assay_answer *out, size_t n, struct span in,
    struct arena *a)
{
	struct span *item = n == 0 ? NULL :
	    arena_array(a, n, sizeof(*item));

	if (n > 0 && item == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!bus_list_next(&in, &item[i]))
			return false;
	out->item = item;
	out->n_item = n;
	return in.len == 0;
}

bool
qa_get_body(struct assay_answer *out, struct span in, struct arena *a)
{
	uint64_t kind, flags, ttl, n;

	*out = (struct assay_answer){ .secure = false };
	if (!bus_get(&in, 1, &kind) || !bus_get(&in, 1, &flags) ||
	    !bus_get(&in, 4, &ttl))
		return false;
	if (kind < ASSAY_A_DATA || kind > ASSAY_A_UNKNOWN)
		return false;
	if (flags & FLAG_CANONICAL && !bus_list_next(&in, &out->canonical))
		return false;
	if (!bus_get(&in, 2, &n) || n > QA_ITEMS)
		return false;
	out->kind = (enum assay_akind)kind;
	out->secure = (flags & FLAG_SECURE) != 0;
	out->ttl = (uint32_t)ttl;
	return get_items(out, (size_t)n, in, a);
}

void
qa_put_answer(struct buf *out, const struct assay_question *q,
    const struct assay_answer *answer)
{
	bus_put_u32(out, (uint32_t)(3 + q->key.len));
	qa_put_question(out, q);
	qa_put_body(out, answer);
}

bool
qa_get_answer(struct assay_question *q, struct assay_answer *answer,
    struct span in, struct arena *a)
{
	struct span question;

	return bus_list_next(&in, &question) &&
	    qa_get_question(q, question) && qa_get_body(answer, in, a);
}

size_t
qa_room(const struct assay_question *q, const struct assay_answer *a)
{
	size_t n = 4 + 3 + q->key.len + 6 + 4 + a->canonical.len + 2;

	for (size_t i = 0; i < a->n_item; i++)
		n += 4 + a->item[i].len;
	return n;
}

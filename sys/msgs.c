/* SPDX-License-Identifier: Apache-2.0 */
/*
 * msgs.c - the messages of msgs.def as octets: kind, then the fields in
 * order, numbers big endian, bytes with a length of four octets in front
 * (all ones: absent).  One writer, one reader and one line of the tables for
 * each message are made from the list.
 */
#include "bus.h"

#include "base/cur.h"

#define ABSENT UINT32_MAX

/* ---- numbers ------------------------------------------------------------- */

static void
put_number(struct buf *out, uint64_t v, unsigned octets)
{
	while (octets-- > 0)
		buf_byte(out, (uint8_t)(v >> (8 * octets)));
}

void
bus_put_u16(struct buf *out, uint16_t v)
{
	put_number(out, v, 2);
}

void
bus_put_u32(struct buf *out, uint32_t v)
{
	put_number(out, v, 4);
}

void
bus_put_u64(struct buf *out, uint64_t v)
{
	put_number(out, v, 8);
}

bool
bus_get(struct span *in, size_t octets, uint64_t *out)
{
	uint64_t v = 0;

	if (in->len < octets)
		return false;
	for (size_t i = 0; i < octets; i++)
		v = v << 8 | (uint8_t)span_at(*in, i);
	*in = span_skip(*in, octets);
	*out = v;
	return true;
}

void
bus_put_client(struct buf *out, const struct assay_addr *client)
{
	buf_byte(out, client->family);
	buf_put(out, (struct span){ client->bytes, sizeof(client->bytes) });
}

struct assay_addr
bus_client(struct span octets)
{
	struct assay_addr a = { .family = 0 };
	uint64_t family;

	if (octets.len != BUS_CLIENT || !bus_get(&octets, 1, &family) ||
	    (family != 4 && family != 6))
		return a;
	a.family = (uint8_t)family;
	for (size_t i = 0; i < sizeof(a.bytes); i++)
		a.bytes[i] = (uint8_t)span_at(octets, i);
	return a;
}

/* ---- fields -------------------------------------------------------------- */

static void put_u8(struct buf *o, uint8_t v) { put_number(o, v, 1); }
static void put_u16(struct buf *o, uint16_t v) { put_number(o, v, 2); }
static void put_u32(struct buf *o, uint32_t v) { put_number(o, v, 4); }
static void put_u64(struct buf *o, uint64_t v) { put_number(o, v, 8); }
static void put_i64(struct buf *o, int64_t v)
{
	put_number(o, (uint64_t)v, 8);
}

static void
put_bytes(struct buf *out, struct span s)
{
	put_number(out, span_absent(s) ? ABSENT : s.len, 4);
	buf_put(out, s);
}

static uint64_t
number(struct cur *in, size_t octets)
{
	uint64_t v = 0;

	if (!in->bad && !bus_get(&in->rest, octets, &v))
		in->bad = true;
	return v;
}

static void get_u8(struct cur *i, uint8_t *v) { *v = (uint8_t)number(i, 1); }
static void get_u16(struct cur *i, uint16_t *v)
{
	*v = (uint16_t)number(i, 2);
}
static void get_u32(struct cur *i, uint32_t *v)
{
	*v = (uint32_t)number(i, 4);
}
static void get_u64(struct cur *i, uint64_t *v) { *v = number(i, 8); }
static void get_i64(struct cur *i, int64_t *v) { *v = (int64_t)number(i, 8); }

static void
get_bytes(struct cur *in, struct span *v)
{
	uint64_t n = number(in, 4);

	*v = SPAN_NONE;
	if (in->bad || n == ABSENT)
		return;
	if (n > in->rest.len) {
		in->bad = true;
		return;
	}
	*v = span_head(in->rest, (size_t)n);
	in->rest = span_skip(in->rest, (size_t)n);
}

/* ---- messages ------------------------------------------------------------ */

#define F(type, name) put_##type(out, m->name);
#define X(ID, name, pairs, fields) \
	static void \
	write_##name(struct buf *out, const struct msg_##name *m) \
	{ \
		fields \
	}
#include "msgs.def"
#undef X
#undef F

#define F(type, name) get_##type(in, &m->name);
#define X(ID, name, pairs, fields) \
	static void \
	read_##name(struct cur *in, struct msg_##name *m) \
	{ \
		fields \
	}
#include "msgs.def"
#undef X
#undef F

const char *
msg_name(enum msg_kind kind)
{
	switch (kind) {
#define X(ID, name, pairs, fields) case MSG_##ID: return #name;
#include "msgs.def"
#undef X
	case MSG_NONE:
	case MSG_KINDS:
		break;
	}
	return "?";
}

bool
msg_allowed(enum msg_kind kind, enum role_kind from, enum role_kind to)
{
#define P(a, b) || (from == ROLE_##a && to == ROLE_##b)
#define X(ID, name, pairs, fields) \
	case MSG_##ID: \
		return false pairs;
	switch (kind) {
#include "msgs.def"
	case MSG_NONE:
	case MSG_KINDS:
		break;
	}
#undef X
#undef P
	return false;
}

bool
msg_encode(struct buf *out, enum msg_kind kind, const void *fields)
{
	buf_byte(out, (uint8_t)kind);
	switch (kind) {
#define X(ID, name, pairs, fields_) \
	case MSG_##ID: \
		write_##name(out, fields); \
		break;
#include "msgs.def"
#undef X
	case MSG_NONE:
	case MSG_KINDS:
		return false;
	}
	return !out->full;
}

static void
read_fields(struct cur *in, struct msg *m)
{
	switch (m->kind) {
#define X(ID, name, pairs, fields) \
	case MSG_##ID: \
		read_##name(in, &m->name); \
		break;
#include "msgs.def"
#undef X
	case MSG_NONE:
	case MSG_KINDS:
		in->bad = true;
		break;
	}
}

bool
msg_decode(struct msg *out, struct span in, const char **what)
{
	struct cur cur = cur_of(in);

	*out = (struct msg){ .kind = (enum msg_kind)number(&cur, 1),
		.fd = -1 };
	*what = "a message of no known kind";
	if (cur.bad || out->kind == MSG_NONE || out->kind >= MSG_KINDS)
		return false;
	read_fields(&cur, out);
	*what = "a message that ends too early";
	if (cur.bad)
		return false;
	*what = "octets behind a message";
	return cur.rest.len == 0;
}

/* ---- lists --------------------------------------------------------------- */

void
bus_list_put(struct buf *out, struct span item)
{
	bus_put_u32(out, (uint32_t)item.len);
	buf_put(out, item);
}

bool
bus_list_next(struct span *list, struct span *item)
{
	uint64_t n;

	if (list->len == 0)
		return false;
	if (!bus_get(list, 4, &n) || n > list->len) {
		*list = SPAN_NONE;
		return false;
	}
	*item = span_head(*list, (size_t)n);
	*list = span_skip(*list, (size_t)n);
	return true;
}

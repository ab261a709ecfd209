/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cur.h - a reading cursor with a sticky error.
 *
 * After the first failure every operation does nothing and returns nothing,
 * so that a parser needs one look at .bad when it is done.
 */
#ifndef BASE_CUR_H
#define BASE_CUR_H

#include "base/span.h"

struct cur {
	struct span rest;
	bool bad;
};

/*@ predicate valid_cur(struct cur *c) = \valid(c) && valid_span(c->rest); */

/*@ requires valid_span(s); assigns \nothing;
    ensures valid_span(\result.rest) && !\result.bad; */
static inline struct cur
cur_of(struct span s)
{
	return (struct cur){ .rest = s };
}

/*@ requires \valid_read(c) && valid_span(c->rest); assigns \nothing; */
static inline bool
cur_end(const struct cur *c)
{
	return c->bad || c->rest.len == 0;
}

/* The next octet without taking it, or -1. */
/*@ requires \valid_read(c) && valid_span(c->rest); assigns \nothing;
    ensures -1 <= \result <= 255; */
static inline int
cur_peek(const struct cur *c)
{
	return c->bad ? -1 : span_at(c->rest, 0);
}

/* Takes n octets; too few is an error. */
/*@ requires valid_cur(c); assigns *c;
    ensures valid_span(c->rest) && valid_span(\result);
    ensures c->rest.len <= \old(c->rest.len);
    ensures \result.len == n || (\result.len == 0 && c->bad); */
static inline struct span
cur_take(struct cur *c, size_t n)
{
	struct span s = { NULL, 0 };

	if (c->bad || n > c->rest.len) {
		c->bad = true;
		return s;
	}
	s = span_head(c->rest, n);
	c->rest = span_skip(c->rest, n);
	return s;
}

/* Takes one octet, -1 (and an error) at the end. */
/*@ requires valid_cur(c); assigns *c;
    ensures valid_span(c->rest) && c->rest.len <= \old(c->rest.len);
    ensures -1 <= \result <= 255; */
static inline int
cur_byte(struct cur *c)
{
	return span_at(cur_take(c, 1), 0);
}

/* Takes b if it is next; says whether it was.  Never an error. */
/*@ requires valid_cur(c); assigns *c;
    ensures valid_span(c->rest) && c->rest.len <= \old(c->rest.len);
    ensures c->bad == \old(c->bad); */
static inline bool
cur_accept(struct cur *c, uint8_t b)
{
	if (c->bad || c->rest.len == 0 || span_at(c->rest, 0) != b)
		return false;
	c->rest = span_skip(c->rest, 1);
	return true;
}

/* Takes up to, not including, the first b, or everything. */
/*@ requires valid_cur(c); assigns *c;
    ensures valid_span(c->rest) && valid_span(\result);
    ensures c->rest.len <= \old(c->rest.len); */
static inline struct span
cur_until(struct cur *c, uint8_t b)
{
	return cur_take(c, c->bad ? 0 : span_find(c->rest, b));
}

/* Big-endian numbers. */
/*@ requires valid_cur(c); assigns *c;
    ensures valid_span(c->rest) && c->rest.len <= \old(c->rest.len); */
static inline uint16_t
cur_u16(struct cur *c)
{
	struct span s = cur_take(c, 2);

	return s.len < 2 ? 0 : (uint16_t)(s.ptr[0] * 256 + s.ptr[1]);
}

/*@ requires valid_cur(c); assigns *c;
    ensures valid_span(c->rest) && c->rest.len <= \old(c->rest.len); */
static inline uint32_t
cur_u32(struct cur *c)
{
	uint32_t high = cur_u16(c);

	return high << 16 | cur_u16(c);
}

/*@ requires valid_cur(c); assigns *c;
    ensures valid_span(c->rest) && c->rest.len <= \old(c->rest.len); */
static inline uint64_t
cur_u64(struct cur *c)
{
	uint64_t high = cur_u32(c);

	return high << 32 | cur_u32(c);
}

#endif

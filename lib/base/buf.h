/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.h - bounded output, born with its maximum.
 *
 * What does not fit is not written and sets .full, which stays; a writer
 * looks at it once, at the end.  buf_put is all or nothing.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/span.h"

struct buf {
	uint8_t *ptr;
	size_t len, cap;
	bool full;
};

/* A local array for BUF_ON.  Locals are otherwise cleared by the compiler;
 * this one needs it not, because a buffer only gives out what was put. */
#define ROOM(name, size) uint8_t name[size] __attribute__((uninitialized))

/* A buffer over a local array. */
#define BUF_ON(array) ((struct buf){ .ptr = (array), .cap = sizeof(array) })

/*@ predicate valid_buf(struct buf *b) = \valid(b) && b->len <= b->cap
      && (b->cap == 0 || \valid(b->ptr + (0 .. b->cap - 1)))
      && (b->cap == 0 || \separated(b, b->ptr + (0 .. b->cap - 1))); */

/*@ requires \valid_read(b); assigns \nothing;
    ensures \result.len == b->len && \result.ptr == b->ptr; */
static inline struct span
buf_span(const struct buf *b)
{
	return (struct span){ b->ptr, b->len };
}

/*@ requires valid_buf(b);
    assigns b->len, b->full, b->ptr[0 .. b->cap - 1];
    ensures valid_buf(b) && b->len >= \old(b->len); */
static inline void
buf_byte(struct buf *b, uint8_t c)
{
	if (b->full || b->len >= b->cap) {
		b->full = true;
		return;
	}
	b->ptr[b->len] = c;
	b->len++;
}

/*@ requires valid_buf(b) && valid_span(s);
    requires s.len == 0 || b->cap == 0 ||
      \separated(s.ptr + (0 .. s.len - 1), b, b->ptr + (0 .. b->cap - 1));
    assigns b->len, b->full, b->ptr[0 .. b->cap - 1];
    ensures valid_buf(b) && b->len >= \old(b->len); */
static inline void
buf_put(struct buf *b, struct span s)
{
	if (b->full || s.len > b->cap - b->len) {
		b->full = true;
		return;
	}
	if (s.len > 0)
		bytes_move(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
}

/* Big-endian numbers. */
/*@ requires valid_buf(b);
    assigns b->len, b->full, b->ptr[0 .. b->cap - 1];
    ensures valid_buf(b) && b->len >= \old(b->len); */
static inline void
buf_be16(struct buf *b, uint16_t v)
{
	buf_byte(b, (uint8_t)(v >> 8));
	buf_byte(b, (uint8_t)(v & 255));
}

/*@ requires valid_buf(b);
    assigns b->len, b->full, b->ptr[0 .. b->cap - 1];
    ensures valid_buf(b) && b->len >= \old(b->len); */
static inline void
buf_u32(struct buf *b, uint32_t v)
{
	buf_byte(b, (uint8_t)(v >> 24));
	buf_byte(b, (uint8_t)(v >> 16 & 255));
	buf_byte(b, (uint8_t)(v >> 8 & 255));
	buf_byte(b, (uint8_t)(v & 255));
}

/*@ requires valid_buf(b);
    assigns b->len, b->full, b->ptr[0 .. b->cap - 1];
    ensures valid_buf(b) && b->len >= \old(b->len); */
static inline void
buf_be64(struct buf *b, uint64_t v)
{
	buf_u32(b, (uint32_t)(v >> 32));
	buf_u32(b, (uint32_t)(v & UINT32_MAX));
}

/* A C string, most often a literal. */
void buf_str(struct buf *b, const char *s);

/* A decimal number. */
void buf_u64(struct buf *b, uint64_t v);

/* s in lower case (ASCII). */
/*@ requires valid_buf(b) && valid_span(s);
    requires s.len == 0 || b->cap == 0 ||
      \separated(s.ptr + (0 .. s.len - 1), b, b->ptr + (0 .. b->cap - 1));
    assigns b->len, b->full, b->ptr[0 .. b->cap - 1];
    ensures valid_buf(b) && b->len >= \old(b->len); */
void buf_lower(struct buf *b, struct span s);

#endif

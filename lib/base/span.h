/* SPDX-License-Identifier: Apache-2.0 */
/*
 * span.h - borrowed bytes: a pointer that knows how far it may go.
 *
 * A span is passed by value and owns nothing.  { NULL, 0 } is absent; a
 * pointer with length 0 is present and empty.  No function here can leave
 * the bytes it was given: that is proven (make prove), and is why the rest
 * of the house needs no index of its own.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <assay/assay.h>

#include "base/bytes.h"

/* One type, two names: the public one, and the short one of the house. */
#define span assay_span

/* A literal as a span. */
#define SPAN(lit) ((struct span){ (const uint8_t *)("" lit), sizeof(lit) - 1 })
/* The same as an initialiser, for static tables. */
#define SPAN_INIT(lit) { (const uint8_t *)("" lit), sizeof(lit) - 1 }
#define SPAN_NONE ((struct span){ NULL, 0 })

/*@ predicate valid_span(struct assay_span s) =
      s.len == 0 || \valid_read(s.ptr + (0 .. s.len - 1)); */

/*@ assigns \nothing; ensures \result <==> s.ptr == \null; */
static inline bool
span_absent(struct span s)
{
	return s.ptr == NULL;
}

/* The octet at i, or -1 behind the end. */
/*@ requires valid_span(s); assigns \nothing;
    ensures i < s.len ==> \result == s.ptr[i];
    ensures i >= s.len ==> \result == -1; */
static inline int
span_at(struct span s, size_t i)
{
	return i < s.len ? s.ptr[i] : -1;
}

/*@ requires valid_span(s); assigns \nothing;
    ensures valid_span(\result);
    ensures n <= s.len ==> \result.len == s.len - n;
    ensures n > s.len ==> \result.len == 0; */
static inline struct span
span_skip(struct span s, size_t n)
{
	if (n > s.len)
		n = s.len;
	if (n > 0) {
		s.ptr += n;
		s.len -= n;
	}
	return s;
}

/*@ requires valid_span(s); assigns \nothing;
    ensures valid_span(\result) && \result.ptr == s.ptr;
    ensures \result.len == (n < s.len ? n : s.len); */
static inline struct span
span_head(struct span s, size_t n)
{
	if (n < s.len)
		s.len = n;
	return s;
}

/* Octets from .. to-1, as far as there are any. */
/*@ requires valid_span(s); assigns \nothing;
    ensures valid_span(\result) && \result.len <= s.len; */
static inline struct span
span_slice(struct span s, size_t from, size_t to)
{
	if (to < from)
		to = from;
	return span_skip(span_head(s, to), from);
}

/* Index of the first c, or the length. */
/*@ requires valid_span(s); assigns \nothing;
    ensures \result <= s.len;
    ensures \result < s.len ==> s.ptr[\result] == c; */
static inline size_t
span_find(struct span s, uint8_t c)
{
	return bytes_find(s.ptr, s.len, c);
}

/*@ requires valid_span(s); assigns \nothing; */
static inline bool
span_has(struct span s, uint8_t c)
{
	return span_find(s, c) < s.len;
}

/* Cuts *s at the first c: returns what stood before it and leaves what
 * follows; without a c, returns all and leaves nothing. */
/*@ requires \valid(s) && valid_span(*s); assigns *s;
    ensures valid_span(*s) && valid_span(\result);
    ensures \result.len <= \old(s->len) && s->len <= \old(s->len); */
static inline struct span
span_cut(struct span *s, uint8_t c)
{
	size_t i = span_find(*s, c);
	struct span head = span_head(*s, i);

	*s = span_skip(*s, i < s->len ? i + 1 : i);
	return head;
}

/*@ requires valid_span(a) && valid_span(b); assigns \nothing;
    ensures \result ==> a.len == b.len; */
static inline bool
span_eq(struct span a, struct span b)
{
	return a.len == b.len && bytes_eq(a.ptr, b.ptr, a.len);
}

/*@ requires valid_span(s) && valid_span(prefix); assigns \nothing;
    ensures \result ==> prefix.len <= s.len; */
static inline bool
span_starts(struct span s, struct span prefix)
{
	return s.len >= prefix.len && span_eq(span_head(s, prefix.len), prefix);
}

/*@ requires valid_span(s) && valid_span(suffix); assigns \nothing;
    ensures \result ==> suffix.len <= s.len; */
static inline bool
span_ends(struct span s, struct span suffix)
{
	return s.len >= suffix.len &&
	    span_eq(span_skip(s, s.len - suffix.len), suffix);
}

/* ASCII case does not matter. */
/*@ requires valid_span(a) && valid_span(b); assigns \nothing;
    ensures \result ==> a.len == b.len; */
bool span_ieq(struct span a, struct span b);

/*@ requires valid_span(s) && valid_span(prefix); assigns \nothing;
    ensures \result ==> prefix.len <= s.len; */
bool span_istarts(struct span s, struct span prefix);

/* Index of the last c, or the length. */
/*@ requires valid_span(s); assigns \nothing;
    ensures \result <= s.len;
    ensures \result < s.len ==> s.ptr[\result] == c; */
size_t span_rfind(struct span s, uint8_t c);

/* Index of the first octet that is (not) in set, or the length. */
struct byteset;
/*@ requires valid_span(s) && \valid_read(set); assigns \nothing;
    ensures \result <= s.len; */
size_t span_find_set(struct span s, const struct byteset *set);
/*@ requires valid_span(s) && \valid_read(set); assigns \nothing;
    ensures \result <= s.len; */
size_t span_run_set(struct span s, const struct byteset *set);

/* Without SP and HTAB (trim_wsp) or SP HTAB CR LF (trim_fws) at both ends. */
/*@ requires valid_span(s); assigns \nothing;
    ensures valid_span(\result) && \result.len <= s.len; */
struct span span_trim_wsp(struct span s);
/*@ requires valid_span(s); assigns \nothing;
    ensures valid_span(\result) && \result.len <= s.len; */
struct span span_trim_fws(struct span s);

/* The decimal number s, digits only, at most max; leading zeros are fine. */
/*@ requires valid_span(s) && \valid(out); assigns *out;
    ensures \result ==> *out <= max;
    ensures !\result ==> *out == \old(*out); */
bool span_u64(struct span s, uint64_t max, uint64_t *out);

/* Order of octets, as memcmp; a prefix comes first. */
/*@ requires valid_span(a) && valid_span(b); assigns \nothing;
    ensures -1 <= \result <= 1; */
int span_cmp(struct span a, struct span b);

/* Where in whole part begins; 0 when part is not of whole. */
size_t span_offset(struct span whole, struct span part);

/* b begins where a ends, so that a.len + b.len octets lie together. */
static inline bool
span_adjoin(struct span a, struct span b)
{
	return a.ptr != NULL && a.ptr + a.len == b.ptr;
}

/* Index of needle in s, or the length of s. */
/*@ requires valid_span(s) && valid_span(needle); assigns \nothing;
    ensures \result <= s.len; */
size_t span_search(struct span s, struct span needle);

#endif

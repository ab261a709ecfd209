/* SPDX-License-Identifier: Apache-2.0 */
/* ascii.h - classes and case of US-ASCII; no locale.  c may be -1. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>
#include <stdint.h>

/*@ assigns \nothing; ensures \result <==> '0' <= c <= '9'; */
static inline bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/*@ assigns \nothing; */
static inline bool
is_alpha(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*@ assigns \nothing; */
static inline bool
is_alnum(int c)
{
	return is_alpha(c) || is_digit(c);
}

/*@ assigns \nothing; */
static inline bool
is_wsp(int c)
{
	return c == ' ' || c == '\t';
}

/* WSP, CR or LF: what may stand in folding white space (RFC 5322 3.2.2). */
/*@ assigns \nothing; */
static inline bool
is_fws(int c)
{
	return is_wsp(c) || c == '\r' || c == '\n';
}

/* VCHAR of RFC 5234. */
/*@ assigns \nothing; */
static inline bool
is_vchar(int c)
{
	return c > 0x20 && c < 0x7f;
}

/*@ assigns \nothing;
    ensures \result == ('A' <= c <= 'Z' ? c + 32 : c); */
static inline int
to_lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* 0..15, or -1. */
/*@ assigns \nothing; ensures -1 <= \result <= 15; */
static inline int
hex_value(int c)
{
	if (is_digit(c))
		return c - '0';
	c = to_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A set of octets: 256 bits. */
struct byteset { uint64_t bit[4]; };

/*@ requires \valid_read(set); assigns \nothing; */
static inline bool
byteset_has(const struct byteset *set, int c)
{
	if (c < 0 || c > 255)
		return false;
	return (set->bit[c / 64] >> c % 64 & 1) != 0;
}

#endif

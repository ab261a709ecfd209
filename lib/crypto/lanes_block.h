/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lanes_block.h - the SHA-256 block function (FIPS 180-4 6.2.2) on LANES
 * messages at once: the body of lanes4.c, lanes8.c and lanes16.c, which say
 * how wide, for which CPU, and how two rows are woven into each other.
 *
 * Word i of message l is element l of vector i, so that the text of the
 * standard holds for whole vectors.  The messages come in rows; log2(LANES)
 * rounds of weaving row i with row i + LANES/2 turn rows into columns.
 */
#include "crypto/lanes.h"

#include "crypto/sha_k.h"

struct vec { uint32_t v __attribute__((vector_size(4 * LANES))); };
struct vec8 { uint8_t v __attribute__((vector_size(4 * LANES))); };

#define ROTR(x, n) ((x) >> (n) | (x) << (32 - (n)))
#define BIG0(x) (ROTR(x, 2) ^ ROTR(x, 13) ^ ROTR(x, 22))
#define BIG1(x) (ROTR(x, 6) ^ ROTR(x, 11) ^ ROTR(x, 25))
#define SMALL0(x) (ROTR(x, 7) ^ ROTR(x, 18) ^ (x) >> 3)
#define SMALL1(x) (ROTR(x, 17) ^ ROTR(x, 19) ^ (x) >> 10)
#define CH(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define MAJ(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))

/* One of the 64 steps; the caller turns the names instead of the values. */
#define STEP(a, b, c, d, e, f, g, h, i) \
	h.v += BIG1(e.v) + CH(e.v, f.v, g.v) + k[i] + w[i].v; \
	d.v += h.v; \
	h.v += BIG0(a.v) + MAJ(a.v, b.v, c.v)
#define EIGHT(i) \
	STEP(a, b, c, d, e, f, g, h, i); \
	STEP(h, a, b, c, d, e, f, g, (i) + 1); \
	STEP(g, h, a, b, c, d, e, f, (i) + 2); \
	STEP(f, g, h, a, b, c, d, e, (i) + 3); \
	STEP(e, f, g, h, a, b, c, d, (i) + 4); \
	STEP(d, e, f, g, h, a, b, c, (i) + 5); \
	STEP(c, d, e, f, g, h, a, b, (i) + 6); \
	STEP(b, c, d, e, f, g, h, a, (i) + 7)
#define SCHEDULE(i) \
	w[i].v += SMALL0(w[((i) + 1) & 15].v) + w[((i) + 9) & 15].v + \
	    SMALL1(w[((i) + 14) & 15].v)

/* The 16 words of the next block of each message, big-endian. */
LANES_TARGET static inline void
load(struct vec w[16], const uint8_t *const *p, size_t at)
{
	struct vec x[LANES], y[LANES];

#pragma GCC unroll 4
	for (size_t part = 0; part < 16; part += LANES) {
#pragma GCC unroll 16
		for (size_t l = 0; l < LANES; l++)
			__builtin_memcpy(&x[l], p[l] + at + part * 4,
			    sizeof(x[l]));
#pragma GCC unroll 4
		for (size_t round = 1; round < LANES; round *= 2) {
#pragma GCC unroll 8
			for (size_t i = 0; i < LANES / 2; i++) {
				y[2 * i].v = WEAVE_LOW(x[i].v,
				    x[i + LANES / 2].v);
				y[2 * i + 1].v = WEAVE_HIGH(x[i].v,
				    x[i + LANES / 2].v);
			}
#pragma GCC unroll 16
			for (size_t i = 0; i < LANES; i++)
				x[i] = y[i];
		}
#pragma GCC unroll 16
		for (size_t i = 0; i < LANES; i++) {
			struct vec8 o;

			__builtin_memcpy(&o, &x[i], sizeof(o));
			o.v = SWAP_BYTES(o.v);
			__builtin_memcpy(&w[part + i], &o, sizeof(o));
		}
	}
}

LANES_TARGET void
lanes_n_blocks(uint32_t *state, const uint8_t *const *p, size_t n)
{
	struct vec a, b, c, d, e, f, g, h, s[8], w[16];

	__builtin_memcpy(s, state, sizeof(s));
	for (size_t at = 0; at < n * 64; at += 64) {
		const uint32_t *k = sha256_k;

		load(w, p, at);
		a = s[0], b = s[1], c = s[2], d = s[3];
		e = s[4], f = s[5], g = s[6], h = s[7];
		EIGHT(0);
		EIGHT(8);
		for (k += 16; k < sha256_k + 64; k += 16) {
			SCHEDULE(0); SCHEDULE(1); SCHEDULE(2); SCHEDULE(3);
			SCHEDULE(4); SCHEDULE(5); SCHEDULE(6); SCHEDULE(7);
			EIGHT(0);
			SCHEDULE(8); SCHEDULE(9); SCHEDULE(10); SCHEDULE(11);
			SCHEDULE(12); SCHEDULE(13); SCHEDULE(14);
			SCHEDULE(15);
			EIGHT(8);
		}
		s[0].v += a.v, s[1].v += b.v, s[2].v += c.v, s[3].v += d.v;
		s[4].v += e.v, s[5].v += f.v, s[6].v += g.v, s[7].v += h.v;
	}
	__builtin_memcpy(state, s, sizeof(s));
}

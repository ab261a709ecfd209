/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lanes: who hashes what, and which blocks are next.
 *
 * A lane has blocks at hand either in the piece it was given, where they
 * lie, or one gathered over the border of two pieces.  All lanes then go
 * forward by the number of blocks that every one of them has.
 */
#include "crypto/lanes.h"

#include <stdalign.h>

#include "base/buf.h"
#include "crypto/sha.h"

enum { MAX_LANES = 16, BLOCK = 64 };

struct lane {
	struct lane_job *job;	/* NULL: idle                             */
	struct span piece;	/* what the job gave, behind p            */
	const uint8_t *p;	/* blocks to hash next                    */
	size_t n;		/* how many                               */
	uint64_t blocks;	/* hashed and at hand                     */
	size_t have;		/* octets in room, when it fills          */
	bool padded;		/* the blocks at hand are the last        */
	uint8_t room[2 * BLOCK];
};

struct lanes {
	alignas(BLOCK) uint32_t state[8 * MAX_LANES];	/* [8][width] */
	struct lane lane[MAX_LANES];
	size_t width, active;
	struct lane_job *job;	/* the next to get a lane */
	size_t n_job;
	lanes_blocks_fn *hash;
};

/* FIPS 180-4 5.3.3 */
static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372,
	0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

/* FIPS 180-4 5.1.1: a one bit, zeros, the length in bits. */
static void
pad(struct lane *l)
{
	struct buf b = BUF_ON(l->room);
	uint64_t bits = (l->blocks * BLOCK + l->have) * 8;

	b.len = l->have;
	buf_byte(&b, 0x80);
	while (b.len % BLOCK != BLOCK - 8)
		buf_byte(&b, 0);
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_byte(&b, (uint8_t)(bits >> shift));
	l->p = l->room;
	l->n = b.len / BLOCK;
	l->padded = true;
}

/* Finds at least one block for a lane that has none. */
static void
provide(struct lane *l)
{
	l->have = 0;
	for (;;) {
		struct span part;
		struct buf b = { .ptr = l->room, .len = l->have,
			.cap = BLOCK };

		if (l->piece.len == 0)
			l->piece = l->job->next(l->job->self);
		if (l->piece.len == 0) {
			pad(l);
			return;
		}
		if (l->have == 0 && l->piece.len >= BLOCK) {
			l->p = l->piece.ptr;
			l->n = l->piece.len / BLOCK;
			l->piece = span_skip(l->piece, l->n * BLOCK);
			break;
		}
		part = span_head(l->piece, BLOCK - l->have);
		buf_put(&b, part);
		l->piece = span_skip(l->piece, part.len);
		l->have = b.len;
		if (l->have == BLOCK) {
			l->p = l->room;
			l->n = 1;
			break;
		}
	}
	l->blocks += l->n;
}

/* Gives lane i its next job, if there is one. */
static void
occupy(struct lanes *s, size_t i)
{
	struct lane *l = &s->lane[i];

	l->job = NULL;
	if (s->n_job == 0)
		return;
	l->job = s->job++;
	s->n_job--;
	s->active++;
	l->piece = SPAN_NONE;
	l->blocks = 0;
	l->padded = false;
	for (size_t w = 0; w < 8; w++)
		s->state[w * s->width + i] = start[w];
	provide(l);
}

static void
release(struct lanes *s, size_t i)
{
	struct buf out = BUF_ON(s->lane[i].job->sha256);

	for (size_t w = 0; w < 8; w++)
		for (int shift = 24; shift >= 0; shift -= 8)
			buf_byte(&out, (uint8_t)(s->state[w * s->width + i] >>
			    shift));
	s->lane[i].job = NULL;
	s->active--;
}

/* The number of blocks that every lane has; idle lanes follow another. */
static size_t
common(const struct lanes *s, const uint8_t *p[MAX_LANES])
{
	const uint8_t *any = NULL;
	size_t n = SIZE_MAX;

	for (size_t i = 0; i < s->width; i++) {
		const struct lane *l = &s->lane[i];

		if (l->job == NULL)
			continue;
		if (l->n < n)
			n = l->n;
		any = l->p;
	}
	for (size_t i = 0; i < s->width; i++)
		p[i] = s->lane[i].job == NULL ? any : s->lane[i].p;
	return n;
}

static void
forward(struct lanes *s)
{
	const uint8_t *p[MAX_LANES];
	size_t n = common(s, p);

	s->hash(s->state, p, n);
	for (size_t i = 0; i < s->width; i++) {
		struct lane *l = &s->lane[i];

		if (l->job == NULL)
			continue;
		l->p += n * BLOCK;
		l->n -= n;
		if (l->n > 0)
			continue;
		if (!l->padded) {
			provide(l);
			continue;
		}
		release(s, i);
		occupy(s, i);
	}
}

/* The rest of one stream by itself. */
static bool
rest_alone(struct sha256 *h, struct lane_job *job)
{
	struct span piece = job->next(job->self);

	while (piece.len > 0) {
		sha256_put(h, piece);
		piece = job->next(job->self);
	}
	sha256_end(h, job->sha256);
	return true;
}

/* Takes the stream of lane i out of its lane. */
static bool
finish_alone(struct lanes *s, size_t i)
{
	struct lane *l = &s->lane[i];
	uint32_t state[8];
	struct sha256 h;

	for (size_t w = 0; w < 8; w++)
		state[w] = s->state[w * s->width + i];
	if (!sha256_resume(&h, state, l->blocks - l->n))
		return false;
	sha256_put(&h, (struct span){ l->p, l->n * BLOCK });
	sha256_put(&h, l->piece);
	s->active--;
	return rest_alone(&h, l->job);
}

/* Few are left, and no more will come: wide steps no longer pay.  Lanes
 * that are at their padding need one or two more. */
static bool
finish_rest(struct lanes *s)
{
	for (size_t i = 0; i < s->width; i++) {
		struct lane *l = &s->lane[i];

		if (l->job == NULL || l->padded)
			continue;
		if (!finish_alone(s, i))
			return false;
		l->job = NULL;
	}
	while (s->active > 0)
		forward(s);
	return true;
}

static bool
one_by_one(struct lane_job *job, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sha256 h;

		if (!sha256_init(&h) || !rest_alone(&h, &job[i]))
			return false;
	}
	return true;
}

bool
lanes_run(struct lane_job *job, size_t n, struct lanes_plan plan)
{
	struct lanes s;

	s.hash = lanes_blocks(plan.width);
	if (s.hash == NULL || n < plan.alone)
		return one_by_one(job, n);
	s.width = plan.width;
	s.active = 0;
	s.job = job;
	s.n_job = n;
	for (size_t i = 0; i < s.width; i++)
		occupy(&s, i);
	while (s.active > 0 && (s.n_job > 0 || s.active >= plan.alone))
		forward(&s);
	return finish_rest(&s);
}

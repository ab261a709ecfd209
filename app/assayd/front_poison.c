/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_poison.c - messages that ended two evals, known again by a hash.
 */
#include "p_front.h"

static void
mix(uint64_t h[2], struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		h[0] = (h[0] ^ (uint64_t)span_at(s, i)) * 0x100000001b3;
		h[1] = (h[1] + (uint64_t)span_at(s, i)) * 0x9e3779b97f4a7c15;
	}
}

/* Seeded, so that nobody can make an honest message look like his. */
static void
hash_message(const struct conn *c, struct poison *out)
{
	const struct front *f = c->front;
	out->hash[0] = f->seed[0];
	out->hash[1] = f->seed[1];
	if (!c->session.spilled)
		mix(out->hash, buf_span(&c->session.text));
	else if (c->slate != NULL)
		mix(out->hash, sheet_span(&c->slate->sheet));
}

void
poison_add(const struct conn *c)
{
	struct front *f = c->front;
	struct poison *p = &f->poison[f->n_poison % FRONT_POISONS];

	hash_message(c, p);
	f->n_poison++;
}

bool
poison_is(const struct conn *c)
{
	const struct front *f = c->front;
	size_t n = f->n_poison < FRONT_POISONS ? f->n_poison : FRONT_POISONS;
	struct poison p;

	if (n == 0)
		return false;
	hash_message(c, &p);
	for (size_t i = 0; i < n; i++)
		if (f->poison[i].hash[0] == p.hash[0] &&
		    f->poison[i].hash[1] == p.hash[1])
			return true;
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behave.c - what a sender costs: octets, and the time of a score and of
 * learning, with so many senders.  Messages are drawn, not read: reading is
 * shown by the others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "behave/behave.h"

enum { START = 1700000000 };

static struct chance chance = { 1 };

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Mostly a habit, sometimes what others do, seldom something new. */
static uint32_t
value(uint32_t who, unsigned row)
{
	uint32_t r = chance_below(&chance, 1000);

	if (r < 960)
		return (uint32_t)num_mix((uint64_t)row << 32 | who % 5000);
	if (r < 998)
		return (uint32_t)num_mix((uint64_t)row << 32 |
		    chance_below(&chance, 200));
	return chance_bits(&chance);
}

static void
draw(struct sample *s, uint32_t who, uint32_t n)
{
	*s = (struct sample){ .sender = num_mix(who) | 1,
		.person = (uint32_t)num_mix(who) | 1,
		.domain = num_mix(1u << 31 | who / 8) | 1,
		.id = num_mix((uint64_t)1 << 40 | n) | 1,
		.parent = n % 2 == 0 || n < 1000 ? 0 :
		    num_mix((uint64_t)1 << 40 | (n - chance_below(&chance,
		    999))) | 1,
		.arrival = START + (int64_t)n / 2,
		.hour = (uint8_t)(n / 7200 % 24) };
	for (unsigned r = 0; r < N_ROW; r++) {
		unsigned k = r == ROW_RECIPIENTS ? 4 : 2;

		s->one[r] = value(who, r);
		if (!row_is_set(r))
			continue;
		s->first[r] = s->n_value;
		for (; s->n[r] < k; s->n[r]++)
			s->value[s->n_value++] = value(who, r);
	}
}

/* Seconds, of how many calls. */
struct sum {
	double seconds;
	uint32_t n;
};

static void
took(struct sum *s, double since)
{
	s->seconds += seconds() - since;
	s->n++;
}

static double
mean(const struct sum *s)
{
	return s->n == 0 ? 0 : s->seconds / s->n * 1e6;
}

struct cost {
	struct sum score, learn, grow;
};

/* Growing is the batch of a season: what its calls cost beyond learning. */
static void
told(const struct behave *b, uint32_t n, const struct cost *c)
{
	const struct memory_head *h = b->memory.head;
	double tree = mean(&c->grow) - mean(&c->learn);

	printf("%8u senders: look-ups and score %5.1f us, learning %5.1f us, "
	    "together %5.1f; %4.0f octets a sender, domains and all (%u "
	    "kept)\n", n, mean(&c->score), mean(&c->learn),
	    mean(&c->score) + mean(&c->learn),
	    (double)h->units_used * UNIT_WORDS * 8 / h->senders,
	    h->senders);
	printf("%8s growing apart: %.2f ms a tree, %u trees every %u "
	    "messages, %.0f us a message\n", "", tree / 1e3,
	    TREES * N_FOREST, SEASON_MOST, tree * TREES * N_FOREST /
	    SEASON_MOST);
	fflush(stdout);
}

/* One message; without c, nothing is measured. */
static void
message(struct behave *b, uint32_t who, uint32_t n, struct cost *c)
{
	static struct cost ignored;
	struct sample s;
	struct view v;
	struct score r;
	bool growing;
	double t;

	draw(&s, who, n);
	c = c == NULL ? &ignored : c;
	t = seconds();
	behave_view(b, &s, &v);
	behave_score(&r, b->judge, &v, &s);
	took(&c->score, t);
	growing = b->season->growing && !behave_waits(&r);
	t = seconds();
	behave_learn(b, &s, &r);
	took(growing ? &c->grow : &c->learn, t);
}

int
main(int argc, char **argv)
{
	uint32_t people = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) :
	    20000, rounds = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) :
	    10, n = 0;
	struct geometry g = { .units = people * 40 + 4096, .index = 1024,
		.values = 1u << 17, .pairs = 1u << 17, .letters = 1u << 14 };
	struct cost cost = { .score = { 0 } };
	struct behave b;
	uint64_t *block;

	while (g.index < people * 2)
		g.index *= 2;
	block = calloc(1, behave_size(&g));
	if (block == NULL || !behave_open(&b, block, behave_size(&g), &g))
		return 1;
	behave_start(&b);
	for (uint32_t round = 0; round < rounds; round++)
		for (uint32_t i = 0; i < people; i++)
			message(&b, chance_below(&chance, people), n++,
			    round + 1 == rounds ? &cost : NULL);
	told(&b, people, &cost);
	free(block);
	return 0;
}

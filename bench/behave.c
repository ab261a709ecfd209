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
#include "habits.h"

enum { START = 1700000000, HOUR = 3600, BAR_US = 25 };

/* Seconds between messages, while senders are new: if all came on one day, few
 * of them would count for everybody (burst.h).  Then a house of that size. */
enum { SLOW = 216, FAST = 22 };
static uint32_t slow;			/* messages                          */

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
		.arrival = START + (int64_t)(n < slow ? n : slow) * SLOW +
		    (int64_t)(n < slow ? 0 : n - slow) * FAST };

	s->hour = (uint8_t)(s->arrival / HOUR % 24);
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

/* What looking at the clock takes: a microsecond is not seldom. */
static double
clock_cost(void)
{
	struct sum none = { .n = 0 };

	for (unsigned i = 0; i < 10000; i++)
		took(&none, seconds());
	return none.seconds / none.n * 1e6;
}

static double clock_us;

static double
mean(const struct sum *s)
{
	return s->n == 0 ? 0 : s->seconds / s->n * 1e6 - clock_us;
}

struct cost {
	struct sum score, learn, grow;
};

/* What is asked of all tables. */
static uint32_t
cells(const struct cell *c, uint32_t buckets)
{
	uint32_t n = 0;

	for (size_t i = 0; i < (size_t)buckets * BUCKET; i++)
		n += c[i].tag != 0;
	return n;
}

/* Domains, holes, the index, values of everybody, pairs; letters apart, of
 * which there are as many as are wanted, whoever writes them. */
static void
octets(const struct memory *m)
{
	const struct memory_head *h = m->head;
	double n = h->senders, records = (double)h->units_used *
	    UNIT_WORDS * 8;
	double index = (double)h->geometry.index * sizeof(*m->index);
	double value = cells(m->value, h->geometry.values) *
	    (double)sizeof(struct cell);
	double pair = cells(m->pair, h->geometry.pairs) *
	    (double)sizeof(struct cell);

	printf("%8s octets a sender: %.0f of records with domains and holes, "
	    "%.0f of the index, %.0f of values that all use, %.0f of pairs: "
	    "%.0f\n", "", records / n, index / n, value / n, pair / n,
	    (records + index + value + pair) / n);
}

/* Growing is the batch of a season, beside which others score. */
static void
told(const struct behave *b, uint32_t n, const struct cost *c)
{
	const struct memory_head *h = b->memory.head;
	double both = mean(&c->score) + mean(&c->learn);
	double tree = mean(&c->grow);

	printf("%8u senders: look-ups and score %5.1f us, learning %5.1f us, "
	    "together %5.1f: %s (the clock's %.1f taken off; %u kept)\n", n,
	    mean(&c->score), mean(&c->learn), both, both <= BAR_US ? "met" :
	    "MISSED", clock_us, h->senders);
	/* up to then every message makes impostors */
	if (b->trainer->messages <= SETTLED)
		printf("%8s not settled yet: %u of %u messages\n", "",
		    b->trainer->messages, SETTLED);
	octets(&b->memory);
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
	static const struct origin nobody = { .held = false };
	static struct cost ignored;
	struct sample s;
	struct view v;
	struct score r;
	bool grows, growing;
	double t;

	draw(&s, who, n);
	c = c == NULL ? &ignored : c;
	t = seconds();
	behave_view(b, &s, &v);
	behave_score(&r, b->judge, &v, &s);
	took(&c->score, t);
	t = seconds();
	grows = behave_learn_of(b, &s, &r, &nobody);
	took(&c->learn, t);
	if (!grows)
		return;
	growing = b->season->growing;
	t = seconds();
	if (behave_grow(b))
		behave_grown(b);
	/* what begins a season counts with its trees */
	if (growing)
		took(&c->grow, t);
	else if (b->season->growing)
		c->grow.seconds += seconds() - t;
}

/* A block as the daemon makes it, of 1,000 octets a sender and what a judge
 * takes whoever is known: do all find room in it? */
static int
fill(uint32_t people, uint32_t rounds)
{
	struct geometry g, none = { .index = 1, .values = 1, .pairs = 1,
		.letters = 1 };
	size_t judge = behave_size(&none), size = (size_t)people * 1000 +
	    (people < 1000000 ? judge : 0);
	struct behave b;
	uint64_t *block = NULL;
	bool all;
	double t = seconds();

	slow = people;
	if (habits_geometry(&g, size))
		block = calloc(1, behave_size(&g));
	if (block == NULL || !behave_open(&b, block, behave_size(&g), &g))
		return 1;
	for (uint32_t n = 0; n < people * rounds; n++) {
		struct sample s;

		draw(&s, n / people == 0 ? n : chance_below(&chance, people),
		    n);
		memory_learn(&b.memory, &s);
	}
	printf("%8u senders, %u messages, in a block of %.0f MB (%.0f of it "
	    "for the judge): %u are known, %llu had to go; %.1f us a "
	    "message\n", people, people * rounds, (double)size / 1e6,
	    (double)judge / 1e6, b.memory.head->senders,
	    (unsigned long long)b.memory.head->evicted, (seconds() - t) /
	    people / rounds * 1e6);
	octets(&b.memory);
	all = b.memory.head->evicted == 0;
	free(block);
	return all ? 0 : 1;
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

	if (argc > 3)
		return fill(people, rounds);
	while (g.index < people * 2)
		g.index *= 2;
	block = calloc(1, behave_size(&g));
	if (block == NULL || !behave_open(&b, block, behave_size(&g), &g))
		return 1;
	behave_start(&b);
	slow = people * 2;
	clock_us = clock_cost();
	for (uint32_t round = 0; round < rounds; round++)
		for (uint32_t i = 0; i < people; i++)
			message(&b, chance_below(&chance, people), n++,
			    round + 1 == rounds ? &cost : NULL);
	told(&b, people, &cost);
	free(block);
	return 0;
}

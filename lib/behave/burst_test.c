/* SPDX-License-Identifier: Apache-2.0 */
/* Who floods is a part of what is usual, and a small one. */
#include "behave/behave.h"

#include <stdlib.h>

#include "test/t.h"

static const struct geometry small = { .units = 1u << 15, .index = 1u << 12,
	.values = 1u << 11, .pairs = 1u << 10, .letters = 1u << 9 };

enum { PEOPLE = 40, START = 1600000000, HOUR = 3600 };

static void
counted(void)
{
	struct burst b = { .all = 0 };
	struct news n = { .before = 0 };
	unsigned of_him = 0, all = 0, days = 0;

	for (unsigned i = 0; i < 20000; i++)
		of_him += burst_add(&b, 7, 100);
	T_INT(of_him, BURST_BASE + of_him / BURST_SHARE, "of one sender");
	for (unsigned i = 0; i < 20000; i++)
		all += burst_add(&b, 1000 + i, 100);
	T_INT(all, 20000, "beside all others");
	T_OK(burst_add(&b, 7, 100), "who may say more, then");
	T_OK(burst_add(&b, 7, 101) && b.all == 1, "another day is another");
	for (unsigned i = 0; i < 1000; i++)
		days += news_add(&n, 100);
	T_INT(days, NEWS_BASE, "new senders of a first day");
	for (unsigned i = 0; i < 1000; i++)
		days += news_add(&n, 101);
	T_INT(days, 2 * NEWS_BASE + NEWS_BASE / NEWS_SHARE, "... and more");
}

static struct sample
message(unsigned who, unsigned n)
{
	struct sample s = { .sender = num_mix(who) | 1,
		.person = (uint32_t)num_mix(who) | 1,
		.domain = num_mix(500 + who % 4) | 1, .id = num_mix(9000 + n),
		.arrival = START + n * HOUR, .hour = (uint8_t)(n % 24) };

	for (unsigned r = 0; r < N_ROW; r++) {
		uint32_t v = (uint32_t)num_mix(r * 100 + who % 9) | 1;

		if (!row_is_set(r)) {
			s.one[r] = v;
			continue;
		}
		s.first[r] = s.n_value;
		s.n[r] = 1;
		s.value[s.n_value++] = r == ROW_RECIPIENTS ?
		    (uint32_t)num_mix(n % PEOPLE) | 1 : v;
	}
	return s;
}

static void
learn(struct behave *b, struct sample s)
{
	struct score r;
	struct view v;

	behave_view(b, &s, &v);
	behave_score(&r, b->judge, &v, &s);
	behave_learn(b, &s, &r);
}

/* Twenty thousand messages of one on a day: with whom are others compared? */
static void
one_floods(void)
{
	size_t n = behave_size(&small);
	uint64_t *block = calloc(1, n);
	struct behave b;
	uint64_t him = message(3, 0).sender;
	unsigned is_he = 0;

	T_OK(block != NULL && behave_open(&b, block, n, &small), "a state");
	behave_start(&b);
	for (unsigned i = 0; i < 4000; i++)
		learn(&b, message(i % PEOPLE, i));
	for (unsigned i = 0; i < 20000; i++) {
		struct sample s = message(3, i);

		s.id = num_mix((uint64_t)1 << 50 | i) | 1;
		s.arrival = START + 4000 * HOUR + i;
		learn(&b, s);
	}
	for (uint32_t i = 0; i < b.trainer->n_donor; i++)
		is_he += b.trainer->donor[i].sender == him;
	printf("# he is %u of %u who play impostors\n", is_he,
	    b.trainer->n_donor);
	T_OK(is_he <= 3 * BURST_BASE / 2 && is_he < b.trainer->n_donor / 2,
	    "with others as before");
	free(block);
}

int
main(void)
{
	counted();
	one_floods();
	return t_done();
}

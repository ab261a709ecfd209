/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "behave/behave.h"
#include "test/t.h"

enum { DAY = 86400, START = 1700000000 };

static uint32_t
habit(unsigned who, unsigned row)
{
	return (uint32_t)num_mix((uint64_t)who << 8 | row) | 1;
}

/* Of a house of which everybody writes in his own way. */
static struct sample
message(unsigned house, unsigned who)
{
	struct sample s = { .sender = num_mix(who + 1) | 1,
		.person = (uint32_t)num_mix(who + 1) | 1,
		.domain = num_mix(house + 7777), .arrival = START, .hour = 9 };

	for (unsigned r = 0; r < N_ROW; r++)
		if (!row_is_set(r))
			s.one[r] = habit(who, r);
	return s;
}

static struct sample
under_the_name(const struct sample *of, const struct sample *hand)
{
	struct sample s = *hand;

	s.sender = of->sender;
	s.person = of->person;
	s.domain = of->domain;
	return s;
}

static uint64_t
all_rows(void)
{
	uint64_t all = 0;

	for (unsigned r = 0; r < N_ROW; r++)
		all |= (uint64_t)mate_counts(r) << r;
	return all;
}

static void
rows(void)
{
	T_OK(mate_counts(ROW_MAILER) && mate_counts(ROW_CLIENT_NET),
	    "habits, and ways");
	T_OK(!mate_counts(ROW_FIRST_RECIPIENT) && !mate_counts(ROW_THREAD) &&
	    !mate_counts(ROW_RECIPIENTS), "nothing of whom somebody writes to");
	T_OK(!mate_counts(ROW_DISPLAY_NAME), "nor a name");
}

static void
looks(struct house *h)
{
	struct sample a = message(1, 1), b = message(1, 2), c = message(2, 3);
	struct sample x = under_the_name(&a, &b);
	struct mates m = { .n = 9 };

	house_look(&m, h, &a);
	T_INT(m.n, 0, "nobody is known");
	house_learn(h, &b, 0);
	house_look(&m, h, &a);
	T_INT(m.n, 0, "what was there once is no habit");
	house_learn(h, &a, UINT64_MAX);
	house_learn(h, &b, UINT64_MAX);
	house_learn(h, &c, UINT64_MAX);
	house_look(&m, h, &x);
	T_INT(m.n, 1, "one other of this house");
	T_INT(m.who[0], b.person, "who he is");
	T_OK((m.same[0] & all_rows()) == all_rows(), "in all habits");
	house_look(&m, h, &a);
	T_OK(m.n == 1 && (m.same[0] & all_rows()) == 0, "he himself in none");
	mates_without(&m, a.person);
	T_INT(m.n, 1, "without somebody else");
	mates_without(&m, b.person);
	T_INT(m.n, 0, "without him");
	b.one[ROW_MAILER] = 5;
	house_learn(h, &b, UINT64_MAX & ~(UINT64_C(1) << ROW_MAILER));
	house_look(&m, h, &x);
	T_OK(m.n == 1 && (m.same[0] & all_rows()) == all_rows(),
	    "what is new of him is no habit yet");
	house_forget(h, b.person);
	house_look(&m, h, &x);
	T_INT(m.n, 0, "forgotten");
}

/* A flood of new senders of one domain takes the places of one house. */
static void
flood(struct house *h)
{
	struct sample a = message(1, 1), b = message(3, 2), s;
	struct mates m;

	house_learn(h, &b, UINT64_MAX);
	for (unsigned i = 0; i < 100000; i++) {
		s = message(1, 100 + i);
		house_learn(h, &s, UINT64_MAX);
	}
	house_look(&m, h, &a);
	T_INT(m.n, HOUSE_MATES, "no more than there is room for");
	T_INT(m.who[0] == s.person || m.who[1] == s.person ||
	    m.who[m.n - 1] == s.person || m.n == HOUSE_MATES, true, "bounded");
	s = message(3, 9);
	house_look(&m, h, &s);
	T_INT(m.n, 1, "others' houses stand");
}

/* ---- as a whole -------------------------------------------------------- */

static const struct geometry tiny = { .units = 4096, .index = 1024,
	.values = 1024, .pairs = 256, .letters = 256 };

static float
mate_bits(const struct behave *b, struct sample s, float *way)
{
	float x[N_FEATURE];
	struct view v;

	behave_view(b, &s, &v);
	ratio_read(x, &v, &s);
	*way = x[HINT_MATE_WAY];
	return x[HINT_MATE];
}

static void
lives(void)
{
	uint64_t *block = calloc(1, behave_size(&tiny));
	struct behave b;
	struct sample a = message(1, 1), c = message(1, 2), other;
	float way, is;

	if (block == NULL || !behave_open(&b, block, behave_size(&tiny),
	    &tiny))
		abort();
	for (unsigned n = 0; n < 20; n++) {
		a.arrival = c.arrival = START + n * DAY;
		memory_learn(&b.memory, &a);
		memory_learn(&b.memory, &c);
	}
	is = mate_bits(&b, a, &way);
	T_OK(is <= -RATIO_MOST && way <= -RATIO_MOST,
	    "of the usual nobody asks");
	is = mate_bits(&b, under_the_name(&a, &c), &way);
	T_OK(is > 8 && way > is, "a colleague in his own hand");
	other = message(9, 50);
	other = under_the_name(&a, &other);
	T_OK(mate_bits(&b, other, &way) < is - 2, "somebody of no house");
	/* by his own provider: that says nothing of hands */
	for (unsigned r = 0; r < N_ROW; r++)
		if (row_info(r)->owner == OWNER_PROVIDER)
			c.one[r] = a.one[r];
	T_OK(mate_bits(&b, under_the_name(&a, &c), &way) >= is && way < is + 1,
	    "authentication moves the way alone");
	memory_unlearn(&b.memory, &c, day_of(c.arrival));
	T_OK(mate_bits(&b, under_the_name(&a, &c), &way) <= -RATIO_MOST,
	    "what was not his is not a habit");
	free(block);
}

int
main(void)
{
	struct house *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return 1;
	rows();
	looks(h);
	flood(h);
	lives();
	free(h);
	return t_done();
}

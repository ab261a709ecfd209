/* SPDX-License-Identifier: Apache-2.0 */
/* Who was erased is a stranger, in no octet and to nobody else; all others
 * are as they were. */
#define _GNU_SOURCE		/* memmem() */
#include "behave/erase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/t.h"

enum { PEOPLE = 40, START = 1700000000, DAY = 86400, MESSAGES = 4000 };

static const struct geometry small = { .units = 1u << 15, .index = 1u << 12,
	.values = 1u << 12, .pairs = 1u << 11, .letters = 1u << 11 };

static struct behave state;
static uint64_t *block;
static size_t octets;

static uint64_t
who_is(unsigned n)
{
	return num_mix(n + 1000);
}

/* Persons 0 and 1 are alone in their domain. */
static uint64_t
domain_of(unsigned n)
{
	return num_mix((n < 2 ? n : n % 5 + 2) + 77);
}

static struct sample
message(unsigned who, unsigned n)
{
	struct sample s = { .sender = who_is(who),
		.person = (uint32_t)who_is(who), .domain = domain_of(who),
		.id = num_mix(n + 1) | 1, .parent = num_mix(n) | 1,
		.arrival = START + (int64_t)n * 3000,
		.hour = (uint8_t)(8 + who % 9) };

	for (unsigned r = 0; r < N_ROW; r++) {
		if (row_is_set(r)) {
			s.first[r] = s.n_value;
			s.n[r] = 1;
			s.value[s.n_value++] = r == ROW_RECIPIENTS ?
			    (uint32_t)who_is((who + 1 + n % 4) % PEOPLE) :
			    (uint32_t)num_mix(r * 100 + who % 7) | 1;
			continue;
		}
		/* every fourth row is his alone */
		s.one[r] = (uint32_t)num_mix(r * 100 + (r % 4 == 0 ? who :
		    who % 3)) | 1;
	}
	s.one[ROW_FIRST_RECIPIENT] = s.value[s.first[ROW_RECIPIENTS]];
	s.one[ROW_THREAD] = s.one[ROW_LINK_NEWS] = 0;
	/* odd ones, which wait */
	if (n % 97 == 0)
		for (unsigned r = 0; r < N_ROW; r += 2)
			s.one[r] ^= 0x55555555;
	return s;
}

static struct score
scored(struct sample *s, struct view *v)
{
	struct score score;

	behave_view(&state, s, v);
	behave_score(&score, state.judge, v, s);
	return score;
}

static void
live(unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++) {
		struct sample s = message((unsigned)(num_mix(n) % PEOPLE), n);
		struct view v;
		struct score score = scored(&s, &v);

		if (score.known)
			(void)alarm_hear(state.alarm, s.sender, score.p,
			    s.arrival);
		behave_learn(&state, &s, &score);
		words_hear(state.words, ROW_MAILER, s.one[ROW_MAILER] ^
		    (uint32_t)num_mix(n), s.person, SPAN("x"), 9);
	}
}

static size_t
found(const void *what, size_t n)
{
	const uint8_t *p = (const uint8_t *)block;
	size_t left = octets, times = 0;
	const uint8_t *at;

	while ((at = memmem(p, left, what, n)) != NULL) {
		times++;
		left -= (size_t)(at - p) + 1;
		p = at + 1;
	}
	return times;
}

static size_t
hashes_of(unsigned who)
{
	uint64_t key = who_is(who);
	uint32_t person = (uint32_t)key, high = (uint32_t)(key >> 32);

	return found(&key, sizeof(key)) + found(&person, sizeof(person)) +
	    found(&high, sizeof(high));
}

/* All that is known of somebody, for a message of his. */
static bool
same_view(unsigned who, const struct view *before)
{
	struct sample s = message(who, MESSAGES + who);
	struct view v;

	behave_view(&state, &s, &v);
	for (unsigned r = 0; r < N_ROW; r++)
		if (memcmp(&v.one[r].sender, &before->one[r].sender,
		    sizeof(float)) != 0 && r != ROW_FIRST_RECIPIENT)
			return false;
	return v.n > 0 && memcmp(&v.n, &before->n, sizeof(v.n)) == 0;
}

static void
erase(unsigned who)
{
	struct erase_who w = { who_is(who), (uint32_t)who_is(who),
		domain_of(who) };
	struct erased e = { .known = false };
	struct sample s = message(who, MESSAGES + 1), t = s;
	static struct view before[PEOPLE], v;
	uint32_t own = s.one[4];
	unsigned same = 0, others = state.memory.head->senders;
	struct score score;

	for (unsigned i = 0; i < PEOPLE; i++) {
		struct sample m = message(i, MESSAGES + i);

		behave_view(&state, &m, &before[i]);
	}
	T_OK(scored(&s, &v).known && v.one[4].everybody > 0,
	    "somebody who is known, with a value of his own");
	printf("# his hashes are found %zu times\n", hashes_of(who));
	behave_erase(&state, &w, &e);
	printf("# %zu values, %zu times named, %zu messages\n", e.values,
	    e.named, e.messages);
	T_OK(e.known && e.values > 40 && e.named > 4 && e.messages > 4,
	    "is erased");
	T_INT(hashes_of(who), 0, "no octet has a hash of him");
	score = scored(&t, &v);
	T_OK(!score.known && v.n <= 0, "he is a stranger");
	T_OK(!(v.one[4].everybody > 0) && own == t.one[4],
	    "what was his alone is known of nobody");
	T_INT(state.memory.head->senders, others - 1, "one less");
	for (unsigned i = 0; i < PEOPLE; i++)
		same += i != who && i > 1 && same_view(i, &before[i]);
	T_OK(same >= PEOPLE - 3, "all others are as they were");
	e = (struct erased){ .known = false };
	behave_erase(&state, &w, &e);
	T_OK(!e.known && e.values + e.named + e.messages == 0,
	    "twice is once");
}

int
main(void)
{
	octets = behave_size(&small);
	block = calloc(1, octets);
	if (block == NULL || !behave_open(&state, block, octets, &small))
		return 1;
	live(0, MESSAGES);
	erase(7);
	T_OK(memory_find(&state.memory, domain_of(7)) != NULL,
	    "his domain is known by others");
	erase(0);
	T_OK(memory_find(&state.memory, domain_of(0)) == NULL &&
	    found(&(uint64_t){ domain_of(0) }, 8) == 0,
	    "a domain of his alone goes with him");
	live(MESSAGES, 2 * MESSAGES);
	T_OK(memory_find(&state.memory, who_is(7)) != NULL,
	    "and learning goes on");
	free(block);
	return t_done();
}

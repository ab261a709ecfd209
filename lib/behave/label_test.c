/* SPDX-License-Identifier: Apache-2.0 */
/* A person's word counts, the last one; and what waits for one. */
#include "behave/label.h"

#include <stdlib.h>

#include "test/t.h"

enum { DAY = 86400, START = 1700000000, ME = 77, OTHER = 99 };

static const struct geometry geometry = { .units = 4096, .index = 1024,
	.values = 1024, .pairs = 512, .letters = 128 };

static struct behave b;
static uint64_t *block;
static uint64_t last;			/* number of a record */

static void
begin(void)
{
	free(block);
	block = calloc(1, behave_size(&geometry));
	if (block == NULL || !behave_open(&b, block, behave_size(&geometry),
	    &geometry))
		abort();
	last = 0;
}

/* By its numbers; all of one machine that nobody knows. */
static struct sample
message(uint64_t sender, int64_t at)
{
	struct sample s = { .sender = sender, .person = (uint32_t)sender,
		.domain = 5, .id = ++last + 1000, .arrival = at, .hour = 9 };

	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r)) {
			s.one[r] = r + 3;
			continue;
		}
		s.first[r] = s.n_value;
		s.n[r] = 1;
		s.value[s.n_value++] = r + 3;
	}
	return s;
}

static struct score
odd(void)
{
	struct score r = { .known = true, .messages = 20, .size = 2,
		.p = 1e-4f, .untuned = 1e-4f };

	for (unsigned w = 0; w < N_WINDOW; w++)
		r.s[w] = 6;
	return r;
}

static uint64_t
heard(uint64_t sender, int64_t at, bool held)
{
	struct sample s = message(sender, at);
	struct origin from = { .spool = 1, .number = last, .held = held };
	struct score r = odd();

	behave_learn_of(&b, &s, &r, &from);
	return last;
}

/* Something usual of somebody else, so that it is later; it may answer. */
static void
later(int64_t at, uint64_t answers)
{
	struct sample s = message(OTHER, at);
	struct score r = { .known = false };

	s.parent = answers;
	s.value[s.first[ROW_RECIPIENTS]] = ME;
	behave_learn(&b, &s, &r);
}

static float
known_of(uint64_t sender)
{
	struct sample s = message(sender, START + DAY);
	struct view v;

	behave_view(&b, &s, &v);
	return v.n;
}

static float
slots_of(uint64_t sender)
{
	const struct record *e = memory_find(&b.memory, sender);

	return e == NULL ? 0 : e->n_slot;
}

static float
windows(void)
{
	return window_n(&b.judge->all[W_FOREST]);
}

static void
the_last_word(void)
{
	uint64_t n;

	begin();
	n = heard(ME, START, false);
	T_OK(known_of(ME) <= 0, "it waits");
	T_INT(behave_label(&b, 1, n, false, START + 60), LABEL_BELIEVED,
	    "good: it is believed");
	T_OK(known_of(ME) > 0.9f && slots_of(ME) > 20 &&
	    windows() > 2.9f && b.judge->tune.bits[1] < -0.9f,
	    "learned, and a false alarm");
	T_INT(behave_label(&b, 1, n, false, START + 61), LABEL_SAME,
	    "to say it twice is to say it once");
	T_OK(known_of(ME) < 1.1f && windows() < 3.1f, "counted once");
	T_INT(behave_label(&b, 1, n, true, START + 62), LABEL_TAKEN_BACK,
	    "bad: it is taken back");
	T_OK(known_of(ME) <= 0 && slots_of(ME) <= 0 && windows() < 0.1f &&
	    b.judge->tune.bits[1] > -0.1f, "all of it");
	T_INT(behave_label(&b, 1, n, true, START + 63), LABEL_SAME,
	    "and again the same");
	T_INT(behave_label(&b, 1, n, false, START + 64), LABEL_BELIEVED,
	    "good after all");
	T_OK(known_of(ME) > 0.9f && windows() > 2.9f, "learned again");
	T_INT(behave_label(&b, 1, n + 1, false, START), LABEL_NOT_KEPT,
	    "of what is not kept nothing is known");
	T_INT(behave_label(&b, 0, 0, false, START), LABEL_NOT_KEPT,
	    "nor of what has no record");
}

static void
bad_stays(void)
{
	uint64_t n;

	begin();
	n = heard(ME, START, false);
	heard(ME, START + 60, false);
	T_INT(behave_label(&b, 1, n, true, START + DAY), LABEL_DROPPED,
	    "bad: it is dropped");
	heard(ME, START + 2 * DAY, false);
	for (unsigned d = 3; d < 30; d++)
		later(START + d * DAY, 1000 + n + d % 3);
	T_OK(known_of(ME) <= 0 && windows() <= 0,
	    "nothing odd of him is believed, whoever answers");
	later(START + 32 * DAY, 0);
	heard(ME, START + 33 * DAY, false);
	later(START + 50 * DAY, 0);
	T_OK(known_of(ME) > 0, "after a month it is as before");
}

static void
held_waits_for_a_word(void)
{
	uint64_t n, m;

	begin();
	n = heard(ME, START, true);
	m = heard(OTHER + 1, START, true);
	later(START + DAY, 1000 + n);
	later(START + 2 * DAY, 1000 + m);
	T_OK(known_of(ME) <= 0, "what was held nobody can have answered");
	T_INT(behave_label(&b, 1, n, false, START + 2 * DAY),
	    LABEL_BELIEVED, "it was let go");
	T_OK(known_of(ME) > 0.9f, "and is learned");
	later(START + 20 * DAY, 0);
	T_OK(known_of(OTHER + 1) <= 0, "of the other nobody said so");
}

static void
answers_of_three_days(void)
{
	uint64_t n[3];

	begin();
	for (unsigned d = 0; d < 3; d++) {
		T_OK(known_of(ME) <= 0, "answers of fewer days prove nothing");
		n[d] = heard(ME, START + d * DAY, false);
		later(START + d * DAY + 60, 1000 + n[d]);
	}
	later(START + 2 * DAY + 7200, 0);
	T_OK(known_of(ME) > 2.9f, "answers of three days do");
	T_OK(windows() > 2.9f, "each is a false alarm");
	T_INT(behave_label(&b, 1, n[1], true, START + 3 * DAY),
	    LABEL_TAKEN_BACK, "unless somebody says otherwise");
	T_OK(known_of(ME) > 1.9f && known_of(ME) < 2.1f && windows() < 2.1f,
	    "of that one");
}

static void
by_time(void)
{
	uint64_t n;

	begin();
	n = heard(ME, START, false);
	later(START + 13 * DAY, 0);
	T_OK(known_of(ME) <= 0, "it waits for 14 days");
	later(START + 15 * DAY, 0);
	T_OK(known_of(ME) > 0.9f && windows() <= 0,
	    "then it is learned, and counts in no window");
	T_INT(behave_label(&b, 1, n, true, START + 16 * DAY),
	    LABEL_TAKEN_BACK, "a late report takes it back");
	T_OK(known_of(ME) <= 0, "all of it");
}

int
main(void)
{
	the_last_word();
	bad_stays();
	held_waits_for_a_word();
	answers_of_three_days();
	by_time();
	for (unsigned e = 0; e < 5; e++)
		T_OK(label_end_words((enum label_end)e).len > 5, "has words");
	free(block);
	return t_done();
}

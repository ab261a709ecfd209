/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lessons, as an eval writes them behind a record and store learns them: two
 * octets of length before each.  What is read is written the same again; and
 * whatever is learned, all stays in its bounds, words are printable and of
 * rows that say nothing of one person.
 */
#include "habits.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/cur.h"
#include "behave/peek.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct geometry small = { .units = 4096, .index = 512,
	.values = 64, .pairs = 64, .letters = 16 };

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
learn(struct behave *b, struct span octets)
{
	static uint8_t room[HABITS_LESSON];
	struct buf out = BUF_ON(room);
	struct origin from = { .spool = 1 };
	struct lesson l;
	struct sample s;
	struct score score;
	struct view v;

	if (!lesson_get(&l, octets))
		return;
	lesson_put(&out, &l);
	must(span_eq(buf_span(&out), octets));
	if (!sample_get(&s, l.sample) || s.sender == 0)
		return;
	from.held = l.kept;
	from.silent = l.silent;
	behave_view(b, &s, &v);
	behave_score(&score, b->judge, &v, &s);
	must(!score.known || (score.p >= 0 && score.p <= 1));
	(void)behave_alarm(b, &s, &score);
	(void)behave_learn_of(b, &s, &score, &from);
	if (!l.kept)
		behave_hear(b, &s, &score, l.news);
}

static void
is_sound(const struct behave *b)
{
	const struct memory_head *h = b->memory.head;

	must(h->units_used <= small.units);
	must(h->senders + h->domains <= small.index);
	for (size_t i = 0; i < WORDS; i++) {
		const struct word *w = &b->words->word[i];

		must(w->senders <= WORD_SENDERS && w->label.len <= WORD_TEXT);
		must(w->senders == 0 || words_of_row(b->words->what[i] >> 24));
		for (size_t k = 0; k < w->label.len; k++)
			must(is_vchar(w->label.text[k]) ||
			    w->label.text[k] == ' ');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_of((struct span){ data, size });
	size_t n = behave_size(&small);
	uint64_t *block = calloc(1, n);
	struct behave b;

	must(block != NULL && behave_open(&b, block, n, &small));
	behave_start(&b);
	while (!c.bad && c.rest.len > 0)
		learn(&b, cur_take(&c, cur_u16(&c)));
	is_sound(&b);
	free(block);
	return 0;
}

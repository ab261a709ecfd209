/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/erase.h"

/* One recipient less; his place in the set is closed. */
static bool
unname(struct sample *s, uint32_t person)
{
	uint8_t first = s->first[ROW_RECIPIENTS];
	uint8_t n = s->n[ROW_RECIPIENTS], left = 0;

	for (uint8_t i = 0; i < n; i++) {
		uint32_t v = s->value[first + i];

		if (v != person)
			s->value[first + left++] = v;
	}
	for (uint8_t i = left; i < n; i++)
		s->value[first + i] = 0;
	s->n[ROW_RECIPIENTS] = left;
	if (s->one[ROW_FIRST_RECIPIENT] == person)
		s->one[ROW_FIRST_RECIPIENT] = 0;
	return left < n;
}

static bool
is_his(const struct sample *s, const struct erase_who *who)
{
	return s->sender == who->sender || s->person == who->person;
}

static void
waiting(struct pending *p, const struct erase_who *who,
    struct erased *out)
{
	for (uint32_t i = 0; i < PENDING; i++) {
		struct pending_one *o = &p->one[i];

		/* an empty place may hold what was there */
		if (!is_his(&o->sample, who)) {
			out->named += unname(&o->sample, who->person);
			continue;
		}
		out->messages += p->sender[i] != 0;
		p->sender[i] = p->id[i] = 0;
		p->until[i] = 0;
		*o = (struct pending_one){ .size = 0 };
	}
}

/* Somebody else's message takes the place of one of his. */
static void
donors(struct trainer *t, const struct erase_who *who,
    struct erased *out)
{
	uint32_t to = 0;

	for (uint32_t i = 0; i < t->n_donor; i++) {
		if (is_his(&t->donor[i], who))
			continue;
		if (to != i)
			t->donor[to] = t->donor[i];
		out->named += unname(&t->donor[to], who->person);
		to++;
	}
	out->messages += t->n_donor - to;
	if (to == t->n_donor)
		return;
	for (uint32_t i = to; i < t->n_donor; i++)
		t->donor[i] = (struct sample){ .sender = 0 };
	t->n_donor = t->next_donor = to;
}

static void
episodes(struct alarm *a, uint64_t sender)
{
	for (unsigned i = 0; i < EPISODES; i++)
		if (a->episode[i].sender == sender)
			a->episode[i] = (struct episode){ .sender = 0 };
}

void
behave_erase(struct behave *b, const struct erase_who *who,
    struct erased *out)
{
	if (who->sender == 0 || who->person == 0)
		return;
	memory_erase(&b->memory, who, out);
	waiting(b->pending, who, out);
	donors(b->trainer, who, out);
	episodes(b->alarm, who->sender);
	episodes(&b->judge->contact.alarm, who->sender);
	graph_forget(&b->graph, who->sender, who->person);
	words_forget(b->words, who->person);
}

void
behave_drop_row(struct behave *b, unsigned row)
{
	memory_drop_row(&b->memory, row);
}

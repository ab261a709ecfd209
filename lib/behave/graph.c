/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/graph.h"

#include "behave/memory_inner.h"
#include "behave/num.h"

enum {
	PEOPLE_A_BUCKET = 8,		/* entries of the index              */
	NAMES_A_BUCKET = 16,
	VOTES = 200			/* that can be outvoted again        */
};

static uint32_t
buckets(const struct geometry *g, uint32_t each)
{
	return g->index < each * 2 ? 1 : g->index / each;
}

static size_t
words_of(uint32_t n, size_t octets)
{
	return (n * BUCKET * octets + 63) / 64 * 8;
}

size_t
graph_size(const struct geometry *g)
{
	return 8 * (words_of(buckets(g, PEOPLE_A_BUCKET),
	    sizeof(struct someone)) + words_of(buckets(g, NAMES_A_BUCKET),
	    sizeof(struct bearer)));
}

void
graph_open(struct graph *out, uint64_t *block, const struct geometry *g)
{
	out->people = buckets(g, PEOPLE_A_BUCKET);
	out->names = buckets(g, NAMES_A_BUCKET);
	out->person = (struct someone *)(void *)block;
	block += words_of(out->people, sizeof(struct someone));
	out->name = (struct bearer *)(void *)block;
}

/* ---- people ---------------------------------------------------------- */

static struct someone *
person_at(const struct graph *g, uint32_t who, uint32_t *tag)
{
	uint64_t key = num_mix(who);

	*tag = (uint32_t)(key >> 32) | 1;
	return &g->person[(key & (g->people - 1)) * BUCKET];
}

static struct someone *
person_find(const struct graph *g, uint32_t who)
{
	uint32_t tag;
	struct someone *p = person_at(g, who, &tag);

	for (unsigned i = 0; i < BUCKET && who != 0; i++)
		if (p[i].tag == tag)
			return &p[i];
	return NULL;
}

const struct someone *
graph_person(const struct graph *g, uint32_t who)
{
	return person_find(g, who);
}

/* He, or in the place of who gets least mail: alone in a circle of his. */
static struct someone *
person_take(struct graph *g, uint32_t who, uint16_t day)
{
	uint32_t tag;
	struct someone *p = person_at(g, who, &tag), *least = p;
	struct someone *old = person_find(g, who);

	if (old != NULL) {
		old->day = day > old->day ? day : old->day;
		return old;
	}
	for (unsigned i = 1; i < BUCKET; i++)
		if (p[i].letters < least->letters ||
		    (p[i].letters == least->letters &&
		    p[i].day < least->day))
			least = &p[i];
	*least = (struct someone){ .tag = tag, .group = who, .day = day };
	return least;
}

/* For the circle of somebody. */
static void
vote(struct graph *g, uint32_t who, uint32_t group, uint16_t day)
{
	struct someone *p = person_take(g, who, day);

	if (p->group == group) {
		p->votes = (uint8_t)(p->votes < VOTES ? p->votes + 1 : VOTES);
	} else if (p->votes > 0) {
		p->votes--;
	} else {
		p->group = group;
		p->votes = 1;
	}
}

static uint32_t
group_of(const struct graph *g, uint32_t who)
{
	const struct someone *p = person_find(g, who);

	return p == NULL ? who : p->group;
}

static void
mark(struct graph *g, uint32_t who, uint8_t flag, uint16_t day)
{
	struct someone *p = person_take(g, who, day);

	p->flags = (uint8_t)(p->flags | flag);
}

static bool
is(const struct graph *g, uint32_t who, uint8_t flag)
{
	const struct someone *p = person_find(g, who);

	return p != NULL && (p->flags & flag) != 0;
}

uint32_t
graph_domain(const struct sample *s)
{
	return s->domain == 0 ? 0 :
	    (uint32_t)(num_mix(s->domain ^ UINT64_C(0xd0)) >> 32) | 1;
}

static bool
wrote(const struct memory *m, uint32_t from, uint32_t to)
{
	return memory_cell(m->pair, m->head->geometry.pairs,
	    memory_pair_key(from, to)) != NULL;
}

bool
graph_tied(const struct memory *m, uint32_t one, uint32_t other)
{
	return wrote(m, one, other) || wrote(m, other, one);
}

/* One message of s to one of its recipients. */
static void
letter_to(struct graph *g, const struct memory *m, const struct sample *s,
    uint32_t to, bool stranger)
{
	uint16_t day = day_of(s->arrival);
	struct someone *p = person_take(g, to, day);
	uint32_t domain = graph_domain(s);

	p->letters = weight_add(p->letters, day, 1);
	if (stranger)
		p->strangers = weight_add(p->strangers, day, 1);
	if (wrote(m, to, s->person)) {
		mark(g, to, PERSON_ANSWERS, day);
		mark(g, s->person, PERSON_ANSWERS, day);
		vote(g, to, group_of(g, s->person), day);
		vote(g, s->person, group_of(g, to), day);
		if (domain == 0)
			return;
		mark(g, domain, PERSON_ANSWERS, day);
		vote(g, domain, group_of(g, to), day);
	} else if (is(g, s->person, PERSON_ANSWERS)) {
		mark(g, to, PERSON_NAMED, day);
		if (!is(g, to, PERSON_ANSWERS))
			vote(g, to, group_of(g, s->person), day);
	}
}

/* ---- names ----------------------------------------------------------- */

static struct bearer *
name_find(const struct graph *g, uint32_t name)
{
	uint64_t key = num_mix(name);
	struct bearer *b = &g->name[(key & (g->names - 1)) * BUCKET];

	for (unsigned i = 0; i < BUCKET && name != 0; i++)
		if (b[i].tag == ((uint32_t)(key >> 32) | 1))
			return &b[i];
	return NULL;
}

const struct bearer *
graph_name(const struct graph *g, uint32_t name)
{
	return name_find(g, name);
}

static struct bearer *
name_take(struct graph *g, uint32_t name)
{
	uint64_t key = num_mix(name);
	struct bearer *b = &g->name[(key & (g->names - 1)) * BUCKET];
	struct bearer *old = name_find(g, name), *least = b;

	if (old != NULL)
		return old;
	for (unsigned i = 1; i < BUCKET; i++)
		if (b[i].letters < least->letters)
			least = &b[i];
	*least = (struct bearer){ .tag = (uint32_t)(key >> 32) | 1 };
	return least;
}

/* A name stays with the address it was first seen at, as long as that
 * writes. */
static void
name_learn(struct graph *g, const struct sample *s, bool stranger)
{
	uint16_t day = day_of(s->arrival);
	struct bearer *b = name_take(g, s->name);

	if (b->who != s->sender && weight_read(b->letters, day) < 1)
		*b = (struct bearer){ .tag = b->tag, .who = s->sender,
			.domain = (uint16_t)graph_domain(s),
			.first_day = day, .others = b->others };
	if (b->who == s->sender)
		b->letters = weight_add(b->letters, day, 1);
	else if (stranger && b->others < UINT16_MAX)
		b->others++;
}

void
graph_learn(struct graph *g, const struct memory *m, const struct sample *s,
    bool stranger)
{
	unsigned n = s->n[ROW_RECIPIENTS];

	/* what a program sends says nothing of whom he knows */
	if (s->mail_class == MAIL_AUTO)
		return;
	for (unsigned i = 0; i < n && i < GRAPH_NEAR; i++)
		letter_to(g, m, s, s->value[s->first[ROW_RECIPIENTS] + i],
		    stranger);
	if (s->name != 0)
		name_learn(g, s, stranger);
}

void
graph_forget(struct graph *g, uint64_t sender, uint32_t who)
{
	struct someone *own = person_find(g, who);

	if (own != NULL)
		*own = (struct someone){ .tag = 0 };
	for (size_t i = 0; i < (size_t)g->people * BUCKET; i++)
		if (g->person[i].group == who) {
			g->person[i].group = 0;
			g->person[i].votes = 0;
		}
	for (size_t i = 0; i < (size_t)g->names * BUCKET; i++)
		if (g->name[i].who == sender)
			g->name[i] = (struct bearer){ .tag = 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge_graph.c - who knows whom, and who carries which name, of two nodes.
 *
 * Of a person or a name that both know, what the one has that counts more; and
 * what counts more is also what stays when a bucket is full: one order of all
 * decides both, so that any number of nodes in any order end the same.
 */
#include "behave/merge.h"

/* Who exchanges mail first, then who gets more of it. */
static bool
more_of_a_person(const struct someone *a, const struct someone *b)
{
	bool answers = (a->flags & PERSON_ANSWERS) != 0;

	if (answers != ((b->flags & PERSON_ANSWERS) != 0))
		return answers;
	if (a->letters != b->letters)
		return a->letters > b->letters;
	if (a->day != b->day)
		return a->day > b->day;
	if (a->tag != b->tag)
		return a->tag > b->tag;
	if (a->strangers != b->strangers)
		return a->strangers > b->strangers;
	if (a->votes != b->votes)
		return a->votes > b->votes;
	return a->group != b->group ? a->group > b->group :
	    a->flags > b->flags;
}

static void
person_put(struct someone bucket[BUCKET], const struct someone *p)
{
	unsigned at = 0;

	while (at < BUCKET - 1 && bucket[at].tag != p->tag)
		at++;
	if (!more_of_a_person(p, &bucket[at]))
		return;
	for (; at > 0 && more_of_a_person(p, &bucket[at - 1]); at--)
		bucket[at] = bucket[at - 1];
	bucket[at] = *p;
}

/* At which address a name was seen most, and of these first. */
static bool
more_of_a_name(const struct bearer *a, const struct bearer *b)
{
	if (a->letters != b->letters)
		return a->letters > b->letters;
	if (a->tag != b->tag)
		return a->tag > b->tag;
	if (a->first_day != b->first_day)
		return a->first_day < b->first_day;
	if (a->others != b->others)
		return a->others > b->others;
	return a->who != b->who ? a->who > b->who : a->domain > b->domain;
}

static void
name_put(struct bearer bucket[BUCKET], const struct bearer *p)
{
	unsigned at = 0;

	while (at < BUCKET - 1 && bucket[at].tag != p->tag)
		at++;
	if (!more_of_a_name(p, &bucket[at]))
		return;
	for (; at > 0 && more_of_a_name(p, &bucket[at - 1]); at--)
		bucket[at] = bucket[at - 1];
	bucket[at] = *p;
}

/* As with cells, the place is a part of the key that stands nowhere else: of
 * a smaller table it is not known where in a larger one. */
void
graph_merge(struct graph *to, const struct graph *from)
{
	size_t people = (size_t)from->people * BUCKET;
	size_t names = (size_t)from->names * BUCKET;

	for (size_t i = 0; i < people && to->people == from->people; i++)
		if (from->person[i].tag != 0)
			person_put(&to->person[i / BUCKET * BUCKET],
			    &from->person[i]);
	for (size_t i = 0; i < names && to->names == from->names; i++)
		if (from->name[i].tag != 0)
			name_put(&to->name[i / BUCKET * BUCKET],
			    &from->name[i]);
}

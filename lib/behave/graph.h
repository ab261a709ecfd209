/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph.h - who knows whom, and who carries which name.
 *
 * Of a person: how much mail he gets, how much of it from people he never
 * met, and the circle he belongs to.  A circle is the one that most of those
 * belong to with whom he exchanges mail in both directions: each exchange is
 * a vote, and a majority that a vote at a time can find is enough (Boyer and
 * Moore), so that nothing has to be walked at night.  A domain has a circle
 * too.  Of a name: at which address it is known.
 *
 * Nobody who was never answered moves anybody's circle: mail to many people
 * does not make friends.  Both tables are buckets of one or two cache lines
 * in which the least written to gives way (memory.h), so that a flood of new
 * people pushes out new people.
 */
#ifndef BEHAVE_GRAPH_H
#define BEHAVE_GRAPH_H

#include "behave/memory.h"

enum {
	GRAPH_NEAR = 8,			/* recipients that are looked at     */
	PERSON_ANSWERS = 1,		/* exchanges mail with somebody      */
	PERSON_NAMED = 2		/* was written to by one who does    */
};

struct someone {
	uint32_t tag, group;
	weight letters, strangers;	/* that he got; of these, from whom  */
	uint16_t day;
	uint8_t votes, flags;
};

struct bearer {
	uint64_t who;			/* key of a sender                   */
	uint32_t tag;
	uint16_t domain;		/* of who, in short                  */
	weight letters;			/* under this name                   */
	uint16_t first_day;
	uint16_t others;		/* addresses besides                 */
	uint32_t spare;
};

struct graph {
	uint32_t people, names;		/* buckets                           */
	struct someone *person;
	struct bearer *name;
};

/* Octets, for a memory of that geometry. */
size_t graph_size(const struct geometry *g);
void graph_open(struct graph *out, uint64_t *block, const struct geometry *g);

/* NULL: not known. */
const struct someone *graph_person(const struct graph *g, uint32_t who);
const struct bearer *graph_name(const struct graph *g, uint32_t name);

/* As whom a domain stands among the people; 0: none. */
uint32_t graph_domain(const struct sample *s);
/* Did one of them ever write to the other? */
bool graph_tied(const struct memory *m, uint32_t one, uint32_t other);

/* Before s is learned by m; stranger: of whom nothing was known. */
void graph_learn(struct graph *g, const struct memory *m,
    const struct sample *s, bool stranger);

/* Nothing of a person any more, nor a circle called by him. */
void graph_forget(struct graph *g, uint64_t sender, uint32_t who);

#endif

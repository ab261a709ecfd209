/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of an id a hash of 32 bits is kept, in half a megabyte for a generation:
 * that a wrong id passes for an open one takes luck of 1 to 100,000, and
 * gains a line in the journal.
 */
#include "open_ids.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = OPEN_IDS * 2 };

struct slot {
	uint32_t tag;			/* 0: empty        */
	uint32_t user;			/* 0: nobody yet   */
};

struct generation {
	struct slot *slot;
	unsigned n;
};

struct open_ids {
	struct generation now, before;
};

struct open_ids *
open_ids_new(void)
{
	struct open_ids *ids = calloc(1, sizeof(*ids));

	if (ids == NULL)
		return NULL;
	ids->now.slot = calloc(SLOTS, sizeof(struct slot));
	ids->before.slot = calloc(SLOTS, sizeof(struct slot));
	if (ids->now.slot == NULL || ids->before.slot == NULL) {
		open_ids_free(ids);
		return NULL;
	}
	return ids;
}

void
open_ids_free(struct open_ids *ids)
{
	if (ids == NULL)
		return;
	free(ids->now.slot);
	free(ids->before.slot);
	free(ids);
}

/* Its slot, or the empty one where it would be; at most half are used. */
static struct slot *
slot_of(const struct generation *g, uint64_t id, uint32_t *tag)
{
	uint64_t h = (id ^ id >> 31) * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h & 0xffffffffu);

	*tag = (uint32_t)(h >> 32) | 1;
	while (g->slot[i % SLOTS].tag != 0 && g->slot[i % SLOTS].tag != *tag)
		i++;
	return &g->slot[i % SLOTS];
}

static void
turn(struct open_ids *ids)
{
	struct generation old = ids->before;

	memset(old.slot, 0, SLOTS * sizeof(struct slot));
	old.n = 0;
	ids->before = ids->now;
	ids->now = old;
}

void
open_ids_add(struct open_ids *ids, uint64_t id)
{
	struct slot *s;
	uint32_t tag;

	if (ids->now.n >= OPEN_IDS)
		turn(ids);
	s = slot_of(&ids->now, id, &tag);
	if (s->tag != 0)
		return;
	*s = (struct slot){ .tag = tag };
	ids->now.n++;
}

enum open_id
open_ids_take(struct open_ids *ids, uint64_t id, uint64_t user)
{
	uint32_t tag, who = (uint32_t)((user ^ user >> 32) * 0x9e3779b1u) | 1;
	struct slot *s = slot_of(&ids->now, id, &tag);

	if (s->tag == 0)
		s = slot_of(&ids->before, id, &tag);
	if (s->tag == 0)
		return OPEN_ID_UNKNOWN;
	if (s->user != 0 && s->user != who)
		return OPEN_ID_TAKEN;
	s->user = who;
	return OPEN_ID_YES;
}

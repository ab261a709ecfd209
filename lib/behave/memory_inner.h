/* SPDX-License-Identifier: Apache-2.0 */
/* memory_inner.h - what memory.c, memory_keep.c and memory_use.c share. */
#ifndef BEHAVE_MEMORY_INNER_H
#define BEHAVE_MEMORY_INNER_H

#include "behave/memory.h"
#include "behave/num.h"

uint64_t memory_value_key(unsigned row, uint32_t value);
uint64_t memory_pair_key(uint32_t from, uint32_t to);
struct cell *memory_cell(struct cell *table, uint32_t buckets, uint64_t key);
/* Will be looked at soon. */
static inline void
memory_cell_fetch(const struct cell *table, uint32_t buckets, uint64_t key)
{
	__builtin_prefetch(&table[(key & (buckets - 1)) * BUCKET]);
}

static inline void
memory_letter_fetch(const struct memory *m, uint64_t id)
{
	const uint8_t *l = (const uint8_t *)&m->letter[(num_mix(id) &
	    (m->head->geometry.letters - 1)) * BUCKET];

	for (unsigned i = 0; id != 0 && i < BUCKET * sizeof(*m->letter);
	    i += 64)
		__builtin_prefetch(l + i);
}

/* The cell of key; what counted least in its bucket became it. */
struct cell *memory_cell_take(struct cell *table, uint32_t buckets,
    uint64_t key);
enum thread_state memory_thread(const struct memory *m,
    const struct sample *s);
/* Into the profile, which has room for the slots of a sender or a domain; an
 * empty one if there is no record. */
void memory_profile(struct profile *out, const struct memory *m, uint64_t key,
    bool of_domain);
/* Takes the place of the record that there was.  False: no room. */
bool memory_keep(struct memory *m, const struct profile *p);

/* The record in the i-th place of the index; NULL: there is none. */
const struct record *memory_nth(const struct memory *m, uint32_t i);
/* Nothing is known of key any more. */
void memory_forget(struct memory *m, uint64_t key);
/* Octets that belong to nobody are zero. */
void memory_wipe(struct memory *m);

#endif

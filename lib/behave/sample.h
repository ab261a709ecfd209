/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample.h - one message as numbers: what profiles count and scores weigh.
 *
 * A row is a trait, or something like a trait that needs memory to be told
 * (rows.def).  Values are 32 bits of a keyed hash; no text is left.
 */
#ifndef BEHAVE_SAMPLE_H
#define BEHAVE_SAMPLE_H

#include "traits/traits.h"

enum row {
#define T(id) ROW_##id,
#define X(id, name, kind, owner, words) ROW_##id,
#include "behave/rows.def"
#undef X
#undef T
	N_ROW
};

/* Of what kind a trait and a row is, and whose, for the compiler. */
enum {
#define X(id, name, kind, owner, words) TRAIT_KIND_##id = TRAIT_##kind, \
	TRAIT_OWNER_##id = OWNER_##owner,
#include "traits/traits.def"
#undef X
#define T(id) ROW_KIND_##id = (int)TRAIT_KIND_##id, \
	ROW_OWNER_##id = (int)TRAIT_OWNER_##id,
#define X(id, name, kind, owner, words) ROW_KIND_##id = TRAIT_##kind, \
	ROW_OWNER_##id = OWNER_##owner,
#include "behave/rows.def"
#undef X
#undef T
	ROWS_MOST = 64			/* bits of row_sets                  */
};

/* The rows that are sets: asked hundreds of times a message. */
static const uint64_t row_sets = 0
#define T(id) | (uint64_t)((int)ROW_KIND_##id == TRAIT_MANY) << ROW_##id
#define X(id, name, kind, owner, words) T(id)
#include "behave/rows.def"
#undef X
#undef T
;

static inline bool
row_is_set(unsigned row)
{
	return (row_sets >> (row % ROWS_MOST) & 1) != 0;
}

enum {
	SAMPLE_MANY = 112,		/* values of all sets of a message   */
	SAMPLE_SET = 32			/* ... and of one set                */
};

struct sample {
	/* Keys of profiles; 0: none.  Through a list that writes itself into
	 * From, a person is somebody else than by himself. */
	uint64_t sender, domain;
	uint32_t person;		/* as recipients are named           */
	uint32_t name;			/* shown, of two words or more; or 0 */
	uint64_t id, parent;		/* Message-IDs, hashed               */
	int64_t arrival;
	uint8_t mail_class, hour;
	uint8_t asks;			/* ASKS_...                          */
	uint8_t first[N_ROW], n[N_ROW];	/* of a set, in value                */
	uint32_t one[N_ROW];
	uint32_t value[SAMPLE_MANY];
	uint8_t n_value;
};

enum {
	ASKS_ANSWER = 1,		/* ... to go to another domain       */
	ASKS_FILE = 2			/* ... to be opened                  */
};

enum thread_state {
	THREAD_NEW = 1, THREAD_UNKNOWN, THREAD_KNOWN, THREAD_MINE
};

const struct trait_info *row_info(unsigned row);
/* The trait that it is; -1: none, it is like one. */
int row_trait(unsigned row);

/* The places of its sets are in it. */
bool sample_holds(const struct sample *s);

/* Under key, the keys of profiles: of an address (lower case), of an
 * organization, and of who writes through a list that writes itself into
 * From. */
uint64_t sample_person(const uint8_t key[16], struct span address);
uint64_t sample_domain(const uint8_t key[16], struct span domain);
uint64_t sample_through(const uint8_t key[16], struct span list,
    struct span who);
/* The domain of accounts of ours: who sends mail out. */
uint64_t sample_own(const uint8_t key[16]);

/* Rows that need memory are left for memory_view(). */
void sample_of(struct sample *out, const struct traits *t,
    const uint8_t key[16]);

#endif

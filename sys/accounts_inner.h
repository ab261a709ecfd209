/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accounts_inner.h - how the file of accounts is laid out.
 *
 * The frame, which never changes, stands at both ends; everything else is
 * pairs (accounts_pair.c) and memories whose entries have a check each.
 */
#ifndef SYS_ACCOUNTS_INNER_H
#define SYS_ACCOUNTS_INNER_H

#include "accounts.h"
#include "behave/own_met.h"

enum {
	ACCOUNTS_WAYS = 8,		/* cells that an account may lie in  */
	ACCOUNTS_SPOOLS = 160,		/* whose last number is remembered   */
	ACCOUNTS_MET = 16,		/* sets of people for each account   */
	ACCOUNTS_LINKS = 2,		/* ... and of links                  */
	ACCOUNTS_GONE = 64,		/* marks                             */
	ACCOUNTS_GONE_S = 2 * 86400	/* longer no spool waits             */
};

#define ACCOUNTS_PAIR(name, type) \
	struct name { uint64_t turn; struct type p[2]; }

ACCOUNTS_PAIR(accounts_cell, own_profile);

struct accounts_spool { uint64_t at, spool, number, used, sum; };
ACCOUNTS_PAIR(accounts_spools, accounts_spool);

struct accounts_owed {
	uint64_t at;
	int64_t due[ACCOUNTS_TOLD_BY];	/* loop_time(); 0: told              */
	uint32_t tries[ACCOUNTS_TOLD_BY];
	struct accounts_notice notice;	/* episode 0: free                   */
	uint64_t sum;
};
ACCOUNTS_PAIR(accounts_owing, accounts_owed);

/* Who was erased, by a hash of the hash: what he wrote before is not noted
 * when it comes late. */
struct accounts_gone {
	uint64_t at, mark;
	int64_t before;			/* 0: free                           */
	uint64_t sum;
};
ACCOUNTS_PAIR(accounts_marks, accounts_gone);

struct accounts_state {
	uint64_t at;
	int64_t began;			/* 0: not yet                        */
	uint64_t episodes, sum;
};
ACCOUNTS_PAIR(accounts_states, accounts_state);

struct accounts_frame {
	uint64_t magic, octets;
	uint64_t cells, met_sets, link_sets;
	uint8_t key[ACCOUNTS_KEY];
	uint64_t sum;
};

struct accounts_head {
	struct accounts_frame frame;
	struct accounts_states state;
	struct accounts_spools spool[ACCOUNTS_SPOOLS];
	struct accounts_owing owed[ACCOUNTS_NOTICES];
	struct accounts_marks gone[ACCOUNTS_GONE];
};

struct accounts {
	struct accounts_head *head;
	size_t room;			/* of the map                        */
	struct accounts_cell *cell;
	uint64_t *met, *links;
	uint32_t (*address)[OWN_ADDRESSES];	/* of each cell; writer's    */
	uint64_t cells, met_sets, link_sets;
	uint64_t uses;			/* of spools; writer's               */
	uint8_t answer[ACCOUNTS_ANSWER];
};

/* The sum of what has so many octets and the sum behind. */
uint64_t accounts_sum(const void *half, size_t size);
/* What holds now, zeros if that is damaged; false: it was changed all the
 * time. */
bool pair_read(void *out, const void *pair, size_t size);
/* The same for who writes, in its place. */
void *pair_now(void *pair, size_t size);
/* value holds from now on. */
void pair_write(void *pair, size_t size, void *value);
/* Zeros do, and what was there is no more in the file. */
void pair_clear(void *pair, size_t size);
/* What was there before is no more in the file. */
void pair_forget(void *pair, size_t size);
/* False: it was damaged, and is as it was before that was written. */
bool pair_mend(void *pair, size_t size);
#define PAIR_READ(out, pair) pair_read(out, pair, sizeof(*(out)))
#define PAIR_NOW(pair) ((__typeof__(&(pair)->p[0])) \
	pair_now(pair, sizeof((pair)->p[0])))
#define PAIR_WRITE(pair, value) pair_write(pair, sizeof(*(value)), value)
#define PAIR_CLEAR(pair) pair_clear(pair, sizeof((pair)->p[0]))
#define PAIR_MEND(pair) pair_mend(pair, sizeof((pair)->p[0]))

/* Its cell; NULL: nothing is known. */
struct accounts_cell *accounts_find(const struct accounts *a,
    uint64_t account);
/* salt 0: it has met nobody. */
void accounts_look(const struct accounts *a, struct own_news *out,
    const struct own_fact *f, uint64_t salt);
uint64_t accounts_met(uint64_t salt, uint32_t address);
/* p is what holds from now on. */
void accounts_write(struct accounts *a, struct accounts_cell *c,
    struct own_profile *p);
bool accounts_is_gone(const struct accounts *a, const struct own_fact *f);

#endif

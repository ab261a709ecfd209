/* SPDX-License-Identifier: Apache-2.0 */
/* accounts_inner.h - how the file of accounts is laid out. */
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

struct accounts_cell {
	uint64_t turn;			/* the lowest bit says which holds   */
	struct own_profile p[2];
};

struct accounts_spool { uint64_t spool, number, used; };

struct accounts_owed {
	int64_t due;			/* loop_time()                       */
	struct accounts_notice notice;	/* episode 0: free                   */
};

/* Who was erased, by a hash of the hash: what he wrote before is not noted
 * when it comes late. */
struct accounts_gone {
	uint64_t mark;
	int64_t before;			/* 0: free                           */
};

struct accounts_head {
	uint64_t magic, octets;
	uint64_t cells, met_sets, link_sets;
	uint8_t key[ACCOUNTS_KEY];
	int64_t began;			/* 0: not yet                        */
	uint64_t uses;
	uint32_t episodes;
	struct accounts_spool spool[ACCOUNTS_SPOOLS];
	struct accounts_owed owed[ACCOUNTS_NOTICES];
	struct accounts_gone gone[ACCOUNTS_GONE];
};

struct accounts {
	struct accounts_head *head;
	size_t room;			/* of the map                        */
	struct accounts_cell *cell;
	uint64_t *met, *links;
	uint32_t (*address)[OWN_ADDRESSES];	/* of each cell; writer's    */
	uint64_t cells, met_sets, link_sets;
	uint8_t answer[ACCOUNTS_ANSWER];
};

/* The profile as it is now; false: it was changed all the time. */
bool accounts_read(struct own_profile *out, const struct accounts_cell *c);
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
uint64_t accounts_sum(const struct accounts *a, const struct own_profile *p);

#endif

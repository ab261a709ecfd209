/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bond.h - what of one message ties somebody to us, as octets for who
 * remembers it (learned.h is what comes of that).
 *
 * An account of ours wrote to these domains, under a name; a domain wrote to
 * us; somebody forwarded a message of a domain to one of us.  Of people there
 * are hashes alone, under the key of own accounts.
 */
#ifndef ORIGIN_BOND_H
#define ORIGIN_BOND_H

#include "base/buf.h"

enum {
	BOND_DOMAINS = 8,		/* that one message goes to: who writes
					 * to more writes to nobody          */
	BOND_DOMAIN = 62,		/* octets of one; of a hundred thousand
					 * names of firms none is longer     */
	BOND_OCTETS = 2 + 2 * 8 + BOND_DOMAINS * (BOND_DOMAIN + 1)
};

enum bond_kind { BOND_OUT = 'o', BOND_IN = 'i', BOND_WAY = 'w' };

struct bond {
	enum bond_kind kind;
	uint64_t account, name;		/* OUT; name 0: none                 */
	struct span domain[BOND_DOMAINS];	/* ... registrable           */
	size_t n_domain;
	uint64_t who;			/* IN: the domain; WAY: who forwards to
					 * whom                              */
	uint32_t address;		/* IN: who wrote; WAY: to whom       */
	uint32_t of;			/* WAY: the author's domain          */
};

/* What comes of many of them: learned.h. */
struct learned_in {
	const struct span *domain;	/* registrable, lower-case A-labels  */
	uint64_t *person, *way;		/* they get into order               */
	size_t n_domain, n_person, n_way;
	const uint8_t *key;		/* of the hashes                     */
};

uint64_t bond_domain(const uint8_t key[16], struct span domain);
uint64_t bond_way(const uint8_t key[16], struct span forwarder,
    uint32_t address);

void bond_put(struct buf *out, const struct bond *t);
/* Takes one off the front.  False: there is none, or it is none (*bad). */
bool bond_get(struct bond *out, struct span *in, bool *bad);

#endif

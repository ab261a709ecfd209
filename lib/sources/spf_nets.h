/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spf_nets.h - the networks that an SPF record names, and by whose word.
 *
 * Not a check of a message (check/spf.h is): all of the record is laid flat,
 * so that sources can be looked up in it.  One question at a time:
 *
 *	spf_nets_begin(&n, domain, own, arena);
 *	while ((q = spf_nets_question(&n)) != NULL)
 *		ask, and spf_nets_answer(&n, &answer);
 *
 * What a record of the domain itself says is direct, records at other names
 * of the domain included; what it takes from names of others, by include,
 * redirect or CNAME, is theirs and shared with all their customers.  Terms
 * that need a message (exists, ptr, macros) are left out, and .untold says
 * so.
 */
#ifndef SOURCES_SPF_NETS_H
#define SOURCES_SPF_NETS_H

#include "sources/source.h"

struct spf_net_row {
	struct assay_addr net;
	unsigned bits;
	struct domain include;		/* absent: direct                   */
	const struct spf_net_row *next;
};

struct spf_todo {
	struct assay_question q;
	struct domain include;
	unsigned bits4, bits6;		/* of the addresses of a name       */
	unsigned depth;
	struct spf_todo *next;
};

struct spf_nets {
	struct arena *arena;
	const struct source_own *own;
	size_t n_own;
	const struct spf_net_row *first;
	size_t n;
	struct spf_todo *todo;		/* the first is the open question   */
	unsigned asked;
	bool found;			/* there is a record                */
	bool untold, failed;		/* terms left out; an answer missing */
	bool anyone;			/* +all, or networks so wide        */
};

/* Records of several names may be laid into one. */
void spf_nets_begin(struct spf_nets *n, const struct source_own *own,
    size_t n_own, struct arena *a);
void spf_nets_add(struct spf_nets *n, struct domain name);
/* NULL: done. */
const struct assay_question *spf_nets_question(const struct spf_nets *n);
void spf_nets_answer(struct spf_nets *n, const struct assay_answer *a);

/* Whether, and by whose word, it lists this address. */
enum source_listed spf_nets_find(const struct spf_nets *n,
    const struct assay_addr *a, struct domain *include);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_load.h - who sends as a domain, out of the store: sums of reports
 * folded into sources, what DNS and the table of networks say of them, what
 * persons decided, and the opinion.
 */
#ifndef ASSAY_SOURCE_LOAD_H
#define ASSAY_SOURCE_LOAD_H

#include "ipasn.h"
#include "settings.h"
#include "sources/judge.h"
#include "sources/spf_nets.h"
#include "sources/whatif.h"
#include "store_file.h"

enum {
	SOURCE_NAMES = 500,	/* From domains below ours that DNS is asked
				 * about: those with most mail; spoofers
				 * make them up                             */
	SOURCE_ASKED = 32,	/* return paths whose SPF is looked up: each
				 * is some questions, and spoofers make
				 * names up                                 */
	SOURCE_OWN = 32,	/* own-domain statements heeded             */
	SOURCE_PTRS = 300	/* addresses whose name is asked for: a few
				 * seconds with a resolver nearby           */
};

struct source_load {
	/* given */
	const struct settings *settings;
	const struct store_file *file;
	struct store *store;
	struct domain domain;
	int64_t day_from, day_to;
	bool offline;			/* ask no DNS                       */

	/* made */
	struct arena arena;
	struct sources *s;
	struct ipasn *asn;
	struct services services;
	struct assay_oracle dns;
	bool has_dns;
	struct source_own own[SOURCE_OWN + SOURCE_NAMES];
	size_t n_own;
	struct domain missing[SOURCE_NAMES];
	size_t n_missing;
	struct whatif_name name[SOURCE_NAMES];
	size_t n_name;
	struct domain org;		/* by today's DNS                   */
	struct span policy;		/* today's p, or absent             */
	struct span record;		/* ... the record at the domain     */
	bool parked;			/* the domain itself sends nothing  */
	bool nowhere;			/* the domain is not in DNS         */
	bool dns_failed;		/* these were asked for in vain     */
	struct source_decision *decision;
	size_t n_decision;
	struct auth_memo **memo;
	uint8_t ground_secret[16];
};

/* 0, or an exit status: what is wrong was told.  To be freed in any case.
 * domain is copied. */
int source_load(struct source_load *l, struct span domain);
void source_load_free(struct source_load *l);

/* The rows again, one by one. */
struct source_rows {
	struct source_load *l;
	struct store_cursor *cursor;
	struct source_row row;		/* spans live until the next        */
	bool failed;			/* store_why(), or no memory        */
};
bool source_rows_begin(struct source_rows *r, struct source_load *l);
bool source_rows_next(struct source_rows *r);
/* False: it ended early. */
bool source_rows_end(struct source_rows *r);

/* Domains of the store, the busiest first, at most max. */
int source_domains(struct store *s, const struct store_file *file,
    struct arena *a, struct span *out, size_t max, size_t *n);

/* source_dns.c */
void source_dns_names(struct source_load *l, const struct domain *from,
    size_t n);
void source_dns_places(struct source_load *l);
bool source_dns_open(struct source_load *l);

/* source_auth.c: the results of a row as the store keeps them, JSON. */
struct auth_set {
	const struct aggregate_dkim *dkim;
	const struct aggregate_spf *spf;
	size_t n_dkim, n_spf;
};
bool source_auth_read(struct auth_set *out, struct span text,
    struct arena *a);

#endif

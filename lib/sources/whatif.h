/* SPDX-License-Identifier: Apache-2.0 */
/*
 * whatif.h - mail that reports told of, replayed under another policy
 * (RFC 9989 4.7, 4.10, 5.3, 5.4).
 *
 * What was authenticated is in the rows; whether it is aligned, and which of
 * p, sp and np holds, is worked out anew.  What a receiver would do is its
 * own affair (RFC 9989 7.4); what the policy asks for is what is told here,
 * and beside it how much the same receiver let through before although it
 * failed.
 */
#ifndef SOURCES_WHATIF_H
#define SOURCES_WHATIF_H

#include "check/dmarc_record.h"
#include "sources/fold.h"

struct whatif_name {		/* what DNS says of a name below            */
	struct domain name;
	bool missing;		/* NXDOMAIN: np holds (RFC 9989 3.2.13)     */
	bool own_record;	/* it has a policy of its own               */
	bool own_org;		/* ... with psd=n                           */
};

struct whatif {
	struct domain domain;	/* where the record would stand             */
	struct domain org;	/* its organizational domain, by today's DNS */
	struct dmarc_record record;
	const struct whatif_name *name;
	size_t n_name;
};

enum whatif_fate {
	WHATIF_PASSES = 0,	/* aligned pass                             */
	WHATIF_ELSEWHERE,	/* another record holds for this author     */
	WHATIF_UNTOLD,		/* strict, and the report has no results    */
	WHATIF_NONE,		/* fails, and nothing is asked              */
	WHATIF_QUARANTINE, WHATIF_REJECT,
	WHATIF_FATES
};

struct whatif_effect {
	enum whatif_fate fate;
	const char *tag;	/* "p", "sp", "np": which asked; or NULL    */
	bool passed;		/* as the record was when it was reported   */
	bool excused;		/* failed, and let through for a reason     */
};

/* Reads "p=reject; np=reject", with or without "v=DMARC1" in front.  False:
 * words say why nobody would use it as it is meant.  When true words hold
 * what deserves a remark, or nothing.  The record lives in the arena. */
bool whatif_read(struct dmarc_record *out, struct span text,
    struct buf *words, struct arena *a);

struct whatif_effect whatif_row(const struct whatif *w,
    const struct source_row *row, struct sources *s);

/* ---- sums --------------------------------------------------------------- */

enum { WHATIF_RECEIVERS = 8 };	/* named; more are counted */

/* Mail of one source as one author with one fate. */
struct whatif_line {
	const struct source *source;
	const struct source_name *from;	/* NULL: unreadable                 */
	struct whatif_effect effect;	/* .excused: of none or of all      */
	uint64_t messages, excused, receivers;
	struct span receiver[WHATIF_RECEIVERS];	/* the first of them        */
	struct whatif_line *next, *chain;
};

struct whatif_sum {
	struct arena *arena;
	struct sums sums;
	struct whatif_line *first, **end, **bucket;
	uint64_t by_fate[WHATIF_FATES];
	uint64_t of_class[SOURCE_CLASSES][WHATIF_FATES];
	uint64_t messages;
};

bool whatif_sum_init(struct whatif_sum *sum, const uint8_t secret[16],
    struct arena *a);
/* False: no memory.  The row was added to s before, and s was judged. */
bool whatif_sum_add(struct whatif_sum *sum, const struct whatif *w,
    struct sources *s, const struct source_row *row);

/* "quarantine", ...; static. */
const char *whatif_fate_name(enum whatif_fate fate);

#endif

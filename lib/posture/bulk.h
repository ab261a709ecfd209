/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bulk.h - what Google, Yahoo and Microsoft ask of those who send much, as a
 * list of points: what DNS and reports (traffic.h) can tell is told, the rest
 * says what it would need.
 */
#ifndef POSTURE_BULK_H
#define POSTURE_BULK_H

#include "base/span.h"

/* Who asks for it, a set. */
enum { BULK_GOOGLE = 1, BULK_YAHOO = 2, BULK_MICROSOFT = 4 };

enum bulk_rule {
#define X(ID, name, who, sentence) BULK_##ID,
#include "posture/bulk.def"
#undef X
	BULK_RULES
};

enum bulk_state { BULK_MET = 1, BULK_UNMET, BULK_UNKNOWN,
	BULK_TOLD			/* a fact, neither good nor bad     */
};

/* Of one source, as reports tell. */
struct bulk_share {
	struct span name;
	uint64_t messages, good;	/* good: that meet the rule         */
};

struct bulk_row {
	enum bulk_rule rule;
	const char *name;		/* "dkim-key-size"                  */
	const char *sentence;
	unsigned who;
	enum bulk_state state;
	struct span evidence;		/* a clause: what it rests on, or
					 * what it needs; printable         */
	const struct bulk_share *share;	/* the worst first                  */
	size_t n_share;
};

const char *bulk_state_name(enum bulk_state state);

#endif

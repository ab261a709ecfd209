/* SPDX-License-Identifier: Apache-2.0 */
/* alike.h - a name against those that are protected (struct ours). */
#ifndef ORIGIN_ALIKE_H
#define ORIGIN_ALIKE_H

#include "origin/impersonate.h"

struct resemblance {
	struct domain known;	/* the protected one                         */
	struct span words;	/* "0ne.example reads like one.example: ..." */
	bool same_to_the_eye;
	bool suffix_only;	/* the same name under another suffix        */
	bool learned;		/* nobody has said that it is to be guarded  */
};

/* The registrable name, by a guess at its suffix; absent: it is none. */
struct span alike_registrable(struct span name);

/* False: it is like none, or protected itself.  Into a. */
bool alike_find(struct resemblance *out, const struct ours *ours,
    struct domain d, struct arena *a);

/* The index of out->alike. */
bool alike_make(struct ours *out, const struct assay_options *o,
    struct arena *a);

#endif

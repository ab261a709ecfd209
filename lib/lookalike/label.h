/* SPDX-License-Identifier: Apache-2.0 */
/* label.h - a label of the candidate, and what is worked out of it. */
#ifndef LOOKALIKE_LABEL_H
#define LOOKALIKE_LABEL_H

#include "lookalike/fold.h"

enum place { PLACE_LABEL, PLACE_JOINED, PLACE_SUB };

struct label {
	struct span text;
	enum place place;
	struct span next;	/* behind a label that is in front          */
	enum restriction restriction;
	struct reading r;
	struct form light, deep;
	bool two;		/* the forms differ                         */
	uint16_t letters[READING_MAX + 1];	/* surprise of the first ones */
};

/* False: it cannot be read as a label. */
bool label_take(struct label *l, struct span text, enum place place);
/* Two labels as if there were no dot between them. */
bool label_take_joined(struct label *l, struct span both);
/* The forms; what is asked for in all labels that are looked up. */
void label_fold(struct label *l);

#endif

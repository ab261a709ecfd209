/* SPDX-License-Identifier: Apache-2.0 */
/* contact_inner.h - what contact.c and contact_place.c share. */
#ifndef BEHAVE_CONTACT_INNER_H
#define BEHAVE_CONTACT_INNER_H

#include "behave/contact.h"

/* Those whom it is to, or others in their place. */
struct company {
	uint32_t who[GRAPH_NEAR];
	unsigned n;
};

void company_of(struct company *out, const struct sample *s);

unsigned place_tie(unsigned place);
/* How likely it is of a stranger who stands alone. */
float place_alone(unsigned place);
bool tie_is_drawn(unsigned tie);

/* Where s stands, but for what depends on its recipients. */
void contact_place(struct contact_view *out, const struct graph *g,
    const struct contact_with *with, const struct view *v,
    const struct sample *s);
/* The places that depend on who the recipients are. */
void contact_among(uint8_t place[N_TIE], const struct contact *c,
    const struct graph *g, const struct memory *m, const struct sample *s,
    const struct company *to);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * example.h - a message to learn from, an octet a feature.
 */
#ifndef BEHAVE_EXAMPLE_H
#define BEHAVE_EXAMPLE_H

#include "behave/shapes.h"

enum {
	MARK_STEPS = 12			/* of one knot, in an example        */
};

struct example {
	uint8_t at[N_FEATURE];
	uint8_t size;
};

/* A genuine message, and an impostor of each kind. */
struct lineup {
	struct example own, other[N_HYPOTHESIS];
};

void example_of(struct example *out, const float x[N_FEATURE],
    float messages);
void example_marks(struct marks *out, const struct example *e);
/* Only the terms of curves. */
void example_terms(struct marks *out, const struct example *e);

#endif

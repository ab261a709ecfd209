/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/example.h"

void
example_of(struct example *out, const float x[N_FEATURE], float messages)
{
	struct marks m;

	marks_of(&m, x, messages);
	for (unsigned i = 0; i < N_FEATURE; i++)
		out->at[i] = (uint8_t)(((float)m.at[i] + m.part[i]) *
		    MARK_STEPS + 0.5f);
	out->size = (uint8_t)(m.size * 255);
}

static inline void
first_marks(struct marks *out, const struct example *e, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned at = e->at[i] / MARK_STEPS;

		at = at > KNOTS - 2 ? KNOTS - 2 : at;
		out->at[i] = (uint8_t)at;
		out->part[i] = (float)(e->at[i] - at * MARK_STEPS) *
		    (1.0f / MARK_STEPS);
	}
	out->size = (float)e->size * (1.0f / 255);
}

void
example_marks(struct marks *out, const struct example *e)
{
	first_marks(out, e, N_FEATURE);
}

void
example_terms(struct marks *out, const struct example *e)
{
	first_marks(out, e, N_TERM);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "lookalike/label.h"

bool
label_take(struct label *l, struct span text, enum place place)
{
	__attribute__((uninitialized)) struct points p;

	l->restriction = RESTRICTION_ASCII;
	l->text = text;
	l->place = place;
	if (!reading_of(&l->r, text) || l->r.n == 0)
		return false;
	if (l->r.foreign > 0 && label_read(&p, text))
		l->restriction = restriction_level(&p);
	return true;
}

void
label_fold(struct label *l)
{
	fold_light(&l->light, &l->r, 0, l->r.n);
	fold_deep(&l->deep, &l->r, 0, l->r.n);
	l->two = !form_eq(&l->light, &l->deep);
}

bool
label_take_joined(struct label *l, struct span both)
{
	struct span right = both, left = span_cut(&right, '.');
	struct reading r;

	if (!label_take(l, left, PLACE_JOINED) || !reading_of(&r, right) ||
	    l->r.n + r.n >= READING_MAX)
		return false;
	for (unsigned i = 0; i < r.n; i++)
		l->r.c[l->r.n++] = r.c[i];
	l->r.foreign = (uint8_t)(l->r.foreign + r.foreign);
	l->text = both;
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * removals.c - which fields a mail server has to take away before it adds
 * ours (RFC 8601 5): those that claim to be ours.
 *
 * A server names a field by its name and its number among the fields of
 * that name, so the list is made in one pass over the header.
 */
#include "eval.h"

#include "wire/message.h"

enum { NAMES = 2 };

static const struct span names[NAMES] = {
	SPAN_INIT("Authentication-Results"), SPAN_INIT("Received-SPF")
};

/* The claim whose field begins at, or NULL.  Claims lie in the order of the
 * message: *next is where to go on. */
static const struct claim *
claim_at(const struct facts *f, size_t at, size_t *next)
{
	while (*next < f->n_claim && f->claim[*next].place.at < at)
		(*next)++;
	if (*next < f->n_claim && f->claim[*next].place.at == at)
		return &f->claim[*next];
	return NULL;
}

size_t
assay_eval_removals(struct assay_eval *ev, const struct assay_removal **out)
{
	const struct facts *f = &ev->facts;
	struct assay_removal *list;
	struct header h;
	size_t index[NAMES] = { 0 }, n = 0, next = 0;

	*out = NULL;
	if (f->n_claim == 0 || !header_parse(&h, ev->header,
	    ev->limits.header_fields, &ev->arena))
		return 0;
	list = arena_array(&ev->arena, f->n_claim, sizeof(*list));
	for (size_t i = 0; list != NULL && i < h.n; i++) {
		const struct claim *c;
		size_t k = 0;
		while (k < NAMES && !field_is(&h.field[i], names[k]))
			k++;
		if (k < NAMES)
			index[k]++;
		c = claim_at(f, h.field[i].at, &next);
		if (c != NULL && c->ours && n < f->n_claim)
			list[n++] = (struct assay_removal){
				.name = k < NAMES ? names[k] : SPAN_NONE,
				.index = k < NAMES ? index[k] : 0,
				.at = c->place.at };
	}
	*out = list;
	return list == NULL ? 0 : n;
}

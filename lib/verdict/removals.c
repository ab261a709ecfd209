/* SPDX-License-Identifier: Apache-2.0 */
/*
 * removals.c - which fields a mail server has to take away before it adds
 * ours (RFC 8601 5): those that claim to be ours, and those that assayd
 * itself would have written.
 *
 * A server names a field by its name and its number among the fields of
 * that name, so the list is made in one pass over the header.
 */
#include "eval.h"

#include "wire/message.h"

enum { NAMES = 6, FIRST_OURS = 2 };

static const struct span names[NAMES] = {
	SPAN_INIT("Authentication-Results"), SPAN_INIT("Received-SPF"),
	/* nobody but us says these, but for a relay of ours */
	SPAN_INIT("X-Assay-Behaviour"), SPAN_INIT("X-Assay-Quarantine"),
	SPAN_INIT("X-Assay-Tag"), SPAN_INIT("X-Assay-Would")
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

static size_t
name_of(const struct field *f)
{
	size_t k = 0;

	while (k < NAMES && !field_is(f, names[k]))
		k++;
	return k;
}

static bool
goes(const struct assay_eval *ev, size_t name, const struct claim *c)
{
	if (c != NULL)
		return c->ours;
	return name >= FIRST_OURS && name < NAMES && !ev->session.relay;
}

/* Two passes: how many, then which. */
static size_t
collect(const struct assay_eval *ev, struct assay_removal *list)
{
	const struct header *h = ev->fields;
	size_t index[NAMES] = { 0 }, n = 0, next = 0;

	for (size_t i = 0; i < h->n; i++) {
		size_t at = h->field[i].at, k = name_of(&h->field[i]);

		if (k < NAMES)
			index[k]++;
		if (!goes(ev, k, claim_at(&ev->facts, at, &next)))
			continue;
		if (list != NULL)
			list[n] = (struct assay_removal){
				.name = k < NAMES ? names[k] : SPAN_NONE,
				.index = k < NAMES ? index[k] : 0,
				.at = at };
		n++;
	}
	return n;
}

size_t
assay_eval_removals(struct assay_eval *ev, const struct assay_removal **out)
{
	struct assay_removal *list;
	size_t n = ev->fields == NULL ? 0 : collect(ev, NULL);

	*out = NULL;
	if (n == 0)
		return 0;
	list = arena_array(&ev->arena, n, sizeof(*list));
	*out = list;
	return list == NULL ? 0 : collect(ev, list);
}

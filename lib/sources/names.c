/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - what is known of a name, found out once. */
#include "sources/fold.h"

/* Who owns a name, about: two labels, or three where the last two are of the
 * kind of "co.uk".  It only puts together what is shown together; nothing
 * is proven by it. */
static struct span
group_of(struct domain d)
{
	struct domain two = domain_tail(d, 2), tld = domain_tail(d, 1);
	size_t second = two.name.len - tld.name.len;

	/* ".uk" and at most "com." before it */
	if (domain_labels(d) > 2 && tld.name.len == 2 && second <= 4)
		return domain_tail(d, 3).name;
	return two.name;
}

static void
look(const struct sources *s, struct source_name *n)
{
	const struct source_ground *g = &s->ground;

	for (size_t i = 0; i < g->n_own; i++) {
		if (!domain_within(n->name, g->own[i].name))
			continue;
		n->ours = true;
		n->parked = n->parked || g->own[i].parked;
	}
	for (size_t i = 0; i < g->n_missing; i++)
		n->missing = n->missing ||
		    domain_eq(n->name, g->missing[i]);
	n->service = n->ours ? NULL : services_of(g->services, n->name);
	n->group = group_of(n->name);
}

const struct source_name *
sources_name(struct sources *s, struct span text)
{
	struct arena_mark mark = arena_mark(s->arena);
	struct source_name **bucket, *n;
	struct domain d;

	text = span_trim_fws(text);
	if (text.len == 0 || !domain_parse(&d, text, true, s->arena)) {
		arena_back(s->arena, mark);
		return NULL;
	}
	bucket = s->name + (sums_key(&s->sums, 0, 0, d.name) &
	    (SOURCES_BUCKETS - 1));
	for (n = *bucket; n != NULL; n = n->chain)
		if (domain_eq(n->name, d)) {
			arena_back(s->arena, mark);
			return n;
		}
	n = arena_alloc(s->arena, sizeof(*n));
	if (n == NULL)
		return NULL;
	n->name.name = arena_dup(s->arena, d.name);
	n->chain = *bucket;
	*bucket = n;
	look(s, n);
	return n;
}

const struct source_path *
source_asked(const struct source *f)
{
	const struct source_path *best = NULL;

	for (size_t i = 0; i < f->n_path; i++)
		if (f->path[i].d->ours && (best == NULL || f->path[i].pass +
		    f->path[i].fail > best->pass + best->fail))
			best = &f->path[i];
	return best;
}

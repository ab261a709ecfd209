/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guise_reply.c - where answers go (RFC 5322 3.6.2).
 *
 * Most mail with a Reply-To elsewhere is honest: newsletters, forms, lists.
 * So the other domain alone says next to nothing, and who it is, much.
 */
#include "origin/guise.h"

enum {
	LEVEL_OTHER = 5, LEVEL_FREEMAIL = 30, LEVEL_OTHER_FREEMAIL = 15,
	LEVEL_LEAVES = 40, LEVEL_LEAVES_FREEMAIL = 60, LEVEL_SWITCHED = 40
};

bool
guise_answers_to(const struct guising *g, struct domain d)
{
	for (size_t i = 0; i < g->reply.n; i++)
		if (domain_eq(g->reply.box[i].domain, d))
			return true;
	return false;
}

/* List-Id: Name <list.example.org> (RFC 2919 3) */
static bool
is_list_of(const struct guising *g, struct span list_id, struct domain to)
{
	struct span id = span_skip(list_id, span_rfind(list_id, '<') + 1);
	struct domain d;

	return domain_parse(&d, span_head(id, span_find(id, '>')), false,
	    g->arena) && domain_within(d, to);
}

/* A list sends answers to itself: the address is where RFC 2369 3.4 says to
 * post, or its domain is that of List-Id.  Anybody can write these fields, so
 * they explain no provider for everybody. */
static bool
is_of_list(const struct guising *g, const struct mailbox *to)
{
	const struct header *h = g->in->header;

	for (size_t i = 0; i < h->n && !is_freemail(to->domain); i++) {
		const struct field *f = &h->field[i];

		if ((field_is(f, SPAN("List-Post")) &&
		    span_search(f->value, to->addr) < f->value.len) ||
		    (field_is(f, SPAN("List-Id")) &&
		    is_list_of(g, f->value, to->domain)))
			return true;
	}
	return false;
}

/* A list that writes under the name of its author, for DMARC, and lets
 * answers go to him: its own domain is that of its List-Id. */
static bool
is_written_by_list(const struct guising *g)
{
	const struct header *h = g->in->header;

	for (size_t i = 0; i < h->n && g->via; i++)
		if (field_is(&h->field[i], SPAN("List-Id")) &&
		    is_list_of(g, h->field[i].value, g->author))
			return true;
	return false;
}

static bool
is_usual(const struct guising *g, struct domain d)
{
	for (size_t i = 0; i < g->in->n_usual_reply; i++)
		if (domain_within(d, g->in->usual_reply[i]))
			return true;
	return g->in->n_usual_reply == 0;
}

static void
say(struct guising *g, enum assay_reason reason, unsigned level,
    struct domain to)
{
	struct buf b = arena_buf(g->arena, to.name.len + 20);

	buf_str(&b, "answers go to ");
	buf_put(&b, to.name);
	guise_add(g, reason, level, to, arena_done(g->arena, &b));
}

/* The same provider for everybody, and another account of it. */
static bool
is_other_account(const struct guising *g, const struct mailbox *to)
{
	return domain_eq(to->domain, g->author) && is_freemail(g->author) &&
	    !span_ieq(to->local, g->first.local);
}

static void
judge_domain(struct guising *g, const struct mailbox *to)
{
	const struct ours *ours = g->in->ours;
	bool free = is_freemail(to->domain);

	if (guise_is_ours(ours, to->domain) || is_of_list(g, to))
		return;
	if (!g->outside)
		say(g, ASSAY_R_REPLY_TO_LEAVES, free ? LEVEL_LEAVES_FREEMAIL :
		    LEVEL_LEAVES, to->domain);
	else if (free && !is_freemail(g->author) && !is_written_by_list(g))
		say(g, ASSAY_R_REPLY_TO_FREEMAIL, LEVEL_FREEMAIL, to->domain);
	else
		say(g, ASSAY_R_REPLY_TO_OTHER, free &&
		    is_freemail(g->author) ? LEVEL_OTHER_FREEMAIL :
		    LEVEL_OTHER, to->domain);
}

static void
judge_reply(struct guising *g, const struct mailbox *to)
{
	struct domain none = { SPAN_NONE };

	guise_alike_reply(g, to->domain);
	if (!is_usual(g, to->domain) &&
	    !guise_is_ours(g->in->ours, to->domain))
		say(g, ASSAY_R_REPLY_TO_SWITCHED, LEVEL_SWITCHED, to->domain);
	if (is_other_account(g, to))
		guise_add(g, ASSAY_R_REPLY_TO_OTHER, LEVEL_OTHER_FREEMAIL,
		    none, SPAN("answers go to another account of this "
		    "provider"));
	else if (!domain_within(to->domain, g->author) &&
	    !domain_within(g->author, to->domain))
		judge_domain(g, to);
}

void
guise_reply(struct guising *g)
{
	const struct field *field = g->reply_field;

	g->author = g->first.domain;
	g->outside = !guise_is_ours(g->in->ours, g->author);
	for (size_t i = 0; i < g->reply.n; i++) {
		const struct mailbox *to = &g->reply.box[i];

		g->place = (struct place){ field->at +
		    span_offset(field->raw, to->addr), to->addr.len };
		if (!domain_absent(to->domain))
			judge_reply(g, to);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "report/unwrap_inner.h"

struct unwrap *
unwrap_new(struct arena *a)
{
	struct unwrap *u = arena_alloc(a, sizeof(*u));

	if (u != NULL)
		u->inflate = inflate_new(a);
	return u != NULL && u->inflate != NULL ? u : NULL;
}

void
unwrap_start(struct unwrap *u, struct span file, struct span name,
    struct arena *a)
{
	u->arena = a;
	u->file = file;
	u->name = name;
	u->state = UNWRAP_AT_START;
	u->mail = false;
	u->form = FORM_NONE;
	u->n_part = u->n_entry = u->found = 0;
	u->total = 0;
	u->last = true;
	u->why = UNWRAP_FINE;
}

const char *
unwrap_why_text(enum unwrap_why why)
{
	switch (why) {
	case UNWRAP_FINE:
		return "nothing is wrong";
	case UNWRAP_CUT:
		return "the compressed data end too early";
	case UNWRAP_CORRUPT:
		return "the compressed data are damaged";
	case UNWRAP_TOO_BIG:
		return "it expands to more than a report ever has";
	case UNWRAP_TOO_MANY:
		return "there are too many files in the archive or parts in "
		    "the mail";
	case UNWRAP_TOO_DEEP:
		return "the parts of the mail are nested too deep";
	case UNWRAP_ENCRYPTED:
		return "the archive is encrypted";
	case UNWRAP_METHOD:
		return "the archive is packed in a way that is not read";
	case UNWRAP_NESTED:
		return "there is an archive in the archive";
	case UNWRAP_NOMEM:
		return "out of memory";
	}
	return "";
}

/* ---- one document ------------------------------------------------- */

void
unwrap_tell(struct unwrap *u, struct unwrap_doc *out, bool text)
{
	size_t skip;

	out->packed = u->form != FORM_PLAIN;
	out->kind = unwrap_kind(u->window, text, &skip);
	u->window = span_skip(u->window, skip);
	if (out->kind == UNWRAP_NOTHING && u->why != UNWRAP_FINE) {
		out->kind = UNWRAP_REFUSED;
		out->why = u->why;
	} else if (out->kind == UNWRAP_NOTHING && out->packed &&
	    unwrap_pack(u->window) != PACK_NONE) {
		out->kind = UNWRAP_REFUSED;
		out->why = UNWRAP_NESTED;
	}
}

enum unwrap_why
unwrap_read(struct unwrap *u, struct span *window, bool *last)
{
	if (!u->fresh && u->last) {
		u->window = SPAN("");
	} else if (!u->fresh) {
		unwrap_fill(u);
		unwrap_check_sum(u);
	}
	u->fresh = false;
	*window = u->window;
	*last = u->last;
	return u->why;
}

/* ---- files and parts ---------------------------------------------- */

/* What the feed holds: an archive to go through, or a document. */
static bool
look(struct unwrap *u, struct unwrap_doc *out, bool text)
{
	enum unwrap_pack pack;

	unwrap_want(&u->feed, UNWRAP_IN / 2);
	pack = unwrap_pack(u->feed.have);
	if (pack == PACK_ZIP) {
		u->outer = u->state;
		u->state = UNWRAP_IN_ZIP;
		u->n_entry = 0;
		u->form = FORM_NONE;
		u->why = UNWRAP_FINE;
		return false;
	}
	unwrap_open(u, pack == PACK_WRAPPED ? FORM_WRAPPED : FORM_PLAIN);
	unwrap_tell(u, out, text && pack == PACK_NONE);
	return out->kind != UNWRAP_NOTHING;
}

static void
name_it(struct unwrap *u, struct unwrap_doc *out)
{
	*out = (struct unwrap_doc){ .name = u->name, .part = u->n_part };
	if (u->mail)
		out->mail = u->file;
	if (u->n_part > 0 && !span_absent(u->part.name))
		out->name = u->part.name;
}

static bool
begin(struct unwrap *u, struct unwrap_doc *out)
{
	size_t skip;

	if (unwrap_pack(u->file) == PACK_NONE &&
	    unwrap_kind(u->file, false, &skip) == UNWRAP_NOTHING &&
	    unwrap_is_mail(u->file)) {
		part_walk_start(&u->walk, u->file, true, u->arena);
		u->state = UNWRAP_IN_MAIL;
		u->mail = true;
		out->mail = u->file;
		return false;
	}
	u->state = UNWRAP_AT_END;
	unwrap_feed_span(&u->feed, u->file);
	return look(u, out, true);
}

static bool
walk_failed(struct unwrap *u, struct unwrap_doc *out)
{
	u->state = UNWRAP_AT_END;
	u->form = FORM_NONE;
	if (u->walk.why == NULL)
		return false;
	out->kind = UNWRAP_REFUSED;
	out->why = u->arena->failed ? UNWRAP_NOMEM :
	    u->walk.n_level >= LIMIT_MIME_DEPTH ? UNWRAP_TOO_DEEP :
	    UNWRAP_TOO_MANY;
	return true;
}

static bool
next_part(struct unwrap *u, struct unwrap_doc *out)
{
	struct part *p = &u->part;

	u->form = FORM_NONE;
	if (!part_next(&u->walk, p))
		return walk_failed(u, out);
	u->n_part++;
	name_it(u, out);
	/* RFC 5965 2: the report is the mail; what follows is what it is
	 * about */
	if (span_eq(p->type, SPAN("message/feedback-report"))) {
		u->state = UNWRAP_AT_END;
		out->kind = UNWRAP_FEEDBACK;
		return true;
	}
	unwrap_feed_part(&u->feed, p);
	return look(u, out, span_starts(p->type, SPAN("text/")) &&
	    !span_eq(p->type, SPAN("text/html")));
}

/* Nothing was found: that is said once. */
static bool
finish(struct unwrap *u, struct unwrap_doc *out)
{
	if (u->found > 0)
		return false;
	u->found = 1;
	*out = (struct unwrap_doc){ .name = u->name };
	if (u->mail)
		out->mail = u->file;
	return true;
}

bool
unwrap_next(struct unwrap *u, struct unwrap_doc *out)
{
	for (;;) {
		bool got = false;
		name_it(u, out);
		switch (u->state) {
		case UNWRAP_AT_START:
			got = begin(u, out);
			break;
		case UNWRAP_IN_MAIL:
			got = next_part(u, out);
			break;
		case UNWRAP_IN_ZIP:
			got = unwrap_zip(u, out);
			out->entry = u->n_entry;
			got = got && out->kind != UNWRAP_NOTHING;
			break;
		case UNWRAP_AT_END:
			return finish(u, out);
		}
		if (!got)
			continue;
		u->found++;
		return true;
	}
}

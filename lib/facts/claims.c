/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/claims.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "facts/imported.h"
#include "wire/authres.h"

enum kind { KIND_NEITHER, KIND_AUTHRES, KIND_SPF };

enum flaw { FLAW_FORGED, FLAW_UNPARSABLE, FLAW_HIDDEN, FLAW_STAYS, FLAW_SPF,
    FLAW_MANY, N_FLAWS };

static const struct {
	enum assay_reason reason;
	enum severity severity;
} flaws[N_FLAWS] = {
	[FLAW_FORGED] = { ASSAY_R_AUTHRES_CLAIMS_US, SEVERITY_S2 },
	[FLAW_UNPARSABLE] = { ASSAY_R_AUTHRES_UNPARSABLE, SEVERITY_S3 },
	[FLAW_HIDDEN] = { ASSAY_R_AUTHRES_HIDDEN, SEVERITY_S2 },
	/* ... and claims us: a server that goes by names cannot remove it */
	[FLAW_STAYS] = { ASSAY_R_AUTHRES_HIDDEN, SEVERITY_S1 },
	[FLAW_SPF] = { ASSAY_R_RECEIVED_SPF_CLAIMS_US, SEVERITY_S3 },
	[FLAW_MANY] = { ASSAY_R_AUTHRES_LIMIT, SEVERITY_S1 },
};

/* An identifier and, if it is one, the domain name that it is. */
struct id {
	struct span text;
	struct domain name;
};

struct reader {
	struct arena *arena;
	struct id us;
	const struct assay_options *options;
	const struct assay_session *session;
	size_t ours;
	size_t relayed;		/* fields of the server in front so far      */
	bool below_relay;	/* and what follows was there before it      */
	size_t count[N_FLAWS];
	struct place place[N_FLAWS];
};

static struct id
id_of(struct span text, struct arena *a)
{
	struct id id = { .text = text };

	if (text.len == 0 || !domain_parse(&id.name, text, true, a))
		id.name = (struct domain){ SPAN_NONE };
	return id;
}

/* RFC 8601 5: compared as names: case, a final dot and U-labels do not
 * matter. */
static bool
same(const struct id *a, const struct id *b)
{
	if (a->text.len == 0 || b->text.len == 0)
		return false;
	if (!domain_absent(a->name) && domain_eq(a->name, b->name))
		return true;
	return span_ieq(a->text, b->text);
}

static bool
is_trusted(const struct reader *r, const struct id *id)
{
	for (size_t i = 0; i < r->options->n_trusted_authserv; i++) {
		struct id one = id_of(r->options->trusted_authserv[i],
		    r->arena);
		if (same(&one, id))
			return true;
	}
	return false;
}

static void
note(struct reader *r, enum flaw flaw, struct place place)
{
	if (r->count[flaw]++ == 0)
		r->place[flaw] = place;
}

/* The id of the field in scratch memory; false: it does not parse. */
static bool
read_id(struct span *id, enum kind kind, struct span value, struct arena *a)
{
	struct authres ar;
	bool ok;

	if (kind == KIND_SPF)
		return received_spf_receiver(id, value, a);
	ok = authres_parse(&ar, value, a);
	*id = ar.authserv_id;
	return ok;
}

/* RFC 8601 5, 7.1: a field counts if the server that wrote it is trusted and
 * has given us the message itself, and if it stands above all that was there
 * before: the fields that it did not write, and the Received that is its own
 * or, where it puts that on top, the one below. */
static bool
from_relay(const struct reader *r, enum kind kind, const struct field *f,
    const struct id *id)
{
	return r->session->relay && !r->below_relay &&
	    r->relayed < LIMIT_IMPORT_FIELDS && kind == KIND_AUTHRES &&
	    !f->malformed && is_trusted(r, id);
}

static void
import(struct reader *r, struct facts *f, const struct claim *c)
{
	struct authres ar;

	r->relayed++;
	if (authres_parse(&ar, c->value, r->arena))
		imported_take(f, &ar, c->place, r->session, r->arena);
}

/* Everything the parsers allocate is forgotten, but for the id. */
static struct claim
read_claim(struct reader *r, enum kind kind, const struct field *field)
{
	struct claim c = { .place = { field->at, field->raw.len },
		.value = field->value };
	struct arena_mark mark = arena_mark(r->arena);
	ROOM(room, LIMIT_AUTHRES_VALUE);
	struct buf keep = BUF_ON(room);
	struct span text;
	struct id id;
	bool parses = read_id(&text, kind, field->value, r->arena);

	id = id_of(text, r->arena);
	c.ours = same(&id, &r->us) || !parses;
	c.trusted = kind == KIND_AUTHRES && !c.ours && is_trusted(r, &id);
	c.relayed = parses && from_relay(r, kind, field, &id);
	if (c.ours && parses && !c.relayed)
		note(r, kind == KIND_SPF ? FLAW_SPF : FLAW_FORGED, c.place);
	if (!parses)
		note(r, FLAW_UNPARSABLE, c.place);
	if (field->malformed)
		note(r, c.ours ? FLAW_STAYS : FLAW_HIDDEN, c.place);
	if (c.ours && ++r->ours > LIMIT_REMOVALS)
		note(r, FLAW_MANY, c.place);
	buf_put(&keep, span_head(text, sizeof(room)));
	arena_back(r->arena, mark);
	if (parses && !span_absent(text))
		c.authserv_id = arena_dup(r->arena, buf_span(&keep));
	return c;
}

static bool
named(const struct field *f, struct span name)
{
	return field_is(f, name) || (f->malformed && field_resembles(f, name));
}

static enum kind
kind_of(const struct field *f)
{
	if (named(f, SPAN("Authentication-Results")))
		return KIND_AUTHRES;
	return named(f, SPAN("Received-SPF")) ? KIND_SPF : KIND_NEITHER;
}

static void
read_field(struct reader *r, struct facts *f, const struct field *field)
{
	enum kind kind = kind_of(field);
	struct claim *c = &f->claim[f->n_claim];

	if (kind == KIND_NEITHER) {
		if (r->relayed > 0 && field_is(field, SPAN("Received")))
			r->below_relay = true;
		return;
	}
	*c = read_claim(r, kind, field);
	f->n_claim++;
	if (c->relayed)
		import(r, f, c);
	else if (kind == KIND_AUTHRES)
		r->below_relay = true;
}

/* Of the line that begins behind a lone CR, LF or NUL. */
static void
read_hidden(struct reader *r, struct span line, size_t at)
{
	size_t colon = span_find(line, ':');
	struct field f = { .raw = line, .name = span_head(line, colon),
		.malformed = true };
	struct arena_mark mark = arena_mark(r->arena);
	struct span text;
	struct id id;

	if (colon == line.len ||
	    !field_resembles(&f, SPAN("Authentication-Results")))
		return;
	if (read_id(&text, KIND_AUTHRES, span_skip(line, colon + 1),
	    r->arena))
		id = id_of(text, r->arena);
	else
		id = r->us;	/* for all we know */
	note(r, same(&id, &r->us) ? FLAW_STAYS : FLAW_HIDDEN,
	    (struct place){ at, line.len });
	arena_back(r->arena, mark);
}

/* Who takes a lone CR or LF for the end of a line sees a field that no server
 * can be told to remove.  Servers pass them on: Postfix makes a space of them
 * only where cleanup_replace_stray_cr_lf is yes, Exim ends the line. */
static void
find_hidden(struct reader *r, const struct header *h)
{
	/* NUL, LF, CR */
	static const struct byteset odd = { { 1 << 0 | 1 << 10 | 1 << 13 } };
	struct span rest = h->raw;

	if (h->notice[NOTICE_BARE_CR].count == 0 &&
	    h->notice[NOTICE_BARE_LF].count == 0 &&
	    h->notice[NOTICE_NUL].count == 0)
		return;
	while (rest.len > 0) {
		bool crlf;

		rest = span_skip(rest, span_find_set(rest, &odd));
		crlf = span_starts(rest, SPAN("\r\n"));
		rest = span_skip(rest, crlf ? 2 : 1);
		if (!crlf)
			read_hidden(r, span_head(rest, span_find_set(rest,
			    &odd)), span_offset(h->raw, rest));
	}
}

static void
report(const struct reader *r, struct facts *f)
{
	for (size_t i = 0; i < N_FLAWS; i++) {
		ROOM(room, 40);
		struct buf b = BUF_ON(room);
		if (r->count[i] == 0)
			continue;
		buf_u64(&b, r->count[i]);
		buf_str(&b, r->count[i] == 1 ? " field" : " fields");
		facts_find(f, r->arena, flaws[i].reason, flaws[i].severity,
		    r->place[i], arena_dup(r->arena, buf_span(&b)));
	}
}

void
claims_collect(struct facts *f, const struct header *h, struct arena *a,
    const struct assay_session *session, const struct assay_options *options)
{
	struct reader r = { .arena = a, .options = options,
		.session = session,
		.us = id_of(session->receiver, a) };
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		if (kind_of(&h->field[i]) != KIND_NEITHER)
			n++;
	find_hidden(&r, h);
	f->claim = n == 0 ? NULL : arena_array(a, n, sizeof(*f->claim));
	for (size_t i = 0; f->claim != NULL && i < h->n && f->n_claim < n; i++)
		read_field(&r, f, &h->field[i]);
	report(&r, f);
}

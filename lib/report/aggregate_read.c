/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elements to places: one table says what may stand where; what the text of
 * an element means is in aggregate_value.c.
 */
#include "report/aggregate_inner.h"

/* ---- elements -------------------------------------------------------- */

static const struct span names[E_COUNT_OF] = {
#define ELEMENT(name, text, ...) [E_##name] = SPAN_INIT(text),
#define ELEMENT_SAME_KEY(name, text) [E_##name] = SPAN_INIT(text),
#include "report/aggregate_elements.def"
#undef ELEMENT
#undef ELEMENT_SAME_KEY
};

struct span
aggregate_element_name(enum element e)
{
	return names[e];
}

enum element
aggregate_element(struct span name)
{
	enum element e = E_UNKNOWN;

	switch (scan_key(name)) {
#define ELEMENT(name, text, ...) \
	case SCAN_KEY(__VA_ARGS__): \
		e = E_##name; \
		break;
#define ELEMENT_SAME_KEY(name, text)
#include "report/aggregate_elements.def"
#undef ELEMENT
#undef ELEMENT_SAME_KEY
	}
	if (name.len <= 8 && name.len == names[e].len)
		return e;
	if (span_eq(name, names[e]))
		return e;
	if (e == E_ENVELOPE_FROM && span_eq(name, names[E_ENVELOPE_TO]))
		return E_ENVELOPE_TO;
	return E_UNKNOWN;
}

/* What may stand where: RFC 9990 3.1.1, RFC 7489 Appendix C. */
static const uint8_t children[W_COUNT_OF][E_COUNT_OF] = {
	[W_OUTSIDE] = { [E_FEEDBACK] = W_FEEDBACK },
	[W_FEEDBACK] = { [E_VERSION] = W_VALUE, [E_METADATA] = W_METADATA,
		[E_POLICY] = W_POLICY, [E_EXTENSION] = W_SKIP,
		[E_RECORD] = W_RECORD },
	[W_METADATA] = { [E_ORG_NAME] = W_VALUE, [E_EMAIL] = W_VALUE,
		[E_EXTRA_CONTACT] = W_VALUE, [E_REPORT_ID] = W_VALUE,
		[E_DATES] = W_DATES, [E_ERROR] = W_VALUE,
		[E_GENERATOR] = W_VALUE, [E_VERSION] = W_VALUE },
	[W_DATES] = { [E_BEGIN] = W_VALUE, [E_END] = W_VALUE },
	[W_POLICY] = { [E_DOMAIN] = W_VALUE, [E_P] = W_VALUE,
		[E_SP] = W_VALUE, [E_NP] = W_VALUE, [E_ADKIM] = W_VALUE,
		[E_ASPF] = W_VALUE, [E_PCT] = W_VALUE, [E_FO] = W_VALUE,
		[E_TESTING] = W_VALUE, [E_DISCOVERY] = W_VALUE },
	[W_RECORD] = { [E_ROW] = W_ROW, [E_IDENTIFIERS] = W_IDENTIFIERS,
		[E_IDENTITIES] = W_IDENTIFIERS, [E_AUTH] = W_AUTH },
	[W_ROW] = { [E_SOURCE] = W_VALUE, [E_COUNT] = W_VALUE,
		[E_EVALUATED] = W_EVALUATED },
	[W_EVALUATED] = { [E_DISPOSITION] = W_VALUE, [E_DKIM] = W_VALUE,
		[E_SPF] = W_VALUE, [E_REASON] = W_REASON },
	[W_REASON] = { [E_TYPE] = W_VALUE, [E_COMMENT] = W_VALUE },
	[W_IDENTIFIERS] = { [E_HEADER_FROM] = W_VALUE,
		[E_ENVELOPE_FROM] = W_VALUE, [E_ENVELOPE_TO] = W_VALUE },
	[W_AUTH] = { [E_DKIM] = W_DKIM, [E_SPF] = W_SPF },
	[W_DKIM] = { [E_DOMAIN] = W_VALUE, [E_SELECTOR] = W_VALUE,
		[E_RESULT] = W_VALUE, [E_HUMAN] = W_VALUE },
	[W_SPF] = { [E_DOMAIN] = W_VALUE, [E_SCOPE] = W_VALUE,
		[E_RESULT] = W_VALUE, [E_HUMAN] = W_VALUE },
};

/* ---- the report ------------------------------------------------------ */

struct aggregate *
aggregate_new(struct arena *a)
{
	struct aggregate *g = arena_alloc(a, sizeof(*g));

	if (g != NULL)
		aggregate_start(g);
	return g;
}

void
aggregate_start(struct aggregate *g)
{
	g->head = (struct aggregate_head){ .policy = { .testing = -1,
		.pct = -1 } };
	g->row = (struct aggregate_row){ .count = 0 };
	g->level[0] = (struct level){ .where = W_OUTSIDE };
	g->depth = 0;
	g->head_seen = g->row_seen = g->entry_seen = g->rows = 0;
	g->deviations = 0;
	g->in_record = g->ready = g->fed_back = g->over = false;
	g->was_malformed = false;
	g->why = NULL;
	g->plain = NULL;
	g->ns = SPAN_NONE;
	g->head_text = (struct buf){ g->head_room, 0,
		LIMIT_AGGREGATE_HEAD_TEXT, false };
	g->row_text = (struct buf){ g->row_room, 0,
		LIMIT_AGGREGATE_ROW_TEXT, false };
	xml_start(&g->xml, true);
}

void
aggregate_feed(struct aggregate *g, struct span window, bool last)
{
	xml_feed(&g->xml, window, last);
}

const struct aggregate_head *
aggregate_head(const struct aggregate *g)
{
	return &g->head;
}

const struct aggregate_row *
aggregate_row(const struct aggregate *g)
{
	return &g->row;
}

uint64_t
aggregate_rows(const struct aggregate *g)
{
	return g->rows;
}

const char *
aggregate_why(const struct aggregate *g)
{
	return g->why;
}

/* ---- places ---------------------------------------------------------- */

/* RFC 9990 3.1.1.1, 6.1; RFC 7489 Appendix C. */
static enum aggregate_dialect
dialect_of(struct span ns)
{
	if (span_absent(ns))
		return AGGREGATE_NO_NS;
	if (span_eq(ns, SPAN("urn:ietf:params:xml:ns:dmarc-2.0")))
		return AGGREGATE_9990;
	if (span_eq(ns, SPAN("http://dmarc.org/dmarc-xml/0.1")))
		return AGGREGATE_7489;
	return AGGREGATE_OTHER_NS;
}

/* An element of some other namespace: an extension (RFC 9990 5). */
static bool
is_foreign(const struct aggregate *g)
{
	struct span ns = g->xml.ns;

	if (!g->fed_back || ns.ptr == g->plain || span_absent(ns) ||
	    span_eq(ns, g->ns))
		return false;
	return dialect_of(ns) == AGGREGATE_OTHER_NS;
}

static void
begin_feedback(struct aggregate *g)
{
	struct span ns = g->xml.ns;
	size_t at = g->head_text.len;

	g->fed_back = true;
	g->plain = ns.ptr;
	if (!span_absent(ns)) {
		buf_put(&g->head_text, span_head(ns, LIMIT_AGGREGATE_TEXT));
		g->ns = span_skip(buf_span(&g->head_text), at);
	}
	g->head.dialect = dialect_of(ns);
	if (g->head.dialect == AGGREGATE_OTHER_NS)
		g->head.deviations |= AGGREGATE_D_NAMESPACE;
}

static void
begin_record(struct aggregate *g)
{
	g->row = (struct aggregate_row){ .reason = g->reason,
		.auth_dkim = g->dkim, .auth_spf = g->spf };
	g->row_text.len = 0;
	g->row_text.full = false;
	g->row_seen = 0;
	g->in_record = true;
	if ((g->head_seen >> E_DOMAIN & 1) == 0)
		g->head.deviations |= AGGREGATE_D_ORDER;
}

static void
end_record(struct aggregate *g)
{
	static const uint64_t wanted = UINT64_C(1) << E_SOURCE |
	    UINT64_C(1) << E_COUNT | UINT64_C(1) << E_DISPOSITION |
	    UINT64_C(1) << E_DKIM | UINT64_C(1) << E_SPF |
	    UINT64_C(1) << E_HEADER_FROM;

	if ((g->row_seen & wanted) != wanted)
		g->row.deviations |= AGGREGATE_D_MISSING;
	if (g->xml.malformed && !g->was_malformed)
		g->row.deviations |= AGGREGATE_D_MALFORMED;
	g->was_malformed = g->xml.malformed;
	g->in_record = false;
	g->deviations |= g->row.deviations;
	g->rows++;
	g->ready = true;
}

/* Whether there is room for one entry more. */
static bool
room(struct aggregate *g, size_t n, size_t max)
{
	if (n < max)
		return true;
	g->row.deviations |= AGGREGATE_D_TOO_MANY;
	return false;
}

/* Begins what has parts; W_SKIP: it is not wanted. */
static enum where
begin(struct aggregate *g, enum where w)
{
	g->entry_seen = 0;
	if (w == W_FEEDBACK) {
		if (g->fed_back) {
			g->head.deviations |= AGGREGATE_D_REPEATED;
			return W_SKIP;
		}
		begin_feedback(g);
	} else if (w == W_RECORD) {
		begin_record(g);
	} else if (w == W_REASON) {
		if (!room(g, g->row.n_reason, LIMIT_AGGREGATE_REASONS))
			return W_SKIP;
		g->reason[g->row.n_reason++] =
		    (struct aggregate_reason){ .comment = SPAN_NONE };
	} else if (w == W_DKIM) {
		if (!room(g, g->row.n_dkim, LIMIT_AGGREGATE_DKIM))
			return W_SKIP;
		g->dkim[g->row.n_dkim++] =
		    (struct aggregate_dkim){ .domain = SPAN_NONE };
	} else if (w == W_SPF) {
		if (!room(g, g->row.n_spf, LIMIT_AGGREGATE_SPF))
			return W_SKIP;
		g->spf[g->row.n_spf++] =
		    (struct aggregate_spf){ .domain = SPAN_NONE };
	}
	return w;
}

/* What was found for a name is kept beside it. */
static enum element
element_of(struct aggregate *g)
{
	uint8_t *mark = g->xml.mark;
	enum element e;

	if (mark != NULL && *mark != 0)
		return (enum element)*mark;
	e = aggregate_element(g->xml.name);
	if (mark != NULL)
		*mark = (uint8_t)e;
	return e;
}

/* Where the element that the XML reader tells of stands. */
static enum where
place(struct aggregate *g, enum where in, enum element *e)
{
	enum where w;

	*e = E_UNKNOWN;
	if (in == W_SKIP || in == W_UNKNOWN || in == W_VALUE)
		return W_SKIP;
	if (is_foreign(g))
		return W_SKIP;
	*e = element_of(g);
	w = (enum where)children[in][*e];
	if (w != W_UNKNOWN)
		return w;
	g->head.deviations |= AGGREGATE_D_UNKNOWN;
	return in == W_OUTSIDE ? W_OUTSIDE : W_SKIP;
}

/* ---- events ---------------------------------------------------------- */

/* The text of an element ends where its first child begins. */
static void
take_value(struct aggregate *g, struct span text)
{
	struct level *l = &g->level[g->depth];

	if (l->where != W_VALUE || l->valued)
		return;
	l->valued = true;
	aggregate_value(g, (enum where)g->level[g->depth - 1].where,
	    (enum element)l->element, text);
}

static void
on_open(struct aggregate *g)
{
	enum element e;
	enum where w;

	take_value(g, g->xml.before);
	w = place(g, (enum where)g->level[g->depth].where, &e);
	if (w != W_VALUE)
		w = begin(g, w);
	g->depth++;
	g->level[g->depth] = (struct level){ .where = (uint8_t)w,
		.element = (uint8_t)e };
}

static void
on_leaf(struct aggregate *g)
{
	enum where in = (enum where)g->level[g->depth].where, w;
	enum element e;

	take_value(g, g->xml.before);
	w = place(g, in, &e);
	if (w == W_VALUE)
		aggregate_value(g, in, e, g->xml.text);
	else if (begin(g, w) == W_RECORD)
		end_record(g);
}

static void
on_close(struct aggregate *g)
{
	take_value(g, g->xml.text);
	if (g->level[g->depth].where == W_RECORD)
		end_record(g);
	g->depth--;
}

/* The document is over: what is missing, and a last row that was cut. */
static enum aggregate_event
on_end(struct aggregate *g)
{
	static const uint64_t row = UINT64_C(1) << E_SOURCE |
	    UINT64_C(1) << E_COUNT, head = UINT64_C(1) << E_ORG_NAME |
	    UINT64_C(1) << E_EMAIL | UINT64_C(1) << E_REPORT_ID |
	    UINT64_C(1) << E_BEGIN | UINT64_C(1) << E_END |
	    UINT64_C(1) << E_DOMAIN | UINT64_C(1) << E_P;
	uint32_t *dev = &g->head.deviations;

	if (g->in_record && (g->row_seen & row) == row) {
		end_record(g);
		return AGGREGATE_ROW;
	}
	if (!g->fed_back) {
		g->why = "there is no <feedback> in it";
		return AGGREGATE_BAD;
	}
	if ((g->head_seen & head) != head)
		*dev |= AGGREGATE_D_MISSING;
	if (g->rows == 0)
		*dev |= AGGREGATE_D_EMPTY;
	if (g->head.begin > g->head.end)
		*dev |= AGGREGATE_D_DATE;
	if (g->xml.malformed)
		*dev |= AGGREGATE_D_MALFORMED;
	if (g->xml.bad_octets)
		*dev |= AGGREGATE_D_ENCODING;
	*dev |= g->deviations;
	g->over = true;
	return AGGREGATE_END;
}

static enum aggregate_event
bad(struct aggregate *g, const char *why)
{
	g->why = why;
	return AGGREGATE_BAD;
}

enum aggregate_event
aggregate_next(struct aggregate *g)
{
	if (g->why != NULL)
		return AGGREGATE_BAD;
	if (g->over)
		return AGGREGATE_END;
	for (g->ready = false; !g->ready; ) {
		switch (xml_next(&g->xml)) {
		case XML_NEED:
			return AGGREGATE_NEED;
		case XML_LEAF:
			on_leaf(g);
			break;
		case XML_OPEN:
			on_open(g);
			break;
		case XML_CLOSE:
			on_close(g);
			break;
		case XML_END:
			if (g->xml.depth > 0)
				g->head.deviations |= AGGREGATE_D_TRUNCATED;
			return on_end(g);
		case XML_BAD:
		case XML_AGAIN:
			return bad(g, g->xml.why);
		}
	}
	if (g->rows > LIMIT_AGGREGATE_ROWS)
		return bad(g, "too many rows");
	return AGGREGATE_ROW;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the text of an element says.  Text is copied to the room of the row
 * or of the head, since the window goes on.
 */
#include "base/ascii.h"
#include "report/aggregate_inner.h"
#include "report/aggregate_word.h"
#include "wire/addr.h"
#include "wire/day.h"

/* What is seen the first time counts. */
static bool
first(uint64_t *seen, enum element e, uint32_t *dev)
{
	uint64_t bit = UINT64_C(1) << e;

	if ((*seen & bit) != 0) {
		*dev |= AGGREGATE_D_REPEATED;
		return false;
	}
	*seen |= bit;
	return true;
}

/* At most LIMIT_AGGREGATE_TEXT octets, whole characters. */
static struct span
shorten(struct span s, uint32_t *dev)
{
	size_t n = LIMIT_AGGREGATE_TEXT;

	if (s.len <= n)
		return s;
	*dev |= AGGREGATE_D_TOO_LONG;
	while (n > 0 && (span_at(s, n) & 0xc0) == 0x80)
		n--;
	return span_head(s, n);
}

static struct span
keep(struct buf *b, struct span s, uint32_t *dev)
{
	size_t at = b->len;

	scan_put(b, shorten(s, dev));
	if (b->full) {
		b->full = false;
		*dev |= AGGREGATE_D_TOO_LONG;
		return SPAN_NONE;
	}
	return span_skip(buf_span(b), at);
}

/* A name that DNS may have, in lower case, without a final dot. */
static struct span
keep_domain(struct buf *b, struct span s, uint32_t *dev)
{
	size_t at = b->len;

	/* "a.." is no name, and must not become one */
	if (s.len > 1 && span_at(s, s.len - 1) == '.' &&
	    span_at(s, s.len - 2) != '.')
		s.len--;
	if (s.len == 0 || s.len > LIMIT_NAME || scan_xml_name(s) < s.len)
		*dev |= AGGREGATE_D_DOMAIN;
	s = shorten(s, dev);
	buf_lower(b, s);
	if (b->full || b->len - at != s.len) {
		b->full = false;
		b->len = at;
		*dev |= AGGREGATE_D_TOO_LONG;
		return SPAN_NONE;
	}
	return span_skip(buf_span(b), at);
}

/* ---- numbers --------------------------------------------------------- */

/* A whole number; a fraction is left out, and noted. */
static uint64_t
number(struct span s, uint64_t max, uint32_t bit, uint32_t *dev)
{
	uint64_t v = 0;

	if (span_u64(s, max, &v))
		return v;
	*dev |= bit;
	span_u64(span_head(s, span_find(s, '.')), max, &v);
	return v;
}

/* "+02:00", "-0500", "Z" or nothing behind a time, as seconds. */
static int64_t
offset(struct span s)
{
	int sign = span_at(s, 0) == '-' ? -1 : 1;
	uint64_t hours = 0, minutes = 0;

	if (span_at(s, 0) != '+' && span_at(s, 0) != '-')
		return 0;
	s = span_skip(s, 1);
	span_u64(span_head(s, 2), 23, &hours);
	s = span_skip(s, 2);
	if (span_at(s, 0) == ':')
		s = span_skip(s, 1);
	span_u64(span_head(s, 2), 59, &minutes);
	return sign * (int64_t)(hours * 3600 + minutes * 60);
}

/* "2018-10-05T00:00:00Z" and its like (RFC 3339 5.6), or a day alone. */
static bool
iso_time(struct span s, int64_t *out)
{
	uint64_t part[3] = { 0, 0, 0 };

	if (!day_parse(out, span_head(s, DAY_TEXT)))
		return false;
	s = span_skip(s, DAY_TEXT);
	if (s.len == 0)
		return true;
	for (size_t i = 0; i < 3; i++) {
		int c = span_at(s, 0);
		if (c != (i == 0 ? 'T' : ':') && (i > 0 || c != ' '))
			break;
		if (!span_u64(span_slice(s, 1, 3), i == 0 ? 23 : 60,
		    &part[i]))
			return false;
		s = span_skip(s, 3);
	}
	if (span_at(s, 0) == '.') {
		s = span_skip(s, 1);
		while (is_digit(span_at(s, 0)))
			s = span_skip(s, 1);
	}
	*out += (int64_t)(part[0] * 3600 + part[1] * 60 + part[2]);
	*out -= offset(span_trim_wsp(s));
	return true;
}

/* Unix seconds (RFC 9990 3.1.1.4); 0 when nothing can be made of it. */
static int64_t
read_time(struct span s, uint32_t *dev)
{
	const int64_t last = LIMIT_AGGREGATE_SECOND;
	int64_t when = 0;
	uint64_t v;

	if (iso_time(s, &when)) {
		*dev |= AGGREGATE_D_DATE;
		return when < 0 ? 0 : when < last ? when : last;
	}
	/* some write milliseconds */
	v = number(s, (uint64_t)last * 1000 + 999, AGGREGATE_D_DATE, dev);
	if (v > (uint64_t)last) {
		*dev |= AGGREGATE_D_DATE;
		v /= 1000;
	}
	return (int64_t)v;
}

static struct assay_addr
read_address(struct span s, uint32_t *dev)
{
	struct assay_addr a = { .family = 0 };

	if (span_at(s, 0) == '[' && span_ends(s, SPAN("]"))) {
		s = span_slice(s, 1, s.len - 1);
		*dev |= AGGREGATE_D_ADDRESS;
	}
	if (!(span_has(s, ':') ? addr_parse6(&a, s) : addr_parse4(&a, s))) {
		*dev |= AGGREGATE_D_ADDRESS;
		return (struct assay_addr){ .family = 0 };
	}
	return addr_unmap(&a);
}

/* ---- the head -------------------------------------------------------- */

static void
metadata(struct aggregate *g, enum element e, struct span s)
{
	struct aggregate_head *h = &g->head;
	uint32_t *dev = &h->deviations;

	/* RFC 7489 allows many errors */
	if (e == E_ERROR && !span_absent(h->error))
		return;
	if (!first(&g->head_seen, e, dev))
		return;
	if (e == E_ORG_NAME)
		h->org_name = keep(&g->head_text, s, dev);
	else if (e == E_EMAIL)
		h->email = keep(&g->head_text, s, dev);
	else if (e == E_EXTRA_CONTACT)
		h->extra_contact = keep(&g->head_text, s, dev);
	else if (e == E_REPORT_ID)
		h->report_id = keep(&g->head_text, s, dev);
	else if (e == E_ERROR)
		h->error = keep(&g->head_text, s, dev);
	else if (e == E_GENERATOR)
		h->generator = keep(&g->head_text, s, dev);
	else if (e == E_VERSION)
		h->version = keep(&g->head_text, s, dev);
	else if (e == E_BEGIN)
		h->begin = read_time(s, dev);
	else if (e == E_END)
		h->end = read_time(s, dev);
}

/* r or s, and the words that some write instead. */
static char
read_mode(struct span s, uint32_t *dev)
{
	int c = to_lower(span_at(s, 0));

	if (s.len == 0)
		return 0;
	if (s.len > 1 || span_at(s, 0) != c)
		*dev |= AGGREGATE_D_WORD;
	if (c == 'r' || c == 's')
		return c == 'r' ? 'r' : 's';
	*dev |= AGGREGATE_D_WORD;
	return 0;
}

/* RFC 9990 3.1.1.5: y or n. */
static int8_t
read_testing(struct span s, uint32_t *dev)
{
	int c = to_lower(span_at(s, 0));

	if (s.len == 0)
		return -1;
	if (s.len > 1 || (c != 'y' && c != 'n') || span_at(s, 0) != c)
		*dev |= AGGREGATE_D_WORD;
	if (c != 'y' && c != 'n')
		return -1;
	return c == 'y';
}

static void
policy(struct aggregate *g, enum element e, struct span s)
{
	struct aggregate_policy *p = &g->head.policy;
	uint32_t *dev = &g->head.deviations;

	if (!first(&g->head_seen, e, dev))
		return;
	if (e == E_DOMAIN)
		p->domain = keep_domain(&g->head_text, s, dev);
	else if (e == E_P)
		p->p = aggregate_read_action(s, dev);
	else if (e == E_SP)
		p->sp = aggregate_read_action(s, dev);
	else if (e == E_NP)
		p->np = aggregate_read_action(s, dev);
	else if (e == E_ADKIM)
		p->adkim = read_mode(s, dev);
	else if (e == E_ASPF)
		p->aspf = read_mode(s, dev);
	else if (e == E_PCT && s.len > 0)
		p->pct = (int16_t)number(s, 100, AGGREGATE_D_NUMBER, dev);
	else if (e == E_TESTING)
		p->testing = read_testing(s, dev);
	else if (e == E_DISCOVERY)
		p->discovery = aggregate_read_discovery(s, dev);
	else if (e == E_FO)
		p->fo = keep(&g->head_text, s, dev);
}

/* ---- rows ------------------------------------------------------------ */

static void
row(struct aggregate *g, enum element e, struct span s)
{
	struct aggregate_row *r = &g->row;

	if (!first(&g->row_seen, e, &r->deviations))
		return;
	if (e == E_SOURCE) {
		r->source_text = keep(&g->row_text, s, &r->deviations);
		r->source = read_address(s, &r->deviations);
	} else {
		r->count = number(s, LIMIT_AGGREGATE_COUNT,
		    AGGREGATE_D_NUMBER, &r->deviations);
	}
}

static void
evaluated(struct aggregate *g, enum element e, struct span s)
{
	struct aggregate_row *r = &g->row;

	if (!first(&g->row_seen, e, &r->deviations))
		return;
	if (e == E_DISPOSITION)
		r->disposition = aggregate_read_action(s, &r->deviations);
	else if (e == E_DKIM)
		r->dkim = aggregate_read_aligned(s, &r->deviations);
	else
		r->spf = aggregate_read_aligned(s, &r->deviations);
}

static void
identifiers(struct aggregate *g, enum element e, struct span s)
{
	struct aggregate_row *r = &g->row;

	if (!first(&g->row_seen, e, &r->deviations))
		return;
	if (e == E_HEADER_FROM)
		r->header_from = keep_domain(&g->row_text, s, &r->deviations);
	else if (e == E_ENVELOPE_FROM)
		r->envelope_from = keep(&g->row_text, s, &r->deviations);
	else
		r->envelope_to = keep(&g->row_text, s, &r->deviations);
}

static void
reason(struct aggregate *g, enum element e, struct span s)
{
	struct aggregate_reason *r = &g->reason[g->row.n_reason - 1];

	if (!first(&g->entry_seen, e, &g->row.deviations))
		return;
	if (e == E_TYPE)
		r->type = aggregate_read_why(s, &g->row.deviations);
	else
		r->comment = keep(&g->row_text, s, &g->row.deviations);
}

static void
dkim(struct aggregate *g, enum element e, struct span s)
{
	struct aggregate_dkim *d = &g->dkim[g->row.n_dkim - 1];

	if (!first(&g->entry_seen, e, &g->row.deviations))
		return;
	if (e == E_DOMAIN)
		d->domain = keep(&g->row_text, s, &g->row.deviations);
	else if (e == E_SELECTOR)
		d->selector = keep(&g->row_text, s, &g->row.deviations);
	else if (e == E_RESULT)
		d->result = aggregate_read_result(s, &g->row.deviations);
	else
		d->human = keep(&g->row_text, s, &g->row.deviations);
}

static void
spf(struct aggregate *g, enum element e, struct span s)
{
	struct aggregate_spf *p = &g->spf[g->row.n_spf - 1];

	if (!first(&g->entry_seen, e, &g->row.deviations))
		return;
	if (e == E_DOMAIN)
		p->domain = keep(&g->row_text, s, &g->row.deviations);
	else if (e == E_SCOPE)
		p->scope = aggregate_read_scope(s, &g->row.deviations);
	else if (e == E_RESULT)
		p->result = aggregate_read_result(s, &g->row.deviations);
	else
		p->human = keep(&g->row_text, s, &g->row.deviations);
}

void
aggregate_value(struct aggregate *g, enum where where, enum element e,
    struct span s)
{
	if (g->xml.cut)
		g->head.deviations |= AGGREGATE_D_TOO_LONG;
	if (s.len > 0 && (is_fws(span_at(s, 0)) ||
	    is_fws(span_at(s, s.len - 1))))
		s = span_trim_fws(s);
	switch (where) {
	case W_FEEDBACK:
	case W_METADATA:
	case W_DATES:
		metadata(g, e, s);
		break;
	case W_POLICY:
		policy(g, e, s);
		break;
	case W_ROW:
		row(g, e, s);
		break;
	case W_EVALUATED:
		evaluated(g, e, s);
		break;
	case W_IDENTIFIERS:
		identifiers(g, e, s);
		break;
	case W_REASON:
		reason(g, e, s);
		break;
	case W_DKIM:
		dkim(g, e, s);
		break;
	case W_SPF:
		spf(g, e, s);
		break;
	case W_UNKNOWN:
	case W_OUTSIDE:
	case W_RECORD:
	case W_AUTH:
	case W_SKIP:
	case W_VALUE:
	case W_COUNT_OF:
		break;
	}
}

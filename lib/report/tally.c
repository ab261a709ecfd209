/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.c - octets of a tally: a version, the day, whether it is a
 * letter, the policy, addresses and errors with their lengths, the
 * row.  A text has its length in one octet, 255 for none.
 */
#include "report/tally.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "base/limits.h"

enum {
	VERSION = 1,
	ABSENT = 255		/* as the length of a text                  */
};

/* ---- writing ------------------------------------------------------------- */

/* Of printable ASCII, as all of it is that gets here. */
static void
put_line(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		buf_byte(out, is_vchar(c) || c == ' ' ? (uint8_t)c : '?');
	}
}

static void
put_text(struct buf *out, struct span s, size_t most)
{
	if (span_absent(s)) {
		buf_byte(out, ABSENT);
		return;
	}
	s = span_head(s, most);
	buf_byte(out, (uint8_t)s.len);
	put_line(out, s);
}

static void
put_flag(struct buf *out, int letter, int yes)
{
	buf_byte(out, letter == yes ? 1 : 0);
}

static void
put_policy(struct buf *out, const struct aggregate_policy *p)
{
	put_text(out, p->domain, LIMIT_NAME);
	buf_byte(out, (uint8_t)p->p);
	buf_byte(out, (uint8_t)p->sp);
	buf_byte(out, (uint8_t)p->np);
	put_flag(out, p->adkim, 's');
	put_flag(out, p->aspf, 's');
	put_flag(out, p->testing, 1);
	buf_byte(out, (uint8_t)p->discovery);
	put_text(out, p->fo, LIMIT_TALLY_TEXT);
}

static size_t
at_most(size_t n, size_t most)
{
	return n < most ? n : most;
}

static void
put_reasons(struct buf *out, const struct aggregate_row *r)
{
	size_t n = at_most(r->n_reason, LIMIT_TALLY_REASONS);

	buf_byte(out, (uint8_t)n);
	for (size_t i = 0; i < n; i++) {
		buf_byte(out, (uint8_t)r->reason[i].type);
		put_text(out, r->reason[i].comment, LIMIT_TALLY_TEXT);
	}
}

static void
put_results(struct buf *out, const struct aggregate_row *r)
{
	size_t n = at_most(r->n_dkim, LIMIT_TALLY_SIGNATURES);

	buf_byte(out, (uint8_t)n);
	for (size_t i = 0; i < n; i++) {
		put_text(out, r->auth_dkim[i].domain, LIMIT_NAME);
		put_text(out, r->auth_dkim[i].selector, LIMIT_NAME);
		buf_byte(out, (uint8_t)r->auth_dkim[i].result);
		put_text(out, r->auth_dkim[i].human, LIMIT_TALLY_TEXT);
	}
	/* RFC 9990 3.1.1.11: at most one, and of the MAIL FROM identity */
	n = at_most(r->n_spf, 1);
	buf_byte(out, (uint8_t)n);
	for (size_t i = 0; i < n; i++) {
		put_text(out, r->auth_spf[i].domain, LIMIT_NAME);
		buf_byte(out, (uint8_t)r->auth_spf[i].result);
		put_text(out, r->auth_spf[i].human, LIMIT_TALLY_TEXT);
	}
}

static void
put_row(struct buf *out, const struct aggregate_row *r)
{
	size_t octets = r->source.family == 4 ? 4 : 16;

	buf_byte(out, r->source.family);
	buf_put(out, (struct span){ r->source.bytes, octets });
	buf_byte(out, (uint8_t)r->disposition);
	buf_byte(out, (uint8_t)r->dkim);
	buf_byte(out, (uint8_t)r->spf);
	put_reasons(out, r);
	put_text(out, r->header_from, LIMIT_NAME);
	put_text(out, r->envelope_from, LIMIT_NAME);
	put_text(out, r->envelope_to, LIMIT_NAME);
	put_results(out, r);
}

void
tally_put(struct buf *out, const struct tally *t)
{
	struct span error;

	buf_byte(out, VERSION);
	buf_u32(out, (uint32_t)t->day);
	buf_byte(out, t->letter ? 1 : 0);
	put_policy(out, &t->policy);
	buf_u32(out, (uint32_t)t->rua.len);
	buf_put(out, t->rua);
	error = span_head(t->error, LIMIT_TALLY_TEXT);
	buf_u32(out, (uint32_t)error.len);
	put_line(out, error);
	put_row(out, &t->row);
}

/* ---- reading ------------------------------------------------------------- */

/* A text that goes into a report: one line of ASCII. */
static struct span
get_text(struct cur *c, size_t most)
{
	int len = cur_byte(c);
	struct span s;

	if (len < 0 || len == ABSENT)
		return SPAN_NONE;
	if ((size_t)len > most)
		c->bad = true;
	s = cur_take(c, (size_t)len);
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(span_at(s, i)) && span_at(s, i) != ' ')
			c->bad = true;
	return s.ptr == NULL && !c->bad ? SPAN("") : s;
}

static struct span
get_name(struct cur *c)
{
	struct span s = get_text(c, LIMIT_NAME);

	if (s.len == 0)
		c->bad = true;
	return s;
}

/* A number from least to most. */
static int
get_word(struct cur *c, int least, int most)
{
	int v = cur_byte(c);

	if (v < least || v > most)
		c->bad = true;
	return c->bad ? least : v;
}

/* What may be published: not AGGREGATE_PASS. */
static enum aggregate_action
get_action(struct cur *c)
{
	int v = get_word(c, AGGREGATE_UNSAID, AGGREGATE_REJECT);

	if (v == AGGREGATE_PASS)
		c->bad = true;
	return (enum aggregate_action)v;
}

static void
get_policy(struct cur *c, struct aggregate_policy *out)
{
	*out = (struct aggregate_policy){ .pct = -1 };
	out->domain = get_name(c);
	out->p = get_action(c);
	out->sp = get_action(c);
	out->np = get_action(c);
	out->adkim = get_word(c, 0, 1) == 1 ? 's' : 'r';
	out->aspf = get_word(c, 0, 1) == 1 ? 's' : 'r';
	out->testing = (int8_t)get_word(c, 0, 1);
	out->discovery = (enum aggregate_discovery)get_word(c,
	    AGGREGATE_DISCOVERY_UNSAID, AGGREGATE_TREEWALK);
	out->fo = get_text(c, LIMIT_TALLY_TEXT);
}

bool
tally_policy(struct aggregate_policy *out, struct span in)
{
	struct cur c = cur_of(in);

	get_policy(&c, out);
	return !c.bad && cur_end(&c);
}

static void
get_source(struct cur *c, struct assay_addr *out)
{
	struct buf b = { .ptr = out->bytes, .cap = sizeof(out->bytes) };

	out->family = (uint8_t)get_word(c, 4, 6);
	if (out->family == 5)
		c->bad = true;
	buf_put(&b, cur_take(c, out->family == 4 ? 4 : 16));
}

static void
get_reasons(struct cur *c, struct aggregate_row *row, struct arena *a)
{
	size_t n = (size_t)get_word(c, 0, LIMIT_TALLY_REASONS);
	struct aggregate_reason *r = arena_array(a, n, sizeof(*r));

	for (size_t i = 0; r != NULL && i < n; i++) {
		r[i].type = (enum aggregate_why)get_word(c,
		    AGGREGATE_LOCAL_POLICY, AGGREGATE_TRUSTED_FORWARDER);
		r[i].comment = get_text(c, LIMIT_TALLY_TEXT);
	}
	row->reason = r;
	row->n_reason = r == NULL ? 0 : n;
}

static enum aggregate_result
get_result(struct cur *c)
{
	return (enum aggregate_result)get_word(c, AGGREGATE_R_NONE,
	    AGGREGATE_R_PERMERROR);
}

static void
get_dkim(struct cur *c, struct aggregate_row *row, struct arena *a)
{
	size_t n = (size_t)get_word(c, 0, LIMIT_TALLY_SIGNATURES);
	struct aggregate_dkim *d = arena_array(a, n, sizeof(*d));

	for (size_t i = 0; d != NULL && i < n; i++) {
		d[i].domain = get_name(c);
		d[i].selector = get_name(c);
		d[i].result = get_result(c);
		d[i].human = get_text(c, LIMIT_TALLY_TEXT);
	}
	row->auth_dkim = d;
	row->n_dkim = d == NULL ? 0 : n;
}

static void
get_spf(struct cur *c, struct aggregate_row *row, struct arena *a)
{
	size_t n = (size_t)get_word(c, 0, 1);
	struct aggregate_spf *s = arena_array(a, n, sizeof(*s));

	if (s == NULL || n == 0)
		return;
	s->domain = get_name(c);
	s->scope = AGGREGATE_MFROM;
	s->result = get_result(c);
	s->human = get_text(c, LIMIT_TALLY_TEXT);
	row->auth_spf = s;
	row->n_spf = 1;
}

static enum aggregate_aligned
get_aligned(struct cur *c)
{
	return (enum aggregate_aligned)get_word(c, AGGREGATE_ALIGNED_PASS,
	    AGGREGATE_ALIGNED_FAIL);
}

bool
tally_row(struct aggregate_row *out, struct span in, struct arena *a)
{
	struct cur c = cur_of(in);

	*out = (struct aggregate_row){ .count = 1 };
	get_source(&c, &out->source);
	out->disposition = (enum aggregate_action)get_word(&c,
	    AGGREGATE_NONE, AGGREGATE_REJECT);
	out->dkim = get_aligned(&c);
	out->spf = get_aligned(&c);
	get_reasons(&c, out, a);
	out->header_from = get_name(&c);
	out->envelope_from = get_text(&c, LIMIT_NAME);
	out->envelope_to = get_text(&c, LIMIT_NAME);
	get_dkim(&c, out, a);
	get_spf(&c, out, a);
	return !c.bad && cur_end(&c) && !a->failed;
}

/* RFC 5321 4.1.2 Dot-string "@" Domain, and nothing that ends it. */
static bool
is_address(struct span s)
{
	size_t at = span_rfind(s, '@');
	struct span host = span_skip(s, at + 1);

	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (!is_vchar(c) || c == '<' || c == '>' || c == '"' ||
		    c == '\\' || c == '(' || c == ')' || c == ',' ||
		    c == ':' || c == ';' || c == '[' || c == ']' ||
		    (c == '@' && i != at))
			return false;
	}
	return at > 0 && at < s.len && host.len > 0 &&
	    host.len <= LIMIT_NAME;
}

bool
tally_address(struct span *list, struct span *out)
{
	struct span rest = *list;

	*out = span_cut(&rest, ',');
	if (list->len == 0 || !is_address(*out))
		return false;
	*list = rest;
	return true;
}

static bool
is_rua(struct span list)
{
	struct span address;
	size_t n = 0;

	if (span_at(list, list.len - 1) == ',')
		return false;
	while (tally_address(&list, &address))
		n++;
	return n > 0 && n <= LIMIT_REPORT_URIS && list.len == 0;
}

static bool
is_line(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(span_at(s, i)) && span_at(s, i) != ' ')
			return false;
	return s.len <= LIMIT_TALLY_TEXT;
}

bool
tally_split(struct tally_parts *out, struct span in, struct arena *a)
{
	struct cur c = cur_of(in);
	struct aggregate_policy policy;
	struct aggregate_row row;
	struct span rest;

	*out = (struct tally_parts){ .day = 0 };
	if (in.len > LIMIT_TALLY_BYTES || cur_byte(&c) != VERSION)
		return false;
	out->day = cur_u32(&c);
	out->letter = get_word(&c, 0, 1) == 1;
	rest = c.rest;
	get_policy(&c, &policy);
	out->policy = span_head(rest, rest.len - c.rest.len);
	out->rua = cur_take(&c, cur_u32(&c));
	out->error = cur_take(&c, cur_u32(&c));
	out->row = c.rest;
	return !c.bad && is_rua(out->rua) && is_line(out->error) &&
	    tally_row(&row, out->row, a);
}

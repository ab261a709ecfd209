/* SPDX-License-Identifier: Apache-2.0 */
#include "check/spf_record.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "check/spf_macro.h"
#include "wire/addr.h"

struct parser {
	struct arena *arena;
	struct span text;
	struct spf_record *out;
	size_t lookups;		/* terms so far that look something up      */
	size_t cap;		/* of out->term                             */
	bool closed;		/* what follows is checked, never reached   */
};

/* What may stand behind the name of a mechanism. */
enum argument { ARG_NONE, ARG_SPEC, ARG_OPTIONAL, ARG_NETWORK };

struct mechanism {
	struct span name;
	enum spf_kind kind;
	enum argument arg;
	bool cidr;		/* dual-cidr-length                         */
	bool lookup;		/* counts, RFC 7208 4.6.4                   */
};

static const struct mechanism *
mechanism_find(struct span name)
{
	static const struct mechanism all[] = {
		{ SPAN_INIT("all"), SPF_ALL, ARG_NONE, false, false },
		{ SPAN_INIT("include"), SPF_INCLUDE, ARG_SPEC, false, true },
		{ SPAN_INIT("a"), SPF_A, ARG_OPTIONAL, true, true },
		{ SPAN_INIT("mx"), SPF_MX, ARG_OPTIONAL, true, true },
		{ SPAN_INIT("ptr"), SPF_PTR, ARG_OPTIONAL, false, true },
		{ SPAN_INIT("ip4"), SPF_IP4, ARG_NETWORK, false, false },
		{ SPAN_INIT("ip6"), SPF_IP6, ARG_NETWORK, false, false },
		{ SPAN_INIT("exists"), SPF_EXISTS, ARG_SPEC, false, true },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (span_ieq(name, all[i].name))
			return &all[i];
	return NULL;
}

bool
spf_is_record(struct span text)
{
	/* RFC 7208 4.5: terminated by either an SP or the end; 12: literal
	 * strings of the grammar are case-insensitive */
	int behind = span_at(text, 6);

	/* most publishers write it small, and that is quick to see */
	return (behind == ' ' || behind == -1) &&
	    (span_starts(text, SPAN("v=spf1")) ||
	    span_istarts(text, SPAN("v=spf1")));
}

static enum assay_reason
spec_error(enum macro_error e)
{
	switch (e) {
	case MACRO_OK:
		return ASSAY_R_NONE;
	case MACRO_OCTET:
		return ASSAY_R_SPF_NOT_ASCII;
	case MACRO_PERCENT:
	case MACRO_LETTER:
	case MACRO_TRANSFORM:
		return ASSAY_R_SPF_BAD_MACRO;
	case MACRO_END:
		return ASSAY_R_SPF_BAD_DOMAIN_SPEC;
	}
	return ASSAY_R_SPF_BAD_MACRO;
}

/* Without macros, what to ask for is known once and for all. */
static void
spec_name(struct spf_spec *spec, struct span text, struct arena *a)
{
	static const struct macro_values none = { .now = 0 };
	struct buf b;

	if (span_has(text, '%'))
		return;
	b = arena_buf(a, MACRO_NAME_MAX);
	if (macro_name(&b, text, &none))
		spec->name = arena_done(a, &b);
}

static enum assay_reason
spec_parse(const struct spf_spec **out, struct parser *p, struct span text)
{
	enum assay_reason flaw;
	struct spf_spec *spec;
	uint32_t letters = 0;

	flaw = spec_error(macro_check(text, MACRO_DOMAIN, &letters));
	if (flaw != ASSAY_R_NONE || p->closed)
		return flaw;
	spec = arena_alloc(p->arena, sizeof(*spec));
	if (spec == NULL)
		return ASSAY_R_NONE;
	spec->at = (uint16_t)span_offset(p->text, text);
	spec->len = (uint16_t)text.len;
	spec->letters = letters;
	spec_name(spec, text, p->arena);
	*out = spec;
	return ASSAY_R_NONE;
}

/* The digits of a prefix length at the end of *s, behind mark; cut off.
 * RFC 7208 5.6: no leading zeros.  False: there is none. */
static bool
cut_cidr(struct span *s, struct span mark, struct span *digits)
{
	size_t n = s->len;

	while (n > 0 && is_digit(span_at(*s, n - 1)))
		n--;
	if (n == s->len || !span_ends(span_head(*s, n), mark))
		return false;
	*digits = span_skip(*s, n);
	*s = span_head(*s, n - mark.len);
	return true;
}

static bool
cidr_value(struct span digits, unsigned max, uint8_t *out)
{
	uint64_t v;

	if (!span_u64(digits, max, &v) ||
	    (digits.len > 1 && span_at(digits, 0) == '0'))
		return false;
	*out = (uint8_t)v;
	return true;
}

/* Takes [ ip4-cidr-length ] [ "/" ip6-cidr-length ] off the end of *arg. */
static enum assay_reason
dual_cidr(struct spf_term *t, struct span *arg)
{
	struct span digits;

	if (cut_cidr(arg, SPAN("//"), &digits) &&
	    !cidr_value(digits, 128, &t->cidr6))
		return ASSAY_R_SPF_BAD_CIDR;
	if (cut_cidr(arg, SPAN("/"), &digits) &&
	    !cidr_value(digits, 32, &t->cidr4))
		return ASSAY_R_SPF_BAD_CIDR;
	return ASSAY_R_NONE;
}

static enum assay_reason
network4(struct spf_term *t, struct span net)
{
	struct assay_addr a;

	if (!addr_parse4(&a, net))
		return ASSAY_R_SPF_BAD_NETWORK;
	t->net4 = spf_net_of(addr_octets(&a)).ip4;
	return ASSAY_R_NONE;
}

static enum assay_reason
network6(struct spf_term *t, struct parser *p, struct span net)
{
	struct assay_addr a;
	struct spf_net6 *n;

	if (!addr_parse6(&a, net))
		return ASSAY_R_SPF_BAD_NETWORK;
	n = p->closed ? NULL : arena_alloc(p->arena, sizeof(*n));
	if (n == NULL)
		return ASSAY_R_NONE;
	*n = spf_net_of(addr_octets(&a)).ip6;
	t->net6 = n;
	return ASSAY_R_NONE;
}

static enum assay_reason
network(struct spf_term *t, struct parser *p, struct span arg)
{
	unsigned max = t->kind == SPF_IP4 ? 32 : 128;
	uint8_t *cidr = t->kind == SPF_IP4 ? &t->cidr4 : &t->cidr6;
	size_t slash = span_find(arg, '/');
	struct span net = span_head(arg, slash);

	if (slash < arg.len &&
	    !cidr_value(span_skip(arg, slash + 1), max, cidr))
		return ASSAY_R_SPF_BAD_CIDR;
	return t->kind == SPF_IP4 ? network4(t, net) : network6(t, p, net);
}

/* arg: everything behind the name, with its ":" or "/". */
static enum assay_reason
mechanism_parse(struct spf_term *t, struct parser *p,
    const struct mechanism *m, struct span arg)
{
	enum assay_reason flaw;
	bool colon;

	t->kind = (uint8_t)m->kind;
	t->cidr4 = 32;
	t->cidr6 = 128;
	if (m->cidr) {
		flaw = dual_cidr(t, &arg);
		if (flaw != ASSAY_R_NONE)
			return flaw;
	}
	colon = span_at(arg, 0) == ':';
	if (!colon && arg.len > 0)
		return m->cidr ? ASSAY_R_SPF_BAD_CIDR : ASSAY_R_SPF_BAD_TERM;
	arg = span_skip(arg, 1);
	switch (m->arg) {
	case ARG_NONE:
		return colon ? ASSAY_R_SPF_BAD_TERM : ASSAY_R_NONE;
	case ARG_NETWORK:
		return colon ? network(t, p, arg) : ASSAY_R_SPF_BAD_TERM;
	case ARG_SPEC:
		if (!colon)
			return ASSAY_R_SPF_BAD_TERM;
		return spec_parse(&t->spec, p, arg);
	case ARG_OPTIONAL:
		if (!colon)
			return ASSAY_R_NONE;
		return spec_parse(&t->spec, p, arg);
	}
	return ASSAY_R_SPF_BAD_TERM;
}

static enum assay_result
qualifier_take(struct span *s)
{
	int c = span_at(*s, 0);

	if (c == '+' || c == '-' || c == '~' || c == '?')
		*s = span_skip(*s, 1);
	return c == '-' ? ASSAY_FAIL : c == '~' ? ASSAY_SOFTFAIL :
	    c == '?' ? ASSAY_NEUTRAL : ASSAY_PASS;
}

static void
term_add(struct parser *p, const struct spf_term *t)
{
	struct spf_record *out = p->out;
	struct spf_term *more;

	if (out->n == p->cap) {
		p->cap = p->cap == 0 ? 16 : p->cap * 2;
		more = arena_array(p->arena, p->cap, sizeof(*more));
		if (more == NULL) {
			p->closed = true;
			return;
		}
		for (size_t i = 0; i < out->n; i++)
			more[i] = out->term[i];
		out->term = more;
	}
	out->term[out->n++] = *t;
}

static enum assay_reason
directive(struct parser *p, struct span text)
{
	static const struct byteset name_end = { {
		0x0400800000000000, 0, 0, 0 } };	/* ":" and "/" */
	struct spf_term t = { .len = (uint16_t)text.len };
	const struct mechanism *m;
	enum assay_reason flaw;
	size_t n;

	t.at = (uint16_t)span_offset(p->text, text);
	t.result = (uint8_t)qualifier_take(&text);
	n = span_find_set(text, &name_end);
	m = mechanism_find(span_head(text, n));
	if (m == NULL)
		return ASSAY_R_SPF_UNKNOWN_MECHANISM;
	flaw = mechanism_parse(&t, p, m, span_skip(text, n));
	if (flaw != ASSAY_R_NONE || p->closed)
		return flaw;
	term_add(p, &t);
	if (m->kind == SPF_ALL)
		p->out->has_all = true;
	/* "all" always matches, and the 11th look-up always fails */
	p->lookups += m->lookup;
	if (m->kind == SPF_ALL || p->lookups > LIMIT_SPF_TERMS)
		p->closed = true;
	return ASSAY_R_NONE;
}

/* RFC 7208 4.6.1: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ) */
static bool
is_modifier_name(struct span s)
{
	static const struct byteset ok = { {
		0x03ff600000000000, 0x07fffffe87fffffe, 0, 0 } };

	return is_alpha(span_at(s, 0)) && span_run_set(s, &ok) == s.len;
}

/* RFC 7208 6: redirect and exp MUST NOT appear more than once each. */
static enum assay_reason
known_modifier(struct parser *p, const struct spf_spec **slot, bool *seen,
    struct span value)
{
	bool closed = p->closed;
	enum assay_reason flaw;

	if (*seen)
		return ASSAY_R_SPF_DUPLICATE_MODIFIER;
	*seen = true;
	p->closed = false;	/* a modifier counts wherever it stands */
	flaw = spec_parse(slot, p, value);
	p->closed = closed;
	return flaw;
}

struct seen { bool redirect, exp; };

static enum assay_reason
modifier(struct parser *p, struct seen *seen, struct span name,
    struct span value)
{
	uint32_t letters;

	if (!is_modifier_name(name))
		return ASSAY_R_SPF_BAD_TERM;
	if (span_ieq(name, SPAN("redirect")))
		return known_modifier(p, &p->out->redirect, &seen->redirect,
		    value);
	if (span_ieq(name, SPAN("exp")))
		return known_modifier(p, &p->out->exp, &seen->exp, value);
	/* RFC 7208 6: unrecognized modifiers MUST be ignored */
	return spec_error(macro_check(value, MACRO_VALUE, &letters));
}

static enum assay_reason
term_parse(struct parser *p, struct seen *seen, struct span text)
{
	static const struct byteset sign = { {
		0x2400800000000000, 0, 0, 0 } };	/* ":" "/" "=" */
	static const struct byteset visible = { {
		0xfffffffe00000000, 0x7fffffffffffffff, 0, 0 } };
	size_t n = span_find_set(text, &sign);

	/* RFC 7208 3.1: a record is US-ASCII */
	if (span_run_set(text, &visible) != text.len)
		return ASSAY_R_SPF_NOT_ASCII;
	/* RFC 7208 4.6.1: a modifier has its "=" before any ":" or "/" */
	if (span_at(text, n) == '=')
		return modifier(p, seen, span_head(text, n),
		    span_skip(text, n + 1));
	return directive(p, text);
}

static void
terms_parse(struct parser *p)
{
	struct span rest = span_skip(p->text, 6);	/* v=spf1 */
	struct seen seen = { false, false };

	while (rest.len > 0 && p->out->flaw == ASSAY_R_NONE) {
		struct span text = span_cut(&rest, ' ');
		if (text.len == 0)
			continue;
		p->out->flaw = term_parse(p, &seen, text);
		p->out->flaw_at = (uint16_t)span_offset(p->text, text);
		p->out->flaw_len = (uint16_t)text.len;
	}
	/* RFC 7208 6.1: MUST be ignored if there is an "all" anywhere */
	if (p->out->has_all)
		p->out->redirect = NULL;
}

const struct spf_record *
spf_record_parse(struct span text, struct arena *a)
{
	struct parser p = { .arena = a, .text = text };

	p.out = arena_alloc(a, sizeof(*p.out));
	if (p.out == NULL)
		return NULL;
	if (text.len > LIMIT_TXT) {
		p.out->flaw = ASSAY_R_SPF_RECORD_TOO_LONG;
		return p.out;
	}
	terms_parse(&p);
	return a->failed ? NULL : p.out;
}

static const struct spf_record *
parse_and_keep(struct run *r, struct span text)
{
	const struct spf_record *record = keep_find(r->keep, KEEP_SPF, text);
	struct arena *a;

	if (record != NULL)
		return record;
	a = text.len <= LIMIT_SPF_KEPT ? keep_arena(r->keep) : NULL;
	if (a != NULL)
		record = spf_record_parse(text, a);
	if (record == NULL)
		return spf_record_parse(text, r->arena);
	keep_put(r->keep, KEEP_SPF, text, record, NULL);
	return record;
}

const struct spf_record *
spf_record_of(struct run *r, const struct memo_row *row, struct span text)
{
	const struct spf_record *record = memo_made_of(row, KEEP_SPF);

	if (record == NULL) {
		record = parse_and_keep(r, text);
		memo_made(r->memo, row->id, KEEP_SPF, record);
	}
	return record;
}

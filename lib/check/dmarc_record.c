/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmarc_record.c - reads like RFC 9989 4.7 and 4.8: one function a tag.
 *
 * Decisions where the text is silent: the name of the v tag may be in
 * capitals (the ABNF literal), all others are compared in lower case (RFC
 * 6376 3.2); of duplicate tags the first counts, so that nothing appended
 * can weaken p; white space may end a record without a last ";".
 */
#include "check/dmarc_record.h"

#include "base/ascii.h"
#include "base/limits.h"

enum { LIMIT_NOTES = 16 };	/* remarks kept of one record */

struct parse {
	struct dmarc_record *rec;
	struct arena *arena;
	struct dmarc_note *last;
	size_t n_note;
	uint32_t seen;			/* bit per row of tags[]            */
};

static void
note(struct parse *p, enum dmarc_note_kind kind, struct span tag,
    struct span value)
{
	struct dmarc_note *n;

	if (p->n_note == LIMIT_NOTES)
		return;
	n = arena_alloc(p->arena, sizeof(*n));
	if (n == NULL)
		return;
	*n = (struct dmarc_note){ .kind = kind, .tag = tag, .value = value };
	if (p->last == NULL)
		p->rec->note = n;
	else
		p->last->next = n;
	p->last = n;
	p->n_note++;
}

/* ---- values: false is "not a value of this tag" ------------------------- */

static bool
read_request(enum dmarc_policy *out, bool *bad, struct span v)
{
	*bad = false;
	if (span_ieq(v, SPAN("none")))
		*out = POLICY_NONE;
	else if (span_ieq(v, SPAN("quarantine")))
		*out = POLICY_QUARANTINE;
	else if (span_ieq(v, SPAN("reject")))
		*out = POLICY_REJECT;
	else
		*bad = true;
	return !*bad;
}

static bool
set_p(struct parse *p, struct span v)
{
	return read_request(&p->rec->p, &p->rec->p_bad, v);
}

static bool
set_sp(struct parse *p, struct span v)
{
	return read_request(&p->rec->sp, &p->rec->sp_bad, v);
}

static bool
set_np(struct parse *p, struct span v)
{
	return read_request(&p->rec->np, &p->rec->np_bad, v);
}

/* One letter of two; RFC 9989 4.8: ABNF strings, so case does not matter. */
static bool
read_letter(bool *out, struct span v, int no, int yes)
{
	int c = to_lower(span_at(v, 0));

	if (v.len != 1 || (c != no && c != yes))
		return false;
	*out = c == yes;
	return true;
}

static bool
set_adkim(struct parse *p, struct span v)
{
	return read_letter(&p->rec->strict_dkim, v, 'r', 's');
}

static bool
set_aspf(struct parse *p, struct span v)
{
	return read_letter(&p->rec->strict_spf, v, 'r', 's');
}

static bool
set_t(struct parse *p, struct span v)
{
	return read_letter(&p->rec->test, v, 'n', 'y');
}

static bool
set_psd(struct parse *p, struct span v)
{
	static const char words[] = "uny";	/* as enum dmarc_psd */
	int c = to_lower(span_at(v, 0));

	if (v.len != 1)
		return false;
	for (unsigned i = 0; i < 3; i++)
		if (c == words[i]) {
			p->rec->psd = (enum dmarc_psd)i;
			return true;
		}
	return false;
}

static uint8_t
fo_bit(struct span v)
{
	if (v.len != 1)
		return 0;
	switch (to_lower(span_at(v, 0))) {
	case '0': return FO_0;
	case '1': return FO_1;
	case 'd': return FO_D;
	case 's': return FO_S;
	}
	return 0;
}

/* RFC 9989 4.8 dmarc-fo: each at most once.  0 with 1 is kept as listed
 * (RFC 7489 allows it), see dmarc_fo(). */
static bool
set_fo(struct parse *p, struct span v)
{
	uint8_t set = 0;

	for (bool more = true; more;) {
		uint8_t bit;
		more = span_has(v, ':');
		bit = fo_bit(span_trim_wsp(span_cut(&v, ':')));
		if (bit == 0 || (set & bit) != 0)
			return false;
		set |= bit;
	}
	p->rec->fo = set;
	return true;
}

static bool
set_pct(struct parse *p, struct span v)
{
	uint64_t n;

	/* RFC 7489 6.4: 1*3DIGIT */
	if (v.len > 3 || !span_u64(v, 100, &n))
		return false;
	p->rec->pct = (uint8_t)n;
	return true;
}

static bool
set_ri(struct parse *p, struct span v)
{
	uint64_t n;

	(void)p;
	return span_u64(v, UINT32_MAX, &n);
}

static bool
set_rf(struct parse *p, struct span v)
{
	(void)p;
	return v.len > 0;
}

static size_t
count_uris(struct span v)
{
	size_t n = 1;

	while (span_has(v, ',') && n < LIMIT_REPORT_URIS) {
		span_cut(&v, ',');
		n++;
	}
	return n;
}

/* RFC 9989 4.8 dmarc-urilist */
static bool
read_uris(struct parse *p, struct span tag, struct span v,
    const struct dmarc_uri **out, size_t *n_out)
{
	struct dmarc_uri *uri = arena_array(p->arena, count_uris(v),
	    sizeof(*uri));
	size_t n = 0, met = 0;

	for (bool more = true; more && uri != NULL; met++) {
		bool sized = false;
		struct span item;
		more = span_has(v, ',');
		if (met == LIMIT_REPORT_URIS) {
			note(p, NOTE_URI_MANY, tag, v);
			break;
		}
		item = span_trim_wsp(span_cut(&v, ','));
		if (!dmarc_uri_parse(&uri[n], item, &sized, p->arena)) {
			note(p, NOTE_URI, tag, item);
			continue;
		}
		if (sized)
			note(p, NOTE_URI_SIZE, tag, item);
		if (span_absent(uri[n].address))
			note(p, NOTE_URI_SCHEME, tag, item);
		n++;
	}
	*out = uri;
	*n_out = n;
	return true;
}

static bool
set_rua(struct parse *p, struct span v)
{
	return read_uris(p, SPAN("rua"), v, &p->rec->rua, &p->rec->n_rua);
}

static bool
set_ruf(struct parse *p, struct span v)
{
	return read_uris(p, SPAN("ruf"), v, &p->rec->ruf, &p->rec->n_ruf);
}

/* ---- the list ----------------------------------------------------------- */

static const struct tag_rule {
	const char *name;
	bool (*set)(struct parse *, struct span);
	bool historic;
} tags[] = {
	{ "p", set_p, false }, { "sp", set_sp, false },
	{ "np", set_np, false }, { "rua", set_rua, false },
	{ "ruf", set_ruf, false }, { "adkim", set_adkim, false },
	{ "aspf", set_aspf, false }, { "fo", set_fo, false },
	{ "t", set_t, false }, { "psd", set_psd, false },
	/* RFC 9989 9.3, C.5.2: historic */
	{ "pct", set_pct, true }, { "ri", set_ri, true },
	{ "rf", set_rf, true },
};

enum { N_TAGS = sizeof(tags) / sizeof(tags[0]) };

static size_t
find_tag(struct span name, bool any_case)
{
	size_t i = 0;

	while (i < N_TAGS && !(any_case ?
	    span_ieq(name, assay_cstr(tags[i].name)) :
	    span_eq(name, assay_cstr(tags[i].name))))
		i++;
	return i;
}

/* RFC 9989 4.8: %x20-3A / %x3C-7E; HTAB only round it. */
static bool
is_value(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if (!is_vchar(span_at(v, i)) && span_at(v, i) != ' ')
			return false;
	return v.len > 0;
}

static void
read_known(struct parse *p, size_t i, struct span name, struct span v)
{
	if ((p->seen >> i & 1) != 0) {
		note(p, NOTE_DUPLICATE, name, v);
		return;
	}
	p->seen |= UINT32_C(1) << i;
	if (tags[i].historic)
		note(p, NOTE_HISTORIC, name, v);
	/* what is no dmarc-value at all is no value of any tag; p, sp and np
	 * note that they were there */
	if (!tags[i].set(p, is_value(v) ? v : SPAN("")) || !is_value(v))
		note(p, NOTE_VALUE, name, v);
}

static void
read_tag(struct parse *p, struct span item)
{
	struct span value = item;
	struct span name = span_trim_wsp(span_cut(&value, '='));
	size_t i = find_tag(name, false);

	value = span_trim_wsp(value);
	if (!span_has(item, '=') || name.len == 0)
		note(p, NOTE_SYNTAX, item, SPAN_NONE);
	else if (span_ieq(name, SPAN("v")))
		note(p, NOTE_DUPLICATE, name, value);
	else if (i < N_TAGS)
		read_known(p, i, name, value);
	else if (find_tag(name, true) < N_TAGS)
		note(p, NOTE_CASE, name, value);
	else
		note(p, NOTE_UNKNOWN, name, value);
}

/* dmarc-version = "v" equals %s"DMARC1": first, and nothing before it. */
static bool
take_version(struct span *rest)
{
	struct span v = span_cut(rest, ';');
	struct span name = span_cut(&v, '=');

	return to_lower(span_at(name, 0)) == 'v' &&
	    span_trim_wsp(span_skip(name, 1)).len == 0 &&
	    span_eq(span_trim_wsp(v), SPAN("DMARC1"));
}

static void
read_fo(struct parse *p)
{
	struct dmarc_record *rec = p->rec;

	if ((rec->fo & FO_0) != 0 && (rec->fo & FO_1) != 0)
		note(p, NOTE_FO_BOTH, SPAN("fo"), SPAN_NONE);
	if (rec->fo != 0 && rec->n_ruf == 0)
		note(p, NOTE_FO_NO_RUF, SPAN("fo"), SPAN_NONE);
}

bool
dmarc_record_parse(struct dmarc_record *out, struct span text,
    struct arena *a)
{
	struct parse p = { .rec = out, .arena = a };
	struct span rest = text;

	*out = (struct dmarc_record){ .text = text, .pct = 100 };
	if (!take_version(&rest))
		return false;
	while (rest.len > 0) {
		struct span item = span_trim_wsp(span_cut(&rest, ';'));
		/* [dmarc-sep] at the end, and white space behind it */
		if (item.len > 0 || span_trim_wsp(rest).len > 0)
			read_tag(&p, item);
	}
	if (out->p == POLICY_ABSENT && !out->p_bad)
		note(&p, NOTE_P_MISSING, SPAN("p"), SPAN_NONE);
	read_fo(&p);
	return true;
}

const struct dmarc_record *
dmarc_record_get(struct assay_keep *keep, struct span text, struct arena *a)
{
	const struct dmarc_record *kept;
	struct arena *home = keep_arena(keep);
	struct dmarc_record *rec;
	struct span probe = text;

	if (!take_version(&probe))
		return NULL;
	kept = keep_find(keep, KEEP_DMARC, text);
	if (kept != NULL)
		return kept;
	if (home != NULL) {
		struct span copy = arena_dup(home, text);
		rec = arena_alloc(home, sizeof(*rec));
		if (rec != NULL && dmarc_record_parse(rec, copy, home) &&
		    !home->failed) {
			keep_put(keep, KEEP_DMARC, text, rec, NULL);
			return rec;
		}
	}
	rec = arena_alloc(a, sizeof(*rec));
	return rec != NULL && dmarc_record_parse(rec, text, a) ? rec : NULL;
}

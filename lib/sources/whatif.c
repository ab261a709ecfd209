/* SPDX-License-Identifier: Apache-2.0 */
/* whatif.c - reported mail under another policy. */
#include "sources/whatif.h"

#include "base/limits.h"

/* ---- the record --------------------------------------------------------- */

static bool
has_version(struct span text)
{
	return span_istarts(text, SPAN("v=")) ||
	    span_istarts(text, SPAN("v ="));
}

/* Notes of one kind, joined by "; ". */
static bool
put_notes(struct buf *words, const struct dmarc_record *rec, bool errors)
{
	bool any = false;

	for (const struct dmarc_note *n = rec->note; n != NULL; n = n->next) {
		if (dmarc_note_is_error(n) != errors)
			continue;
		if (any)
			buf_put(words, SPAN("; "));
		dmarc_note_print(words, n);
		any = true;
	}
	return any;
}

bool
whatif_read(struct dmarc_record *out, struct span text, struct buf *words,
    struct arena *a)
{
	struct buf whole;

	text = span_trim_fws(text);
	if (text.len > LIMIT_TXT - 16) {
		buf_put(words, SPAN("no TXT record is that long"));
		return false;
	}
	whole = arena_buf(a, text.len + 16);
	if (!has_version(text))
		buf_put(&whole, SPAN("v=DMARC1; "));
	buf_put(&whole, text);
	if (whole.full || !dmarc_record_parse(out, buf_span(&whole), a)) {
		buf_put(words, SPAN("this is no DMARC record (RFC 9989 4.7)"));
		return false;
	}
	/* A slip of the pen would be ignored in silence by every receiver,
	 * and the answer would be about another policy than was meant. */
	if (put_notes(words, out, true))
		return false;
	if (!dmarc_usable(out, ASSAY_RFC9989)) {
		buf_put(words, SPAN("without a valid p nobody uses it "
		    "(RFC 9989 4.10.1)"));
		return false;
	}
	(void)put_notes(words, out, false);
	return true;
}

/* ---- alignment ---------------------------------------------------------- */

static const struct whatif_name *
name_of(const struct whatif *w, struct domain d)
{
	for (size_t i = 0; i < w->n_name; i++)
		if (domain_eq(w->name[i].name, d))
			return &w->name[i];
	return NULL;
}

/* The organizational domain of a name, as today's DNS and the record that is
 * tried make it (RFC 9989 4.10.2): psd=n cuts the tree. */
static struct domain
org_of(const struct whatif *w, struct domain d)
{
	struct domain best = { SPAN_NONE };

	if (!domain_within(d, w->org))
		return d;		/* somebody else's: never equal */
	best = w->org;
	if (w->record.psd == PSD_N && domain_within(d, w->domain))
		best = w->domain;
	for (size_t i = 0; i < w->n_name; i++)
		if (w->name[i].own_org && domain_within(d, w->name[i].name) &&
		    domain_within(w->name[i].name, best))
			best = w->name[i].name;
	return best;
}

/* RFC 9989 3.2.10: the same name, or the same organizational domain. */
static bool
aligned(const struct whatif *w, struct domain from, struct domain d,
    bool strict)
{
	if (domain_eq(from, d))
		return true;
	return !strict && domain_within(from, w->org) &&
	    domain_within(d, w->org) &&
	    domain_eq(org_of(w, from), org_of(w, d));
}

enum told { TOLD_NO = 0, TOLD_YES, TOLD_NOTHING };

static enum told
dkim_aligned(const struct whatif *w, const struct source_row *row,
    struct domain from, struct sources *s)
{
	bool any = false;

	for (size_t i = 0; i < row->n_dkim; i++) {
		const struct source_name *d;

		d = sources_name(s, row->auth_dkim[i].domain);
		any = any || (d != NULL && d->ours);
		if (row->auth_dkim[i].result == AGGREGATE_R_PASS &&
		    d != NULL && aligned(w, from, d->name,
		    w->record.strict_dkim))
			return TOLD_YES;
	}
	/* it passed by a signature that the reporter left out */
	if (row->dkim == AGGREGATE_ALIGNED_PASS && !any)
		return w->record.strict_dkim ? TOLD_NOTHING : TOLD_YES;
	return TOLD_NO;
}

/* RFC 9989 3.2.4: the domain of MAIL FROM; that of HELO stands for it when
 * the path was empty, and then a report has no other. */
static enum told
spf_aligned(const struct whatif *w, const struct source_row *row,
    struct domain from, struct sources *s)
{
	bool any = false, mfrom = false;

	for (size_t i = 0; i < row->n_spf; i++)
		mfrom = mfrom || row->auth_spf[i].scope != AGGREGATE_HELO;
	for (size_t i = 0; i < row->n_spf; i++) {
		const struct aggregate_spf *r = &row->auth_spf[i];
		const struct source_name *d;

		if (mfrom && r->scope == AGGREGATE_HELO)
			continue;
		d = sources_name(s, r->domain);
		any = any || d != NULL;
		if (r->result == AGGREGATE_R_PASS && d != NULL &&
		    aligned(w, from, d->name,
		    w->record.strict_spf))
			return TOLD_YES;
	}
	if (row->spf == AGGREGATE_ALIGNED_PASS && !any)
		return w->record.strict_spf ? TOLD_NOTHING : TOLD_YES;
	return TOLD_NO;
}

/* ---- one row ------------------------------------------------------------ */

/* The record holds for the author: it stands there, or it is that of the
 * organization and the author has none (RFC 9989 4.10.1). */
static bool
in_force(const struct whatif *w, struct domain from)
{
	const struct whatif_name *n = name_of(w, from);

	if (domain_eq(from, w->domain))
		return true;
	if (!domain_within(from, w->domain) || (n != NULL && n->own_record))
		return false;
	return domain_eq(org_of(w, from), w->domain);
}

static enum whatif_fate
fate_of(enum dmarc_policy p)
{
	switch (p) {
	case POLICY_ABSENT:
	case POLICY_NONE: return WHATIF_NONE;
	case POLICY_QUARANTINE: return WHATIF_QUARANTINE;
	case POLICY_REJECT: return WHATIF_REJECT;
	}
	return WHATIF_NONE;
}

/* Failed, and was let through although the policy then asked for more: with
 * a reason that is not about the policy itself (RFC 9990 3.1.1.9). */
static bool
was_excused(const struct source_row *row)
{
	return (row->disposition == AGGREGATE_NONE ||
	    row->disposition == AGGREGATE_PASS) && (row->arc || (row->why &
	    (1u << AGGREGATE_LOCAL_POLICY | 1u << AGGREGATE_MAILING_LIST |
	    1u << AGGREGATE_TRUSTED_FORWARDER | 1u << AGGREGATE_FORWARDED))
	    != 0);
}

struct whatif_effect
whatif_row(const struct whatif *w, const struct source_row *row,
    struct sources *s)
{
	const struct source_name *from = sources_name(s, row->header_from);
	struct whatif_effect e = { .passed =
		row->dkim == AGGREGATE_ALIGNED_PASS ||
		row->spf == AGGREGATE_ALIGNED_PASS };
	const struct whatif_name *n;
	enum told dkim, spf;
	enum dmarc_policy p;

	if (from == NULL || !in_force(w, from->name)) {
		e.fate = WHATIF_ELSEWHERE;
		return e;
	}
	dkim = dkim_aligned(w, row, from->name, s);
	spf = spf_aligned(w, row, from->name, s);
	if (dkim == TOLD_YES || spf == TOLD_YES)
		return e;
	if (dkim == TOLD_NOTHING || spf == TOLD_NOTHING) {
		e.fate = WHATIF_UNTOLD;
		return e;
	}
	n = name_of(w, from->name);
	p = dmarc_policy_of(&w->record, ASSAY_RFC9989,
	    !domain_eq(from->name, w->domain), n == NULL || !n->missing,
	    &e.tag);
	e.fate = fate_of(w->record.test ? dmarc_milder(p) : p);
	e.excused = !e.passed && was_excused(row);
	return e;
}

/* ---- sums --------------------------------------------------------------- */

enum { K_LINE = 1, K_RECEIVER, BUCKETS = 4096 };

bool
whatif_sum_init(struct whatif_sum *sum, const uint8_t secret[16],
    struct arena *a)
{
	*sum = (struct whatif_sum){ .arena = a };
	sum->end = &sum->first;
	sums_init(&sum->sums, a, secret);
	sum->bucket = arena_array(a, BUCKETS, sizeof(struct whatif_line *));
	return sum->bucket != NULL;
}

static struct whatif_line *
line_of(struct whatif_sum *sum, const struct source *source,
    const struct source_name *from, const struct whatif_effect *e,
    uint64_t key)
{
	struct whatif_line **bucket = sum->bucket + (key & (BUCKETS - 1));
	struct whatif_line *l = *bucket;

	while (l != NULL && (l->source != source || l->from != from ||
	    l->effect.fate != e->fate || l->effect.passed != e->passed))
		l = l->chain;
	if (l != NULL)
		return l;
	l = arena_alloc(sum->arena, sizeof(*l));
	if (l == NULL)
		return NULL;
	*l = (struct whatif_line){ .source = source, .from = from,
		.effect = *e, .chain = *bucket };
	*bucket = l;
	*sum->end = l;
	sum->end = &l->next;
	return l;
}

bool
whatif_sum_add(struct whatif_sum *sum, const struct whatif *w,
    struct sources *s, const struct source_row *row)
{
	struct whatif_effect e = whatif_row(w, row, s);
	const struct source *source = sources_find(s, row);
	const struct source_name *from = sources_name(s, row->header_from);
	uint64_t key = sums_key(&sum->sums, K_LINE, (uint64_t)e.fate * 2 +
	    e.passed + (source == NULL ? 0 : (source->number + 1) * 16),
	    from == NULL ? SPAN_NONE : from->name.name);
	struct whatif_line *l = line_of(sum, source, from, &e, key);

	if (l == NULL)
		return false;
	l->messages += row->messages;
	l->excused += e.excused ? row->messages : 0;
	if (sums_add(&sum->sums, sums_key(&sum->sums, K_RECEIVER, key,
	    row->reporter), row->messages) == row->messages) {
		if (l->receivers < WHATIF_RECEIVERS)
			l->receiver[l->receivers] = arena_dup(sum->arena,
			    row->reporter);
		l->receivers++;
	}
	sum->messages += row->messages;
	sum->by_fate[e.fate] += row->messages;
	sum->of_class[source == NULL ? SOURCE_UNKNOWN :
	    source->opinion.class][e.fate] += row->messages;
	return !sum->arena->failed;
}

const char *
whatif_fate_name(enum whatif_fate fate)
{
	static const char *const name[] = { "pass", "elsewhere", "untold",
	    "none", "quarantine", "reject" };

	return fate < WHATIF_FATES ? name[fate] : "";
}

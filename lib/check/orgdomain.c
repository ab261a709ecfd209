/* SPDX-License-Identifier: Apache-2.0 */
/*
 * orgdomain.c - RFC 9989 4.10: at most eight questions, whatever the name.
 */
#include "check/orgdomain.h"

#include "wire/suffix.h"

/* A name that is too long to carry "_dmarc." has no record. */
static bool
query_name(struct buf *out, struct domain d)
{
	buf_str(out, "_dmarc.");
	buf_put(out, d.name);
	return !out->full;
}

/* Step 2: what does not start with v=DMARC1 is discarded; of several
 * records none is left. */
static void
read_answer(struct walk_name *at, struct run *r,
    const struct memo_row *row)
{
	const struct dmarc_record *found = NULL;

	at->query = row->q.key;
	at->failed = row->a.kind != ASSAY_A_DATA &&
	    row->a.kind != ASSAY_A_NODATA && row->a.kind != ASSAY_A_NXDOMAIN;
	if (row->a.kind != ASSAY_A_DATA)
		return;
	for (size_t i = 0; i < row->a.n_item; i++) {
		const struct dmarc_record *rec = dmarc_record_get(r->keep,
		    row->a.item[i], r->arena);
		if (rec == NULL)
			continue;
		found = rec;
		at->n_record++;
	}
	at->record = at->n_record == 1 ? found : NULL;
}

static enum step
ask_name(struct walk_name *at, struct run *r, struct domain d)
{
	ROOM(room, LIMIT_NAME);
	struct buf name = BUF_ON(room);
	const struct memo_row *row;

	*at = (struct walk_name){ .name = d };
	if (!query_name(&name, d))
		return STEP_DONE;
	row = ask_dns(r, ASSAY_T_TXT, buf_span(&name));
	if (row == NULL)
		return STEP_WAIT;
	read_answer(at, r, row);
	return STEP_DONE;
}

/* Steps 4 and 7: one label less, but never more than 7 are left. */
static struct domain
next_target(struct domain d)
{
	/* RFC 9989 4.10: at most 8 queries */
	if (domain_labels(d) >= LIMIT_WALK)
		return domain_tail(d, LIMIT_WALK - 1);
	return domain_parent(d);
}

/* Steps 1 to 7.  While an answer is open, the rest is asked as well. */
static enum step
walk(struct walk *w, struct run *r)
{
	enum step step = STEP_DONE;
	struct domain d = w->start;

	while (!domain_absent(d) && w->n < LIMIT_WALK) {
		struct walk_name *at = &w->at[w->n++];
		if (ask_name(at, r, d) == STEP_WAIT)
			step = STEP_WAIT;
		w->failed |= at->failed;
		/* steps 2 and 6: psd=n or psd=y stops */
		if (step == STEP_DONE && at->record != NULL &&
		    at->record->psd != PSD_U)
			break;
		d = next_target(d);
	}
	return step;
}

static bool
is_suffix(struct domain d, struct domain suffix)
{
	return domain_labels(d) == 1 ||
	    (!domain_absent(suffix) && domain_within(suffix, d));
}

/* Labels of the registry that the record at name speaks for.  To the guard a
 * record at uk speaks for co.uk as well. */
static size_t
registry_labels(struct domain name, bool guard, struct domain suffix)
{
	size_t n = domain_labels(name);

	if (guard && !domain_absent(suffix) && domain_within(suffix, name) &&
	    domain_labels(suffix) > n)
		n = domain_labels(suffix);
	return n;
}

/* RFC 9989 4.10.2.  guard: suffixes count as psd=y. */
static struct domain
select_org(const struct walk *w, bool guard, struct domain suffix)
{
	struct domain org = w->start;

	/* from the longest name to the shortest */
	for (size_t i = 0; i < w->n; i++) {
		const struct walk_name *at = &w->at[i];
		if (at->record == NULL)
			continue;
		/* 1. psd=n: this is it */
		if (at->record->psd == PSD_N)
			return at->name;
		/* 2. psd=y, but not where the walk started: one label below,
		 * made of the start, as the walk may have skipped it */
		if (at->record->psd == PSD_Y ||
		    (guard && is_suffix(at->name, suffix)))
			return i == 0 ? org : domain_tail(w->start,
			    registry_labels(at->name, guard, suffix) + 1);
		/* 3. else the one with the fewest labels */
		org = at->name;
	}
	return org;
}

struct domain
walk_guarded_org(const struct walk *w, struct domain suffix)
{
	return select_org(w, true, suffix);
}

enum step
suffix_of(struct domain *out, struct run *r, struct domain d)
{
	const struct memo_row *row = ask(r, ASSAY_Q_SUFFIX, 0, d.name);

	*out = (struct domain){ SPAN_NONE };
	if (row == NULL)
		return STEP_WAIT;
	if (row->a.kind == ASSAY_A_DATA && row->a.n_item > 0 &&
	    !domain_parse(out, row->a.item[0], false, r->arena))
		*out = (struct domain){ SPAN_NONE };
	return STEP_DONE;
}

enum step
suffix_org_of(struct domain *out, struct run *r, struct domain d)
{
	struct domain suffix;

	if (suffix_of(&suffix, r, d) == STEP_WAIT)
		return STEP_WAIT;
	out->name = domain_absent(suffix) ?
	    suffix_org(NULL, d.name, SUFFIX_ICANN) :
	    domain_tail(d, domain_labels(suffix) + 1).name;
	return STEP_DONE;
}

/* RFC 7489 3.2: the public suffix and one label. */
static enum step
listed_org(struct walk *w, struct run *r)
{
	struct domain suffix;

	if (suffix_of(&suffix, r, w->start) == STEP_WAIT)
		return STEP_WAIT;
	if (domain_absent(suffix))
		w->failed = w->no_list = true;
	else
		w->org = domain_tail(w->start, domain_labels(suffix) + 1);
	return STEP_DONE;
}

/* RFC 7489 6.6.3: the author, then its organizational domain. */
static enum step
listed_walk(struct walk *w, struct run *r)
{
	enum step step = listed_org(w, r);

	if (ask_name(&w->at[w->n++], r, w->start) == STEP_WAIT ||
	    step == STEP_WAIT)
		return STEP_WAIT;
	/* step 3: only if the set is empty */
	if (w->at[0].n_record > 0 || w->failed ||
	    domain_eq(w->org, w->start))
		return STEP_DONE;
	return ask_name(&w->at[w->n++], r, w->org);
}

static enum step
tree_walk(struct walk *w, struct run *r)
{
	if (walk(w, r) == STEP_WAIT)
		return STEP_WAIT;
	if (!w->failed)
		w->org = select_org(w, false, (struct domain){ SPAN_NONE });
	return STEP_DONE;
}

enum step
walk_author(struct walk *out, struct run *r, struct domain start)
{
	*out = (struct walk){ .start = start };
	if (r->options->profile == ASSAY_RFC7489)
		return listed_walk(out, r);
	return tree_walk(out, r);
}

enum step
walk_identifier(struct walk *out, struct run *r, struct domain start)
{
	*out = (struct walk){ .start = start };
	if (r->options->profile == ASSAY_RFC7489)
		return listed_org(out, r);
	return tree_walk(out, r);
}

static const struct walk_name *
listed_policy(const struct walk *w, bool *failed)
{
	const struct walk_name *last = &w->at[w->n - 1];

	/* a failed question leaves nothing but doubt behind it */
	*failed = w->at[0].failed || last->failed ||
	    (w->failed && w->at[0].n_record == 0);
	return *failed || last->record == NULL ? NULL : last;
}

const struct walk_name *
walk_policy(const struct walk *w, enum assay_profile profile, bool *failed)
{
	*failed = w->n == 0 || w->at[0].failed;
	if (*failed)
		return NULL;
	if (profile == ASSAY_RFC7489)
		return listed_policy(w, failed);
	/* the Author Domain */
	if (w->at[0].record != NULL)
		return &w->at[0];
	*failed = w->failed;
	if (w->failed)
		return NULL;
	/* the Organizational Domain */
	for (size_t i = 1; i < w->n; i++)
		if (w->at[i].record != NULL &&
		    domain_eq(w->at[i].name, w->org))
			return &w->at[i];
	/* the Public Suffix Domain: where the walk stopped */
	if (w->at[w->n - 1].record != NULL &&
	    w->at[w->n - 1].record->psd == PSD_Y)
		return &w->at[w->n - 1];
	return NULL;
}

static enum step
guard(bool *guarded, struct run *r, const struct walk *a,
    const struct walk *b)
{
	struct domain sa = { SPAN_NONE }, sb = { SPAN_NONE };
	enum step step = suffix_of(&sa, r, a->start);

	if (suffix_of(&sb, r, b->start) == STEP_WAIT || step == STEP_WAIT)
		return STEP_WAIT;
	*guarded = !domain_eq(walk_guarded_org(a, sa),
	    walk_guarded_org(b, sb));
	return STEP_DONE;
}

enum step
walk_same_org(bool *same, bool *guarded, struct run *r,
    const struct walk *a, const struct walk *b)
{
	*guarded = false;
	*same = !a->failed && !b->failed && domain_eq(a->org, b->org);
	if (!*same || r->options->no_tld_guard ||
	    r->options->profile == ASSAY_RFC7489)
		return STEP_DONE;
	if (guard(guarded, r, a, b) == STEP_WAIT)
		return STEP_WAIT;
	*same = !*guarded;
	return STEP_DONE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollout_load.c - the figures of a rollout, out of the store: those of the
 * days that sources were gathered from; how long a policy stands is told by
 * the reports themselves, which say what was published.
 */
#include "rollout_load.h"

#include <string.h>

#include "wire/day.h"

enum { HISTORY = 400 };

/* ---- figures ------------------------------------------------------------ */

/* What it would be a pity to lose: of people of ours, as far as is known. */
static bool
is_ours(enum source_class c)
{
	return c == SOURCE_OURS || c == SOURCE_MISCONFIGURED ||
	    c == SOURCE_SERVICE || c == SOURCE_SHADOW ||
	    c == SOURCE_FORWARDER;
}

static void
count_mail(struct rollout_data *d, const struct source_load *l)
{
	for (const struct source *f = l->s->first; f != NULL; f = f->next) {
		enum source_class c = f->opinion.class;

		if (c == SOURCE_UNKNOWN)
			d->unknown += f->messages;
		if (!is_ours(c))
			continue;
		d->ours += f->messages;
		d->aligned += f->passed;
		d->aligned_dkim += f->dkim_ours < f->passed ? f->dkim_ours :
		    f->passed;
		d->made_up += f->to_nowhere;
		if (c == SOURCE_FORWARDER)
			d->listed += f->messages - f->passed;
	}
}

/* Days with reports, and who reports. */
static bool
count_by(struct source_load *l, unsigned by, unsigned *n)
{
	struct store_ask ask = { .by = by, .domain = l->domain.name,
		.day_from = l->day_from, .day_to = l->day_to,
		.trust = STORE_T_UNKNOWN };
	struct store_cursor *c = store_tallies(l->store, &ask);
	struct store_tally t;

	*n = 0;
	while (c != NULL && store_tally_next(c, &t))
		(*n)++;
	return c != NULL && store_cursor_end(c);
}

/* ---- since when --------------------------------------------------------- */

struct history {
	int64_t first, other_policy, other_record;	/* days; 0: none    */
};

static enum aggregate_action
action_of(enum dmarc_policy p)
{
	switch (p) {
	case POLICY_QUARANTINE: return AGGREGATE_QUARANTINE;
	case POLICY_REJECT: return AGGREGATE_REJECT;
	case POLICY_ABSENT: return AGGREGATE_UNSAID;
	case POLICY_NONE: break;
	}
	return AGGREGATE_NONE;
}

/* A word that this report says otherwise.  What it does not say, as reports
 * of RFC 7489 say nothing of np and t, is no contradiction. */
static bool
otherwise(const struct store_cell *c, size_t n, const char *name,
    int64_t want)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(c[i].name, name) == 0 && c[i].type ==
		    STORE_NUMBER && c[i].number != AGGREGATE_UNSAID)
			return c[i].number != want;
	return false;
}

static bool
tests_otherwise(const struct store_cell *c, size_t n, bool want)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(c[i].name, "testing") == 0 && c[i].type ==
		    STORE_NUMBER && c[i].number >= 0)
			return (c[i].number == 1) != want;
	return false;
}

static int64_t
day_of(const struct store_cell *c, size_t n)
{
	int64_t when;

	for (size_t i = 0; i < n; i++)
		if (strcmp(c[i].name, "day") == 0 && c[i].type ==
		    STORE_TEXT && day_parse(&when, c[i].text))
			return when / DAY_SECONDS;
	return 0;
}

static void
take_report(struct history *h, const struct dmarc_record *rec,
    const struct store_cell *c, size_t n)
{
	int64_t day = day_of(c, n);
	bool policy, record;

	if (day == 0)
		return;
	if (h->first == 0 || day < h->first)
		h->first = day;
	policy = otherwise(c, n, "p", action_of(rec->p));
	record = policy || tests_otherwise(c, n, rec->test) ||
	    (rec->sp != POLICY_ABSENT && otherwise(c, n, "sp",
	    action_of(rec->sp))) || (rec->np != POLICY_ABSENT &&
	    otherwise(c, n, "np", action_of(rec->np)));
	if (policy && day > h->other_policy)
		h->other_policy = day;
	if (record && day > h->other_record)
		h->other_record = day;
}

/* No longer than there are reports, which cannot tell of what was before. */
static unsigned
days_since(const struct history *h, int64_t other, int64_t today)
{
	int64_t from = other != 0 ? other : h->first;

	return h->first == 0 || from > today ? 0 : (unsigned)(today - from);
}

static bool
since_when(struct rollout_data *d, struct source_load *l)
{
	struct store_ask ask = { .domain = l->domain.name,
		.day_from = l->day_to - HISTORY, .day_to = l->day_to,
		.trust = STORE_T_UNKNOWN };
	struct store_cursor *c = d->record == NULL ? NULL :
	    store_list(l->store, STORE_L_REPORTS, &ask);
	const struct store_cell *cells;
	struct history h = { .first = 0 };
	size_t n;

	if (d->record == NULL)
		return true;
	while (c != NULL && store_list_next(c, &cells, &n))
		take_report(&h, d->record, cells, n);
	if (c == NULL || !store_cursor_end(c))
		return false;
	d->days_policy = days_since(&h, h.other_policy, l->day_to);
	d->days_record = days_since(&h, h.other_record, l->day_to);
	return true;
}

/* ---- all of it ---------------------------------------------------------- */

int
rollout_load(struct rollout_data *d, struct dmarc_record *record,
    struct source_load *l)
{
	*d = (struct rollout_data){ .domain = l->domain,
		.parked = l->parked };
	if (!span_absent(l->record) && dmarc_record_parse(record, l->record,
	    &l->arena))
		d->record = record;
	count_mail(d, l);
	if (!count_by(l, STORE_BY_DAY, &d->days_data) ||
	    !count_by(l, STORE_BY_REPORTER, &d->reporters) ||
	    !since_when(d, l))
		return store_file_wrong(l->file->path, store_why(l->store));
	return 0;
}

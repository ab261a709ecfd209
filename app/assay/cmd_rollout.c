/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_rollout.c - assay rollout DOMAIN: how far a domain is on its way to
 * p=reject, whether it may go on, what to publish then, and the way back.
 *
 * Figures come from the sources of the last 30 days; how long a policy stands
 * is told by the reports themselves, which say what was published.
 */
#include "cmd.h"

#include <string.h>

#include "posture/rollout.h"
#include "source_cmd.h"
#include "wire/day.h"
#include "wire/json.h"

enum { FIGURES = 30, HISTORY = 400, REMARK = 1000 };

static int
usage(const char *what)
{
	fprintf(stderr, "assay rollout: %s\n'assay rollout --help' shows "
	    "how\n", what);
	return EXIT_USAGE;
}

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

/* ---- the page ----------------------------------------------------------- */

static void
amount(struct text *to, const struct rollout_gate *g, uint64_t n)
{
	if (strcmp(g->unit, "per mille") == 0)
		text_printf(to, "%llu.%llu %%", (unsigned long long)n / 10,
		    (unsigned long long)n % 10);
	else
		text_printf(to, "%llu %s", (unsigned long long)n, g->unit);
}

static void
gates(struct text *to, const struct out *out,
    const struct rollout_gate *gate, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct rollout_gate *g = &gate[i];

		text_printf(to, "  %s%-8s%s %-10s ", g->state == GATE_MET ?
		    out_of_disposition(out, ASSAY_ACCEPT) :
		    out_of_disposition(out, ASSAY_REJECT), g->state ==
		    GATE_MET ? "met" : g->state == GATE_UNMET ? "NOT MET" :
		    "unknown", out_plain(out), g->name);
		if (g->state != GATE_UNKNOWN)
			amount(to, g, g->have);
		else
			text_str(to, "?");
		text_str(to, g->at_least ? ", wanted at least " :
		    ", wanted at most ");
		amount(to, g, g->want);
		text_str(to, "\n             ");
		text_wrap(to, g->sentence, 13, out->width < 80 ? out->width :
		    80);
	}
}

static void
publish(struct text *to, const struct out *out, const char *when,
    struct span domain, struct span record)
{
	text_printf(to, "\n%s%s%s\n  _dmarc.%.*s. TXT \"%.*s\"\n",
	    out_bold(out), when, out_plain(out), (int)domain.len,
	    (const char *)domain.ptr, (int)record.len,
	    (const char *)record.ptr);
}

static void
page(struct text *to, const struct out *out, const struct rollout_data *d,
    const struct rollout_plan *p)
{
	struct span domain = d->domain.name;
	char title[80];

	text_printf(to, "%s%.*s%s is at stage %s%s%s\n  ", out_bold(out),
	    (int)domain.len, (const char *)domain.ptr, out_plain(out),
	    out_bold(out), rollout_stage_name(p->stage), out_plain(out));
	text_wrap(to, p->does, 2, out->width < 80 ? out->width : 80);
	if (d->parked)
		text_str(to, "  It sends no mail, so nothing can be lost.\n");
	if (p->leftover != NULL) {
		text_str(to, "  note: ");
		text_wrap(to, p->leftover, 8, out->width < 80 ? out->width :
		    80);
	}
	if (p->n_hold > 0) {
		text_printf(to, "\n%sTo stay%s\n", out_bold(out),
		    out_plain(out));
		gates(to, out, p->hold, p->n_hold);
	}
	if (p->go_back)
		text_str(to, "\nMail of yours suffers: go back, and mend what "
		    "fails (assay source list).\n");
	if (p->finished) {
		text_str(to, "\nThere is no further step.\n");
	} else {
		text_printf(to, "\n%sTo go on to %s%s\n", out_bold(out),
		    rollout_stage_name(p->to), out_plain(out));
		gates(to, out, p->gate, p->n_gate);
		snprintf(title, sizeof(title), p->may_go ?
		    "Publish now" : "Publish when all of it is met");
		publish(to, out, title, domain, p->next);
	}
	if (!span_absent(p->back))
		publish(to, out, "The way back", domain, p->back);
	text_printf(to, "\nIt may be tried first on the mail of the past: "
	    "assay policy try\n");
}

/* ---- JSON --------------------------------------------------------------- */

static void
json_gates(struct jw *w, const char *key, const struct rollout_gate *gate,
    size_t n)
{
	jw_key(w, key);
	jw_array(w);
	for (size_t i = 0; i < n; i++) {
		jw_object(w);
		jw_put_cstr(w, "gate", gate[i].name);
		jw_put_cstr(w, "state", gate_state_name(gate[i].state));
		jw_put_cstr(w, "unit", gate[i].unit);
		jw_key(w, "have");
		jw_u64(w, gate[i].have);
		jw_put_cstr(w, "wanted", gate[i].at_least ? "at least" :
		    "at most");
		jw_key(w, "want");
		jw_u64(w, gate[i].want);
		jw_put_cstr(w, "text", gate[i].sentence);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
json(struct text *to, const struct rollout_data *d,
    const struct rollout_plan *p)
{
	struct jw w;

	jw_start(&w, text_write, to);
	jw_object(&w);
	jw_key(&w, "domain");
	jw_str(&w, d->domain.name);
	jw_put_cstr(&w, "stage", rollout_stage_name(p->stage));
	jw_key(&w, "parked");
	jw_bool(&w, d->parked);
	jw_key(&w, "record");
	jw_str(&w, d->record == NULL ? SPAN_NONE : d->record->text);
	jw_put_cstr(&w, "to", p->finished ? NULL :
	    rollout_stage_name(p->to));
	jw_key(&w, "may_go");
	jw_bool(&w, p->may_go);
	jw_key(&w, "go_back");
	jw_bool(&w, p->go_back);
	json_gates(&w, "gates", p->gate, p->n_gate);
	json_gates(&w, "hold", p->hold, p->n_hold);
	jw_key(&w, "next");
	jw_str(&w, p->next);
	jw_key(&w, "back");
	jw_str(&w, p->back);
	jw_put_cstr(&w, "leftover", p->leftover);
	jw_end_object(&w);
	(void)jw_finish(&w);
}

/* ---- all of it ---------------------------------------------------------- */

static int
plan(struct source_load *l, const struct args *args, const struct out *out)
{
	struct rollout_data d = { .parked = false };
	struct dmarc_record record;
	struct text text = { .ptr = NULL };
	struct rollout_plan p;
	int status = source_load(l, assay_cstr(args->word[0]));

	if (status != 0)
		return status;
	d.domain = l->domain;
	d.parked = l->parked;
	if (!span_absent(l->record) && dmarc_record_parse(&record, l->record,
	    &l->arena))
		d.record = &record;
	if (l->dns_failed) {
		fprintf(stderr, "assay rollout: DNS does not answer\n");
		return EXIT_TEMPORARY;
	}
	count_mail(&d, l);
	if (!count_by(l, STORE_BY_DAY, &d.days_data) ||
	    !count_by(l, STORE_BY_REPORTER, &d.reporters) ||
	    !since_when(&d, l))
		return store_file_wrong(l->file->path, store_why(l->store));
	rollout_plan(&p, &d, &l->arena);
	if (args->given[F_JSON])
		json(&text, &d, &p);
	else
		page(&text, out, &d, &p);
	status = text.failed || !out_text(&text) ? EXIT_USAGE : p.go_back ||
	    !(p.may_go || p.finished) ? EXIT_NOT_ACCEPTED : EXIT_ACCEPTED;
	text_free(&text);
	return status;
}

static int
run(const struct args *args, const struct out *out,
    struct settings *settings, struct store_file *file)
{
	struct source_load l = { .settings = settings, .file = file };
	int status = EXIT_USAGE;

	if (!source_cmd_days(args, &l.day_from, &l.day_to) ||
	    !settings_make(settings, args) || !store_file_find(file, args))
		return EXIT_USAGE;
	l.day_from = l.day_to - FIGURES + 1;
	l.store = store_file_open(file, STORE_READ, &status);
	if (l.store == NULL)
		return status;
	status = plan(&l, args, out);
	source_load_free(&l);
	store_close(l.store);
	return status;
}

int
cmd_rollout(const struct args *args, const struct out *out)
{
	struct settings settings = { .live = false };
	struct store_file file = { .path = "" };
	int status;

	if (args->n_word != 1)
		return usage("which domain? one at a time");
	if (!settings_domain(args->word[0]))
		return usage("this is no domain name");
	status = run(args, out, &settings, &file);
	settings_free(&settings);
	store_file_free(&file);
	if (!out_close())
		return EXIT_USAGE;
	return status;
}

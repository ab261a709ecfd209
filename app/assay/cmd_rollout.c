/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_rollout.c - assay rollout DOMAIN: how far a domain is on its way to
 * p=reject, whether it may go on, what to publish then, and the way back.
 */
#include "cmd.h"

#include <string.h>

#include "rollout_load.h"
#include "source_cmd.h"
#include "wire/json.h"

static int
usage(const char *what)
{
	fprintf(stderr, "assay rollout: %s\n'assay rollout --help' shows "
	    "how\n", what);
	return EXIT_USAGE;
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
		if (p->n_gate == 0)
			text_str(to, "  Nothing has to be met before.\n");
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
	struct source_none q = { args->name, l->store, l->file, l->day_from,
		l->day_to, true };
	bool none;
	int status = source_none(&q, assay_cstr(args->word[0]), &none);

	if (status == 0)
		status = source_load(l, assay_cstr(args->word[0]));
	if (status != 0)
		return status;
	if (l->dns_failed) {
		fprintf(stderr, "assay rollout: DNS does not answer\n");
		return EXIT_TEMPORARY;
	}
	q.silent = false;
	if (none && (status = source_none(&q, l->domain.name, &none)) != 0)
		return status;
	if (none && l->nowhere) {
		fprintf(stderr, "assay rollout: nor is that name in DNS: "
		    "there is nothing to roll out\n");
		return EXIT_UNREADABLE;
	}
	status = rollout_load(&d, &record, l);
	if (status != 0)
		return status;
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
	l.day_from = l.day_to - ROLLOUT_FIGURES + 1;
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_alerts.c - assay alerts [DOMAIN]: what somebody should know.
 *
 * With --new it is told first and kept second: when this ends in between, the
 * same is told again, and nothing is lost.  With --send it counts as told when
 * it was delivered by all ways (tell_ways.h).
 */
#include "cmd.h"

#include <string.h>

#include "alerts_run.h"
#include "alerts_sign.h"
#include "alerts_view.h"
#include "source_cmd.h"
#include "tell_ways.h"

struct telling {
	struct text text;		/* page, rows or body               */
	struct table table;
	struct jw w;
	bool first;
	size_t told;			/* alerts                           */
	struct tell_ways ways;		/* --send                           */
	/* to be kept */
	struct arena arena;
	struct keep { struct store_alert v; struct keep *next; } *keep;
	struct dns {
		struct alerts_answer v;
		struct dns *next;
	} *dns;
};

/* ---- what is to be kept ------------------------------------------------- */

static void
keep(struct telling *t, const struct alerts_load *l, struct span key,
    struct span state, struct span cause)
{
	struct keep *k = arena_alloc(&t->arena, sizeof(*k));

	if (k == NULL)
		return;
	*k = (struct keep){ { .key = arena_dup(&t->arena, key),
		.domain = arena_dup(&t->arena, l->source.domain.name),
		.state = arena_dup(&t->arena, state),
		.cause = arena_dup(&t->arena, cause), .at = l->now },
		t->keep };
	t->keep = k;
}

/* The state of each gate, when it is another one. */
static void
keep_gates(struct telling *t, const struct alerts_load *l)
{
	struct alerts_load *own = (struct alerts_load *)(uintptr_t)l;

	for (size_t i = 0; l->facts.plan != NULL && i < l->plan.n_gate; i++) {
		const struct rollout_gate *g = &l->plan.gate[i];
		struct span key = alert_gate_key(&l->facts, g, &own->arena);
		struct span state = assay_cstr(gate_state_name(g->state));
		const struct alert_told *last = alert_told_last(l->told,
		    l->n_told, key);

		if (g->state != GATE_UNKNOWN && (last == NULL ||
		    !span_eq(last->state, state)))
			keep(t, l, key, state, SPAN(""));
	}
}

static void
keep_all(struct telling *t, const struct alerts_load *l)
{
	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next)
		if (alerts_told_at(l, a) == 0)
			keep(t, l, a->key, a->state, a->cause);
	keep_gates(t, l);
	for (size_t i = 0; i < l->n_answer; i++) {
		struct dns *d = arena_alloc(&t->arena, sizeof(*d));

		if (d == NULL)
			return;
		*d = (struct dns){ { arena_dup(&t->arena, l->answer[i].name),
			arena_dup(&t->arena, l->answer[i].type),
			arena_dup(&t->arena, l->answer[i].answer) },
			t->dns };
		t->dns = d;
	}
}

static int
write_down(struct alerts_run *r, struct telling *t)
{
	bool ok = !t->arena.failed && store_begin(r->store);

	for (const struct dns *d = t->dns; ok && d != NULL; d = d->next)
		ok = store_dns_seen(r->store, d->v.name, d->v.type,
		    d->v.answer, r->now);
	for (const struct keep *k = t->keep; ok && k != NULL; k = k->next)
		ok = store_alert_seen(r->store, &k->v);
	if (ok && store_commit(r->store, STORE_SYNCED))
		return 0;
	if (t->arena.failed) {
		fprintf(stderr, "assay alerts: no memory\n");
		return EXIT_TEMPORARY;
	}
	return store_file_wrong(r->file.path, store_why(r->store));
}

/* ---- by mail and webhook ------------------------------------------------ */

/* What is news by this way. */
static void
send_by(struct telling *t, const struct alerts_load *l, enum tell_way i)
{
	struct way *w = &t->ways.way[i];
	const struct out plain = { .width = 76 };
	size_t before = w->n;

	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next) {
		struct store_alert v = { .key = a->key, .state = a->state,
			.domain = l->source.domain.name, .cause = a->cause,
			.at = l->now };
		struct jw json;

		if (alerts_told_at(l, a) != 0)
			continue;
		if (i == WAY_WEB) {
			text_str(&w->body, w->n > 0 ? ",\n" : "\n");
			jw_start(&json, text_write, &w->body);
			alerts_view_json(l, a, &json);
			if (!jw_finish(&json))
				w->body.failed = true;
		}
		tell_way_note(&t->ways, i, &v);
	}
	if (w->n == before)
		return;
	if (i == WAY_MAIL) {
		text_str(&w->body, w->domains > 0 ? "\n" : "");
		alerts_view_page(l, false, &plain, &w->body);
	}
	tell_way_domain(&t->ways, i, l->source.domain.name);
}

static int
one_to_send(struct alerts_run *r, const struct alerts_load *l)
{
	struct alerts_load *own = (struct alerts_load *)(uintptr_t)l;
	struct telling *t = r->ctx;

	for (enum tell_way i = WAY_MAIL; i < WAYS; i++) {
		own->via = (int)i;
		if (t->ways.way[i].on)
			send_by(t, l, i);
	}
	own->via = -1;
	keep_all(t, l);
	return 0;
}

static bool
begin_sending(struct alerts_run *r)
{
	struct telling *t = r->ctx;

	return tell_ways_open(&t->ways, r, &t->arena);
}

static void
leave_sending(struct alerts_run *r)
{
	struct telling *t = r->ctx;

	tell_ways_free(&t->ways);
}

static int
end_sending(struct alerts_run *r)
{
	struct telling *t = r->ctx;
	int status = tell_ways_send(&t->ways, r, "alerts", NULL);

	/* what one way has not heard is news still */
	return status != 0 ? status : write_down(r, t);
}

/* ---- telling ------------------------------------------------------------ */

static int
one(struct alerts_run *r, const struct alerts_load *l)
{
	struct telling *t = r->ctx;
	bool all = !r->args->given[F_NEW];
	enum table_form form = source_cmd_form(r->args);
	size_t n = 0;

	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next) {
		if (!all && alerts_told_at(l, a) != 0)
			continue;
		n++;
		if (r->args->given[F_SIGN])
			alerts_view_json(l, a, &t->w);
	}
	if (r->args->given[F_SIGN]) {
		/* it is in the body */
	} else if (form != TABLE_PAGE) {
		alerts_view_rows(l, all, &t->table);
	} else if (n > 0 || all) {
		if (!t->first)
			text_str(&t->text, "\n");
		alerts_view_page(l, all, r->out, &t->text);
		t->first = false;
	}
	t->told += n;
	if (r->write)
		keep_all(t, l);
	return 0;
}

static void
begin(struct alerts_run *r, struct telling *t)
{
	arena_init(&t->arena, LIMIT_SOURCES_MEMORY);
	t->first = true;
	if (!r->args->given[F_SIGN]) {
		alerts_view_table(&t->table, source_cmd_form(r->args),
		    r->out);
		return;
	}
	jw_start(&t->w, text_write, &t->text);
	jw_object(&t->w);
	jw_put_cstr(&t->w, "type", "assay.alerts");
	jw_key(&t->w, "alerts");
	jw_array(&t->w);
}

static bool
finish(struct alerts_run *r, struct telling *t)
{
	struct text rows = { .ptr = NULL };
	bool ok;

	if (!r->args->given[F_SIGN]) {
		ok = table_end(&t->table, &rows);
		if (source_cmd_form(r->args) != TABLE_PAGE)
			ok = ok && out_text(&rows);
		else
			ok = ok && out_text(&t->text);
		text_free(&rows);
		return ok;
	}
	jw_end_array(&t->w);
	jw_end_object(&t->w);
	ok = jw_finish(&t->w) && !t->text.failed;
	/* nothing to tell: nothing to send */
	return t->told == 0 ? ok : ok && alerts_sign(r->args->value[F_SIGN],
	    r->now / 1000000, &t->text);
}

static int
end(struct alerts_run *r)
{
	struct telling *t = r->ctx;
	int status;

	if (!finish(r, t) || fflush(stdout) != 0)
		return EXIT_USAGE;
	status = r->write ? write_down(r, t) : 0;
	return status != 0 ? status : t->told > 0 ? EXIT_NOT_ACCEPTED :
	    EXIT_ACCEPTED;
}

int
cmd_alerts(const struct args *args, const struct out *out)
{
	struct telling t = { .told = 0 };
	bool send = args->given[F_SEND];
	struct alerts_run r = { .args = args, .out = out, .ctx = &t,
		.one = send ? one_to_send : one,
		.begin = send ? begin_sending : NULL,
		.leave = send ? leave_sending : NULL,
		.write = args->given[F_NEW] || send };
	int status;

	if (send && (args->given[F_SIGN] || args->given[F_JSON] ||
	    args->given[F_CSV])) {
		fprintf(stderr, "assay alerts: --send has its own forms: "
		    "without --sign, --json and --csv\n");
		return EXIT_USAGE;
	}
	if (args->given[F_SIGN] && !alerts_sign_check(args->value[F_SIGN]))
		return EXIT_USAGE;
	begin(&r, &t);
	status = alerts_run(&r, send ? end_sending : end);
	text_free(&t.text);
	arena_free(&t.arena);
	return status;
}

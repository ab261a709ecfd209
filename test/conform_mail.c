/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds with a message, through the whole evaluation: dkim, arc, message. */
#include "test/conform_world.h"

#include <stdio.h>
#include <string.h>

#include "eval.h"

struct assay_eval *
row_evaluate(struct row *r, bool sign)
{
	json_t *max = json_object_get(r->options, "max_signatures");
	struct assay_limits limits = { .signatures = json_is_integer(max) ?
		(size_t)json_integer_value(max) : 0 };
	struct span message = row_file(r, "message");
	struct assay_oracle oracle[2];
	struct assay_session session;
	struct assay_options options;
	struct assay_eval *ev;
	size_t n = world_oracles(oracle, r);
	enum assay_status st;

	world_session(&session, r);
	world_options(&options, r);
	if (r->error[0] != '\0')
		return NULL;
	st = assay_eval_new(&ev, &session, &options, &limits, NULL);
	if (st == ASSAY_OK && sign)
		st = assay_eval_will_sign(ev, ASSAY_RELAXED);
	if (st == ASSAY_OK)
		st = assay_eval_data(ev, message);
	if (st == ASSAY_OK)
		st = assay_eval_run(ev, oracle, n);
	if (st == ASSAY_OK)
		return ev;
	row_error(r, "the evaluation ended with:", assay_status_str(st));
	return NULL;
}

/* ---- dkim ---- */

static json_t *
signature_json(const struct sig_outcome *o)
{
	json_t *j = json_object();

	json_object_set_new(j, "d", text_json(o->sig->d.name));
	json_object_set_new(j, "s", text_json(o->sig->selector.name));
	json_object_set_new(j, "result", result_json(o->result));
	return j;
}

static json_t *
dkim_json(const struct dkim_outcome *dkim, const json_t *expected)
{
	json_t *o = json_object(), *list = json_array();
	const json_t *last = json_object_get(expected, "last_signature");

	json_object_set_new(o, "overall", result_json(dkim->overall));
	json_object_set_new(o, "result", result_json(dkim->overall));
	for (size_t i = 0; i < dkim->n_sig; i++)
		json_array_append_new(list, signature_json(&dkim->sig[i]));
	json_object_set_new(o, "signatures", list);
	if (dkim->n_sig == 0)
		return o;
	/* as an object, or as its result alone: as it is asked */
	json_object_set_new(o, "last_signature", json_is_object(last) ?
	    signature_json(&dkim->sig[dkim->n_sig - 1]) :
	    result_json(dkim->sig[dkim->n_sig - 1].result));
	return o;
}

/* What sha1 and small keys would give is told by a program beside this one:
 * the library cannot say it. */
static json_t *
legacy_json(struct row *r)
{
	char command[4096 * 3], word[40] = "";
	const char *message = json_string_value(json_object_get(r->row,
	    "message"));
	const char *zone = json_string_value(json_object_get(r->row, "zone"));
	struct assay_session session;
	FILE *f;

	world_session(&session, r);
	snprintf(command, sizeof(command),
	    "'%.4000s/legacy_dkim' '%.2000s/%.2000s' '%.2000s/%.2000s' %lld",
	    row_home, r->suite, message == NULL ? "" : message, r->suite,
	    zone == NULL ? "" : zone, (long long)session.now);
	f = popen(command, "r");
	if (f != NULL && fgets(word, sizeof(word), f) != NULL)
		word[strcspn(word, "\n")] = '\0';
	if (f == NULL || pclose(f) != 0)
		return json_null();
	return json_string(word);
}

json_t *
kind_dkim(struct row *r)
{
	struct assay_eval *ev = row_evaluate(r, false);
	json_t *o;

	if (ev == NULL)
		return NULL;
	o = dkim_json(&ev->out.dkim, r->expected);
	if (json_object_get(r->expected, "legacy_overall") != NULL)
		json_object_set_new(o, "legacy_overall", legacy_json(r));
	return o;
}

/* ---- arc ---- */

static json_t *
arc_json(const struct arc_outcome *arc)
{
	json_t *o = json_object();

	json_object_set_new(o, "result", result_json(arc->result));
	json_object_set_new(o, "instances", json_integer(arc->instances));
	return o;
}

json_t *
kind_arc(struct row *r)
{
	struct assay_eval *ev = row_evaluate(r, false);

	return ev == NULL ? NULL : arc_json(&ev->out.arc);
}

/* ---- message ---- */

static bool
names(const json_t *domains, struct domain d)
{
	const char *s = json_string_value(domains);

	if (s != NULL && span_ieq(assay_cstr(s), d.name))
		return true;
	for (size_t i = 0; i < json_array_size(domains); i++)
		if (names(json_array_get(domains, i), d))
			return true;
	return false;
}

/* What is expected, if no pass was reported for these domains; else null. */
static json_t *
not_pass_for(const struct dmarc_outcome *out, json_t *domains)
{
	for (size_t i = 0; i < out->n_author; i++)
		if ((out->result == ASSAY_PASS ||
		    out->author[i].result == ASSAY_PASS) &&
		    names(domains, out->author[i].domain))
			return json_null();
	return json_incref(domains);
}

/* A part as an object of its members, or as its result alone. */
static void
put_part(json_t *o, const struct row *r, const char *name, json_t *part)
{
	json_t *shape = json_object_get(r->expected, name);

	if (shape == NULL || json_is_object(shape)) {
		json_object_set_new(o, name, part);
		return;
	}
	json_object_set(o, name, json_object_get(part, "result"));
	json_decref(part);
}

static json_t *
iprev_json(const struct iprev_outcome *iprev)
{
	json_t *o = json_object();

	json_object_set_new(o, "result", result_json(iprev->result));
	json_object_set_new(o, "name", text_json(iprev->name.name));
	return o;
}

json_t *
kind_message(struct row *r)
{
	struct assay_eval *ev = row_evaluate(r, false);
	json_t *o = json_object(), *dmarc, *avoid;

	if (ev == NULL)
		return o;
	put_part(o, r, "spf", spf_json(&ev->out.spf));
	put_part(o, r, "helo", spf_json(&ev->out.helo));
	put_part(o, r, "dkim", dkim_json(&ev->out.dkim,
	    json_object_get(r->expected, "dkim")));
	put_part(o, r, "arc", arc_json(&ev->out.arc));
	put_part(o, r, "iprev", iprev_json(&ev->out.iprev));
	dmarc = dmarc_json(&ev->out.dmarc);
	avoid = json_object_get(json_object_get(r->expected, "dmarc"),
	    "not_pass_for");
	if (avoid != NULL)
		json_object_set_new(dmarc, "not_pass_for",
		    not_pass_for(&ev->out.dmarc, avoid));
	put_part(o, r, "dmarc", dmarc);
	return o;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds of DMARC without a message: dmarc (identifiers given),
 * dmarc-record, dmarc-report-auth, org-domain, psl.
 */
#include "test/conform_world.h"

#include <string.h>

#include "check/dmarc_record.h"
#include "check/report_auth.h"
#include "wire/address.h"

static json_t *
domain_json(struct domain d)
{
	return text_json(d.name);
}

static json_t *
policy_json(enum dmarc_policy p)
{
	return p == POLICY_ABSENT ? json_null() :
	    json_string(dmarc_policy_name(p));
}

static enum assay_result
result_of(const json_t *o)
{
	const char *s = json_string_value(json_object_get(o, "result"));

	for (int i = ASSAY_NONE; s != NULL && i <= ASSAY_POLICY; i++)
		if (strcmp(s, assay_result_name((enum assay_result)i)) == 0)
			return (enum assay_result)i;
	return ASSAY_NONE;
}

/* ---- what is given ---- */

static void
add_author(struct from_facts *f, struct span text, struct arena *a)
{
	struct address_list list;

	if (!address_list_parse(&list, text, a))
		f->unusable = true;
	for (size_t i = 0; i < list.n; i++) {
		struct domain d = list.box[i].domain;
		size_t k = 0;
		while (k < f->n_author &&
		    !domain_eq(f->author[k].domain, d))
			k++;
		if (k < f->n_author || domain_absent(d))
			continue;
		if (k == LIMIT_AUTHORS)
			f->capped = true;
		else
			f->author[f->n_author++].domain = d;
	}
}

static void
give_from(struct world *w, struct row *r)
{
	const json_t *from = json_object_get(r->input, "from");

	w->facts.from.fields = 1;
	if (!json_is_array(from))
		add_author(&w->facts.from, json_text(r->input, "from"),
		    r->arena);
	for (size_t i = 0; i < json_array_size(from); i++) {
		const json_t *one = json_array_get(from, i);
		struct span text = { (const uint8_t *)json_string_value(one),
			json_string_length(one) };
		add_author(&w->facts.from, text, r->arena);
	}
}

static void
give_spf(struct world *w, struct row *r)
{
	const json_t *spf = json_object_get(r->input, "spf");

	w->out.spf.result = result_of(spf);
	if (!domain_parse(&w->out.spf.domain, json_text(spf, "domain"), true,
	    r->arena))
		w->out.spf.domain = (struct domain){ SPAN_NONE };
}

static void
give_dkim(struct world *w, struct row *r)
{
	const json_t *dkim = json_object_get(r->input, "dkim");
	size_t n = json_array_size(dkim);
	struct sig_facts *sig = arena_array(r->arena, n, sizeof(*sig));
	struct sig_outcome *out = arena_array(r->arena, n, sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(dkim, i);
		out[i].sig = &sig[i];
		out[i].result = result_of(one);
		if (!domain_parse(&sig[i].d, json_text(one, "domain"), true,
		    r->arena))
			sig[i].d = (struct domain){ SPAN_NONE };
		out[i].alignable = out[i].result == ASSAY_PASS &&
		    !domain_absent(sig[i].d);
		if (out[i].result == ASSAY_PASS || i == 0)
			w->out.dkim.overall = out[i].result;
	}
	w->facts.dkim = (struct dkim_facts){ sig, n, n };
	w->out.dkim.sig = out;
	w->out.dkim.n_sig = n;
}

/* ---- dmarc ---- */

json_t *
dmarc_json(const struct dmarc_outcome *out)
{
	json_t *o = json_object(), *queries = json_array();
	const struct dmarc_author *a = &out->author[out->decisive];

	json_object_set_new(o, "result", result_json(out->result));
	json_object_set_new(o, "policy", policy_json(out->n_author > 1 ?
	    out->policy : a->policy));
	json_object_set_new(o, "record_domain", domain_json(a->record_domain));
	json_object_set_new(o, "org_domain", domain_json(a->org_domain));
	json_object_set_new(o, "aligned_spf", json_boolean(a->aligned_spf));
	json_object_set_new(o, "aligned_dkim", json_boolean(a->aligned_dkim));
	json_object_set_new(o, "from_domain", domain_json(a->domain));
	for (size_t i = 0; i < a->n_query; i++)
		json_array_append_new(queries, text_json(a->query[i]));
	json_object_set_new(o, "queries", queries);
	return o;
}

json_t *
kind_dmarc(struct row *r)
{
	struct world w;

	if (!world_init(&w, r))
		return NULL;
	give_from(&w, r);
	give_spf(&w, r);
	give_dkim(&w, r);
	for (int c = ASSAY_CHECK_MESSAGE; c < ASSAY_CHECK_DMARC; c++)
		w.run.done |= UINT32_C(1) << c;
	if (!world_check(&w, ASSAY_CHECK_DMARC, check_dmarc))
		return NULL;
	return dmarc_json(&w.out.dmarc);
}

/* ---- dmarc-record ---- */

static json_t *
uris_json(const struct dmarc_uri *uri, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, text_json(uri[i].text));
	return list;
}

static json_t *
fo_json(const struct dmarc_record *rec)
{
	static const struct { uint8_t bit; const char *word; } fo[] = {
		{ FO_0, "0" }, { FO_1, "1" }, { FO_D, "d" }, { FO_S, "s" } };
	json_t *list = json_array();
	uint8_t set = rec->fo == 0 ? FO_0 : rec->fo;

	for (size_t i = 0; i < sizeof(fo) / sizeof(fo[0]); i++)
		if ((set & fo[i].bit) != 0)
			json_array_append_new(list, json_string(fo[i].word));
	return list;
}

static json_t *
tags_json(const struct dmarc_record *rec)
{
	json_t *o = json_object();

	json_object_set_new(o, "p", policy_json(rec->p));
	json_object_set_new(o, "sp", policy_json(rec->sp));
	json_object_set_new(o, "np", policy_json(rec->np));
	json_object_set_new(o, "psd", json_string(rec->psd == PSD_Y ? "y" :
	    rec->psd == PSD_N ? "n" : "u"));
	json_object_set_new(o, "t", json_string(rec->test ? "y" : "n"));
	json_object_set_new(o, "adkim",
	    json_string(rec->strict_dkim ? "s" : "r"));
	json_object_set_new(o, "aspf",
	    json_string(rec->strict_spf ? "s" : "r"));
	json_object_set_new(o, "fo", fo_json(rec));
	json_object_set_new(o, "pct", json_integer(rec->pct));
	json_object_set_new(o, "rua", uris_json(rec->rua, rec->n_rua));
	json_object_set_new(o, "ruf", uris_json(rec->ruf, rec->n_ruf));
	return o;
}

json_t *
kind_dmarc_record(struct row *r)
{
	struct dmarc_record rec;
	json_t *o = json_object();
	bool is = dmarc_record_parse(&rec, json_text(r->input, "text"),
	    r->arena);

	json_object_set_new(o, "usable", json_boolean(is &&
	    dmarc_usable(&rec, r->profile)));
	if (is)
		json_object_set_new(o, "tags", tags_json(&rec));
	return o;
}

/* ---- names ---- */

json_t *
kind_org_domain(struct row *r)
{
	struct world w;
	struct walk walk = { .n = 0 };
	struct domain d;
	json_t *o = json_object();

	if (!world_init(&w, r) ||
	    !domain_parse(&d, json_text(r->input, "domain"), true, r->arena))
		return o;
	while (walk_identifier(&walk, &w.run, d) == STEP_WAIT &&
	    w.memo.open > 0)
		world_answer_unknown(&w);
	json_object_set_new(o, "org_domain", domain_json(walk.org));
	return o;
}

/* The right-most n labels of a name as it was given: U-labels stay. */
static json_t *
tail_as_given(struct span text, size_t n)
{
	size_t at = text.len;

	while (at > 0 && (span_at(text, at - 1) != '.' || --n > 0))
		at--;
	return text_json(span_skip(text, at));
}

/* One label more than the public suffix; a suffix itself has none. */
json_t *
kind_psl(struct row *r)
{
	struct world w;
	struct domain d, suffix = { SPAN_NONE };
	struct span given = json_text(r->input, "domain");
	json_t *o = json_object();
	size_t n;

	if (!world_init(&w, r) || !domain_parse(&d, given, true, r->arena))
		return o;
	while (suffix_of(&suffix, &w.run, d) == STEP_WAIT && w.memo.open > 0)
		world_answer_unknown(&w);
	n = domain_labels(suffix) + 1;
	if (domain_absent(suffix) || domain_labels(d) < n)
		return o;
	/* IDNA made something else of it: answer in the form of the input */
	json_object_set_new(o, "registrable", span_ieq(given, d.name) ?
	    domain_json(domain_tail(d, n)) : tail_as_given(given, n));
	return o;
}

/* ---- dmarc-report-auth (RFC 9990 4) ---- */

json_t *
kind_dmarc_report_auth(struct row *r)
{
	struct report_auth auth = { .answer = REPORT_NO };
	struct world w;
	struct domain policy;
	struct dmarc_uri uri;
	json_t *o = json_object();
	bool sized;

	if (!world_init(&w, r))
		return o;
	if (domain_parse(&policy, json_text(r->input, "domain"), true,
	    r->arena) && dmarc_uri_parse(&uri, json_text(r->input,
	    "destination"), &sized, r->arena))
		while (report_authorized(&auth, &w.run, policy, &uri,
		    REPORT_AGGREGATE) == STEP_WAIT && w.memo.open > 0)
			world_answer_unknown(&w);
	json_object_set_new(o, "accept",
	    json_boolean(auth.answer == REPORT_YES));
	return o;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregate reports, packed in any way. */
#include "test/conform.h"

#include "report/aggregate_read.h"
#include "report/aggregate_word.h"
#include "report/unwrap.h"

/* What the suites say for nothing. */
static json_t *
text(struct span s)
{
	return s.len == 0 ? json_null() : text_json(s);
}

static json_t *
word(const char *s)
{
	return s == NULL ? json_null() : json_string(s);
}

static json_t *
number(uint64_t v)
{
	return json_integer((json_int_t)v);
}

static json_t *
when(int64_t t)
{
	return t == 0 ? json_null() : json_integer((json_int_t)t);
}

static json_t *
auth_dkim(const struct aggregate_row *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_dkim; i++) {
		json_t *o = json_object();
		json_object_set_new(o, "domain", text(r->auth_dkim[i].domain));
		json_object_set_new(o, "selector",
		    text(r->auth_dkim[i].selector));
		json_object_set_new(o, "result", word(aggregate_result_name(
		    r->auth_dkim[i].result)));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
auth_spf(const struct aggregate_row *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_spf; i++) {
		json_t *o = json_object();
		json_object_set_new(o, "domain", text(r->auth_spf[i].domain));
		json_object_set_new(o, "scope", word(aggregate_scope_name(
		    r->auth_spf[i].scope)));
		json_object_set_new(o, "result", word(aggregate_result_name(
		    r->auth_spf[i].result)));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
reasons(const struct aggregate_row *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_reason; i++) {
		json_t *o = json_object();
		json_object_set_new(o, "type", word(aggregate_why_name(
		    r->reason[i].type)));
		json_object_set_new(o, "comment", text(r->reason[i].comment));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
first_row(const struct aggregate_row *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "source_ip", text(r->source_text));
	json_object_set_new(o, "count", number(r->count));
	json_object_set_new(o, "disposition", word(aggregate_action_name(
	    r->disposition)));
	json_object_set_new(o, "dkim", word(aggregate_aligned_name(r->dkim)));
	json_object_set_new(o, "spf", word(aggregate_aligned_name(r->spf)));
	json_object_set_new(o, "header_from", text(r->header_from));
	json_object_set_new(o, "envelope_from", text(r->envelope_from));
	json_object_set_new(o, "envelope_to", text(r->envelope_to));
	json_object_set_new(o, "auth_dkim", auth_dkim(r));
	json_object_set_new(o, "auth_spf", auth_spf(r));
	json_object_set_new(o, "reason", reasons(r));
	return o;
}

struct sums {
	uint64_t records, messages, pass, dkim, spf, quarantined, rejected;
	json_t *sources;	/* a set */
	json_t *first;
};

static void
add_row(struct sums *t, const struct aggregate_row *r)
{
	bool dkim = r->dkim == AGGREGATE_ALIGNED_PASS;
	bool spf = r->spf == AGGREGATE_ALIGNED_PASS;
	char key[100];

	t->records++;
	t->messages += r->count;
	t->pass += dkim || spf ? r->count : 0;
	t->dkim += dkim ? r->count : 0;
	t->spf += spf ? r->count : 0;
	if (r->disposition == AGGREGATE_QUARANTINE)
		t->quarantined += r->count;
	if (r->disposition == AGGREGATE_REJECT)
		t->rejected += r->count;
	snprintf(key, sizeof(key), "%.*s", (int)r->source_text.len,
	    r->source_text.len == 0 ? "" : (const char *)r->source_text.ptr);
	json_object_set_new(t->sources, key, json_true());
	if (t->first == NULL)
		t->first = first_row(r);
}

static json_t *
summary(const struct aggregate_head *h, const struct sums *t)
{
	json_t *o = json_object();

	json_object_set_new(o, "well_formed", json_boolean(
	    (h->deviations & AGGREGATE_D_MALFORMED) == 0));
	json_object_set_new(o, "org_name", text(h->org_name));
	json_object_set_new(o, "email", text(h->email));
	json_object_set_new(o, "report_id", text(h->report_id));
	json_object_set_new(o, "begin", when(h->begin));
	json_object_set_new(o, "end", when(h->end));
	json_object_set_new(o, "domain", text(h->policy.domain));
	json_object_set_new(o, "p", word(aggregate_action_name(h->policy.p)));
	json_object_set_new(o, "sp", word(aggregate_action_name(
	    h->policy.sp)));
	json_object_set_new(o, "np", word(aggregate_action_name(
	    h->policy.np)));
	json_object_set_new(o, "records", number(t->records));
	json_object_set_new(o, "messages", number(t->messages));
	json_object_set_new(o, "dmarc_pass", number(t->pass));
	json_object_set_new(o, "dkim_aligned", number(t->dkim));
	json_object_set_new(o, "spf_aligned", number(t->spf));
	json_object_set_new(o, "quarantined", number(t->quarantined));
	json_object_set_new(o, "rejected", number(t->rejected));
	json_object_set_new(o, "source_ips", json_integer(
	    (json_int_t)json_object_size(t->sources)));
	json_object_set(o, "first", t->first);
	return o;
}

/* The report that u has come to, or NULL. */
static json_t *
one_report(struct row *row, struct aggregate *g, struct unwrap *u)
{
	struct sums t = { .sources = json_object() };
	json_t *o = NULL;

	aggregate_start(g);
	for (;;) {
		struct span w;
		bool last;
		switch (aggregate_next(g)) {
		case AGGREGATE_NEED:
			if (unwrap_read(u, &w, &last) != UNWRAP_FINE)
				row_error(row, "damaged:", "a report");
			aggregate_feed(g, w, last);
			continue;
		case AGGREGATE_ROW:
			add_row(&t, aggregate_row(g));
			continue;
		case AGGREGATE_END:
			o = summary(aggregate_head(g), &t);
			break;
		case AGGREGATE_BAD:
			row_error(row, "not read:", aggregate_why(g));
			break;
		}
		json_decref(t.sources);
		json_decref(t.first);
		return o;
	}
}

json_t *
kind_aggregate(struct row *r)
{
	json_t *o = json_object(), *reports = json_array();
	struct aggregate *g = aggregate_new(r->arena);
	struct unwrap *u = unwrap_new(r->arena);
	struct unwrap_doc doc;

	unwrap_start(u, row_file(r, "file"), row_text(r, "file"), r->arena);
	while (unwrap_next(u, &doc)) {
		if (doc.kind == UNWRAP_REFUSED)
			row_error(r, "refused:", unwrap_why_text(doc.why));
		if (doc.kind == UNWRAP_AGGREGATE)
			json_array_append_new(reports, one_report(r, g, u));
	}
	json_object_set_new(o, "reports", reports);
	return o;
}

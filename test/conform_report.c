/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of reports: arf, tlsrpt, tlsrpt-record. */
#include "test/conform.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "report/arf.h"
#include "report/tlsrpt_record.h"
#include "report/unwrap.h"
#include "tlsrpt.h"

/* ---- arf ---- */

/* One value as a string, several as an array. */
static void
add_value(json_t *o, const char *name, struct span value)
{
	json_t *old = json_object_get(o, name), *list;

	if (old == NULL) {
		json_object_set_new(o, name, text_json(value));
		return;
	}
	if (!json_is_array(old)) {
		list = json_array();
		json_array_append(list, old);
		json_object_set_new(o, name, list);
		old = list;
	}
	json_array_append_new(old, text_json(value));
}

static json_t *
feedback(const struct arf *r)
{
	json_t *o = json_object();

	for (size_t i = 0; i < r->n_field; i++) {
		char name[100];

		snprintf(name, sizeof(name), "%.*s",
		    (int)r->field[i].name.len,
		    (const char *)r->field[i].name.ptr);
		add_value(o, name, r->field[i].value);
	}
	return o;
}

static void
add_original(json_t *o, const char *name, struct span value)
{
	if (!span_absent(value))
		json_object_set_new(o, name, text_json(value));
}

json_t *
kind_arf(struct row *r)
{
	json_t *o = json_object(), *original = json_object();
	const char *why;
	struct arf arf;

	(void)arf_read(&arf, row_file(r, "file"), &why, r->arena);
	/* what was read of a text for people is no feedback-report part */
	json_object_set_new(o, "feedback", arf.form == ARF_PART ||
	    arf.form == ARF_LABEL ? feedback(&arf) : json_null());
	add_original(original, "From", arf.original.from);
	add_original(original, "To", arf.original.to);
	add_original(original, "Subject", arf.original.subject);
	add_original(original, "Message-ID", arf.original.message_id);
	add_original(original, "Date", arf.original.date);
	json_object_set_new(o, "original", original);
	return o;
}

/* ---- tlsrpt ---- */

static json_t *
failure(const struct tlsrpt_failure *f)
{
	json_t *o = json_object();

	json_object_set_new(o, "type", text_json(f->result_text));
	json_object_set_new(o, "count", json_integer((json_int_t)
	    f->sessions));
	json_object_set_new(o, "sending_mta_ip", text_json(f->sending_text));
	json_object_set_new(o, "receiving_mx", text_json(f->mx));
	return o;
}

static json_t *
summary(const struct tlsrpt *r)
{
	json_t *o = json_object(), *domains = json_array();
	json_t *types = json_array(), *failures = json_array();
	uint64_t successful = 0, failed = 0;

	for (size_t i = 0; i < r->n_policy; i++) {
		const struct tlsrpt_policy *p = &r->policy[i];
		json_array_append_new(domains, text_json(p->domain_text));
		json_array_append_new(types, text_json(p->type_text));
		for (size_t k = 0; k < p->n_failure; k++)
			json_array_append_new(failures,
			    failure(&p->failure[k]));
		successful += p->successful;
		failed += p->failed;
	}
	json_object_set_new(o, "organization", text_json(r->organization));
	json_object_set_new(o, "report_id", text_json(r->report_id));
	json_object_set_new(o, "contact", text_json(r->contact));
	json_object_set_new(o, "start", text_json(r->start_text));
	json_object_set_new(o, "end", text_json(r->end_text));
	json_object_set_new(o, "policies", json_integer((json_int_t)
	    r->n_policy));
	json_object_set_new(o, "domains", domains);
	json_object_set_new(o, "types", types);
	json_object_set_new(o, "successful", json_integer((json_int_t)
	    successful));
	json_object_set_new(o, "failed", json_integer((json_int_t)failed));
	json_object_set_new(o, "failure_details", failures);
	return o;
}

static struct span
document(struct row *r, struct unwrap *u)
{
	struct buf b = arena_buf(r->arena, LIMIT_TLSRPT_BYTES);
	bool last = false;

	while (!last && !b.full) {
		struct span w;
		if (unwrap_read(u, &w, &last) != UNWRAP_FINE)
			row_error(r, "damaged:", "a report");
		buf_put(&b, w);
	}
	return arena_done(r->arena, &b);
}

json_t *
kind_tlsrpt(struct row *r)
{
	json_t *o = json_object(), *reports = json_array();
	struct unwrap *u = unwrap_new(r->arena);
	struct unwrap_doc doc;
	struct tlsrpt report;
	const char *why;

	unwrap_start(u, row_file(r, "file"), row_text(r, "file"), r->arena);
	while (unwrap_next(u, &doc)) {
		if (doc.kind == UNWRAP_REFUSED)
			row_error(r, "refused:", unwrap_why_text(doc.why));
		if (doc.kind != UNWRAP_TLSRPT)
			continue;
		if (tlsrpt_read(&report, document(r, u), &why, r->arena))
			json_array_append_new(reports, summary(&report));
		else
			row_error(r, "not read:", why);
	}
	json_object_set_new(o, "reports", reports);
	return o;
}

/* ---- tlsrpt-record ---- */

/* The URIs as they are asked for: in an array, or one as a string. */
static json_t *
uris(const struct tlsrpt_record *rec, const json_t *shape)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rec->n_rua; i++)
		json_array_append_new(list, text_json(rec->rua[i].text));
	if (json_is_string(shape) && rec->n_rua == 1) {
		json_decref(list);
		return text_json(rec->rua[0].text);
	}
	return list;
}

json_t *
kind_tlsrpt_record(struct row *r)
{
	json_t *o = json_object();
	struct span text = json_is_string(r->input) ?
	    row_text(r, "input") : json_text(r->input, "text");
	struct tlsrpt_record rec;
	bool valid = tlsrpt_is_record(text);

	if (valid) {
		tlsrpt_record_parse(&rec, text, r->arena);
		valid = rec.flaw == TLSRPT_OK;
	}
	json_object_set_new(o, "valid", json_boolean(valid));
	json_object_set_new(o, "rua", valid ? uris(&rec,
	    json_object_get(r->expected, "rua")) : json_null());
	return o;
}

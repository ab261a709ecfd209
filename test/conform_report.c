/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of reports: arf, tlsrpt-record. */
#include "test/conform.h"

#include <stdio.h>
#include <string.h>

#include "report/arf.h"
#include "report/tlsrpt_record.h"

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

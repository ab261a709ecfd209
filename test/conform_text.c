/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds that read one header field: authres, from-domain. */
#include "test/conform.h"

#include <stdio.h>
#include <string.h>

#include "wire/address.h"
#include "wire/authres.h"

/* {"ptype.property": value}; the first of two counts. */
static json_t *
props(const struct authres_result *r)
{
	json_t *o = json_object();

	for (size_t i = 0; i < r->n_prop; i++) {
		const struct authres_prop *p = &r->prop[i];
		char key[200];
		snprintf(key, sizeof(key), "%.*s%s%.*s", (int)p->ptype.len,
		    p->ptype.len == 0 ? "" : (const char *)p->ptype.ptr,
		    span_absent(p->ptype) ? "" : ".", (int)p->property.len,
		    (const char *)p->property.ptr);
		if (json_object_get(o, key) == NULL)
			json_object_set_new(o, key, text_json(p->value));
	}
	return o;
}

static json_t *
result(const struct authres_result *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "method", text_json(r->method));
	json_object_set_new(o, "result", text_json(r->result));
	if (!span_absent(r->reason))
		json_object_set_new(o, "reason", text_json(r->reason));
	if (r->n_prop > 0)
		json_object_set_new(o, "props", props(r));
	return o;
}

/* `methods` is a shorter way to say it: take the shape that is asked. */
static json_t *
method(const struct authres_result *r, const json_t *shape)
{
	const char *s = json_string_value(shape);
	char word[300];

	if (json_is_array(shape))
		return json_pack("[o,o]", text_json(r->method),
		    text_json(r->result));
	if (json_is_object(shape))
		return result(r);
	if (s == NULL || strchr(s, '=') == NULL)
		return text_json(r->method);
	snprintf(word, sizeof(word), "%.*s=%.*s", (int)r->method.len,
	    (const char *)r->method.ptr, (int)r->result.len,
	    (const char *)r->result.ptr);
	return json_string(word);
}

json_t *
kind_authres(struct row *r)
{
	json_t *o = json_object(), *results = json_array();
	json_t *methods = json_array();
	const json_t *shape = json_array_get(json_object_get(r->expected,
	    "methods"), 0);
	struct authres ar;

	if (!authres_parse(&ar, json_text(r->input, "header"), r->arena)) {
		json_decref(results);
		json_decref(methods);
		return o;
	}
	for (size_t i = 0; i < ar.n_result; i++) {
		json_array_append_new(results, result(&ar.result[i]));
		json_array_append_new(methods, method(&ar.result[i], shape));
	}
	json_object_set_new(o, "authserv_id", text_json(ar.authserv_id));
	json_object_set_new(o, "results", results);
	json_object_set_new(o, "methods", methods);
	return o;
}

/* One author domain as a string, several as an array, none as null. */
json_t *
kind_from_domain(struct row *r)
{
	json_t *o = json_object(), *list = json_array();
	struct address_list from;
	struct domain last = { SPAN_NONE };

	if (!address_list_parse(&from, json_text(r->input, "header"),
	    r->arena))
		from.n = 0;
	for (size_t i = 0; i < from.n; i++) {
		struct domain d = from.box[i].domain;
		bool seen = domain_absent(d);
		for (size_t k = 0; k < i; k++)
			seen = seen || domain_eq(from.box[k].domain, d);
		if (seen)
			continue;
		json_array_append_new(list, text_json(d.name));
		last = d;
	}
	if (json_array_size(list) > 1) {
		json_object_set_new(o, "domain", list);
		return o;
	}
	json_decref(list);
	json_object_set_new(o, "domain", text_json(last.name));
	return o;
}

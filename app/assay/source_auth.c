/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_auth.c - the raw results of a row, as the store keeps them:
 * [["dkim",RESULT,DOMAIN,SELECTOR,HUMAN],["spf",RESULT,DOMAIN,SCOPE,HUMAN]].
 */
#include "source_load.h"

#include <jansson.h>
#include <string.h>

static struct span
text_of(const json_t *v, struct arena *a)
{
	const char *s = json_string_value(v);

	return s == NULL ? SPAN_NONE : arena_dup(a, (struct span){
	    (const uint8_t *)s, json_string_length(v) });
}

static enum aggregate_result
result_of(const json_t *v)
{
	static const char *const words[] = { "", "none", "pass", "fail",
	    "softfail", "neutral", "policy", "temperror", "permerror" };
	const char *s = json_string_value(v);

	for (int i = 1; s != NULL && i < 9; i++)
		if (strcmp(s, words[i]) == 0)
			return (enum aggregate_result)i;
	return s == NULL ? AGGREGATE_R_UNSAID : AGGREGATE_R_OTHER;
}

static enum aggregate_scope
scope_of(const json_t *v)
{
	const char *s = json_string_value(v);

	if (s == NULL)
		return AGGREGATE_SCOPE_UNSAID;
	return strcmp(s, "helo") == 0 ? AGGREGATE_HELO :
	    strcmp(s, "mfrom") == 0 ? AGGREGATE_MFROM :
	    AGGREGATE_SCOPE_OTHER;
}

bool
source_auth_read(struct auth_set *out, struct span text, struct arena *a)
{
	json_t *all = text.len == 0 ? NULL : json_loadb(
	    (const char *)text.ptr, text.len, 0, NULL);
	size_t n = json_array_size(all);
	struct aggregate_dkim *dkim = arena_array(a, n + 1, sizeof(*dkim));
	struct aggregate_spf *spf = arena_array(a, n + 1, sizeof(*spf));

	*out = (struct auth_set){ .dkim = dkim, .spf = spf };
	for (size_t i = 0; dkim != NULL && spf != NULL && i < n; i++) {
		const json_t *v = json_array_get(all, i);
		const char *kind = json_string_value(json_array_get(v, 0));

		if (kind != NULL && strcmp(kind, "dkim") == 0)
			dkim[out->n_dkim++] = (struct aggregate_dkim){
				.result = result_of(json_array_get(v, 1)),
				.domain = text_of(json_array_get(v, 2), a),
				.selector = text_of(json_array_get(v, 3),
				a) };
		else if (kind != NULL && strcmp(kind, "spf") == 0)
			spf[out->n_spf++] = (struct aggregate_spf){
				.result = result_of(json_array_get(v, 1)),
				.domain = text_of(json_array_get(v, 2), a),
				.scope = scope_of(json_array_get(v, 3)) };
	}
	json_decref(all);
	return !a->failed;
}

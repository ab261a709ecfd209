/* SPDX-License-Identifier: Apache-2.0 */
/* Kind spf: check_host() for a session, without a message. */
#include "test/conform_world.h"

#include <string.h>

json_t *
spf_json(const struct spf_outcome *spf)
{
	json_t *o = json_object();
	/* our default text stands for none in the record */
	bool own = span_absent(spf->explanation);

	json_object_set_new(o, "result", result_json(spf->result));
	if (spf->result == ASSAY_FAIL)
		json_object_set_new(o, "explanation", own ?
		    json_string("DEFAULT") : text_json(spf->explanation));
	return o;
}

json_t *
kind_spf(struct row *r)
{
	const char *identity = json_string_value(json_object_get(r->options,
	    "identity"));
	struct world w;

	if (!world_init(&w, r) ||
	    !world_check(&w, ASSAY_CHECK_HELO, check_helo) ||
	    !world_check(&w, ASSAY_CHECK_SPF, check_spf))
		return NULL;
	if (identity != NULL && strcmp(identity, "helo") == 0)
		return spf_json(&w.out.helo);
	return spf_json(&w.out.spf);
}

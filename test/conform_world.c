/* SPDX-License-Identifier: Apache-2.0 */
#include "test/conform_world.h"

#include <stdio.h>
#include <string.h>

/* A moment for rows that name none: Tue Nov 14 22:13:20 2023. */
enum { SOME_TIME = 1700000000 };

static bool
add_zone(struct assay_oracle *out, struct row *r)
{
	struct span text = row_file(r, "zone");
	unsigned line = 0;
	const char *why = "";
	char what[200];

	if (span_absent(text))
		return false;
	if (assay_oracle_zone(out, text, &line, &why) == ASSAY_OK)
		return true;
	snprintf(what, sizeof(what), "%s in line %u of", why, line);
	row_error(r, what, json_string_value(json_object_get(r->row,
	    "zone")));
	return false;
}

size_t
world_oracles(struct assay_oracle out[2], struct row *r)
{
	size_t n = 0;

	if (json_object_get(r->row, "zone") != NULL &&
	    !add_zone(&out[n++], r))
		return 0;
	if (assay_oracle_suffix(&out[n], NULL) == ASSAY_OK)
		n++;
	return n;
}

void
world_session(struct assay_session *out, struct row *r)
{
	json_t *when = json_object_get(r->row, "time");
	struct span ip = row_text(r, "ip");

	*out = (struct assay_session){ .helo = row_text(r, "helo"),
		.mail_from = row_text(r, "mailfrom"),
		.receiver = row_text(r, "receiver"),
		.now = json_is_integer(when) ? json_integer_value(when) :
		    SOME_TIME };
	if (ip.len > 0 && assay_addr_parse(&out->client, ip) != ASSAY_OK)
		row_error(r, "not an address:", json_string_value(
		    json_object_get(r->row, "ip")));
}

void
world_options(struct assay_options *out, const struct row *r)
{
	/* DECISIONS 5: the TLD guard is off here */
	*out = (struct assay_options){ .profile = r->profile,
		.no_tld_guard = true };
}

bool
world_init(struct world *w, struct row *r)
{
	*w = (struct world){ .limits = { .memory_bytes = LIMIT_EVAL_MEMORY,
		.header_bytes = LIMIT_HEADER_BYTES,
		.header_fields = LIMIT_HEADER_FIELDS,
		.signatures = LIMIT_SIGS_VERIFIED,
		.questions = LIMIT_QUESTIONS } };
	world_session(&w->session, r);
	world_options(&w->options, r);
	memo_init(&w->memo, r->arena, w->limits.questions);
	w->n_oracle = world_oracles(w->oracle, r);
	for (size_t i = 0; i < w->n_oracle; i++)
		w->memo.warm[w->memo.n_warm++] = w->oracle[i];
	w->run = (struct run){ .arena = r->arena, .memo = &w->memo,
		.session = &w->session, .options = &w->options,
		.limits = &w->limits, .facts = &w->facts, .out = &w->out };
	return r->error[0] == '\0';
}

void
world_answer_unknown(struct world *w)
{
	static const struct assay_answer unknown = {
		.kind = ASSAY_A_UNKNOWN };

	for (size_t i = 0; i < w->memo.n; i++)
		if (w->memo.row[i]->a.kind == 0)
			(void)memo_answer(&w->memo, &w->memo.row[i]->q,
			    &unknown);
}

bool
world_check(struct world *w, enum assay_check id, check_fn *fn)
{
	while (fn(&w->run) == STEP_WAIT) {
		if (w->memo.open == 0 || w->memo.full)
			return false;
		world_answer_unknown(w);
		asked_reset(&w->run);
	}
	w->run.done |= UINT32_C(1) << (unsigned)id;
	return true;
}

json_t *
result_json(enum assay_result result)
{
	return json_string(assay_result_name(result));
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * said.c - what another server's Authentication-Results field, found in the
 * message, says of a check: to compare with, never to believe.
 */
#include "eval.h"

#include "wire/authres.h"

/* RFC 8601 2.7: of several results of one method (DKIM: one a signature)
 * the best counts. */
static unsigned
rank(enum assay_result r)
{
	switch (r) {
	case ASSAY_PASS: return 7;
	case ASSAY_TEMPERROR: return 6;
	case ASSAY_FAIL: return 5;
	case ASSAY_SOFTFAIL: return 4;
	case ASSAY_POLICY: return 3;
	case ASSAY_PERMERROR: return 2;
	case ASSAY_NEUTRAL: return 1;
	case ASSAY_NONE: return 0;
	}
	return 0;
}

/* Results that others write in other words. */
static enum assay_result
result_of(struct span word)
{
	for (int r = ASSAY_NONE; r <= ASSAY_POLICY; r++)
		if (span_ieq(word, assay_cstr(assay_result_name(
		    (enum assay_result)r))))
			return (enum assay_result)r;
	if (span_ieq(word, SPAN("hardfail")))	/* RFC 7601 2.7.2 */
		return ASSAY_FAIL;
	return ASSAY_NONE;
}

/* SPF is said of two identities under one method; HELO has a property of its
 * own (RFC 8601 2.7.2). */
static bool
is_about(const struct authres_result *r, enum assay_check check)
{
	bool helo = false;

	for (size_t i = 0; i < r->n_prop; i++)
		helo = helo || span_ieq(r->prop[i].property, SPAN("helo"));
	if (check == ASSAY_CHECK_HELO)
		return helo && span_ieq(r->method, SPAN("spf"));
	if (check == ASSAY_CHECK_SPF && helo)
		return false;
	return span_ieq(r->method, assay_cstr(assay_check_name(check)));
}

static bool
read(const struct claim *c, enum assay_check check, struct arena *a,
    enum assay_result *out)
{
	struct authres ar;
	bool said = false;

	if (!authres_parse(&ar, c->value, a))
		return false;
	for (size_t i = 0; i < ar.n_result; i++) {
		enum assay_result r = result_of(ar.result[i].result);
		if (!is_about(&ar.result[i], check))
			continue;
		if (!said || rank(r) > rank(*out))
			*out = r;
		said = true;
	}
	return said;
}

bool
assay_eval_said(struct assay_eval *ev, struct assay_span authserv_id,
    enum assay_check check, enum assay_result *out)
{
	for (size_t i = 0; i < ev->facts.n_claim; i++) {
		const struct claim *c = &ev->facts.claim[i];
		if (span_ieq(c->authserv_id, authserv_id) &&
		    read(c, check, &ev->arena, out))
			return true;
	}
	return false;
}

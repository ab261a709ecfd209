/* SPDX-License-Identifier: Apache-2.0 */
#include "warm.h"

#include "demo.h"

/* The moment of the demo: 2026-01-02T12:00:00Z. */
enum { DEMO_TIME = 1767355200 };

static bool
judge(struct assay_eval *ev, const struct assay_oracle *source, size_t n)
{
	const struct assay_verdict *v;

	return assay_eval_data(ev, (struct assay_span){ demo_genuine_eml,
	    demo_genuine_eml_len }) == ASSAY_OK &&
	    assay_eval_end(ev) == ASSAY_OK &&
	    assay_eval_run(ev, source, n) == ASSAY_OK &&
	    assay_decide(&v, ev, NULL) == ASSAY_OK &&
	    assay_check_result(ev, ASSAY_CHECK_DKIM) == ASSAY_PASS &&
	    assay_check_result(ev, ASSAY_CHECK_SPF) == ASSAY_PASS &&
	    assay_check_result(ev, ASSAY_CHECK_DMARC) == ASSAY_PASS;
}

bool
warm_judge(const struct assay_oracle *suffix)
{
	struct assay_session session = {
		.helo = assay_cstr("mail.bank.example"),
		.mail_from = assay_cstr("statements@bank.example"),
		.receiver = assay_cstr("mx.reader.example"),
		.now = DEMO_TIME };
	struct assay_oracle source[2];
	struct assay_eval *ev = NULL;
	size_t n = 1;
	bool ok = assay_oracle_zone(&source[0], (struct assay_span){
	    demo_demo_zone, demo_demo_zone_len }, NULL, NULL) == ASSAY_OK;

	if (!ok)
		return false;
	if (suffix != NULL)
		source[n++] = *suffix;
	ok = assay_addr_parse(&session.client, assay_cstr("192.0.2.25")) ==
	    ASSAY_OK && assay_eval_new(&ev, &session, NULL, NULL, NULL) ==
	    ASSAY_OK && judge(ev, source, n);
	assay_eval_free(ev);
	assay_oracle_free(&source[0]);
	return ok;
}

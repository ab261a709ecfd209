/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "test/t.h"
#include "base/span.h"

static const struct {
	const char *label, *header, *want;
} rows[] = {
	{ "none", "From: a@b.example\r\n", "" },
	{ "of others",
	    "Authentication-Results: other.example; spf=pass\r\n", "" },
	{ "one", "Authentication-Results: mx.example; dmarc=pass\r\n",
	    "Authentication-Results 1\n" },
	{ "among others, top down",
	    "Authentication-Results: other.example; spf=pass\r\n"
	    "From: a@b.example\r\n"
	    "authentication-results: MX.example. 1; spf=pass\r\n"
	    "Authentication-Results: other.example; spf=pass\r\n"
	    "Authentication-Results : (x) mx.example; dmarc=pass\r\n",
	    "Authentication-Results 2\nAuthentication-Results 4\n" },
	{ "counted apart from Received-SPF",
	    "Received-SPF: pass receiver=mx.example\r\n"
	    "Authentication-Results: mx.example; dmarc=pass\r\n",
	    "Received-SPF 1\nAuthentication-Results 1\n" },
	{ "what does not parse",
	    "Authentication-Results: ;;;\r\n", "Authentication-Results 1\n" },
	{ "what assayd would say",
	    "X-Assay-Tag: fine\r\nX-Assay-Other: x\r\n"
	    "Authentication-Results: mx.example; dmarc=pass\r\n"
	    "x-assay-behaviour: p=1\r\nX-Assay-Tag: good\r\n"
	    "X-Assay-Would: accept\r\nX-Assay-Quarantine: no\r\n",
	    "X-Assay-Tag 1\nAuthentication-Results 1\n"
	    "X-Assay-Behaviour 1\nX-Assay-Tag 2\nX-Assay-Would 1\n"
	    "X-Assay-Quarantine 1\n" },
	{ "of a relay of ours, it stays", "X-Assay-Tag: bad\r\n", "" },
	{ "a name that no server knows",
	    "Authentication-Results\r\n : mx.example; dmarc=pass\r\n",
	    "(none) 0\n" },
};

int
main(void)
{
	struct assay_session session = { .receiver = SPAN("mx.example"),
		.now = 1 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct assay_removal *r;
		struct assay_eval *ev;
		char got[500] = "";
		size_t n, at = 0;

		session.relay = strstr(rows[i].label, "relay") != NULL;
		if (assay_eval_new(&ev, &session, NULL, NULL, NULL) !=
		    ASSAY_OK || assay_eval_data(ev,
		    assay_cstr(rows[i].header)) != ASSAY_OK ||
		    assay_eval_data(ev, assay_cstr("\r\nhi\r\n")) !=
		    ASSAY_OK || assay_eval_end(ev) != ASSAY_OK)
			return 1;
		n = assay_eval_removals(ev, &r);
		for (size_t k = 0; k < n; k++)
			at += (size_t)snprintf(got + at, sizeof(got) - at,
			    "%.*s %zu\n", r[k].name.ptr == NULL ? 6 :
			    (int)r[k].name.len, r[k].name.ptr == NULL ?
			    "(none)" : (const char *)r[k].name.ptr,
			    r[k].index);
		T_SPAN(assay_cstr(got), assay_cstr(rows[i].want),
		    rows[i].label);
		assay_eval_free(ev);
	}
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"
#include "test/t.h"

enum { UNSAID = 9 };

static const struct {
	const char *label, *header;
	enum assay_check check;
	int want;
} rows[] = {
	{ "nothing", "", ASSAY_CHECK_SPF, UNSAID },
	{ "by somebody else",
	    "Authentication-Results: b.example; spf=pass\r\n",
	    ASSAY_CHECK_SPF, UNSAID },
	{ "a pass", "Authentication-Results: a.example; spf=pass\r\n",
	    ASSAY_CHECK_SPF, ASSAY_PASS },
	{ "the id in capitals",
	    "Authentication-Results: A.Example; spf=pass\r\n",
	    ASSAY_CHECK_SPF, ASSAY_PASS },
	{ "HELO is not MAIL FROM",
	    "Authentication-Results: a.example; spf=pass smtp.helo=x.org\r\n",
	    ASSAY_CHECK_SPF, UNSAID },
	{ "HELO",
	    "Authentication-Results: a.example; spf=pass smtp.helo=x.org\r\n",
	    ASSAY_CHECK_HELO, ASSAY_PASS },
	{ "the best of several signatures",
	    "Authentication-Results: a.example; dkim=fail header.d=x.example;"
	    " dkim=pass header.d=y.example; dkim=none\r\n",
	    ASSAY_CHECK_DKIM, ASSAY_PASS },
	{ "an old word", "Authentication-Results: a.example; spf=hardfail\r\n",
	    ASSAY_CHECK_SPF, ASSAY_FAIL },
	{ "in a second field, as chains of milters write",
	    "Authentication-Results: a.example; spf=fail\r\n"
	    "Authentication-Results: a.example; dmarc=fail\r\n",
	    ASSAY_CHECK_DMARC, ASSAY_FAIL },
	{ "the topmost counts",
	    "Authentication-Results: a.example; dmarc=fail\r\n"
	    "Authentication-Results: a.example; dmarc=pass\r\n",
	    ASSAY_CHECK_DMARC, ASSAY_FAIL },
	{ "what does not parse", "Authentication-Results: a.example; =\r\n",
	    ASSAY_CHECK_SPF, UNSAID },
};

int
main(void)
{
	struct assay_session session = { .receiver = SPAN("mx.example"),
		.now = 1 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum assay_result r = ASSAY_NONE;
		struct assay_eval *ev;
		int got = UNSAID;

		if (assay_eval_new(&ev, &session, NULL, NULL, NULL) !=
		    ASSAY_OK || assay_eval_data(ev,
		    assay_cstr(rows[i].header)) != ASSAY_OK ||
		    assay_eval_data(ev, assay_cstr("\r\nhi\r\n")) !=
		    ASSAY_OK || assay_eval_end(ev) != ASSAY_OK)
			return 1;
		if (assay_eval_said(ev, SPAN("a.example"), rows[i].check, &r))
			got = (int)r;
		T_INT(got, rows[i].want, rows[i].label);
		assay_eval_free(ev);
	}
	return t_done();
}

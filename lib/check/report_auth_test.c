/* SPDX-License-Identifier: Apache-2.0 */
#include "check/report_auth.h"

#include "test/run_fixture.h"
#include "test/t.h"

#define LONG "l123456789012345678901234567890123456789012345678901234567890."

static const struct fixture_rr zone[] = {
	RR("_dmarc.shop.test", ASSAY_T_TXT, "v=DMARC1; p=none"),
	RR("shop.test._report._dmarc.yes.example", ASSAY_T_TXT, "v=DMARC1"),
	RR("shop.test._report._dmarc.semi.example", ASSAY_T_TXT,
	    "v=DMARC1;"),
	RR("shop.test._report._dmarc.txt.example", ASSAY_T_TXT, "yes"),
	RR("shop.test._report._dmarc.case.example", ASSAY_T_TXT,
	    "v=dmarc1"),
	RR("shop.test._report._dmarc.two.example", ASSAY_T_TXT, "junk"),
	RR("shop.test._report._dmarc.two.example", ASSAY_T_TXT, "v=DMARC1"),
	RR("shop.test._report._dmarc.two.example", ASSAY_T_TXT, "v=DMARC1"),
	RR("shop.test._report._dmarc.move.example", ASSAY_T_TXT,
	    "v=DMARC1; rua=mailto:other@move.example"),
	RR("shop.test._report._dmarc.away.example", ASSAY_T_TXT,
	    "v=DMARC1; rua=mailto:other@elsewhere.example"),
	RR_KIND("shop.test._report._dmarc.dead.example", ASSAY_T_TXT,
	    ASSAY_A_TEMPFAIL),
	RR_KIND("_dmarc.odd.example", ASSAY_T_TXT, ASSAY_A_TEMPFAIL),
	RR_KIND("_dmarc.good.example", ASSAY_T_TXT, ASSAY_A_TEMPFAIL),
	RR("shop.test._report._dmarc.good.example", ASSAY_T_TXT,
	    "v=DMARC1"),
};

static const struct {
	const char *label, *policy, *dest;
	enum report_answer want;
	const char *instead;
} cases[] = {
	{ "itself", "shop.test", "mailto:d@shop.test", REPORT_YES, NULL },
	{ "in any case", "shop.test", "mailto:d@SHOP.test", REPORT_YES,
	  NULL },
	{ "a host of the same organization", "shop.test",
	  "mailto:d@mail.shop.test", REPORT_YES, NULL },
	{ "record below its organization", "news.shop.test",
	  "mailto:d@shop.test", REPORT_YES, NULL },
	{ "outside, agreed", "shop.test", "mailto:d@yes.example",
	  REPORT_YES, NULL },
	{ "with a semicolon", "shop.test", "mailto:d@semi.example",
	  REPORT_YES, NULL },
	{ "by https", "shop.test", "https://yes.example/in", REPORT_YES,
	  NULL },
	{ "outside, silent", "shop.test", "mailto:d@no.example", REPORT_NO,
	  NULL },
	{ "outside, another host agreed", "shop.test",
	  "mailto:d@mx.yes.example", REPORT_NO, NULL },
	{ "outside, for another domain", "news.shop.test",
	  "mailto:d@yes.example", REPORT_NO, NULL },
	{ "another TXT record", "shop.test", "mailto:d@txt.example",
	  REPORT_NO, NULL },
	{ "another version", "shop.test", "mailto:d@case.example",
	  REPORT_NO, NULL },
	{ "one of several is enough", "shop.test", "mailto:d@two.example",
	  REPORT_YES, NULL },
	{ "another address of the host", "shop.test",
	  "mailto:d@move.example", REPORT_YES, "other@move.example" },
	{ "another host", "shop.test", "mailto:d@away.example", REPORT_NO,
	  NULL },
	{ "no answer", "shop.test", "mailto:d@dead.example",
	  REPORT_UNKNOWN, NULL },
	{ "organization not known, not agreed", "shop.test",
	  "mailto:d@odd.example", REPORT_UNKNOWN, NULL },
	{ "organization not known, agreed", "shop.test",
	  "mailto:d@good.example", REPORT_YES, NULL },
	{ "no host", "shop.test", "news:group", REPORT_NO, NULL },
	{ "too long to ask", LONG LONG "test",
	  "mailto:d@" LONG LONG "example", REPORT_NO, NULL },
};

static enum step ask_all(struct run *r);
static struct report_auth got;
static size_t now;

static enum step
ask_all(struct run *r)
{
	struct dmarc_uri dest;
	struct domain policy;
	bool sized;

	T_OK(dmarc_uri_parse(&dest, assay_cstr(cases[now].dest), &sized,
	    r->arena), "a URI");
	T_OK(domain_parse(&policy, assay_cstr(cases[now].policy), false,
	    r->arena), "a name");
	return report_authorized(&got, r, policy, &dest, REPORT_AGGREGATE);
}

int
main(void)
{
	for (now = 0; now < sizeof(cases) / sizeof(cases[0]); now++)
		for (enum fixture_mode m = FIXTURE_WARM; m <= FIXTURE_SOME;
		    m++) {
			struct fixture f;
			fixture_init(&f, zone,
			    sizeof(zone) / sizeof(zone[0]));
			f.mode = m;
			f.seed = (uint32_t)now;
			T_OK(fixture_check(&f, ASSAY_CHECK_DMARC,
			    ask_all) > 0, cases[now].label);
			T_INT(got.answer, cases[now].want,
			    cases[now].label);
			T_SPAN(got.n_uri > 0 ? got.uri[0].address :
			    SPAN_NONE, assay_cstr(cases[now].instead),
			    cases[now].label);
			fixture_free(&f);
		}
	return t_done();
}

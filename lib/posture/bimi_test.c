/* SPDX-License-Identifier: Apache-2.0 */
#include "test/posture_fixture.h"

#define DMARC(text) "_dmarc.d.example. TXT \"v=DMARC1; " text "\"\n"
#define BASE(policy) WITH_MX DMARC(policy)
#define BIMI(policy, text) BASE(policy) \
	"default._bimi.d.example. TXT \"" text "\"\n"
#define L "v=BIMI1; l=https://d.example/logo.svg"
#define FULL L "; a=https://d.example/vmc.pem"

static const struct posture_case cases[] = {
	{ "none is no fault", BASE("p=reject"), " | no logo", "" },
	{ "full", BIMI("p=reject", FULL), " | a logo is published", "" },
	{ "quarantine", BIMI("p=quarantine", FULL), "", "" },
	{ "no certificate", BIMI("p=reject", L), "note bimi-no-certificate",
	  "" },
	{ "an empty one", BIMI("p=reject", L "; a="),
	  "note bimi-no-certificate", "" },
	{ "declined", BIMI("p=none", "v=BIMI1; l=; a="),
	  "good bimi-declined | declined", "" },
	{ "new tags", BIMI("p=reject", FULL "; avp=personal; lps=news,info"),
	  "", "" },
	/* the policy */
	{ "none", BIMI("p=none", FULL), "bad bimi-dmarc-too-weak", "" },
	{ "sp=none", BIMI("p=reject; sp=none", FULL),
	  "bad bimi-dmarc-too-weak", "" },
	{ "in test", BIMI("p=reject; t=y", FULL), "bad bimi-dmarc-too-weak",
	  "" },
	{ "pct", BIMI("p=quarantine; pct=50", FULL),
	  "bad bimi-dmarc-too-weak", "" },
	{ "pct=100", BIMI("p=quarantine; pct=100", FULL), "", "" },
	{ "np=none", BIMI("p=reject; np=none", FULL), "warn bimi-np-none",
	  "" },
	{ "no policy", WITH_MX "default._bimi.d.example. TXT \"" FULL "\"\n",
	  "bad bimi-dmarc-too-weak", "" },
	/* the record */
	{ "two", BIMI("p=reject", FULL) "default._bimi.d.example. TXT \"" L
	  "\"\n", "bad bimi-several-records", NULL },
	{ "another version", BIMI("p=reject", "v=bimi1; l="),
	  "bad bimi-syntax", "" },
	{ "not first", BIMI("p=reject", "l=https://d.example/l.svg; v=BIMI1"),
	  "", "" },
	{ "no l=", BIMI("p=reject", "v=BIMI1; a=https://d.example/v.pem"),
	  "bad bimi-syntax", "" },
	{ "http", BIMI("p=reject", "v=BIMI1; l=http://d.example/l.svg"),
	  "bad bimi-syntax", "" },
	{ "a picture", BIMI("p=reject", "v=BIMI1; l=https://d.example/l.png;"
	  " a=https://d.example/v.pem"), "warn bimi-image-format", "" },
	{ "avp of another value", BIMI("p=reject", FULL "; avp=x"),
	  "bad bimi-syntax", "" },
	/* of the organization */
	{ "from above", BIMI("p=reject; adkim=r", FULL)
	  "n.d.example. MX 1 mx.d.example.\n", " | a logo is published", "",
	  NULL, NULL, NULL, "n.d.example" },
	{ "no answer", "[{\"name\": \"d.example\", \"type\": \"MX\", "
	  "\"values\": [\"1 m.d.example\"]}, {\"name\": "
	  "\"default._bimi.d.example\", \"rcode\": \"SERVFAIL\"}]",
	  "unknown bimi-unanswered | not known", "" },
};

int
main(void)
{
	return POSTURE_CASES(cases, SUBJECT_BIMI);
}

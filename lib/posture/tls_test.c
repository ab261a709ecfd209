/* SPDX-License-Identifier: Apache-2.0 */
#include "test/posture_fixture.h"

#define BASE WITH_MX "d.example. TXT \"v=spf1 mx -all\"\n"
#define TLS(text) BASE "_smtp._tls.d.example. TXT \"" text "\"\n"
#define MENDED "_smtp._tls.d.example. 3600 IN TXT \"v=TLSRPTv1; " \
	"rua=mailto:tls-reports@d.example\"\n"

static const struct posture_case cases[] = {
	{ "by mail", TLS("v=TLSRPTv1; rua=mailto:t@d.example"),
	  " | reports are asked for", "" },
	{ "by https", TLS("v=TLSRPTv1;rua=https://t.example/v1"), "", "" },
	{ "none", BASE, "note tls-rpt-none | no record", MENDED },
	{ "none, beside MTA-STS", BASE "_mta-sts.d.example. TXT \"v=STSv1; "
	  "id=1\"\n", "warn tls-rpt-none", MENDED },
	{ "two", TLS("v=TLSRPTv1; rua=mailto:t@d.example")
	  "_smtp._tls.d.example. TXT \"v=TLSRPTv1; rua=mailto:u@d.example\""
	  "\n", "bad tls-rpt-several-records", NULL },
	{ "no rua", TLS("v=TLSRPTv1;"), "bad tls-rpt-syntax", MENDED },
	{ "no mailto", TLS("v=TLSRPTv1; rua=t@d.example"),
	  "bad tls-rpt-syntax", MENDED },
	{ "small letters", TLS("v=tlsrptv1; rua=mailto:t@d.example"),
	  "bad tls-rpt-near-miss", MENDED },
	{ "nobody there", TLS("v=TLSRPTv1; rua=mailto:t@gone.example"),
	  "bad tls-rpt-unreachable", "" },
	{ "takes no mail", "d.example. MX 0 .\nd.example. TXT \"v=spf1 "
	  "-all\"\n", " | takes no mail", "" },
	{ "no answer", "[{\"name\": \"d.example\", \"type\": \"MX\", "
	  "\"values\": [\"1 m.d.example\"]}, {\"name\": "
	  "\"_smtp._tls.d.example\", \"rcode\": \"SERVFAIL\"}]",
	  "unknown tls-rpt-unanswered | not known", "" },
	{ "no answer of the address", "[{\"name\": \"d.example\", \"type\": "
	  "\"MX\", \"values\": [\"1 m.d.example\"]}, {\"name\": "
	  "\"_smtp._tls.d.example\", \"type\": \"TXT\", \"values\": "
	  "[\"v=TLSRPTv1; rua=mailto:t@x.example\"]}, {\"name\": "
	  "\"x.example\", \"rcode\": \"TIMEOUT\"}]",
	  "unknown tls-rpt-unanswered", "" },
};

int
main(void)
{
	return POSTURE_CASES(cases, SUBJECT_TLS_RPT);
}

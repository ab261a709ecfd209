/* SPDX-License-Identifier: Apache-2.0 */
#include "test/posture_fixture.h"

#define KEY "d.example. DNSKEY 257 3 13 AQAB\n"
#define DS "d.example. DS 1 13 2 0102\n"

static const struct posture_case cases[] = {
	{ "not signed", WITH_MX, "note dnssec-none | not signed", "" },
	{ "signed, not validated", WITH_MX KEY DS,
	  "note dnssec-not-validated | signed; not validated here", "" },
	{ "signed, and no DS", WITH_MX KEY,
	  "warn dnssec-no-ds | signed, but not vouched for", "" },
	{ "by the organization", WITH_MX KEY DS "_dmarc.d.example. TXT "
	  "\"v=DMARC1; p=none\"\nn.d.example. MX 1 mx.d.example.\n",
	  "note dnssec-not-validated", "", NULL, NULL, NULL,
	  "n.d.example" },
	{ "validated", "[{\"name\": \"d.example\", \"type\": \"TXT\", "
	  "\"values\": [\"v=spf1 -all\"], \"secure\": true}]",
	  " | signed and validated", "" },
	{ "a key that is validated", "[{\"name\": \"d.example\", \"type\": "
	  "\"DNSKEY\", \"values\": [\"0101030d01\"], \"secure\": true}]",
	  " | signed and validated", "" },
	{ "bogus", "[{\"name\": \"d.example\", \"type\": \"MX\", "
	  "\"values\": [\"1 m.d.example\"]}, {\"name\": "
	  "\"_dmarc.d.example\", \"rcode\": \"BOGUS\"}]",
	  "bad dnssec-bogus | signatures do not fit", "" },
	{ "bogus elsewhere is another's", "[{\"name\": \"d.example\", "
	  "\"type\": \"MX\", \"values\": [\"1 m.e.example\"]}, {\"name\": "
	  "\"m.e.example\", \"rcode\": \"BOGUS\"}]", "note dnssec-none", "" },
	{ "no answer", "[{\"name\": \"d.example\", \"rcode\": "
	  "\"SERVFAIL\"}]", "unknown dnssec-unanswered | not known", "" },
	{ "no such domain", "e.example. A 198.51.100.1\n",
	  " | the domain does not exist", "" },
};

int
main(void)
{
	return POSTURE_CASES(cases, SUBJECT_DNSSEC);
}

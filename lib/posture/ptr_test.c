/* SPDX-License-Identifier: Apache-2.0 */
#include "test/posture_fixture.h"

#define MX WITH_MX
#define SPF(text) "d.example. TXT \"v=spf1 " text " -all\"\n"
#define PTR1 "1.100.51.198.in-addr.arpa. PTR "
#define PTR7 "7.100.51.198.in-addr.arpa. PTR "

static const struct posture_case cases[] = {
	{ "a mail server that sends", MX SPF("mx") PTR1 "mx.d.example.\n",
	  " | 1 of 1 sending address has a name that leads back", "" },
	{ "a mail server that only takes mail needs no name", MX
	  SPF("ip4:203.0.113.1"), " | no sending address known (give "
	  "--source)", "" },
	{ "no name", MX SPF("mx"), "warn ptr-missing | 0 of 1 sending "
	  "address has a name that leads back", "1.100.51.198.in-addr.arpa. "
	  "3600 IN PTR mx.d.example.\n" },
	{ "a name that does not lead back", MX SPF("mx") PTR1
	  "host.isp.example.\n", "warn ptr-unconfirmed", "host.isp.example. "
	  "3600 IN A 198.51.100.1\n" },
	{ "a name that leads elsewhere", MX SPF("mx") PTR1
	  "host.isp.example.\n" "host.isp.example. A 198.51.100.2\n",
	  "warn ptr-unconfirmed", NULL },
	{ "one of two names leads back", MX SPF("mx") PTR1
	  "host.isp.example.\n" PTR1 "mx.d.example.\n", "", "" },
	/* addresses that are given */
	{ "given, named, in SPF", MX SPF("ip4:198.51.100.7") PTR7
	  "out.d.example.\n" "out.d.example. A 198.51.100.7\n",
	  " | 1 of 1 sending address has a name that leads back", "", NULL,
	  "198.51.100.7" },
	{ "given, without name", MX SPF("ip4:198.51.100.7"),
	  "warn ptr-missing", "7.100.51.198.in-addr.arpa. 3600 IN PTR "
	  "mail.d.example.\nmail.d.example. 3600 IN A 198.51.100.7\n", NULL,
	  "198.51.100.7" },
	{ "given, and not in SPF", MX SPF("mx:x.example ip4:203.0.113.1")
	  "x.example. MX 1 y.example.\n" PTR7 "out.d.example.\n"
	  "out.d.example. A 198.51.100.7\n", "bad ptr-source-not-in-spf",
	  "d.example. 3600 IN TXT \"v=spf1 mx:x.example ip4:203.0.113.1 "
	  "ip4:198.51.100.7 -all\"\n", NULL, "198.51.100.7" },
	{ "given, IPv6", MX SPF("mx") PTR1 "mx.d.example.\n",
	  "bad ptr-source-not-in-spf, warn ptr-missing", "d.example. 3600 "
	  "IN TXT \"v=spf1 mx ip6:2001:db8::7 -all\"\n", NULL,
	  "2001:db8::7" },
	{ "given, and no SPF", MX PTR7 "out.d.example.\n"
	  "out.d.example. A 198.51.100.7\n", "", "", NULL, "198.51.100.7" },
	{ "given, and it is the mail server", MX SPF("mx") PTR1
	  "mx.d.example.\n", " | 1 of 1 sending address has a name that "
	  "leads back", "", NULL, "198.51.100.1" },
	{ "private mail servers are told elsewhere", "d.example. MX 1 "
	  "m.d.example.\nm.d.example. A 10.0.0.1\n" SPF("mx"), "", "" },
	{ "no answer", "[{\"name\": \"d.example\", \"type\": \"MX\", "
	  "\"values\": [\"1 m.d.example\"]}, {\"name\": \"m.d.example\", "
	  "\"type\": \"A\", \"values\": [\"198.51.100.1\"]}, {\"name\": "
	  "\"d.example\", \"type\": \"TXT\", \"values\": [\"v=spf1 mx "
	  "-all\"]}, {\"name\": \"1.100.51.198.in-addr.arpa\", \"rcode\": "
	  "\"SERVFAIL\"}]", "unknown ptr-unanswered", "" },
};

int
main(void)
{
	return POSTURE_CASES(cases, SUBJECT_PTR);
}

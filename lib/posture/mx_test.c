/* SPDX-License-Identifier: Apache-2.0 */
#include "test/posture_fixture.h"

#define SPF "d.example. TXT \"v=spf1 ip4:203.0.113.1 -all\"\n"
#define MX(rest) "d.example. MX " rest "\n"
#define A(name) name ". A 198.51.100.1\n"

static const struct posture_case cases[] = {
	{ "one", SPF MX("10 m.d.example.") A("m.d.example"),
	  " | 1 server: m.d.example", "" },
	{ "by preference", SPF MX("20 b.d.example.") MX("10 c.d.example.")
	  MX("10 a.d.example.") A("a.d.example") A("b.d.example")
	  A("c.d.example"),
	  " | 3 servers: a.d.example, c.d.example, b.d.example", "" },
	{ "IPv6 alone", SPF MX("10 m.d.example.")
	  "m.d.example. AAAA 2001:db8::1\n", "", "" },
	{ "the domain itself", SPF MX("10 d.example.") A("d.example"), "",
	  "" },
	{ "null", MX("0 .") "d.example. TXT \"v=spf1 -all\"\n",
	  "good mx-null | null MX: takes no mail", "" },
	{ "null, and sends", SPF MX("0 ."),
	  "warn mx-null-but-sends, good mx-null", "" },
	{ "null and another", SPF MX("0 .") MX("10 m.d.example.")
	  A("m.d.example"), "bad mx-null-mixed",
	  "d.example. 3600 IN MX 10 m.d.example.\n" },
	{ "an alias", SPF MX("10 m.d.example.")
	  "m.d.example. CNAME host.example.\n" A("host.example"),
	  "warn mx-alias", "d.example. 3600 IN MX 10 host.example.\n" },
	{ "an alias to nothing", SPF MX("10 m.d.example.")
	  "m.d.example. CNAME host.example.\n",
	  "bad mx-no-address, warn mx-alias", "" },
	{ "no address", SPF MX("10 m.d.example.") MX("20 n.d.example.")
	  A("n.d.example"), "bad mx-no-address",
	  "d.example. 3600 IN MX 20 n.d.example.\n" },
	{ "an address in place of a name", SPF MX("10 198.51.100.7."),
	  "bad mx-is-address", "d.example. 3600 IN MX 10 mail.d.example.\n"
	  "mail.d.example. 3600 IN A 198.51.100.7\n" },
	{ "no host name", SPF MX("10 m\\;x.d.example."), "bad mx-bad-name",
	  "" },
	{ "a private address", SPF MX("10 m.d.example.")
	  "m.d.example. A 192.168.1.1\n", "warn mx-private-address", "" },
	{ "loopback, by IPv6", SPF MX("10 m.d.example.")
	  "m.d.example. AAAA ::1\n", "warn mx-private-address", "" },
	{ "no MX", SPF A("d.example"), "note mx-none | no MX; mail goes to "
	  "the domain's own address",
	  "d.example. 3600 IN MX 10 d.example.\n" },
	{ "no MX and no address", SPF, "note mx-takes-no-mail | takes no "
	  "mail", "" },
	{ "parked", A("d.example"), "note mx-parked-no-null | no MX; no "
	  "mail", "d.example. 3600 IN MX 0 .\n" },
	{ "parked, without address", "d.example. TXT \"v=spf1 -all\"\n",
	  "", "" },
	{ "no such domain", A("e.example"), "bad domain-missing | the "
	  "domain does not exist", "" },
	{ "many", SPF MX("1 a.d.example.") MX("2 a.d.example.")
	  MX("3 a.d.example.") MX("4 a.d.example.") MX("5 a.d.example.")
	  MX("6 a.d.example.") MX("7 a.d.example.") MX("8 a.d.example.")
	  MX("9 a.d.example.") MX("10 a.d.example.") MX("11 a.d.example.")
	  MX("12 a.d.example.") MX("13 a.d.example.") MX("14 a.d.example.")
	  MX("15 a.d.example.") MX("16 a.d.example.") MX("17 z.d.example.")
	  A("a.d.example"), "note mx-many | 17 servers: a.d.example, "
	  "a.d.example, a.d.example, ...", "" },
	{ "many, in another order", SPF MX("17 z.d.example.")
	  MX("16 a.d.example.") MX("15 a.d.example.") MX("14 a.d.example.")
	  MX("13 a.d.example.") MX("12 a.d.example.") MX("11 a.d.example.")
	  MX("10 a.d.example.") MX("9 a.d.example.") MX("8 a.d.example.")
	  MX("7 a.d.example.") MX("6 a.d.example.") MX("5 a.d.example.")
	  MX("4 a.d.example.") MX("3 a.d.example.") MX("2 a.d.example.")
	  MX("1 a.d.example.") A("a.d.example"), "note mx-many", "" },
	{ "no answer", "[{\"name\": \"d.example\", \"rcode\": "
	  "\"SERVFAIL\"}]", "unknown mx-unanswered | not known", "" },
	{ "no answer of a host", "[{\"name\": \"d.example\", \"type\": "
	  "\"MX\", \"values\": [\"1 m.d.example\"]}, {\"name\": "
	  "\"m.d.example\", \"rcode\": \"TIMEOUT\"}]",
	  "unknown mx-unanswered", "" },
};

int
main(void)
{
	return POSTURE_CASES(cases, SUBJECT_MX);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "test/posture_fixture.h"

#define SPF(text) WITH_MX "d.example. TXT \"" text "\"\n"
#define MENDED(text) "d.example. 3600 IN TXT \"" text "\"\n"
#define INC(name, text) name ". TXT \"v=spf1 " text "\"\n"
#define TEN "include:i1.example include:i2.example include:i3.example " \
	"include:i4.example include:i5.example include:i6.example " \
	"include:i7.example include:i8.example include:i9.example "
#define NINE_RECORDS INC("i1.example", "ip4:203.0.113.1 -all") \
	INC("i2.example", "ip4:203.0.113.2 -all") \
	INC("i3.example", "ip4:203.0.113.3 -all") \
	INC("i4.example", "ip4:203.0.113.4 -all") \
	INC("i5.example", "ip4:203.0.113.5 -all") \
	INC("i6.example", "ip4:203.0.113.6 -all") \
	INC("i7.example", "ip4:203.0.113.7 -all") \
	INC("i8.example", "ip4:203.0.113.8 -all") \
	INC("i9.example", "ip4:203.0.113.9 -all")
#define FIFTY "0123456789012345678901234567890123456789012345678 "

static const struct posture_case cases[] = {
	/* nothing to say */
	{ "plain", SPF("v=spf1 mx -all"),
	  " | 1 of 10 look-ups, ends in -all", "", .source = NULL },
	{ "softfail is fine", SPF("v=spf1 mx ~all"),
	  " | 1 of 10 look-ups, ends in ~all", "" },
	{ "capitals", SPF("V=SPF1 MX -ALL"), "", "" },
	{ "networks cost nothing", SPF("v=spf1 ip4:203.0.113.0/24 "
	  "ip6:2001:db8::/32 -all"), " | 0 of 10 look-ups, ends in -all",
	  "" },
	{ "an include", SPF("v=spf1 include:i1.example -all")
	  INC("i1.example", "ip4:203.0.113.1 -all"),
	  " | 1 of 10 look-ups, ends in -all", "" },
	{ "the end of an include is its own", SPF("v=spf1 "
	  "include:i1.example -all") INC("i1.example",
	  "ip4:203.0.113.1 ?all"), "", "" },
	{ "redirect", SPF("v=spf1 redirect=i1.example")
	  INC("i1.example", "mx:d.example ~all"),
	  " | 2 of 10 look-ups, ends in ~all", "" },
	{ "redirect twice", SPF("v=spf1 redirect=i1.example")
	  INC("i1.example", "redirect=i2.example")
	  INC("i2.example", "ip4:203.0.113.1 -all"),
	  " | 2 of 10 look-ups, ends in -all", "" },
	{ "an address of one family is enough", SPF("v=spf1 "
	  "a:mx.d.example -all"), "", "" },
	{ "unknown modifier", SPF("v=spf1 mx -all x-note=hello"), "", "" },
	{ "a modifier behind all", SPF("v=spf1 mx -all exp=e.example"), "",
	  "" },
	{ "other TXT records", SPF("v=spf1 mx -all")
	  "d.example. TXT \"token=1\"\n", "", "" },
	/* none, several, nearly one */
	{ "none", WITH_MX, "warn spf-none | no record",
	  MENDED("v=spf1 mx ~all") },
	{ "two", SPF("v=spf1 mx -all")
	  "d.example. TXT \"v=spf1 include:i1.example ~all\"\n"
	  INC("i1.example", "ip4:203.0.113.1 -all"),
	  "bad spf-several-records",
	  MENDED("v=spf1 mx include:i1.example -all") },
	{ "two, the same terms", SPF("v=spf1 mx ip4:203.0.113.1 ~all")
	  "d.example. TXT \"v=spf1 mx ptr ip4:203.0.113.2 ~all\"\n",
	  "bad spf-several-records",
	  MENDED("v=spf1 mx ip4:203.0.113.1 ip4:203.0.113.2 ~all") },
	{ "quotes of its own", WITH_MX "d.example. TXT "
	  "\"\\\"v=spf1 mx -all\\\"\"\n",
	  "bad spf-near-miss, warn spf-none", NULL },
	{ "a blank in front", SPF(" v=spf1 mx -all"),
	  "bad spf-near-miss, warn spf-none", NULL },
	{ "a semicolon behind", SPF("v=spf1; mx -all"),
	  "bad spf-near-miss, warn spf-none", NULL },
	{ "a wrong version", SPF("v=spf mx -all"),
	  "bad spf-near-miss, warn spf-none", NULL },
	{ "Sender ID", SPF("v=spf1 mx -all")
	  "d.example. TXT \"spf2.0/pra mx -all\"\n",
	  "note spf-sender-id", "" },
	/* mistakes */
	{ "an unknown mechanism, known to be ip4", SPF("v=spf1 "
	  "ipv4:203.0.113.1 mx -all"), "bad spf-syntax",
	  MENDED("v=spf1 ip4:203.0.113.1 mx -all") },
	{ "ip: is ip4:", SPF("v=spf1 ip:203.0.113.1 -all"),
	  "bad spf-syntax", MENDED("v=spf1 ip4:203.0.113.1 -all") },
	{ "an include with =", SPF("v=spf1 include=i1.example mx -all")
	  INC("i1.example", "-all"), "warn spf-mechanism-with-equals",
	  MENDED("v=spf1 include:i1.example mx -all") },
	{ "a word that is none", SPF("v=spf1 mx foo -all"),
	  "bad spf-syntax", MENDED("v=spf1 mx -all") },
	{ "a network that is none", SPF("v=spf1 mx ip4:203.0.113.256 -all"),
	  "bad spf-syntax", MENDED("v=spf1 mx -all") },
	{ "a prefix that is none", SPF("v=spf1 mx ip4:203.0.113.0/33 -all"),
	  "bad spf-syntax", MENDED("v=spf1 mx -all") },
	{ "a blank in an include", SPF("v=spf1 include: i1.example -all"),
	  "bad spf-syntax", MENDED("v=spf1 -all") },
	{ "all misspelt", SPF("v=spf1 mx -al"),
	  "bad spf-syntax, warn spf-no-all", MENDED("v=spf1 mx ~all") },
	{ "an included record with a mistake", SPF("v=spf1 mx "
	  "include:i1.example -all") INC("i1.example", "foo -all"),
	  "bad spf-include-broken", NULL },
	{ "an included name with two records", SPF("v=spf1 mx "
	  "include:i1.example -all") INC("i1.example", "-all")
	  INC("i1.example", "~all"), "bad spf-include-broken", NULL },
	/* dangling */
	{ "an include of a name that does not exist", SPF("v=spf1 mx "
	  "include:gone.example -all"), "bad spf-dangling-include",
	  MENDED("v=spf1 mx -all") },
	{ "an include of a name without a record", SPF("v=spf1 mx "
	  "include:i1.example -all") "i1.example. TXT \"hello\"\n",
	  "bad spf-dangling-include", MENDED("v=spf1 mx -all") },
	{ "a redirect to nothing", SPF("v=spf1 mx redirect=gone.example"),
	  "bad spf-dangling-include", MENDED("v=spf1 mx ~all") },
	{ "an include within an include", SPF("v=spf1 include:i1.example "
	  "-all") INC("i1.example", "include:gone.example -all"),
	  "bad spf-dangling-include", "" },
	{ "itself", SPF("v=spf1 mx include:d.example -all"),
	  "bad spf-loop", MENDED("v=spf1 mx -all") },
	{ "itself, over another", SPF("v=spf1 include:i1.example -all")
	  INC("i1.example", "include:d.example -all"), "bad spf-loop", "" },
	/* void look-ups */
	{ "a name without address", SPF("v=spf1 mx a:gone.example -all"),
	  "warn spf-void-lookup", MENDED("v=spf1 mx -all") },
	{ "mx of a name without", SPF("v=spf1 mx mx:mx.d.example -all"),
	  "warn spf-void-lookup", MENDED("v=spf1 mx -all") },
	{ "exists, void", SPF("v=spf1 mx exists:gone.example -all"),
	  "warn spf-void-lookup", MENDED("v=spf1 mx -all") },
	{ "three of them", SPF("v=spf1 mx a:a.gone a:b.gone a:c.gone -all"),
	  "bad spf-too-many-voids, warn spf-void-lookup, warn "
	  "spf-void-lookup, warn spf-void-lookup",
	  MENDED("v=spf1 mx -all") },
	/* the budget */
	{ "nine", SPF("v=spf1 " TEN "-all") NINE_RECORDS,
	  "note spf-lookups-near-limit | 9 of 10 look-ups, ends in -all",
	  "" },
	{ "ten", SPF("v=spf1 " TEN "mx -all") NINE_RECORDS,
	  "note spf-lookups-near-limit | 10 of 10 look-ups, ends in -all",
	  "" },
	{ "eleven", SPF("v=spf1 " TEN "mx a:mx.d.example -all")
	  NINE_RECORDS, "bad spf-too-many-lookups | 11 of 10 look-ups, ends "
	  "in -all", "" },
	{ "eleven, within", SPF("v=spf1 " TEN "include:j.example -all")
	  NINE_RECORDS INC("j.example", "a:mx.d.example -all"),
	  "bad spf-too-many-lookups", "" },
	{ "what stands behind all costs nothing", SPF("v=spf1 " TEN
	  "-all mx a") NINE_RECORDS, "warn spf-unreachable-terms, warn "
	  "spf-unreachable-terms, note spf-lookups-near-limit | 9 of 10 "
	  "look-ups, ends in -all", NULL },
	{ "%{p} counts", SPF("v=spf1 exists:%{p}.d.example " TEN "-all")
	  NINE_RECORDS, "bad spf-too-many-lookups, note spf-macro", "" },
	{ "a macro that is known", SPF("v=spf1 a:mx.%{d} -all"),
	  "note spf-macro", "" },
	{ "a macro that is not", SPF("v=spf1 exists:%{i}._spf.%{d} -all"),
	  "note spf-macro", "" },
	/* what it lets pass */
	{ "+all", SPF("v=spf1 mx +all"), "bad spf-passes-everybody",
	  MENDED("v=spf1 mx ~all") },
	{ "all", SPF("v=spf1 all"), "bad spf-passes-everybody",
	  MENDED("v=spf1 ~all") },
	{ "+all, included", SPF("v=spf1 include:i1.example -all")
	  INC("i1.example", "+all"), "bad spf-passes-everybody", "" },
	{ "+all, included, and the include fails", SPF("v=spf1 "
	  "-include:i1.example mx -all") INC("i1.example", "+all"), "", "" },
	{ "+all, by redirect", SPF("v=spf1 redirect=i1.example")
	  INC("i1.example", "+all"), "bad spf-passes-everybody", "" },
	{ "?all", SPF("v=spf1 mx ?all"), "warn spf-neutral-all",
	  MENDED("v=spf1 mx ~all") },
	{ "no all", SPF("v=spf1 mx"), "warn spf-no-all",
	  MENDED("v=spf1 mx ~all") },
	{ "?all, by redirect", SPF("v=spf1 redirect=i1.example")
	  INC("i1.example", "mx:d.example ?all"), "warn spf-neutral-all",
	  NULL },
	{ "ptr", SPF("v=spf1 mx ptr -all"), "warn spf-ptr",
	  MENDED("v=spf1 mx -all") },
	{ "ptr, included", SPF("v=spf1 include:i1.example -all")
	  INC("i1.example", "ptr -all"), "note spf-ptr", "" },
	{ "/8", SPF("v=spf1 ip4:20.0.0.0/8 -all"), "bad spf-wide-network",
	  "" },
	{ "/12", SPF("v=spf1 ip4:20.0.0.0/12 -all"),
	  "warn spf-wide-network", "" },
	{ "/13 is a large provider", SPF("v=spf1 ip4:20.0.0.0/13 -all"), "",
	  "" },
	{ "/0", SPF("v=spf1 ip4:0.0.0.0/0 -all"), "bad spf-wide-network",
	  "" },
	{ "a/8", SPF("v=spf1 a:mx.d.example/8 -all"),
	  "bad spf-wide-network", "" },
	{ "ip6 /16", SPF("v=spf1 ip6:2001::/16 -all"),
	  "bad spf-wide-network", "" },
	{ "ip6 /28", SPF("v=spf1 ip6:2001::/28 -all"),
	  "warn spf-wide-network", "" },
	{ "mx//16", SPF("v=spf1 mx//16 -all"), "bad spf-wide-network", "" },
	{ "a wide network that fails", SPF("v=spf1 -ip4:20.0.0.0/8 mx "
	  "-all"), "", "" },
	{ "private", SPF("v=spf1 mx ip4:10.1.0.0/16 ip4:192.168.1.1 -all"),
	  "note spf-private-network, note spf-private-network", "" },
	/* order */
	{ "behind all", SPF("v=spf1 mx -all ip4:203.0.113.1"),
	  "warn spf-unreachable-terms",
	  MENDED("v=spf1 mx ip4:203.0.113.1 -all") },
	{ "redirect and all", SPF("v=spf1 mx -all redirect=gone.example"),
	  "warn spf-redirect-and-all", MENDED("v=spf1 mx -all") },
	{ "redirect before all", SPF("v=spf1 redirect=gone.example mx "
	  "-all"), "warn spf-redirect-and-all", MENDED("v=spf1 mx -all") },
	{ "twice", SPF("v=spf1 mx mx -all"), "note spf-duplicate-term",
	  MENDED("v=spf1 mx -all") },
	{ "twice, by an include", SPF("v=spf1 include:i1.example "
	  "include:i2.example -all") INC("i1.example",
	  "include:i2.example -all") INC("i2.example", "-all"),
	  "note spf-duplicate-term", NULL },
	/* size */
	{ "long", WITH_MX "d.example. TXT \"v=spf1 x-a=" FIFTY "x-b=" FIFTY
	  "x-c=" FIFTY "\" \"x-d=" FIFTY "x-e=" FIFTY "x-f=" FIFTY "x-g="
	  FIFTY "\" \"x-h=" FIFTY "x-i=" FIFTY "mx -all\"\n",
	  "note spf-long-record", "" },
	{ "eleven mail servers", WITH_MX "d.example. TXT \"v=spf1 "
	  "mx:m.example -all\"\n" "m.example. MX 1 a1.\nm.example. MX 1 a2.\n"
	  "m.example. MX 1 a3.\nm.example. MX 1 a4.\nm.example. MX 1 a5.\n"
	  "m.example. MX 1 a6.\nm.example. MX 1 a7.\nm.example. MX 1 a8.\n"
	  "m.example. MX 1 a9.\nm.example. MX 1 a10.\n"
	  "m.example. MX 1 a11.\n", "bad spf-mx-too-many", NULL },
	/* no mail */
	{ "parked, open", "d.example. A 198.51.100.1\n",
	  "warn spf-parked-not-closed", MENDED("v=spf1 -all") },
	{ "parked, closed", "d.example. MX 0 .\n"
	  "d.example. TXT \"v=spf1 -all\"\n", " | nobody may send", "" },
	{ "no such domain", "e.example. A 198.51.100.1\n", "", "" },
	/* DNS fails */
	{ "no answer", "[{\"name\": \"d.example\", \"rcode\": "
	  "\"SERVFAIL\"}]", "unknown spf-unanswered | not known", "" },
	{ "no answer to an include", "[{\"name\": \"d.example\", \"type\": "
	  "\"TXT\", \"values\": [\"v=spf1 include:i1.example -all\"]}, "
	  "{\"name\": \"i1.example\", \"rcode\": \"TIMEOUT\"}]",
	  "unknown spf-unanswered", "" },
};

int
main(void)
{
	return POSTURE_CASES(cases, SUBJECT_SPF);
}

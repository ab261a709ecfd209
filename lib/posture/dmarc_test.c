/* SPDX-License-Identifier: Apache-2.0 */
#include "test/posture_fixture.h"

/* A domain with mail and a key, and its DMARC record. */
#define BASE WITH_MX "d.example. TXT \"v=spf1 mx -all\"\n" \
	"s1._domainkey.d.example. TXT \"v=DKIM1; p=\"\n" \
	"s2._domainkey.d.example. TXT \"x\"\n"
#define DMARC(text) BASE "_dmarc.d.example. TXT \"" text "\"\n"
#define MENDED(text) "_dmarc.d.example. 3600 IN TXT \"" text "\"\n"
#define RUA "rua=mailto:a@d.example"
#define FULL "v=DMARC1; p=reject; " RUA
#define OUT "x.example. MX 1 mx.d.example.\n"
#define AGREED "d.example._report._dmarc.x.example. TXT \"v=DMARC1\"\n"
#define PARKED "d.example. MX 0 .\nd.example. TXT \"v=spf1 -all\"\n"

static const struct posture_case cases[] = {
	/* nothing to say */
	{ "reject", DMARC(FULL), " | policy reject", "" },
	{ "quarantine, with np", DMARC("v=DMARC1; p=quarantine; np=reject; "
	  RUA), " | policy quarantine", "" },
	{ "sp and np as strong", DMARC("v=DMARC1; p=reject; sp=reject; "
	  "np=reject; " RUA), "", "" },
	{ "sp stronger than p", DMARC("v=DMARC1; p=quarantine; sp=reject; "
	  RUA), "", "" },
	{ "psd=n", DMARC(FULL "; psd=n"), "", "" },
	{ "an address of the same organization", DMARC("v=DMARC1; p=reject; "
	  "rua=mailto:a@m.d.example") "m.d.example. MX 1 mx.d.example.\n",
	  "", "" },
	{ "an address elsewhere that agreed", DMARC("v=DMARC1; p=reject; "
	  "rua=mailto:a@x.example") OUT AGREED, "", "" },
	{ "a host without MX that has an address", DMARC("v=DMARC1; "
	  "p=reject; rua=mailto:a@m.d.example")
	  "m.d.example. A 198.51.100.1\n", "", "" },
	{ "failure reports", DMARC(FULL "; ruf=mailto:f@d.example; fo=1"),
	  "", "" },
	/* none, several, nearly one */
	{ "none", BASE, "bad dmarc-none | no record",
	  MENDED("v=DMARC1; p=none; rua=mailto:dmarc-reports@d.example") },
	{ "several", DMARC(FULL) "_dmarc.d.example. TXT \"v=DMARC1; "
	  "p=none\"\n", "bad dmarc-several-records | no record",
	  MENDED(FULL) },
	{ "small letters", DMARC("v=dmarc1; p=reject; " RUA),
	  "bad dmarc-near-miss", MENDED("v=DMARC1; p=reject; " RUA) },
	{ "a blank in front", DMARC(" v=DMARC1; p=reject; " RUA),
	  "bad dmarc-near-miss", MENDED("v=DMARC1; p=reject; " RUA) },
	{ "quotes of its own", DMARC("\\\"v=DMARC1; p=reject\\\""),
	  "bad dmarc-near-miss", MENDED("v=DMARC1; p=reject") },
	{ "no semicolon", DMARC("v=DMARC1 p=reject; " RUA),
	  "bad dmarc-near-miss", MENDED("v=DMARC1; p=reject; " RUA) },
	{ "another record beside it", DMARC(FULL)
	  "_dmarc.d.example. TXT \"token=1\"\n", "", "" },
	/* the policy */
	{ "none", DMARC("v=DMARC1; p=none; " RUA), "warn dmarc-p-none, "
	  "note dmarc-np-missing | policy none",
	  MENDED("v=DMARC1; p=quarantine; np=reject; t=y; " RUA) },
	{ "no policy and no address", DMARC("v=DMARC1"),
	  "bad dmarc-unusable, warn dmarc-no-rua | a record that asks "
	  "nothing", MENDED("v=DMARC1; p=none; "
	  "rua=mailto:dmarc-reports@d.example") },
	{ "no policy", DMARC("v=DMARC1; " RUA), "bad dmarc-taken-as-none | "
	  "policy none", MENDED("v=DMARC1; p=none; " RUA) },
	{ "no such policy", DMARC("v=DMARC1; p=rejct; " RUA),
	  "bad dmarc-taken-as-none", MENDED("v=DMARC1; p=none; " RUA) },
	{ "no such sp", DMARC("v=DMARC1; p=reject; sp=blok; " RUA),
	  "bad dmarc-taken-as-none", MENDED(FULL) },
	{ "test", DMARC("v=DMARC1; p=reject; t=y; " RUA), "note dmarc-test | "
	  "policy reject, lowered by one step (t=y)", "" },
	{ "sp weaker", DMARC("v=DMARC1; p=reject; sp=none; " RUA),
	  "warn dmarc-sp-weaker, note dmarc-np-missing", MENDED(FULL) },
	{ "sp weaker, np strong", DMARC("v=DMARC1; p=reject; "
	  "sp=quarantine; np=reject; " RUA), "warn dmarc-sp-weaker",
	  MENDED("v=DMARC1; p=reject; np=reject; " RUA) },
	{ "np weaker", DMARC("v=DMARC1; p=reject; np=none; " RUA),
	  "warn dmarc-np-weaker", MENDED(FULL) },
	{ "np missing", DMARC("v=DMARC1; p=quarantine; " RUA),
	  "note dmarc-np-missing",
	  MENDED("v=DMARC1; p=quarantine; np=reject; " RUA) },
	{ "strict", DMARC(FULL "; adkim=s; aspf=s"), "note dmarc-strict",
	  "" },
	{ "a registry", DMARC(FULL "; psd=y"), "warn dmarc-psd-y",
	  MENDED(FULL) },
	/* leftovers and mistakes */
	{ "pct", DMARC(FULL "; pct=50"), "warn dmarc-pct", MENDED(FULL) },
	{ "pct=0 was to test", DMARC("v=DMARC1; p=quarantine; np=reject; "
	  "pct=0; " RUA), "warn dmarc-pct",
	  MENDED("v=DMARC1; p=quarantine; np=reject; t=y; " RUA) },
	{ "pct=100", DMARC(FULL "; pct=100"), "note dmarc-historic-tag",
	  MENDED(FULL) },
	{ "ri and rf", DMARC(FULL "; ri=86400; rf=afrf"),
	  "note dmarc-historic-tag, note dmarc-historic-tag", MENDED(FULL) },
	{ "a size", DMARC(FULL "!10m"), "note dmarc-uri-size",
	  MENDED(FULL) },
	{ "an unknown tag", DMARC(FULL "; foo=1"), "note dmarc-unknown-tag",
	  MENDED(FULL) },
	{ "a tag in capitals", DMARC(FULL "; SP=reject"),
	  "warn dmarc-syntax", MENDED(FULL) },
	{ "twice", DMARC(FULL "; p=none"), "warn dmarc-duplicate-tag",
	  MENDED(FULL) },
	{ "no tag", DMARC(FULL "; hello"), "warn dmarc-syntax",
	  MENDED(FULL) },
	{ "a bad value", DMARC(FULL "; adkim=x"), "warn dmarc-syntax",
	  MENDED(FULL) },
	{ "fo without ruf", DMARC(FULL "; fo=1"), "note dmarc-fo", NULL },
	/* reports */
	{ "no reports", DMARC("v=DMARC1; p=reject"), "warn dmarc-no-rua",
	  MENDED("v=DMARC1; p=reject; "
	  "rua=mailto:dmarc-reports@d.example") },
	{ "mailto is missing", DMARC("v=DMARC1; p=reject; rua=a@d.example"),
	  "bad dmarc-bad-uri, warn dmarc-no-rua", MENDED(FULL) },
	{ "one of two is bad", DMARC(FULL ",b@d.example"),
	  "bad dmarc-bad-uri", MENDED(FULL) },
	{ "by https", DMARC(FULL ",https://d.example/in"),
	  "note dmarc-uri-scheme", NULL },
	{ "elsewhere, and not agreed", DMARC("v=DMARC1; p=reject; "
	  "rua=mailto:a@x.example") OUT, "bad dmarc-report-refused",
	  "d.example._report._dmarc.x.example. 3600 IN TXT "
	  "\"v=DMARC1\"\n" },
	{ "no mail there", DMARC("v=DMARC1; p=reject; "
	  "rua=mailto:a@m.d.example") "m.d.example. TXT \"x\"\n",
	  "bad dmarc-report-unreachable", "" },
	{ "null MX there", DMARC("v=DMARC1; p=reject; "
	  "rua=mailto:a@m.d.example") "m.d.example. MX 0 .\n",
	  "bad dmarc-report-unreachable", "" },
	{ "no such name there", DMARC("v=DMARC1; p=reject; "
	  "rua=mailto:a@m.d.example"), "bad dmarc-report-unreachable", "" },
	{ "failure reports that nobody takes", DMARC(FULL
	  "; ruf=mailto:a@m.d.example"), "bad dmarc-report-unreachable",
	  "" },
	/* the walk */
	{ "from above", "d.example. MX 1 mx.d.example.\nmx.d.example. A "
	  "198.51.100.1\n_dmarc.d.example. TXT \"" FULL "\"\n"
	  "n.d.example. MX 1 mx.d.example.\n", "note dmarc-inherited | "
	  "policy reject, by the record of d.example", "", NULL, NULL, NULL,
	  "n.d.example" },
	{ "from above, by sp", "_dmarc.d.example. TXT \"v=DMARC1; p=reject; "
	  "sp=none; " RUA "\"\nd.example. MX 1 mx.d.example.\n"
	  "mx.d.example. A 198.51.100.1\nn.d.example. MX 1 mx.d.example.\n",
	  "warn dmarc-p-none, warn dmarc-sp-weaker, note dmarc-inherited, "
	  "note dmarc-np-missing | policy none, by the record of d.example",
	  NULL,
	  NULL, NULL, NULL, "n.d.example" },
	{ "too deep", "_dmarc.example. TXT \"" FULL "\"\nd.example. MX 1 "
	  "mx.d.example.\nmx.d.example. A 198.51.100.1\n"
	  "a.b.c.d.e.f.g.h.example. MX 1 mx.d.example.\n",
	  "bad dmarc-report-refused, warn dmarc-too-deep, note "
	  "dmarc-inherited, note dmarc-registry-record",
	  "example._report._dmarc.d.example. 3600 IN TXT \"v=DMARC1\"\n",
	  NULL, NULL, NULL,
	  "a.b.c.d.e.f.g.h.example" },
	/* DKIM beside it */
	{ "reject, and nothing signed", WITH_MX "d.example. TXT \"v=spf1 mx "
	  "-all\"\n_dmarc.d.example. TXT \"" FULL "\"\n",
	  "warn dmarc-spf-alone", "" },
	{ "the same, in test", WITH_MX "d.example. TXT \"v=spf1 mx -all\"\n"
	  "_dmarc.d.example. TXT \"" FULL "; t=y\"\n", "note dmarc-test",
	  "" },
	/* no mail */
	{ "parked, reject", PARKED "_dmarc.d.example. TXT \"v=DMARC1; "
	  "p=reject; " RUA "\"\n", "bad dmarc-report-unreachable", "" },
	{ "parked, no reports", PARKED "_dmarc.d.example. TXT \"v=DMARC1; "
	  "p=reject\"\n", "", "" },
	{ "parked, no record", PARKED, "warn dmarc-parked-not-reject",
	  MENDED("v=DMARC1; p=reject") },
	{ "parked, none", PARKED "_dmarc.d.example. TXT \"v=DMARC1; "
	  "p=none; sp=none\"\n", "warn dmarc-parked-not-reject",
	  MENDED("v=DMARC1; p=reject") },
	/* DNS fails */
	{ "no answer", "[{\"name\": \"d.example\", \"type\": \"MX\", "
	  "\"values\": [\"1 m.d.example\"]}, {\"name\": "
	  "\"_dmarc.d.example\", \"rcode\": \"SERVFAIL\"}]",
	  "unknown dmarc-unanswered | not known", "" },
	{ "no answer above", "[{\"name\": \"n.d.example\", \"type\": "
	  "\"MX\", \"values\": [\"1 m.d.example\"]}, {\"name\": "
	  "\"_dmarc.d.example\", \"rcode\": \"SERVFAIL\"}]",
	  "unknown dmarc-unanswered | not known", "", NULL, NULL, NULL,
	  "n.d.example" },
	{ "no answer of an address", "[{\"name\": \"d.example\", \"type\": "
	  "\"MX\", \"values\": [\"1 m.d.example\"]}, {\"name\": "
	  "\"a._domainkey.d.example\", \"type\": \"TXT\", \"values\": "
	  "[\"x\"]}, {\"name\": \"m.d.example\", \"rcode\": \"TIMEOUT\"}, "
	  "{\"name\": \"_dmarc.d.example\", \"type\": \"TXT\", \"values\": "
	  "[\"v=DMARC1; p=reject; rua=mailto:a@m.d.example\"]}]",
	  "unknown dmarc-unanswered", "" },
};

int
main(void)
{
	return POSTURE_CASES(cases, SUBJECT_DMARC);
}

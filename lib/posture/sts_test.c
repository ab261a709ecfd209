/* SPDX-License-Identifier: Apache-2.0 */
#include "test/posture_fixture.h"

#define BASE WITH_MX "d.example. TXT \"v=spf1 mx -all\"\n"
#define HOST "mta-sts.d.example. A 198.51.100.9\n"
#define STS(text) BASE HOST "_mta-sts.d.example. TXT \"" text "\"\n"
#define GOOD STS("v=STSv1; id=1")
#define ID "_mta-sts.d.example. 3600 IN TXT \"v=STSv1; id=20260101T0\"\n"
#define FILE(mode, mx, age) "version: STSv1\r\nmode: " mode "\r\nmx: " mx \
	"\r\nmax_age: " age "\r\n"

static const struct posture_case cases[] = {
	{ "a record", GOOD, " | a record; the policy file was not looked at",
	  "" },
	{ "with a semicolon behind", STS("v=STSv1; id=20160831085700Z;"), "",
	  "" },
	{ "none", BASE, "note mta-sts-none | no record", ID
	  "; and at https://mta-sts.d.example/.well-known/mta-sts.txt:\n"
	  "; version: STSv1\n; mode: testing\n; mx: mx.d.example\n"
	  "; max_age: 1209600\n" },
	{ "other records are discarded", GOOD "_mta-sts.d.example. TXT "
	  "\"x\"\n", "", "" },
	{ "two", GOOD "_mta-sts.d.example. TXT \"v=STSv1; id=2\"\n",
	  "bad mta-sts-several-records", NULL },
	{ "no id", STS("v=STSv1;"), "bad mta-sts-syntax", ID },
	{ "a bad id", STS("v=STSv1; id=2026-01-01"), "bad mta-sts-syntax",
	  ID },
	{ "no semicolon", STS("v=STSv1 id=1"), "bad mta-sts-syntax", ID },
	{ "small letters", STS("v=stsv1; id=1"), "bad mta-sts-syntax", ID },
	{ "no host", BASE "_mta-sts.d.example. TXT \"v=STSv1; id=1\"\n",
	  "bad mta-sts-no-host", "" },
	{ "takes no mail", "d.example. MX 0 .\nd.example. TXT \"v=spf1 "
	  "-all\"\n", " | takes no mail", "" },
	/* with the file */
	{ "enforce", GOOD, " | mode enforce", "", NULL, NULL,
	  FILE("enforce", "mx.d.example", "604800") },
	{ "a wildcard", GOOD, "", "", NULL, NULL,
	  FILE("enforce", "*.d.example", "604800") },
	{ "LF, and an empty line at the end", GOOD, "", "", NULL, NULL,
	  "version: STSv1\nmode: enforce\nmx: mx.d.example\n"
	  "max_age: 604800\n\n" },
	{ "testing", GOOD, "note mta-sts-not-enforced | mode testing", "",
	  NULL, NULL, FILE("testing", "mx.d.example", "86400") },
	{ "none", GOOD, "note mta-sts-not-enforced | mode none", "", NULL,
	  NULL, "version: STSv1\nmode: none\nmax_age: 86400\n" },
	{ "a short life", GOOD, "warn mta-sts-short-max-age", "", NULL, NULL,
	  FILE("enforce", "mx.d.example", "86400") },
	{ "another server", GOOD, "bad mta-sts-mx-not-covered, note "
	  "mta-sts-unused-mx", NULL, NULL, NULL,
	  FILE("enforce", "old.d.example", "604800") },
	{ "another server, testing", GOOD, "warn mta-sts-mx-not-covered, "
	  "note mta-sts-not-enforced, note mta-sts-unused-mx", NULL, NULL,
	  NULL, FILE("testing", "old.d.example", "604800") },
	{ "a wildcard stands for one label", "d.example. MX 1 a.mx.d.example."
	  "\na.mx.d.example. A 198.51.100.1\n" HOST "_mta-sts.d.example. TXT "
	  "\"v=STSv1; id=1\"\n", "bad mta-sts-mx-not-covered, note "
	  "mta-sts-unused-mx", NULL, NULL, NULL,
	  FILE("enforce", "*.d.example", "604800") },
	{ "a mistake", GOOD, "bad mta-sts-policy-syntax", "", NULL, NULL,
	  FILE("enforced", "mx.d.example", "604800") },
	{ "a file without record", BASE, "bad mta-sts-file-without-record",
	  ID, NULL, NULL, FILE("enforce", "mx.d.example", "604800") },
	{ "no answer", "[{\"name\": \"d.example\", \"type\": \"MX\", "
	  "\"values\": [\"1 m.d.example\"]}, {\"name\": "
	  "\"_mta-sts.d.example\", \"rcode\": \"SERVFAIL\"}]",
	  "unknown mta-sts-unanswered | not known", "" },
};

int
main(void)
{
	return POSTURE_CASES(cases, SUBJECT_MTA_STS);
}

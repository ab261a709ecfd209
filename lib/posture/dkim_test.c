/* SPDX-License-Identifier: Apache-2.0 */
#include "test/posture_fixture.h"
#include "test/posture_keys.h"

#define ED25519 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

#define BASE WITH_MX "d.example. TXT \"v=spf1 mx -all\"\n"
#define AT(selector, text) selector "._domainkey.d.example. TXT " text "\n"
#define KEY(selector, tags, data) AT(selector, "( \"v=DKIM1; " tags "p=\" \"" \
	data "\" )")
#define RSA(selector, tags) AT(selector, "( \"v=DKIM1; " tags "p=\" " \
	DATA2048 " )")

static const struct posture_case cases[] = {
	{ "one of the usual selectors", BASE RSA("s1", "k=rsa; "),
	  " | 1 key found: s1", "" },
	{ "two", BASE RSA("s1", "") RSA("selector2", ""),
	  " | 2 keys found: s1, selector2", "" },
	{ "six", BASE RSA("s1", "") RSA("s2", "") RSA("k1", "")
	  RSA("k2", "") RSA("mail", "") RSA("dkim", ""),
	  " | 6 keys found: dkim, mail, s1, s2, k1, ...", "" },
	{ "a selector that is given", BASE RSA("odd.name", ""),
	  " | 1 key found: odd.name", "", "odd.name" },
	{ "given and usual, once", BASE RSA("s1", ""),
	  " | 1 key found: s1", "", "s1,s1" },
	/* none */
	{ "none at all", BASE, "warn dkim-none | no key", "" },
	{ "none that is known", BASE RSA("odd", ""),
	  "note dkim-none-found | no key found at 48 selectors tried", "" },
	{ "one given is missing", BASE RSA("s1", ""),
	  "bad dkim-selector-missing | 1 key found: s1", "", "s9" },
	{ "one given is missing, and no other", BASE,
	  "bad dkim-selector-missing | 0 keys found", "", "s9" },
	{ "another record at a given one", BASE AT("s9", "\"hello\""),
	  "bad dkim-selector-missing", "", "s9" },
	{ "no mail, no key", "d.example. MX 0 .\nd.example. TXT "
	  "\"v=spf1 -all\"\n", " | no key", "" },
	/* what is wrong with a key */
	{ "revoked", BASE AT("s1", "\"v=DKIM1; p=\"") RSA("s2", ""),
	  "note dkim-revoked", "" },
	{ "revoked, and given", BASE AT("s1", "\"v=DKIM1; p=\""),
	  "warn dkim-revoked", "", "s1" },
	{ "1024 bits", BASE KEY("s1", "", DATA1024), "warn dkim-key-small",
	  "" },
	{ "512 bits", BASE KEY("s1", "", DATA512), "bad dkim-key-broken",
	  "" },
	{ "not base64", BASE KEY("s1", "", "!!!"), "bad dkim-key-broken",
	  "" },
	{ "no p=", BASE AT("s1", "\"v=DKIM1; k=rsa\""),
	  "bad dkim-key-broken", "" },
	{ "an unknown type", BASE KEY("s1", "k=dsa; ", "AAAA"),
	  "bad dkim-key-broken", "" },
	{ "another version", BASE AT("s1", "( \"v=DKIM2; p=\" " DATA2048
	  " )"), "bad dkim-key-broken", "" },
	{ "no version is fine", BASE AT("s1", "( \"p=\" " DATA2048 " )"),
	  "", "" },
	{ "two records", BASE RSA("s1", "") KEY("s1", "", DATA1024),
	  "bad dkim-several-records, warn dkim-key-small", "" },
	{ "testing", BASE AT("s1", "\"v=DKIM1; t=y; k=ed25519; p=" ED25519
	  "\"") RSA("s2", ""), "warn dkim-testing",
	  "s1._domainkey.d.example. 3600 IN TXT \"v=DKIM1; k=ed25519; p="
	  ED25519 "\"\n" },
	{ "strict", BASE RSA("s1", "t=s; "), "note dkim-strict", "" },
	{ "sha1 alone", BASE AT("s1", "\"v=DKIM1; h=sha1; k=ed25519; p="
	  ED25519 "\"") RSA("s2", ""), "bad dkim-no-sha256",
	  "s1._domainkey.d.example. 3600 IN TXT \"v=DKIM1; k=ed25519; p="
	  ED25519 "\"\n" },
	{ "sha1 as well", BASE RSA("s1", "h=sha1:sha256; "),
	  "note dkim-allows-sha1", NULL },
	{ "sha256", BASE RSA("s1", "h=sha256; "), "", "" },
	{ "not for mail", BASE RSA("s1", "s=other; ") RSA("s2", ""),
	  "note dkim-not-for-mail", "" },
	{ "granularity", BASE RSA("s1", "g=*; "), "note dkim-granularity",
	  NULL },
	{ "Ed25519 alone", BASE KEY("s1", "k=ed25519; ", ED25519),
	  "warn dkim-only-ed25519", "" },
	{ "Ed25519 and RSA", BASE KEY("s1", "k=ed25519; ", ED25519)
	  RSA("s2", ""), "", "" },
	/* wildcards */
	{ "a wildcard that says something else", BASE
	  AT("*", "\"v=spf1 -all\""),
	  "note dkim-none-found, note dkim-wildcard", "" },
	{ "a wildcard over the domain", BASE "*.d.example. TXT \"x\"\n",
	  "note dkim-none-found, note dkim-wildcard", "" },
	{ "a wildcard, and a key that is given", BASE AT("*", "\"x\"")
	  RSA("s9", ""), "note dkim-wildcard", "", "s9" },
	{ "all revoked by a wildcard", "d.example. MX 0 .\n"
	  "d.example. TXT \"v=spf1 -all\"\n" AT("*", "\"v=DKIM1; p=\""),
	  "note dkim-wildcard", "" },
	/* DNS fails */
	{ "a guess without answer is no word worth", "[{\"name\": "
	  "\"d.example\", \"type\": \"MX\", \"values\": [\"1 m.d.example\"]"
	  "}, {\"name\": \"s1._domainkey.d.example\", \"rcode\": "
	  "\"SERVFAIL\"}, {\"name\": \"s2._domainkey.d.example\", \"type\": "
	  "\"TXT\", \"values\": [[\"v=DKIM1; p=\", " JSON2048 "]]}]",
	  "", "" },
	{ "none found, and one without answer", "[{\"name\": "
	  "\"d.example\", \"type\": \"MX\", \"values\": [\"1 m.d.example\"]"
	  "}, {\"name\": \"s1._domainkey.d.example\", \"rcode\": "
	  "\"SERVFAIL\"}]", "unknown dkim-unanswered", "" },
	{ "one that is given, without answer", "[{\"name\": "
	  "\"d.example\", \"type\": \"MX\", \"values\": [\"1 m.d.example\"]"
	  "}, {\"name\": \"s1._domainkey.d.example\", \"rcode\": "
	  "\"TIMEOUT\"}]", "unknown dkim-unanswered", "", "s1" },
};

int
main(void)
{
	return POSTURE_CASES(cases, SUBJECT_DKIM);
}

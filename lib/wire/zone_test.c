/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/zone.h"

#include "test/t.h"

#define HEAD "$ORIGIN example.com.\n$TTL 1h\n"

/* Every record printed as "owner ttl type item;", octets of an address and
 * the preference as they are. */
static const struct {
	const char *label, *text, *want;
} good[] = {
	{ "nothing", "", "" },
	{ "comments alone", "; a\n\n  ; b\n;", "" },
	{ "absolute", "Example.COM. IN TXT \"v=spf1 -all\"\n",
	    "example.com 3600 16 v=spf1 -all;" },
	{ "no end of line", "a. TXT x", "a 3600 16 x;" },
	{ "CRLF", "a. TXT x\r\nb. TXT y\r\n", "a 3600 16 x;b 3600 16 y;" },
	{ "no origin is the root", "a.b TXT x", "a.b 3600 16 x;" },
	{ "relative", HEAD "www TXT x\n", "www.example.com 3600 16 x;" },
	{ "at", HEAD "@ TXT x\n", "example.com 3600 16 x;" },
	{ "relative origin", HEAD "$ORIGIN sub\na TXT x\n",
	    "a.sub.example.com 3600 16 x;" },
	{ "blank owner", HEAD "a TXT x\n\n ; c\n\tTXT y\n  10 TXT z\n",
	    "a.example.com 3600 16 x;a.example.com 3600 16 y;"
	    "a.example.com 10 16 z;" },
	{ "TTL then class", "a. 60 IN TXT x", "a 60 16 x;" },
	{ "class then TTL", "a. in 1m TXT x", "a 60 16 x;" },
	{ "units", "a. 1w2d3h4m5s TXT x", "a 788645 16 x;" },
	{ "last TTL is kept", "a. 60 TXT x\nb. TXT y",
	    "a 60 16 x;b 60 16 y;" },
	{ "$TTL wins over the last", "$TTL 5\na. 60 TXT x\nb. TXT y",
	    "a 60 16 x;b 5 16 y;" },
	{ "strings joined", "a. TXT \"v=spf1 \" ip4:1.2.3.4 \" -all\"",
	    "a 3600 16 v=spf1 ip4:1.2.3.4 -all;" },
	{ "empty string", "a. TXT \"\"", "a 3600 16 ;" },
	{ "quotes touch", "a. TXT \"x\"\"y\"z", "a 3600 16 xyz;" },
	{ "semicolon in quotes", "a. TXT \"a;b\" ; c", "a 3600 16 a;b;" },
	{ "escaped semicolon", "a. TXT a\\;b", "a 3600 16 a;b;" },
	{ "escaped quote", "a. TXT \"a\\\"b\\\\\"", "a 3600 16 a\"b\\;" },
	{ "decimal escape", "a. TXT \"\\065\\000\\255\"",
	    "a 3600 16 A\\x00\\xff;" },
	{ "parentheses", "a. TXT ( \"x\" ; c\n\n \"y\"\n) ; d\nb. TXT z",
	    "a 3600 16 xy;b 3600 16 z;" },
	{ "parentheses touch", "a. TXT(x)\n", "a 3600 16 x;" },
	{ "parenthesis in quotes", "a. TXT \"(\"\n", "a 3600 16 (;" },
	{ "nested parentheses", "a. TXT ((x) y)\n", "a 3600 16 xy;" },
	{ "type in parentheses", "a. (\nTXT x)\n", "a 3600 16 x;" },
	{ "A", "a. A 65.66.67.68", "a 3600 1 ABCD;" },
	{ "AAAA", "a. AAAA 4142:4344::4546", "a 3600 28 ABCD\\x00\\x00"
	    "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00EF;" },
	{ "MX", HEAD "@ MX 16705 Mail", "example.com 3600 15 "
	    "AAmail.example.com;" },
	{ "null MX", "a. MX 0 .", "a 3600 15 \\x00\\x00.;" },
	{ "CNAME", HEAD "a CNAME b", "a.example.com 3600 5 b.example.com;" },
	{ "CNAME to the origin", HEAD "a CNAME @",
	    "a.example.com 3600 5 example.com;" },
	{ "PTR", "4.3.2.1.in-addr.arpa. PTR a.b.",
	    "4.3.2.1.in-addr.arpa 3600 12 a.b;" },
	{ "NS", "a. NS ns1.a.", "a 3600 2 ns1.a;" },
	{ "SOA", HEAD "@ SOA ns hostmaster (\n 2026010100 ; serial\n 1h 15m "
	    "4w 300 )\n", "example.com 3600 6 -;" },
	{ "others are read over", "a. SRV 0 0 25 b.\na. HINFO \"x;(\" y\n"
	    "a. RRSIG TXT ( 8 2\n 3600 ) abc=\n",
	    "a 3600 33 -;a 3600 13 -;a 3600 46 -;" },
	{ "unknown type", "a. TYPE65280 \\# 3 abcd 0F",
	    "a 3600 65280 -;" },
	{ "known type, generic", "a. TYPE16 \\# 4 ( 03\n616263 )",
	    "a 3600 16 abc;" },
	{ "known name, generic", "a. MX \\# 6 0001 01 58 0159 00",
	    NULL },
	{ "known name, generic, right", "a. MX \\# 5 4141 01 58 00",
	    "a 3600 15 AAx;" },
	{ "DNSKEY", "a. DNSKEY 257 3 13 ( QU\n JD )",
	    "a 3600 48 \\x01\\x01\\x03\\x0dABC;" },
	{ "DS", "a. DS 16705 13 2 4142 4344\nb. TXT x",
	    "a 3600 43 AA\\x0d\\x02ABCD;b 3600 16 x;" },
	{ "DS, generic", "a. DS \\# 5 4141424344", "a 3600 43 AABCD;" },
	{ "generic of nothing", "a. TYPE65280 \\# 0", "a 3600 65280 -;" },
	{ "wildcard", HEAD "* TXT x", "*.example.com 3600 16 x;" },
	{ "escaped owner", "a\\.b\\032c. TXT x", "a\\046b\\032c 3600 16 x;" },
	{ "owner like a directive", "\\$TTL. TXT x", "$ttl 3600 16 x;" },
	{ "owner like a type", "mx. MX 0 .", "mx 3600 15 \\x00\\x00.;" },
	{ "owner like a number", "10 TXT x", "10 3600 16 x;" },
};

static const struct {
	const char *label, *text;
	unsigned line;
	const char *why;
} wrong[] = {
	{ "no owner", "\n TXT x", 2, "no owner before this" },
	{ "no type", "a.", 1, "a word is missing" },
	{ "unknown word", "a. 5 FOO x", 1, "no such record type" },
	{ "type too large", "a. TYPE65536 x", 1, "no such record type" },
	{ "class", "a. CH TXT x", 1, "only class IN is read" },
	{ "TTL", "a. 5x TXT x", 1, "not a time to live" },
	{ "TTL too large", "a. 2147483648 TXT x", 1, "not a time to live" },
	{ "TTL sum too large", "a. 2147483647w TXT x", 1,
	    "not a time to live" },
	{ "quote open", "\n\na. TXT \"x\ny\"", 3,
	    "a quoted string does not end" },
	{ "quote open at the end", "a. TXT \"x\\", 1,
	    "a quoted string does not end" },
	{ "parenthesis open", "a. TXT ( x\n\n", 3,
	    "a parenthesis is not closed" },
	{ "parenthesis extra", "a. TXT x )", 1, "a parenthesis too many" },
	{ "A", "a. A 1.2.3", 1, "not an address" },
	{ "A in brackets", "a. A [1.2.3.4]", 1, "not an address" },
	{ "A quoted", "a. A \"1.2.3.4\"", 1, "a word is missing" },
	{ "AAAA", "a. AAAA 1.2.3.4", 1, "not an address" },
	{ "A and more", "a. A 1.2.3.4 5", 1, "more than the record needs" },
	{ "MX", "a. MX b.", 1, "MX needs a preference of 0 to 65535" },
	{ "MX without host", "a. MX 1", 1, "a word is missing" },
	{ "MX too large", "a. MX 65536 b.", 1,
	    "MX needs a preference of 0 to 65535" },
	{ "TXT without string", "a. TXT", 1, "TXT needs a string" },
	{ "escape", "a. TXT \\25x", 1, "not an escape" },
	{ "escape too large", "a. TXT \\256", 1, "not an escape" },
	{ "name", "a..b. TXT x", 1, "not a domain name" },
	{ "name of CNAME", "a. CNAME ..", 1, "not a domain name" },
	{ "include", "$INCLUDE x", 1,
	    "$INCLUDE is not read: one file is a zone" },
	{ "directive", "$FOO x", 1, "no such directive" },
	{ "$TTL", "$TTL x", 1, "not a time to live" },
	{ "quoted owner", "\"a\" TXT x", 1,
	    "a record does not begin like this" },
	{ "generic length", "a. TYPE9 \\# 2 00", 1,
	    "\\# has another length than it says" },
	{ "generic half octet", "a. TYPE9 \\# 1 0", 1,
	    "\\# has another length than it says" },
	{ "generic digits", "a. TYPE9 \\# 1 0g", 1, "not hexadecimal" },
	{ "generic of A", "a. A \\# 3 010203", 1,
	    "\\# does not fit the type" },
	{ "DS, not a number", "a. DS x 13 2 4142", 1,
	    "DS and DNSKEY begin with numbers" },
	{ "DS, half an octet", "a. DS 1 13 2 414", 1,
	    "DS ends in a digest, DNSKEY in a key" },
	{ "DS, no digest", "a. DS 1 13 2", 1,
	    "DS ends in a digest, DNSKEY in a key" },
	{ "DNSKEY, not base64", "a. DNSKEY 1 3 13 QUJ", 1,
	    "DS ends in a digest, DNSKEY in a key" },
	{ "SOA short", "a. SOA b. c. 1 2 3 4", 1, "a word is missing" },
	{ "SOA number", "a. SOA b. c. 1 2 3 x 5", 1,
	    "SOA has a number that is none" },
	{ "lines are counted", "a. TXT (\nx\n)\n; c\n\nb. FOO", 6,
	    "no such record type" },
};

static void
show(char *to, size_t max, size_t *at, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		*at += (size_t)snprintf(to + *at, max - *at,
		    s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f ? "%c" : "\\x%02x",
		    s.ptr[i]);
}

static void
read_all(const char *text, char *got, size_t max, struct zone *z,
    struct arena *a)
{
	struct zone_rr rr;
	size_t at = 0;

	got[0] = '\0';
	*z = zone_open(assay_cstr(text), a);
	while (zone_next(z, &rr)) {
		show(got, max, &at, rr.owner);
		at += (size_t)snprintf(got + at, max - at, " %u %u ",
		    (unsigned)rr.ttl, rr.type);
		show(got, max, &at, rr.has_item ? rr.item : SPAN("-"));
		at += (size_t)snprintf(got + at, max - at, ";");
	}
}

static void
test_long(struct arena *a)
{
	char text[400] = "a. TXT ", got[600];
	struct zone z;

	memset(text + 7, 'x', 255);
	read_all(text, got, sizeof(got), &z, a);
	T_OK(z.why == NULL, "255 octets");
	memset(text + 7, 'x', 256);
	read_all(text, got, sizeof(got), &z, a);
	T_SPAN(assay_cstr(z.why), SPAN(
	    "a string of more than 255 octets: split it"), "256 octets");
}

int
main(void)
{
	struct arena a;
	struct zone z;
	char got[2000];

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		arena_reset(&a);
		read_all(good[i].text, got, sizeof(got), &z, &a);
		if (good[i].want == NULL) {
			T_OK(z.why != NULL, good[i].label);
			continue;
		}
		T_SPAN(assay_cstr(z.why), SPAN_NONE, good[i].label);
		T_SPAN(assay_cstr(got), assay_cstr(good[i].want),
		    good[i].label);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		arena_reset(&a);
		read_all(wrong[i].text, got, sizeof(got), &z, &a);
		T_SPAN(assay_cstr(z.why), assay_cstr(wrong[i].why),
		    wrong[i].label);
		T_INT(z.line, wrong[i].line, wrong[i].label);
	}
	test_long(&a);
	arena_free(&a);
	return t_done();
}

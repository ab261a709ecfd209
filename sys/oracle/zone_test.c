/* SPDX-License-Identifier: Apache-2.0 */
#include "test/t.h"

static const char json[] =
"[\n"
"{\"name\": \"example.com\", \"type\": \"TXT\", \"values\": "
"[\"v=spf1 -all\", [\"a\", \"b\\u0000\\u00ff\"], \"\"]},\n"
"{\"name\": \"Example.com\", \"type\": \"MX\", \"values\": "
"[\"10 Mail.Example.com\", \"20 b.example.com.\"]},\n"
"{\"name\": \"null.example.com\", \"type\": \"MX\", \"values\": [\".\"]},\n"
"{\"name\": \"null2.example.com\", \"type\": \"MX\", \"values\": "
"[\"0 .\"]},\n"
"{\"name\": \"a.b.c.example.com\", \"type\": \"A\", \"values\": "
"[\"65.66.67.68\"], \"ttl\": 7, \"secure\": true},\n"
"{\"name\": \"alias.example.com\", \"type\": \"CNAME\", \"values\": "
"[\"A.B.C.example.com.\"]},\n"
"{\"name\": \"dangling.example.com\", \"type\": \"CNAME\", \"values\": "
"[\"gone.example.com\"]},\n"
"{\"name\": \"l1.example.com\", \"type\": \"CNAME\", \"values\": "
"[\"l2.example.com\"]},\n"
"{\"name\": \"l2.example.com\", \"type\": \"CNAME\", \"values\": "
"[\"l1.example.com\"]},\n"
"{\"name\": \"slow.example.com\", \"rcode\": \"TIMEOUT\"},\n"
"{\"name\": \"slow.example.com\", \"type\": \"A\", \"values\": "
"[\"65.66.67.68\"]},\n"
"{\"name\": \"part.example.com\", \"type\": \"TXT\", \"rcode\": "
"\"SERVFAIL\"},\n"
"{\"name\": \"ref.example.com\", \"rcode\": \"REFUSED\"},\n"
"{\"name\": \"nx.example.com\", \"rcode\": \"NXDOMAIN\"},\n"
"{\"name\": \"nd.example.com\", \"rcode\": \"NODATA\"},\n"
"{\"name\": \"forged.example.com\", \"rcode\": \"BOGUS\"},\n"
"{\"name\": \"*.wild.example.com\", \"type\": \"TXT\", \"values\": "
"[\"w\"]},\n"
"{\"name\": \"x.wild.example.com\", \"type\": \"A\", \"values\": "
"[\"65.66.67.68\"]},\n"
"{\"name\": \"a.ent.wild.example.com\", \"type\": \"A\", \"values\": "
"[\"65.66.67.68\"]},\n"
"{\"name\": \"*.cw.example.com\", \"type\": \"CNAME\", \"values\": "
"[\"example.com\"]},\n"
"{\"name\": \"sp ace%.example.com\", \"type\": \"A\", \"values\": "
"[\"65.66.67.68\"]},\n"
"{\"name\": \"o.example.com\", \"type\": \"SPF\", \"values\": [\"x\"]},\n"
"{\"name\": \"example.com\", \"type\": \"DS\", \"values\": "
"[\"4142434445\"], \"secure\": true},\n"
"{\"name\": \"example.com\", \"type\": \"DNSKEY\", \"values\": "
"[\"464748494a4b\"]},\n"
"{\"name\": \"six.example.com\", \"type\": \"AAAA\", \"values\": "
"[\"CAFE:BABE::1\"]}\n"
"]\n";

static const struct {
	const char *key;
	uint16_t type;
	enum assay_akind kind;
	size_t n;
	const char *last;	/* item */
	const char *canonical;
} asks[] = {
	{ "example.com", 16, ASSAY_A_DATA, 3, "", NULL },
	{ "example.com", 15, ASSAY_A_DATA, 2, NULL, NULL },
	{ "example.com", 1, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "example.com", 99, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "example.com", 43, ASSAY_A_DATA, 1, "ABCDE", NULL },
	{ "example.com", 48, ASSAY_A_DATA, 1, "FGHIJK", NULL },
	{ "com", 16, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "net", 16, ASSAY_A_NXDOMAIN, 0, NULL, NULL },
	{ "c.example.com", 1, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "z.c.example.com", 1, ASSAY_A_NXDOMAIN, 0, NULL, NULL },
	{ "a.b.c.example.com", 1, ASSAY_A_DATA, 1, "ABCD", NULL },
	{ "x.a.b.c.example.com", 1, ASSAY_A_NXDOMAIN, 0, NULL, NULL },
	{ "alias.example.com", 1, ASSAY_A_DATA, 1, "ABCD",
	    "a.b.c.example.com" },
	{ "alias.example.com", 28, ASSAY_A_NODATA, 0, NULL,
	    "a.b.c.example.com" },
	{ "alias.example.com", 5, ASSAY_A_DATA, 1, "a.b.c.example.com",
	    NULL },
	{ "dangling.example.com", 1, ASSAY_A_NXDOMAIN, 0, NULL,
	    "gone.example.com" },
	{ "l1.example.com", 1, ASSAY_A_TEMPFAIL, 0, NULL, NULL },
	{ "slow.example.com", 16, ASSAY_A_TEMPFAIL, 0, NULL, NULL },
	{ "slow.example.com", 1, ASSAY_A_DATA, 1, "ABCD", NULL },
	{ "part.example.com", 16, ASSAY_A_TEMPFAIL, 0, NULL, NULL },
	{ "part.example.com", 1, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "ref.example.com", 1, ASSAY_A_TEMPFAIL, 0, NULL, NULL },
	{ "nx.example.com", 1, ASSAY_A_NXDOMAIN, 0, NULL, NULL },
	{ "nd.example.com", 1, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "forged.example.com", 1, ASSAY_A_BOGUS, 0, NULL, NULL },
	/* RFC 4592 2.2.1: the cases of its example */
	{ "q.wild.example.com", 16, ASSAY_A_DATA, 1, "w", NULL },
	{ "q.r.wild.example.com", 16, ASSAY_A_DATA, 1, "w", NULL },
	{ "q.wild.example.com", 1, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "x.wild.example.com", 16, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "y.x.wild.example.com", 16, ASSAY_A_NXDOMAIN, 0, NULL, NULL },
	{ "ent.wild.example.com", 16, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "z.ent.wild.example.com", 16, ASSAY_A_NXDOMAIN, 0, NULL, NULL },
	{ "*.wild.example.com", 16, ASSAY_A_DATA, 1, "w", NULL },
	{ "x.*.wild.example.com", 16, ASSAY_A_NXDOMAIN, 0, NULL, NULL },
	{ "q.cw.example.com", 16, ASSAY_A_DATA, 3, "", "example.com" },
	{ "sp ace%.example.com", 1, ASSAY_A_DATA, 1, "ABCD", NULL },
	{ "sp\\032ace%.example.com", 1, ASSAY_A_DATA, 1, "ABCD", NULL },
	{ "A.b.c.Example.com.", 1, ASSAY_A_DATA, 1, "ABCD", NULL },
	{ "o.example.com", 16, ASSAY_A_NODATA, 0, NULL, NULL },
	{ "", 16, ASSAY_A_NXDOMAIN, 0, NULL, NULL },
};

static const struct {
	const char *label, *text;
	unsigned line;
	const char *why;
} wrong[] = {
	{ "not JSON", "[\n{\"name\": }]", 2, "not JSON" },
	{ "not a row", "[\n{\"name\":\"a\",\"rcode\":\"NODATA\"},\n[]]", 3,
	    "a row is an object" },
	{ "no name", "[{\"type\":\"A\"}]", 1, "a string is missing" },
	{ "type", "[{\"name\":\"a\",\"type\":\"FOO\",\"values\":[]}]", 1,
	    "no such record type" },
	{ "no values", "[{\"name\":\"a\",\"type\":\"A\"}]", 1,
	    "a row needs type and values, or rcode" },
	{ "rcode", "[\n\n{\"name\":\"a\",\"rcode\":\"MAYBE\"}]", 3,
	    "no such rcode" },
	{ "address", "[{\"name\":\"a\",\"type\":\"A\",\"values\":[\"x\"]}]",
	    1, "not an address" },
	{ "DS", "[{\"name\":\"a\",\"type\":\"DS\",\"values\":[\"4x\"]}]",
	    1, "not hexadecimal" },
	{ "short DS", "[{\"name\":\"a\",\"type\":\"DS\",\"values\":[\"4a\"]}]",
	    1, "not the octets of such a record" },
	{ "MX", "[{\"name\":\"a\",\"type\":\"MX\",\"values\":[\"b\"]}]",
	    1, "MX needs a preference of 0 to 65535" },
	{ "beyond an octet", "[{\"name\":\"a\",\"type\":\"TXT\","
	    "\"values\":[\"\\u0100\"]}]", 1, "a character above U+00FF" },
	{ "number", "[{\"name\":\"a\",\"type\":\"TXT\",\"values\":[1]}]",
	    1, "a string is missing" },
	{ "ttl", "[{\"name\":\"a\",\"type\":\"TXT\",\"values\":[\"\"],"
	    "\"ttl\":-1}]", 1, "not a time to live" },
	{ "master file", "a. TXT x\nb. FOO\n", 2, "no such record type" },
};

static void
drop(struct assay_oracle *o)
{
	if (o->free != NULL)
		o->free(o->self);
}

static struct assay_answer
ask(const struct assay_oracle *o, const char *key, uint16_t type)
{
	struct assay_question q = { ASSAY_Q_DNS, type, assay_cstr(key) };
	struct assay_answer a = { .ttl = 0 };

	T_INT(o->ask(o->self, &q, &a), ASSAY_OK, key);
	return a;
}

static void
test_json(void)
{
	struct assay_oracle o;
	struct assay_answer a;
	struct assay_question q = { ASSAY_Q_SUFFIX, 0, assay_cstr("com") };

	T_INT(assay_oracle_zone(&o, assay_cstr(json), NULL, NULL), ASSAY_OK,
	    "JSON rows");
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		a = ask(&o, asks[i].key, asks[i].type);
		T_INT(a.kind, asks[i].kind, asks[i].key);
		T_INT(a.n_item, asks[i].n, asks[i].key);
		T_SPAN(a.canonical, assay_cstr(asks[i].canonical),
		    asks[i].key);
		if (asks[i].last != NULL && a.n_item > 0)
			T_SPAN(a.item[a.n_item - 1],
			    assay_cstr(asks[i].last), asks[i].key);
	}
	a = ask(&o, "example.com", 16);
	T_SPAN(a.item[1], ((struct assay_span){
	    (const uint8_t *)"ab\0\377", 4 }), "octets of a string");
	T_OK(!a.secure && a.ttl == 300, "not secure");
	a = ask(&o, "a.b.c.example.com", 1);
	T_OK(a.secure && a.ttl == 7, "secure, and its TTL");
	a = ask(&o, "example.com", 15);
	T_SPAN(a.item[0], ((struct assay_span){
	    (const uint8_t *)"\0\12mail.example.com", 18 }), "MX");
	a = ask(&o, "null.example.com", 15);
	T_SPAN(a.item[0], ((struct assay_span){
	    (const uint8_t *)"\0\0.", 3 }), "null MX, short");
	a = ask(&o, "null2.example.com", 15);
	T_SPAN(a.item[0], ((struct assay_span){
	    (const uint8_t *)"\0\0.", 3 }), "null MX, long");
	a = ask(&o, "six.example.com", 28);
	T_SPAN(a.item[0], ((struct assay_span){ (const uint8_t *)
	    "\xca\xfe\xba\xbe\0\0\0\0\0\0\0\0\0\0\0\1", 16 }), "AAAA");
	T_INT(o.ask(o.self, &q, &a), ASSAY_PENDING, "another kind");
	drop(&o);
}

static void
test_master(void)
{
	static const char text[] = "$ORIGIN ex.\n@ 60 SOA a b 1 2 3 4 5\n"
	    "www CNAME host\nhost A 65.66.67.68\n* TXT wild\n";
	struct assay_oracle o;
	struct assay_answer a;

	T_INT(assay_oracle_zone(&o, assay_cstr(text), NULL, NULL), ASSAY_OK,
	    "master file");
	a = ask(&o, "www.ex", 1);
	T_OK(a.kind == ASSAY_A_DATA && a.ttl == 60, "alias followed");
	T_SPAN(a.canonical, assay_cstr("host.ex"), "canonical");
	a = ask(&o, "ex", 16);
	T_INT(a.kind, ASSAY_A_NODATA, "SOA makes it exist");
	a = ask(&o, "any.ex", 16);
	T_INT(a.kind, ASSAY_A_DATA, "wildcard");
	drop(&o);
	T_INT(assay_oracle_zone(&o, assay_cstr("* TXT x"), NULL, NULL),
	    ASSAY_OK, "wildcard of the root");
	a = ask(&o, "any.where", 16);
	T_INT(a.kind, ASSAY_A_DATA, "wildcard of the root");
	drop(&o);
	T_INT(assay_oracle_zone(&o, assay_cstr(""), NULL, NULL), ASSAY_OK,
	    "empty text");
	a = ask(&o, "a.b", 16);
	T_INT(a.kind, ASSAY_A_NXDOMAIN, "empty zone");
	drop(&o);
}

int
main(void)
{
	test_json();
	test_master();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct assay_oracle o;
		unsigned line = 0;
		const char *why = NULL;

		T_INT(assay_oracle_zone(&o, assay_cstr(wrong[i].text), &line,
		    &why), ASSAY_FORMAT, wrong[i].label);
		T_SPAN(assay_cstr(why), assay_cstr(wrong[i].why),
		    wrong[i].label);
		T_INT(line, wrong[i].line, wrong[i].label);
		drop(&o);
	}
	return t_done();
}

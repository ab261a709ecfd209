/* SPDX-License-Identifier: Apache-2.0 */
#include "report/aggregate_inner.h"

#include "report/aggregate_word.h"
#include "test/t.h"
#include "wire/addr.h"

/* ---- what a report says, as one line of text ------------------------- */

static void
put_word(struct buf *b, const char *label, const char *word)
{
	buf_str(b, label);
	buf_str(b, word == NULL ? "-" : word);
}

static void
put_text(struct buf *b, const char *label, struct span s)
{
	buf_str(b, label);
	buf_put(b, span_absent(s) ? SPAN("-") : s);
}

static void
put_auth(struct buf *b, const struct aggregate_row *r)
{
	for (size_t i = 0; i < r->n_reason; i++) {
		put_word(b, " why=", aggregate_why_name(r->reason[i].type));
		put_text(b, ":", r->reason[i].comment);
	}
	for (size_t i = 0; i < r->n_dkim; i++) {
		put_text(b, " d=", r->auth_dkim[i].domain);
		put_text(b, "/", r->auth_dkim[i].selector);
		put_word(b, ":", aggregate_result_name(
		    r->auth_dkim[i].result));
		put_text(b, ":", r->auth_dkim[i].human);
	}
	for (size_t i = 0; i < r->n_spf; i++) {
		put_text(b, " s=", r->auth_spf[i].domain);
		put_word(b, "/", aggregate_scope_name(r->auth_spf[i].scope));
		put_word(b, ":", aggregate_result_name(
		    r->auth_spf[i].result));
	}
}

static void
put_row(struct buf *b, const struct aggregate_row *r)
{
	buf_str(b, "{");
	addr_print(b, &r->source);
	buf_str(b, " n=");
	buf_u64(b, r->count);
	put_word(b, " ", aggregate_action_name(r->disposition));
	put_word(b, " ", aggregate_aligned_name(r->dkim));
	put_word(b, " ", aggregate_aligned_name(r->spf));
	put_text(b, " hf=", r->header_from);
	if (!span_absent(r->envelope_from))
		put_text(b, " ef=", r->envelope_from);
	if (!span_absent(r->envelope_to))
		put_text(b, " et=", r->envelope_to);
	put_auth(b, r);
	buf_str(b, "}");
}

static void
put_head(struct buf *b, const struct aggregate_head *h)
{
	put_text(b, "org=", h->org_name);
	put_text(b, " id=", h->report_id);
	buf_str(b, " t=");
	buf_u64(b, (uint64_t)h->begin);
	buf_str(b, "-");
	buf_u64(b, (uint64_t)h->end);
	put_text(b, " dom=", h->policy.domain);
	put_word(b, " p=", aggregate_action_name(h->policy.p));
	put_word(b, " sp=", aggregate_action_name(h->policy.sp));
	if (!span_absent(h->error))
		put_text(b, " error=", h->error);
}

static struct aggregate *g;

/* Reads doc in windows into b; the deviations, or -1. */
static int64_t
read_in(struct span doc, size_t window, struct buf *b)
{
	b->len = 0;
	aggregate_start(g);
	for (;;) {
		struct span w = span_head(doc, window);
		switch (aggregate_next(g)) {
		case AGGREGATE_NEED:
			doc = span_skip(doc, w.len);
			aggregate_feed(g, w, doc.len == 0);
			break;
		case AGGREGATE_ROW:
			put_row(b, aggregate_row(g));
			break;
		case AGGREGATE_END:
			put_head(b, aggregate_head(g));
			return aggregate_head(g)->deviations;
		case AGGREGATE_BAD:
			buf_str(b, aggregate_why(g));
			return -1;
		}
	}
}

/* ---- documents ------------------------------------------------------- */

#define META "<report_metadata><org_name>o.example</org_name>" \
	"<email>e@o.example</email><report_id>r1</report_id><date_range>" \
	"<begin>100</begin><end>200</end></date_range></report_metadata>"
#define POLICY "<policy_published><domain>d.example</domain><p>reject</p>" \
	"<sp>none</sp></policy_published>"
#define EVAL "<policy_evaluated><disposition>none</disposition>" \
	"<dkim>pass</dkim><spf>fail</spf></policy_evaluated>"
#define ROW "<row><source_ip>192.0.2.1</source_ip><count>3</count>" EVAL \
	"</row>"
#define IDS "<identifiers><header_from>d.example</header_from></identifiers>"
#define AUTH "<auth_results><dkim><domain>d.example</domain>" \
	"<selector>s</selector><result>pass</result></dkim><spf>" \
	"<domain>e.example</domain><result>softfail</result></spf>" \
	"</auth_results>"
#define RECORD "<record>" ROW IDS AUTH "</record>"
#define HEAD_SAYS "org=o.example id=r1 t=100-200 dom=d.example p=reject sp=none"
#define ROW_SAYS "{192.0.2.1 n=3 none pass fail hf=d.example " \
	"d=d.example/s:pass:- s=e.example/-:softfail}"

#define D(name) AGGREGATE_D_##name

static const struct {
	const char *label;
	struct span doc;
	const char *says;
	int64_t deviations;
} cases[] = {
#define DOC(text) SPAN_INIT(text)
	{ "no namespace", DOC("<feedback>" META POLICY RECORD "</feedback>"),
	    ROW_SAYS HEAD_SAYS, 0 },
	{ "RFC 9990", DOC("<feedback xmlns='urn:ietf:params:xml:ns:dmarc-2.0'>"
	    "<version>1.0</version>" META POLICY RECORD RECORD "</feedback>"),
	    ROW_SAYS ROW_SAYS HEAD_SAYS, 0 },
	{ "a namespace of nobody's", DOC("<feedback xmlns='urn:x'>" META POLICY
	    RECORD "</feedback>"), ROW_SAYS HEAD_SAYS, D(NAMESPACE) },
	{ "prefixes", DOC("<n:feedback xmlns:n='http://dmarc.org/dmarc-xml/"
	    "0.1'>" META POLICY RECORD "</n:feedback>"), ROW_SAYS HEAD_SAYS,
	    0 },
	{ "extensions", DOC("<feedback xmlns:x='urn:x'><x:count>9</x:count>"
	    META POLICY "<extension><p>none</p></extension><record>" ROW IDS
	    AUTH "<x:row><count>7</count></x:row></record></feedback>"),
	    ROW_SAYS HEAD_SAYS, 0 },
	{ "an element that nobody defined", DOC("<feedback>" META POLICY
	    "<foo><p>none</p></foo>" RECORD "</feedback>"),
	    ROW_SAYS HEAD_SAYS, D(UNKNOWN) },
	{ "rows before the policy", DOC("<feedback>" RECORD META POLICY
	    "</feedback>"), ROW_SAYS HEAD_SAYS, D(ORDER) },
	{ "twice", DOC("<feedback>" META POLICY "<record>" ROW "<row><count>9"
	    "</count></row>" IDS AUTH "</record></feedback>"),
	    ROW_SAYS HEAD_SAYS, D(REPEATED) },
	{ "no rows", DOC("<feedback>" META POLICY "</feedback>"), HEAD_SAYS,
	    D(EMPTY) },
	{ "nothing said", DOC("<feedback><record/></feedback>"),
	    "{ n=0 - - - hf=-}org=- id=- t=0-0 dom=- p=- sp=-",
	    D(MISSING) | D(ORDER) },
	{ "capitals, blanks, old words", DOC("<feedback>" META POLICY
	    "<record><row><source_ip> ::ffff:192.0.2.1\n</source_ip><count> 3 "
	    "</count><policy_evaluated><disposition>None</disposition><dkim>"
	    "Pass</dkim><spf>FAIL</spf></policy_evaluated></row><identifiers>"
	    "<header_from>D.Example.</header_from><envelope_from/>"
	    "</identifiers><auth_results><dkim><domain>d.example</domain>"
	    "<selector>s</selector><result>hardfail</result><human_result>x"
	    "</human_result></dkim><spf><domain/><scope>helo</scope><result>"
	    "unknown</result></spf><spf><result>error</result></spf>"
	    "</auth_results></record></feedback>"),
	    "{192.0.2.1 n=3 none pass fail hf=d.example ef= "
	    "d=d.example/s:fail:x s=/helo:temperror s=-/-:permerror}"
	    HEAD_SAYS, D(WORD) },
	{ "reasons", DOC("<feedback>" META POLICY "<record><row><source_ip>"
	    "2001:DB8::1</source_ip><count>1</count><policy_evaluated>"
	    "<disposition>none</disposition><dkim>fail</dkim><spf>fail</spf>"
	    "<reason><type>forwarded</type><comment>c</comment></reason>"
	    "<reason><type/></reason><reason/></policy_evaluated></row>" IDS
	    "</record></feedback>"),
	    "{2001:db8::1 n=1 none fail fail hf=d.example why=forwarded:c "
	    "why=-:- why=-:-}" HEAD_SAYS, 0 },
	{ "numbers and times that are none", DOC("<feedback><report_metadata>"
	    "<org_name>o.example</org_name><email>e</email><report_id>r1"
	    "</report_id><date_range><begin>2018-10-05T02:00:01+02:00</begin>"
	    "<end>1538784000.9</end></date_range></report_metadata>" POLICY
	    "<record><row><source_ip>108r.1.1.1</source_ip><count>-4</count>"
	    EVAL "</row>" IDS "</record></feedback>"),
	    "{ n=0 none pass fail hf=d.example}org=o.example id=r1 "
	    "t=1538697601-1538784000 dom=d.example p=reject sp=none",
	    D(DATE) | D(NUMBER) | D(ADDRESS) },
	{ "milliseconds, end before begin", DOC("<feedback><report_metadata>"
	    "<org_name>o</org_name><email>e</email><report_id>r"
	    "</report_id><date_range><begin>1538784000123</begin><end>5</end>"
	    "</date_range><error>x</error><error>y</error></report_metadata>"
	    POLICY "</feedback>"), "org=o id=r t=1538784000-5 dom=d.example "
	    "p=reject sp=none error=x", D(DATE) | D(EMPTY) },
	{ "behind the year 9999, and a name with two dots at its end", DOC(
	    "<feedback><report_metadata><org_name>o</org_name><email>e</email>"
	    "<report_id>r</report_id><date_range><begin>"
	    "9999-12-31T23:59:60-23:59</begin><end>9999-12-31T23:59:59Z"
	    "</end></date_range></report_metadata><policy_published><domain>"
	    "d.example..</domain><p>reject</p></policy_published></feedback>"),
	    "org=o id=r t=253402300799-253402300799 dom=d.example.. p=reject "
	    "sp=-",
	    D(DATE) | D(EMPTY) },
	{ "2^64 messages, far in the future", DOC("<feedback>"
	    "<report_metadata><org_name>o</org_name><email>e</email>"
	    "<report_id>r</report_id><date_range><begin>99999999999999999"
	    "</begin><end>18446744073709551616</end></date_range>"
	    "</report_metadata>" POLICY "<record><row><source_ip>192.0.2.1"
	    "</source_ip><count>18446744073709551616</count>" EVAL "</row>" IDS
	    "</record></feedback>"),
	    "{192.0.2.1 n=0 none pass fail hf=d.example}org=o id=r t=0-0 "
	    "dom=d.example p=reject sp=none", D(NUMBER) | D(DATE) },
	{ "names that are none", DOC("<feedback>" META POLICY "<record>" ROW
	    "<identifiers><header_from>a b</header_from></identifiers>"
	    "</record></feedback>"),
	    "{192.0.2.1 n=3 none pass fail hf=a b}" HEAD_SAYS, D(DOMAIN) },
	{ "\"<\" in text", DOC("<feedback>" META POLICY "<record>" ROW
	    "<identifiers><header_from>bad<xml.net</header_from>"
	    "</identifiers></record></feedback>"),
	    "{192.0.2.1 n=3 none pass fail hf=bad}" HEAD_SAYS,
	    D(MALFORMED) },
	{ "a child in a text", DOC("<feedback>" META POLICY "<record>" ROW
	    "<identifiers><header_from>d.example<b>x</b>y</header_from>"
	    "</identifiers>" AUTH "</record></feedback>"),
	    ROW_SAYS HEAD_SAYS, 0 },
	{ "a wrapper that does not end", DOC("<xs:schema xmlns:xs='u'>\n"
	    "<feedback>" META POLICY RECORD "</feedback>"),
	    ROW_SAYS HEAD_SAYS, D(MALFORMED) | D(UNKNOWN) | D(TRUNCATED) },
	{ "cut in a record", DOC("<feedback>" META POLICY RECORD "<record>"
	    ROW "<identifiers><head"),
	    ROW_SAYS "{192.0.2.1 n=3 none pass fail hf=-}" HEAD_SAYS,
	    D(MALFORMED) | D(TRUNCATED) | D(MISSING) },
	{ "cut before a count", DOC("<feedback>" META POLICY RECORD "<record>"
	    "<row><source_ip>192.0.2.9</source_ip><cou"),
	    ROW_SAYS HEAD_SAYS, D(MALFORMED) | D(TRUNCATED) },
	{ "two reports in one", DOC("<feedback>" META POLICY RECORD
	    "</feedback><feedback>" RECORD "</feedback>"),
	    ROW_SAYS HEAD_SAYS, D(MALFORMED) | D(REPEATED) },
	{ "octets that are no UTF-8", DOC("<feedback>" META POLICY "<record>"
	    ROW "<identifiers><header_from>d.example</header_from>"
	    "<envelope_to>\xfc</envelope_to></identifiers></record>"
	    "</feedback>"), "{192.0.2.1 n=3 none pass fail hf=d.example "
	    "et=\xc3\xbc}" HEAD_SAYS, D(MALFORMED) | D(ENCODING) },
	{ "no report", DOC("<html><body/></html>"),
	    "there is no <feedback> in it", -1 },
	{ "a DTD", DOC("<!DOCTYPE feedback><feedback/>"), "a DTD is refused",
	    -1 },
};

static void
table(void)
{
	uint8_t one[4000], two[4000];
	struct buf a = BUF_ON(one), b = BUF_ON(two);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool same = true;
		T_INT(read_in(cases[i].doc, SIZE_MAX, &a),
		    cases[i].deviations, cases[i].label);
		T_SPAN(buf_span(&a), assay_cstr(cases[i].says), "... says");
		for (size_t n = 1; n < 40; n += 3)
			same = same && read_in(cases[i].doc, n, &b) ==
			    cases[i].deviations &&
			    span_eq(buf_span(&a), buf_span(&b));
		T_OK(same, "... in windows of any size");
	}
}

/* ---- bounds ---------------------------------------------------------- */

static uint8_t big[1 << 20], seen[1 << 20];

static void
many(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_str(b, s);
}

static void
bounds(void)
{
	struct buf b = BUF_ON(big), out = BUF_ON(seen);
	const struct aggregate_row *r = aggregate_row(g);

	buf_str(&b, "<feedback>" META POLICY "<record>" ROW IDS
	    "<auth_results>");
	many(&b, "<dkim><domain>d.example</domain></dkim>",
	    LIMIT_AGGREGATE_DKIM + 5);
	many(&b, "<spf><domain>d.example</domain></spf>",
	    LIMIT_AGGREGATE_SPF + 5);
	buf_str(&b, "</auth_results></record></feedback>");
	T_INT(read_in(buf_span(&b), 4096, &out), D(TOO_MANY), "many results");
	T_OK(r->n_dkim == LIMIT_AGGREGATE_DKIM &&
	    r->n_spf == LIMIT_AGGREGATE_SPF, "... as many as may be");

	b.len = 0;
	buf_str(&b, "<feedback>" META POLICY "<record>" ROW
	    "<identifiers><header_from>");
	many(&b, "\xc3\xa4", LIMIT_AGGREGATE_TEXT);
	buf_str(&b, "</header_from><envelope_to>x");
	many(&b, "\xc3\xa4", LIMIT_AGGREGATE_TEXT);
	buf_str(&b, "</envelope_to></identifiers></record></feedback>");
	T_INT(read_in(buf_span(&b), 100, &out), D(TOO_LONG) | D(DOMAIN),
	    "long texts");
	T_INT(r->header_from.len, LIMIT_AGGREGATE_TEXT, "... cut");
	T_INT(r->envelope_to.len, LIMIT_AGGREGATE_TEXT - 1,
	    "... between characters");

	b.len = 0;
	buf_str(&b, "<feedback>" META POLICY "<record>" ROW IDS
	    "<auth_results>");
	for (size_t i = 0; i < LIMIT_AGGREGATE_DKIM; i++) {
		buf_str(&b, "<dkim><domain>");
		many(&b, "d", LIMIT_AGGREGATE_TEXT);
		buf_str(&b, "</domain></dkim>");
	}
	buf_str(&b, "</auth_results></record></feedback>");
	T_INT(read_in(buf_span(&b), 60000, &out), D(TOO_LONG),
	    "a row with much text");
	T_OK(span_absent(r->auth_dkim[LIMIT_AGGREGATE_DKIM - 1].domain) &&
	    r->auth_dkim[0].domain.len == LIMIT_AGGREGATE_TEXT,
	    "... the last ones are left out");
}

/* The keys of aggregate_elements.def are what the names begin with. */
static void
elements(void)
{
	uint8_t room[64];
	bool ok = true;

	for (int e = 1; e < E_COUNT_OF; e++) {
		struct span name = aggregate_element_name((enum element)e);
		struct buf b = BUF_ON(room);
		memset(room, 'x', sizeof(room));
		buf_put(&b, name);
		ok = ok && aggregate_element(buf_span(&b)) == (enum element)e;
		buf_byte(&b, 'x');
		ok = ok && aggregate_element(buf_span(&b)) == E_UNKNOWN;
		b.len -= 2;
		ok = ok && aggregate_element(buf_span(&b)) != (enum element)e;
	}
	T_OK(ok, "every element is found by its name, and by no other");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	g = aggregate_new(&a);
	T_OK(g != NULL, "a reader");
	table();
	bounds();
	elements();
	arena_free(&a);
	return t_done();
}

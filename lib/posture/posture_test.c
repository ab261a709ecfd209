/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole domains: one that is run well gives no work; what is refused; what
 * ends; what a person sees.
 */
#include "test/posture_fixture.h"
#include "test/posture_keys.h"

/* All there is, validated by DNSSEC. */
#define ROW(name, type, value) "{\"name\": \"" name "\", \"type\": \"" type \
	"\", \"secure\": true, \"values\": [" value "]},\n"
static const char perfect[] = "[\n"
	ROW("d.example", "MX", "\"10 mx1.d.example\", \"20 mx2.d.example\"")
	ROW("mx1.d.example", "A", "\"198.51.100.1\"")
	ROW("mx1.d.example", "AAAA", "\"2001:db8:0:1::1\"")
	ROW("mx2.d.example", "A", "\"198.51.100.2\"")
	ROW("d.example", "TXT", "\"v=spf1 mx include:_spf.esp.example -all\","
	    " \"some-site-verification=1234567890\"")
	ROW("_spf.esp.example", "TXT",
	    "\"v=spf1 ip4:203.0.113.0/24 include:_b.esp.example ~all\"")
	ROW("_b.esp.example", "TXT", "\"v=spf1 ip4:198.51.100.128/25 ?all\"")
	ROW("s1._domainkey.d.example", "TXT",
	    "[\"v=DKIM1; k=rsa; p=\", " JSON2048 "]")
	ROW("_dmarc.d.example", "TXT", "\"v=DMARC1; p=reject; "
	    "rua=mailto:dmarc@d.example,mailto:d@reports.example\"")
	ROW("d.example._report._dmarc.reports.example", "TXT",
	    "\"v=DMARC1\"")
	ROW("reports.example", "MX", "\"10 mx.reports.example\"")
	ROW("_mta-sts.d.example", "TXT", "\"v=STSv1; id=20260101\"")
	ROW("mta-sts.d.example", "CNAME", "\"web.d.example\"")
	ROW("web.d.example", "A", "\"198.51.100.3\"")
	ROW("_smtp._tls.d.example", "TXT",
	    "\"v=TLSRPTv1; rua=mailto:tls@d.example\"")
	ROW("default._bimi.d.example", "TXT", "\"v=BIMI1; "
	    "l=https://d.example/l.svg; a=https://d.example/v.pem\"")
	ROW("1.100.51.198.in-addr.arpa", "PTR", "\"mx1.d.example\"")
	ROW("2.100.51.198.in-addr.arpa", "PTR", "\"mx2.d.example\"")
	ROW("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.0.0.8.b.d.0.1.0.0."
	    "2.ip6.arpa", "PTR", "\"mx1.d.example\"")
	ROW("d.example", "DS", "\"00010d020102\"")
	"{\"name\": \"d.example\", \"type\": \"DNSKEY\", \"secure\": true, "
	"\"values\": [\"0101030d01\"]}\n]";

static const char parked[] = "[\n"
	ROW("d.example", "MX", "\".\"")
	ROW("d.example", "TXT", "\"v=spf1 -all\"")
	ROW("d.example", "A", "\"198.51.100.1\"")
	"{\"name\": \"_dmarc.d.example\", \"type\": \"TXT\", \"values\": "
	"[\"v=DMARC1; p=reject\"]}\n]";

static const char file[] = "version: STSv1\nmode: enforce\n"
	"mx: mx1.d.example\nmx: mx2.d.example\nmax_age: 1209600\n";

static struct posture *
whole(struct assay_oracle *o, const struct posture_case *c)
{
	struct posture *p = NULL;

	if (assay_oracle_zone(o, assay_cstr(c->zone), NULL, NULL) ==
	    ASSAY_OK)
		p = posture_of(c, o, POSTURE_WARM);
	T_OK(p != NULL, c->label);
	return p;
}

static bool
shows(const char *what)
{
	return strstr(posture_text, what) != NULL;
}

static void
page(struct posture *p, bool brief)
{
	posture_len = 0;
	T_OK(posture_page_write(p, brief, 78, false, posture_collect,
	    posture_text) == ASSAY_OK, "a page");
}

static void
test_perfect(void)
{
	const struct posture_case c = { "perfect", perfect, "",
		.policy = file };
	const struct bulk_row *row;
	struct posture_finding *f;
	struct assay_oracle o;
	struct posture *p = whole(&o, &c);
	size_t n = posture_findings(p, &f);

	T_INT(n, 0, "nothing is found in a domain that is run well");
	for (size_t i = 0; i < n; i++)
		printf("# %s\n", f[i].text->name);
	T_INT(posture_worst(p), GRADE_GOOD, "good");
	T_OK(!posture_is_parked(p), "not parked");
	n = posture_rules(p, &row);
	for (size_t i = 0; i < n; i++)
		T_OK(row[i].state != BULK_UNMET, row[i].name);
	T_INT(row[BULK_SPF].state, BULK_MET, "SPF");
	T_INT(row[BULK_DKIM].state, BULK_MET, "DKIM");
	T_INT(row[BULK_PTR].state, BULK_MET, "PTR");
	T_INT(row[BULK_ALIGNED].state, BULK_UNKNOWN, "reports must tell");
	page(p, true);
	T_SPAN(assay_cstr(posture_text),
	    SPAN("good     d.example: all is well\n"), "a line");
	page(p, false);
	T_OK(shows("d.example: all is well\n"), "a page");
	T_OK(shows("3   include:_spf.esp.example") == false &&
	    shows("2   include:_spf.esp.example\n"), "what SPF spends");
	T_OK(shows("  mta-sts  good    mode enforce\n"), "the file");
	posture_free(p);
	assay_oracle_free(&o);
}

static void
test_parked(void)
{
	const struct posture_case c = { "parked", parked, "" };
	struct assay_oracle o;
	struct posture *p = whole(&o, &c);

	T_INT(posture_worst(p), GRADE_GOOD, "a parked domain, closed");
	T_OK(posture_is_parked(p), "is known as such");
	page(p, false);
	T_OK(shows("d.example (no mail): all is well"), "and called so");
	T_OK(!shows("bulk"), "no rules for senders");
	posture_free(p);
	assay_oracle_free(&o);
}

/* The order of the page, records once, traffic where it is known. */
static void
test_page(void)
{
	const struct posture_case c = { "page", WITH_MX "d.example. TXT "
		"\"v=spf1 mx ptr ?all\"\n_dmarc.d.example. TXT \"v=DMARC1; "
		"p=none\"\n", "" };
	struct posture_finding *f;
	struct assay_oracle o;
	struct posture *p = whole(&o, &c);
	size_t n = posture_findings(p, &f);
	const char *at;

	for (size_t i = 1; i < n; i++)
		T_OK(f[i - 1].grade >= f[i].grade, "the worst first");
	for (size_t i = 0; i < n; i++)
		if (f[i].text->code == FOUND_DMARC_P_NONE)
			f[i].traffic = (struct traffic){ true, 1200, 7,
			    "messages in all" };
	page(p, false);
	T_OK(shows("1200 messages in all, in 7 days."), "traffic");
	at = strstr(posture_text, "d.example. 3600 IN TXT \"v=spf1 mx "
	    "~all\"\n");
	T_OK(at != NULL && at[-1] == '\n', "a record, to be copied");
	T_OK(at != NULL && strstr(at + 1, "\nd.example. 3600 IN TXT") ==
	    NULL, "once");
	T_OK(shows("The record above mends this as well."), "and named");
	T_OK(strstr(posture_text, "spf-ptr") <
	    strstr(posture_text, "dmarc-p-none"), "SPF before DMARC");
	page(p, true);
	T_OK(strncmp(posture_text, "warn     d.example: ", 20) == 0 &&
	    shows(" (spf, dkim, dmarc") && strchr(posture_text, '\n')[1] == 0,
	    "one line");
	posture_json(p);
	T_OK(shows("\"traffic\":{\"messages\":1200,\"days\":7,"
	    "\"what\":\"messages in all\"}"), "JSON");
	posture_free(p);
	assay_oracle_free(&o);
}

static enum posture_refusal
refusal(const struct posture_ask *ask)
{
	enum posture_refusal why;
	struct posture *p;

	if (posture_new(&p, ask, &why) == ASSAY_OK)
		posture_free(p);
	return why;
}

static void
test_refusals(void)
{
	static const char *const names[] = { "", "example", "a..b", "-",
		"a b.example", "x@y.example" };
	struct assay_span selector[20], bad = SPAN("a b");
	struct assay_addr source[20] = { { .family = 4 } };
	struct posture_ask ask = { .domain = SPAN("d.example") };

	for (size_t i = 0; i < 20; i++)
		selector[i] = SPAN("s1");
	T_INT(refusal(&ask), POSTURE_ACCEPTED, "a domain");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ask.domain = assay_cstr(names[i]);
		T_INT(refusal(&ask), POSTURE_NO_DOMAIN, names[i]);
	}
	ask.domain = SPAN("D.Example.");
	T_INT(refusal(&ask), POSTURE_ACCEPTED, "with a dot, in capitals");
	ask.selector = selector;
	ask.n_selector = 17;
	T_INT(refusal(&ask), POSTURE_TOO_MANY, "selectors");
	ask.selector = &bad;
	ask.n_selector = 1;
	T_INT(refusal(&ask), POSTURE_NO_SELECTOR, "a selector");
	ask.n_selector = 0;
	ask.source = source;
	ask.n_source = 11;
	T_INT(refusal(&ask), POSTURE_TOO_MANY, "sources");
}

/* Everybody who can be made to ask: the questions have an end. */
static void
test_hostile(void)
{
	static char zone[200000];
	const struct posture_case c = { "hostile", zone, "" };
	const struct assay_question *q;
	struct assay_oracle o;
	struct posture *p;
	size_t n = 0;

	for (int i = 0; i < 60; i++) {
		n += (size_t)snprintf(zone + n, sizeof(zone) - n,
		    "i%d.example. TXT ( \"v=spf1\"", i);
		for (int k = 0; k < 60; k++)
			n += (size_t)snprintf(zone + n, sizeof(zone) - n,
			    " \" include:i%d.example a:a%d.i%d.example\"",
			    (i + k + 1) % 60, k, i);
		n += (size_t)snprintf(zone + n, sizeof(zone) - n, " )\n");
	}
	for (int i = 0; i < 20; i++)
		n += (size_t)snprintf(zone + n, sizeof(zone) - n,
		    "d.example. MX %d m%d.example.\nm%d.example. A "
		    "198.51.100.%d\n%d.100.51.198.in-addr.arpa. PTR p.\n",
		    i, i, i, i, i);
	snprintf(zone + n, sizeof(zone) - n, "d.example. TXT \"v=spf1 "
	    "mx include:i0.example -all\"\n_dmarc.d.example. TXT "
	    "( \"v=DMARC1; p=none; rua=mailto:a@a.b.c.d.e.f.g.h.i,\" "
	    "\"mailto:a@b.b.c.d.e.f.g.h.j,mailto:a@c.b.c.d.e.f.g.h.k,\" "
	    "\"mailto:a@d.b.c.d.e.f.g.h.l,mailto:a@e.b.c.d.e.f.g.h.m,\" "
	    "\"mailto:a@f.b.c.d.e.f.g.h.n,mailto:a@g.b.c.d.e.f.g.h.o\" )\n");
	p = whole(&o, &c);
	T_INT(posture_questions(p, &q), 0, "nothing is open");
	T_INT(posture_worst(p), GRADE_BAD, "and it is told to be bad");
	page(p, false);
	T_OK(shows("spf-too-large-to-follow"), "as far as it was followed");
	posture_free(p);
	assay_oracle_free(&o);
}

int
main(void)
{
	test_perfect();
	test_parked();
	test_page();
	test_refusals();
	test_hostile();
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/traffic.h"

#include "test/posture_fixture.h"

static const char zone[] = WITH_MX
    "d.example. TXT \"v=spf1 mx a:gone.example ?all\"\n"
    "_dmarc.d.example. TXT \"v=DMARC1; p=none; rua=mailto:a@d.example\"\n"
    "s1._domainkey.d.example. TXT \"v=DKIM1; t=y; k=ed25519; "
    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n";

static struct posture *
made(struct assay_oracle *o)
{
	struct posture_ask ask = { .domain = SPAN("d.example"),
		.now = 1767225600 };
	struct posture *p = NULL;

	T_OK(assay_oracle_zone(o, assay_cstr(zone), NULL, NULL) == ASSAY_OK,
	    "a zone");
	T_OK(posture_new(&p, &ask, NULL) == ASSAY_OK, "a domain");
	posture_warm(p, o);
	T_OK(posture_run(p, NULL, 0) == ASSAY_OK, "done");
	return p;
}

static struct traffic
traffic_of(struct posture *p, enum finding_code code)
{
	struct posture_finding *f;
	size_t n = posture_findings(p, &f);

	for (size_t i = 0; i < n; i++)
		if (f[i].text->code == code)
			return f[i].traffic;
	T_OK(false, finding_text(code)->name);
	return (struct traffic){ .messages = UINT64_MAX };
}

static void
test_touch(void)
{
	const struct posture_sig ours = { SPAN("D.example"),
		SPAN("s1") }, other = { SPAN("d.example"), SPAN("s2") },
	    near = { SPAN("example"), SPAN("s1._domainkey.d") },
	    unsaid = { SPAN("d.example"), { NULL, 0 } };
	const struct posture_row row[] = {
		{ 1, .dkim = true, .spf = true, .sig = &ours, .n_sig = 1 },
		{ 10, .spf = true, .sig = &other, .n_sig = 1 },
		{ 100, .sig = &ours, .n_sig = 1 },
		{ 1000, .below = true, .sig = &near, .n_sig = 1 },
		{ 10000, .dkim = true, .sig = &unsaid, .n_sig = 1 },
	};
	struct assay_oracle o;
	struct posture *p = made(&o);

	T_OK(!traffic_of(p, FOUND_DMARC_P_NONE).known, "nobody told");
	posture_traffic(p, 30);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		posture_touch(p, &row[i]);
	posture_touch_sessions(p, 7);
	T_INT(traffic_of(p, FOUND_SPF_VOID).messages, 10, "SPF alone");
	T_INT(traffic_of(p, FOUND_SPF_NEUTRAL_ALL).messages, 1100,
	    "mail that ?all lets through");
	T_INT(traffic_of(p, FOUND_DKIM_TESTING).messages, 101,
	    "by that selector, in any case, whatever came of it");
	T_INT(traffic_of(p, FOUND_DKIM_ED25519).messages, 10111,
	    "all that is signed as the domain");
	T_INT(traffic_of(p, FOUND_DMARC_P_NONE).messages, 1100, "failing");
	T_INT(traffic_of(p, FOUND_DMARC_NP_MISSING).messages, 1000,
	    "of subdomains");
	T_INT(traffic_of(p, FOUND_STS_NONE).messages, 7, "sessions");
	T_INT(traffic_of(p, FOUND_DNSSEC_NONE).messages, 11111, "all");
	T_INT(traffic_of(p, FOUND_DNSSEC_NONE).days, 30, "days");
	posture_free(p);
	assay_oracle_free(&o);
}

static void
test_receivers(void)
{
	static const struct {
		const char *name;
		enum bulk_receiver who;
	} c[] = {
		{ "google.com", BULK_R_GOOGLE },
		{ "notgoogle.com", BULK_RECEIVERS },
		{ "google.com.example", BULK_RECEIVERS },
		{ "yahooinc.com", BULK_R_YAHOO },
		{ "dmarc.yahoo.com", BULK_R_YAHOO },
		{ "microsoft.com", BULK_R_MICROSOFT },
		{ "", BULK_RECEIVERS },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		T_INT(bulk_receiver_of(assay_cstr(c[i].name)), c[i].who,
		    c[i].name);
}

static void
test_bulk(void)
{
	const struct bulk_source source[] = {
		{ SPAN("a"), 100, 98, 100 }, { SPAN("none"), 0, 0, 0 },
		{ SPAN("b"), 50, 10, 49 },
	}, bad[] = { { SPAN("c"), 100, 97, 97 }, { SPAN("d"), 1, 1, 1 } };
	struct bulk_mail m = { 30, source, 3, { 4999, 0, 1 } };
	const struct bulk_row *row;
	struct assay_oracle o;
	struct posture *p = made(&o);

	T_OK(posture_rules(p, &row) == BULK_RULES, "all rules");
	posture_bulk(p, &m);
	T_INT(row[BULK_ALIGNED].state, BULK_MET, "one in fifty may fail");
	T_INT(row[BULK_ALIGNED].n_share, 2, "who sent nothing is not told");
	T_SPAN(row[BULK_ALIGNED].share[0].name, SPAN("b"), "the worst first");
	T_INT(row[BULK_PASS].state, BULK_UNMET, "one source is enough");
	T_SPAN(row[BULK_PASS].evidence, SPAN("108 of 150 messages of ours "
	    "passed SPF and DKIM, in 30 days"), "in words");
	T_INT(row[BULK_VOLUME].state, BULK_TOLD, "a fact");
	T_SPAN(row[BULK_VOLUME].evidence, SPAN("on the fullest day 4999 to "
	    "Google, 0 to Yahoo, 1 to Microsoft: no bulk sender by these "
	    "reports"),
	    "one less");
	posture_free(p);
	assay_oracle_free(&o);
	p = made(&o);
	(void)posture_rules(p, &row);
	m = (struct bulk_mail){ 30, bad, 2, { 0, 0, 5000 } };
	posture_bulk(p, &m);
	T_INT(row[BULK_ALIGNED].state, BULK_UNMET, "three in a hundred");
	T_SPAN(row[BULK_VOLUME].evidence, SPAN("on the fullest day 0 to "
	    "Google, 0 to Yahoo, 5000 to Microsoft: a bulk sender"), "5,000");
	posture_free(p);
	assay_oracle_free(&o);
	p = made(&o);
	(void)posture_rules(p, &row);
	m.n_source = 0;
	posture_bulk(p, &m);
	T_INT(row[BULK_PASS].state, BULK_UNKNOWN, "nothing of ours");
	posture_free(p);
	assay_oracle_free(&o);
}

int
main(void)
{
	test_touch();
	test_receivers();
	test_bulk();
	return t_done();
}

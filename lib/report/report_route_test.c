/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_route.h"

#include "base/buf.h"
#include "test/t.h"

static const char zone_text[] =
    "[{\"name\":\"_dmarc.shop.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=none\"]},"
    "{\"name\":\"shop.test._report._dmarc.yes.example\",\"type\":\"TXT\","
    "\"values\":[\"v=DMARC1\"]},"
    "{\"name\":\"shop.test._report._dmarc.move.example\",\"type\":\"TXT\","
    "\"values\":[\"v=DMARC1; rua=mailto:one@move.example,"
    "mailto:two@move.example\"]},"
    "{\"name\":\"shop.test._report._dmarc.web.example\",\"type\":\"TXT\","
    "\"values\":[\"v=DMARC1; rua=https://web.example/in\"]},"
    "{\"name\":\"shop.test._report._dmarc.away.example\",\"type\":\"TXT\","
    "\"values\":[\"v=DMARC1; rua=mailto:a@victim.example\"]}]";

/* want: "y address" and so on, one a line */
static const struct {
	const char *label, *rua, *want;
} cases[] = {
	{ "its own", "a@shop.test", "y a@shop.test\n" },
	{ "its organization", "a@mail.shop.test", "y a@mail.shop.test\n" },
	{ "somebody who agreed", "a@yes.example", "y a@yes.example\n" },
	{ "somebody who did not", "a@victim.example",
	  "n a@victim.example\n" },
	{ "in order, each for itself",
	  "a@victim.example,a@shop.test,b@yes.example",
	  "n a@victim.example\ny a@shop.test\ny b@yes.example\n" },
	{ "other addresses of the same host", "a@move.example",
	  "y one@move.example\ny two@move.example\n" },
	{ "no mail there", "a@web.example", "n a@web.example\n" },
	{ "another host: neither", "a@away.example", "n a@away.example\n" },
	{ "each once", "a@shop.test,A@shop.test", "y a@shop.test\n" },
	{ "the first ten", "1@shop.test,2@shop.test,3@shop.test,4@shop.test,"
	  "5@shop.test,6@shop.test,7@shop.test,8@shop.test,9@shop.test,"
	  "10@shop.test,11@shop.test", "y 1@shop.test\ny 2@shop.test\n"
	  "y 3@shop.test\ny 4@shop.test\ny 5@shop.test\ny 6@shop.test\n"
	  "y 7@shop.test\ny 8@shop.test\ny 9@shop.test\ny 10@shop.test\n" },
	{ "no address", "", "" },
};

static struct assay_oracle zone;

/* Every question that is open, then the next step. */
static enum assay_status
run(struct report_route *r, size_t *asked)
{
	enum assay_status st = report_route_step(r);

	while (st == ASSAY_PENDING) {
		struct assay_question q;
		struct assay_answer a;
		size_t i = 0, n = 0;

		for (; report_route_question(r, &i, &q); n++)
			if (zone.ask(zone.self, &q, &a) != ASSAY_OK) {
				a = (struct assay_answer){
					.kind = ASSAY_A_UNKNOWN };
				T_OK(report_route_answer(r, &q, &a),
				    "answered");
			} else if (!report_route_answer(r, &q, &a)) {
				T_OK(false, "answered");
			}
		*asked += n;
		if (n == 0)
			return ASSAY_MISUSE;
		st = report_route_step(r);
	}
	return st;
}

static struct span
print(struct buf *b, const struct destination *d, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_str(b, d[i].answer == DESTINATION_YES ? "y " :
		    d[i].answer == DESTINATION_NO ? "n " : "? ");
		buf_put(b, d[i].address);
		buf_byte(b, '\n');
	}
	return b->len == 0 ? SPAN("") : buf_span(b);
}

static void
test_asks(void)
{
	static const struct { const char *record; enum route_asks want; }
	    asks[] = {
		{ "v=DMARC1; p=none; rua=mailto:x@y.test,mailto:A@b.test",
		    ROUTE_ASKS },
		{ "v=DMARC1; p=none; rua=mailto:a@b.test!10m", ROUTE_ASKS },
		{ "v=DMARC1; p=none; ruf=mailto:a@b.test",
		    ROUTE_ASKS_OTHERS },
		{ "v=DMARC1; p=none; rua=https://a@b.test",
		    ROUTE_ASKS_OTHERS },
		{ "v=DMARC1", ROUTE_ASKS_OTHERS },
		{ "v=spf1 -all", ROUTE_NO_RECORD }, { "", ROUTE_NO_RECORD } };
	struct arena *a = arena_new(1 << 16);

	for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++)
		T_INT(report_route_asks(assay_cstr(asks[i].record),
		    SPAN("a@b.test"), a), asks[i].want, asks[i].record);
	arena_delete(a);
}

int
main(void)
{
	static const struct assay_options options;
	const struct destination *d;
	uint8_t room[2000];

	if (assay_oracle_zone(&zone, assay_cstr(zone_text), NULL, NULL) !=
	    ASSAY_OK)
		return 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct report_route *r = report_route_new(&options, false,
		    SPAN("shop.test"), assay_cstr(cases[i].rua));
		struct buf b = BUF_ON(room);
		size_t asked = 0, n;

		T_INT(run(r, &asked), ASSAY_OK, cases[i].label);
		n = report_route_known(r, &d);
		T_SPAN(print(&b, d, n),
		    assay_cstr(cases[i].want), cases[i].label);
		b.len = 0;
		T_INT(report_route_unknown(r, "late", &d) > 0,
		    cases[i].rua[0] != '\0', "when nobody answers");
		report_route_free(r);
	}
	{
		struct report_route *r = report_route_new(&options, true,
		    SPAN("shop.test"), SPAN("a@shop.test,a@victim.example,"
		    "a@yes.example,a@move.example"));
		struct buf b = BUF_ON(room);
		size_t asked = 0, n;

		T_INT(run(r, &asked), ASSAY_OK, "failure reports");
		n = report_route_known(r, &d);
		/* RFC 9991 5: its ruf, not its rua, may name others */
		T_SPAN(print(&b, d, n), SPAN("y a@shop.test\n"
		    "n a@victim.example\ny a@yes.example\n"
		    "y a@move.example\n"), "go to who agreed");
		report_route_free(r);
	}
	T_SPAN(report_family(SPAN("a.b.shop.test")), SPAN("shop.test"), "two");
	T_SPAN(report_family(SPAN("shop.test")), SPAN("shop.test"), "itself");
	T_SPAN(report_family(SPAN("test")), SPAN("test"), "one");
	{
		struct report_route *r = report_route_new(&options, false,
		    SPAN("no domain"), SPAN("a@b.test"));
		size_t asked = 0;

		T_INT(run(r, &asked), ASSAY_OK, "no domain");
		T_INT(report_route_known(r, &d), 0, "no report");
		report_route_free(r);
	}
	assay_oracle_free(&zone);
	test_asks();
	return t_done();
}

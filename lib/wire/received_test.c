/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/received.h"

#include "test/t.h"
#include "wire/addr.h"

static const struct {
	const char *label, *value, *helo, *client, *by, *with;
} table[] = {
	{ "Postfix", " from mx.a.example (rev.a.example [192.0.2.1])\r\n"
	    "\tby mx.b.example (Postfix) with ESMTPS id 4ABC\r\n"
	    "\tfor <u@b.example>; Thu, 1 Jan 2026 00:00:00 +0000",
	    "mx.a.example", "192.0.2.1", "mx.b.example", "ESMTPS" },
	{ "Postfix, unknown", "from [10.0.0.1] (unknown [203.0.113.5]) by x "
	    "with SMTP", "[10.0.0.1]", "203.0.113.5", "x", "SMTP" },
	{ "Postfix, IPv6", "from a.example (a.example [IPv6:2001:db8::1]) by "
	    "b.example (Postfix) with ESMTP", "a.example", "2001:db8::1",
	    "b.example", "ESMTP" },
	{ "Sendmail, forged", "from h.example (r.example [192.0.2.1] (may be "
	    "forged)) by s.example (8.17/8.17) with ESMTP", "h.example",
	    "192.0.2.1", "s.example", "ESMTP" },
	{ "Exim", "from r.example ([192.0.2.1] helo=h.example) by e.example "
	    "with esmtps (TLS1.3) (Exim 4.96)", "h.example", "192.0.2.1",
	    "e.example", "esmtps" },
	{ "Exim, port", "from r.example ([192.0.2.1]:4711 helo=h.example) by "
	    "e.example with esmtp", "h.example", "192.0.2.1", "e.example",
	    "esmtp" },
	{ "Exim, no name", "from [203.0.113.5] (helo=[10.0.0.1]) by e.example "
	    "with smtp", "[10.0.0.1]", "203.0.113.5", "e.example", "smtp" },
	{ "Exim, no name, no helo", "from [203.0.113.5] by e.example with smtp",
	    "[203.0.113.5]", "203.0.113.5", "e.example", "smtp" },
	{ "qmail", "from unknown (HELO h.example) (192.0.2.1) by q.example "
	    "with SMTP; 1 Jan 2026", "h.example", "192.0.2.1", "q.example",
	    "SMTP" },
	{ "qmail, lying HELO", "from unknown (HELO 10.0.0.1) (me@192.0.2.1) "
	    "by q.example with SMTP", "10.0.0.1", "192.0.2.1", "q.example",
	    "SMTP" },
	{ "Exchange", "from A.example (192.0.2.1) by B.example (192.0.2.2) "
	    "with Microsoft SMTP Server", "A.example", "192.0.2.1",
	    "B.example", "Microsoft" },
	{ "LMTP, no address", "from b.example by b.example with LMTP id x",
	    "b.example", NULL, "b.example", "LMTP" },
	{ "submitted", "by b.example (Postfix, from userid 1000) id x; date",
	    NULL, NULL, "b.example", NULL },
	{ "a literal is no proof", "from [10.0.0.1] (unknown) by x with SMTP",
	    "[10.0.0.1]", NULL, "x", "SMTP" },
	{ "not behind the date", "by x; from y ([192.0.2.1])", NULL, NULL,
	    "x", NULL },
	{ "comment first", "(c) from (d) h (r [192.0.2.1]) by (e) x", "h",
	    "192.0.2.1", "x", NULL },
	{ "by comment is not from", "from h by x (y [192.0.2.1])", "h", NULL,
	    "x", NULL },
	{ "open comment", "from h (r [192.0.2.1] by x", "h", "192.0.2.1",
	    NULL, NULL },
	{ "quoted pair", "from h (r \\) [192.0.2.1]) by x", "h", "192.0.2.1",
	    "x", NULL },
	{ "first address wins", "from h (r [192.0.2.1] [192.0.2.2]) by x",
	    "h", "192.0.2.1", "x", NULL },
	{ "bad address", "from h (r [192.0.2.256]) by x", "h", NULL, "x",
	    NULL },
	{ "nothing", "", NULL, NULL, NULL, NULL },
	{ "date only", " ; Thu, 1 Jan 2026", NULL, NULL, NULL, NULL },
	{ "from only", "from", NULL, NULL, NULL, NULL },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct received r;
		uint8_t text[ADDR_TEXT];
		struct buf b = BUF_ON(text);
		bool any = received_parse(&r, assay_cstr(table[i].value));

		addr_print(&b, &r.client);
		T_OK(any == (table[i].by != NULL || table[i].helo != NULL),
		    table[i].label);
		T_SPAN(r.helo, assay_cstr(table[i].helo), table[i].label);
		T_SPAN(b.len > 0 ? buf_span(&b) : SPAN_NONE,
		    assay_cstr(table[i].client), table[i].label);
		T_SPAN(r.by, assay_cstr(table[i].by), table[i].label);
		T_SPAN(r.with, assay_cstr(table[i].with), table[i].label);
	}
	return t_done();
}

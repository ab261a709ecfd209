/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_author.h"

#include <stdlib.h>

#include "eval.h"
#include "test/t.h"

static void
wrote(const char *fields, const char *want)
{
	struct assay_session s = { .now = 1700000000 };
	struct assay_eval *ev;
	struct span got;
	char text[1000];

	snprintf(text, sizeof(text), "%s\r\n\r\nhello\r\n", fields);
	if (assay_eval_new(&ev, &s, NULL, NULL, NULL) != ASSAY_OK ||
	    assay_eval_data(ev, assay_cstr(text)) != ASSAY_OK ||
	    assay_eval_end(ev) != ASSAY_OK)
		exit(1);
	got = report_author(ev);
	T_SPAN(got, assay_cstr(want), want == NULL ? "none" : want);
	assay_eval_free(ev);
}

int
main(void)
{
	static const struct { const char *text; bool valid; } forms[] = {
		{ "a@b.example", true }, { "b.example", true },
		{ "a.b+c=d@b.example", true }, { "", false }, { "@", false },
		{ "@b.example", false }, { "a@", false }, { "a b@c.d", false },
		{ "a..b@c.d", false }, { ".a@c.d", false },
		{ "a.@c.d", false }, { "a@b@c.d", false },
		{ "A@c.d", false }, { "a\n@c.d", false },
		{ "a@c.d\n", false }, { "\"a\"@c.d", false },
		{ "0123456789012345678901234567890123456789012345678901234567"
		  "8901234@c.d", false } };

	wrote("From: Jo <Jo.Doe+x@Reporter.example>\r\n",
	    "jo.doe+x@reporter.example");
	wrote("From: \"jo\"@r.example", "jo@r.example");
	wrote("From: \"j o\"@r.example", NULL);
	wrote("From: \"j@o\"@r.example", NULL);
	wrote("From: j\303\266@r.example", NULL);
	wrote("From: a@r.example, b@r.example", NULL);
	wrote("From: a@r.example\r\nFrom: b@r.example", NULL);
	wrote("From: a@[192.0.2.1]", NULL);
	wrote("From: nobody", NULL);
	wrote("Subject: x", NULL);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		T_INT(report_author_valid(assay_cstr(forms[i].text)),
		    forms[i].valid, "form");
	return t_done();
}

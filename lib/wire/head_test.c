/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/head.h"

#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	const char *out;	/* "name=value;" of each field */
} cases[] = {
	{ "CRLF", SPAN_INIT("A: b\r\nC:d\r\n\r\nE: f\r\n"), "A= b;C=d;" },
	{ "LF alone", SPAN_INIT("A: b\nC:d\n\nE: f\n"), "A= b;C=d;" },
	{ "folded", SPAN_INIT("A: b\n c\r\n\td\nE: f"),
	    "A= b\n c\r\n\td;E= f;" },
	{ "white space before the colon", SPAN_INIT("A \t: b\n"), "A= b;" },
	{ "mbox line", SPAN_INIT("From a@x.test Tue Apr 30 02:09:16 2019\n"
	    "A: b\n"), "A= b;" },
	{ "junk between", SPAN_INIT("A: b\nno colon\n: c\n d\nE: f\n"),
	    "A= b;E= f;" },
	{ "nothing behind the colon", SPAN_INIT("A:\nB: \r\n"), "A=;B= ;" },
	{ "no header", SPAN_INIT("\r\nA: b\r\n"), "" },
	{ "nothing", SPAN_INIT(""), "" },
};

int
main(void)
{
	ROOM(room, 200);
	struct span s = SPAN("A: b\n c\nb:  d \n\nbody");
	struct span message = s, header = head_take(&message);
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = BUF_ON(room);
		struct span rest = cases[i].in;
		struct field f;

		while (head_next(&rest, &f)) {
			buf_put(&b, f.name);
			buf_byte(&b, '=');
			buf_put(&b, f.value);
			buf_byte(&b, ';');
		}
		T_SPAN(buf_span(&b), assay_cstr(cases[i].out),
		    cases[i].label);
	}
	T_SPAN(header, SPAN("A: b\n c\nb:  d \n"), "header taken");
	T_SPAN(message, SPAN("body"), "... the body is left");
	T_SPAN(head_value(header, SPAN("B")), SPAN("d"), "value");
	T_OK(span_absent(head_value(header, SPAN("C"))), "no such field");
	T_SPAN(head_tidy(head_value(header, SPAN("A")), &a), SPAN("b c"),
	    "unfolded");
	T_SPAN(head_tidy(SPAN(" a\x01" "b\r\n\tc  d\x7f "), &a),
	    SPAN("a b c d"), "controls become spaces");
	T_OK(head_tidy(s, &a).ptr != s.ptr, "a copy");
	T_OK(head_tidy(span_head(s, 4), &a).ptr == s.ptr, "no copy");
	T_SPAN(head_tidy(SPAN(" \r\n"), &a), SPAN(""), "blank");
	message = SPAN("A: b");
	T_SPAN(head_take(&message), SPAN("A: b"), "a header without an end");
	T_INT(message.len, 0, "... has no body");
	arena_free(&a);
	return t_done();
}

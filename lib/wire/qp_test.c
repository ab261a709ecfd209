/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/qp.h"

#include "test/t.h"

static const struct {
	const char *label;
	struct span in, want;
	bool word, clean;
} cases[] = {
	{ "plain", SPAN_INIT("abc"), SPAN_INIT("abc"), false, true },
	{ "octets", SPAN_INIT("a=3D=C3=BC"), SPAN_INIT("a=\xc3\xbc"), false,
	    true },
	{ "lower case", SPAN_INIT("=c3=bc"), SPAN_INIT("\xc3\xbc"), false,
	    true },
	{ "NUL", SPAN_INIT("a=00b"), SPAN_INIT("a\0b"), false, true },
	{ "soft line break", SPAN_INIT("a=\r\nb"), SPAN_INIT("ab"), false,
	    true },
	{ "with white space", SPAN_INIT("a= \t\r\nb"), SPAN_INIT("ab"),
	    false, true },
	{ "white space at the end", SPAN_INIT("a \t\r\nb  c "),
	    SPAN_INIT("a\r\nb  c"), false, true },
	{ "bad escape stays", SPAN_INIT("a=zzb="), SPAN_INIT("a=zzb="),
	    false, false },
	{ "underscore", SPAN_INIT("a_b"), SPAN_INIT("a_b"), false, true },
	{ "underscore in a word", SPAN_INIT("a_b=5F"), SPAN_INIT("a b_"),
	    true, true },
	{ "empty", SPAN_INIT(""), SPAN_INIT(""), false, true },
};

int
main(void)
{
	uint8_t room[500], text[200];
	struct buf b = BUF_ON(room);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool clean;

		b.len = 0;
		clean = cases[i].word ? qp_decode_word(&b, cases[i].in) :
		    qp_decode(&b, cases[i].in);
		T_OK(clean == cases[i].clean, cases[i].label);
		T_SPAN(buf_span(&b), cases[i].want, cases[i].label);
	}
	memset(text, 0xfc, 80);
	b.len = 0;
	qp_encode(&b, (struct span){ text, 80 });
	T_INT(b.len, 80 * 3 + 3 * 3, "lines of at most 76");
	b.len = 0;
	qp_encode(&b, SPAN("a \r\nb\rc= d "));
	T_SPAN(buf_span(&b), SPAN("a=20\r\nb=0Dc=3D d=20"), "encode");
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The samples of RFC 3492 7.1, and what is no Punycode. */
#include "wire/punycode.h"

#include "test/t.h"
#include "wire/utf8.h"

static const struct test {
	const char *label, *text, *want;	/* NULL: refused */
} tests[] = {
	{ "(A) Arabic", "egbpdaj6bu4bxfgehfvwxn",
	  "\u0644\u064a\u0647\u0645\u0627\u0628\u062a\u0643\u0644\u0645\u0648"
	  "\u0634\u0639\u0631\u0628\u064a\u061f" },
	{ "(B) Chinese", "ihqwcrb4cv8a8dqg056pqjye",
	  "\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587" },
	{ "(D) Czech", "proprostnemluvesky-uyb24dma41a",
	  "pro\u010dprost\u011bnemluv\u00ed\u010desky" },
	{ "(L) Japanese with ASCII", "3b-ww4c5e180e575a65lsy2b",
	  "3\u5e74b\u7d44\u91d1\u516b\u5148\u751f" },
	{ "(R) Japanese", "d9juau41awczczp",
	  "\u305d\u306e\u30b9\u30d4\u30fc\u30c9\u3067" },
	{ "(S) ASCII alone", "-> $1.00 <--", "-> $1.00 <-" },
	{ "digits in upper case", "MNCHEN-3YA", "m\u00fcnchen" },
	{ "beyond the BMP", "ls8h", "\U0001f4a9" },
	{ "nothing", "", "" },
	{ "a delta without an end", "mnchen-3y", NULL },
	{ "no digit", "mnchen-3 a", NULL },
	{ "an octet that is none", "a-\xc3\xa4", NULL },
	{ "a character above Unicode", "99999", NULL },
	{ "a delta above 32 bits", "999999999999999999b", NULL },
	{ "a surrogate", "ib9b", NULL },
};

static void
row(const struct test *t)
{
	uint8_t room[400];
	struct buf shown = BUF_ON(room);
	struct points p;
	bool ok = punycode_read(&p, assay_cstr(t->text));

	if (t->want == NULL) {
		T_OK(!ok, t->label);
		return;
	}
	for (size_t i = 0; ok && i < p.n; i++)
		utf8_put(&shown, p.c[i]);
	T_SPAN(ok ? buf_span(&shown) : SPAN_NONE, assay_cstr(t->want),
	    t->label);
}

int
main(void)
{
	struct points p;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		row(&tests[i]);
	T_OK(label_read(&p, SPAN("XN--bcher-kva")) && p.n == 6 &&
	    p.c[1] == 0xfc, "an A-label");
	T_OK(label_read(&p, SPAN("Buecher")) && p.n == 7 && p.c[0] == 'b',
	    "a label of ASCII");
	T_OK(!label_read(&p, SPAN("xn--a b")) && p.n == 7,
	    "no Punycode: as it stands");
	T_OK(!label_read(&p, SPAN("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")) && p.n == 64,
	    "longer than a label: cut");
	return t_done();
}

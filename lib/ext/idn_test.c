/* SPDX-License-Identifier: Apache-2.0 */
#include "ext/idn.h"

#include "base/limits.h"
#include "test/t.h"

static const struct {
	const char *label, *in, *want;	/* want NULL: refused */
} cases[] = {
	{ "German", "b\xc3\xbc" "cher.example", "xn--bcher-kva.example" },
	{ "sharp s is a letter of its own (RFC 5894)",
	    "stra\xc3\x9f" "e.example", "xn--strae-oqa.example" },
	{ "not in normal form C", "bu\xcc\x88" "cher.example",
	    "xn--bcher-kva.example" },
	{ "ASCII letters in upper case", "B\xc3\xbc" "CHER.Example",
	    "xn--bcher-kva.example" },
	{ "right to left", "\xd7\x90\xd7\x91.example", "xn--4dbc.example" },
	{ "underscore beside a U-label", "_dmarc.b\xc3\xbc" "cher.example",
	    "_dmarc.xn--bcher-kva.example" },
	{ "zero width space", "le\xe2\x80\x8bgit.example", NULL },
	{ "soft hyphen", "le\xc2\xad" "git.example", NULL },
	{ "right-to-left override", "le\xe2\x80\xaegit.example", NULL },
	{ "en quad", "legit.example\xe2\x80\x80", NULL },
	{ "Bidi rule broken (RFC 5893)", "a\xd7\x90.example", NULL },
	{ "full width", "\xef\xbd\x8c" "egit.example", NULL },
	{ "full-width stop", "legit\xef\xbc\x8e" "example", NULL },
	{ "emoji", "\xf0\x9f\x98\x80.example", NULL },
	{ "not UTF-8", "b\xfc" "cher.example", NULL },
	{ "cut short", "b\xc3", NULL },
	{ "surrogate", "\xed\xa0\x80.example", NULL },
	{ "joiner out of context", "a\xe2\x80\x8d" "b.example", NULL },
};

int
main(void)
{
	static uint8_t big[LIMIT_IDN_INPUT + 1];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t room[300];
		struct buf out = BUF_ON(room);
		bool ok = idn_to_ascii(&out, assay_cstr(cases[i].in));

		T_OK(ok == (cases[i].want != NULL), cases[i].label);
		if (ok && cases[i].want != NULL)
			T_SPAN(buf_span(&out), assay_cstr(cases[i].want),
			    cases[i].label);
	}
	{
		uint8_t room[4];
		struct buf out = BUF_ON(room);

		T_OK(!idn_to_ascii(&out, SPAN("b\xc3\xbc" "cher")),
		    "no room for the answer");
		T_OK(!idn_to_ascii(&out, SPAN("a\0b\xc3\xbc")), "NUL");
		memset(big, 0xc3, sizeof(big));
		T_OK(!idn_to_ascii(&out, (struct span){ big, sizeof(big) }),
		    "too long");
	}
	{
		uint8_t room[40];
		struct buf out = BUF_ON(room);

		T_OK(idn_map_to_ascii(&out, SPAN("\xef\xbc\xa1\xe3\x80\x82"
		    "B\xc2\xad\xe2\x80\x8b\xc3\x9c.example")),
		    "as browsers do it");
		T_SPAN(buf_span(&out), SPAN("a.xn--b-eha.example"),
		    "full-width letters and dots, capitals, what hides");
	}
	return t_done();
}

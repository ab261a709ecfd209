/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/bimi_record.h"

#include "test/t.h"

#define L "l=https://d.example/logo.svg"

static const struct {
	const char *text;
	bool is_record;
	enum bimi_flaw flaw;
	const char *what;
	bool svg, personal, declined;
} cases[] = {
	{ "v=BIMI1; " L, true, BIMI_OK, NULL, true, false, false },
	{ "v=BIMI1;" L ";a=https://d.example/v.pem;", true, BIMI_OK, NULL,
	  true, false, false },
	{ " v = BIMI1 ; " L, true, BIMI_OK, NULL, true, false, false },
	{ "v=BIMI1; l=https://d.example/a/b.SVGZ?x=1#y", true, BIMI_OK,
	  NULL, true, false, false },
	{ "v=BIMI1; l=https://d.example/logo.png", true, BIMI_OK, NULL,
	  false, false, false },
	{ "v=BIMI1; " L "; avp=personal", true, BIMI_OK, NULL, true, true,
	  false },
	{ "v=BIMI1; " L "; avp=brand; lps=", true, BIMI_OK, NULL, true,
	  false, false },
	{ "v=BIMI1; l=; a=; lps=brand-indicators-;", true, BIMI_OK, NULL,
	  false, false, true },
	{ "v=BIMI1; " L "; lps=a-1 , b", true, BIMI_OK, NULL, true, false,
	  false },
	{ "v=BIMI1; l=", true, BIMI_OK, NULL, false, false, true },
	{ "v=BIMI1; l=; a=https://d.example/v.pem", true, BIMI_OK, NULL,
	  false, false, false },
	{ "v=BIMI1; " L "; new=1", true, BIMI_OK, NULL, true, false, false },
	/* mistakes */
	{ "v=BIMI1", true, BIMI_NO_LOCATION, "v=BIMI1", false, false,
	  false },
	{ "v=BIMI1; L=https://d.example/l.svg", true, BIMI_NO_LOCATION,
	  "v=BIMI1; L=https://d.example/l.svg", false, false, false },
	{ "v=BIMI1; l=http://d.example/l.svg", true, BIMI_BAD_URI,
	  "http://d.example/l.svg", true, false, false },
	{ "v=BIMI1; l=https:/d.example/l.svg", true, BIMI_BAD_URI,
	  "https:/d.example/l.svg", true, false, false },
	{ "v=BIMI1; l=https://host/l.svg", true, BIMI_BAD_URI,
	  "https://host/l.svg", true, false, false },
	{ "v=BIMI1; l=https://d.example/a,b.svg", true, BIMI_BAD_URI,
	  "https://d.example/a,b.svg", true, false, false },
	{ "v=BIMI1; " L "; a=vmc.pem", true, BIMI_BAD_URI, "vmc.pem", true,
	  false, false },
	{ "v=BIMI1; " L "; lps=a_b", true, BIMI_BAD_PREFIX, "a_b", true,
	  false, false },
	{ "v=BIMI1; " L "; lps=a,,b", true, BIMI_BAD_PREFIX, "a,,b", true,
	  false, false },
	{ "v=BIMI1; " L "; avp=Brand", true, BIMI_BAD_AVATAR, "Brand", true,
	  false, false },
	{ "v=BIMI1; " L "; hello", true, BIMI_TAGS, " hello", false, false,
	  false },
	/* none */
	{ "v=bimi1; " L, false, 0, NULL, false, false, false },
	{ "v=BIMI2; " L, false, 0, NULL, false, false, false },
	{ "V=BIMI1; " L, false, 0, NULL, false, false, false },
	{ L "; v=BIMI1", false, 0, NULL, false, false, false },
	{ "", false, 0, NULL, false, false, false },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span text = assay_cstr(cases[i].text);
		struct bimi_record r;
		struct arena a;

		arena_init(&a, 1 << 20);
		T_OK(bimi_is_record(text) == cases[i].is_record,
		    cases[i].text);
		if (cases[i].is_record) {
			bimi_record_parse(&r, text, &a);
			T_INT(r.flaw, cases[i].flaw, cases[i].text);
			T_SPAN(r.what, assay_cstr(cases[i].what),
			    cases[i].text);
			T_OK(r.svg == cases[i].svg, cases[i].text);
			T_OK(r.personal == cases[i].personal, cases[i].text);
			T_OK(r.declined == cases[i].declined, cases[i].text);
		}
		arena_free(&a);
	}
	for (enum bimi_flaw f = BIMI_OK; f <= BIMI_BAD_AVATAR; f++)
		T_OK(*bimi_flaw_text(f) != '\0', "a clause");
	return t_done();
}

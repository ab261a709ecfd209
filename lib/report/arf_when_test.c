/* SPDX-License-Identifier: Apache-2.0 */
#include "report/arf_when.h"

#include "check/dmarc_record.h"
#include "test/t.h"

#define N ASSAY_NONE
#define P ASSAY_PASS
#define F ASSAY_FAIL
#define S ASSAY_SOFTFAIL
#define T ASSAY_TEMPERROR
#define E ASSAY_PERMERROR
#define U ASSAY_NEUTRAL

enum { NO = 0, M = ARF_WANT_DMARC, K = ARF_WANT_DKIM, W = ARF_WANT_SPF };

/* fo, aligned DKIM and SPF, results of SPF and of two signatures. */
static const struct {
	uint8_t fo;
	bool dkim, spf;
	enum assay_result result, sig[2];
	unsigned want;
} cases[] = {
	{ FO_0, false, false, F, { N, N }, M },
	{ FO_0, false, false, P, { P, N }, M },	/* passed, not aligned */
	{ FO_0, true, false, F, { P, F }, NO },
	{ FO_0, false, true, P, { F, F }, NO },
	{ FO_0, true, true, P, { P, N }, NO },
	{ FO_1, false, false, F, { F, N }, M },
	{ FO_1, true, false, F, { P, N }, M },
	{ FO_1, false, true, P, { N, N }, M },
	{ FO_1, true, true, P, { P, F }, NO },
	{ FO_D, true, true, P, { P, F }, K },
	{ FO_D, false, false, F, { F, N }, K },
	{ FO_D, false, false, F, { N, N }, NO },
	{ FO_D, false, false, F, { U, T }, NO },
	{ FO_D, false, false, F, { E, N }, K },
	{ FO_S, true, true, F, { P, N }, W },
	{ FO_S, true, false, S, { P, N }, W },
	{ FO_S, true, false, E, { P, N }, W },
	{ FO_S, false, false, N, { F, N }, NO },
	{ FO_S, false, false, U, { F, N }, NO },
	{ FO_0 | FO_D | FO_S, false, false, F, { F, N }, M | K | W },
	{ FO_0 | FO_D, true, false, F, { P, F }, K },
	{ FO_1 | FO_S, true, false, F, { P, N }, M | W },
	{ FO_D | FO_S, false, false, P, { P, N }, NO },
	/* an answer is missing */
	{ FO_0, false, false, T, { F, N }, NO },
	{ FO_0, false, false, F, { F, T }, NO },
	{ FO_1, true, false, T, { P, N }, NO },
	{ FO_1, true, false, F, { P, T }, M },
	{ FO_0 | FO_D, false, false, T, { F, N }, K },
	{ 0, false, false, F, { F, N }, NO },
};

int
main(void)
{
	struct arf_case c = { .fo = FO_0, .ruf = true, .spf = F };
	const char *why;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char label[40];
		struct arf_case one = { .fo = cases[i].fo, .ruf = true,
		    .aligned_dkim = cases[i].dkim,
		    .aligned_spf = cases[i].spf, .spf = cases[i].result,
		    .dkim = cases[i].sig, .n_dkim = 2 };

		snprintf(label, sizeof(label), "row %zu", i);
		T_INT(arf_when(&one, &why), cases[i].want, label);
		T_OK(*why != '\0', label);
	}
	T_INT(arf_when(&c, NULL), M, "wanted");
	c.ruf = false;
	T_INT(arf_when(&c, &why), NO, "nobody to send it to");
	c = (struct arf_case){ .fo = FO_0, .ruf = true, .psd = true };
	T_INT(arf_when(&c, &why), NO, "psd=y");
	c = (struct arf_case){ .fo = FO_0, .ruf = true, .null_path = true };
	T_INT(arf_when(&c, &why), NO, "a bounce");
	c = (struct arf_case){ .fo = FO_0, .ruf = true, .report = true };
	T_INT(arf_when(&c, &why), NO, "a report");
	T_SPAN(assay_cstr(why), SPAN("the message is a report itself"),
	    "... and why");
	c = (struct arf_case){ .fo = FO_0, .ruf = true, .ours = true };
	T_INT(arf_when(&c, &why), NO, "our own");
	return t_done();
}

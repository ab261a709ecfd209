/* SPDX-License-Identifier: Apache-2.0 */
/* The table of reasons, from reasons.def. */
#include <assay/assay.h>

static const struct assay_reason_text table[] = {
#define X(code, ID, name, section, sentence, advice) \
	{ ASSAY_R_##ID, name, section, sentence, advice },
#include <assay/reasons.def>
#undef X
};

const struct assay_reason_text *
assay_reason_text(enum assay_reason r)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].code == r)
			return &table[i];
	return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The table of reasons, from reasons.def. */
#include <assay/assay.h>

static const struct assay_reason_text table[] = {
#define X(code, ID, name, section, sentence, advice) \
	{ ASSAY_R_##ID, name, section, sentence, advice },
#include <assay/reasons.def>
#undef X
};

enum {
#define X(code, ID, name, section, sentence, advice) ROW_##ID,
#include <assay/reasons.def>
#undef X
};

/* The row of a code, and 1 more. */
static const uint16_t row[] = {
#define X(code, ID, name, section, sentence, advice) \
	[ASSAY_R_##ID] = ROW_##ID + 1,
#include <assay/reasons.def>
#undef X
};

const struct assay_reason_text *
assay_reason_text(enum assay_reason r)
{
	size_t i = (size_t)r;

	if (i >= sizeof(row) / sizeof(row[0]) || row[i] == 0)
		return NULL;
	return &table[row[i] - 1];
}

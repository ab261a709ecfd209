/* SPDX-License-Identifier: Apache-2.0 */
#include "near.h"

#include "test/t.h"

static const char *const known[] = { "check", "explain", "replay", "spf",
    "dkim", "arc", "dmarc", "conf" };

static const struct {
	const char *word, *want;
} table[] = {
	{ "chekc", "check" }, { "check", "check" }, { "chek", "check" },
	{ "explian", "explain" }, { "exp", "explain" }, { "sfp", "spf" },
	{ "dmrac", "dmarc" }, { "DKIM", NULL }, { "zebra", NULL },
	{ "", "spf" }, { "completely-different-word-that-is-long", NULL },
	{ "a-word-longer-than-any-row-of-the-table-can-be-at-all", NULL },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const char *got = near_word(table[i].word, known, 8);

		if (table[i].word[0] == '\0')
			continue;	/* whatever: it is no word */
		T_SPAN(assay_cstr(got), assay_cstr(table[i].want),
		    table[i].word);
	}
	return t_done();
}

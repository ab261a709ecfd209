/* SPDX-License-Identifier: Apache-2.0 */
#include "csv.h"

#include <string.h>

#include "wire/utf8.h"

/* = + - @ TAB CR LF begin a formula, and so do the wide forms of the first
 * four, U+FF1D and so on; quotes do not help against that. */
static bool
is_formula(struct assay_span cell)
{
	int32_t c = utf8_next(&cell);

	return (c > 0 && c < 0x80 && strchr("=+-@\t\r\n", c) != NULL) ||
	    c == 0xff1d || c == 0xff0b || c == 0xff0d || c == 0xff20;
}

/* Line ends and TAB are of a cell. */
static bool
is_safe(int32_t c)
{
	enum utf8_kind kind = c < 0 ? UTF8_CONTROL : utf8_kind((uint32_t)c);

	return c == '\n' || c == '\r' || c == '\t' || (kind !=
	    UTF8_CONTROL && kind != UTF8_BIDI);
}

void
csv_cell(struct text *t, struct assay_span cell)
{
	text_str(t, is_formula(cell) ? "\"'" : "\"");
	while (cell.len > 0) {
		const uint8_t *from = cell.ptr;
		int32_t c = utf8_next(&cell);

		if (!is_safe(c))
			text_str(t, "\xef\xbf\xbd");
		else if (c == '"')
			text_str(t, "\"\"");
		else
			text_put(t, from, (size_t)(cell.ptr - from));
	}
	text_str(t, "\"");
}

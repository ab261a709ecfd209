/* SPDX-License-Identifier: Apache-2.0 */
#include "report/mail_word.h"

#include "base/ascii.h"

bool
mail_line(struct span s, size_t most)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(span_at(s, i)) && span_at(s, i) != ' ')
			return false;
	return s.len > 0 && s.len <= most;
}

bool
mail_word(struct span s, size_t most)
{
	return mail_line(s, most) && !span_has(s, ' ') && !span_has(s, '<') &&
	    !span_has(s, '>') && !span_has(s, '"') && !span_has(s, '\\');
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "octets.h"

#include "base/cur.h"
#include "base/limits.h"

/* One pass over the text, before anything is allocated for it: jansson
 * takes some fifty octets for each value. */
static const char *
out_of_bounds(struct span text)
{
	struct cur c = cur_of(text);
	unsigned depth = 0, values = 1;
	bool string = false;

	if (text.len > LIMIT_RECORD_BYTES)
		return "too long";
	while (!cur_end(&c)) {
		int o = cur_byte(&c);

		if (string && o == '\\')
			cur_byte(&c);
		else if (o == '"')
			string = !string;
		else if (string)
			continue;
		else if (o == '[' || o == '{') {
			values++;
			depth++;
		} else if (o == ',')
			values++;
		else if ((o == ']' || o == '}') && depth > 0)
			depth--;
		if (depth > LIMIT_RECORD_DEPTH)
			return "nested too deeply";
		if (values > LIMIT_RECORD_VALUES)
			return "too many values";
	}
	return NULL;
}

json_t *
octets_load(struct span text, unsigned *line, const char **why)
{
	const char *wrong = out_of_bounds(text);
	json_error_t e = { .line = 1 };
	json_t *root = NULL;

	if (wrong == NULL) {
		root = json_loadb((const char *)text.ptr, text.len,
		    JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &e);
		if (root == NULL)
			wrong = "not JSON";
	}
	if (why != NULL)
		*why = wrong;
	if (line != NULL)
		*line = e.line > 0 ? (unsigned)e.line : 1;
	return root;
}

bool
octets_of(struct buf *out, const json_t *string)
{
	struct cur c = cur_of((struct span){
	    (const uint8_t *)json_string_value(string),
	    json_string_length(string) });

	if (!json_is_string(string))
		return false;
	while (!cur_end(&c)) {
		int o = cur_byte(&c);

		if (o > 0xc3)
			return false;
		/* jansson has checked that a second octet follows */
		if (o >= 0xc2)
			o = (o & 3) << 6 | (cur_byte(&c) & 0x3f);
		buf_byte(out, (uint8_t)o);
	}
	return !out->full;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "octets.h"

#include "base/cur.h"
#include "base/limits.h"

/* jansson takes some fifty octets for each value. */
const char *
octets_bounds(struct span text, size_t most, unsigned max_values,
    unsigned max_depth)
{
	struct cur c = cur_of(text);
	unsigned depth = 0, values = 1;
	bool string = false;

	if (text.len > most)
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
		if (depth > max_depth)
			return "nested too deeply";
		if (values > max_values)
			return "too many values";
	}
	return NULL;
}

json_t *
octets_load(struct span text, unsigned *line, const char **why)
{
	const char *wrong = octets_bounds(text, LIMIT_RECORD_BYTES,
	    LIMIT_RECORD_VALUES, LIMIT_RECORD_DEPTH);
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

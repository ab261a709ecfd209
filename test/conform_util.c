/* SPDX-License-Identifier: Apache-2.0 */
/* What the kinds of conform share: members, files, text. */
#include "test/conform.h"

#include <stdio.h>

void
row_error(struct row *r, const char *what, const char *which)
{
	if (r->error[0] == '\0')
		snprintf(r->error, sizeof(r->error), "%s %.300s", what, which);
}

struct span
json_text(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);

	if (!json_is_string(v))
		return SPAN_NONE;
	return (struct span){ (const uint8_t *)json_string_value(v),
		json_string_length(v) };
}

struct span
row_text(const struct row *r, const char *name)
{
	return json_text(r->row, name);
}

static struct span
slurp(struct row *r, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b = { .cap = 0 };
	long size;
	size_t n = 0;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0 ||
	    fseek(f, 0, SEEK_SET) != 0) {
		row_error(r, "cannot read", path);
		if (f != NULL)
			fclose(f);
		return SPAN_NONE;
	}
	b = arena_buf(r->arena, (size_t)size + 1);
	if (b.cap > (size_t)size)
		n = fread(b.ptr, 1, (size_t)size, f);
	fclose(f);
	if (n != (size_t)size) {
		row_error(r, "cannot read all of", path);
		return SPAN_NONE;
	}
	b.len = n;
	return buf_span(&b);
}

struct span
row_read(struct row *r, const char *file)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", r->suite, file);
	return slurp(r, path);
}

struct span
row_file(struct row *r, const char *name)
{
	const char *file = json_string_value(json_object_get(r->row, name));

	if (file != NULL)
		return row_read(r, file);
	row_error(r, "the row has no", name);
	return SPAN_NONE;
}

static json_t *
octets_json(struct span s)
{
	char *text = malloc(s.len * 2 + 1);
	size_t n = 0;
	json_t *j;

	if (text == NULL)
		return json_null();
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < 0x80) {
			text[n++] = (char)s.ptr[i];
			continue;
		}
		text[n++] = (char)(0xc0 | s.ptr[i] >> 6);
		text[n++] = (char)(0x80 | (s.ptr[i] & 0x3f));
	}
	j = json_stringn(text, n);
	free(text);
	return j != NULL ? j : json_null();
}

json_t *
text_json(struct span s)
{
	json_t *j;

	if (span_absent(s))
		return json_null();
	j = json_stringn(s.len == 0 ? "" : (const char *)s.ptr, s.len);
	return j != NULL ? j : octets_json(s);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever goes in, another reader of JSON understands what comes out, and
 * octets come back as they were. */
#include "wire/json.h"

#include <string.h>

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sink {
	uint8_t room[1 << 16];
	size_t len;
};

static bool
take(void *ctx, struct span s)
{
	struct sink *k = ctx;

	if (s.len > sizeof(k->room) - k->len)
		return false;
	memcpy(k->room + k->len, s.ptr, s.len);
	k->len += s.len;
	return true;
}

/* Characters up to U+00FF are the octets. */
static void
same(const json_t *got, struct span want)
{
	const char *s = json_string_value(got);
	size_t n = json_string_length(got), at = 0;

	if (s == NULL)
		__builtin_trap();
	for (size_t i = 0; i < n; i++, at++) {
		unsigned c = (unsigned char)s[i];
		if (c >= 0x80)
			c = (c & 3) << 6 | ((unsigned char)s[++i] & 0x3f);
		if (span_at(want, at) != (int)c)
			__builtin_trap();
	}
	if (at != want.len)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sink k;
	struct span all = { data, size };
	struct jw w;
	json_t *root;

	if (size > 4000)
		return 0;
	k.len = 0;
	jw_start(&w, take, &k);
	jw_object(&w);
	jw_put_str(&w, "s", all);
	jw_key(&w, "o");
	jw_octets(&w, all);
	jw_key(&w, "b");
	jw_base64(&w, all);
	jw_key(&w, "h");
	jw_hex(&w, all);
	jw_end_object(&w);
	if (!jw_finish(&w))
		__builtin_trap();
	root = json_loadb((const char *)k.room, k.len,
	    JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
	if (root == NULL || memchr(k.room, '\n', k.len - 1) != NULL)
		__builtin_trap();
	if (size > 0)
		same(json_object_get(root, "o"), all);
	if (size > 0 && json_string_length(json_object_get(root, "h")) !=
	    2 * size)
		__builtin_trap();
	json_decref(root);
	return 0;
}

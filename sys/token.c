/* SPDX-License-Identifier: Apache-2.0 */
/* token.c - hashes of tokens, by libsodium; see token.h. */
#include "token.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"

static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		if (!is_alnum(c) && c != '-' && c != '_' && c != '.')
			return false;
	}
	return s.len > 0 && s.len <= TOKEN_NAME;
}

/* NAME sha256:HEX */
static const char *
parse_line(struct token *out, struct span line)
{
	struct span hash = line, name = span_cut(&hash, ' ');

	hash = span_trim_wsp(hash);
	if (!is_name(name))
		return "a name is letters, digits, '.', '-' and '_', 40 at "
		    "most";
	if (!span_starts(hash, SPAN("sha256:")) || hash.len != 7 + 64)
		return "behind the name stands sha256: and 64 digits; see "
		    "'assay token new'";
	hash = span_skip(hash, 7);
	for (size_t i = 0; i < 32; i++) {
		int high = hex_value(span_at(hash, 2 * i));
		int low = hex_value(span_at(hash, 2 * i + 1));

		if (high < 0 || low < 0)
			return "this is no hexadecimal number";
		out->hash[i] = (uint8_t)(high * 16 + low);
	}
	memset(out->name, 0, sizeof(out->name));
	memcpy(out->name, name.ptr, name.len);
	return NULL;
}

bool
tokens_parse(struct tokens *out, struct span text, unsigned *line,
    const char **why)
{
	out->n = 0;
	for (*line = 1; text.len > 0; (*line)++) {
		struct span l = span_trim_fws(span_cut(&text, '\n'));

		if (l.len == 0 || span_at(l, 0) == '#')
			continue;
		*why = out->n == TOKENS ? "these are too many" :
		    parse_line(&out->one[out->n], l);
		if (*why != NULL)
			return false;
		out->n++;
	}
	return true;
}

/* All are looked at, whichever fits: no time tells how far one came. */
const char *
tokens_match(const struct tokens *t, struct span token)
{
	uint8_t hash[32];
	const char *name = NULL;

	if (span_absent(token))
		return NULL;
	crypto_hash_sha256(hash, token.ptr, token.len);
	for (size_t i = 0; i < t->n; i++)
		if (sodium_memcmp(hash, t->one[i].hash, sizeof(hash)) == 0)
			name = t->one[i].name;
	return name;
}

bool
token_new(struct span name, char text[TOKEN_TEXT], char line[TOKEN_LINE])
{
	uint8_t bits[32], hash[32];
	char hex[65];

	if (!is_name(name) || sodium_init() < 0)
		return false;
	randombytes_buf(bits, sizeof(bits));
	memcpy(text, "assay_", 6);
	sodium_bin2base64(text + 6, TOKEN_TEXT - 6, bits, sizeof(bits),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	crypto_hash_sha256(hash, (const uint8_t *)text, strlen(text));
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	snprintf(line, TOKEN_LINE, "%.*s sha256:%s", (int)name.len,
	    (const char *)name.ptr, hex);
	sodium_memzero(bits, sizeof(bits));
	return true;
}

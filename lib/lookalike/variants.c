/* SPDX-License-Identifier: Apache-2.0 */
#include "lookalike/variants.h"

#include "base/limits.h"
#include "ext/idn.h"
#include "lookalike/edit.h"
#include "lookalike/model.h"
#include "wire/utf8.h"

struct pair { const char *was, *is; };

static const struct pair pairs[] = {
	{ "m", "rn" }, { "m", "nn" }, { "w", "vv" }, { "d", "cl" },
	{ "h", "lh" }, { "u", "ii" }, { "rn", "m" }, { "vv", "w" },
	{ "cl", "d" }, { "nn", "m" },
};

/* What IDNA allows in a label of Latin letters, by how it is read. */
static const struct { char was; uint16_t is; } foreign[] = {
	{ 'a', 0x430 }, { 'a', 0xe0 }, { 'a', 0xe1 }, { 'a', 0xe4 },
	{ 'a', 0x105 }, { 'b', 0x253 }, { 'c', 0x441 }, { 'c', 0xe7 },
	{ 'c', 0x107 }, { 'd', 0x501 }, { 'd', 0x111 }, { 'e', 0x435 },
	{ 'e', 0xe8 }, { 'e', 0xe9 }, { 'e', 0x117 }, { 'e', 0x119 },
	{ 'g', 0x123 }, { 'g', 0x121 }, { 'h', 0x4bb }, { 'h', 0x127 },
	{ 'i', 0x456 }, { 'i', 0xed }, { 'i', 0xec }, { 'i', 0x131 },
	{ 'j', 0x458 }, { 'k', 0x137 }, { 'l', 0x142 }, { 'l', 0x13a },
	{ 'm', 0x1e43 }, { 'n', 0xf1 }, { 'n', 0x144 }, { 'o', 0x43e },
	{ 'o', 0xf3 }, { 'o', 0xf6 }, { 'o', 0xf8 }, { 'p', 0x440 },
	{ 'r', 0x155 }, { 's', 0x455 }, { 's', 0x15b }, { 's', 0x219 },
	{ 't', 0x163 }, { 't', 0x21b }, { 'u', 0xfa }, { 'u', 0xfc },
	{ 'v', 0x475 }, { 'w', 0x175 }, { 'x', 0x445 }, { 'y', 0x443 },
	{ 'y', 0xfd }, { 'z', 0x17c }, { 'z', 0x17a },
};

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void
variants_begin(struct variants *v, struct span name, size_t suffix)
{
	*v = (struct variants){ .kind = VARIANT_OMIT };
	if (suffix + 1 >= name.len)
		suffix = 0;
	v->label = span_head(name, name.len - suffix - (suffix > 0));
	v->suffix = span_skip(name, name.len - suffix);
}

/* The label with the n octets at i replaced by what. */
static void
put(const struct variants *v, struct buf *out, size_t i, size_t n,
    struct span what)
{
	buf_put(out, span_head(v->label, i));
	buf_put(out, what);
	buf_put(out, span_skip(v->label, i + n));
}

static struct span
cstr(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	return (struct span){ (const uint8_t *)s, n };
}

/* Of each kind: the label (and for some the suffix) of variant i, k.  False:
 * there is none with this k, or nothing comes of it. */

static bool
replace(const struct variants *v, struct buf *out)
{
	uint8_t c = (uint8_t)letters[v->k];

	if (!edit_likely(c, (uint8_t)span_at(v->label, v->i)))
		return false;
	put(v, out, v->i, 1, (struct span){ &c, 1 });
	return true;
}

static bool
pair(const struct variants *v, struct buf *out)
{
	struct span was = cstr(pairs[v->k].was);

	if (!span_starts(span_skip(v->label, v->i), was))
		return false;
	put(v, out, v->i, was.len, cstr(pairs[v->k].is));
	return true;
}

static bool
other_script(const struct variants *v, struct buf *out)
{
	ROOM(shown, LIMIT_LABEL + 8);
	ROOM(c, 8);
	struct buf label = BUF_ON(shown), one = BUF_ON(c);

	if (span_at(v->label, v->i) != foreign[v->k].was)
		return false;
	utf8_put(&one, foreign[v->k].is);
	put(v, &label, v->i, 1, buf_span(&one));
	return !label.full && idn_to_ascii(out, buf_span(&label));
}

static bool
one_letter(const struct variants *v, struct buf *out)
{
	uint8_t c = (uint8_t)span_at(v->label, v->i);
	uint8_t two[2] = { (uint8_t)span_at(v->label, v->i + 1), c };

	switch (v->kind) {
	case VARIANT_OMIT:
		put(v, out, v->i, 1, SPAN_NONE);
		return v->label.len > 1;
	case VARIANT_DOUBLE:
		put(v, out, v->i, 0, (struct span){ &c, 1 });
		return true;
	case VARIANT_SWAP:
		put(v, out, v->i, 2, (struct span){ two, 2 });
		return v->i + 1 < v->label.len && two[0] != two[1];
	case VARIANT_HYPHEN:
		put(v, out, v->i, 0, SPAN("-"));
		return v->i > 0;
	case VARIANT_REPLACE:
	case VARIANT_PAIR:
	case VARIANT_FOREIGN:
	case VARIANT_END:
	case VARIANT_DOT:
	case VARIANT_SUFFIX:
	case VARIANT_WORD:
	case VARIANT_KINDS:
		break;
	}
	return false;
}

static bool
dot(const struct variants *v, struct buf *out)
{
	struct span rest = v->suffix;

	if (v->k == 0)
		buf_str(out, "www");
	buf_put(out, v->label);
	if (v->k == 2)
		buf_byte(out, '-');
	while (v->k > 0 && rest.len > 0)
		buf_put(out, span_cut(&rest, '.'));
	return true;
}

/* "login-label", "label-login", and both without the hyphen. */
static bool
word(const struct variants *v, struct buf *out)
{
	struct span w = word_likely(v->k / 4);
	bool front = v->k % 2 == 0, hyphen = v->k % 4 < 2;

	buf_put(out, front ? w : v->label);
	if (hyphen)
		buf_byte(out, '-');
	buf_put(out, front ? v->label : w);
	return true;
}

/* How many i and k there are of a kind. */
static void
bounds(const struct variants *v, size_t *n_i, size_t *n_k)
{
	*n_i = v->label.len;
	*n_k = 1;
	switch (v->kind) {
	case VARIANT_OMIT:
	case VARIANT_DOUBLE:
	case VARIANT_SWAP:
	case VARIANT_HYPHEN:
	case VARIANT_KINDS:
		return;
	case VARIANT_REPLACE:
		*n_k = COUNT(letters) - 1;
		return;
	case VARIANT_PAIR:
		*n_k = COUNT(pairs);
		return;
	case VARIANT_FOREIGN:
		*n_k = COUNT(foreign);
		return;
	case VARIANT_END:
		*n_k = COUNT(letters) - 1;
		break;
	case VARIANT_DOT:
		*n_k = 3;
		break;
	case VARIANT_SUFFIX:
		*n_k = suffixes_likely();
		break;
	case VARIANT_WORD:
		*n_k = 4 * words_likely();
		break;
	}
	*n_i = 1;
}

static bool
make(const struct variants *v, struct buf *out)
{
	uint8_t c;

	switch (v->kind) {
	case VARIANT_REPLACE:
		return replace(v, out);
	case VARIANT_PAIR:
		return pair(v, out);
	case VARIANT_FOREIGN:
		return other_script(v, out);
	case VARIANT_END:
		c = (uint8_t)letters[v->k];
		buf_put(out, v->label);
		buf_byte(out, c);
		return true;
	case VARIANT_DOT:
		return dot(v, out);
	case VARIANT_WORD:
		return word(v, out);
	case VARIANT_SUFFIX:
		buf_put(out, v->label);
		buf_byte(out, '.');
		buf_put(out, suffix_likely(v->k));
		return !span_eq(suffix_likely(v->k), v->suffix);
	case VARIANT_OMIT:
	case VARIANT_DOUBLE:
	case VARIANT_SWAP:
	case VARIANT_HYPHEN:
	case VARIANT_KINDS:
		break;
	}
	return one_letter(v, out);
}

/* A label that DNS takes: no hyphen at an end, none at 3 and 4 but of an
 * A-label (RFC 5891 4.2.3.1). */
static bool
registrable(const struct variants *v, struct span name)
{
	struct span label = v->kind == VARIANT_SUFFIX ? v->label :
	    span_head(name, name.len - v->suffix.len - 1);

	return label.len > 0 && label.len <= LIMIT_LABEL &&
	    name.len <= LIMIT_NAME && span_at(label, 0) != '-' &&
	    span_at(label, label.len - 1) != '-' &&
	    (!span_starts(span_skip(label, 2), SPAN("--")) ||
	    span_starts(label, SPAN("xn--")));
}

bool
variants_next(struct variants *v, struct buf *out)
{
	while (v->kind < VARIANT_KINDS) {
		size_t n_i, n_k;
		bool ok;

		bounds(v, &n_i, &n_k);
		if (v->k >= n_k) {
			v->k = 0;
			v->i++;
		}
		if (v->i >= n_i) {
			v->i = 0;
			v->kind++;
			continue;
		}
		out->len = 0;
		out->full = false;
		ok = make(v, out);
		if (v->kind != VARIANT_SUFFIX) {
			buf_byte(out, '.');
			buf_put(out, v->suffix);
		}
		ok = ok && !out->full && registrable(v, buf_span(out));
		v->k++;
		if (ok)
			return true;
	}
	return false;
}

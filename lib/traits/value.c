/* SPDX-License-Identifier: Apache-2.0 */
/* value.c - how a value is written: its text, and the hash of it. */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "crypto/siphash.h"
#include "wire/utf8.h"

/* The number of the trait stands before the text, so that one hash is over
 * both; profiles rest on it. */
struct buf
value_open(struct reading *r, enum trait t, size_t cap)
{
	struct buf b = arena_buf(r->a, cap + 1);

	buf_byte(&b, (uint8_t)t);
	return b;
}

static struct trait_value
close_value(struct reading *r, struct buf *b)
{
	struct span all = arena_done(r->a, b);
	struct trait_value v = { .text = span_skip(all, 1) };

	if (all.len <= 1)
		return (struct trait_value){ .hash = 0 };
	v.hash = siphash(r->key, all);
	if (v.hash == 0)	/* 0 says that there is none */
		v.hash = 1;
	return v;
}

void
value_close(struct reading *r, enum trait t, struct buf *b)
{
	r->t->one[t] = close_value(r, b);
}

void
value_add(struct reading *r, enum trait t, struct buf *b)
{
	struct trait_values *m = &r->t->many[t];
	struct trait_value v = close_value(r, b);

	if (v.hash == 0)
		return;
	for (size_t i = 0; i < m->n; i++)
		if (m->value[i].hash == v.hash)
			return;
	if (m->n == LIMIT_TRAIT_VALUES) {
		m->cut = true;
		return;
	}
	if (m->value == NULL)
		m->value = arena_array(r->a, LIMIT_TRAIT_VALUES,
		    sizeof(*m->value));
	if (m->value != NULL)
		m->value[m->n++] = v;
}

void
value_set(struct reading *r, enum trait t, struct span text)
{
	struct buf b = value_open(r, t, text.len);

	buf_put(&b, text);
	value_close(r, t, &b);
}

void
value_number(struct reading *r, enum trait t, uint64_t n)
{
	struct buf b = value_open(r, t, 20);

	buf_u64(&b, n);
	value_close(r, t, &b);
}

static const char hex[] = "0123456789abcdef";

void
put_text(struct buf *b, struct span text, bool lower)
{
	bool show = utf8_worst(text) == UTF8_PLAIN;

	if (!lower && show) {
		buf_put(b, span_head(text, b->cap - b->len));
		return;
	}
	for (size_t i = 0; i < text.len && !b->full; i++) {
		int c = span_at(text, i);

		if (lower)
			c = to_lower(c);
		if (c == ' ' || is_vchar(c) || (show && c >= 0x80)) {
			buf_byte(b, (uint8_t)c);
			continue;
		}
		buf_str(b, "\\x");
		buf_byte(b, (uint8_t)hex[c / 16]);
		buf_byte(b, (uint8_t)hex[c % 16]);
	}
}

/* ---- names --------------------------------------------------------------- */

static bool
is_host(struct span host)
{
	for (size_t i = 0; i < host.len; i++) {
		int c = span_at(host, i);

		if (!is_alnum(c) && c != '-' && c != '.' && c != '_')
			return false;
	}
	/* a top-level domain is of letters (RFC 3696 2), or an A-label */
	return is_alpha(span_at(host, span_rfind(host, '.') + 1)) &&
	    is_alnum(span_at(host, 0));
}

struct span
org_of(const struct reading *r, struct span host, enum suffix_kind kind)
{
	struct buf b;

	if (span_at(host, host.len - 1) == '.')
		host = span_head(host, host.len - 1);
	if (host.len == 0 || host.len > LIMIT_NAME || !is_host(host))
		return SPAN_NONE;
	b = arena_buf(r->a, host.len);
	buf_lower(&b, host);
	return suffix_org(r->in->suffixes, buf_span(&b), kind);
}

static void
put_lower_org(struct buf *b, const struct reading *r, struct span host,
    enum suffix_kind kind)
{
	ROOM(room, LIMIT_NAME);
	struct buf low = BUF_ON(room);
	struct span org;

	buf_lower(&low, host);
	org = suffix_org(r->in->suffixes, buf_span(&low), kind);
	buf_put(b, span_head(org, b->cap - b->len));
}

void
put_org(struct buf *b, const struct reading *r, struct span host,
    enum suffix_kind kind)
{
	if (span_at(host, host.len - 1) == '.')
		host = span_head(host, host.len - 1);
	if (host.len == 0)
		return;
	if (host.len <= LIMIT_NAME && span_has(host, '.') && is_host(host))
		put_lower_org(b, r, host, kind);
	else
		put_shape(b, host, 12);
}

unsigned
size_class(uint64_t n)
{
	unsigned bits = 0;

	for (; n > 0; n >>= 1)
		bits++;
	return bits;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/domain.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "ext/idn.h"

/* Letters, digits, hyphen, underscore. */
static const struct byteset name_octet = { {
	0x03ff200000000000, 0x07fffffe87fffffe, 0, 0 } };

/* RFC 1035 2.3.4: labels of 1 to 63 octets, at most 253 as text. */
static bool
shape_ok(struct span s)
{
	if (s.len == 0 || s.len > LIMIT_NAME)
		return false;
	for (;;) {
		size_t n = span_run_set(s, &name_octet);

		if (n == 0 || n > LIMIT_LABEL)
			return false;
		if (n == s.len)
			return true;
		if (span_at(s, n) != '.')
			return false;
		s = span_skip(s, n + 1);
	}
}

static bool
is_ascii(struct span s)
{
	static const struct byteset high = { { 0, 0, ~0ull, ~0ull } };

	return span_find_set(s, &high) == s.len;
}

bool
domain_parse(struct domain *out, struct span text, bool final_dot,
    struct arena *a)
{
	ROOM(room, LIMIT_NAME + 2);
	struct buf alabels = BUF_ON(room), b;

	out->name = SPAN_NONE;
	if (final_dot && span_at(text, text.len - 1) == '.')
		text = span_head(text, text.len - 1);
	if (!shape_ok(text)) {
		/* RFC 8616 3: U-labels are compared as A-labels */
		if (is_ascii(text) || !idn_to_ascii(&alabels, text))
			return false;
		text = buf_span(&alabels);
		if (!shape_ok(text))
			return false;
	}
	b = arena_buf(a, text.len);
	buf_lower(&b, text);
	if (b.full)
		return false;
	out->name = buf_span(&b);
	return true;
}

size_t
domain_labels(struct domain d)
{
	size_t n = 0;

	while (!domain_absent(d)) {
		n++;
		d = domain_parent(d);
	}
	return n;
}

struct domain
domain_tail(struct domain d, size_t n)
{
	size_t have = domain_labels(d);

	if (n == 0)
		return (struct domain){ SPAN_NONE };
	for (; have > n; have--)
		d = domain_parent(d);
	return d;
}

struct domain
domain_parent(struct domain d)
{
	size_t dot = span_find(d.name, '.');

	if (dot == d.name.len)
		return (struct domain){ SPAN_NONE };
	return (struct domain){ span_skip(d.name, dot + 1) };
}

bool
domain_within(struct domain sub, struct domain d)
{
	size_t more;

	if (domain_absent(d) || !span_ends(sub.name, d.name))
		return false;
	more = sub.name.len - d.name.len;
	return more == 0 || span_at(sub.name, more - 1) == '.';
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.c - who is named in a field.  By the grammar where it holds
 * (wire/address.h); else by what looks like an address, since a field that
 * no grammar derives still reaches somebody.
 */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/address.h"

static bool
is_local(int c)
{
	return is_alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' ||
	    c == '=' || c == '~' || c == '\'' || c == '-' || c == '/' ||
	    c == '#' || c >= 0x80;
}

static bool
is_domain(int c)
{
	return is_alnum(c) || c == '.' || c == '-' || c >= 0x80;
}

/* The octets around "@" at that place that may belong to it. */
static struct span
around(struct span s, size_t at)
{
	size_t from = at, to = at + 1;

	while (from > 0 && at - from < LIMIT_LOCAL_PART &&
	    is_local(span_at(s, from - 1)))
		from--;
	while (to - at <= LIMIT_NAME && is_domain(span_at(s, to)))
		to++;
	while (to > at + 1 && !is_alnum(span_at(s, to - 1)) &&
	    span_at(s, to - 1) < 0x80)
		to--;
	return span_slice(s, from, to);
}

struct span
next_address(struct span *rest)
{
	while (rest->len > 0) {
		size_t at = span_find(*rest, '@');
		struct span s = around(*rest, at), domain;

		if (at == rest->len) {
			*rest = span_skip(*rest, at);
			break;
		}
		domain = address_domain(s);
		*rest = span_skip(*rest, at + 1 + domain.len);
		if (span_at(s, 0) != '@' && span_has(domain, '.'))
			return s;
	}
	return SPAN_NONE;
}

struct span
address_domain(struct span address)
{
	size_t at = span_rfind(address, '@');

	return at == address.len ? SPAN_NONE : span_skip(address, at + 1);
}

static struct span
lowered(struct span local, struct span domain, struct arena *a)
{
	struct buf b = arena_buf(a, local.len + 1 + domain.len);

	buf_lower(&b, local);
	buf_byte(&b, '@');
	buf_lower(&b, domain);
	return arena_done(a, &b);
}

static size_t
scan(struct reading *r, struct span value, struct span *out, size_t max)
{
	struct span s;
	size_t n = 0;

	while ((s = next_address(&value)).len > 0 &&
	    n < LIMIT_TRAIT_RECIPIENTS) {
		struct span domain = address_domain(s);

		if (n < max)
			out[n] = lowered(span_head(s, s.len - domain.len - 1),
			    domain, r->a);
		n++;
	}
	return n;
}

size_t
addresses(struct reading *r, struct span value, struct span *out, size_t max)
{
	struct address_list l;
	size_t n = 0;

	if (value.len == 0)
		return 0;
	if (!address_list_parse(&l, value, r->a))
		return scan(r, value, out, max);
	for (size_t i = 0; i < l.n; i++) {
		const struct mailbox *box = &l.box[i];

		if (domain_absent(box->domain))
			continue;
		if (n < max)
			out[n] = lowered(box->local, box->domain.name, r->a);
		n++;
	}
	return n;
}

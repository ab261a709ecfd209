/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/path.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "base/limits.h"
#include "wire/utf8.h"

/* RFC 5321 4.1.2 atext; RFC 6531 3.3: and every octet of UTF-8. */
static const struct byteset atext = { {
	0xa3ffacfa00000000, 0x7fffffffc7fffffe, ~0ull, ~0ull } };
/* qtextSMTP: %d32-33 / %d35-91 / %d93-126, and UTF-8 */
static const struct byteset qtext = { {
	0xfffffffb00000000, 0x7fffffffefffffff, ~0ull, ~0ull } };
/* dcontent: %d33-90 / %d94-126 */
static const struct byteset dcontent = { {
	0xfffffffe00000000, 0x7fffffffc7ffffff, 0, 0 } };

/* Dot-string */
static bool
dot_string(struct cur *c, struct buf *out)
{
	for (;;) {
		size_t run = span_run_set(c->rest, &atext);

		if (run == 0)
			return false;
		buf_put(out, cur_take(c, run));
		if (!cur_accept(c, '.'))
			return true;
		buf_byte(out, '.');
	}
}

/* Quoted-string, its first quote taken */
static bool
quoted_string(struct cur *c, struct buf *out)
{
	for (;;) {
		buf_put(out, cur_take(c, span_run_set(c->rest, &qtext)));
		if (cur_accept(c, '"'))
			return true;
		if (!cur_accept(c, '\\'))
			return false;
		/* quoted-pairSMTP: %d92 %d32-126 */
		if (cur_peek(c) < 32 || cur_peek(c) > 126)
			return false;
		buf_byte(out, (uint8_t)cur_byte(c));
	}
}

/* A-d-l ":", to be ignored (RFC 5321 appendix C) */
static bool
skip_route(struct cur *c, struct arena *a)
{
	struct domain ignored;

	while (cur_accept(c, '@')) {
		size_t n = span_find(c->rest, ',');
		size_t colon = span_find(c->rest, ':');

		n = colon < n ? colon : n;
		if (!domain_parse(&ignored, cur_take(c, n), false, a))
			return false;
		if (cur_accept(c, ':'))
			return true;
		if (!cur_accept(c, ',') || cur_peek(c) != '@')
			return false;
	}
	return false;
}

/* Domain / address-literal, which must be all that is left */
static bool
host(struct path *out, struct cur *c, struct arena *a)
{
	struct span inside;

	if (!cur_accept(c, '['))
		return domain_parse(&out->domain, c->rest, false, a);
	inside = cur_take(c, span_run_set(c->rest, &dcontent));
	out->has_domain_literal = true;
	return inside.len > 0 && cur_accept(c, ']') && cur_end(c);
}

bool
path_parse(struct path *out, struct span text, struct arena *a)
{
	ROOM(room, LIMIT_LOCAL_PART);
	struct buf local = BUF_ON(room);
	struct cur c = cur_of(text);

	*out = (struct path){ .null_path = false };
	if (span_absent(text))
		return false;
	if (text.len == 0) {
		out->null_path = true;
		return true;
	}
	if (cur_peek(&c) == '@' && !skip_route(&c, a))
		return false;
	if (cur_accept(&c, '"') ? !quoted_string(&c, &local) :
	    !dot_string(&c, &local))
		return false;
	/* what is no UTF-8 is not plain */
	if (local.full || utf8_worst(buf_span(&local)) != UTF8_PLAIN)
		return false;
	if (!cur_accept(&c, '@') || !host(out, &c, a)) {
		out->domain = (struct domain){ SPAN_NONE };
		return false;
	}
	out->local = arena_dup(a, buf_span(&local));
	return !span_absent(out->local);
}

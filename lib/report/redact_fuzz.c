/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: every "@" that is left has a token before it or no local part
 * at all; no "http:" is left; whatever goes in, some room is enough. */
#include "report/redact.h"

#include "base/arena.h"
#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static bool
is_token(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(span_at(s, i) >= 'a' && span_at(s, i) <= 'z') &&
		    !(span_at(s, i) >= '2' && span_at(s, i) <= '7'))
			return false;
	return s.len == REDACT_TOKEN;
}

static void
look(struct span out)
{
	for (size_t i = 0; i < out.len; i++) {
		int before = i == 0 ? -1 : span_at(out, i - 1);

		must(!span_istarts(span_skip(out, i), SPAN("http:")) &&
		    !span_istarts(span_skip(out, i), SPAN("https:")));
		if (span_at(out, i) == '@' && is_alnum(before) && i >= 16)
			must(is_token(span_slice(out, i - 16, i)) ||
			    span_ends(span_head(out, i), SPAN("hidden")) ||
			    span_istarts(span_skip(out, i - 3), SPAN("%40")));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct redact r = { .locals = true, .key = { 7 } };
	struct span in = { data, size };
	struct arena a;
	struct buf b;

	arena_init(&a, 64 << 20);
	b = arena_buf(&a, size * (REDACT_TOKEN + 1) + 64);
	redact_put(&b, in, &r);
	must(!b.full);
	look(buf_span(&b));
	b.len = 0;
	r.locals = false;
	redact_put(&b, in, &r);
	must(!b.full && b.len == size);
	arena_free(&a);
	return 0;
}

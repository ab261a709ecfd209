/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: the fields put together are the header, each in its place; no
 * field holds the line end of another. */
#include "wire/message.h"

#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check(const struct header *h, struct span in)
{
	size_t at = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct field *f = &h->field[i];

		must(f->at == at && f->raw.len > 0);
		must(span_eq(f->raw, span_head(span_skip(in, at),
		    f->raw.len)));
		at += f->raw.len;
		must(at == in.len || span_ends(f->raw, SPAN("\r\n")));
		must(i == 0 || !is_wsp(span_at(f->raw, 0)));
		must(f->name.len + f->value.len <= f->raw.len);
		must(f->malformed || (f->name.len > 0 &&
		    span_find(f->raw, ':') >= f->name.len));
		must(f->malformed || field_resembles(f, f->name));
	}
	must(h->raw.len == at);
	must(h->body_at == at + (h->ended ? 2 : 0));
	must(!h->ended || span_starts(span_skip(in, at), SPAN("\r\n")));
	must(h->ended || h->capped || at == in.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct arena a;

	arena_init(&a, 64 << 20);
	{
		struct header h;

		must(header_parse(&h, in, 50, &a));
		must(h.n <= 50);
		check(&h, in);
	}
	arena_free(&a);
	return 0;
}

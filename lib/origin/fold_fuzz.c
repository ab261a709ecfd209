/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: the words put together are the whole; folding again what is
 * plain changes nothing; the case of ASCII letters changes nothing; a name is
 * itself and is found in itself. */
#include "origin/fold.h"

#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check_words(const struct name_fold *f, struct span in)
{
	struct span rest = f->joined;

	must(f->joined.len <= in.len && f->n <= LIMIT_NAME_WORDS);
	for (size_t i = 0; i < f->n; i++) {
		must(f->word[i].len > 0 && span_starts(rest, f->word[i]));
		rest = span_skip(rest, f->word[i].len);
	}
	must(rest.len == 0);
}

static void
check_self(const struct name_fold *f)
{
	bool initials, whole = false;

	for (size_t i = 0; i < f->n; i++)
		whole = whole || f->word[i].len > 1;
	must(name_same(f, f, &initials) == whole);
	must(!whole || !initials);
	must(name_find(f, f) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct name_fold f, lower;
	struct arena a;
	struct buf b;

	arena_init(&a, 1 << 20);
	if (size > LIMIT_DISPLAY)
		in = span_head(in, LIMIT_DISPLAY);
	b = arena_buf(&a, in.len);
	for (size_t i = 0; i < in.len; i++)
		buf_byte(&b, (uint8_t)to_lower(span_at(in, i)));
	must(name_fold(&f, in, &a) && name_fold(&lower, buf_span(&b), &a));
	check_words(&f, in);
	check_self(&f);
	must(span_eq(f.joined, lower.joined) && f.n == lower.n &&
	    f.mixed == lower.mixed && f.styled == lower.styled);
	arena_free(&a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: how a message is cut into pieces never changes its facts; only
 * a message with one From field and authors is usable; places lie in the
 * message; LF read as CRLF is the same message as CRLF. */
#include "facts/stream.h"

#include "base/limits.h"
#include "test/facts_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check(const struct facts *f, size_t size)
{
	must(f->from.unusable ||
	    (f->from.fields == 1 && f->from.n_author >= 1));
	must(f->from.n_author <= LIMIT_AUTHORS);
	must(f->n_finding <= LIMIT_FINDINGS && f->n_part <= LIMIT_MIME_PARTS);
	must(f->header_bytes + f->body_bytes <= size);
	for (size_t i = 0; i < f->n_finding; i++)
		must(f->finding[i].place.at <= size &&
		    f->finding[i].place.len <= size - f->finding[i].place.at);
	for (size_t i = 0; i < f->n_part; i++)
		must(f->part[i].place.at <= size &&
		    f->part[i].place.len <= size - f->part[i].place.at);
	for (size_t i = 0; i < f->from.n_author; i++)
		for (size_t k = 0; k < i; k++)
			must(!domain_eq(f->from.author[i].domain,
			    f->from.author[k].domain));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed how = { .header_bytes = 2000, .header_fields = 60 };
	struct span in = { data, size }, whole;
	struct arena a, b;
	struct facts f;

	arena_init(&a, 64 << 20);
	arena_init(&b, 64 << 20);
	f = facts_of(in, how, &a);
	check(&f, size);
	whole = facts_print(&f, &a);
	for (uint32_t seed = 1; seed < 3; seed++) {
		how.seed = seed;
		how.step = seed == 1 ? 3 : 40;
		f = facts_of(in, how, &b);
		must(span_eq(whole, facts_print(&f, &b)));
	}
	how = (struct feed){ .lf_input = true };
	f = facts_of(in, how, &a);
	whole = facts_print(&f, &a);
	check(&f, 2 * size);
	how = (struct feed){ .lf_input = true, .step = 5, .seed = 9 };
	f = facts_of(in, how, &b);
	must(span_eq(whole, facts_print(&f, &b)));
	arena_free(&a);
	arena_free(&b);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: acts are bounded in number and level, told in words that may be
 * shown, of a reason of their block, one of a kind for each subject; and
 * nothing of them lies in what the content lay in. */
#include "origin/acts.h"

#include "wire/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct span protect[] = { SPAN_INIT("paypal.com"),
	SPAN_INIT("bank.example") };

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
look_at(const struct facts *f, size_t i)
{
	const struct guise *g = &f->act[i];

	must(g->reason >= 950 && g->reason < 970);
	must(g->level <= 100);
	for (size_t k = 0; k < g->detail.len; k++)
		must(span_at(g->detail, k) >= ' ' &&
		    span_at(g->detail, k) != 0x7f);
	for (size_t k = 0; k < i; k++)
		must(f->act[k].reason != g->reason ||
		    !domain_eq(f->act[k].author, g->author) ||
		    !domain_eq(f->act[k].shown, g->shown));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct assay_options o = { .protect_domain = protect,
		.n_protect_domain = 2 };
	struct content_in in = { .body = { data, size } };
	struct facts f = { .fields = 0 };
	struct content c;
	struct arena a, side;
	struct ours ours;

	arena_init(&a, 16 << 20);
	arena_init(&side, 32 << 20);
	in.header = head_take(&in.body);
	must(ours_make(&ours, &o, &a));
	(void)content_read(&c, &in, &side);
	acts_read(&f, &ours, &c, &a);
	arena_free(&side);
	must(f.n_act <= LIMIT_ACTS);
	for (size_t i = 0; i < f.n_act; i++)
		look_at(&f, i);
	arena_free(&a);
	return 0;
}

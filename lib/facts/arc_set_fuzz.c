/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of the ARC facts of any header: at most 50 sets; a chain
 * without a flaw has its instances in order, 1 to N, with the cv that each
 * must have; the order of the fields in the header does not matter.
 */
#include "facts/arc_set.h"

#include "facts/bodyhash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static bool
collect(struct arc_facts *out, const struct header *h, struct arena *a)
{
	struct sig_work w = { .header = h, .body = bodyhash_new(a),
		.arena = a, .left = LIMIT_HEADER_HASHED };

	*out = (struct arc_facts){ .n_set = 0 };
	if (w.body == NULL)
		return false;
	arc_collect(&w, out);
	return !a->failed;
}

static void
check_chain(const struct arc_facts *f)
{
	must(f->n_set <= LIMIT_ARC_SETS);
	must(f->instance <= LIMIT_ARC_SETS);
	for (size_t i = 0; i < f->n_set; i++) {
		const struct arc_set *s = &f->set[i];

		must(s->instance == i + 1);
		if (f->flaw != ASSAY_R_NONE)
			continue;
		must(s->cv_valid);
		must(s->cv == (i == 0 ? ASSAY_NONE : ASSAY_PASS));
		must(!span_absent(s->aar));
		must(s->seal.place.len > 0 && s->ams.place.len > 0);
	}
}

/* Upside down, the same chain. */
static void
check_order(const struct arc_facts *f, const struct header *h,
    struct arena *a)
{
	struct header turned = *h;
	struct arc_facts g;

	turned.field = arena_array(a, h->n, sizeof(*turned.field));
	if (turned.field == NULL)
		return;
	for (size_t i = 0; i < h->n; i++)
		turned.field[i] = h->field[h->n - 1 - i];
	if (!collect(&g, &turned, a))
		return;
	must((g.flaw == ASSAY_R_NONE) == (f->flaw == ASSAY_R_NONE));
	if (f->flaw != ASSAY_R_NONE)
		return;
	must(g.n_set == f->n_set);
	for (size_t i = 0; i < f->n_set; i++)
		must(bytes_eq(g.set[i].seal.header_hash,
		    f->set[i].seal.header_hash, 32) &&
		    g.set[i].seal.flaw == f->set[i].seal.flaw);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span m = { data, size };
	struct arc_facts f;
	struct header h;
	struct arena a;

	if (size > 16384)
		return 0;
	arena_init(&a, 16u << 20);
	if (header_parse(&h, m, 1000, &a) && collect(&f, &h, &a)) {
		check_chain(&f);
		check_order(&f, &h, &a);
	}
	arena_free(&a);
	return 0;
}

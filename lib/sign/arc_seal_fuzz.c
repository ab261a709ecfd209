/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever chain stands in a message: a set is added on top of a good one
 * that our own reader reads with the same digests, or the chain is marked
 * as failed, once, or nothing is added. */
#include "sign/arc_seal.h"

#include "test/sign_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct span sig = SPAN_INIT("a signature of some octets");

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static enum assay_result
found(const struct facts *f)
{
	if (f->arc.flaw != ASSAY_R_NONE)
		return ASSAY_FAIL;
	return f->arc.n_set == 0 ? ASSAY_NONE : ASSAY_PASS;
}

/* Absent: refused. */
static struct span
seal(struct arc_new *set, struct span message, struct arena *a)
{
	struct sign_wish w = { .d = { SPAN("ex.org") },
		.selector = { SPAN("s1") }, .t = 1767225600 };
	struct sign_fixture f;
	struct span results = span_head(message, 200);

	sign_fixture(&f, message, a);
	if (!arc_begin(set, &f.m, &w, found(&f.facts), results) ||
	    !arc_message_signed(set, &f.m, &w, sig) ||
	    !arc_sealed(set, &f.m, sig))
		return SPAN_NONE;
	must(folded_well(set->ams.name, set->ams_text));
	must(folded_well(set->seal.name, set->seal_text));
	message = on_top(message, SPAN("ARC-Authentication-Results"),
	    set->aar, a);
	message = on_top(message, set->ams.name, set->ams_text, a);
	return on_top(message, set->seal.name, set->seal_text, a);
}

static void
good(const struct arc_new *set, const struct facts *f)
{
	const struct arc_set *s = &f->arc.set[f->arc.n_set - 1];

	must(f->arc.flaw == ASSAY_R_NONE && f->arc.n_set == set->instance);
	must(s->ams.flaw == ASSAY_R_NONE && s->seal.flaw == ASSAY_R_NONE);
	must(s->ams.body_hash_ok);
	must(bytes_eq(s->ams.header_hash, set->ams.digest, 32));
	must(bytes_eq(s->seal.header_hash, set->seal.digest, 32));
}

static void
check(struct span message, struct arena *a)
{
	struct arc_new set, again;
	struct span after = seal(&set, message, a);
	struct sign_fixture f;

	if (a->failed)
		return;
	must(span_absent(after) == (set.refused != ASSAY_R_NONE));
	if (span_absent(after))
		return;
	sign_fixture(&f, after, a);
	if (a->failed || f.m.header->capped)
		return;
	if (set.cv != ASSAY_FAIL) {
		good(&set, &f.facts);
		return;
	}
	must(f.facts.arc.flaw != ASSAY_R_NONE);
	must(span_absent(seal(&again, after, a)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;

	if (size > 16384)
		return 0;
	arena_init(&a, 32u << 20);
	check((struct span){ data, size }, &a);
	arena_free(&a);
	return 0;
}

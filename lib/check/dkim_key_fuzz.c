/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: a record gives a key or a flaw, never both and never none;
 * white space around it changes nothing; a keep changes nothing. */
#include "check/dkim_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static bool
same(const struct dkim_key *a, const struct dkim_key *b)
{
	return a->flaw == b->flaw && a->type == b->type &&
	    a->bits == b->bits && a->sha1 == b->sha1 &&
	    a->sha256 == b->sha256 && a->testing == b->testing &&
	    a->strict == b->strict;
}

static void
check_keep(const struct dkim_key *k, struct span text, struct arena *a)
{
	static const uint8_t seed[16] = { 0 };
	const struct dkim_key *kept;
	struct dkim_key room;
	struct assay_keep *keep;

	if (assay_keep_new(&keep, 1u << 20, seed) != ASSAY_OK)
		return;
	for (int i = 0; i < 2; i++) {
		kept = dkim_key_get(keep, text, &room, a);
		must(kept != NULL && same(kept, k));
		must((kept == &room) == (k->flaw != ASSAY_R_NONE));
	}
	assay_keep_free(keep);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { data, size };
	struct dkim_key k, again;
	struct arena a;
	struct buf b;

	if (size > 16384)
		return 0;
	arena_init(&a, 4u << 20);
	b = arena_buf(&a, size + 4);
	buf_str(&b, " ");
	buf_put(&b, text);
	buf_str(&b, " \t");
	if (dkim_key_parse(&k, text, &a)) {
		must((k.key != NULL) == (k.flaw == ASSAY_R_NONE));
		must((k.bits > 0) == (k.key != NULL));
		must(dkim_key_parse(&again, buf_span(&b), &a));
		must(same(&k, &again));
		check_keep(&k, text, &a);
		dkim_key_drop(&again);
	}
	dkim_key_drop(&k);
	arena_free(&a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "check/keep.h"

#include "test/t.h"

static unsigned dropped;

static void
drop(const void *object)
{
	(void)object;
	dropped++;
}

static void
put(struct assay_keep *k, unsigned n, size_t size)
{
	uint8_t room[24];
	struct buf b = BUF_ON(room);
	void *object = arena_alloc(keep_arena(k), size);

	buf_u64(&b, n);
	keep_put(k, KEEP_KEY, buf_span(&b), object, drop);
}

int
main(void)
{
	static const uint8_t seed[16] = { 1, 2, 3 };
	struct assay_keep *k;
	const void *was;

	T_INT(assay_keep_new(&k, 400000, seed), ASSAY_OK, "made");
	T_OK(keep_find(NULL, KEEP_KEY, SPAN("1")) == NULL, "no keep at all");
	T_OK(keep_arena(NULL) == NULL, "no keep, no arena");
	put(k, 1, 16);
	was = keep_find(k, KEEP_KEY, SPAN("1"));
	T_OK(was != NULL, "found by its content");
	T_OK(keep_find(k, KEEP_SPF, SPAN("1")) == NULL, "kinds are apart");
	keep_tidy(k);
	T_OK(keep_find(k, KEEP_KEY, SPAN("1")) == was, "tidy keeps it");
	for (unsigned i = 2; i < 200; i++)
		put(k, i, 1000);
	keep_tidy(k);
	T_OK(keep_find(k, KEEP_KEY, SPAN("1")) == was, "old, still there");
	T_INT(dropped, 0, "nothing was dropped yet");
	for (unsigned i = 200; i < 600 && keep_arena(k) != NULL; i++)
		put(k, i, 1000);
	keep_tidy(k);
	T_OK(keep_find(k, KEEP_KEY, SPAN("1")) == NULL, "the older half goes");
	T_OK(dropped >= 199, "and every object in it is dropped");
	assay_keep_free(k);
	assay_keep_free(NULL);
	return t_done();
}

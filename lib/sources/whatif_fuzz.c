/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the text: it is refused with words, or gives a policy that means
 * the same with and without its version in front; a row has a fate that the
 * policy can ask for, and t=y never makes it harder.
 */
#include "sources/whatif.h"

#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
replay(struct dmarc_record *rec, struct arena *a)
{
	static const struct source_own own = { { SPAN_INIT("example.com") },
	    false };
	static const struct span from[] = { SPAN_INIT("example.com"),
	    SPAN_INIT("a.example.com"), SPAN_INIT("x..y") };
	struct source_ground ground = { .own = &own, .n_own = 1 };
	struct whatif w = { .domain = { SPAN("example.com") },
		.org = { SPAN("example.com") }, .record = *rec };
	struct sources *s = sources_new(&ground, a);

	must(s != NULL);
	for (int i = 0; i < 3; i++) {
		struct source_row row = { .header_from = from[i],
			.messages = 1 };
		struct whatif_effect e = whatif_row(&w, &row, s), hard;

		must((e.fate == WHATIF_ELSEWHERE) == (i == 2));
		w.record.test = false;
		hard = whatif_row(&w, &row, s);
		must(e.fate <= hard.fate);
		w.record.test = rec->test;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[1 << 17], more[1 << 17], whole[1 << 17];
	struct span text = { data, size };
	struct buf words = BUF_ON(room), again = BUF_ON(more);
	struct buf long_form = BUF_ON(whole);
	struct dmarc_record a, b;
	struct arena arena;

	if (size > 60000)
		return 0;
	arena_init(&arena, 16 << 20);
	if (!whatif_read(&a, text, &words, &arena)) {
		must(words.len > 0);
	} else {
		must(dmarc_usable(&a, ASSAY_RFC9989));
		buf_put(&long_form, a.text);
		must(whatif_read(&b, buf_span(&long_form), &again, &arena));
		must(a.p == b.p && a.sp == b.sp && a.np == b.np &&
		    a.test == b.test && a.strict_dkim == b.strict_dkim &&
		    a.strict_spf == b.strict_spf && a.psd == b.psd);
		replay(&a, &arena);
	}
	for (size_t i = 0; i < words.len; i++)
		must(is_vchar(room[i]) || room[i] == ' ');
	must(!arena.failed);
	arena_free(&arena);
	return 0;
}

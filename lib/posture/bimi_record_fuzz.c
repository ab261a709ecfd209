/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the text: what may be fetched is https, and flaws have a place. */
#include "posture/bimi_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { data, size };
	struct bimi_record r;
	struct arena a;

	if (size > 65535)
		return 0;
	arena_init(&a, 16 << 20);
	(void)bimi_is_record(text);
	bimi_record_parse(&r, text, &a);
	must(r.what.len <= text.len);
	if (r.flaw == BIMI_OK) {
		must(!span_absent(r.location));
		must(r.location.len == 0 ||
		    span_istarts(r.location, SPAN("https://")));
		must(r.evidence.len == 0 ||
		    span_istarts(r.evidence, SPAN("https://")));
		must(r.declined == (r.location.len + r.evidence.len == 0));
	} else {
		must(!r.declined);
	}
	must(!a.failed);
	arena_free(&a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: what is read and written again has the same octets; every
 * address fits RCPT TO; no line of the letter is a field of ours, or ends
 * otherwise than with CRLF. */
#include "report/failure_item.h"

#include "report/arf_out.h"
#include "report/tally.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check_letter(struct span s)
{
	must(span_starts(s, SPAN("Auto-Submitted: auto-generated\r\n")));
	must(span_ends(s, SPAN("\r\n")));
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		must(c < 127 && (c >= ' ' || c == '\t' || c == '\r' ||
		    c == '\n'));
		must(c != '\n' || span_at(s, i - 1) == '\r');
		must(c != '\r' || span_at(s, i + 1) == '\n');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size }, address;
	struct failure_item f;
	struct arena a;
	struct buf out;

	arena_init(&a, 16 << 20);
	if (failure_item_get(&f, in, &a)) {
		out = arena_buf(&a, size);
		failure_item_put(&out, &f);
		must(!out.full && span_eq(buf_span(&out), in));
		must(failure_item_is(in));
		check_letter(f.letter);
		while (tally_address(&f.ruf, &address))
			must(!span_has(address, '\r') &&
			    !span_has(address, '<') &&
			    !span_has(address, '>') &&
			    !span_has(address, ' '));
	}
	arena_free(&a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: what is read and written again has the same octets, so the
 * octets are a key; every address that comes out fits RCPT TO. */
#include "report/tally.h"

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check_rua(struct span rua)
{
	struct span address;
	size_t n = 0;

	while (tally_address(&rua, &address)) {
		must(!span_has(address, '\r') && !span_has(address, '\n'));
		must(!span_has(address, '<') && !span_has(address, '>'));
		must(!span_has(address, ' ') && span_has(address, '@'));
		n++;
	}
	must(rua.len == 0 && n > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct tally_parts p;
	struct tally t;
	struct arena a;
	struct buf out;

	arena_init(&a, 16 << 20);
	if (tally_split(&p, in, &a)) {
		t = (struct tally){ .day = p.day, .letter = p.letter,
			.rua = p.rua, .error = p.error };
		must(tally_policy(&t.policy, p.policy));
		must(tally_row(&t.row, p.row, &a));
		check_rua(p.rua);
		out = arena_buf(&a, LIMIT_TALLY_BYTES);
		tally_put(&out, &t);
		must(!out.full && span_eq(buf_span(&out), in));
	}
	arena_free(&a);
	return 0;
}

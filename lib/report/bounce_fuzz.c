/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: values are one line of printable ASCII within their bound;
 * what is hard says 5; what is none says nothing. */
#include "report/bounce.h"

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
one_line(struct span s)
{
	must(s.len <= LIMIT_BOUNCE_TEXT && (span_absent(s) || s.len > 0));
	for (size_t i = 0; i < s.len; i++)
		must(span_at(s, i) >= ' ' && span_at(s, i) < 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct bounce b;
	bool ok;

	arena_init(&a, 64 << 20);
	ok = bounce_read(&b, (struct span){ data, size }, &a);
	one_line(b.code);
	one_line(b.diagnostic);
	one_line(b.message_id);
	must(b.status == 0 || b.status == 2 || b.status == 4 ||
	    b.status == 5);
	must((b.status == 0) == span_absent(b.code) || a.failed);
	must(!bounce_is_hard(&b) || (b.status == 5 &&
	    b.action == BOUNCE_FAILED));
	must(ok || a.failed || (b.action == BOUNCE_UNSAID &&
	    span_absent(b.message_id)));
	arena_free(&a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: a forwarder has a name and is not the author; what it got begins
 * below a field that is there; its envelope is that of the message, another
 * address, or none. */
#include "traits/forwarded.h"

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
	struct span all = { data, size };
	struct traits_in in = { .has_client = true, .has_mail_from = true };
	struct span author = SPAN("author.test");
	struct forwarded f;
	struct arena a;

	in.client.family = 4;
	in.mail_from = span_cut(&all, '\n');
	in.rdns = span_cut(&all, '\n');
	in.header = all;
	arena_init(&a, 1 << 20);
	if (forwarded_find(&f, &in, author, &a)) {
		must(f.by.len > 0 && !span_eq(f.by, author));
		must(f.before.border > 0 && f.before.client.family != 0);
		must(f.before.n_rcpt == 0 && f.before.mail_from.len <=
		    in.mail_from.len);
	}
	arena_free(&a);
	return 0;
}

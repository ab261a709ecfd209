/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: a list is read whole or not at all; each mailbox printed reads
 * as itself, alone and all in one list. */
#include "wire/address.h"

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
same(const struct mailbox *x, const struct mailbox *y)
{
	must(span_eq(x->local, y->local) && domain_eq(x->domain, y->domain) &&
	    span_eq(x->literal, y->literal));
}

static void
again(const struct address_list *l, size_t size, struct arena *a)
{
	struct buf b = arena_buf(a, 8 * size + 16);
	struct address_list m;

	for (size_t i = 0; i < l->n; i++) {
		struct span one = mailbox_print(&l->box[i], a);

		must(address_list_parse(&m, one, a) && m.n == 1);
		same(&l->box[i], &m.box[0]);
		buf_put(&b, one);
		buf_byte(&b, ',');
	}
	must(!b.full && address_list_parse(&m, buf_span(&b), a));
	must(m.n == l->n);
	for (size_t i = 0; i < l->n; i++)
		same(&l->box[i], &m.box[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct arena a;

	arena_init(&a, 64 << 20);
	{
		struct address_list l;

		if (!address_list_parse(&l, in, &a)) {
			must(l.n == 0 && l.error != ADDRESS_OK);
			must(l.error_at <= size);
		} else {
			must(l.n > 0 || l.groups > 0);
			must(l.n <= LIMIT_MAILBOXES);
			if (l.n > 0)
				again(&l, size, &a);
		}
	}
	arena_free(&a);
	return 0;
}

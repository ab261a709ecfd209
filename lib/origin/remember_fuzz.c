/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: what is read can be written, and is read to the same again. */
#include "origin/remember.h"

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
	ROOM(room, REMEMBER_TEXT);
	struct buf b = BUF_ON(room);
	struct age_facts f, g;
	struct dealt d, e;
	uint64_t hash[3];

	if (age_get(&f, text)) {
		age_put(&b, &f);
		must(!b.full && age_get(&g, buf_span(&b)) &&
		    g.first_seen == f.first_seen && g.senders == f.senders &&
		    g.registered == f.registered && g.listed == f.listed &&
		    g.popular == f.popular &&
		    g.memory_since == f.memory_since);
	}
	b.len = 0;
	if (dealt_get(&d, text)) {
		dealt_put(&b, &d);
		must(!b.full && dealt_get(&e, buf_span(&b)) &&
		    e.since == d.since && e.days == d.days &&
		    e.sort == d.sort && e.pair == d.pair);
	}
	(void)dealing_key_get(hash, text);
	return 0;
}

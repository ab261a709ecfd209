/* SPDX-License-Identifier: Apache-2.0 */
/* store_full.c - letters wait while the store of reports is full. */
#include "store_letters_inner.h"

#include "store_house.h"

enum { AGAIN_MS = 30000 };	/* somebody may have made room */

static void
tell(const struct letters *l, uint64_t size)
{
	struct log_line line;

	log_begin(&line, &l->role->log, "reports-full");
	log_str(&line, "why", "report-store-size is reached");
	log_u64(&line, "bytes", size);
	log_str(&line, "then", "report mail waits in the inbox");
	log_end(&line);
}

/* What is too old goes first: letters wait, so nothing else does it. */
bool
letters_full(struct letters *l)
{
	uint64_t most = l->role->daemon.store_bytes, size = 0;

	if (!store_size(l->store, &size) || size < most) {
		l->full = false;	/* an error is told by the letter */
		return false;
	}
	store_house_age(l->role, l->store, &l->aged);
	if (store_size(l->store, &size) && size < most)
		return false;
	if (!l->full)
		tell(l, size);
	l->full = true;
	loop_timer(l->role->loop, &l->timer, AGAIN_MS);
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as it lies in a memory, torn or not: reading stays in it, and what
 * is opened and packed again opens to the same. */
#include "behave/record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SLOTS_MOST = DOMAIN_SLOTS };

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

/* Each value that it has is found in its row. */
static void
look(const struct record *r, const struct profile *p)
{
	struct record_look k;
	weight hour[PROFILE_HOURS];
	size_t at = 0;

	record_hours(hour, r);
	record_look(&k, r);
	for (unsigned row = 0; row < N_ROW; row++) {
		record_row(&k, row);
		must(k.first + k.n <= r->n_slot);
		for (; at < p->n_slot && p->slot[at].what >> 24 == row; at++)
			(void)record_find(&k, p->slot[at].what & SLOT_VALUE);
		(void)record_find(&k, row);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint64_t room[2][PROFILE_WORDS(SLOTS_MOST)];
	static uint64_t packed[2 * DOMAIN_OCTETS / 8];
	struct profile *p = (struct profile *)(void *)room[0];
	struct profile *q = (struct profile *)(void *)room[1];
	struct record *r, *again = (struct record *)(void *)packed;

	if (size < sizeof(*r) || size > DOMAIN_OCTETS)
		return 0;
	/* exactly as long, so that a look beyond is told */
	r = malloc(size);
	must(r != NULL);
	memcpy(r, data, size);
	if (record_octets(r, size) != 0) {
		r->of_domain &= 1;
		record_open(p, r, SLOTS_MOST);
		must(p->n_slot <= SLOTS_MOST && p->n_slot <= r->n_slot);
		look(r, p);
		must(record_pack(again, p) <= sizeof(packed));
		record_open(q, again, SLOTS_MOST);
		must(p->n_slot == q->n_slot && memcmp(p->slot, q->slot,
		    p->n_slot * sizeof(p->slot[0])) == 0);
		must(memcmp(p->total, q->total, sizeof(p->total)) == 0 &&
		    memcmp(p->types, q->types, sizeof(p->types)) == 0 &&
		    memcmp(p->hour, q->hour, sizeof(p->hour)) == 0);
	}
	free(r);
	return 0;
}

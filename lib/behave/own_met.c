/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/own_met.h"

static uint64_t
load(const uint64_t *entry)
{
	return __atomic_load_n(entry, __ATOMIC_RELAXED);
}

static void
store(uint64_t *entry, uint64_t value)
{
	__atomic_store_n(entry, value, __ATOMIC_RELAXED);
}

static uint64_t
entry_of(uint64_t hash, uint16_t first, uint16_t last)
{
	return (hash >> 32) << 32 | (uint64_t)first << 16 | last;
}

static const uint64_t *
set_of(const uint64_t *entry, size_t sets, uint64_t hash)
{
	return entry + (hash & 0xffffffff) % sets * MET_WAYS;
}

static bool
is(uint64_t entry, uint64_t hash)
{
	return entry != 0 && entry >> 32 == hash >> 32;
}

uint16_t
met_first(const uint64_t *entry, size_t sets, uint64_t hash)
{
	const uint64_t *set = set_of(entry, sets, hash);

	for (size_t i = 0; i < MET_WAYS; i++) {
		uint64_t e = load(&set[i]);

		if (is(e, hash))
			return (uint16_t)(e >> 16);
	}
	return 0;
}

/* Day 0 is never: that of 2000-01-01, which nobody will meet. */
void
met_add(uint64_t *entry, size_t sets, uint64_t hash, uint16_t day)
{
	uint64_t *set = entry + (set_of(entry, sets, hash) - entry);
	uint64_t *oldest = &set[0];

	if (day == 0)
		return;
	for (size_t i = 0; i < MET_WAYS; i++) {
		uint64_t e = load(&set[i]);

		if (is(e, hash)) {
			store(&set[i], entry_of(hash, (uint16_t)(e >> 16),
			    day));
			return;
		}
		if ((uint16_t)e < (uint16_t)load(oldest))
			oldest = &set[i];
	}
	store(oldest, entry_of(hash, day, day));
}

void
met_forget(uint64_t *entry, size_t sets, uint64_t hash, uint16_t day)
{
	uint64_t *set = entry + (set_of(entry, sets, hash) - entry);

	for (size_t i = 0; i < MET_WAYS; i++) {
		uint64_t e = load(&set[i]);

		if (is(e, hash) && (uint16_t)(e >> 16) == day)
			store(&set[i], 0);
	}
}

void
met_erase(uint64_t *entry, size_t sets, uint64_t hash)
{
	uint64_t *set = entry + (set_of(entry, sets, hash) - entry);

	for (size_t i = 0; i < MET_WAYS; i++)
		if (is(load(&set[i]), hash))
			store(&set[i], 0);
}

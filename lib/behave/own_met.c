/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/own_met.h"

enum {
	TAG = 40, CHECK = 32,		/* bits of an entry                  */
	POLYNOMIAL = 0x07		/* x^8 + x^2 + x + 1                 */
};

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

/* CRC-8 of the other seven octets, which finds each change within one. */
static uint64_t
check_of(uint64_t entry)
{
	uint8_t crc = 0;

	for (int shift = 56; shift >= 0; shift -= 8) {
		if (shift == CHECK)
			continue;
		crc ^= (uint8_t)(entry >> shift);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint8_t)(crc << 1 ^ (crc >> 7) * POLYNOMIAL);
	}
	return (uint64_t)crc << CHECK;
}

static uint64_t
entry_of(uint64_t hash, uint16_t first, uint16_t last)
{
	uint64_t e = hash >> TAG << TAG | (uint64_t)first << 16 | last;

	return e | check_of(e);
}

static bool
is_whole(uint64_t entry)
{
	return (entry & UINT64_C(0xff) << CHECK) == check_of(entry);
}

static const uint64_t *
set_of(const uint64_t *entry, size_t sets, uint64_t hash)
{
	return entry + (hash & 0xffffffff) % sets * MET_WAYS;
}

static bool
is(uint64_t entry, uint64_t hash)
{
	return entry != 0 && entry >> TAG == hash >> TAG && is_whole(entry);
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

size_t
met_mend(uint64_t *entry, size_t sets)
{
	size_t bad = 0;

	for (size_t i = 0; i < sets * MET_WAYS; i++) {
		uint64_t e = load(&entry[i]);

		if (e == 0 || is_whole(e))
			continue;
		store(&entry[i], 0);
		bad++;
	}
	return bad;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile.h - what an entity usually does.
 *
 * It lies in a memory as a record (record.h), which is opened to be changed.
 * Of a sender, a slot counts how often a value was seen, fading
 * (weight.h).  Of a domain, it counts how many senders ever used it, so
 * that a flood of one sender moves nothing.  Slots lie in order of row and
 * value; a row has a budget, and what counts least makes room.
 *
 * profile_merge() takes the larger of two counts everywhere and then keeps
 * the budget: in any order, any number of times, the same record.
 */
#ifndef BEHAVE_PROFILE_H
#define BEHAVE_PROFILE_H

#include "behave/sample.h"
#include "behave/weight.h"

enum {
	SLOT_VALUE = 0xffffff,		/* bits of a value that are kept     */
	PROFILE_HOURS = 24,
	PROFILE_SUMS = 8,
	HALVE_AT = 400			/* messages, then all counts halve   */
};

struct slot {
	uint32_t what;			/* row << 24 | value                 */
	uint16_t count;			/* a weight, or senders of a domain  */
	uint16_t day;			/* seen last                         */
};

struct profile {
	uint64_t key;
	uint16_t first_day, last_day;
	uint16_t n_slot, cap_slot;
	uint16_t of_domain;		/* plain counts, larger budgets      */
	weight messages;
	uint16_t total[N_ROW];		/* of a row: observations            */
	uint16_t types[N_ROW];		/* ... and distinct values, ever     */
	weight hour[PROFILE_HOURS];
	/* Sums of a day, as habits are asked for the same one in each row:
	 * one more than that is so much. */
	uint16_t sum_day;
	weight sum_of[PROFILE_SUMS], sum[PROFILE_SUMS];
	struct slot slot[];
};

static inline uint32_t
slot_what(unsigned row, uint32_t value)
{
	return (uint32_t)row << 24 | (value & SLOT_VALUE);
}

/* Of a count in p, read on a day. */
float profile_count(const struct profile *p, uint16_t count, uint16_t day);
/* The slot of a value, or NULL. */
const struct slot *profile_find(const struct profile *p, unsigned row,
    uint32_t value);
/* One more of a value, on a day.  True: it was not known before. */
bool profile_add(struct profile *p, unsigned row, uint32_t value,
    uint16_t day);
/* A value is not there any more.  False: it was not. */
bool profile_drop(struct profile *p, unsigned row, uint32_t value);
/* Of a domain: one sender less uses it. */
void profile_uncount(struct profile *p, unsigned row, uint32_t value);
/* One that was added on the day then is taken back, as far as it is there. */
void profile_take_back(struct profile *p, unsigned row, uint32_t value,
    uint16_t then, uint16_t today);
/* A whole message, its hour and its count. */
void profile_message_back(struct profile *p, uint16_t then, uint16_t today,
    unsigned hour);
/* A message was counted: ages the record. */
void profile_message(struct profile *p, uint16_t day, unsigned hour);
unsigned profile_budget(bool of_domain, unsigned row);
/* What counts least goes, until there are no more slots than that. */
void profile_trim(struct profile *p, size_t slots);
/* Into a, which has room for the slots of both. */
void profile_merge(struct profile *a, const struct profile *b);

#endif

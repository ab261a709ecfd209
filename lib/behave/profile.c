/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/num.h"
#include "behave/profile.h"

unsigned
profile_budget(bool of_domain, unsigned row)
{
	unsigned n = of_domain ? 32 : 8;

	if (row == ROW_RECIPIENTS)
		return 4 * n;
	if (row == ROW_LINKS)
		return 2 * n;
	if (row == ROW_HEADER_NAMES)
		return 3 * n;
	return n;
}

float
profile_count(const struct profile *p, uint16_t count, uint16_t day)
{
	return p->of_domain ? (float)count : weight_read(count, day);
}

static uint16_t
count_more(struct profile *p, uint16_t count, uint16_t day)
{
	unsigned at = count % PROFILE_SUMS;

	if (p->of_domain)
		return (uint16_t)(count < UINT16_MAX ? count + 1 : count);
	if (p->sum_day != day)
		bytes_clear((uint8_t *)p->sum, sizeof(p->sum));
	p->sum_day = day;
	if (p->sum[at] == 0 || p->sum_of[at] != count)
		p->sum[at] = weight_add(count, day, 1);
	p->sum_of[at] = count;
	return p->sum[at];
}

/* The first slot that is not before what. */
static size_t
lower(const struct profile *p, uint32_t what)
{
	size_t from = 0, n = p->n_slot;

	/* no branch: which half it is, nobody can guess */
	for (; n > 1; n -= n / 2)
		from += n / 2 * (p->slot[from + n / 2 - 1].what < what);
	return from + (n == 1 && p->slot[from].what < what);
}

const struct slot *
profile_find(const struct profile *p, unsigned row, uint32_t value)
{
	uint32_t what = slot_what(row, value);
	size_t at = lower(p, what);

	return at < p->n_slot && p->slot[at].what == what ? &p->slot[at] :
	    NULL;
}

/* What counts less; of equals the larger value, so that one order of all
 * slots decides and merging stays associative. */
static bool
lesser(const struct slot *a, const struct slot *b)
{
	if (a->count != b->count)
		return a->count < b->count;
	return a->what > b->what;
}

static void
drop(struct profile *p, size_t at)
{
	for (size_t i = at + 1; i < p->n_slot; i++)
		p->slot[i - 1] = p->slot[i];
	p->n_slot--;
}

bool
profile_drop(struct profile *p, unsigned row, uint32_t value)
{
	uint32_t what = slot_what(row, value);
	size_t at = lower(p, what);

	if (at >= p->n_slot || p->slot[at].what != what)
		return false;
	drop(p, at);
	p->slot[p->n_slot] = (struct slot){ .what = 0 };
	return true;
}

void
profile_uncount(struct profile *p, unsigned row, uint32_t value)
{
	uint32_t what = slot_what(row, value);
	size_t at = lower(p, what);

	if (!p->of_domain || at >= p->n_slot || p->slot[at].what != what)
		return;
	p->slot[at].count = (uint16_t)(p->slot[at].count -
	    (p->slot[at].count > 0));
	p->total[row] = (uint16_t)(p->total[row] - (p->total[row] > 0));
	if (p->slot[at].count > 0)
		return;
	p->types[row] = (uint16_t)(p->types[row] - (p->types[row] > 0));
	(void)profile_drop(p, row, value);
}

/* Room for one more in a row: by its budget, by the record's. */
static void
make_room(struct profile *p, unsigned row)
{
	size_t from = lower(p, slot_what(row, 0)), to, least;

	to = lower(p, slot_what(row + 1, 0));
	if (to - from < profile_budget(p->of_domain, row)) {
		if (p->n_slot < p->cap_slot)
			return;
		from = 0;
		to = p->n_slot;
	}
	least = from;
	for (size_t i = from; i < to; i++)
		if (lesser(&p->slot[i], &p->slot[least]))
			least = i;
	if (from < to)
		drop(p, least);
}

bool
profile_add(struct profile *p, unsigned row, uint32_t value, uint16_t day)
{
	uint32_t what = slot_what(row, value);
	size_t at = lower(p, what);
	struct slot *s;

	p->total[row] = count_more(p, p->total[row], day);
	if (at < p->n_slot && p->slot[at].what == what) {
		s = &p->slot[at];
		s->count = count_more(p, s->count, day);
		if (day > s->day)
			s->day = day;
		return false;
	}
	p->types[row] = p->of_domain ? count_more(p, p->types[row], day) :
	    weight_add(p->types[row], day, 1);
	make_room(p, row);
	if (p->n_slot >= p->cap_slot)
		return true;
	at = lower(p, what);
	for (size_t i = p->n_slot; i > at; i--)
		p->slot[i] = p->slot[i - 1];
	p->slot[at] = (struct slot){ what, p->of_domain ? 1 :
	    weight_once(day), day };
	p->n_slot++;
	return true;
}

void
profile_take_back(struct profile *p, unsigned row, uint32_t value,
    uint16_t then, uint16_t today)
{
	uint32_t what = slot_what(row, value);
	size_t at = lower(p, what);
	struct slot *s = at < p->n_slot && p->slot[at].what == what ?
	    &p->slot[at] : NULL;

	p->total[row] = weight_take_back(p->total[row], then, today);
	if (s == NULL)
		return;
	s->count = weight_take_back(s->count, then, today);
	if (s->count > 0)
		return;
	drop(p, at);
	p->types[row] = weight_take_back(p->types[row], then, today);
}

void
profile_message_back(struct profile *p, uint16_t then, uint16_t today,
    unsigned hour)
{
	p->messages = weight_take_back(p->messages, then, today);
	if (hour < PROFILE_HOURS)
		p->hour[hour] = weight_take_back(p->hour[hour], then, today);
}

static void
halve(struct profile *p)
{
	p->messages = weight_halve(p->messages);
	for (unsigned r = 0; r < N_ROW; r++) {
		p->total[r] = weight_halve(p->total[r]);
		p->types[r] = weight_halve(p->types[r]);
	}
	for (unsigned h = 0; h < PROFILE_HOURS; h++)
		p->hour[h] = weight_halve(p->hour[h]);
	for (size_t i = 0; i < p->n_slot; i++)
		p->slot[i].count = weight_halve(p->slot[i].count);
}

void
profile_message(struct profile *p, uint16_t day, unsigned hour)
{
	if (p->messages == 0 && p->last_day == 0)
		p->first_day = day;
	if (day > p->last_day)
		p->last_day = day;
	if (p->of_domain) {
		p->messages = count_more(p, p->messages, day);
		return;
	}
	p->messages = weight_add(p->messages, day, 1);
	if (hour < PROFILE_HOURS)
		p->hour[hour] = weight_add(p->hour[hour], day, 1);
	if (weight_read(p->messages, day) > HALVE_AT)
		halve(p);
}

static uint16_t
larger(uint16_t a, uint16_t b)
{
	return a > b ? a : b;
}

static void
merge_slot(struct profile *a, const struct slot *s)
{
	size_t at = lower(a, s->what);

	if (at < a->n_slot && a->slot[at].what == s->what) {
		/* whole: a day belongs to its count */
		if (s->count > a->slot[at].count ||
		    (s->count == a->slot[at].count &&
		    s->day > a->slot[at].day))
			a->slot[at] = *s;
		return;
	}
	if (a->n_slot >= a->cap_slot)
		return;
	for (size_t i = a->n_slot; i > at; i--)
		a->slot[i] = a->slot[i - 1];
	a->slot[at] = *s;
	a->n_slot++;
}

/* Back to the budget of each row. */
static void
trim(struct profile *p)
{
	for (unsigned row = 0; row < N_ROW; row++)
		for (;;) {
			size_t from = lower(p, slot_what(row, 0));
			size_t to = lower(p, slot_what(row + 1, 0));

			if (to - from <= profile_budget(p->of_domain, row))
				break;
			make_room(p, row);
		}
}

void
profile_trim(struct profile *p, size_t slots)
{
	while (p->n_slot > slots) {
		size_t least = 0;

		for (size_t i = 1; i < p->n_slot; i++)
			if (lesser(&p->slot[i], &p->slot[least]))
				least = i;
		drop(p, least);
	}
}

void
profile_merge(struct profile *a, const struct profile *b)
{
	if (a->first_day == 0 || (b->first_day != 0 &&
	    b->first_day < a->first_day))
		a->first_day = b->first_day;
	a->last_day = larger(a->last_day, b->last_day);
	a->messages = larger(a->messages, b->messages);
	for (unsigned r = 0; r < N_ROW; r++) {
		a->total[r] = larger(a->total[r], b->total[r]);
		a->types[r] = larger(a->types[r], b->types[r]);
	}
	for (unsigned h = 0; h < PROFILE_HOURS; h++)
		a->hour[h] = larger(a->hour[h], b->hour[h]);
	for (size_t i = 0; i < b->n_slot; i++)
		merge_slot(a, &b->slot[i]);
	trim(a);
}

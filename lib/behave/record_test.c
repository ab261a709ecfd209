/* SPDX-License-Identifier: Apache-2.0 */
/* What is packed comes back, to the bit; whatever is torn is read inside. */
#include "behave/num.h"
#include "behave/record.h"

#include <stdlib.h>

#include "test/t.h"

enum { NOW = 9000 };

static struct chance chance = { 11 };
static uint64_t room[3][PROFILE_WORDS(DOMAIN_SLOTS)];
static uint64_t packed[DOMAIN_OCTETS / 8 + 8];

static struct profile *
profile_in(unsigned i)
{
	return (struct profile *)(void *)room[i];
}

static size_t
slots_of(bool of_domain)
{
	return of_domain ? DOMAIN_SLOTS : SENDER_SLOTS;
}

/* Some messages, with habits and without. */
static void
lived(struct profile *p, bool of_domain, unsigned messages, unsigned habit)
{
	uint16_t day = NOW;

	memset(p, 0, sizeof(*p));
	p->key = 7;
	p->of_domain = of_domain;
	p->cap_slot = (uint16_t)slots_of(of_domain);
	for (unsigned i = 0; i < messages; i++) {
		day = (uint16_t)(day + chance_below(&chance, 3));
		for (unsigned r = 0; r < N_ROW; r++)
			for (unsigned k = row_is_set(r) ?
			    chance_below(&chance, 9) : 1; k > 0; k--)
				profile_add(p, r, chance_below(&chance,
				    100) < habit ? r : chance_bits(&chance),
				    day);
		profile_message(p, day, chance_below(&chance, 25));
	}
}

/* Days of a domain's slots are not kept: nobody asks for them. */
static bool
same(struct profile *a, const struct profile *b)
{
	for (size_t i = 0; a->of_domain && i < a->n_slot; i++)
		a->slot[i].day = 0;
	return memcmp(a, b, offsetof(struct profile, sum_day)) == 0 &&
	    memcmp(a->slot, b->slot, a->n_slot * sizeof(a->slot[0])) == 0;
}

/* All values that it has, and some that it has not. */
static bool
found_as_opened(const struct record *r, const struct profile *p)
{
	struct record_look k;
	weight hour[PROFILE_HOURS];
	bool ok = true;

	record_look(&k, r);
	for (unsigned row = 0; row < N_ROW; row++) {
		record_row(&k, row);
		ok = ok && k.total == p->total[row] &&
		    k.types == p->types[row];
		for (size_t i = 0; i < p->n_slot; i++) {
			struct found f = record_find(&k, p->slot[i].what &
			    SLOT_VALUE);
			const struct slot *s = profile_find(p, row,
			    p->slot[i].what & SLOT_VALUE);

			ok = ok && f.count == (s == NULL ? 0 : s->count) &&
			    f.day == (s == NULL ? 0 : s->day);
		}
	}
	record_hours(hour, r);
	return ok && memcmp(hour, p->hour, sizeof(hour)) == 0;
}

static void
come_back(bool of_domain)
{
	struct record *r = (struct record *)(void *)packed;
	struct profile *p = profile_in(0), *q = profile_in(1);
	bool all = true, found = true, fits = true;

	for (unsigned i = 0; i < 300; i++) {
		size_t n;

		lived(p, of_domain, i < 100 ? i % 10 : i, i * 7 % 101);
		n = record_pack(r, p);
		fits = fits && n <= (of_domain ? DOMAIN_OCTETS :
		    SENDER_OCTETS) && n == record_octets(r, n) &&
		    record_octets(r, n - 1) == 0;
		record_open(q, r, slots_of(of_domain));
		all = all && same(p, q);
		found = found && found_as_opened(r, q);
	}
	T_OK(all, "to the bit");
	T_OK(found, "and so does each value");
	T_OK(fits, "in bounded room");
}

/* Every head and row that says too much: a walk stays in the record. */
static void
torn(void)
{
	bool ok = true;

	for (unsigned i = 0; i < 3000; i++) {
		size_t n = sizeof(struct record) + chance_below(&chance, 600);
		uint8_t *exact;
		struct record *r;

		lived(profile_in(0), i % 2 == 0, 1 + i % 5, 50);
		record_pack((struct record *)(void *)packed, profile_in(0));
		for (unsigned k = 0; k < 20; k++)
			((uint8_t *)packed)[chance_below(&chance, i % 3 == 0 ?
			    sizeof(struct record) : 600)] =
			    (uint8_t)chance_bits(&chance);
		if (record_octets((struct record *)(void *)packed, n) == 0)
			continue;
		exact = malloc(n);
		memcpy(exact, packed, n);
		r = (struct record *)(void *)exact;
		record_open(profile_in(1), r, SENDER_SLOTS);
		ok = ok && profile_in(1)->n_slot <= SENDER_SLOTS;
		free(exact);
	}
	T_OK(ok, "what is torn is read inside");
}

int
main(void)
{
	come_back(false);
	come_back(true);
	torn();
	return t_done();
}

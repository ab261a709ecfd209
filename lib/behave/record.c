/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/record.h"

#include "base/bytes.h"

/* What stands of a slot beyond its value, two bits of each.  Of a domain, 0 is
 * one sender; else the count stands there. */
enum {
	AS_MESSAGES,		/* as often as messages, on the last day */
	ONCE,			/* a weight, which is that of its day    */
	LATELY,			/* a weight; on the last day             */
	DATED			/* a weight and a day                    */
};

/* Of a row. */
enum {
	FEW = 31,		/* else their number stands there        */
	HAS_TYPES = 64, HAS_TOTAL = 128
};

/* How many numbers that are: as many as it has bits.  Of a domain how is ONCE
 * if it is not AS_MESSAGES. */
static inline unsigned
more_of(unsigned how)
{
	return (how & 1) + (how >> 1);
}

static size_t
low_at(size_t n_slot)
{
	size_t at = offsetof(struct record, rest) + n_slot + (n_slot + 3) / 4;

	return at + at % 2;
}

size_t
record_octets(const struct record *r, size_t room)
{
	size_t n = low_at(r->n_slot) + 2 * ((size_t)r->n_slot + r->n_more);

	return n <= room ? n : 0;
}

/* ---- reading ------------------------------------------------------------ */

static const uint64_t each = UINT64_C(0x0101010101010101);

static inline unsigned
bits_of(uint64_t x)
{
	x -= x >> 1 & each * 0x55;
	x = (x & each * 0x33) + (x >> 2 & each * 0x33);
	return (unsigned)(((x + (x >> 4)) & each * 0x0f) * each >> 56);
}

static inline uint16_t
more(const struct record_look *k, unsigned at)
{
	return at < k->record->n_more ? k->more[at] : 0;
}

void
record_look(struct record_look *k, const struct record *r)
{
	*k = (struct record_look){ .record = r };
	if (r == NULL)
		return;
	k->high = r->rest;
	k->how = r->rest + r->n_slot;
	k->low = (const uint16_t *)(const void *)((const uint8_t *)r +
	    low_at(r->n_slot));
	k->more = k->low + r->n_slot;
	k->once = weight_once(r->first_day);
	k->at = bits_of(r->hours[0] | (uint64_t)r->hours[1] << 8 |
	    (uint64_t)r->hours[2] << 16);
}

void
record_hours(weight hour[PROFILE_HOURS], const struct record *r)
{
	struct record_look k;
	unsigned at = 0;

	record_look(&k, r);
	for (unsigned h = 0; h < PROFILE_HOURS; h++) {
		bool is = r != NULL && (r->hours[h / 8] >> h % 8 & 1) != 0;

		hour[h] = is ? more(&k, at) : 0;
		at += is;
	}
}

static inline unsigned
how_at(const struct record_look *k, unsigned slot)
{
	return k->how[slot / 4] >> slot % 4 * 2 & 3;
}

/* Eight octets at once; a record of so many slots has as many behind each of
 * the two places where they begin. */
enum { EIGHT_SLOTS = 4 };

static inline uint64_t
eight(const uint8_t *p)
{
	return p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	    (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
	    (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	    (uint64_t)p[7] << 56;
}

enum { ONE_LOOK = 28 };			/* slots, wherever they begin        */

/* What stands of so many slots, at least one and no more than that. */
static inline uint64_t
hows(const struct record_look *k, unsigned first, unsigned n)
{
	return eight(&k->how[first / 4]) >> first % 4 * 2 &
	    UINT64_MAX >> (64 - 2 * n);
}

/* Of so many slots: as many as bits are set. */
static inline unsigned
more_of_slots(const struct record_look *k, unsigned first, unsigned n)
{
	unsigned sum = 0;

	for (; n > 0 && k->record->n_slot < EIGHT_SLOTS; n--)
		sum += more_of(how_at(k, first++));
	for (; n > ONE_LOOK; n -= ONE_LOOK, first += ONE_LOOK)
		sum += bits_of(hows(k, first, ONE_LOOK));
	return n == 0 ? sum : sum + bits_of(hows(k, first, n));
}

/* Senders of a domain: one for each slot that says no more. */
static void
add_up(struct record_look *k)
{
	unsigned told = k->at - k->begins;
	uint32_t sum = k->n - told;

	for (unsigned i = 0; i < told; i++)
		sum += more(k, k->begins + i);
	k->total = (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
}

void
record_row(struct record_look *k, unsigned row)
{
	const struct record *r = k->record;
	unsigned head, length = 0;

	k->first = k->slot;
	k->total = k->types = 0;
	if (r == NULL)
		return;
	head = r->row[row];
	k->n = head % 32;
	if (k->n == FEW) {
		k->n = more(k, k->at);
		length = more(k, k->at + 1);
		k->at += 2;
	}
	if (k->n > r->n_slot - k->slot)		/* torn */
		k->n = r->n_slot - k->slot;
	if (k->n > 0) {
		k->total = r->messages;
		k->types = r->of_domain ? (uint16_t)k->n : k->once;
	}
	if ((head & HAS_TOTAL) != 0)
		k->total = more(k, k->at++);
	if ((head & HAS_TYPES) != 0)
		k->types = more(k, k->at++);
	k->begins = k->at;
	k->slot += k->n;
	k->at += head % 32 == FEW ? length :
	    more_of_slots(k, k->first, k->n);
	if (r->of_domain && (head & HAS_TOTAL) == 0)
		add_up(k);
}

/* weight_once() backwards: a day is more than a step. */
static uint16_t
day_of_once(uint16_t w)
{
	unsigned steps = w - (unsigned)weight_once(0);

	return (uint16_t)((steps * HALF_DAYS + WEIGHT_STEPS - 1) /
	    WEIGHT_STEPS);
}

static inline struct found
count_at(const struct record_look *k, unsigned how, unsigned at)
{
	const struct record *r = k->record;

	if (r->of_domain)
		return (struct found){ how == AS_MESSAGES ? 1 :
		    more(k, at), 0 };
	if (how == AS_MESSAGES)
		return (struct found){ r->messages, r->last_day };
	return (struct found){ more(k, at), how == ONCE ?
	    day_of_once(more(k, at)) : how == LATELY ? r->last_day :
	    more(k, at + 1) };
}

/* The slot of a value in this row, or its end: eight first octets at once,
 * of which those that differ in nothing are looked at. */
static unsigned
slot_of(const struct record_look *k, uint32_t value)
{
	const uint8_t *high = &k->high[k->first];
	const uint16_t *low = &k->low[k->first];
	uint8_t top = (uint8_t)(value >> 16);
	unsigned i = 0;

	for (; k->record->n_slot >= EIGHT_SLOTS && i < k->n; i += 8) {
		uint64_t off = eight(&high[i]) ^ each * top;
		uint64_t same = (off - each) & ~off & each * 0x80;

		for (; same != 0; same &= same - 1) {
			unsigned at = i + (unsigned)__builtin_ctzll(same) / 8;

			if (at < k->n && high[at] == top &&
			    low[at] == (uint16_t)value)
				return at;
		}
	}
	while (i < k->n && (low[i] != (uint16_t)value || high[i] != top))
		i++;
	return i < k->n ? i : k->n;
}

struct found
record_find(const struct record_look *k, uint32_t value)
{
	unsigned i;

	if (k->record == NULL)
		return (struct found){ 0, 0 };
	i = slot_of(k, value);
	if (i == k->n)
		return (struct found){ 0, 0 };
	return count_at(k, how_at(k, k->first + i), k->begins +
	    more_of_slots(k, k->first, i));
}

unsigned
record_counts(const struct record_look *k, uint16_t *count, unsigned most)
{
	unsigned n = k->n < most ? k->n : most, at = k->begins;

	for (unsigned i = 0; i < n; i++) {
		unsigned how = how_at(k, k->first + i);

		count[i] = count_at(k, how, at).count;
		at += more_of(how);
	}
	return n;
}

/* ---- opening ------------------------------------------------------------ */

/* Here and in pack_slots(), what is written could be what is looked at, for
 * all that a compiler knows; copies say that it is not. */
static void
open_row(struct profile *p, const struct record_look *look, unsigned row,
    size_t slots)
{
	const struct record_look k = *look;
	const struct found usual = k.record->of_domain ?
	    (struct found){ 1, 0 } :
	    (struct found){ k.record->messages, k.record->last_day };
	unsigned at = k.begins, end = k.first + k.n;
	uint32_t what = slot_what(row, 0);
	struct slot *s = &p->slot[p->n_slot];

	if (k.n > slots - p->n_slot)
		end = k.first + (unsigned)(slots - p->n_slot);
	/* mostly no slot of a row says more than its value */
	for (unsigned i = k.first; k.at == k.begins && i < end; i++)
		*s++ = (struct slot){ what | (uint32_t)k.high[i] << 16 |
		    k.low[i], usual.count, usual.day };
	for (unsigned i = k.first; k.at != k.begins && i < end; i++) {
		unsigned how = how_at(&k, i);
		struct found f = usual;

		if (how != AS_MESSAGES)
			f = count_at(&k, how, at);
		*s = (struct slot){ what | (uint32_t)k.high[i] << 16 |
		    k.low[i], f.count, f.day };
		s++;
		at += more_of(how);
	}
	p->n_slot = (uint16_t)(s - p->slot);
}

void
record_open(struct profile *out, const struct record *r, size_t slots)
{
	struct record_look k;

	*out = (struct profile){ .key = r->key, .first_day = r->first_day,
		.last_day = r->last_day, .messages = r->messages,
		.of_domain = r->of_domain, .cap_slot = (uint16_t)slots };
	record_hours(out->hour, r);
	record_look(&k, r);
	for (unsigned row = 0; row < N_ROW; row++) {
		record_row(&k, row);
		out->total[row] = k.total;
		out->types[row] = k.types;
		open_row(out, &k, row, slots);
	}
}

struct profile *
record_profile(uint64_t room[PROFILE_WORDS(SENDER_SLOTS)],
    const struct record *r)
{
	struct profile *p = (struct profile *)(void *)room;

	if (r == NULL)
		return NULL;
	record_open(p, r, SENDER_SLOTS);
	return p;
}

/* ---- packing ------------------------------------------------------------ */

struct packing {
	const struct profile *profile;
	struct record *record;
	uint8_t *high, *how;
	uint16_t *low, *more;
	unsigned at, slot;
	uint16_t once;
};

static void
tell(struct packing *k, uint16_t what)
{
	k->more[k->at] = what;
	k->at++;
}

static inline unsigned
how_of(const struct profile *p, const struct slot *s)
{
	if (s->day == p->last_day && s->count == p->messages)
		return AS_MESSAGES;
	if (s->count == weight_once(s->day) && day_of_once(s->count) == s->day)
		return ONCE;
	return s->day == p->last_day ? LATELY : DATED;
}

static void
pack_slots(struct packing *k, unsigned n)
{
	const struct profile *p = k->profile;
	const struct slot *s = &p->slot[k->slot];
	uint8_t *high = k->high, *hows = k->how;
	uint16_t *low = k->low, *more = &k->more[k->at];
	bool of_domain = p->of_domain != 0;
	unsigned end = k->slot + n;

	for (unsigned i = k->slot; i < end; i++, s++) {
		unsigned how = !of_domain ? how_of(p, s) :
		    s->count == 1 ? AS_MESSAGES : ONCE;

		high[i] = (uint8_t)(s->what >> 16 & 255);
		low[i] = (uint16_t)(s->what & 0xffff);
		if (how == AS_MESSAGES)
			continue;
		hows[i / 4] |= (uint8_t)(how << i % 4 * 2);
		*more++ = s->count;
		if (how == DATED)
			*more++ = s->day;
	}
	k->at = (unsigned)(more - k->more);
	k->slot = end;
}

static unsigned
slots_of(const struct packing *k, unsigned row)
{
	const struct slot *s = &k->profile->slot[k->slot];
	unsigned n = 0, most = k->profile->n_slot - k->slot;

	while (n < most && s[n].what >> 24 == row)
		n++;
	return n;
}

/* What would be read of it if nothing were told: as in record_row(). */
static uint16_t
total_of(const struct packing *k, unsigned n)
{
	uint32_t sum = 0;

	if (!k->profile->of_domain)
		return n == 0 ? 0 : k->profile->messages;
	for (const struct slot *s = &k->profile->slot[k->slot]; n > 0; n--)
		sum += (s++)->count;
	return (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
}

static uint16_t
types_of(const struct packing *k, unsigned n)
{
	if (k->profile->of_domain)
		return (uint16_t)n;
	return n == 0 ? 0 : k->once;
}

static void
pack_row(struct packing *k, unsigned row)
{
	const struct profile *p = k->profile;
	unsigned n = slots_of(k, row), head = n, length = 0;

	if (n >= FEW) {
		head = FEW | HAS_TOTAL | HAS_TYPES;
		tell(k, (uint16_t)n);
		length = k->at;
		tell(k, 0);
	}
	if (p->total[row] != total_of(k, n))
		head |= HAS_TOTAL;
	if (p->types[row] != types_of(k, n))
		head |= HAS_TYPES;
	if ((head & HAS_TOTAL) != 0)
		tell(k, p->total[row]);
	if ((head & HAS_TYPES) != 0)
		tell(k, p->types[row]);
	k->record->row[row] = (uint8_t)head;
	head = k->at;
	pack_slots(k, n);
	if (n >= FEW)
		k->more[length] = (uint16_t)(k->at - head);
}

size_t
record_pack(struct record *out, const struct profile *p)
{
	struct packing k = { .profile = p, .record = out, .high = out->rest,
		.once = weight_once(p->first_day) };

	*out = (struct record){ .key = p->key, .first_day = p->first_day,
		.last_day = p->last_day, .messages = p->messages,
		.of_domain = (uint8_t)p->of_domain, .n_slot = p->n_slot };
	k.how = out->rest + p->n_slot;
	bytes_clear(k.how, (p->n_slot + 3u) / 4 + 1);	/* what aligns, too */
	k.low = (uint16_t *)(void *)((uint8_t *)out + low_at(p->n_slot));
	k.more = k.low + p->n_slot;
	for (unsigned h = 0; h < PROFILE_HOURS; h++)
		if (p->hour[h] != 0) {
			out->hours[h / 8] |= (uint8_t)(1u << h % 8);
			tell(&k, p->hour[h]);
		}
	for (unsigned row = 0; row < N_ROW; row++)
		pack_row(&k, row);
	out->n_more = (uint16_t)k.at;
	return record_octets(out, SIZE_MAX);
}

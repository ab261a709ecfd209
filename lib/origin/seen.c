/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/seen.h"

#include "base/cur.h"
#include "crypto/siphash.h"

enum {
	SEEN_BEGIN = 10957 - 1,		/* 2000-01-01 is day 1              */
	REGISTERED_BEGIN = 3652 - 1,	/* 1980-01-01 is day 1              */
	REGISTERS = 8, REGISTER_MOST = 15
};

#define HASH_MASK UINT64_C(0xffffffffffff)

uint64_t
seen_hash(const uint8_t salt[16], struct span domain)
{
	uint64_t h = siphash(salt, domain) & HASH_MASK;

	return h == 0 ? 1 : h;	/* an empty record has 0 */
}

/* ---- senders (HyperLogLog, eight registers) ------------------------------ */

static unsigned
at_register(uint32_t senders, unsigned i)
{
	return senders >> (4 * i) & 15;
}

static uint32_t
with_register(uint32_t senders, unsigned i, unsigned v)
{
	return (senders & ~(UINT32_C(15) << (4 * i))) | (uint32_t)v << (4 * i);
}

void
seen_sender(struct seen *s, uint64_t sender_hash)
{
	unsigned i = (unsigned)(sender_hash % REGISTERS), run = 1;
	uint64_t rest = sender_hash / REGISTERS;

	while (run < REGISTER_MOST && (rest & 1) == 0) {
		rest >>= 1;
		run++;
	}
	if (run > at_register(s->senders, i))
		s->senders = with_register(s->senders, i, run);
}

/* Eight registers: with one still empty, as many as fill so many of eight
 * (8 ln 8/empty); then 0.626 * 64 / sum of 2^-register. */
unsigned
seen_senders(const struct seen *s)
{
	static const uint8_t linear[REGISTERS + 1] = { 0, 1, 2, 4, 6, 8, 11,
		17, 0 };
	uint32_t sum = 0;	/* in units of 2^-15 */
	unsigned empty = 0;

	for (unsigned i = 0; i < REGISTERS; i++) {
		unsigned v = at_register(s->senders, i);

		empty += v == 0;
		sum += UINT32_C(1) << (REGISTER_MOST - v);
	}
	return empty > 0 ? linear[REGISTERS - empty] :
	    (unsigned)(UINT64_C(40) * 32768 / sum);
}

/* ---- merge --------------------------------------------------------------- */

static uint32_t
earlier(uint32_t a, uint32_t b)
{
	return a == 0 ? b : b == 0 || a < b ? a : b;
}

/* What a registry said holds before what a list said; of the same kind, the
 * earlier day. */
static uint32_t
registration(const struct seen *a, const struct seen *b)
{
	bool asked_a = (a->flags & SEEN_RDAP) != 0;
	bool asked_b = (b->flags & SEEN_RDAP) != 0;

	if (asked_a != asked_b)
		return asked_a ? a->registered : b->registered;
	return earlier(a->registered, b->registered);
}

void
seen_merge(struct seen *into, const struct seen *from)
{
	into->registered = registration(into, from);
	into->first = earlier(into->first, from->first);
	into->flags |= from->flags;
	for (unsigned i = 0; i < REGISTERS; i++)
		if (at_register(from->senders, i) >
		    at_register(into->senders, i))
			into->senders = with_register(into->senders, i,
			    at_register(from->senders, i));
}

/* ---- octets -------------------------------------------------------------- */

static uint16_t
short_day(uint32_t day, uint32_t begin)
{
	if (day == 0)
		return 0;
	return day <= begin ? 1 : day - begin > UINT16_MAX ? UINT16_MAX :
	    (uint16_t)(day - begin);
}

static uint32_t
long_day(uint16_t day, uint32_t begin)
{
	return day == 0 ? 0 : begin + day;
}

/* Of all octets but its own; a record of zeros has another. */
static uint8_t
sum_of(struct span record)
{
	uint32_t sum = 0x5a;

	for (size_t i = 0; i < record.len; i++)
		if (i != 11)
			sum = (sum ^ (uint32_t)span_at(record, i)) *
			    UINT32_C(0x01000193);
	return (uint8_t)(sum >> 24 ^ sum >> 8);
}

static void
put_fields(struct buf *b, const struct seen *s, uint8_t sum)
{
	buf_be16(b, (uint16_t)(s->hash >> 32 & 0xffff));
	buf_u32(b, (uint32_t)(s->hash & UINT32_MAX));
	buf_be16(b, short_day(s->first, SEEN_BEGIN));
	buf_be16(b, short_day(s->registered, REGISTERED_BEGIN));
	buf_byte(b, s->flags);
	buf_byte(b, sum);
	buf_u32(b, s->senders);
}

void
seen_write(struct buf *out, const struct seen *s)
{
	ROOM(room, SEEN_SIZE);
	struct buf b = BUF_ON(room);

	put_fields(&b, s, 0);
	put_fields(out, s, sum_of(buf_span(&b)));
}

bool
seen_read(struct seen *out, struct span record, bool *torn)
{
	struct cur c = cur_of(span_head(record, SEEN_SIZE));
	uint64_t high = cur_u16(&c);
	uint8_t sum;

	*torn = false;
	*out = (struct seen){ .hash = high << 32 };
	out->hash |= cur_u32(&c);
	out->first = long_day(cur_u16(&c), SEEN_BEGIN);
	out->registered = long_day(cur_u16(&c), REGISTERED_BEGIN);
	out->flags = (uint8_t)cur_byte(&c);
	sum = (uint8_t)cur_byte(&c);
	out->senders = cur_u32(&c);
	if (record.len < SEEN_SIZE || out->hash == 0)
		return false;
	*torn = sum != sum_of(span_head(record, SEEN_SIZE));
	return !*torn;
}

/* A name that many have had mail of, then one known for long; a flood of new
 * names drives out new names alone.  Days of a registry are cheap to ask
 * again. */
uint64_t
seen_worth(const struct seen *s)
{
	uint64_t age = s->first == 0 ? 0 : UINT16_MAX - short_day(s->first,
	    SEEN_BEGIN);

	return (uint64_t)seen_senders(s) << 17 | age << 1 |
	    (s->registered != 0);
}

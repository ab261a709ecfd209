/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people.c - whom it is to, and who is to get the answer.
 *
 * Everybody counts once, of To, Cc and the envelope together; 64 of them are
 * kept.  Who stands in the envelope alone was to be hidden from the others,
 * or reads a list.
 */
#include "traits/inner.h"

#include "base/limits.h"
#include "crypto/siphash.h"

struct crowd {
	uint64_t *slot;		/* hashes of addresses; 0: empty             */
	size_t mask, n;
	uint64_t all;		/* of all hashes, in no order                */
};

static size_t
count_at(struct span s)
{
	size_t n = 0;

	for (; s.len > 0 && n < LIMIT_TRAIT_RECIPIENTS; n++)
		(void)span_cut(&s, '@');
	return n;
}

static bool
crowd_open(struct crowd *c, size_t n, struct arena *a)
{
	size_t cap = 16;

	while (cap < n * 2)
		cap *= 2;
	*c = (struct crowd){ .mask = cap - 1 };
	c->slot = arena_array(a, cap, sizeof(*c->slot));
	return c->slot != NULL;
}

/* False: was there already.  There is room for all that may come. */
static bool
crowd_add(struct crowd *c, uint64_t hash)
{
	size_t i = (size_t)hash & c->mask;

	hash = hash == 0 ? 1 : hash;
	while (c->slot[i] != 0 && c->slot[i] != hash)
		i = (i + 1) & c->mask;
	if (c->slot[i] == hash)
		return false;
	c->slot[i] = hash;
	c->n++;
	c->all ^= hash;
	return true;
}

static void
add_domain(struct reading *r, struct span address)
{
	struct buf v;

	if (r->t->many[TRAIT_RECIPIENT_DOMAINS].cut)
		return;
	v = value_open(r, TRAIT_RECIPIENT_DOMAINS, LIMIT_NAME);
	put_org(&v, r, address_domain(address), SUFFIX_PRIVATE);
	value_add(r, TRAIT_RECIPIENT_DOMAINS, &v);
}

static bool
add_person(struct reading *r, struct crowd *c, struct span address)
{
	struct buf v;

	if (!crowd_add(c, siphash(r->key, address)))
		return false;
	if (span_eq(address, r->t->sender) ||
	    r->t->many[TRAIT_RECIPIENTS].cut)
		return true;
	v = value_open(r, TRAIT_RECIPIENTS, LIMIT_TRAIT_TEXT * 2);
	put_text(&v, span_head(address, LIMIT_TRAIT_TEXT * 2), true);
	value_add(r, TRAIT_RECIPIENTS, &v);
	add_domain(r, address);
	return true;
}

static void
add_field(struct reading *r, struct crowd *c, enum known k)
{
	struct span value = header_text(r, k);
	size_t cap = count_at(value), n;
	struct span *some = arena_array(r->a, cap, sizeof(*some));

	if (some == NULL)
		return;
	n = addresses(r, value, some, cap);
	for (size_t i = 0; i < n && i < cap; i++)
		(void)add_person(r, c, some[i]);
}

static void
add_envelope(struct reading *r, struct crowd *c)
{
	size_t n = r->in->n_rcpt, hidden = 0;

	if (n > LIMIT_TRAIT_RECIPIENTS)
		n = LIMIT_TRAIT_RECIPIENTS;
	for (size_t i = 0; i < n; i++) {
		struct span rcpt = span_head(r->in->rcpt[i],
		    LIMIT_TRAIT_TEXT * 2);
		struct buf low = arena_buf(r->a, rcpt.len);

		buf_lower(&low, rcpt);
		hidden += add_person(r, c, buf_span(&low));
	}
	if (n > 0)
		value_set(r, TRAIT_BCC, hidden == 0 ? SPAN("no") :
		    hidden == n ? SPAN("all") : SPAN("some"));
}

/* The same people together, in whatever order: the text is not all of it. */
static void
read_set(struct reading *r, const struct crowd *c)
{
	struct buf v;

	if (c->n < 2)
		return;
	v = value_open(r, TRAIT_RECIPIENT_SET, 40);
	buf_u64(&v, c->n);
	buf_str(&v, " people");
	value_close(r, TRAIT_RECIPIENT_SET, &v);
	r->t->one[TRAIT_RECIPIENT_SET].hash ^= c->all;
	if (r->t->one[TRAIT_RECIPIENT_SET].hash == 0)
		r->t->one[TRAIT_RECIPIENT_SET].hash = 1;
}

/* Whether the answer, or the sending, is another's. */
static void
read_other(struct reading *r, enum known k, enum trait t)
{
	struct span some[1] = { SPAN_NONE };
	struct buf v;

	if (addresses(r, header_text(r, k), some, 1) == 0)
		return;
	v = value_open(r, t, 80);
	if (span_eq(some[0], r->t->sender))
		buf_str(&v, "same");
	else
		put_org(&v, r, address_domain(some[0]), SUFFIX_PRIVATE);
	value_close(r, t, &v);
}

void
traits_people(struct reading *r)
{
	size_t most = count_at(header_raw(r, K_TO)) +
	    count_at(header_raw(r, K_CC));
	struct crowd c;

	if (!crowd_open(&c, most + (r->in->n_rcpt < LIMIT_TRAIT_RECIPIENTS ?
	    r->in->n_rcpt : LIMIT_TRAIT_RECIPIENTS), r->a))
		return;
	add_field(r, &c, K_TO);
	add_field(r, &c, K_CC);
	add_envelope(r, &c);
	read_set(r, &c);
	value_number(r, TRAIT_RECIPIENT_COUNT, size_class(c.n));
	read_other(r, K_REPLY_TO, TRAIT_REPLY_TO);
	read_other(r, K_SENDER, TRAIT_SENDER_FIELD);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* people.c - whom it is to, and who is to get the answer. */
#include "traits/inner.h"

#include "base/limits.h"

static void
add_recipient(struct reading *r, struct span address)
{
	struct buf v;

	if (address.len == 0 || span_eq(address, r->t->sender) ||
	    r->t->many[TRAIT_RECIPIENTS].cut)
		return;
	v = value_open(r, TRAIT_RECIPIENTS, LIMIT_TRAIT_TEXT);
	put_text(&v, span_head(address, LIMIT_TRAIT_TEXT / 4), true);
	value_add(r, TRAIT_RECIPIENTS, &v);
}

static size_t
add_field(struct reading *r, enum known k)
{
	struct span *some = arena_array(r->a, LIMIT_TRAIT_VALUES,
	    sizeof(*some));
	size_t n;

	if (some == NULL)
		return 0;
	n = addresses(r, header_text(r, k), some, LIMIT_TRAIT_VALUES);
	for (size_t i = 0; i < n && i < LIMIT_TRAIT_VALUES; i++)
		add_recipient(r, some[i]);
	return n;
}

static void
read_reply_to(struct reading *r)
{
	struct span some[1] = { SPAN_NONE };
	struct buf v;

	if (addresses(r, header_text(r, K_REPLY_TO), some, 1) == 0)
		return;
	v = value_open(r, TRAIT_REPLY_TO, 80);
	if (span_eq(some[0], r->t->sender))
		buf_str(&v, "same");
	else
		put_org(&v, r, address_domain(some[0]), SUFFIX_PRIVATE);
	value_close(r, TRAIT_REPLY_TO, &v);
}

void
traits_people(struct reading *r)
{
	size_t n = add_field(r, K_TO) + add_field(r, K_CC);

	if (r->in->n_rcpt > n)
		n = r->in->n_rcpt;
	for (size_t i = 0; i < r->in->n_rcpt; i++)
		add_recipient(r, r->in->rcpt[i]);
	value_number(r, TRAIT_RECIPIENT_COUNT, size_class(n));
	read_reply_to(r);
}

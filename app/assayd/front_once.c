/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_once.c - "then defer once": who was told to come again.
 *
 * A mail server comes again by itself (RFC 5321 4.5.4.1: after 30 minutes at
 * least); meanwhile more may be known of a domain, and what only ever tries
 * once is gone.  The key is the network of the client, MAIL FROM and the
 * first recipient: the same message by another host of the same farm counts.
 *
 * It is memory of one process: after a restart a sender is deferred once
 * more, and nothing is lost.  Whoever floods it with keys cannot push others
 * out while they wait; then new ones are let through instead, with the
 * field.
 */
#include "p_front.h"

#include <sodium.h>
#include <string.h>

#include "wire/addr.h"

enum {
	WAIT_S = 30 * 60,
	YOUNG_S = 4 * 3600,		/* is not pushed out                 */
	KEPT_S = 35 * 86400,		/* a month, as monthly mail comes    */
	NET4 = 3, NET6 = 8,		/* octets of a network: /24, /64     */
	KEY_ROOM = 4096			/* two paths, the longest of each    */
};

static uint64_t
key_of(const struct conn *c)
{
	const struct milter_session *s = &c->session;
	struct assay_addr client = addr_unmap(&s->client);
	uint8_t room[KEY_ROOM];
	struct buf b = BUF_ON(room);
	uint64_t key = 0;

	buf_byte(&b, client.family);
	buf_put(&b, (struct span){ client.bytes, client.family == 4 ? NET4 :
	    client.family == 6 ? NET6 : 0 });
	buf_put(&b, span_head(s->mail_from, KEY_ROOM / 3));
	buf_byte(&b, 0);
	if (s->rcpt != NULL)
		buf_put(&b, span_head(s->rcpt->path, KEY_ROOM / 3));
	crypto_shorthash((uint8_t *)&key, b.ptr, b.len,
	    (const uint8_t *)c->front->seed);
	return key == 0 ? 1 : key;
}

/* The one of that key; else the oldest. */
static struct once *
place_of(struct once *set, uint64_t key)
{
	struct once *oldest = &set[0];

	for (int i = 0; i < FRONT_ONCE_WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].at < oldest->at)
			oldest = &set[i];
	}
	return oldest;
}

bool
once_defers(const struct conn *c)
{
	struct front *f = c->front;
	uint64_t key = key_of(c);
	int64_t now = loop_time(f->role->loop);
	struct once *o = place_of(f->once[key % FRONT_ONCE_SETS], key);

	if (o->key == key && now - o->at < KEPT_S)
		return now - o->at < WAIT_S;
	if (o->key != 0 && o->key != key && now - o->at < YOUNG_S)
		return false;
	*o = (struct once){ .key = key, .at = now };
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spf_net.h - addresses as numbers: an SPF record is mostly networks, and
 * comparing them is most of the work.
 */
#ifndef CHECK_SPF_NET_H
#define CHECK_SPF_NET_H

#include "base/cur.h"

struct spf_net6 {
	uint64_t high, low;
};

struct spf_net {
	uint8_t family;			/* 4, 6, or 0                       */
	uint32_t ip4;
	struct spf_net6 ip6;
};

static inline uint64_t
spf_net_number(struct cur *c, int words)
{
	uint64_t v = 0;

	for (; words > 0; words--)
		v = v << 16 | cur_u16(c);
	return v;
}

/* 4 or 16 octets; anything else has family 0. */
static inline struct spf_net
spf_net_of(struct span octets)
{
	struct spf_net net = { .family = 0 };
	struct cur c = cur_of(octets);

	if (octets.len == 4) {
		net.family = 4;
		net.ip4 = (uint32_t)spf_net_number(&c, 2);
	} else if (octets.len == 16) {
		net.family = 6;
		net.ip6.high = spf_net_number(&c, 4);
		net.ip6.low = spf_net_number(&c, 4);
	}
	return net;
}

/* RFC 7208 5: the high-order bits are compared; bits is at most 32. */
static inline bool
spf_net_within4(const struct spf_net *client, uint32_t net, unsigned bits)
{
	return client->family == 4 &&
	    (uint64_t)(client->ip4 ^ net) >> (32 - bits) == 0;
}

/* bits is at most 128. */
static inline bool
spf_net_within6(const struct spf_net *client, const struct spf_net6 *net,
    unsigned bits)
{
	if (client->family != 6)
		return false;
	if (bits == 0)
		return true;
	if (bits <= 64)
		return (client->ip6.high ^ net->high) >> (64 - bits) == 0;
	return client->ip6.high == net->high &&
	    (client->ip6.low ^ net->low) >> (128 - bits) == 0;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/bond.h"

#include "base/cur.h"
#include "crypto/siphash.h"

uint64_t
bond_domain(const uint8_t key[16], struct span domain)
{
	ROOM(room, BOND_DOMAIN + 1);
	struct buf b = BUF_ON(room);

	buf_byte(&b, 'd');
	buf_lower(&b, domain);
	return b.full ? 0 : siphash(key, buf_span(&b)) | 1;
}

uint64_t
bond_way(const uint8_t key[16], struct span forwarder, uint32_t address)
{
	ROOM(room, BOND_DOMAIN + 5);
	struct buf b = BUF_ON(room);

	buf_byte(&b, 'w');
	buf_u32(&b, address);
	buf_lower(&b, forwarder);
	return b.full ? 0 : siphash(key, buf_span(&b)) | 1;
}

void
bond_put(struct buf *out, const struct bond *t)
{
	buf_byte(out, (uint8_t)t->kind);
	if (t->kind == BOND_OUT) {
		buf_be64(out, t->account);
		buf_be64(out, t->name);
		buf_byte(out, (uint8_t)t->n_domain);
		for (size_t i = 0; i < t->n_domain; i++) {
			buf_byte(out, (uint8_t)t->domain[i].len);
			buf_put(out, t->domain[i]);
		}
		return;
	}
	buf_be64(out, t->who);
	buf_u32(out, t->address);
	if (t->kind == BOND_WAY)
		buf_u32(out, t->of);
}

static void
get_domains(struct bond *out, struct cur *c)
{
	int n = cur_byte(c);

	c->bad = c->bad || n < 0 || n > BOND_DOMAINS;
	for (int i = 0; i < n && !c->bad; i++) {
		int len = cur_byte(c);

		c->bad = c->bad || len <= 0 || len > BOND_DOMAIN;
		if (!c->bad)
			out->domain[out->n_domain++] =
			    cur_take(c, (size_t)len);
	}
}

bool
bond_get(struct bond *out, struct span *in, bool *bad)
{
	struct cur c = cur_of(*in);
	int kind = cur_byte(&c);

	*bad = false;
	if (in->len == 0)
		return false;
	*out = (struct bond){ .kind = (enum bond_kind)kind };
	if (kind == BOND_OUT) {
		out->account = cur_u64(&c);
		out->name = cur_u64(&c);
		get_domains(out, &c);
	} else if (kind == BOND_IN || kind == BOND_WAY) {
		out->who = cur_u64(&c);
		out->address = cur_u32(&c);
		out->of = kind == BOND_WAY ? cur_u32(&c) : 0;
	} else {
		c.bad = true;
	}
	*bad = c.bad;
	*in = c.rest;
	return !c.bad;
}

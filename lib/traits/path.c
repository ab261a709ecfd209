/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path.c - how the message came: the server that handed it over, those
 * before it, the machine it began on; who signed, what was proven.
 *
 * Only what our own server saw, or what stands in the header below: results
 * that other servers claim are not read at all.
 */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/addr.h"
#include "wire/received.h"
#include "wire/taglist.h"

enum { MOST_HOPS = 31, LIST_TEXT = 80 };

/* "192.0/16", "2001:db8/32": one provider's neighbours together. */
static void
put_net(struct buf *b, const struct assay_addr *addr)
{
	struct span o = addr_octets(addr);
	struct assay_addr net = { .family = addr->family };
	size_t keep = net.family == 4 ? 2 : 4;
	ROOM(room, ADDR_TEXT);
	struct buf text = BUF_ON(room);

	if (net.family == 0)
		return;
	bytes_move(net.bytes, o.ptr, keep);
	addr_print(&text, &net);
	buf_put(b, buf_span(&text));
	buf_str(b, keep == 2 ? "/16" : "/32");
}

struct net { uint8_t family, bits; uint8_t bytes[16]; };

/* Addresses that mean nothing outside of one place: RFC 1918 3, RFC 3927,
 * RFC 6598 7, RFC 1122 3.2.1.3, RFC 4193 3, RFC 4291 2.5.6, 2.5.3. */
static bool
is_private(const struct assay_addr *addr)
{
	static const struct net nets[] = {
		{ 4, 8, { 10 } }, { 4, 12, { 172, 16 } },
		{ 4, 16, { 192, 168 } }, { 4, 16, { 169, 254 } },
		{ 4, 10, { 100, 64 } }, { 4, 8, { 127 } },
		{ 6, 7, { 0xfc } }, { 6, 10, { 0xfe, 0x80 } },
		{ 6, 128, { [15] = 1 } } };

	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
		struct assay_addr net = { .family = nets[i].family };

		bytes_move(net.bytes, nets[i].bytes, sizeof(net.bytes));
		if (addr_within(addr, &net, nets[i].bits))
			return true;
	}
	return false;
}

/* ---- the server in front of ours ----------------------------------------- */

static void
read_client(struct reading *r)
{
	const struct traits_in *in = r->in;
	struct span name = in->rdns.len > 0 ? in->rdns : in->helo;
	struct assay_addr addr = addr_unmap(&in->client);
	struct span helo = in->helo;
	struct buf v;

	if (in->has_client) {
		v = value_open(r, TRAIT_CLIENT_NET, ADDR_TEXT + 4);
		put_net(&v, &addr);
		value_close(r, TRAIT_CLIENT_NET, &v);
	}
	v = value_open(r, TRAIT_CLIENT_ORG, LIST_TEXT);
	put_org(&v, r, name, SUFFIX_ICANN);
	value_close(r, TRAIT_CLIENT_ORG, &v);
	v = value_open(r, TRAIT_HELO_SHAPE, 24);
	put_shape(&v, span_cut(&helo, '.'), 24);
	value_close(r, TRAIT_HELO_SHAPE, &v);
}

/* ---- servers before it --------------------------------------------------- */

static void
put_by(struct buf *b, const struct reading *r, struct span by)
{
	struct assay_addr addr;

	/* "by 2002:a05:...": an inner address of a large provider */
	if (assay_addr_parse(&addr, by) == ASSAY_OK)
		buf_str(b, addr.family == 4 ? "[ip4]" : "[ip6]");
	else
		put_org(b, r, by, SUFFIX_ICANN);
}

static void
read_origin(struct reading *r, const struct received *first)
{
	struct buf v = value_open(r, TRAIT_FIRST_SERVER, LIST_TEXT);
	struct assay_addr addr = addr_unmap(&first->client);
	struct assay_addr helo;

	put_by(&v, r, first->by);
	value_close(r, TRAIT_FIRST_SERVER, &v);

	v = value_open(r, TRAIT_ORIGIN_NET, ADDR_TEXT + 4);
	if (is_private(&addr))
		buf_str(&v, "private");
	else
		put_net(&v, &addr);
	value_close(r, TRAIT_ORIGIN_NET, &v);

	v = value_open(r, TRAIT_ORIGIN_HELO, LIST_TEXT);
	if (assay_addr_parse(&helo, first->helo) == ASSAY_OK)
		buf_str(&v, helo.family == 4 ? "[ip4]" : "[ip6]");
	else
		put_org(&v, r, first->helo, SUFFIX_ICANN);
	value_close(r, TRAIT_ORIGIN_HELO, &v);
}

static void
read_hops(struct reading *r)
{
	size_t n = r->count[K_RECEIVED];
	struct received first;

	value_number(r, TRAIT_HOPS, n < MOST_HOPS ? n : MOST_HOPS);
	if (n == 0)
		return;
	if (received_parse(&first, r->line[r->last[K_RECEIVED]].value))
		read_origin(r, &first);
}

/* ---- signatures ---------------------------------------------------------- */

struct set {
	struct span item[LIMIT_TRAIT_SIGNATURES];
	size_t n;
};

/* Sorted, each once. */
static void
set_add(struct set *s, struct span item)
{
	size_t i = 0;

	while (i < s->n && span_cmp(s->item[i], item) < 0)
		i++;
	if (item.len == 0 || s->n == LIMIT_TRAIT_SIGNATURES ||
	    (i < s->n && span_eq(s->item[i], item)))
		return;
	for (size_t k = s->n++; k > i; k--)
		s->item[k] = s->item[k - 1];
	s->item[i] = item;
}

static void
set_value(struct reading *r, enum trait t, const struct set *s)
{
	struct buf v = value_open(r, t, LIST_TEXT);

	for (size_t i = 0; i < s->n; i++) {
		if (i > 0)
			buf_byte(&v, ',');
		put_text(&v, span_head(s->item[i], v.cap - v.len), false);
	}
	value_close(r, t, &v);
}

static void
read_signatures(struct reading *r)
{
	struct set domains = { .n = 0 }, selectors = { .n = 0 };
	size_t seen = 0;

	for (size_t i = 0; i < r->n && seen < LIMIT_TRAIT_SIGNATURES; i++) {
		struct taglist tags;

		if (r->line[i].known != K_DKIM_SIGNATURE)
			continue;
		seen++;
		(void)taglist_parse(&tags, r->line[i].value, r->a);
		set_add(&domains, org_of(r, taglist_value(&tags, SPAN("d")),
		    SUFFIX_ICANN));
		set_add(&selectors, taglist_value(&tags, SPAN("s")));
	}
	set_value(r, TRAIT_DKIM_DOMAINS, &domains);
	set_value(r, TRAIT_DKIM_SELECTORS, &selectors);
}

/* ---- what was proven ----------------------------------------------------- */

/* One letter a word of RFC 8601: what a server that is down says is as if
 * it had not been asked. */
static uint8_t
letter(enum assay_result result)
{
	switch (result) {
	case ASSAY_PASS:
		return 'p';
	case ASSAY_FAIL:
	case ASSAY_SOFTFAIL:
	case ASSAY_PERMERROR:
	case ASSAY_POLICY:
		return 'f';
	case ASSAY_NONE:
	case ASSAY_NEUTRAL:
	case ASSAY_TEMPERROR:
		break;
	}
	return '-';
}

static void
read_auth(struct reading *r)
{
	struct buf v = value_open(r, TRAIT_AUTH, 24);

	buf_str(&v, "dmarc=");
	buf_byte(&v, letter(r->in->dmarc));
	buf_str(&v, " dkim=");
	buf_byte(&v, letter(r->in->dkim));
	buf_str(&v, " spf=");
	buf_byte(&v, letter(r->in->spf));
	value_close(r, TRAIT_AUTH, &v);
}

static void
read_return_path(struct reading *r)
{
	struct span domain = address_domain(r->in->mail_from), org;
	struct buf v;

	if (!r->in->has_mail_from)
		return;
	v = value_open(r, TRAIT_RETURN_PATH, LIST_TEXT);
	org = org_of(r, domain, SUFFIX_PRIVATE);
	if (r->in->mail_from.len == 0)
		buf_str(&v, "null");
	else if (org.len > 0 && span_eq(org, r->t->sender_domain))
		buf_str(&v, "same");
	else
		put_org(&v, r, domain, SUFFIX_PRIVATE);
	value_close(r, TRAIT_RETURN_PATH, &v);
}

void
traits_path(struct reading *r)
{
	read_client(r);
	read_hops(r);
	read_signatures(r);
	read_return_path(r);
	read_auth(r);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path.c - how the message came: the server that handed it over, those
 * before it, the machine it began on.
 *
 * Only the first is known; the rest is what the message says of its way.  It
 * is read all the same, as who lies about it must know what is usual.
 */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/addr.h"
#include "wire/received.h"

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

/* "SIZE=1000 BODY=8BITMIME": the size is of the message, not of the server. */
static void
read_arguments(struct reading *r)
{
	struct buf v = value_open(r, TRAIT_MAIL_ARGUMENTS, LIST_TEXT);
	struct span rest = span_head(r->in->mail_args, LIST_TEXT);

	while (rest.len > 0) {
		struct span arg = span_cut(&rest, ' ');

		if (span_istarts(arg, SPAN("BODY=")))
			put_text(&v, arg, true);
		else
			put_text(&v, span_head(arg, span_find(arg, '=')),
			    true);
		if (rest.len > 0)
			buf_byte(&v, ' ');
	}
	value_close(r, TRAIT_MAIL_ARGUMENTS, &v);
}

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
	if (in->rdns.len > 0 && in->helo.len > 0)
		value_set(r, TRAIT_HELO_MATCH,
		    span_eq(org_of(r, in->rdns, SUFFIX_ICANN),
		    org_of(r, in->helo, SUFFIX_ICANN)) ? SPAN("same") :
		    SPAN("other"));
	v = value_open(r, TRAIT_CLIENT_TLS, LIST_TEXT);
	put_text(&v, span_head(in->tls, LIST_TEXT), false);
	value_close(r, TRAIT_CLIENT_TLS, &v);
	read_arguments(r);
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

/* The next word of a Received field, for what stands in it anywhere. */
static struct span
next_word(struct span *rest)
{
	static const struct byteset between = { {
	    0x2c00930100002600, 0, 0, 0 } };	/* HT LF CR SP ( ) , / : ; = */
	struct span word;
	size_t n;

	*rest = span_skip(*rest, span_run_set(*rest, &between));
	n = span_find_set(*rest, &between);
	word = span_head(*rest, n);
	*rest = span_skip(*rest, n);
	return word;
}

static bool
is_version(struct span w)
{
	return span_istarts(w, SPAN("TLS")) && w.len < 9 &&
	    is_digit(span_at(w, w.len - 1));
}

static bool
is_cipher(struct span w)
{
	return w.len > 8 && w.len < 60 &&
	    (span_search(w, SPAN("AES")) < w.len ||
	    span_search(w, SPAN("CHACHA")) < w.len);
}

/* "TLSv1.3 TLS_AES_256_GCM_SHA384", wherever and however it is written. */
static void
read_tls(struct reading *r, struct span value)
{
	struct span rest = value, version = SPAN_NONE, cipher = SPAN_NONE;
	struct buf v = value_open(r, TRAIT_ORIGIN_TLS, LIST_TEXT);

	while (rest.len > 0 && cipher.len == 0) {
		struct span w = next_word(&rest);

		if (is_cipher(w))
			cipher = w;
		else if (version.len == 0 && is_version(w))
			version = w;
	}
	put_text(&v, version, false);
	if (version.len > 0 && cipher.len > 0)
		buf_byte(&v, ' ');
	put_text(&v, cipher, false);
	value_close(r, TRAIT_ORIGIN_TLS, &v);
}

/* Which server software wrote it: clauses, and how its queue names mail. */
static void
read_form(struct reading *r, const struct received *first, struct span value)
{
	struct buf v = value_open(r, TRAIT_FIRST_SERVER_FORM, LIST_TEXT);
	struct span rest = value, with = first->with;

	buf_str(&v, first->from ? "from" : "by");
	if (first->commented)
		buf_str(&v, " seen");
	if (first->exim)
		buf_str(&v, " exim");
	while (rest.len > 0)
		if (span_ieq(next_word(&rest), SPAN("id"))) {
			buf_str(&v, " id ");
			put_id_shape(&v, span_head(next_word(&rest), 60));
			break;
		}
	value_close(r, TRAIT_FIRST_SERVER_FORM, &v);
	/* "ESMTP/TLS/...": what stands behind is in origin-tls */
	v = value_open(r, TRAIT_ORIGIN_PROTOCOL, 20);
	put_text(&v, span_head(span_cut(&with, '/'), 20), false);
	value_close(r, TRAIT_ORIGIN_PROTOCOL, &v);
}

static void
read_webmail(struct reading *r)
{
	struct span text = header_text(r, K_X_ORIGINATING_IP);
	struct assay_addr addr;
	struct buf v;

	if (assay_addr_parse(&addr, text) != ASSAY_OK)
		return;
	addr = addr_unmap(&addr);
	v = value_open(r, TRAIT_WEBMAIL_NET, ADDR_TEXT + 4);
	if (is_private(&addr))
		buf_str(&v, "private");
	else
		put_net(&v, &addr);
	value_close(r, TRAIT_WEBMAIL_NET, &v);
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
	struct span value;

	value_number(r, TRAIT_HOPS, n < MOST_HOPS ? n : MOST_HOPS);
	read_webmail(r);
	if (n == 0) {
		/* the author's machine spoke to ours: as good as a name */
		value_set(r, TRAIT_FIRST_SERVER, SPAN("none"));
		value_set(r, TRAIT_ORIGIN_NET, SPAN("none"));
		value_set(r, TRAIT_ORIGIN_HELO, SPAN("none"));
		return;
	}
	value = r->line[r->last[K_RECEIVED]].value;
	if (!received_parse(&first, value))
		return;
	read_origin(r, &first);
	read_form(r, &first, value);
	read_tls(r, value);
}

/* ---- forwarding ---------------------------------------------------------- */

/* The bounce address of a forwarder that rewrites it (SRS: a de facto rule,
 * "SRS0=hash=time=domain=local@forwarder"). */
static bool
is_srs(struct span mail_from)
{
	int c = span_at(mail_from, 4);

	return (span_istarts(mail_from, SPAN("SRS0")) ||
	    span_istarts(mail_from, SPAN("SRS1"))) &&
	    (c == '=' || c == '+' || c == '-');
}

static void
read_forwarded(struct reading *r)
{
	struct buf v = value_open(r, TRAIT_FORWARDED, LIST_TEXT);
	struct span id = header_text(r, K_LIST_ID);

	if (is_srs(r->in->mail_from)) {
		buf_str(&v, "srs ");
		put_org(&v, r, address_domain(r->in->mail_from),
		    SUFFIX_ICANN);
	} else if (r->count[K_RESENT_FROM] > 0) {
		buf_str(&v, "resent");
	} else if (r->count[K_X_FORWARDED_TO] > 0) {
		buf_str(&v, "forwarded");
	} else if (r->count[K_DELIVERED_TO] > 0) {
		buf_str(&v, "delivered before");
	}
	value_close(r, TRAIT_FORWARDED, &v);
	if (span_has(id, '<'))
		(void)span_cut(&id, '<');
	v = value_open(r, TRAIT_LIST_ID, LIST_TEXT);
	put_text(&v, span_head(span_cut(&id, '>'), LIST_TEXT), true);
	value_close(r, TRAIT_LIST_ID, &v);
}

void
traits_path(struct reading *r)
{
	read_client(r);
	read_hops(r);
	read_forwarded(r);
}

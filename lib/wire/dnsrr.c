/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/dnsrr.h"

#include "base/limits.h"
#include "wire/dname.h"

/* IANA's registry of types that may stand in a zone. */
static const struct {
	const char *name;
	uint16_t type;
} types[] = {
	{ "A", 1 }, { "NS", 2 }, { "CNAME", 5 }, { "SOA", 6 }, { "PTR", 12 },
	{ "MX", 15 }, { "TXT", 16 }, { "AAAA", 28 }, { "MB", 7 },
	{ "MG", 8 }, { "MR", 9 }, { "NULL", 10 }, { "WKS", 11 },
	{ "HINFO", 13 }, { "MINFO", 14 }, { "RP", 17 }, { "AFSDB", 18 },
	{ "X25", 19 }, { "ISDN", 20 }, { "RT", 21 }, { "NSAP", 22 },
	{ "SIG", 24 }, { "KEY", 25 }, { "PX", 26 }, { "GPOS", 27 },
	{ "LOC", 29 }, { "SRV", 33 }, { "NAPTR", 35 }, { "KX", 36 },
	{ "CERT", 37 }, { "A6", 38 }, { "DNAME", 39 }, { "APL", 42 },
	{ "DS", 43 }, { "SSHFP", 44 }, { "IPSECKEY", 45 }, { "RRSIG", 46 },
	{ "NSEC", 47 }, { "DNSKEY", 48 }, { "DHCID", 49 }, { "NSEC3", 50 },
	{ "NSEC3PARAM", 51 }, { "TLSA", 52 }, { "SMIMEA", 53 },
	{ "HIP", 55 }, { "CDS", 59 }, { "CDNSKEY", 60 },
	{ "OPENPGPKEY", 61 }, { "CSYNC", 62 }, { "ZONEMD", 63 },
	{ "SVCB", 64 }, { "HTTPS", 65 }, { "SPF", 99 }, { "NID", 104 },
	{ "L32", 105 }, { "L64", 106 }, { "LP", 107 }, { "EUI48", 108 },
	{ "EUI64", 109 }, { "URI", 256 }, { "CAA", 257 }, { "AVC", 258 },
};

uint16_t
rr_type(struct span word)
{
	uint64_t n;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_ieq(word, assay_cstr(types[i].name)))
			return types[i].type;
	if (span_istarts(word, SPAN("TYPE")) && word.len > 4 &&
	    span_u64(span_skip(word, 4), UINT16_MAX, &n))
		return (uint16_t)n;
	return 0;
}

static bool
name_item(struct span *out, struct cur *c, struct span packet, size_t before,
    struct arena *a)
{
	struct span head = c->rest;
	ROOM(room, DNAME_TEXT_MAX);
	struct buf name = BUF_ON(room), b;

	cur_take(c, before);
	if (!dname_unwire(&name, c, packet) || c->rest.len != 0)
		return false;
	b = arena_buf(a, before + name.len);
	buf_put(&b, span_head(head, before));
	buf_put(&b, buf_span(&name));
	*out = buf_span(&b);
	return !b.full;
}

/* RFC 7208 3.3: the strings are joined without anything between. */
static bool
txt_item(struct span *out, struct span rdata, struct arena *a)
{
	struct cur c = cur_of(rdata);
	struct buf b = arena_buf(a, rdata.len);

	while (!cur_end(&c)) {
		int n = cur_byte(&c);
		buf_put(&b, cur_take(&c, (size_t)n & 255));
	}
	if (c.bad || b.full || rdata.len == 0)
		return false;
	*out = arena_done(a, &b);
	return true;
}

bool
rr_item(struct span *out, uint16_t type, struct span rdata,
    struct span packet, struct arena *a)
{
	struct cur c = cur_of(rdata);

	switch (type) {
	case ASSAY_T_A:
	case ASSAY_T_AAAA:
		if (rdata.len != (type == ASSAY_T_A ? 4 : 16))
			return false;
		*out = arena_dup(a, rdata);
		return !a->failed;
	case ASSAY_T_TXT:
		return txt_item(out, rdata, a);
	case ASSAY_T_MX:
		return name_item(out, &c, packet, 2, a);
	case ASSAY_T_NS:
	case ASSAY_T_CNAME:
	case ASSAY_T_PTR:
		return name_item(out, &c, packet, 0, a);
	case ASSAY_T_DS:	/* RFC 4034 5.1, 2.1: four octets, and more */
	case ASSAY_T_DNSKEY:
		if (rdata.len < 5)
			return false;
		*out = arena_dup(a, rdata);
		return !a->failed;
	}
	return false;
}

struct rr {
	uint8_t room[DNAME_TEXT_MAX];
	struct span owner;
	unsigned type, class;
	uint32_t ttl;
	struct span rdata;
};

static bool
rr_read(struct rr *rr, struct cur *c, struct span packet)
{
	struct buf b = BUF_ON(rr->room);

	if (!dname_unwire(&b, c, packet))
		return false;
	rr->owner = buf_span(&b);
	rr->type = cur_u16(c);
	rr->class = cur_u16(c);
	rr->ttl = (uint32_t)cur_u16(c) << 16;
	rr->ttl |= cur_u16(c);
	if (rr->ttl > INT32_MAX)
		rr->ttl = 0;	/* RFC 2181 8 */
	rr->rdata = cur_take(c, cur_u16(c));
	return !c->bad;
}

struct reply {
	struct span packet, answers;	/* from the first answer on */
	unsigned rcode, questions, n;
	uint8_t room[DNAME_TEXT_MAX];
	struct buf name;		/* looked for now           */
	uint32_t ttl;
};

static bool
head_read(struct reply *r, struct span packet)
{
	struct cur c = cur_of(packet);
	struct buf b = BUF_ON(r->room);
	unsigned flags;

	r->packet = packet;
	r->ttl = INT32_MAX;
	cur_take(&c, 2);
	flags = cur_u16(&c);
	r->rcode = flags & 15;
	r->questions = cur_u16(&c);
	r->n = cur_u16(&c);
	cur_take(&c, 4);
	/* RFC 1035 4.1.1: a response, to one question */
	if ((flags & 0x8000) == 0 || r->questions != 1 ||
	    !dname_unwire(&b, &c, packet))
		return false;
	r->name = b;
	cur_take(&c, 4);
	r->answers = c.rest;
	return !c.bad;
}

/* Looks through the answers for the records of one owner and type, class
 * IN; each is given to the arena as an item.  False: malformed. */
static bool
gather(struct reply *r, uint16_t type, struct span *item, size_t *n,
    struct arena *a)
{
	struct cur c = cur_of(r->answers);
	struct rr rr;

	*n = 0;
	for (unsigned i = 0; i < r->n; i++) {
		if (!rr_read(&rr, &c, r->packet))
			return false;
		if (rr.type != type || rr.class != 1 || *n >= LIMIT_ITEMS ||
		    !span_eq(rr.owner, buf_span(&r->name)))
			continue;
		if (!rr_item(&item[*n], type, rr.rdata, r->packet, a))
			return false;
		if (rr.ttl < r->ttl)
			r->ttl = rr.ttl;
		++*n;
	}
	return true;
}

/* RFC 2308 5: the TTL of a denial is that of the SOA, or its minimum. */
static uint32_t
denial_ttl(const struct reply *r)
{
	struct cur c = cur_of(r->answers), d;
	struct rr rr;
	uint32_t minimum;

	while (rr_read(&rr, &c, r->packet)) {
		if (rr.type != 6 || rr.rdata.len < 20)
			continue;
		d = cur_of(span_skip(rr.rdata, rr.rdata.len - 4));
		minimum = (uint32_t)cur_u16(&d) << 16;
		minimum |= cur_u16(&d);
		return minimum < rr.ttl ? minimum : rr.ttl;
	}
	return 0;
}

/* Puts the target of a CNAME in place of the name; RFC 1034 3.6.2. */
static bool
follow(struct reply *r, struct span *item, struct arena *a, bool *moved)
{
	struct buf b = BUF_ON(r->room);
	size_t n;

	*moved = false;
	if (!gather(r, ASSAY_T_CNAME, item, &n, a))
		return false;
	if (n == 0)
		return true;
	buf_put(&b, item[0]);
	r->name = b;
	*moved = true;
	return !b.full;
}

static bool
read_data(struct assay_answer *out, struct reply *r, uint16_t type,
    struct span *item, struct arena *a)
{
	bool moved = true, any = false;
	size_t n = 0;

	for (unsigned hop = 0; moved; hop++) {
		if (hop > LIMIT_CNAMES)
			return false;
		if (!gather(r, type, item, &n, a))
			return false;
		if (n > 0 || type == ASSAY_T_CNAME)
			break;
		if (!follow(r, item, a, &moved))
			return false;
		any = any || moved;
	}
	if (any)
		out->canonical = arena_dup(a, buf_span(&r->name));
	out->kind = n > 0 ? ASSAY_A_DATA : ASSAY_A_NODATA;
	out->item = item;
	out->n_item = n;
	return !a->failed;
}

bool
reply_read(struct assay_answer *out, struct span packet, uint16_t type,
    struct arena *a)
{
	struct reply r;
	struct span *item;
	size_t cap;

	*out = (struct assay_answer){ .ttl = 0 };
	if (!head_read(&r, packet))
		return false;
	if (r.rcode != 0 && r.rcode != 3) {
		out->kind = ASSAY_A_TEMPFAIL;
		return true;
	}
	cap = r.n < LIMIT_ITEMS ? r.n : LIMIT_ITEMS;
	item = arena_array(a, cap + 1, sizeof(*item));
	if (item == NULL || !read_data(out, &r, type, item, a))
		return false;
	if (r.rcode == 3) {
		out->kind = ASSAY_A_NXDOMAIN;
		out->n_item = 0;
	}
	out->ttl = out->kind == ASSAY_A_DATA ? r.ttl : denial_ttl(&r);
	return true;
}

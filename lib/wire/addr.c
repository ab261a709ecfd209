/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/addr.h"

#include "base/ascii.h"
#include "base/cur.h"

/* RFC 7208 12, qnum: up to three digits, no leading zero, at most 255. */
static bool
qnum(struct cur *c, uint8_t *out)
{
	unsigned v = 0, n = 0;

	for (; is_digit(cur_peek(c)); n++) {
		if (n == 3 || (n == 1 && v == 0))
			return false;
		v = v * 10 + (unsigned)(cur_byte(c) - '0');
	}
	*out = (uint8_t)v;
	return n > 0 && v <= 255;
}

bool
addr_parse4(struct assay_addr *out, struct span text)
{
	struct assay_addr a = { .family = 4 };
	struct cur c = cur_of(text);

	for (int i = 0; i < 4; i++)
		if (!qnum(&c, &a.bytes[i]) || (i < 3 && !cur_accept(&c, '.')))
			return false;
	if (!cur_end(&c))
		return false;
	*out = a;
	return true;
}

/* What stands between the colons; gap is where "::" was, or -1. */
struct groups {
	uint16_t group[8];
	int n, gap;
};

static bool
group_add(struct groups *g, unsigned v)
{
	if (g->n >= 8)
		return false;
	g->group[g->n++] = (uint16_t)v;
	return true;
}

static bool
group_hex(struct groups *g, struct span s)
{
	unsigned v = 0;

	if (s.len < 1 || s.len > 4)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int d = hex_value(span_at(s, i));
		if (d < 0)
			return false;
		v = v * 16 + (unsigned)d;
	}
	return group_add(g, v);
}

static bool
group_ipv4(struct groups *g, struct span s)
{
	struct assay_addr a;
	struct cur c;

	if (!addr_parse4(&a, s))
		return false;
	c = cur_of(addr_octets(&a));
	return group_add(g, cur_u16(&c)) && group_add(g, cur_u16(&c));
}

/* One piece and the colons behind it. */
static bool
group_read(struct groups *g, struct cur *c)
{
	struct span s = cur_until(c, ':');

	if (cur_end(c))
		return span_has(s, '.') ? group_ipv4(g, s) : group_hex(g, s);
	if (!group_hex(g, s))
		return false;
	cur_accept(c, ':');
	if (!cur_accept(c, ':'))
		return !cur_end(c);
	if (g->gap >= 0)
		return false;
	g->gap = g->n;
	return true;
}

bool
addr_parse6(struct assay_addr *out, struct span text)
{
	struct groups g = { .gap = -1 };
	struct assay_addr a = { .family = 6 };
	struct buf b = BUF_ON(a.bytes);
	struct cur c = cur_of(text);
	int zeros;

	if (span_starts(text, SPAN("::"))) {
		cur_take(&c, 2);
		g.gap = 0;
	} else if (cur_end(&c)) {
		return false;
	}
	while (!cur_end(&c))
		if (!group_read(&g, &c))
			return false;
	/* RFC 4291 2.2: "::" is one or more groups */
	zeros = 8 - g.n;
	if (g.gap < 0 ? zeros != 0 : zeros < 1)
		return false;
	for (int i = 0; i < g.n; i++) {
		for (int z = 0; i == g.gap && z < zeros; z++)
			buf_put(&b, SPAN("\0\0"));
		buf_byte(&b, (uint8_t)(g.group[i] >> 8));
		buf_byte(&b, (uint8_t)(g.group[i] & 255));
	}
	*out = a;	/* what was not written is zero */
	return true;
}

enum assay_status
assay_addr_parse(struct assay_addr *out, struct assay_span text)
{
	bool literal = span_at(text, 0) == '[';

	*out = (struct assay_addr){ .family = 0 };
	if (literal) {
		if (!span_ends(text, SPAN("]")))
			return ASSAY_FORMAT;
		text = span_slice(text, 1, text.len - 1);
		/* RFC 5321 4.1.3 */
		if (span_istarts(text, SPAN("IPv6:")))
			return addr_parse6(out, span_skip(text, 5)) ?
			    ASSAY_OK : ASSAY_FORMAT;
	} else if (span_has(text, ':')) {
		return addr_parse6(out, text) ? ASSAY_OK : ASSAY_FORMAT;
	}
	return addr_parse4(out, text) ? ASSAY_OK : ASSAY_FORMAT;
}

bool
addr_of(struct assay_addr *out, struct span octets)
{
	struct buf b = BUF_ON(out->bytes);

	*out = (struct assay_addr){ .family = 0 };
	if (octets.len != 4 && octets.len != 16)
		return false;
	out->family = octets.len == 4 ? 4 : 6;
	buf_put(&b, octets);
	return true;
}

struct span
addr_octets(const struct assay_addr *a)
{
	if (a->family == 4)
		return (struct span){ a->bytes, 4 };
	if (a->family == 6)
		return (struct span){ a->bytes, 16 };
	return SPAN_NONE;
}

struct assay_addr
addr_unmap(const struct assay_addr *a)
{
	struct span s = addr_octets(a);
	struct assay_addr four;

	if (a->family != 6 || !span_starts(s,
	    SPAN("\0\0\0\0\0\0\0\0\0\0\xff\xff")))
		return *a;
	(void)addr_of(&four, span_skip(s, 12));
	return four;
}

static void
put_hex(struct buf *out, unsigned v, bool all)
{
	static const char hex[] = "0123456789abcdef";
	bool on = all;

	for (unsigned shift = 16; shift > 0;) {
		shift -= 4;
		on = on || (v >> shift & 15) != 0 || shift == 0;
		if (on)
			buf_byte(out, (uint8_t)hex[v >> shift & 15]);
	}
}

/* RFC 5952 4.2: the longest run of zeros, the first of equals, two at
 * least. */
static void
longest_zeros(const struct groups *g, int *from, int *len)
{
	int run = 0;

	*from = -1;
	*len = 1;
	for (int i = 0; i < 8; i++) {
		run = g->group[i] == 0 ? run + 1 : 0;
		if (run > *len) {
			*len = run;
			*from = i + 1 - run;
		}
	}
}

static void
print6(struct buf *out, const struct assay_addr *a)
{
	struct cur c = cur_of(addr_octets(a));
	struct groups g = { .gap = -1 };
	int len;

	while (!cur_end(&c))
		group_add(&g, cur_u16(&c));
	longest_zeros(&g, &g.gap, &len);
	for (int i = 0; i < 8; i++) {
		if (i == g.gap) {
			buf_str(out, "::");
			i += len - 1;
			continue;
		}
		if (i > 0 && i != g.gap + len)
			buf_byte(out, ':');
		put_hex(out, g.group[i], false);
	}
}

static void
print4(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (i > 0)
			buf_byte(out, '.');
		buf_u64(out, (uint64_t)span_at(s, i));
	}
}

void
addr_print(struct buf *out, const struct assay_addr *a)
{
	struct assay_addr plain = addr_unmap(a);

	if (a->family == 6 && plain.family == 4)
		buf_str(out, "::ffff:");	/* RFC 5952 5 */
	if (plain.family == 4)
		print4(out, addr_octets(&plain));
	else if (plain.family == 6)
		print6(out, &plain);
}

bool
addr_eq(const struct assay_addr *a, const struct assay_addr *b)
{
	return a->family == b->family &&
	    span_eq(addr_octets(a), addr_octets(b));
}

bool
addr_within(const struct assay_addr *a, const struct assay_addr *net,
    unsigned bits)
{
	struct span x = addr_octets(a), y = addr_octets(net);
	unsigned whole = bits / 8, rest = bits % 8;

	if (a->family != net->family || a->family == 0 || bits > x.len * 8)
		return false;
	if (!span_eq(span_head(x, whole), span_head(y, whole)))
		return false;
	return rest == 0 ||
	    ((span_at(x, whole) ^ span_at(y, whole)) >> (8 - rest)) == 0;
}

static void
put_nibble(struct buf *out, int v, char ten)
{
	buf_byte(out, (uint8_t)(v < 10 ? '0' + v : ten + v - 10));
}

void
addr_reverse(struct buf *out, const struct assay_addr *a)
{
	struct span s = addr_octets(a);

	for (size_t i = s.len; i > 0; i--) {
		int v = span_at(s, i - 1);
		if (i < s.len)
			buf_byte(out, '.');
		if (a->family == 4) {
			buf_u64(out, (uint64_t)v);
			continue;
		}
		put_nibble(out, v & 15, 'a');
		buf_byte(out, '.');
		put_nibble(out, v >> 4, 'a');
	}
}

void
addr_reverse_name(struct buf *out, const struct assay_addr *a)
{
	addr_reverse(out, a);
	buf_str(out, a->family == 4 ? ".in-addr.arpa" : ".ip6.arpa");
}

void
addr_dotted(struct buf *out, const struct assay_addr *a)
{
	struct span s = addr_octets(a);

	if (a->family == 4) {
		print4(out, s);
		return;
	}
	for (size_t i = 0; i < s.len; i++) {
		if (i > 0)
			buf_byte(out, '.');
		put_nibble(out, span_at(s, i) >> 4, 'A');
		buf_byte(out, '.');
		put_nibble(out, span_at(s, i) & 15, 'A');
	}
}

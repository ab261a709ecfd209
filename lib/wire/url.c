/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/url.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "ext/idn.h"
#include "wire/addr.h"

static const struct {
	struct span name;
	enum url_scheme scheme;
	unsigned port;		/* the usual one; 0: has no authority         */
} schemes[] = {
	{ SPAN_INIT("http"), URL_HTTP, 80 },
	{ SPAN_INIT("https"), URL_HTTPS, 443 },
	{ SPAN_INIT("ftp"), URL_FTP, 21 },
	{ SPAN_INIT("file"), URL_FILE, 0 },
	{ SPAN_INIT("mailto"), URL_MAILTO, 0 },
	{ SPAN_INIT("tel"), URL_TEL, 0 },
	{ SPAN_INIT("cid"), URL_CID, 0 },
	{ SPAN_INIT("data"), URL_DATA, 0 },
	{ SPAN_INIT("javascript"), URL_JAVASCRIPT, 0 },
	{ SPAN_INIT("vbscript"), URL_JAVASCRIPT, 0 },
	/* the rest of what the standard calls special (3.1), on the web */
	{ SPAN_INIT("ws"), URL_HTTP, 80 },
	{ SPAN_INIT("wss"), URL_HTTPS, 443 },
};
enum { N_SCHEME = sizeof(schemes) / sizeof(schemes[0]) };

const char *
url_scheme_name(enum url_scheme scheme)
{
	for (size_t i = 0; i < N_SCHEME && scheme != URL_OTHER; i++)
		if (schemes[i].scheme == scheme)
			return (const char *)schemes[i].name.ptr;
	return "other";
}

static unsigned
usual_port(enum url_scheme scheme)
{
	for (size_t i = 0; i < N_SCHEME; i++)
		if (schemes[i].scheme == scheme)
			return schemes[i].port;
	return 0;
}

/* ---- the text --------------------------------------------------------- */

/* 4.4 (1): C0 controls and space at both ends are no part of it. */
static struct span
trim(struct span s)
{
	while (s.len > 0 && span_at(s, 0) <= ' ')
		s = span_skip(s, 1);
	while (s.len > 0 && span_at(s, s.len - 1) <= ' ')
		s = span_head(s, s.len - 1);
	return s;
}

/* 4.4 (3): tabs and line ends are removed wherever they are. */
static struct span
without_blanks(struct span s, unsigned *odd, struct arena *a)
{
	static const struct byteset blanks = { { 0x2600, 0, 0, 0 } };
	struct buf b;

	if (s.len > LIMIT_URL) {
		*odd |= URL_ODD_LONG;
		s = span_head(s, LIMIT_URL);
	}
	b = arena_buf(a, s.len);
	while (s.len > 0) {
		size_t n = span_find_set(s, &blanks);

		buf_put(&b, span_head(s, n));
		if (n < s.len)
			*odd |= URL_ODD_BLANKS;
		s = span_skip(s, n + 1);
	}
	return arena_done(a, &b);
}

/* A scheme and its colon, taken off *s.  False: there is none. */
static bool
take_scheme(struct span *s, struct span *name)
{
	size_t n = 0;
	int c;

	if (!is_alpha(span_at(*s, 0)))
		return false;
	do {
		c = span_at(*s, ++n);
	} while (is_alnum(c) || c == '+' || c == '-' || c == '.');
	if (c != ':')
		return false;
	*name = span_head(*s, n);
	*s = span_skip(*s, n + 1);
	return true;
}

static enum url_scheme
scheme_of(struct span name)
{
	for (size_t i = 0; i < N_SCHEME; i++)
		if (span_ieq(name, schemes[i].name))
			return schemes[i].scheme;
	return URL_OTHER;
}

/* ---- the host --------------------------------------------------------- */

static struct span
unescape(struct buf *out, struct span s)
{
	while (s.len > 0) {
		int high = hex_value(span_at(s, 1));
		int low = hex_value(span_at(s, 2));
		bool pair = span_at(s, 0) == '%' && high >= 0 && low >= 0;

		buf_byte(out, (uint8_t)(pair ? high * 16 + low :
		    span_at(s, 0)));
		s = span_skip(s, pair ? 3 : 1);
	}
	return out->full ? SPAN_NONE : buf_span(out);
}

/* 3.5, IPv4 number parser: "10", "012", "0xa".  False: no number. */
static bool
addr_number(struct span s, uint64_t *out)
{
	uint64_t base = 10, v = 0;

	if (s.len == 0)
		return false;
	if (span_istarts(s, SPAN("0x"))) {
		base = 16;
		s = span_skip(s, 2);
	} else if (span_at(s, 0) == '0' && s.len > 1) {
		base = 8;
		s = span_skip(s, 1);
	}
	for (size_t i = 0; i < s.len; i++) {
		int d = hex_value(span_at(s, i));

		if (d < 0 || (uint64_t)d >= base)
			return false;
		if (v <= UINT32_MAX)
			v = v * base + (uint64_t)d;
	}
	*out = v;
	return true;
}

static bool
all_digits(struct span s)
{
	static const struct byteset digits = { {
		0x03ff000000000000, 0, 0, 0 } };

	return s.len > 0 && span_run_set(s, &digits) == s.len;
}

/* 3.5, ends in a number: then it is an address or nothing. */
static bool
ends_in_number(struct span s)
{
	size_t dot = span_rfind(s, '.');
	struct span last = dot < s.len ? span_skip(s, dot + 1) : s;
	uint64_t v;

	return all_digits(last) ||
	    (span_istarts(last, SPAN("0x")) && addr_number(last, &v));
}

/* 3.5, IPv4 parser */
static bool
addr_any4(struct assay_addr *out, struct span s)
{
	uint64_t v = 0, part;
	unsigned n = 0;
	uint8_t b[4];

	for (;;) {
		struct span text = span_cut(&s, '.');

		if (!addr_number(text, &part) || ++n > 4)
			return false;
		if (s.len == 0)
			break;
		if (part > 255)
			return false;
		v = v << 8 | part;
	}
	/* the last one fills what is left */
	if (part >> (8 * (5 - n)) != 0)
		return false;
	v = v << (8 * (5 - n)) | part;
	b[0] = (uint8_t)(v >> 24);
	b[1] = (uint8_t)(v >> 16);
	b[2] = (uint8_t)(v >> 8);
	b[3] = (uint8_t)v;
	return addr_of(out, (struct span){ b, 4 });
}

static bool
is_ascii(struct span s)
{
	static const struct byteset high = { { 0, 0, ~0ull, ~0ull } };

	return span_find_set(s, &high) == s.len;
}

/* The name is on the way to a browser's resolver: UTS 46 maps it first. */
static struct span
to_ascii(struct url *u, struct buf *out, struct span s)
{
	if (is_ascii(s)) {
		if (span_search(s, SPAN("xn--")) < s.len)
			u->odd |= URL_ODD_IDN;
		return s;
	}
	if (!idn_map_to_ascii(out, s))
		return SPAN_NONE;
	s = buf_span(out);
	u->odd |= span_search(s, SPAN("xn--")) < s.len ? URL_ODD_IDN :
	    URL_ODD_MAPPED;
	return s;
}

static void
read_host(struct url *u, struct span s, struct arena *a)
{
	ROOM(plain_room, LIMIT_IDN_INPUT);
	ROOM(ascii_room, LIMIT_IDN_INPUT);
	struct buf plain = BUF_ON(plain_room), ascii = BUF_ON(ascii_room);
	struct assay_addr strict;

	u->kind = URL_HOST_BAD;
	if (span_at(s, 0) == '[') {
		if (span_ends(s, SPAN("]")) && addr_parse6(&u->addr,
		    span_slice(s, 1, s.len - 1)))
			u->kind = URL_HOST_ADDR;
		return;
	}
	if (span_has(s, '%')) {
		u->odd |= URL_ODD_ESCAPED;
		s = unescape(&plain, s);
	}
	s = to_ascii(u, &ascii, s);
	if (span_ends(s, SPAN(".")))
		s = span_head(s, s.len - 1);
	if (ends_in_number(s)) {
		if (!addr_any4(&u->addr, s))
			return;
		u->kind = URL_HOST_ADDR;
		if (!addr_parse4(&strict, s))
			u->odd |= URL_ODD_ADDR;
		return;
	}
	if (domain_parse(&u->host, s, false, a))
		u->kind = URL_HOST_NAME;
}

static bool
is_slash(int c)
{
	return c == '/' || c == '\\';
}

/* user@host:port */
static void
read_authority(struct url *u, struct span s, struct arena *a)
{
	size_t at = span_rfind(s, '@'), colon = 0;
	uint64_t port = 0;

	if (at < s.len) {
		u->odd |= URL_ODD_USER;
		s = span_skip(s, at + 1);
	}
	if (span_at(s, 0) == '[')
		colon = span_find(s, ']');
	colon += span_find(span_skip(s, colon), ':');
	if (colon < s.len) {
		struct span text = span_skip(s, colon + 1);

		if (text.len > 0 && !span_u64(text, 65535, &port)) {
			u->kind = URL_HOST_BAD;
			return;
		}
		s = span_head(s, colon);
	}
	u->port = (unsigned)port;
	if (port != 0 && port != usual_port(u->scheme))
		u->odd |= URL_ODD_PORT;
	if (s.len == 0)
		u->kind = URL_HOST_BAD;
	else
		read_host(u, s, a);
}

/* What stands behind "scheme:" of a scheme that the standard calls special:
 * any number of slashes of either kind. */
static void
take_authority(struct url *u, struct span s, struct arena *a)
{
	static const struct byteset end = { {	/* / ? # \ */
		0x8000800800000000, 0x0000000010000000, 0, 0 } };
	size_t n = 0;
	bool back = false;

	while (is_slash(span_at(s, n)))
		back |= span_at(s, n++) == '\\';
	if (n != 2 || back)
		u->odd |= URL_ODD_SLASHES;
	s = span_skip(s, n);
	n = span_find_set(s, &end);
	if (span_at(s, n) == '\\')
		u->odd |= URL_ODD_SLASHES;
	u->rest = span_skip(s, n);
	read_authority(u, span_head(s, n), a);
}

/* RFC 6068 2: addresses with commas between, fields behind "?". */
static void
read_mailto(struct url *u, struct span s, struct arena *a)
{
	ROOM(room, LIMIT_IDN_INPUT);
	struct buf b = BUF_ON(room);
	struct span to = span_cut(&s, '?');
	size_t at;

	u->rest = to;
	to = unescape(&b, span_head(to, span_find(to, ',')));
	at = span_rfind(to, '@');
	if (at == to.len)
		return;
	u->kind = domain_parse(&u->host, span_trim_wsp(span_skip(to, at + 1)),
	    false, a) ? URL_HOST_NAME : URL_HOST_BAD;
	u->odd |= is_ascii(to) ? 0 : URL_ODD_IDN;
}

/* ---- all of it -------------------------------------------------------- */

static void
put_shown(struct buf *out, struct span s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		if (is_vchar(c)) {
			buf_byte(out, (uint8_t)c);
			continue;
		}
		buf_byte(out, '%');
		buf_byte(out, (uint8_t)hex[c >> 4 & 15]);
		buf_byte(out, (uint8_t)hex[c & 15]);
	}
}

static void
print(struct url *u, struct span name, struct arena *a)
{
	ROOM(room, LIMIT_URL_TEXT);
	struct buf b = BUF_ON(room);

	buf_lower(&b, name);
	buf_byte(&b, ':');
	if (u->kind != URL_HOST_NONE && u->scheme != URL_MAILTO)
		buf_str(&b, "//");
	switch (u->kind) {
	case URL_HOST_NONE:
		break;
	case URL_HOST_NAME:
		if (u->scheme != URL_MAILTO)
			buf_put(&b, u->host.name);
		break;
	case URL_HOST_ADDR:
		if (u->addr.family == 6)
			buf_byte(&b, '[');
		addr_print(&b, &u->addr);
		if (u->addr.family == 6)
			buf_byte(&b, ']');
		break;
	case URL_HOST_BAD:
		buf_byte(&b, '?');
		break;
	}
	if (u->odd & URL_ODD_PORT) {
		buf_byte(&b, ':');
		buf_u64(&b, u->port);
	}
	if (u->odd & URL_ODD_RELATIVE && u->rest.len > 0 &&
	    is_alnum(span_at(u->rest, 0)))
		buf_byte(&b, '/');
	if (u->scheme != URL_DATA)
		put_shown(&b, u->rest);
	u->text = arena_dup(a, buf_span(&b));
}

static void
set_query(struct url *u)
{
	struct span s = span_head(u->rest, span_find(u->rest, '#'));
	size_t n = span_find(s, '?');

	if (n < s.len)
		u->query = span_skip(s, n + 1);
}

/* No scheme: another place of the base's host, or of its scheme (4.4).
 * "//host" without a base is taken as mail programs take it. */
static bool
read_relative(struct url *u, struct span s, const struct url *base,
    struct arena *a)
{
	bool net = is_slash(span_at(s, 0)) && is_slash(span_at(s, 1));

	u->odd |= URL_ODD_RELATIVE;
	if (base != NULL && usual_port(base->scheme) != 0)
		u->scheme = base->scheme;
	else if (net)
		u->scheme = URL_HTTPS;
	else
		return false;
	if (net) {
		take_authority(u, s, a);
		return true;
	}
	u->kind = base->kind;
	u->host = base->host;
	u->addr = base->addr;
	u->port = base->port;
	u->odd |= base->odd;
	u->rest = s;
	return true;
}

bool
url_read(struct url *out, struct span text, const struct url *base,
    struct arena *a)
{
	struct span s, name;
	struct url u = { .kind = URL_HOST_NONE };

	text = trim(text);
	if (text.len == 0)
		return false;
	s = without_blanks(text, &u.odd, a);
	if (!take_scheme(&s, &name)) {
		if (!read_relative(&u, s, base, a))
			return false;
		name = assay_cstr(url_scheme_name(u.scheme));
	} else {
		u.scheme = scheme_of(name);
		u.rest = s;
		if (usual_port(u.scheme) != 0)
			take_authority(&u, s, a);
		else if (u.scheme == URL_FILE && is_slash(span_at(s, 0)) &&
		    is_slash(span_at(s, 1)) && !is_slash(span_at(s, 2)))
			take_authority(&u, s, a);
		else if (u.scheme == URL_MAILTO)
			read_mailto(&u, s, a);
	}
	set_query(&u);
	print(&u, name, a);
	*out = u;
	return !a->failed;
}

/* ---- owners ----------------------------------------------------------- */

/* The second-level names under which countries give names away. */
static bool
is_shared(struct span label)
{
	static const struct span names[] = { SPAN_INIT("co"), SPAN_INIT("com"),
		SPAN_INIT("ac"), SPAN_INIT("org"), SPAN_INIT("net"),
		SPAN_INIT("gov"), SPAN_INIT("edu"), SPAN_INIT("or"),
		SPAN_INIT("ne"), SPAN_INIT("go"), SPAN_INIT("gob"),
		SPAN_INIT("nom"), SPAN_INIT("gen"), SPAN_INIT("ltd"),
		SPAN_INIT("plc"), SPAN_INIT("mil") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_eq(label, names[i]))
			return true;
	return false;
}

bool
url_same_owner(struct domain a, struct domain b)
{
	struct domain tail = domain_tail(a, 2);
	struct span label = span_head(tail.name, span_find(tail.name, '.'));
	bool country = domain_tail(a, 1).name.len == 2;

	if (domain_absent(a) || domain_absent(b))
		return false;
	if (domain_labels(a) < 2 || domain_labels(b) < 2)
		return domain_eq(a, b);
	if (country && is_shared(label))
		return domain_eq(domain_tail(a, 3), domain_tail(b, 3));
	return domain_eq(tail, domain_tail(b, 2));
}

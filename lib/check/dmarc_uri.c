/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmarc_uri.c - the URIs of rua= and ruf= (RFC 9989 4.6, 4.8; RFC 3986;
 * RFC 6068).  Of a mailto: only the address counts: header fields behind
 * "?" are dropped, so that a record cannot add a Bcc to our mail.
 */
#include "check/dmarc_record.h"

#include "base/ascii.h"
#include "base/cur.h"

/* RFC 5321 4.5.3.1.1 */
enum { MAX_LOCAL = 64 };

static const struct span mailto = { (const uint8_t *)"mailto", 6 };

/* RFC 3986 2.2, 2.3 without what RFC 9989 4.8 wants encoded: "," and "!". */
static bool
is_uri_byte(int c)
{
	static const uint8_t marks[] = "-._~:/?#[]@$&'()*+=";

	return is_alnum(c) || (c > 0 && c < 0x80 &&
	    span_has((struct span){ marks, sizeof(marks) - 1 }, (uint8_t)c));
}

static bool
is_uri_text(struct span s)
{
	struct cur c = cur_of(s);

	while (!cur_end(&c)) {
		int b = cur_byte(&c);
		if (b == '%' && (hex_value(cur_byte(&c)) < 0 ||
		    hex_value(cur_byte(&c)) < 0))
			return false;
		if (b != '%' && !is_uri_byte(b))
			return false;
	}
	return !c.bad;
}

/* RFC 3986 3.1 */
static bool
is_scheme(struct span s)
{
	if (!is_alpha(span_at(s, 0)))
		return false;
	for (size_t i = 1; i < s.len; i++) {
		int c = span_at(s, i);
		if (!is_alnum(c) && c != '+' && c != '-' && c != '.')
			return false;
	}
	return true;
}

/* 1*DIGIT [ "k" / "m" / "g" / "t" ] */
static bool
is_size(struct span s)
{
	size_t i = 0;
	int unit;

	while (is_digit(span_at(s, i)))
		i++;
	unit = to_lower(span_at(s, i));
	return i > 0 && (i == s.len || (i + 1 == s.len &&
	    (unit == 'k' || unit == 'm' || unit == 'g' || unit == 't')));
}

static struct span
percent_decode(struct span s, struct arena *a)
{
	struct buf out = arena_buf(a, s.len);
	struct cur c = cur_of(s);

	while (!cur_end(&c)) {
		int b = cur_byte(&c);
		if (b == '%') {
			int high = hex_value(cur_byte(&c));
			b = high * 16 + hex_value(cur_byte(&c));
		}
		buf_byte(&out, (uint8_t)b);
	}
	return arena_done(a, &out);
}

/* RFC 5321 4.1.2 Dot-string: no quotes, so nothing that could end an
 * argument of RCPT TO, and no octet above 0x7f (RFC 8616 6). */
static bool
is_local(struct span s)
{
	static const uint8_t marks[] = "!#$%&'*+-/=?^_`{|}~.";

	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (!is_alnum(c) && !span_has((struct span){ marks,
		    sizeof(marks) - 1 }, (uint8_t)c))
			return false;
		if (c == '.' && (i == 0 || span_at(s, i + 1) == '.' ||
		    i + 1 == s.len))
			return false;
	}
	return s.len > 0 && s.len <= MAX_LOCAL;
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(span_at(s, i)))
			return false;
	return true;
}

static bool
read_mailto(struct dmarc_uri *out, struct span rest, struct arena *a)
{
	struct span addr = percent_decode(span_cut(&rest, '?'), a);
	size_t at = span_rfind(addr, '@');
	struct span local = span_head(addr, at);
	struct buf b;

	if (at == addr.len || !is_local(local) ||
	    !is_ascii(span_skip(addr, at + 1)) ||
	    !domain_parse(&out->host, span_skip(addr, at + 1), false, a))
		return false;
	b = arena_buf(a, local.len + 1 + out->host.name.len);
	buf_put(&b, local);
	buf_byte(&b, '@');
	buf_put(&b, out->host.name);
	out->address = arena_done(a, &b);
	return !b.full;
}

/* RFC 3986 3.2: "//" [ userinfo "@" ] host [ ":" port ] */
static void
read_authority(struct dmarc_uri *out, struct span rest, struct arena *a)
{
	struct span host, auth;
	size_t at;

	if (!span_starts(rest, SPAN("//")))
		return;
	rest = span_skip(rest, 2);
	auth = span_cut(&rest, '/');
	auth = span_cut(&auth, '?');
	auth = span_cut(&auth, '#');
	at = span_rfind(auth, '@');
	if (at < auth.len)
		auth = span_skip(auth, at + 1);
	host = span_cut(&auth, ':');
	if (!domain_parse(&out->host, host, true, a))
		out->host = (struct domain){ SPAN_NONE };
}

bool
dmarc_uri_parse(struct dmarc_uri *out, struct span text, bool *sized,
    struct arena *a)
{
	struct span size = text;
	struct span uri = span_cut(&size, '!');
	struct span rest = uri;
	struct span scheme = span_cut(&rest, ':');

	*out = (struct dmarc_uri){ .text = uri };
	*sized = uri.len < text.len;
	if (*sized && !is_size(size))
		return false;
	if (scheme.len == uri.len || rest.len == 0 || !is_scheme(scheme) ||
	    !is_uri_text(rest))
		return false;
	if (span_ieq(scheme, mailto))
		return read_mailto(out, rest, a);
	read_authority(out, rest, a);
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "report/redact.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "base/limits.h"
#include "crypto/sha.h"
#include "wire/encword.h"

enum { BLOCK = 64, DIGEST = 32 };

/* ---- the token --------------------------------------------------------- */

static void
put_lower(struct sha256 *s, struct span text)
{
	while (text.len > 0) {
		ROOM(room, BLOCK);
		struct buf b = BUF_ON(room);

		buf_lower(&b, span_head(text, BLOCK));
		sha256_put(s, buf_span(&b));
		text = span_skip(text, BLOCK);
	}
}

static bool
begin_padded(struct sha256 *s, const uint8_t *key, uint8_t pad)
{
	uint8_t block[BLOCK];

	for (size_t i = 0; i < BLOCK; i++)
		block[i] = (uint8_t)((i < REDACT_KEY ? key[i] : 0) ^ pad);
	if (!sha256_init(s))
		return false;
	sha256_put(s, (struct span){ block, BLOCK });
	return true;
}

/* RFC 2104 2, over local NUL domain in lower case. */
static bool
hmac(uint8_t out[DIGEST], const uint8_t *key, struct span local,
    struct span domain)
{
	struct sha256 s;

	if (!begin_padded(&s, key, 0x36))
		return false;
	put_lower(&s, local);
	sha256_put(&s, SPAN("\0"));
	put_lower(&s, domain);
	sha256_end(&s, out);
	if (!begin_padded(&s, key, 0x5c))
		return false;
	sha256_put(&s, (struct span){ out, DIGEST });
	sha256_end(&s, out);
	return true;
}

/* RFC 6590 3 (4): letters and digits may stand where a local part may. */
void
redact_token(struct buf *out, struct span local, struct span domain,
    const struct redact *r)
{
	static const char letter[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t sum[DIGEST] = { 0 };
	uint32_t bits = 0;
	unsigned n = 0;
	size_t octet = 0;

	if (span_starts(local, SPAN("\"")) && span_ends(local, SPAN("\"")) &&
	    local.len > 1)
		local = span_slice(local, 1, local.len - 1);
	while (span_ends(domain, SPAN(".")))
		domain = span_head(domain, domain.len - 1);
	/* without a digest all tokens are the same: nothing is shown */
	if (!hmac(sum, r->key, local, domain))
		sum[0] = 0;
	for (unsigned i = 0; i < REDACT_TOKEN; i++) {
		if (n < 5) {
			bits = bits << 8 | sum[octet++];
			n += 8;
		}
		n -= 5;
		buf_byte(out, (uint8_t)letter[bits >> n & 31]);
	}
}

/* ---- hxxp -------------------------------------------------------------- */

/* "http:" or "https:", also with its colon percent-encoded. */
static bool
is_scheme(struct span s)
{
	if (!span_istarts(s, SPAN("http")))
		return false;
	s = span_skip(s, 4);
	if (to_lower(span_at(s, 0)) == 's')
		s = span_skip(s, 1);
	return span_at(s, 0) == ':' || span_istarts(s, SPAN("%3a"));
}

static void
put_defanged(struct buf *out, struct span text)
{
	size_t done = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (to_lower(span_at(text, i)) != 'h' ||
		    !is_scheme(span_skip(text, i)))
			continue;
		buf_put(out, span_slice(text, done, i + 1));
		buf_str(out, "xx");
		done = i + 3;
	}
	buf_put(out, span_skip(text, done));
}

/* ---- addresses --------------------------------------------------------- */

/* RFC 5322 3.2.3 atext and "."; RFC 6531 3.3 UTF-8. */
static bool
is_local(int c)
{
	static const uint8_t marks[] = "!#$%&'*+-/=?^_`{|}~.";

	return is_alnum(c) || c >= 0x80 || (c > 0 && span_has((struct span){
	    marks, sizeof(marks) - 1 }, (uint8_t)c));
}

static bool
is_domain(int c)
{
	return is_alnum(c) || c >= 0x80 || c == '-' || c == '.' || c == '_';
}

/* Names before "=" that are no part of a local part: properties of
 * Authentication-Results, Received-SPF and DKIM-Signature. */
static bool
is_property(struct span s)
{
	static const struct span names[] = { SPAN_INIT("i"),
	    SPAN_INIT("smtp.mailfrom"), SPAN_INIT("smtp.mail"),
	    SPAN_INIT("smtp.rcptto"), SPAN_INIT("smtp.auth"),
	    SPAN_INIT("header.i"), SPAN_INIT("header.from"),
	    SPAN_INIT("header.sender"), SPAN_INIT("header.to"),
	    SPAN_INIT("envelope-from"), SPAN_INIT("x-sender"),
	    SPAN_INIT("mailfrom"), SPAN_INIT("from"), SPAN_INIT("to"),
	    SPAN_INIT("for"), SPAN_INIT("rcpt"), SPAN_INIT("sender") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_ieq(s, names[i]))
			return true;
	return false;
}

/* Of "//host/path?x=local": where local begins.  A local part of X.400
 * ends in "/" and is no path. */
static size_t
behind_path(struct span run)
{
	size_t n = run.len;

	while (n > 0 && span_at(run, n - 1) != '/' &&
	    span_at(run, n - 1) != '?' && span_at(run, n - 1) != '&')
		n--;
	if (n == 0 || n == run.len)
		return 0;
	return n + (span_has(span_skip(run, n), '=') ?
	    span_find(span_skip(run, n), '=') + 1 : 0);
}

/* Where a quoted-string begins that ends before at, or at. */
static size_t
quoted_start(struct span text, size_t done, size_t at)
{
	for (size_t i = at - 1; i > done; i--)
		if (span_at(text, i - 1) == '"' && (i - 1 == done ||
		    span_at(text, i - 2) != '\\'))
			return i - 1;
	return at;
}

/* Where the local part begins whose "@" stands at. */
static size_t
local_start(struct span text, size_t done, size_t at)
{
	bool quote = at > done && span_at(text, at - 1) == '"';
	size_t i = quote ? quoted_start(text, done, at) : at, skip;
	struct span run;

	if (i < at)
		return i;
	/* a quote that was never opened hides nobody */
	i -= quote;
	while (i > done && is_local(span_at(text, i - 1)))
		i--;
	run = span_slice(text, i, at);
	skip = behind_path(run);
	if (skip == 0 && span_has(run, '=') &&
	    is_property(span_head(run, span_find(run, '='))))
		skip = span_find(run, '=') + 1;
	/* quotes of prose */
	while (skip < run.len && (span_at(run, skip) == '\'' ||
	    span_at(run, skip) == '*' || span_at(run, skip) == '`'))
		skip++;
	return i + skip;
}

/* Octets of the "@" at the head of s; 0: none. */
static size_t
at_sign(struct span s)
{
	return span_at(s, 0) == '@' ? 1 :
	    span_istarts(s, SPAN("%40")) ? 3 : 0;
}

static void
put_hidden(struct buf *out, struct span text, const struct redact *r)
{
	size_t done = 0;

	for (size_t at = 0; at < text.len; at++) {
		size_t sign = at_sign(span_skip(text, at)), start, n = 0;
		struct span local, domain = span_skip(text, at + sign);

		if (sign == 0)
			continue;
		start = local_start(text, done, at);
		local = span_slice(text, start, at);
		while (n < domain.len && is_domain(span_at(domain, n)))
			n++;
		put_defanged(out, span_slice(text, done, start));
		if (local.len > 0)
			redact_token(out, local, span_head(domain, n), r);
		buf_put(out, span_slice(text, at, at + sign));
		done = at + sign;
		at = done - 1;
	}
	put_defanged(out, span_skip(text, done));
}

/* ---- encoded-words ------------------------------------------------------- */

/* Octets of the encoded-word at the head of s (RFC 2047 2); 0: none. */
static size_t
word_length(struct span s)
{
	struct span rest = span_skip(span_head(s, LIMIT_ENCODED_WORD), 2);
	size_t end;

	if (!span_starts(s, SPAN("=?")))
		return 0;
	(void)span_cut(&rest, '?');
	(void)span_cut(&rest, '?');
	end = span_search(rest, SPAN("?="));
	return end < rest.len ? span_offset(s, rest) + end + 2 : 0;
}

static bool
has_at_sign(struct span s)
{
	for (; s.len > 0; s = span_skip(s, 1))
		if (at_sign(s) > 0)
			return true;
	return false;
}

/* As it stands, its charset too, or when it is shown. */
static bool
holds_address(struct span word)
{
	ROOM(room, LIMIT_ENCODED_WORD * 3);
	struct buf b = BUF_ON(room);
	struct encword_seen seen;

	encword_show(&b, word, &seen);
	return has_at_sign(word) || has_at_sign(buf_span(&b)) || b.full;
}

void
redact_put(struct buf *out, struct span text, const struct redact *r)
{
	size_t done = 0;

	for (size_t i = 0; r->locals && i < text.len; i++) {
		size_t n = span_at(text, i) != '=' ? 0 :
		    word_length(span_skip(text, i));

		if (n == 0)
			continue;
		put_hidden(out, span_slice(text, done, i), r);
		if (at_sign(span_skip(text, i + n)) > 0 ||
		    holds_address(span_slice(text, i, i + n)))
			buf_str(out, "hidden");
		else
			put_defanged(out, span_slice(text, i, i + n));
		done = i + n;
		i = done - 1;
	}
	if (r->locals)
		put_hidden(out, span_skip(text, done), r);
	else
		put_defanged(out, span_skip(text, done));
}

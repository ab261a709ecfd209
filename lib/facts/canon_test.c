/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/canon.h"

#include "base/buf.h"
#include "test/slow_canon.h"
#include "test/t.h"

static bool
hash_is(const uint8_t got[32], struct span text)
{
	struct sha256 s;
	uint8_t want[32];

	if (!sha256_init(&s))
		return false;
	sha256_put(&s, text);
	sha256_end(&s, want);
	return memcmp(got, want, 32) == 0;
}

static bool
field_is(enum canon kind, struct span raw, struct span want)
{
	struct sha256 s;
	uint8_t got[32];

	if (!sha256_init(&s))
		return false;
	canon_field(&s, kind, raw);
	sha256_end(&s, got);
	return hash_is(got, want);
}

static bool
sig_field_is(enum canon kind, struct span raw, size_t from, size_t to,
    struct span want)
{
	struct sha256 s;
	uint8_t got[32];

	if (!sha256_init(&s))
		return false;
	canon_sig_field(&s, kind, raw, from, to);
	sha256_end(&s, got);
	return hash_is(got, want);
}

/* RFC 6376 3.4.2, 3.4.5; BRIEF C4, C5. */
static const struct {
	const char *label;
	struct span raw, relaxed;
} fields[] = {
	{ "RFC 6376 3.4.5 A", SPAN_INIT("A: X\r\n"), SPAN_INIT("a:X\r\n") },
	{ "RFC 6376 3.4.5 B", SPAN_INIT("B : Y\t\r\n\tZ  \r\n"),
	    SPAN_INIT("b:Y Z\r\n") },
	{ "empty value", SPAN_INIT("Subject:\r\n"),
	    SPAN_INIT("subject:\r\n") },
	{ "value of white space", SPAN_INIT("Subject: \t \r\n \r\n"),
	    SPAN_INIT("subject:\r\n") },
	{ "folded at once", SPAN_INIT("Subject:\r\n x\r\n"),
	    SPAN_INIT("subject:x\r\n") },
	{ "folds of white space alone", SPAN_INIT("S: a\r\n \t\r\n b\r\n"),
	    SPAN_INIT("s:a b\r\n") },
	{ "colons in the value", SPAN_INIT("S: a : b:c\r\n"),
	    SPAN_INIT("s:a : b:c\r\n") },
	{ "UTF-8 is not touched",
	    SPAN_INIT("S\xc3\x84: \xc3\x84\xc2\xa0 \xe2\x80\x8b\r\n"),
	    SPAN_INIT("s\xc3\x84:\xc3\x84\xc2\xa0 \xe2\x80\x8b\r\n") },
	{ "bare CR and LF are content", SPAN_INIT("S: a \r b\n c\r\r\n"),
	    SPAN_INIT("s:a \r b\n c\r\r\n") },
	{ "bare LF folds nothing", SPAN_INIT("S: a\n \n b\r\n"),
	    SPAN_INIT("s:a\n \n b\r\n") },
	{ "NUL", SPAN_INIT("S: \0 \0 \r\n"), SPAN_INIT("s:\0 \0\r\n") },
	{ "no CRLF at the end", SPAN_INIT("S: a"), SPAN_INIT("s:a\r\n") },
	{ "white space before the colon", SPAN_INIT("From \t: a\r\n"),
	    SPAN_INIT("from:a\r\n") },
	{ "no colon", SPAN_INIT("FROM\r\n"), SPAN_INIT("from\r\n") },
	{ "nothing", SPAN_INIT(""), SPAN_INIT("\r\n") },
};

static void
known(void)
{
	T_OK(field_is(CANON_SIMPLE, SPAN("B : Y\t\r\n\tZ  \r\n"),
	    SPAN("B : Y\t\r\n\tZ  \r\n")), "RFC 6376 3.4.5, simple");
	T_OK(field_is(CANON_SIMPLE, SPAN("B : Y"), SPAN("B : Y\r\n")),
	    "simple gets a missing CRLF");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		T_OK(field_is(CANON_RELAXED, fields[i].raw,
		    fields[i].relaxed), fields[i].label);
}

static void
signature_field(void)
{
	struct span raw = SPAN("DKIM-Signature: v=1; b= abc\r\n\td= ; "
	    "bh=x\r\n");
	size_t from = span_search(raw, SPAN(" abc")),
	    to = span_search(raw, SPAN("; bh"));

	T_OK(sig_field_is(CANON_SIMPLE, raw, from, to,
	    SPAN("DKIM-Signature: v=1; b=; bh=x")), "simple, b= emptied");
	T_OK(sig_field_is(CANON_RELAXED, raw, from, to,
	    SPAN("dkim-signature:v=1; b=; bh=x")), "relaxed, b= emptied");
	raw = SPAN("X:b=abc \r\n");
	T_OK(sig_field_is(CANON_RELAXED, raw, 4, 8, SPAN("x:b=")),
	    "b= last");
	raw = SPAN("X: b=\r\n");
	T_OK(sig_field_is(CANON_SIMPLE, raw, 5, 5, SPAN("X: b=")),
	    "empty already");
	raw = SPAN("X: a \t ; b=abc; c \t\r\n");
	T_OK(sig_field_is(CANON_RELAXED, raw, 11, 14,
	    SPAN("x:a ; b=; c")), "white space elsewhere is reduced");
	T_OK(sig_field_is(CANON_RELAXED, raw, 500, 900,
	    SPAN("x:a ; b=abc; c")), "places outside take nothing away");
}

/* Longer than the buffers inside, names too. */
static void
long_fields(void)
{
	static uint8_t room[8000], slow[9000];
	bool ok = true;

	for (size_t len = 490; len < 1100; len++) {
		struct buf in = BUF_ON(room), out = BUF_ON(slow);

		for (size_t i = 0; i < len; i++)
			buf_byte(&in, (uint8_t)(i % 61 == 0 ? 'X' : 'q'));
		buf_str(&in, " : ");
		for (size_t i = 0; i < len * 3; i++)
			buf_byte(&in, (uint8_t)"abc  d\te"[i * i % 7]);
		buf_str(&in, "\r\n");
		slow_field(&out, CANON_RELAXED, buf_span(&in));
		ok = ok && field_is(CANON_RELAXED, buf_span(&in),
		    buf_span(&out));
	}
	T_OK(ok, "long names and values");
}

static void
exhaustive(void)
{
	static const uint8_t alphabet[8] = { '\r', '\n', ' ', '\t', 'a',
	    'B', ':', 0 };
	unsigned long bad = 0;

	for (unsigned len = 0; len <= 6; len++)
		for (unsigned long v = 0; v < 1ul << 3 * len; v++) {
			uint8_t room[16], slow[40];
			struct buf in = BUF_ON(room), out = BUF_ON(slow);

			buf_str(&in, v % 3 == 0 ? "" : "X:");
			for (unsigned i = 0; i < len; i++)
				buf_byte(&in, alphabet[v >> 3 * i & 7]);
			buf_str(&in, v % 5 == 0 ? "" : "\r\n");
			slow_field(&out, CANON_RELAXED, buf_span(&in));
			if (!field_is(CANON_RELAXED, buf_span(&in),
			    buf_span(&out)) && bad++ < 10)
				t_show("wrong for", buf_span(&in));
		}
	T_INT(bad, 0, "all values up to six octets");
}

int
main(void)
{
	known();
	signature_field();
	long_fields();
	exhaustive();
	return t_done();
}

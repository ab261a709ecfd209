/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/bodyhash.h"

#include <stdlib.h>

#include "crypto/sha.h"
#include "test/slow_canon.h"
#include "test/t.h"
#include "wire/base64.h"

static struct arena arena;

/* The hash of what the slow way makes, cut at l. */
static void
slow_hash(uint8_t out[32], enum canon kind, struct span body, uint64_t l,
    uint64_t *length)
{
	static uint8_t room[1 << 17];
	struct buf b = BUF_ON(room);
	struct sha256 s;

	slow_body(&b, kind, body);
	*length = b.len;
	if (!sha256_init(&s))
		abort();
	sha256_put(&s, span_head(buf_span(&b), l < b.len ? (size_t)l :
	    b.len));
	sha256_end(&s, out);
}

static bool
same(const struct bodyhash *b, int slot, enum canon kind, struct span body,
    uint64_t l)
{
	struct body_digest d = bodyhash_get(b, slot);
	uint8_t want[32];
	uint64_t length;

	slow_hash(want, kind, body, l, &length);
	return d.ok && d.length == length &&
	    memcmp(d.sha256, want, 32) == 0;
}

/* RFC 6376 3.4.5 and 3.4.6, 3.4.3, 3.4.4, and BRIEF C1-C3. */
static const struct {
	const char *label;
	struct span body, simple, relaxed;
} forms[] = {
	{ "no body", SPAN_INIT(""), SPAN_INIT("\r\n"), SPAN_INIT("") },
	{ "one empty line", SPAN_INIT("\r\n"), SPAN_INIT("\r\n"),
	    SPAN_INIT("") },
	{ "blank lines only", SPAN_INIT("\r\n\r\n\r\n"),
	    SPAN_INIT("\r\n"), SPAN_INIT("") },
	{ "white space only", SPAN_INIT(" \t\r\n \r\n\t"),
	    SPAN_INIT(" \t\r\n \r\n\t\r\n"), SPAN_INIT("") },
	{ "RFC 6376 3.4.6", SPAN_INIT(" C \r\nD \t E\r\n\r\n\r\n"),
	    SPAN_INIT(" C \r\nD \t E\r\n"), SPAN_INIT(" C\r\nD E\r\n") },
	{ "no line end", SPAN_INIT("a"), SPAN_INIT("a\r\n"),
	    SPAN_INIT("a\r\n") },
	{ "white space at the end, no line end", SPAN_INIT("a \t"),
	    SPAN_INIT("a \t\r\n"), SPAN_INIT("a\r\n") },
	{ "blank lines inside stay", SPAN_INIT("a\r\n\r\n \r\nb\r\n"),
	    SPAN_INIT("a\r\n\r\n \r\nb\r\n"),
	    SPAN_INIT("a\r\n\r\n\r\nb\r\n") },
	{ "bare LF ends no line", SPAN_INIT("a \n\n"),
	    SPAN_INIT("a \n\n\r\n"), SPAN_INIT("a \n\n\r\n") },
	{ "bare CR ends no line", SPAN_INIT("a \r\r\n"),
	    SPAN_INIT("a \r\r\n"), SPAN_INIT("a \r\r\n") },
	{ "bare CR at the end", SPAN_INIT("a\r\n\r"),
	    SPAN_INIT("a\r\n\r\r\n"), SPAN_INIT("a\r\n\r\r\n") },
	{ "NUL", SPAN_INIT("\0 \0\r\n"), SPAN_INIT("\0 \0\r\n"),
	    SPAN_INIT("\0 \0\r\n") },
	{ "only SP and HTAB are white space",
	    SPAN_INIT("a\v\f\xc2\xa0\r\n\r\n"),
	    SPAN_INIT("a\v\f\xc2\xa0\r\n"),
	    SPAN_INIT("a\v\f\xc2\xa0\r\n") },
	{ "HTAB at the start of a line", SPAN_INIT("\ta\r\n"),
	    SPAN_INIT("\ta\r\n"), SPAN_INIT(" a\r\n") },
};

static bool
hashes_to(enum canon kind, struct span body, struct span canonical)
{
	struct bodyhash *b = bodyhash_new(&arena);
	int slot = bodyhash_want(b, kind, false, 0);
	struct body_digest d;
	uint8_t want[32];
	struct sha256 s;

	bodyhash_data(b, body);
	bodyhash_end(b);
	d = bodyhash_get(b, slot);
	if (!sha256_init(&s))
		return false;
	sha256_put(&s, canonical);
	sha256_end(&s, want);
	return d.ok && d.length == canonical.len &&
	    memcmp(d.sha256, want, 32) == 0;
}

static void
known_forms(void)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		uint8_t room[64];
		struct buf out = BUF_ON(room);

		T_OK(hashes_to(CANON_SIMPLE, forms[i].body, forms[i].simple),
		    forms[i].label);
		T_OK(hashes_to(CANON_RELAXED, forms[i].body,
		    forms[i].relaxed), forms[i].label);
		slow_body(&out, CANON_RELAXED, forms[i].body);
		T_SPAN(buf_span(&out), (forms[i].relaxed.len == 0 ?
		    (struct span){ room, 0 } : forms[i].relaxed),
		    "the slow way agrees");
	}
}

static void
empty_hashes(void)
{
	/* RFC 6376 3.4.3, 3.4.4: the hash of an empty body */
	static const char *want[] = {
		"frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=",
		"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
	};

	for (enum canon k = CANON_SIMPLE; k <= CANON_RELAXED; k++) {
		struct bodyhash *b = bodyhash_new(&arena);
		int slot = bodyhash_want(b, k, false, 0);
		struct body_digest d;
		uint8_t room[48];
		struct buf text = BUF_ON(room);

		T_OK(!bodyhash_get(b, slot).ok, "not ok before the end");
		bodyhash_end(b);
		d = bodyhash_get(b, slot);
		base64_encode(&text, (struct span){ d.sha256, 32 });
		T_SPAN(buf_span(&text), assay_cstr(want[k]), "empty body");
		T_OK(!bodyhash_get(b, -1).ok && !bodyhash_get(b, 1).ok,
		    "no such slot");
	}
}

static void
slots(void)
{
	struct bodyhash *b = bodyhash_new(&arena);
	struct span body = SPAN("ab c\r\nde \r\n\r\n");
	int a[LIMIT_BODY_HASHES], last = 0;
	bool ok = true;

	T_INT(bodyhash_want(b, CANON_RELAXED, true, 3), 0, "first");
	T_INT(bodyhash_want(b, CANON_RELAXED, true, 3), 0, "the same again");
	T_INT(bodyhash_want(b, CANON_SIMPLE, true, 3), 1, "another form");
	T_INT(bodyhash_want(b, CANON_SIMPLE, false, 3), 2, "no l=");
	T_INT(bodyhash_want(b, CANON_SIMPLE, true, UINT64_MAX), 3,
	    "the largest l= is not the absence of l=");
	for (unsigned i = 4; i < LIMIT_BODY_HASHES; i++)
		a[i] = bodyhash_want(b, CANON_RELAXED, true, 29 - i);
	last = bodyhash_want(b, CANON_RELAXED, true, 1000);
	T_INT(last, -1, "full");
	T_INT(bodyhash_want(b, CANON_SIMPLE, false, 0), 2,
	    "full, but this one is there");
	for (size_t i = 0; i < body.len; i++)
		bodyhash_data(b, span_slice(body, i, i + 1));
	bodyhash_end(b);
	for (unsigned i = 4; i < LIMIT_BODY_HASHES; i++)
		ok = ok && same(b, a[i], CANON_RELAXED, body, 29 - i);
	T_OK(ok, "twenty l= of one body, some beyond it");
	T_OK(same(b, 0, CANON_RELAXED, body, 3), "relaxed l=3");
	T_OK(same(b, 1, CANON_SIMPLE, body, 3), "simple l=3");
	T_OK(same(b, 2, CANON_SIMPLE, body, UINT64_MAX), "simple");
	T_INT(bodyhash_get(b, 2).length, 11, "canonical octets");
	T_INT(bodyhash_get(b, 0).length, 10, "counted beyond l=");
}

static void
zero_length(void)
{
	struct bodyhash *b = bodyhash_new(&arena);
	int s0 = bodyhash_want(b, CANON_SIMPLE, true, 0);
	int r0 = bodyhash_want(b, CANON_RELAXED, true, 0);
	int r2 = bodyhash_want(b, CANON_RELAXED, true, 2);

	bodyhash_data(b, SPAN("abc\r\n"));
	bodyhash_end(b);
	T_OK(same(b, s0, CANON_SIMPLE, SPAN("abc\r\n"), 0), "simple l=0");
	T_OK(same(b, r0, CANON_RELAXED, SPAN("abc\r\n"), 0), "relaxed l=0");
	T_OK(same(b, r2, CANON_RELAXED, SPAN("abc\r\n"), 2), "relaxed l=2");
	T_INT(bodyhash_get(b, r2).length, 5, "the tail is counted unhashed");
}

/* body in pieces of the given sizes, then the rest; both forms right? */
static bool
in_pieces(struct span body, size_t first, size_t step)
{
	struct arena_mark mark = arena_mark(&arena);
	struct bodyhash *b = bodyhash_new(&arena);
	int s = bodyhash_want(b, CANON_SIMPLE, false, 0);
	int r = bodyhash_want(b, CANON_RELAXED, false, 0);
	int l = bodyhash_want(b, CANON_RELAXED, true, 2);
	bool ok;

	bodyhash_data(b, span_head(body, first));
	for (size_t i = first; i < body.len; i += step)
		bodyhash_data(b, span_slice(body, i, i + step));
	bodyhash_end(b);
	ok = same(b, s, CANON_SIMPLE, body, UINT64_MAX) &&
	    same(b, r, CANON_RELAXED, body, UINT64_MAX) &&
	    same(b, l, CANON_RELAXED, body, 2);
	arena_back(&arena, mark);
	return ok;
}

/* All strings up to six octets of what matters here: 299,593. */
static void
exhaustive(void)
{
	static const uint8_t alphabet[8] = { '\r', '\n', ' ', '\t', 'a',
	    'B', ':', 0 };
	unsigned long n = 0, bad = 0;

	for (unsigned len = 0; len <= 6; len++)
		for (unsigned long v = 0; v < 1ul << 3 * len; v++) {
			uint8_t text[6];
			struct span s = { text, len };

			for (unsigned i = 0; i < len; i++)
				text[i] = alphabet[v >> 3 * i & 7];
			n++;
			if (!in_pieces(s, len, 1) || !in_pieces(s, 0, 1) ||
			    !in_pieces(s, v % (len + 1), 6)) {
				bad++;
				if (bad < 10)
					t_show("wrong for", s);
			}
		}
	T_INT(n, 299593, "all strings up to six octets");
	T_INT(bad, 0, "right whole, octet by octet, and in two pieces");
}

/* Longer bodies, so that the wide steps are taken. */
static void
random_bodies(void)
{
	static const char soup[] = "abcdefghijklmnopqrstuvw \r\n\r\n \t\r\n";
	static uint8_t body[3000];
	uint64_t seed = 42;
	unsigned bad = 0;

	for (unsigned n = 0; n < 3000; n++) {
		struct span s = { body, 0 };

		seed = seed * 6364136223846793005u + 1;
		s.len = seed >> 40 & 2047;
		for (size_t i = 0; i < s.len; i++) {
			seed = seed * 6364136223846793005u + 1;
			body[i] = (uint8_t)soup[(seed >> 40) %
			    (n % 4 == 0 ? sizeof(soup) - 1 : 32)];
		}
		if (!in_pieces(s, seed >> 30 & 255, (seed >> 50 & 127) + 1) ||
		    !in_pieces(s, s.len, 1))
			bad++;
	}
	T_INT(bad, 0, "random bodies in random pieces");
}

/* Deferred bodies of every kind, side by side, in every width. */
static void
batch(enum lanes_width width)
{
	enum { N = 60 };
	static uint8_t text[N * 1200];
	struct bodyhash *b[N];
	struct span body[N];
	uint64_t seed = 5;
	unsigned bad = 0;

	for (size_t i = 0; i < sizeof(text); i++) {
		seed = seed * 6364136223846793005u + 1;
		text[i] = (uint8_t)"abcdefghijk lmnopqrs  \t\r\n\r\n"[
		    (seed >> 40) % 27];
	}
	for (size_t i = 0; i < N; i++) {
		size_t step = i % 7 == 0 ? 100 : 5000;

		body[i] = span_slice((struct span){ text, sizeof(text) },
		    i * 10, i * (i + 11) * 18);
		b[i] = bodyhash_new(&arena);
		if (i % 10 != 9)
			bodyhash_defer(b[i]);
		bodyhash_want(b[i], i % 3 == 0, false, 0);
		bodyhash_want(b[i], CANON_RELAXED, i % 5 == 0, 77);
		for (size_t at = 0; at < body[i].len; at += step)
			bodyhash_data(b[i], span_slice(body[i], at,
			    at + step));
		bodyhash_end(b[i]);
	}
	T_OK(!bodyhash_get(b[1], 0).ok, "deferred: not ok before the run");
	T_OK(bodyhash_run(b, N, (struct lanes_plan){ width, 2 }, &arena),
	    "runs");
	for (size_t i = 0; i < N; i++)
		if (!same(b[i], 0, i % 3 == 0, body[i], UINT64_MAX) ||
		    !same(b[i], bodyhash_want(b[i], CANON_RELAXED,
		    i % 5 == 0, 77), CANON_RELAXED, body[i],
		    i % 5 == 0 ? 77 : UINT64_MAX))
			bad++;
	T_INT(bad, 0, "many bodies at once");
}

int
main(void)
{
	arena_init(&arena, 1 << 20);
	known_forms();
	empty_hashes();
	slots();
	zero_length();
	exhaustive();
	random_bodies();
	batch(LANES_1);
	batch(LANES_4);
	batch(lanes_best().width);
	arena_free(&arena);
	return t_done();
}

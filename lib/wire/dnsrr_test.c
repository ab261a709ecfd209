/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/dnsrr.h"

#include "test/t.h"

/* A reply's head: flags, then the counts of question 1, answers, authority;
 * the question is "q." at offset 12, the records follow at 19. */
#define HEAD(flags, an, ns) \
	"\0\0" flags "\0\1" "\0" an "\0" ns "\0\0" "\1q\0" "\0\1\0\1"
#define FINE "\x81\x80"
#define NX "\x81\x83"
#define Q "\xc0\x0c"
#define IN "\0\1"
#define TTL(n) "\0\0\0" n

struct reply_case {
	const char *label;
	uint16_t type;
	const char *bytes;
	size_t len;
	enum assay_akind kind;		/* 0: cannot be read */
	size_t n;
	const char *last;		/* item, if it is text */
	uint32_t ttl;
	const char *canonical;
};

#define BYTES(s) s, sizeof(s) - 1

static const struct reply_case replies[] = {
	{ "TXT, two strings", 16, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x10" IN TTL("\7") "\0\6" "\2ab\2cd"),
	    ASSAY_A_DATA, 1, "abcd", 7, NULL },
	{ "TXT, an empty string", 16, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x10" IN TTL("\7") "\0\1" "\0"),
	    ASSAY_A_DATA, 1, "", 7, NULL },
	{ "the least TTL", 16, BYTES(HEAD(FINE, "\2", "\0")
	    Q "\0\x10" IN TTL("\7") "\0\2" "\1a"
	    Q "\0\x10" IN TTL("\5") "\0\2" "\1b"),
	    ASSAY_A_DATA, 2, "b", 5, NULL },
	{ "TTL with the top bit", 16, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x10" IN "\x80\0\0\1" "\0\2" "\1a"),
	    ASSAY_A_DATA, 1, "a", 0, NULL },
	{ "case of the owner", 16, BYTES(HEAD(FINE, "\1", "\0")
	    "\1Q\0" "\0\x10" IN TTL("\7") "\0\2" "\1a"),
	    ASSAY_A_DATA, 1, "a", 7, NULL },
	{ "A", 1, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\1" IN TTL("\7") "\0\4" "ABCD"),
	    ASSAY_A_DATA, 1, "ABCD", 7, NULL },
	{ "MX, compressed", 15, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x0f" IN TTL("\7") "\0\6" "AB\1m" Q),
	    ASSAY_A_DATA, 1, "ABm.q", 7, NULL },
	{ "null MX", 15, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x0f" IN TTL("\7") "\0\3" "AB\0"),
	    ASSAY_A_DATA, 1, "AB.", 7, NULL },
	{ "alias followed", 1, BYTES(HEAD(FINE, "\2", "\0")
	    Q "\0\5" IN TTL("\3") "\0\3" "\1T\0"
	    "\1t\0" "\0\1" IN TTL("\7") "\0\4" "ABCD"),
	    ASSAY_A_DATA, 1, "ABCD", 3, "t" },
	{ "alias asked for", 5, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\5" IN TTL("\3") "\0\3" "\1t\0"),
	    ASSAY_A_DATA, 1, "t", 3, NULL },
	{ "alias to nothing", 1, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\5" IN TTL("\3") "\0\3" "\1t\0"),
	    ASSAY_A_NODATA, 0, NULL, 0, "t" },
	{ "alias to no name", 1, BYTES(HEAD(NX, "\1", "\0")
	    Q "\0\5" IN TTL("\3") "\0\3" "\1t\0"),
	    ASSAY_A_NXDOMAIN, 0, NULL, 0, "t" },
	{ "alias to itself", 1, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\5" IN TTL("\3") "\0\2" Q),
	    0, 0, NULL, 0, NULL },
	{ "records of another are no answer", 1, BYTES(HEAD(FINE, "\1", "\0")
	    "\1x\0" "\0\1" IN TTL("\7") "\0\4" "ABCD"),
	    ASSAY_A_NODATA, 0, NULL, 0, NULL },
	{ "another class", 1, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\1" "\0\3" TTL("\7") "\0\4" "ABCD"),
	    ASSAY_A_NODATA, 0, NULL, 0, NULL },
	{ "no data, TTL by the SOA", 1, BYTES(HEAD(FINE, "\0", "\1")
	    Q "\0\6" IN TTL("\x20") "\0\x16" "\0\0" "0000111122223333"
	    "\0\0\0\x10"),
	    ASSAY_A_NODATA, 0, NULL, 16, NULL },
	{ "no name, TTL of the SOA", 1, BYTES(HEAD(NX, "\0", "\1")
	    Q "\0\6" IN TTL("\x08") "\0\x16" "\0\0" "0000111122223333"
	    "\0\0\0\x10"),
	    ASSAY_A_NXDOMAIN, 0, NULL, 8, NULL },
	{ "SERVFAIL", 1, BYTES(HEAD("\x81\x82", "\0", "\0")),
	    ASSAY_A_TEMPFAIL, 0, NULL, 0, NULL },
	{ "REFUSED", 1, BYTES(HEAD("\x81\x85", "\0", "\0")),
	    ASSAY_A_TEMPFAIL, 0, NULL, 0, NULL },
	{ "a query", 1, BYTES(HEAD("\1\0", "\0", "\0")), 0, 0, NULL, 0,
	    NULL },
	{ "A of three octets", 1, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\1" IN TTL("\7") "\0\3" "ABC"), 0, 0, NULL, 0, NULL },
	{ "TXT of no string", 16, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x10" IN TTL("\7") "\0\0"), 0, 0, NULL, 0, NULL },
	{ "TXT cut", 16, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x10" IN TTL("\7") "\0\3" "\3ab"), 0, 0, NULL, 0, NULL },
	{ "MX with more", 15, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x0f" IN TTL("\7") "\0\4" "AB\0x"), 0, 0, NULL, 0, NULL },
	{ "DNSKEY", 48, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x30" IN TTL("\7") "\0\5" "AACDE"),
	    ASSAY_A_DATA, 1, "AACDE", 7, NULL },
	{ "DS", 43, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x2b" IN TTL("\7") "\0\6" "AACDEF"),
	    ASSAY_A_DATA, 1, "AACDEF", 7, NULL },
	{ "DS without digest", 43, BYTES(HEAD(FINE, "\1", "\0")
	    Q "\0\x2b" IN TTL("\7") "\0\4" "AACD"), 0, 0, NULL, 0, NULL },
	{ "fewer records than it says", 1, BYTES(HEAD(FINE, "\2", "\0")
	    Q "\0\1" IN TTL("\7") "\0\4" "ABCD"), 0, 0, NULL, 0, NULL },
	{ "nothing", 1, "", 0, 0, 0, NULL, 0, NULL },
};

static const struct {
	const char *word;
	uint16_t type;
} words[] = {
	{ "A", 1 }, { "txt", 16 }, { "AaAa", 28 }, { "TYPE16", 16 },
	{ "type65535", 65535 }, { "TYPE65536", 0 }, { "TYPE", 0 },
	{ "TYPE1x", 0 }, { "", 0 }, { "FOO", 0 }, { "CAA", 257 },
};

static void
test_reply(const struct reply_case *r, struct arena *a)
{
	struct assay_answer got;
	/* exact size, so that a read behind the end is seen */
	struct span packet = arena_dup(a, (struct span){
	    (const uint8_t *)r->bytes, r->len });
	bool ok = reply_read(&got, packet, r->type, a);

	T_OK(ok == (r->kind != 0), r->label);
	if (!ok)
		return;
	T_INT(got.kind, r->kind, r->label);
	T_INT(got.n_item, r->n, r->label);
	T_INT(got.ttl, r->ttl, r->label);
	T_SPAN(got.canonical, assay_cstr(r->canonical), r->label);
	if (r->last != NULL && got.n_item > 0)
		T_SPAN(got.item[got.n_item - 1], assay_cstr(r->last),
		    r->label);
}

/* Every truncation of every reply is refused or answers; none reads on. */
static void
test_cut(const struct reply_case *r, struct arena *a)
{
	struct assay_answer got;
	bool ok = true;

	for (size_t n = 0; n < r->len; n++) {
		struct span cut = arena_dup(a, (struct span){
		    (const uint8_t *)r->bytes, n });
		if (reply_read(&got, cut, r->type, a) &&
		    got.kind == ASSAY_A_DATA)
			ok = false;
	}
	T_OK(ok, r->label);
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 16 << 20);
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		test_reply(&replies[i], &a);
		test_cut(&replies[i], &a);
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		T_INT(rr_type(assay_cstr(words[i].word)), words[i].type,
		    words[i].word);
	arena_free(&a);
	return t_done();
}

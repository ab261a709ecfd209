/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/dname.h"

#include "test/t.h"

static const struct {
	const char *label, *text, *origin, *want;
} reads[] = {
	{ "absolute", "www.Example.COM.", NULL, "www.example.com" },
	{ "no origin", "www.example.com", NULL, "www.example.com" },
	{ "relative", "www", "example.com", "www.example.com" },
	{ "relative to the root", "www", ".", "www" },
	{ "absolute, origin ignored", "www.", "example.com", "www" },
	{ "root", ".", "example.com", "." },
	{ "escaped dot", "a\\.b.c.", NULL, "a\\046b.c" },
	{ "decimal escape", "a\\032b.", NULL, "a\\032b" },
	{ "decimal escape of a letter", "\\065b.", NULL, "ab" },
	{ "escaped letter", "\\a\\B.", NULL, "ab" },
	{ "backslash", "a\\\\b.", NULL, "a\\092b" },
	{ "escaped dot at the end is no final dot", "a\\.", "b", "a\\046.b" },
	{ "raw space", "a b.", NULL, "a\\032b" },
	{ "wildcard", "*.ex.", NULL, "*.ex" },
	{ "empty", "", NULL, NULL },
	{ "empty label", "a..b.", NULL, NULL },
	{ "leading dot", ".a.", NULL, NULL },
	{ "two dots", "..", NULL, NULL },
	{ "escape too large", "a\\256.", NULL, NULL },
	{ "escape too short", "a\\25", NULL, NULL },
	{ "escape at the end", "a\\", NULL, NULL },
	{ "63 octets", "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"
	    "abcdefghijabc.", NULL, "abcdefghijabcdefghijabcdefghijabcdefghij"
	    "abcdefghijabcdefghijabc" },
	{ "64 octets", "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"
	    "abcdefghijabcd.", NULL, NULL },
};

static const struct {
	const char *label, *text, *want;
} loose[] = {
	{ "plain", "Example.COM", "example.com" },
	{ "final dot", "example.com.", "example.com" },
	{ "root", ".", "." },
	{ "space", "a b.c", "a\\032b.c" },
	{ "escape kept", "a\\032b.c", "a\\032b.c" },
	{ "broken escape", "a\\9b", "a\\0929b" },
	{ "escaped dot at the end", "a\\.", "a\\046" },
	{ "empty label kept", "a..b", "a..b" },
};

/* At offset 12 of a message, as the first name is. */
static const struct {
	const char *label;
	const char *bytes;
	size_t len, at;
	const char *want;
	size_t left;
} wires[] = {
	{ "root", "\0xyz", 4, 0, ".", 3 },
	{ "two labels", "\3WWW\2ex\0z", 9, 0, "www.ex", 1 },
	{ "dot and space inside", "\4a.b \0", 6, 0, "a\\046b\\032", 0 },
	{ "NUL inside", "\2a\0\0", 4, 0, "a\\000", 0 },
	{ "pointer", "\2ex\0\1a\xc0\0rest", 12, 4, "a.ex", 4 },
	{ "pointer alone", "\2ex\0\xc0\0", 6, 4, "ex", 0 },
	{ "pointer to a pointer", "\2ex\0\1b\xc0\0\1a\xc0\4", 12, 8,
	    "a.b.ex", 0 },
	{ "pointer to itself", "\2ex\0\xc0\4", 6, 4, NULL, 0 },
	{ "pointer forward", "\xc0\2\2ex\0", 6, 0, NULL, 0 },
	{ "pointer into this name", "\1a\1b\xc0\2", 6, 0, NULL, 0 },
	{ "pointer cut", "\2ex\0\xc0", 5, 4, NULL, 0 },
	{ "reserved length", "\x41x\0", 3, 0, NULL, 0 },
	{ "label cut", "\5abc", 4, 0, NULL, 0 },
	{ "no end", "\3abc", 4, 0, NULL, 0 },
	{ "nothing", "", 0, 0, NULL, 0 },
};

static void
test_text(void)
{
	uint8_t room[DNAME_TEXT_MAX], small[8];
	struct buf b;

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		b = BUF_ON(room);
		bool ok = dname_read(&b, assay_cstr(reads[i].text),
		    assay_cstr(reads[i].origin));
		T_OK(ok == (reads[i].want != NULL), reads[i].label);
		if (ok)
			T_SPAN(buf_span(&b), assay_cstr(reads[i].want),
			    reads[i].label);
	}
	for (size_t i = 0; i < sizeof(loose) / sizeof(loose[0]); i++) {
		b = BUF_ON(room);
		dname_loose(&b, assay_cstr(loose[i].text));
		T_SPAN(buf_span(&b), assay_cstr(loose[i].want),
		    loose[i].label);
	}
	b = BUF_ON(small);
	T_OK(!dname_read(&b, SPAN("example.com."), SPAN_NONE), "no room");
}

/* Text of n labels of one octet. */
static struct span
many(uint8_t *room, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		room[2 * i] = 'a';
		room[2 * i + 1] = '.';
	}
	return (struct span){ room, 2 * n };
}

static void
test_length(void)
{
	uint8_t text[400], room[DNAME_TEXT_MAX], wire[512] = { 0 };
	struct buf b = BUF_ON(room);

	T_OK(dname_read(&b, many(text, 127), SPAN_NONE), "255 octets");
	b = BUF_ON(room);
	T_OK(!dname_read(&b, many(text, 128), SPAN_NONE), "257 octets");
	b = BUF_ON(room);
	T_OK(!dname_read(&b, SPAN("x"), span_head(many(text, 127), 253)),
	    "too long with its origin");
	for (size_t i = 0; i < 256; i += 2) {
		wire[i] = 1;
		wire[i + 1] = 'a';
	}
	struct cur c = cur_of((struct span){ wire, 257 });
	b = BUF_ON(room);
	T_OK(!dname_unwire(&b, &c, (struct span){ wire, 257 }),
	    "257 octets on the wire");
	wire[254] = 0;
	c = cur_of((struct span){ wire, 255 });
	b = BUF_ON(room);
	T_OK(dname_unwire(&b, &c, (struct span){ wire, 255 }),
	    "255 octets on the wire");
	T_INT(c.rest.len, 0, "all taken");
}

int
main(void)
{
	uint8_t room[DNAME_TEXT_MAX];

	test_text();
	for (size_t i = 0; i < sizeof(wires) / sizeof(wires[0]); i++) {
		struct span packet = { (const uint8_t *)wires[i].bytes,
			wires[i].len };
		struct cur c = cur_of(span_skip(packet, wires[i].at));
		struct buf b = BUF_ON(room);
		bool ok = dname_unwire(&b, &c, packet);

		T_OK(ok == (wires[i].want != NULL), wires[i].label);
		if (ok) {
			T_SPAN(buf_span(&b), assay_cstr(wires[i].want),
			    wires[i].label);
			T_INT(c.rest.len, wires[i].left, wires[i].label);
		} else
			T_OK(c.bad, wires[i].label);
	}
	test_length();
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Against one octet at a time: every octet at every place. */
#include "base/scan_xml.h"

#include "base/ascii.h"
#include "test/t.h"

enum { LONGEST = 3 * SCAN_SLACK + 1 };

static bool
plain(int c)
{
	return c == '\t' || c == '\n' || (c >= 0x20 && c < 0x80 && c != '<' &&
	    c != '&' && c != ']');
}

static bool
blank(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
name(int c)
{
	return is_alnum(c) || c == '.' || c == '-' || c == '_';
}

static size_t
slow(struct span s, bool (*is)(int))
{
	size_t i = 0;

	while (i < s.len && is(s.ptr[i]))
		i++;
	return i;
}

static bool
every(uint8_t fill, size_t (*scan)(struct span), bool (*is)(int))
{
	uint8_t room[LONGEST + SCAN_SLACK];
	bool ok = true;

	for (size_t len = 0; len <= LONGEST; len++)
		for (size_t at = 0; at < LONGEST; at++)
			for (unsigned c = 0; c < 256; c++) {
				struct span s = { room, len };
				memset(room, fill, sizeof(room));
				room[at] = (uint8_t)c;
				ok = ok && scan(s) == slow(s, is);
			}
	return ok;
}

static bool
closes(const char *text, size_t len, const char *tag)
{
	static uint8_t room[100], tags[100];
	size_t n = strlen(tag);

	memset(room, 'x', sizeof(room));
	memset(tags, 'y', sizeof(tags));
	memcpy(room, text, strlen(text));
	memcpy(tags, tag, n);
	return scan_xml_closes((struct span){ room, len },
	    (struct span){ tags, n });
}

static void
end_tags(void)
{
	T_OK(closes("</count>", 8, "count"), "an end tag");
	T_OK(!closes("</count>", 7, "count"), "cut before its end");
	T_OK(!closes("</counts>", 9, "count"), "a longer name");
	T_OK(!closes("</coun>", 7, "count"), "a shorter name");
	T_OK(!closes("</cOunt>", 8, "count"), "another name");
	T_OK(!closes("<count>", 7, "count"), "a start tag");
	T_OK(closes("</policy_evaluated>", 19, "policy_evaluated"),
	    "sixteen octets");
	T_OK(closes("</a_name_of_twenty_one>", 23, "a_name_of_twenty_one"),
	    "more than sixteen");
	T_OK(!closes("</a_name_of_twenty_onE>", 23, "a_name_of_twenty_one"),
	    "more than sixteen, the last differs");
	T_OK(!closes("</policy_evaluateD>", 19, "policy_evaluated"),
	    "sixteen, the last differs");
}

/* Rooms of their own, so that what lies behind differs. */
static bool
same(const char *text, size_t len, const char *known)
{
	static uint8_t room[100], other[100];
	size_t n = strlen(known);

	memset(room, 'x', sizeof(room));
	memset(other, 'y', sizeof(other));
	memcpy(room, text, len);
	memcpy(other, known, n);
	return scan_xml_same((struct span){ room, len },
	    (struct span){ other, n });
}

static void
beginnings(void)
{
	const char *long_ = "            <policy_evaluated> and more";
	char known[60];
	bool ok = true, differs = true, shorter = true;

	for (size_t n = 1; n <= 36; n++) {
		memcpy(known, long_, n);
		known[n] = '\0';
		ok = ok && same(long_, strlen(long_), known);
		shorter = shorter && !same(long_, n - 1, known);
		known[n - 1] ^= 1;
		differs = differs && !same(long_, strlen(long_), known);
	}
	T_OK(ok, "the same beginning of any length");
	T_OK(differs, "the last octet differs");
	T_OK(shorter, "too short");
	T_OK(!same("abc", 3, ""), "nothing is known");
}

static size_t
leaf(const char *text, size_t *name, size_t *inner)
{
	static uint8_t room[200];
	struct span s = { room, strlen(text) };

	memset(room, '<', sizeof(room));
	memcpy(room, text, s.len);
	*inner = 0;
	*name = scan_xml_open(s);
	return *name == 0 ? 0 : scan_xml_leaf(s, *name, inner);
}

static void
leaves(void)
{
	size_t n, t;

	T_OK(leaf("<count>3</count>\n", &n, &t) == 16 && n == 5 && t == 1,
	    "a leaf");
	T_OK(leaf("<a></a>", &n, &t) == 7 && n == 1 && t == 0, "an empty one");
	T_OK(leaf("<a>a text of more than sixteen</a>", &n, &t) == 34 &&
	    t == 27, "a long text");
	T_OK(leaf("<a>b<c/></a>", &n, &t) == 0 && n == 1, "with a child");
	T_OK(leaf("<a>b&amp;</a>", &n, &t) == 0 && n == 1, "a reference");
	T_OK(leaf("<a>b</b>", &n, &t) == 0 && n == 1, "another end");
	T_OK(leaf("<a>b</a", &n, &t) == 0 && n == 1, "cut");
	T_OK(leaf("<a ", &n, &t) == 0 && n == 0, "an attribute");
	T_OK(leaf("<1>", &n, &t) == 0 && n == 0, "no name");
	T_OK(leaf("<a", &n, &t) == 0 && n == 0, "cut in the name");
}

static void
copies(void)
{
	uint8_t to[40 + SCAN_SLACK], from[40 + SCAN_SLACK];
	bool ok = true;

	memset(from, 'a', sizeof(from));
	for (size_t n = 0; n <= 40; n++) {
		struct buf b = { to, 0, 40, false };
		memset(to, '.', sizeof(to));
		buf_byte(&b, '(');
		scan_put(&b, (struct span){ from, n });
		ok = ok && (n < 40 ? b.len == n + 1 && !b.full &&
		    memcmp(to + 1, from, n) == 0 : b.full && b.len == 1);
	}
	T_OK(ok, "copies of any length, and what does not fit");
}

static void
keys(void)
{
	uint8_t room[32] = "abcdefghijkl";
	uint64_t all = SCAN_KEY('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
	bool ok = true;

	for (size_t n = 0; n <= 12; n++)
		ok = ok && scan_key((struct span){ room, n }) == (n >= 8 ?
		    all : all & ((UINT64_C(1) << 8 * n) - 1));
	T_OK(ok, "keys of every length");
}

int
main(void)
{
	T_OK(every('x', scan_xml_plain, plain), "plain text");
	T_OK(every(' ', scan_xml_blank, blank), "white space");
	T_OK(every('n', scan_xml_name, name), "names");
	end_tags();
	beginnings();
	leaves();
	copies();
	keys();
	return t_done();
}

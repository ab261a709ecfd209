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
	keys();
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "test/t.h"

static void
test_cut(void)
{
	struct span s = SPAN("a:b::c");

	T_SPAN(span_cut(&s, ':'), SPAN("a"), "before the first");
	T_SPAN(span_cut(&s, ':'), SPAN("b"), "before the second");
	T_SPAN(span_cut(&s, ':'), SPAN(""), "an empty piece");
	T_SPAN(span_cut(&s, ':'), SPAN("c"), "the rest");
	T_INT(s.len, 0, "nothing is left");
}

static void
test_slices(void)
{
	struct span s = SPAN("abcdef");

	T_INT(span_at(s, 5), 'f', "last octet");
	T_INT(span_at(s, 6), -1, "one behind the end");
	T_INT(span_at(s, SIZE_MAX), -1, "far behind the end");
	T_SPAN(span_skip(s, 4), SPAN("ef"), "skip");
	T_INT(span_skip(s, 7).len, 0, "skip more than there is");
	T_SPAN(span_head(s, 2), SPAN("ab"), "head");
	T_SPAN(span_slice(s, 2, 4), SPAN("cd"), "slice");
	T_INT(span_slice(s, 4, 2).len, 0, "slice backwards is empty");
	T_SPAN(span_slice(s, 4, 99), SPAN("ef"), "slice over the end");
	T_OK(span_absent(span_skip(SPAN_NONE, 3)), "absent stays absent");
}

static void
test_search(void)
{
	static const struct { const char *in, *needle; size_t want; } t[] = {
		{ "abcabd", "abd", 3 }, { "abc", "abcd", 3 },
		{ "aaab", "aab", 1 }, { "", "x", 0 }, { "abc", "", 0 },
		{ "abc", "c", 2 }, { "abab", "abb", 4 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		T_INT(span_search(assay_cstr(t[i].in),
		    assay_cstr(t[i].needle)), t[i].want, t[i].needle);
	T_INT(span_rfind(SPAN("a.b.c"), '.'), 3, "last dot");
	T_INT(span_rfind(SPAN("abc"), '.'), 3, "no dot");
}

static void
test_compare(void)
{
	T_OK(span_ieq(SPAN("FrOm"), SPAN("from")), "case does not matter");
	T_OK(!span_ieq(SPAN("[rom"), SPAN("{rom")), "only letters fold");
	T_OK(!span_eq(SPAN("a"), SPAN("ab")), "lengths differ");
	T_OK(span_eq(SPAN_NONE, SPAN("")), "absent equals empty in bytes");
	T_INT(span_cmp(SPAN("ab"), SPAN("abc")), -1, "prefix first");
	T_INT(span_cmp(SPAN("b"), SPAN("abc")), 1, "by octets");
	T_INT(span_cmp(SPAN("a\xff"), SPAN("a\x01")), 1, "octets unsigned");
	T_OK(span_starts(SPAN("v=spf1 "), SPAN("v=spf1")), "prefix");
	T_OK(span_ends(SPAN("x.example"), SPAN(".example")), "suffix");
	T_OK(!span_ends(SPAN("le"), SPAN(".example")), "suffix too long");
}

static void
test_numbers(void)
{
	static const struct { const char *in; uint64_t max; bool ok; } t[] = {
		{ "0", 0, true }, { "007", 7, true }, { "8", 7, false },
		{ "", 9, false }, { "-1", 9, false }, { "+1", 9, false },
		{ "1 ", 9, false },
		{ "18446744073709551615", UINT64_MAX, true },
		{ "18446744073709551616", UINT64_MAX, false },
		{ "99999999999999999999999", UINT64_MAX, false },
	};
	uint64_t v;

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		T_OK(span_u64(assay_cstr(t[i].in), t[i].max, &v) == t[i].ok,
		    t[i].in);
}

static void
test_trim(void)
{
	T_SPAN(span_trim_wsp(SPAN(" \ta b\t ")), SPAN("a b"), "wsp");
	T_SPAN(span_trim_wsp(SPAN("a\r\n")), SPAN("a\r\n"), "wsp keeps CRLF");
	T_SPAN(span_trim_fws(SPAN("\r\n a\r\n\t")), SPAN("a"), "fws");
	T_INT(span_trim_fws(SPAN(" \t ")).len, 0, "only blanks");
}

static void
test_cursor(void)
{
	struct cur c = cur_of(SPAN("ab\x01\x02z"));

	T_INT(cur_byte(&c), 'a', "byte");
	T_OK(cur_accept(&c, 'b') && !cur_accept(&c, 'b'), "accept");
	T_INT(cur_u16(&c), 0x102, "u16");
	T_INT(cur_take(&c, 2).len, 0, "too few");
	T_OK(c.bad, "and that is an error");
	T_INT(cur_byte(&c), -1, "which stays");
	T_INT(cur_peek(&c), -1, "also for a look");
}

int
main(void)
{
	test_cut();
	test_slices();
	test_search();
	test_compare();
	test_numbers();
	test_trim();
	test_cursor();
	return t_done();
}

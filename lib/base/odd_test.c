/* SPDX-License-Identifier: Apache-2.0 */
/* The fast scans against the obvious ones, at every offset. */
#include "base/odd.h"

#include "test/t.h"

static size_t
slow_odd(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		if (c == 0 || (c == '\r' && span_at(s, i + 1) != '\n') ||
		    (c == '\n' && (i == 0 || span_at(s, i - 1) != '\r')))
			return i;
	}
	return s.len;
}

static size_t
slow_dashes(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (span_starts(span_skip(s, i), SPAN("\n--")))
			return i;
	return s.len;
}

int
main(void)
{
	static uint8_t room[300];
	static const char hostile[] = "\r\n-ax";
	uint32_t seed = 1;
	bool odd = true, dashes = true, single = true;

	for (unsigned round = 0; round < 200000; round++) {
		size_t n = round % 260;
		struct span s = { room, n };

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			/* mostly plain, so that long runs come up */
			room[i] = (uint8_t)(seed >> 28 != 0 || round % 7 == 0
			    ? 'a' : hostile[(seed >> 20) % 6]);
		}
		odd &= span_find_odd(s) == slow_odd(s);
		dashes &= span_find_dashes(s) == slow_dashes(s);
	}
	T_OK(odd, "span_find_odd");
	T_OK(dashes, "span_find_dashes");
	for (size_t at = 0; at + 3 < sizeof(room); at++) {
		struct span s = { room, sizeof(room) };

		memset(room, 'x', sizeof(room));
		memcpy(room + at, "\n--", 3);
		single &= span_find_dashes(s) == at &&
		    span_find_odd(s) == at;
		memcpy(room + at, "\r\n\r", 3);
		single &= span_find_odd(s) == at + 2;
		room[at + 2] = 0;
		single &= span_find_odd(s) == at + 2;
	}
	T_OK(single, "one odd octet at every place");
	T_INT(span_find_odd(SPAN("")), 0, "empty");
	T_INT(span_find_odd(SPAN_NONE), 0, "absent");
	T_INT(span_find_odd(SPAN("a\r\n")), 3, "CRLF is not odd");
	T_INT(span_find_odd(SPAN("\r")), 0, "CR at the end");
	return t_done();
}

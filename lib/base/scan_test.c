/* SPDX-License-Identifier: Apache-2.0 */
/* Against one octet at a time, at every length and place of the dirt. */
#include "base/scan.h"

#include "base/ascii.h"
#include "test/t.h"

static size_t
slow(struct span s, bool stop_at_cr)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i), next = span_at(s, i + 1);

		if (c == '\t' || (c == ' ' && (next == ' ' || next == '\r')))
			return i;
		if (stop_at_cr && c == '\r')
			return i;
	}
	return s.len;
}

static bool
agree(struct span s)
{
	return scan_tidy(s) == slow(s, false) &&
	    scan_tidy_line(s) == slow(s, true);
}

/* What JSON may hold as it is, one octet at a time. */
static bool
json_agrees(struct span s)
{
	static const struct byteset plain = { { 0xfffffffb00000000u,
	    0x7fffffffefffffffu, 0, 0 } }, visible = { {
	    0xffffffff00000000u, 0x7fffffffffffffffu, 0, 0 } };

	return scan_json(s) == span_run_set(s, &plain) &&
	    scan_visible(s) == span_run_set(s, &visible);
}

static bool
json_cases(void)
{
	uint8_t room[50];
	bool ok = true;

	for (size_t len = 0; len <= sizeof(room); len++)
		for (size_t at = 0; at < sizeof(room); at++)
			for (unsigned c = 0; c < 256; c++) {
				memset(room, 'x', sizeof(room));
				room[at] = (uint8_t)c;
				room[sizeof(room) - 1] = '"';
				ok = ok && json_agrees((struct span){ room,
				    len });
			}
	return ok;
}

int
main(void)
{
	static const char dirt[][3] = { "\t", "  ", " \r", "\r\n", " ",
	    "\r", "\n", " \t", "\xa0", "\x89" };
	uint8_t room[170];
	bool ok = true;
	uint64_t seed = 1;

	for (size_t len = 0; len <= sizeof(room); len++)
		for (size_t at = 0; at < len; at++)
			for (size_t d = 0; d < sizeof(dirt) / 3; d++) {
				memset(room, 'x', sizeof(room));
				for (size_t i = 0; dirt[d][i] != '\0' &&
				    at + i < sizeof(room); i++)
					room[at + i] = (uint8_t)dirt[d][i];
				ok = ok && agree((struct span){ room, len });
			}
	T_OK(ok, "one piece of dirt anywhere");
	for (unsigned n = 0; n < 50000; n++) {
		for (size_t i = 0; i < sizeof(room); i++) {
			seed = seed * 6364136223846793005u + 99;
			room[i] = (uint8_t)"aaaaaaaaaaaaa \r\t"[seed >> 60 &
			    (seed >> 55 | seed >> 50)];
		}
		ok = ok && agree((struct span){ room, (seed >> 33) %
		    sizeof(room) });
	}
	T_OK(ok, "random text");
	T_OK(json_cases(), "every octet anywhere in a string of JSON");
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"

#include "base/ascii.h"
#include "base/num.h"

bool
span_ieq(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (to_lower(a.ptr[i]) != to_lower(b.ptr[i]))
			return false;
	return true;
}

bool
span_istarts(struct span s, struct span prefix)
{
	return s.len >= prefix.len &&
	    span_ieq(span_head(s, prefix.len), prefix);
}

size_t
span_rfind(struct span s, uint8_t c)
{
	for (size_t i = s.len; i > 0; i--)
		if (s.ptr[i - 1] == c)
			return i - 1;
	return s.len;
}

size_t
span_find_set(struct span s, const struct byteset *set)
{
	size_t i = 0;

	while (i < s.len && !byteset_has(set, s.ptr[i]))
		i++;
	return i;
}

size_t
span_run_set(struct span s, const struct byteset *set)
{
	size_t i = 0;

	while (i < s.len && byteset_has(set, s.ptr[i]))
		i++;
	return i;
}

struct span
span_trim_wsp(struct span s)
{
	while (is_wsp(span_at(s, 0)))
		s = span_skip(s, 1);
	while (s.len > 0 && is_wsp(s.ptr[s.len - 1]))
		s = span_head(s, s.len - 1);
	return s;
}

struct span
span_trim_fws(struct span s)
{
	while (is_fws(span_at(s, 0)))
		s = span_skip(s, 1);
	while (s.len > 0 && is_fws(s.ptr[s.len - 1]))
		s = span_head(s, s.len - 1);
	return s;
}

bool
span_u64(struct span s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.ptr[i]) ||
		    !digit_ok(&v, (uint8_t)(s.ptr[i] - '0'), max))
			return false;
	*out = v;
	return true;
}

int
span_cmp(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i++)
		if (a.ptr[i] != b.ptr[i])
			return a.ptr[i] < b.ptr[i] ? -1 : 1;
	return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

size_t
span_offset(struct span whole, struct span part)
{
	uintptr_t w = (uintptr_t)whole.ptr, p = (uintptr_t)part.ptr;

	return part.ptr != NULL && p >= w && p - w <= whole.len ? p - w : 0;
}

size_t
span_search(struct span s, struct span needle)
{
	size_t at = 0;

	if (needle.len == 0)
		return 0;
	while (s.len - at >= needle.len) {
		at += span_find(span_skip(s, at), needle.ptr[0]);
		if (span_starts(span_skip(s, at), needle))
			return at;
		if (at < s.len)
			at++;
	}
	return s.len;
}

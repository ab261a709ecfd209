/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"

#include "base/ascii.h"
#include "base/num.h"

bool
span_ieq(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	/*@ loop invariant 0 <= i <= a.len; loop assigns i;
	    loop variant a.len - i; */
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
	/*@ loop invariant 0 <= i <= s.len; loop assigns i; loop variant i; */
	for (size_t i = s.len; i > 0; i--)
		if (s.ptr[i - 1] == c)
			return i - 1;
	return s.len;
}

size_t
span_find_set(struct span s, const struct byteset *set)
{
	size_t i = 0;

	/*@ loop invariant 0 <= i <= s.len; loop assigns i;
	    loop variant s.len - i; */
	while (i < s.len && !byteset_has(set, s.ptr[i]))
		i++;
	return i;
}

size_t
span_run_set(struct span s, const struct byteset *set)
{
	size_t i = 0;

	/*@ loop invariant 0 <= i <= s.len; loop assigns i;
	    loop variant s.len - i; */
	while (i < s.len && byteset_has(set, s.ptr[i]))
		i++;
	return i;
}

struct span
span_trim_wsp(struct span s)
{
	/*@ loop invariant valid_span(s) && s.len <= \at(s.len, Pre);
	    loop assigns s; loop variant s.len; */
	while (s.len > 0 && is_wsp(s.ptr[0]))
		s = span_skip(s, 1);
	/*@ loop invariant valid_span(s) && s.len <= \at(s.len, Pre);
	    loop assigns s; loop variant s.len; */
	while (s.len > 0 && is_wsp(s.ptr[s.len - 1]))
		s = span_head(s, s.len - 1);
	return s;
}

struct span
span_trim_fws(struct span s)
{
	/*@ loop invariant valid_span(s) && s.len <= \at(s.len, Pre);
	    loop assigns s; loop variant s.len; */
	while (s.len > 0 && is_fws(s.ptr[0]))
		s = span_skip(s, 1);
	/*@ loop invariant valid_span(s) && s.len <= \at(s.len, Pre);
	    loop assigns s; loop variant s.len; */
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
	/*@ loop invariant 0 <= i <= s.len && v <= max; loop assigns i, v;
	    loop variant s.len - i; */
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.ptr[i];
		if (c < '0' || c > '9' ||
		    !digit_ok(&v, (uint8_t)(c - '0'), max))
			return false;
	}
	*out = v;
	return true;
}

int
span_cmp(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	/*@ loop invariant 0 <= i <= n; loop assigns i; loop variant n - i; */
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
	/*@ loop invariant 0 <= at <= s.len; loop assigns at;
	    loop variant s.len - at; */
	while (s.len - at >= needle.len) {
		at += span_find(span_skip(s, at), needle.ptr[0]);
		if (span_starts(span_skip(s, at), needle))
			return at;
		if (at >= s.len)
			return s.len;
		at++;
	}
	return s.len;
}

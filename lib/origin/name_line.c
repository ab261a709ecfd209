/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/name_line.h"

#include "base/ascii.h"
#include "wire/day.h"

enum { WORDS = 12 };		/* of a line that are looked at */

uint32_t
name_line_day(struct span word)
{
	ROOM(room, DAY_TEXT);
	struct buf b = BUF_ON(room);
	int64_t when;

	if (word.len == 8) {
		buf_put(&b, span_head(word, 4));
		buf_byte(&b, '-');
		buf_put(&b, span_slice(word, 4, 6));
		buf_byte(&b, '-');
		buf_put(&b, span_slice(word, 6, 8));
	} else {
		buf_put(&b, span_head(word, DAY_TEXT));
	}
	if (!day_parse(&when, buf_span(&b)))
		return 0;
	return (uint32_t)(when / DAY_SECONDS);
}

static bool
parts(int c)
{
	return is_wsp(c) || c == ',' || c == ';' || c == '|' || c == '<' ||
	    c == '>';
}

static size_t
split(struct span line, struct span word[WORDS])
{
	size_t n = 0;

	while (line.len > 0 && n < WORDS) {
		size_t len = 0;

		while (parts(span_at(line, 0)))
			line = span_skip(line, 1);
		while (len < line.len && !parts(span_at(line, len)))
			len++;
		if (len == 0)
			break;
		word[n] = span_head(line, len);
		if (span_at(word[n], 0) == '"' && span_ends(word[n],
		    SPAN("\"")) && len >= 2)
			word[n] = span_slice(word[n], 1, len - 1);
		n++;
		line = span_skip(line, len);
	}
	return n;
}

/* Not an address, not a number with a point. */
static bool
is_name(struct domain d)
{
	struct domain top = domain_tail(d, 1);

	return domain_labels(d) >= 2 && !is_digit(span_at(top.name,
	    top.name.len - 1));
}

/* What the type of a record is, as far as it matters here. */
static bool
is_class_or_ttl(struct span word)
{
	uint64_t ttl;

	return span_ieq(word, SPAN("IN")) || span_u64(word, UINT32_MAX, &ttl);
}

static bool
is_type(struct span word)
{
	static const struct span type[] = { SPAN_INIT("NS"), SPAN_INIT("DS"),
		SPAN_INIT("A"), SPAN_INIT("AAAA"), SPAN_INIT("SOA"),
		SPAN_INIT("RRSIG"), SPAN_INIT("NSEC"), SPAN_INIT("NSEC3"),
		SPAN_INIT("NSEC3PARAM"), SPAN_INIT("DNSKEY"),
		SPAN_INIT("TXT"), SPAN_INIT("MX"), SPAN_INIT("CNAME") };

	for (size_t i = 0; i < sizeof(type) / sizeof(type[0]); i++)
		if (span_ieq(word, type[i]))
			return true;
	return false;
}

/* RFC 1035 5.1: owner, then TTL and class in any order, then the type. */
static size_t
type_at(const struct span *word, size_t n)
{
	size_t i = 1;

	while (i < n && i < 3 && is_class_or_ttl(word[i]))
		i++;
	return i < n && is_type(word[i]) && i + 1 < n ? i : 0;
}

static void
take_origin(struct name_lines *file, struct span word, struct arena *a)
{
	struct domain d;
	struct buf b = BUF_ON(file->room);

	if (!domain_parse(&d, word, true, a))
		return;
	buf_put(&b, d.name);
	file->origin.name = buf_span(&b);
}

/* An owner without a final dot is below $ORIGIN, if that was said. */
static bool
owner(struct domain *out, const struct name_lines *file, struct span word,
    struct arena *a)
{
	struct span origin = file->origin.name;
	struct buf b;

	if (span_ends(word, SPAN(".")) || origin.len == 0)
		return domain_parse(out, word, true, a) && is_name(*out);
	b = arena_buf(a, word.len + 1 + origin.len);
	buf_put(&b, word);
	buf_byte(&b, '.');
	buf_put(&b, origin);
	return domain_parse(out, buf_span(&b), false, a) && is_name(*out);
}

static enum name_line_kind
read_table(struct name_line *out, const struct span *word, size_t n,
    struct arena *a)
{
	for (size_t i = 0; i < n; i++) {
		struct domain d;

		if (out->day == 0)
			out->day = name_line_day(word[i]);
		if (domain_absent(out->name) && span_has(word[i], '.') &&
		    domain_parse(&d, word[i], true, a) && is_name(d))
			out->name = d;
	}
	return domain_absent(out->name) ? NAME_LINE_JUNK : NAME_LINE_NAME;
}

enum name_line_kind
name_line_read(struct name_line *out, struct name_lines *file,
    struct span line, struct arena *a)
{
	struct span word[WORDS];
	bool indented = is_wsp(span_at(line, 0));
	size_t n, type;

	*out = (struct name_line){ .day = 0 };
	line = span_trim_fws(line);
	if (line.len == 0 || span_at(line, 0) == '#' ||
	    span_at(line, 0) == ';')
		return NAME_LINE_NOTHING;
	n = split(line, word);
	if (n > 0 && span_at(word[0], 0) == '$') {
		if (n > 1 && span_ieq(word[0], SPAN("$ORIGIN")))
			take_origin(file, word[1], a);
		return NAME_LINE_NOTHING;
	}
	type = type_at(word, n);
	if (type == 0)
		return n == 0 ? NAME_LINE_JUNK :
		    read_table(out, word, n, a);
	/* a delegation is what makes a name; its glue is no name of its own */
	if (indented || !span_ieq(word[type], SPAN("NS")))
		return NAME_LINE_NOTHING;
	if (owner(&out->name, file, word[0], a))
		return NAME_LINE_NAME;
	out->name = (struct domain){ SPAN_NONE };
	return NAME_LINE_NOTHING;
}

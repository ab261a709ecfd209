/* SPDX-License-Identifier: Apache-2.0 */
/* What octets are, by what they begin with. */
#include "base/ascii.h"
#include "wire/head.h"
#include "report/unwrap_inner.h"

enum { LOOK = 8192 };		/* a comment may stand before the report */

enum unwrap_pack
unwrap_pack(struct span s)
{
	int a = span_at(s, 0), b = span_at(s, 1);

	/* RFC 1952 2.3.1; APPNOTE 4.3.7, and 4.3.16 of an empty archive */
	if (a == 0x1f && b == 0x8b)
		return PACK_WRAPPED;
	if (span_starts(s, SPAN("PK\3\4")) || span_starts(s, SPAN("PK\5\6")))
		return PACK_ZIP;
	/* RFC 1950 2.2: deflate, a window of 32 KiB, a multiple of 31; the
	 * four levels of zlib, since "x" also begins words */
	if (a == 0x78 && (b == 0x01 || b == 0x5e || b == 0x9c || b == 0xda))
		return PACK_WRAPPED;
	return PACK_NONE;
}

static struct span
skip_blank(struct span s)
{
	if (span_starts(s, SPAN("\xef\xbb\xbf")))
		s = span_skip(s, 3);
	while (is_fws(span_at(s, 0)))
		s = span_skip(s, 1);
	return s;
}

static bool
has(struct span s, struct span word)
{
	return span_search(s, word) < s.len;
}

static bool
is_report(struct span s)
{
	struct span look = span_head(s, LOOK);

	return has(look, SPAN("<feedback")) || has(look, SPAN(":feedback")) ||
	    has(look, SPAN("<report_metadata"));
}

static bool
is_tlsrpt(struct span s)
{
	struct span look = span_head(s, LOOK);

	/* RFC 8460 4.4 */
	return has(look, SPAN("\"organization-name\"")) ||
	    has(look, SPAN("\"report-id\"")) ||
	    has(look, SPAN("\"policies\""));
}

enum unwrap_kind
unwrap_kind(struct span s, bool text, size_t *skip)
{
	struct span at = skip_blank(s);

	*skip = 0;
	/* UTF-16 and its kin: the XML reader says so */
	if (span_starts(s, SPAN("\xff\xfe<")) ||
	    span_starts(s, SPAN("\xfe\xff\0<")))
		return UNWRAP_AGGREGATE;
	if (span_at(at, 0) == '<' && is_report(at))
		return UNWRAP_AGGREGATE;
	/* some put their one report into an array */
	if (span_at(at, 0) == '{' || span_at(at, 0) == '[')
		return is_tlsrpt(at) ? UNWRAP_TLSRPT : UNWRAP_NOTHING;
	if (!text)
		return UNWRAP_NOTHING;
	s = span_head(s, UNWRAP_IN);
	*skip = span_search(s, SPAN("<?xml"));
	if (*skip == s.len)
		*skip = span_search(s, SPAN("<feedback"));
	if (*skip < s.len && is_report(span_skip(s, *skip)))
		return UNWRAP_AGGREGATE;
	*skip = 0;
	return UNWRAP_NOTHING;
}

/* It begins with a field (RFC 5322 2.2), or as a message in a mailbox. */
bool
unwrap_is_mail(struct span s)
{
	size_t n = 0;

	while (is_fws(span_at(s, 0)))
		s = span_skip(s, 1);
	if (span_starts(s, SPAN("From ")))
		return true;
	while (is_vchar(span_at(s, n)) && span_at(s, n) != ':')
		n++;
	return n > 0 && span_at(s, n) == ':' && is_alpha(span_at(s, 0)) &&
	    span_at(s, n + 1) != '/';
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/zip.h"

#include "base/cur.h"

/* APPNOTE 4.4.4: bits of the flags; 4.4.5: methods. */
enum { FLAG_ENCRYPTED = 1, FLAG_DESCRIPTOR = 8, FLAG_STRONG = 64 };
enum { METHOD_STORED = 0, METHOD_DEFLATED = 8 };

static uint16_t
le16(struct cur *c)
{
	return __builtin_bswap16(cur_u16(c));
}

static uint32_t
le32(struct cur *c)
{
	return __builtin_bswap32(cur_u32(c));
}

/* Central directory, its record, its zip64 record, its locator, a digital
 * signature, extra data: 4.3.11 to 4.3.16. */
static bool
is_end(struct span s)
{
	return span_starts(s, SPAN("PK\1\2")) ||
	    span_starts(s, SPAN("PK\5\6")) ||
	    span_starts(s, SPAN("PK\6\6")) ||
	    span_starts(s, SPAN("PK\6\7")) ||
	    span_starts(s, SPAN("PK\5\5")) || span_starts(s, SPAN("PK\6\10"));
}

enum zip_result
zip_read(struct zip_entry *out, struct span s)
{
	struct cur c = cur_of(s);
	uint16_t flags, method, name, extra;

	*out = (struct zip_entry){ .header = 0 };
	if (s.len < ZIP_NEXT)
		return ZIP_MORE;
	if (is_end(s))
		return ZIP_DONE;
	if (!span_starts(s, SPAN("PK\3\4")))
		return ZIP_BAD;
	cur_take(&c, 6);
	flags = le16(&c);
	method = le16(&c);
	cur_take(&c, 4);
	out->crc = le32(&c);
	out->packed = le32(&c);
	out->size = le32(&c);
	name = le16(&c);
	extra = le16(&c);
	out->name = cur_take(&c, name);
	cur_take(&c, extra);
	if (c.bad)
		return ZIP_MORE;
	out->header = s.len - c.rest.len;
	out->encrypted = (flags & (FLAG_ENCRYPTED | FLAG_STRONG)) != 0;
	out->stored = method == METHOD_STORED;
	out->deflated = method == METHOD_DEFLATED;
	out->sized = (flags & FLAG_DESCRIPTOR) == 0 &&
	    out->packed != UINT32_MAX;
	if (out->size == UINT32_MAX)
		out->size = UINT64_MAX;
	return ZIP_ENTRY;
}

/* 4.3.9.3: its own signature may be there or not, and its sizes have four
 * octets or eight; the signature that follows tells. */
size_t
zip_descriptor(struct span s, uint32_t *crc)
{
	bool signed_ = span_starts(s, SPAN("PK\7\10"));
	size_t before = signed_ ? 4 : 0;
	struct cur c = cur_of(span_skip(s, before));

	*crc = le32(&c);
	for (size_t n = before + 12; n <= before + 20; n += 8) {
		struct span next = span_skip(s, n);
		if (s.len < n)
			break;
		if (next.len == 0 || is_end(next) ||
		    span_starts(next, SPAN("PK\3\4")))
			return n;
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/zone_write.h"

#include "base/ascii.h"
#include "wire/addr.h"

enum { STRING_MAX = 255 };	/* octets of a string, RFC 1035 3.3 */

/* A canonical name (wire/dname.h), which is almost as a file has it. */
static void
put_name(struct buf *out, struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		int c = span_at(name, i);

		if (c == '"' || c == ';' || c == '(' || c == ')' ||
		    c == '@' || c == '$')
			buf_byte(out, '\\');
		buf_byte(out, (uint8_t)c);
	}
	if (!span_eq(name, SPAN(".")))
		buf_byte(out, '.');
}

static void
head(struct buf *out, struct span owner, const char *type)
{
	put_name(out, owner);
	buf_str(out, " 3600 IN ");
	buf_str(out, type);
}

static void
put_octet(struct buf *out, int c)
{
	if (c == '"' || c == '\\') {
		buf_byte(out, '\\');
	} else if (c != ' ' && !is_vchar(c)) {
		buf_byte(out, '\\');
		buf_byte(out, (uint8_t)('0' + c / 100));
		buf_byte(out, (uint8_t)('0' + c / 10 % 10));
		c = '0' + c % 10;
	}
	buf_byte(out, (uint8_t)c);
}

void
zone_write_txt(struct buf *out, struct span owner, struct span text)
{
	head(out, owner, "TXT");
	do {
		struct span part = span_head(text, STRING_MAX);

		buf_str(out, " \"");
		for (size_t i = 0; i < part.len; i++)
			put_octet(out, span_at(part, i));
		buf_byte(out, '"');
		text = span_skip(text, part.len);
	} while (text.len > 0);
	buf_byte(out, '\n');
}

void
zone_write_mx(struct buf *out, struct span owner, unsigned preference,
    struct span host)
{
	head(out, owner, "MX ");
	buf_u64(out, preference);
	buf_byte(out, ' ');
	put_name(out, host);
	buf_byte(out, '\n');
}

void
zone_write_name(struct buf *out, struct span owner, const char *type,
    struct span name)
{
	head(out, owner, type);
	buf_byte(out, ' ');
	put_name(out, name);
	buf_byte(out, '\n');
}

void
zone_write_addr(struct buf *out, struct span owner,
    const struct assay_addr *addr)
{
	head(out, owner, addr->family == 4 ? "A " : "AAAA ");
	addr_print(out, addr);
	buf_byte(out, '\n');
}

/* SPDX-License-Identifier: Apache-2.0 */
/* failure_item.c - a version, the time, domain, addresses, the letter; each
 * but the letter, which is the rest, with its length in two octets. */
#include "report/failure_item.h"

#include "base/cur.h"
#include "base/limits.h"
#include "report/arf_out.h"
#include "report/tally.h"

enum { VERSION = 2 };		/* 1 is a tally */

static void
put_text(struct buf *out, struct span s)
{
	buf_be16(out, (uint16_t)s.len);
	buf_put(out, s);
}

void
failure_item_put(struct buf *out, const struct failure_item *f)
{
	uint64_t at = (uint64_t)f->at;

	if (f->domain.len > LIMIT_NAME || f->ruf.len > UINT16_MAX)
		return;
	buf_byte(out, VERSION);
	for (unsigned shift = 64; shift > 0; shift -= 16)
		buf_be16(out, (uint16_t)(at >> (shift - 16)));
	put_text(out, f->domain);
	put_text(out, f->ruf);
	buf_put(out, f->letter);
}

bool
failure_item_is(struct span in)
{
	return span_at(in, 0) == VERSION;
}

static bool
are_addresses(struct span list)
{
	struct span one;
	size_t n = 0;

	while (tally_address(&list, &one))
		n++;
	return n > 0 && n <= LIMIT_REPORT_URIS && list.len == 0;
}

bool
failure_item_get(struct failure_item *out, struct span in, struct arena *a)
{
	struct cur c = cur_of(in);
	struct domain d;
	uint64_t at;

	if (cur_byte(&c) != VERSION)
		return false;
	at = (uint64_t)cur_u32(&c) << 32;
	at |= cur_u32(&c);
	*out = (struct failure_item){ .at = (int64_t)at };
	out->domain = cur_take(&c, cur_u16(&c));
	out->ruf = cur_take(&c, cur_u16(&c));
	out->letter = c.rest;
	return !c.bad && at <= INT64_MAX &&
	    domain_parse(&d, out->domain, false, a) &&
	    span_eq(d.name, out->domain) && are_addresses(out->ruf) &&
	    arf_letter_valid(out->letter);
}

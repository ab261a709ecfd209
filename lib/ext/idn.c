/* SPDX-License-Identifier: Apache-2.0 */
#include "ext/idn.h"

#include <idn2.h>

#include "base/limits.h"

static bool
look_up(struct buf *out, struct span name, int flags)
{
	ROOM(text, LIMIT_IDN_INPUT + 1);
	struct buf in = BUF_ON(text);
	uint8_t *ascii = NULL;

	if (name.len > LIMIT_IDN_INPUT || span_has(name, 0))
		return false;
	buf_lower(&in, name);
	buf_byte(&in, 0);
	if (in.full || idn2_lookup_u8(text, &ascii, flags) != IDN2_OK)
		return false;
	buf_str(out, (const char *)ascii);
	idn2_free(ascii);
	return !out->full;
}

bool
idn_to_ascii(struct buf *out, struct span name)
{
	/* RFC 5891 5.2-5.4; no UTS 46 mapping: it drops what is invisible. */
	return look_up(out, name, IDN2_NFC_INPUT | IDN2_NO_TR46);
}

bool
idn_map_to_ascii(struct buf *out, struct span name)
{
	return look_up(out, name, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
}

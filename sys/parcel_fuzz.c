/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets, cut anywhere: what is believed is within its bounds, and says
 * in other words, written again, the same octets. */
#include "parcel.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static bool
again(struct buf *b, enum parcel_kind k, const struct parcel_seen *s)
{
	switch (k) {
	case PARCEL_HEAD:
		return parcel_head(b, &s->head);
	case PARCEL_ROW:
		must(s->row.n_dkim <= PARCEL_DKIM);
		must(s->row.count <= STORE_MESSAGES);
		return parcel_row(b, &s->row);
	case PARCEL_END:
		return parcel_end(b, &s->sum);
	case PARCEL_FAILURE:
		return parcel_failure(b, &s->failure);
	case PARCEL_TLS:
		return parcel_tls(b, &s->tls);
	case PARCEL_POLICY:
		return parcel_policy(b, &s->policy);
	case PARCEL_DETAIL:
		return parcel_detail(b, &s->detail);
	case PARCEL_TLS_END:
		return parcel_tls_end(b);
	case PARCEL_BOUNCE:
		return parcel_bounce(b, &s->bounce);
	case PARCEL_REFUSED:
		return parcel_refused(b, &s->refused);
	case PARCEL_DONE:
		return parcel_done(b);
	case PARCEL_MORE:
	case PARCEL_BAD:
		break;
	}
	return false;
}

static struct parcel *parcel;
static uint8_t out[PARCEL_FRAME + 64];

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t step = len > 0 ? data[0] + 1u : 1, given = 0, seen = 0;

	if (len == 0)
		return 0;
	data++;
	len--;
	if (parcel == NULL)
		parcel = parcel_new();
	must(parcel != NULL);
	parcel_reset(parcel);
	for (;;) {
		enum parcel_kind k = parcel_next(parcel);
		struct buf b = BUF_ON(out);
		size_t cap, n;
		uint8_t *room;

		if (k == PARCEL_BAD)
			break;
		if (k != PARCEL_MORE) {
			must(again(&b, k, parcel_seen(parcel)));
			must(seen + b.len <= len &&
			    memcmp(out, data + seen, b.len) == 0);
			seen += b.len;
			continue;
		}
		if (given == len)
			break;
		room = parcel_room(parcel, &cap);
		must(cap > 0);
		n = len - given < step ? len - given : step;
		n = n < cap ? n : cap;
		memcpy(room, data + given, n);
		parcel_got(parcel, n);
		given += n;
	}
	return 0;
}

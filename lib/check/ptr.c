/* SPDX-License-Identifier: Apache-2.0 */
#include "check/ptr.h"

#include "check/spf_macro.h"
#include "wire/addr.h"

static bool
has_address(const struct assay_answer *a, const struct assay_addr *client)
{
	for (size_t i = 0; i < a->n_item; i++)
		if (span_eq(a->item[i], addr_octets(client)))
			return true;
	return false;
}

/* Is name one of the client's?  Notes failures; STEP_WAIT: not yet known. */
static enum step
validate(struct ptr_names *out, struct run *r, struct span name,
    const struct assay_addr *client)
{
	const struct memo_row *row;

	if (!macro_is_name(name))
		return STEP_DONE;
	row = ask_dns(r, addr_type(client), name);
	if (row == NULL)
		return STEP_WAIT;
	switch (row->a.kind) {
	case ASSAY_A_DATA:
		if (has_address(&row->a, client))
			out->name[out->n++] = name;
		break;
	case ASSAY_A_NODATA:
	case ASSAY_A_NXDOMAIN:
		break;
	case ASSAY_A_TEMPFAIL:
	case ASSAY_A_BOGUS:
	case ASSAY_A_UNKNOWN:
		out->failed = true;
		break;
	}
	return STEP_DONE;
}

enum step
ptr_names(struct ptr_names *out, struct run *r,
    const struct assay_addr *client)
{
	ROOM(room, ADDR_REVERSE);
	struct buf b = BUF_ON(room);
	const struct memo_row *row;
	enum step step = STEP_DONE;

	*out = (struct ptr_names){ .n = 0 };
	addr_reverse_name(&b, client);
	row = ask_dns(r, ASSAY_T_PTR, buf_span(&b));
	if (row == NULL)
		return STEP_WAIT;
	out->kind = row->a.kind;
	out->seen = row->a.n_item;
	if (out->seen > 0)
		out->first = row->a.item[0];
	/* RFC 7208 4.6.4: all other than the first 10 MUST be ignored */
	for (size_t i = 0; i < row->a.n_item && i < LIMIT_SPF_PTR; i++)
		if (validate(out, r, row->a.item[i], client) == STEP_WAIT)
			step = STEP_WAIT;	/* but ask for all at once */
	return step;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behaviour_layout.c - a record of another build: what it holds of habits may
 * be written in a way that this one does not read.  That is told.
 */
#include "behaviour.h"

bool
behaviour_aged(struct run *r, struct layout l)
{
	struct buf b;

	if (l.made == 0 || l.made == l.read)
		return false;
	b = arena_buf(r->arena, 80);
	buf_str(&b, "made under layout ");
	buf_u64(&b, l.made);
	buf_str(&b, ", this version reads ");
	buf_u64(&b, l.read);
	buf_str(&b, ": cannot be judged again");
	behaviour_add(r, ASSAY_TEMPERROR, ASSAY_R_BEHAVIOUR_LAYOUT,
	    arena_done(r->arena, &b));
	return true;
}

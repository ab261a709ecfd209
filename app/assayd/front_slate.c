/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_slate.c - where large messages lie while they are judged.
 */
#include "p_front.h"

#include <fcntl.h>
#include <stdlib.h>

struct slate *
slate_take(struct front *f)
{
	struct slate *p = f->blank;

	if (p != NULL) {
		f->blank = p->next;
		f->n_blank--;
		return p;
	}
	p = calloc(1, sizeof(*p));
	if (p == NULL || sheet_open(&p->sheet, F_SEAL_FUTURE_WRITE))
		return p;
	free(p);
	return NULL;
}

bool
slate_put(struct front *f, struct slate *p, struct span bytes)
{
	if (f->slated + bytes.len > FRONT_SLATES ||
	    !sheet_put(&p->sheet, bytes))
		return false;
	f->slated += bytes.len;
	return true;
}

void
slate_give(struct front *f, struct slate *p)
{
	f->slated -= p->sheet.len;
	if (sheet_wipe(&p->sheet) && !p->spent && f->n_blank < FRONT_BLANK &&
	    p->sheet.room <= FRONT_BLANK_OCTETS) {
		p->next = f->blank;
		f->blank = p;
		f->n_blank++;
		return;
	}
	sheet_close(&p->sheet);
	free(p);
}

int
slate_show(struct slate *p, const struct eval_peer *e)
{
	if (p->seen != NULL && p->seen != e)
		p->spent = true;
	p->seen = e;
	return p->sheet.fd;
}

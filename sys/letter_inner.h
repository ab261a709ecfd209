/* SPDX-License-Identifier: Apache-2.0 */
/* letter_inner.h - what the files of the reader of letters share. */
#ifndef SYS_LETTER_INNER_H
#define SYS_LETTER_INNER_H

#include "base/arena.h"
#include "parcel.h"
#include "report/aggregate_read.h"
#include "wire/utf8.h"

enum {
	LETTER_HOME = 4 << 20,	/* octets: the readers, made once            */
	LETTER_ITEM = 64 << 20	/* octets for one input: a TLS report of 8 MiB
				 * and what is made of it; else some KiB     */
};

struct letter {
	struct arena home, item;
	struct unwrap *unwrap;
	struct aggregate *aggregate;
	struct parcel_sum sum;		/* of the report being read          */
	assay_write_fn *write;
	void *ctx;
	bool failed;
	struct buf out;
	uint32_t dropped;		/* deviations of rows that say
					 * nothing                           */
	size_t head_len;
	uint8_t head[PARCEL_FRAME + 16];	/* as it was told            */
	uint8_t mem[2 * (PARCEL_FRAME + 16)];
};

/* Where a frame of any size fits. */
struct buf *letter_room(struct letter *l);
void letter_refuse(struct letter *l, enum store_aside_reason reason,
    enum store_kind kind, const char *why);
struct span letter_text(struct letter *l, struct span s);

/* letter_others.c.  maybe: when it is none, nothing is said. */
void letter_feedback(struct letter *l, struct span mail, bool maybe);
void letter_tlsrpt(struct letter *l);
/* False: it is no bounce. */
bool letter_bounce(struct letter *l, struct span mail);

#endif

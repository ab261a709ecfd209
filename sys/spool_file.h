/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spool_file.h - how a spool lies in its file: a head, the drops that the
 * producer counts, how many of them the consumer has told, the ring.
 * Places in the ring are counted from the beginning of the file's time; an
 * item that reaches the edge goes on at the start.
 */
#ifndef SYS_SPOOL_FILE_H
#define SYS_SPOOL_FILE_H

#include <stdatomic.h>

#include "spool.h"

enum {
	SPOOL_MAGIC = 0x4c4f4f50,
	SPOOL_ITEM_MAGIC = 0x52454331,
	SPOOL_AT_TAIL = 256,		/* lines of memory of their own     */
	SPOOL_AT_DROPS = 4096,
	SPOOL_AT_TOLD = 16384,
	SPOOL_AT_RING = 20480
};

struct spool_head {
	uint32_t magic, version;
	uint64_t size;			/* octets of the ring               */
	uint64_t identity;
	uint8_t salt[SPOOL_SALT];
	uint8_t unused[88];
	/* the producer's */
	_Atomic uint64_t head, number, dropped;
	uint8_t unused2[104];
	/* the consumer's */
	_Atomic uint64_t tail;
};

struct spool_slot {
	_Atomic uint64_t count;		/* only grows                       */
	int64_t day;
	uint8_t domain[SPOOL_DOMAIN];	/* zero-filled                      */
	uint8_t unused[4];
};

struct spool_item {
	uint32_t magic, len;
	uint64_t id, number, check;
};

/* Octets of an item with a record of len in the ring. */
static inline uint64_t
spool_item_size(uint64_t len)
{
	return sizeof(struct spool_item) + (len + 7) / 8 * 8;
}

/* Not against attackers: it finds what was half written. */
uint64_t spool_check(const struct spool_item *item, struct span record);

#endif

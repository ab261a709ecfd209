/* SPDX-License-Identifier: Apache-2.0 */
/* name_list_file.h - how a list of names lies in its file. */
#ifndef SYS_NAME_LIST_FILE_H
#define SYS_NAME_LIST_FILE_H

#include <stdint.h>

enum {
	NAME_LIST_ORDER = 0x01020304,	/* of octets: a file is of its
					 * machine                          */
	NAME_LIST_BEGIN = 3651		/* day 1 is 1980-01-01              */
};

struct name_list_head {
	char magic[16];
	uint8_t salt[16];
	uint64_t count;
	uint32_t order, made;
	uint8_t spare[16];
};

/* Behind it, in order: 48 bits of a hash, then 16 of a day. */
static const char name_list_magic[16] = "assay-names 1";

static inline uint32_t
name_list_day(uint64_t entry)
{
	uint32_t day = (uint32_t)(entry & UINT16_MAX);

	return day == 0 ? 0 : day + NAME_LIST_BEGIN;
}

static inline uint64_t
name_list_entry(uint64_t hash, uint32_t day)
{
	uint64_t d = day == 0 ? 0 : day <= NAME_LIST_BEGIN ? 1 :
	    day - NAME_LIST_BEGIN;

	return hash << 16 | (d > UINT16_MAX ? UINT16_MAX : d);
}

/* In place; no memory of its own. */
void name_list_sort(uint64_t *entry, uint64_t n);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* charset_table.h - charsets of one octet a character; see charset_table.c. */
#ifndef WIRE_CHARSET_TABLE_H
#define WIRE_CHARSET_TABLE_H

#include "base/span.h"

struct charset_table {
	struct span name[3];	/* absent: no more                            */
	uint16_t high[128];	/* 80 to FF                                   */
};

extern const struct charset_table charset_tables[];
extern const size_t charset_n_tables;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_line.h - a line of a list of domains, whoever made it: a zone file as
 * registries give it out, a table of newly registered or well-known names
 * with a date or a rank beside them, or one name a line.
 */
#ifndef ORIGIN_NAME_LINE_H
#define ORIGIN_NAME_LINE_H

#include "wire/domain.h"

enum name_line_kind {
	NAME_LINE_NOTHING = 0,	/* empty, a comment, another record          */
	NAME_LINE_NAME,
	NAME_LINE_JUNK		/* no name in it: a heading, or no list      */
};

struct name_line {
	struct domain name;
	uint32_t day;		/* since 1970; 0: none is said               */
};

struct name_lines {
	struct domain origin;	/* $ORIGIN of a zone file; absent            */
	uint8_t room[256];
};

/* line is without its end; the name lives in a. */
enum name_line_kind name_line_read(struct name_line *out,
    struct name_lines *file, struct span line, struct arena *a);

/* YYYY-MM-DD, whatever follows, or YYYYMMDD; 0: it is none. */
uint32_t name_line_day(struct span word);

#endif

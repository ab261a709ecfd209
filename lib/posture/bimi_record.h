/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bimi_record.h - a BIMI assertion record (BIMI draft 12, 4.3).
 */
#ifndef POSTURE_BIMI_RECORD_H
#define POSTURE_BIMI_RECORD_H

#include "wire/domain.h"

enum bimi_flaw {
	BIMI_OK = 0,
	BIMI_TAGS,		/* not a tag list                           */
	BIMI_NO_LOCATION,	/* l= is required                           */
	BIMI_BAD_URI,		/* l= or a= is no https: URI with a host    */
	BIMI_BAD_PREFIX,	/* of lps=                                  */
	BIMI_BAD_AVATAR		/* avp= is neither brand nor personal       */
};

struct bimi_record {
	enum bimi_flaw flaw;	/* the first                                */
	struct span what;	/* of the text                              */
	struct span location, evidence;	/* absent or empty: none            */
	bool svg;		/* the path of l= ends in .svg or .svgz     */
	bool personal;		/* avp=personal                             */
	bool declined;		/* 4.3.1: both are empty                    */
};

/* v=BIMI1 first and exact; else the record is ignored whole. */
bool bimi_is_record(struct span text);

void bimi_record_parse(struct bimi_record *out, struct span text,
    struct arena *a);

const char *bimi_flaw_text(enum bimi_flaw flaw);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* aggregate_inner.h - what the files of the aggregate reader share. */
#ifndef REPORT_AGGREGATE_INNER_H
#define REPORT_AGGREGATE_INNER_H

#include "base/limits.h"
#include "report/aggregate_read.h"
#include "wire/xml.h"

enum element {
	E_UNKNOWN = 0,
#define ELEMENT(name, text, ...) E_##name,
#define ELEMENT_SAME_KEY(name, text) E_##name,
#include "report/aggregate_elements.def"
#undef ELEMENT
#undef ELEMENT_SAME_KEY
	E_COUNT_OF
};

_Static_assert(E_COUNT_OF <= 64, "one bit each");

/* Where in a report we are. */
enum where {
	W_UNKNOWN = 0,		/* in what nobody defined                    */
	W_OUTSIDE,		/* of <feedback>                             */
	W_FEEDBACK, W_METADATA, W_DATES, W_POLICY, W_RECORD, W_ROW,
	W_EVALUATED, W_REASON, W_IDENTIFIERS, W_AUTH, W_DKIM, W_SPF,
	W_SKIP,			/* in an extension                           */
	W_VALUE,		/* in an element that has text               */
	W_COUNT_OF
};

struct level {
	uint8_t where, element;
	bool valued;		/* W_VALUE: its text was taken               */
};

struct aggregate {
	struct aggregate_head head;
	struct aggregate_row row;
	struct level level[LIMIT_XML_DEPTH + 1];
	size_t depth;
	uint64_t head_seen, row_seen, entry_seen;	/* elements, as bits */
	uint64_t rows;
	uint32_t deviations;	/* of all rows                               */
	bool in_record, ready, fed_back, over, was_malformed;
	const char *why;
	const uint8_t *plain;	/* the default namespace of <feedback>       */
	struct span ns;		/* its own                                   */
	struct buf head_text, row_text;
	struct xml xml;
	struct aggregate_reason reason[LIMIT_AGGREGATE_REASONS];
	struct aggregate_dkim dkim[LIMIT_AGGREGATE_DKIM];
	struct aggregate_spf spf[LIMIT_AGGREGATE_SPF];
	uint8_t head_room[LIMIT_AGGREGATE_HEAD_TEXT + SCAN_SLACK];
	uint8_t row_room[LIMIT_AGGREGATE_ROW_TEXT + SCAN_SLACK];
};

/* aggregate_value.c: the text of an element, where it stands; text lies in
 * the window of the XML reader. */
void aggregate_value(struct aggregate *g, enum where where, enum element e,
    struct span text);

/* The text of an element, for tests. */
struct span aggregate_element_name(enum element e);
enum element aggregate_element(struct span name);

#endif

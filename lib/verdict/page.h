/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - text for a person: wrapped, indented, coloured, and harmless.
 *
 * Every octet that is not printable ASCII is shown as \xHH here, whatever
 * the caller promised, so no message can speak to a terminal.
 */
#ifndef VERDICT_PAGE_H
#define VERDICT_PAGE_H

#include "base/buf.h"
#include "base/limits.h"

enum style {
	STYLE_PLAIN = 0, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_BAD,
	STYLE_WARN, STYLE_CARE
};

struct page {
	assay_write_fn *write;
	void *ctx;
	unsigned width;
	bool colour, failed;
	unsigned indent;		/* of the lines that follow */
	unsigned column;		/* where the line is */
	bool space;			/* a space is owed before the word */
	uint8_t word_bytes[LIMIT_PAGE_WORD];
	struct buf word;		/* not yet placed, escapes and all */
	unsigned word_width;		/* columns it will take */
	uint8_t line_bytes[LIMIT_PAGE_LINE];
	struct buf line;
};

/* width 0: 78; others are kept within sense. */
void page_init(struct page *p, unsigned width, bool colour,
    assay_write_fn *write, void *ctx);

/* Text that goes on where the last ended; spaces may become line ends. */
void page_put(struct page *p, enum style style, struct span text);
void page_str(struct page *p, enum style style, const char *text);
void page_u64(struct page *p, enum style style, uint64_t v);

/* Ends the line (an empty one too); the next starts at indent. */
void page_end(struct page *p, unsigned indent);

/* Moves on to a column, at least one space, and hangs following lines
 * there. */
void page_tab(struct page *p, unsigned column);

/* Whole lines as they are, not wrapped, at the left border: to be copied.
 * Each ends in LF. */
void page_raw(struct page *p, struct span lines);

/* Colours of results and dispositions. */
enum style style_of_result(enum assay_result result);
enum style style_of_disposition(enum assay_disposition d);

#endif

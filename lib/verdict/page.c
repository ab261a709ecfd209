/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.c - places words on lines.
 *
 * A word is collected with its colours until a space, then put on this line
 * or the next; one that is longer than a line is cut hard.
 */
#include "verdict/page.h"

#include "base/ascii.h"

void
page_init(struct page *p, unsigned width, bool colour, assay_write_fn *write,
    void *ctx)
{
	if (width == 0)
		width = 78;
	if (width < LIMIT_PAGE_NARROW)
		width = LIMIT_PAGE_NARROW;
	if (width > LIMIT_PAGE_WIDE)
		width = LIMIT_PAGE_WIDE;
	*p = (struct page){ .write = write, .ctx = ctx, .width = width,
		.colour = colour };
	p->word = BUF_ON(p->word_bytes);
	p->line = BUF_ON(p->line_bytes);
}

static const char *
escape_of(enum style style)
{
	switch (style) {
	case STYLE_PLAIN: return "";
	case STYLE_BOLD: return "\033[1m";
	case STYLE_DIM: return "\033[2m";
	case STYLE_GOOD: return "\033[32m";
	case STYLE_BAD: return "\033[1;31m";
	case STYLE_WARN: return "\033[33m";
	case STYLE_CARE: return "\033[35m";
	}
	return "";
}

static void
send_line(struct page *p)
{
	while (span_ends(buf_span(&p->line), SPAN(" ")))
		p->line.len--;
	buf_byte(&p->line, '\n');
	if (!p->failed && !p->write(p->ctx, buf_span(&p->line)))
		p->failed = true;
	p->line = BUF_ON(p->line_bytes);
	p->column = 0;
	p->space = false;
}

static void
blanks(struct page *p, unsigned to)
{
	while (p->column < to) {
		buf_byte(&p->line, ' ');
		p->column++;
	}
}

/* Puts the collected word on this line or the next. */
static void
place(struct page *p)
{
	/* no space at the head of a line: none fits before a word that is
	 * as wide as the line */
	unsigned gap = p->space && p->column > p->indent ? 1 : 0;

	if (p->word_width == 0)
		return;
	if (p->column > p->indent &&
	    p->column + gap + p->word_width > p->width) {
		send_line(p);
		gap = 0;
	}
	if (p->column < p->indent)
		blanks(p, p->indent);
	else
		blanks(p, p->column + gap);
	buf_put(&p->line, buf_span(&p->word));
	p->column += p->word_width;
	p->space = false;
	p->word = BUF_ON(p->word_bytes);
	p->word_width = 0;
}

/* One octet as it is shown: itself or \xHH. */
static void
show(struct page *p, int c)
{
	static const char hex[] = "0123456789abcdef";

	if (is_vchar(c)) {
		buf_byte(&p->word, (uint8_t)c);
		p->word_width++;
		return;
	}
	buf_str(&p->word, "\\x");
	buf_byte(&p->word, (uint8_t)hex[(unsigned)c >> 4 & 15]);
	buf_byte(&p->word, (uint8_t)hex[(unsigned)c & 15]);
	p->word_width += 4;
}

static void
colour_on(struct page *p, enum style style)
{
	if (p->colour)
		buf_str(&p->word, escape_of(style));
}

static void
colour_off(struct page *p, enum style style)
{
	if (p->colour && style != STYLE_PLAIN)
		buf_str(&p->word, "\033[0m");
}

void
page_put(struct page *p, enum style style, struct span text)
{
	bool on = false;

	for (size_t i = 0; i < text.len; i++) {
		int c = span_at(text, i);

		if (c == ' ' || p->word_width + 4 > p->width - p->indent) {
			if (on)
				colour_off(p, style);
			on = false;
			place(p);
			p->space = p->space || c == ' ';
		}
		if (c == ' ')
			continue;
		if (!on)
			colour_on(p, style);
		on = true;
		show(p, c);
	}
	if (on)
		colour_off(p, style);
}

void
page_str(struct page *p, enum style style, const char *text)
{
	page_put(p, style, assay_cstr(text));
}

void
page_u64(struct page *p, enum style style, uint64_t v)
{
	ROOM(digits, 20);
	struct buf b = BUF_ON(digits);

	buf_u64(&b, v);
	page_put(p, style, buf_span(&b));
}

void
page_end(struct page *p, unsigned indent)
{
	place(p);
	send_line(p);
	p->indent = indent < p->width / 2 ? indent : p->width / 2;
}

void
page_tab(struct page *p, unsigned column)
{
	place(p);
	p->space = false;
	if (p->column > 0 && p->column >= column)
		blanks(p, p->column + 1);
	blanks(p, column);
	p->indent = column < p->width / 2 ? column : p->width / 2;
}

void
page_raw(struct page *p, struct span lines)
{
	place(p);
	if (p->column > 0)
		page_end(p, p->indent);
	for (size_t i = 0; i < lines.len; i++) {
		int c = span_at(lines, i);
		struct span out;

		if (c != '\n' && c != ' ')
			show(p, c);
		else
			buf_byte(&p->word, (uint8_t)c);
		/* in pieces: a line may be longer than any room for it */
		if (c != '\n' && p->word.len + 8 < p->word.cap)
			continue;
		out = buf_span(&p->word);
		if (!p->failed && !p->write(p->ctx, out))
			p->failed = true;
		p->word = BUF_ON(p->word_bytes);
		p->word_width = 0;
	}
}

enum style
style_of_result(enum assay_result result)
{
	switch (result) {
	case ASSAY_PASS:
		return STYLE_GOOD;
	case ASSAY_FAIL:
		return STYLE_BAD;
	case ASSAY_SOFTFAIL:
	case ASSAY_PERMERROR:
	case ASSAY_POLICY:
		return STYLE_WARN;
	case ASSAY_TEMPERROR:
		return STYLE_CARE;
	case ASSAY_NONE:
	case ASSAY_NEUTRAL:
		return STYLE_DIM;
	}
	return STYLE_PLAIN;
}

enum style
style_of_disposition(enum assay_disposition d)
{
	switch (d) {
	case ASSAY_ACCEPT:
		return STYLE_GOOD;
	case ASSAY_QUARANTINE:
	case ASSAY_HOLD:
	case ASSAY_STRIP:
		return STYLE_WARN;
	case ASSAY_REJECT:
		return STYLE_BAD;
	case ASSAY_DEFER:
	case ASSAY_DEFER_ONCE:
	case ASSAY_TAG:
		return STYLE_CARE;
	}
	return STYLE_PLAIN;
}

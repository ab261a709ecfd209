/* SPDX-License-Identifier: Apache-2.0 */
/* html_read.h - HTML read once: text, what hides, links, forms. */
#ifndef CONTENT_HTML_READ_H
#define CONTENT_HTML_READ_H

#include "content/css.h"
#include "content/html_tag.h"
#include "content/inner.h"
#include "wire/html.h"

/* An open element.  Its look is that of its content. */
struct html_element {
	struct span name;
	struct tag_kind kind;
	struct css css;
	unsigned hides;		/* by itself, without its style               */
	struct css_look look;
	struct css_element sees; /* what selectors see of it                  */
};

/* Attributes of one tag that matter, as written; absent: not there. */
struct html_attrs {
	struct span style, classes, id, href, src, action, formaction, alt,
	    title, bgcolor, background, color, width, height, type, content,
	    http_equiv, name, data;
	bool hidden, open;
	unsigned handlers;	/* on...=                                     */
};

struct html_reader {
	struct reading *r;
	unsigned part;
	bool shown;		/* what is seen goes to the text              */
	struct html lexer;
	struct css_sheet sheet;
	struct html_element *stack;
	size_t n;
	unsigned foreign, quotes, pre; /* such elements open                  */
	/* the text that is shown */
	bool space, broken;	/* what stands between it and what follows    */
	bool begun;		/* there is text on the line                  */
	/* the anchor that is open */
	size_t anchor;		/* 1 + its index among the links; 0: none     */
	struct buf anchor_text;
	bool anchor_hides;	/* some of its text is hidden                 */
	bool has_base;
	struct url base;
	/* the fingerprint of the generator */
	struct span last_name;
	unsigned elements, styled;
	uint64_t pair[24], style_pair[48];
	size_t n_pair, n_style_pair;
};

/* UTF-8 text of part; shown: it is (a piece of) the text of the message. */
void html_read(struct reading *r, unsigned part, struct span text,
    bool shown);

/* ---- html_tree.c: which elements are open ----------------------------- */

/* The look of a text that comes now. */
const struct css_look *html_look(struct html_reader *h);
/* t begins: what it ends ends, and it is open unless it has no content. */
void html_tree_open(struct html_reader *h, const struct html_token *t,
    struct tag_kind kind, const struct html_attrs *attrs);
bool html_in_foreign(const struct html_reader *h);
void html_tree_close(struct html_reader *h, const struct html_token *t);

/* ---- html_text.c: what is seen ---------------------------------------- */

/* Text, references replaced, or the code points of a script's text. */
void html_text(struct html_reader *h, const struct html_token *t);
/* A line ends here. */
void html_break(struct html_reader *h);
void html_text_end(struct html_reader *h);
/* The anchor that was open ends. */
void html_anchor_end(struct html_reader *h);

/* ---- html_link.c: what goes elsewhere --------------------------------- */

void html_links(struct html_reader *h, enum tag tag,
    const struct html_attrs *attrs);
/* The value of an attribute, references replaced. */
struct span html_value(struct html_reader *h, struct span raw);

#endif

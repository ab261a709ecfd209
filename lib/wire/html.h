/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.h - HTML into tokens, as browsers do it (WHATWG HTML 13.2.5).
 *
 *	struct html h = { .rest = text };
 *	struct html_token t;
 *
 *	while (html_next(&h, &t))
 *		use(&t);
 *
 * No tree, no memory, linear in the octets whatever they are: see
 * doc/adr/0028.  Tokens are spans of the text as it is written; references
 * are replaced by html_unescape().  What a tree would change (elements that
 * are implied or moved) is for the reader to know.
 */
#ifndef WIRE_HTML_H
#define WIRE_HTML_H

#include "wire/html_ref.h"

enum html_kind { HTML_TEXT = 1, HTML_OPEN, HTML_CLOSE, HTML_COMMENT,
    HTML_DOCTYPE };

struct html_token {
	enum html_kind kind;
	struct span name;	/* of an element, case as written             */
	struct span attrs;	/* of OPEN: for html_attr_next()              */
	struct span text;	/* of TEXT, COMMENT, DOCTYPE                  */
	bool self_closing;	/* "/>": counts in SVG and MathML alone       */
	bool raw;		/* TEXT: without references, as in a script   */
};

struct html {
	struct span rest;	/* UTF-8                                      */
	bool foreign;		/* set by the caller: in SVG or MathML        */
	struct span until;	/* element whose text is not parsed           */
	bool raw, script, to_the_end;
};

/* False: the end.  A tag that does not end is not there (13.2.5.8). */
bool html_next(struct html *h, struct html_token *out);

struct html_attr {
	struct span name, value; /* as written                                */
};

/* Takes the next attribute off *attrs.  Of two with one name a browser
 * takes the first. */
bool html_attr_next(struct span *attrs, struct html_attr *out);

#endif

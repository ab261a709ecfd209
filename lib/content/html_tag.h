/* SPDX-License-Identifier: Apache-2.0 */
/* html_tag.h - what matters to us about the elements of HTML. */
#ifndef CONTENT_HTML_TAG_H
#define CONTENT_HTML_TAG_H

#include "base/span.h"

enum tag {
	TAG_OTHER = 0,
	TAG_A, TAG_AREA, TAG_BASE, TAG_BLOCKQUOTE, TAG_BODY, TAG_BR, TAG_BUTTON,
	TAG_DD, TAG_DIALOG, TAG_EMBED, TAG_FONT, TAG_FORM, TAG_FRAME, TAG_IMG,
	TAG_INPUT, TAG_LI, TAG_LINK, TAG_META, TAG_OBJECT, TAG_OPTION, TAG_P,
	TAG_PRE, TAG_SCRIPT, TAG_SECTION, TAG_STYLE, TAG_SVG, TAG_TABLE,
	TAG_TD, TAG_TITLE, TAG_TR, TAG_INTEGRATION
};

enum tag_flag {
	TAG_VOID = 1u << 0,	/* has no content (HTML 13.1.2)               */
	TAG_BLOCK = 1u << 1,	/* stands on lines of its own                 */
	TAG_FORMAT = 1u << 2,	/* goes on behind the block in which it began
				 * (13.2.4.3)                                 */
	TAG_SCOPE = 1u << 3,	/* what is inside does not end what is around
				 * (13.2.4.2), nor goes on behind it          */
	TAG_ENDS_P = 1u << 4,	/* a paragraph ends before it (13.2.6.4.7)    */
	TAG_UNSEEN = 1u << 5,	/* is not rendered (15.3.1)                   */
	TAG_LIST = 1u << 7,	/* its items end no items of one around       */
	TAG_BREAKS = 1u << 6	/* ends SVG and MathML around it (13.2.6.5)   */
};

struct tag_kind {
	enum tag tag;
	unsigned flags;
};

struct tag_kind html_tag(struct span name);

#endif

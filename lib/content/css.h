/* SPDX-License-Identifier: Apache-2.0 */
/*
 * css.h - as much of CSS as tells whether a person sees a text: the
 * declarations of a style attribute, the rules of style elements.
 */
#ifndef CONTENT_CSS_H
#define CONTENT_CSS_H

#include "base/arena.h"
#include "content/content.h"

/* X(NAME, "property") */
#define CSS_PROPERTIES(X) \
	X(DISPLAY, "display") X(VISIBILITY, "visibility") \
	X(OPACITY, "opacity") X(FONT_SIZE, "font-size") \
	X(COLOR, "color") X(BACKGROUND, "background-color") \
	X(POSITION, "position") X(LEFT, "left") X(TOP, "top") \
	X(RIGHT, "right") X(BOTTOM, "bottom") \
	X(INDENT, "text-indent") X(MARGIN_LEFT, "margin-left") \
	X(MARGIN_TOP, "margin-top") X(WIDTH, "width") X(HEIGHT, "height") \
	X(MAX_WIDTH, "max-width") X(MAX_HEIGHT, "max-height") \
	X(OVERFLOW, "overflow") X(CLIP, "clip") X(TRANSFORM, "transform")
#define X(name, text) CSS_##name,
enum css_property { CSS_PROPERTIES(X) CSS_N };
#undef X

/* Values: lengths in hundredths of a pixel; CSS_AUTO and below are none. */
enum { CSS_UNKNOWN = -1000000000, CSS_AUTO, CSS_CLEAR, CSS_LENGTHS };
/* font-size in percent of the parent's: this and the percent. */
enum { CSS_RELATIVE = 500000000 };

struct css {
	uint32_t has, important; /* 1u << enum css_property                  */
	int32_t value[CSS_N];
};

/* Adds the declarations of a style attribute or a rule's block. */
void css_read(struct css *out, struct span declarations);
/* What more has goes over what out has, importance considered. */
void css_merge(struct css *out, const struct css *more);
/* Sets one value, as an attribute of HTML does. */
void css_set(struct css *out, enum css_property p, int32_t value);
/* A colour: 0xRRGGBB, CSS_CLEAR, CSS_UNKNOWN. */
int32_t css_colour(struct span s);
/* A length; CSS_UNKNOWN: none. */
int32_t css_length(struct span s);

/* How a text looks at some place in the tree. */
struct css_look {
	unsigned hides;		/* 1u << enum content_hidden_kind, for all
				 * that is inside                             */
	bool invisible;		/* visibility; what is inside may say no      */
	int32_t font;		/* in hundredths of a pixel                   */
	int32_t fore, back;	/* colours                                    */
};

/* The look inside of an element that has these styles, in this look. */
void css_look_in(struct css_look *look, const struct css *css);
/* How a text is hidden.  False: it is seen. */
bool css_hidden(const struct css_look *look, enum content_hidden_kind *kind);

/* ---- rules ------------------------------------------------------------ */

struct css_rule {
	struct span around;	/* compounds of elements around, or empty     */
	struct span last;	/* the compound of the element itself         */
	unsigned weight;	/* specificity (Selectors 17)                 */
	struct css css;
};

struct css_sheet {
	struct css_rule *rule;	/* lighter ones first                         */
	size_t n;
	size_t work;		/* comparisons made, of LIMIT_CONTENT_WORK    */
	bool over;		/* there were more rules, or comparisons      */
};

/* Adds the rules of a style element. */
void css_sheet_read(struct css_sheet *sheet, struct span text,
    struct arena *a);

/* An element and those around it, as selectors see them. */
struct css_element {
	struct span name, id, classes;
	const struct css_element *up;
};

/* Merges what the rules say of e into *out. */
void css_sheet_apply(struct css_sheet *sheet, const struct css_element *e,
    struct css *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* css_look.c - whether a text is seen, by the styles of what it is in. */
#include "content/css.h"

#include "content/colour.h"

enum { PIXEL = 100,
    TINY = 2 * PIXEL,			/* smaller than that nobody reads */
    FAR = 500 * PIXEL };		/* no layout moves things further */

static bool
has(const struct css *c, enum css_property p)
{
	return (c->has >> p & 1) != 0 && c->value[p] > CSS_LENGTHS;
}

static bool
is_true(const struct css *c, enum css_property p)
{
	return has(c, p) && c->value[p] == 1;
}

static bool
is_far(const struct css *c, enum css_property p)
{
	return has(c, p) && c->value[p] <= -FAR;
}

static bool
is_flat(const struct css *c, enum css_property p)
{
	return has(c, p) && c->value[p] >= 0 && c->value[p] <= PIXEL;
}

static bool
off_screen(const struct css *c)
{
	bool moved = is_far(c, CSS_LEFT) || is_far(c, CSS_TOP) ||
	    is_far(c, CSS_RIGHT) || is_far(c, CSS_BOTTOM) ||
	    (has(c, CSS_LEFT) && c->value[CSS_LEFT] >= 10 * FAR) ||
	    (has(c, CSS_TOP) && c->value[CSS_TOP] >= 20 * FAR);

	return (moved && is_true(c, CSS_POSITION)) ||
	    is_far(c, CSS_INDENT) || is_far(c, CSS_MARGIN_LEFT) ||
	    is_far(c, CSS_MARGIN_TOP);
}

static bool
zero_box(const struct css *c)
{
	return is_true(c, CSS_TRANSFORM) || (is_true(c, CSS_OVERFLOW) &&
	    (is_flat(c, CSS_WIDTH) || is_flat(c, CSS_HEIGHT) ||
	    is_flat(c, CSS_MAX_WIDTH) || is_flat(c, CSS_MAX_HEIGHT)));
}

static void
add(struct css_look *look, bool hidden, enum content_hidden_kind kind)
{
	if (hidden)
		look->hides |= 1u << kind;
}

void
css_look_in(struct css_look *look, const struct css *c)
{
	int32_t font = c->value[CSS_FONT_SIZE];

	if (c->has == 0)
		return;
	add(look, is_true(c, CSS_DISPLAY), CONTENT_HIDDEN_DISPLAY);
	add(look, has(c, CSS_OPACITY) && c->value[CSS_OPACITY] <= 5,
	    CONTENT_HIDDEN_OPACITY);
	add(look, off_screen(c), CONTENT_HIDDEN_OFF_SCREEN);
	add(look, zero_box(c), CONTENT_HIDDEN_ZERO_BOX);
	add(look, is_true(c, CSS_CLIP), CONTENT_HIDDEN_CLIP);
	if (has(c, CSS_VISIBILITY))
		look->invisible = is_true(c, CSS_VISIBILITY);
	if (has(c, CSS_FONT_SIZE) && font >= CSS_RELATIVE) {
		int64_t size = (int64_t)look->font * (font - CSS_RELATIVE) /
		    100;

		look->font = size > 100000 * PIXEL ? 100000 * PIXEL :
		    (int32_t)size;
	} else if (has(c, CSS_FONT_SIZE)) {
		look->font = font;
	}
	if ((c->has >> CSS_COLOR & 1) != 0)
		look->fore = c->value[CSS_COLOR];
	if ((c->has >> CSS_BACKGROUND & 1) != 0 &&
	    c->value[CSS_BACKGROUND] != CSS_CLEAR)
		look->back = c->value[CSS_BACKGROUND];
}

bool
css_hidden(const struct css_look *look, enum content_hidden_kind *kind)
{
	unsigned i = 0;

	if (look->hides != 0) {
		while ((look->hides >> i & 1) == 0)
			i++;
		*kind = (enum content_hidden_kind)i;
		return true;
	}
	*kind = CONTENT_HIDDEN_VISIBILITY;
	if (look->invisible)
		return true;
	*kind = CONTENT_HIDDEN_FONT_SIZE;
	if (look->font < TINY)
		return true;
	*kind = CONTENT_HIDDEN_COLOUR;
	if (look->fore == CSS_CLEAR)
		return true;
	if (look->fore < 0 || look->back < 0 ||
	    (look->fore == 0 && look->back == 0xffffff))
		return false;
	return colour_distance((uint32_t)look->fore, (uint32_t)look->back) <
	    COLOUR_NOT_SEEN;
}

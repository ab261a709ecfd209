/* SPDX-License-Identifier: Apache-2.0 */
/* inner.h - a message while its content is read. */
#ifndef CONTENT_INNER_H
#define CONTENT_INNER_H

#include "base/limits.h"
#include "content/content.h"
#include "wire/mime_part.h"

/* What stands before a code point, as far as that decides. */
struct shown_state {
	int32_t before;		/* the last one that shows; -1: none          */
	bool selector;		/* ... or a variation selector behind it      */
	bool tags;		/* in a run of tag characters                 */
	unsigned flag;		/* tag characters that a flag may still have  */
	bool joiner;		/* a joiner stands behind .before             */
};

struct html_reader;

struct reading {
	struct content *out;
	struct arena *arena;
	struct part *raw;	/* beside out->part                           */
	unsigned n_alternative;
	size_t budget;		/* octets of text that may still be read      */
	size_t nested;		/* ... of encoded messages in the message     */
	struct html_reader *html; /* its memory is used for part after part   */
	struct buf text, hidden;
	bool aside;		/* what is read is no text of the message     */
	struct shown_state state;
};

/* ---- shown.c: text with nothing in it that does not show -------------- */

/* A piece of the text that is shown; what is invisible in it is counted and
 * left out, tag characters go to the hidden text. */
void shown_put(struct reading *r, struct span utf8);
/* The end of what was shown in one go. */
void shown_end(struct reading *r);
/* A piece of hidden text, on a line of its own. */
void hidden_put(struct reading *r, enum content_hidden_kind kind,
    struct span utf8);
/* s on one line without what does not show, in the arena, at most max. */
struct span shown_line(struct span s, size_t max, struct arena *a);

/* ---- textlink.c: links in plain text ---------------------------------- */

/* Those of text, which is of this part. */
void textlink_find(struct reading *r, unsigned part, struct span text);

/* ---- differs.c: alternatives that say something else ------------------ */

/* Words of plain that shown lacks, in thousandths. */
unsigned differs(struct span plain, struct span shown);

/* ---- content.c -------------------------------------------------------- */

/* Another one, zeroed; NULL: no room, and .stopped says so. */
struct content_link *content_add_link(struct reading *r);
struct content_attachment *content_add_file(struct reading *r);
struct content_id *content_add_id(struct reading *r);

/* ---- attach.c: part i as a file --------------------------------------- */

/* Any part, into a zeroed *f; names live in the arena. */
void attach_look(struct content_attachment *f, const struct part *p,
    struct arena *a);

/* Behind the last dot, lower case, in the arena; or absent. */
struct span attach_extension(struct span name, struct arena *a);

void attach_read(struct reading *r, size_t i);

#endif

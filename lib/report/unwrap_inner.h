/* SPDX-License-Identifier: Apache-2.0 */
/* unwrap_inner.h - what the files of the unwrapper share. */
#ifndef REPORT_UNWRAP_INNER_H
#define REPORT_UNWRAP_INNER_H

#include "base/limits.h"
#include "ext/inflate.h"
#include "wire/mime_part.h"
#include "report/unwrap.h"
#include "wire/zip.h"

enum { UNWRAP_IN = 32 << 10, UNWRAP_OUT = 64 << 10 };	/* windows */

/* Packed octets: a span, or a part that is decoded as it is read. */
struct unwrap_feed {
	struct part_reader part;
	bool encoded;
	bool end;		/* nothing comes behind .have               */
	struct span have;
	struct buf room;
	uint8_t mem[UNWRAP_IN];
};

enum unwrap_form {
	FORM_NONE = 0,		/* no document is open                      */
	FORM_PLAIN, FORM_WRAPPED, FORM_DEFLATED, FORM_STORED
};

enum unwrap_state {
	UNWRAP_AT_START = 0, UNWRAP_IN_MAIL, UNWRAP_IN_ZIP, UNWRAP_AT_END
};

struct unwrap {
	struct inflate *inflate;
	struct arena *arena;
	struct span file, name;
	enum unwrap_state state, outer;	/* outer: what holds the archive    */
	bool mail;
	struct part_walk walk;
	struct part part;
	unsigned n_part, n_entry, found;
	struct unwrap_feed feed;
	struct zip_entry entry;
	uint8_t entry_name[256];

	/* the document that is open */
	enum unwrap_form form;
	bool fresh;		/* its first window waits to be read        */
	bool last;
	enum unwrap_why why;
	struct span window;
	uint64_t left;		/* FORM_STORED: octets to come              */
	uint32_t crc;
	uint64_t total;		/* octets of all documents                  */
	struct buf out;
	uint8_t mem[UNWRAP_OUT];
};

/* unwrap_feed.c */
void unwrap_feed_span(struct unwrap_feed *f, struct span s);
void unwrap_feed_part(struct unwrap_feed *f, const struct part *p);
/* Tries to have n octets (at most UNWRAP_IN) or more. */
void unwrap_want(struct unwrap_feed *f, size_t n);

/* unwrap_open.c: a document in that form, its first window read; and the
 * next window. */
void unwrap_open(struct unwrap *u, enum unwrap_form form);
void unwrap_fill(struct unwrap *u);

/* unwrap_kind.c */
enum unwrap_pack { PACK_NONE = 0, PACK_WRAPPED, PACK_ZIP };
enum unwrap_pack unwrap_pack(struct span s);
/* UNWRAP_AGGREGATE, UNWRAP_TLSRPT or UNWRAP_NOTHING; text: it may begin
 * within; *skip: where. */
enum unwrap_kind unwrap_kind(struct span s, bool text, size_t *skip);
bool unwrap_is_mail(struct span s);

/* unwrap_zip.c: the next document of the archive; false: it is over. */
bool unwrap_zip(struct unwrap *u, struct unwrap_doc *out);
/* After a window of an entry was read: if it was the last, its sum. */
void unwrap_check_sum(struct unwrap *u);
/* What the document is, by the window that is open. */
void unwrap_tell(struct unwrap *u, struct unwrap_doc *out, bool text);

#endif

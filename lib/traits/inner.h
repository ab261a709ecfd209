/* SPDX-License-Identifier: Apache-2.0 */
/* inner.h - what the files of this room share. */
#ifndef TRAITS_INNER_H
#define TRAITS_INNER_H

#include "traits/traits.h"

/* ---- the header ---------------------------------------------------------- */

/* Fields that are asked for by name. */
enum known {
	K_FROM, K_TO, K_CC, K_SUBJECT, K_DATE, K_MESSAGE_ID, K_MIME_VERSION,
	K_CONTENT_TYPE, K_CTE, K_IN_REPLY_TO, K_REFERENCES, K_REPLY_TO,
	K_SENDER, K_USER_AGENT, K_X_MAILER, K_RECEIVED, K_DKIM_SIGNATURE,
	K_LIST_ID, K_LIST_POST, K_LIST_UNSUBSCRIBE, K_PRECEDENCE,
	K_FEEDBACK_ID, K_AUTO_SUBMITTED, K_MAILING_LIST,
	K_LIST_SUBSCRIBE, K_X_MAILING_LIST, K_X_BEENTHERE,
	K_X_ORIGINAL_FROM, K_X_ORIGINAL_SENDER, K_ARC_SEAL, K_RESENT_FROM,
	K_DELIVERED_TO, K_X_FORWARDED_TO,
	/* those of a mail program that are told by their names too */
	K_CONTENT_LANGUAGE, K_UNUSUAL = K_CONTENT_LANGUAGE, K_ORGANIZATION,
	K_AUTOCRYPT, K_X_ORIGINATING_IP,
	N_KNOWN, K_OTHER = N_KNOWN
};

struct line {
	struct span name, value;	/* value: with its folding           */
	enum known known;
};

struct reading {
	struct traits *t;
	const struct traits_in *in;
	const uint8_t *key;
	struct arena *a;
	struct line *line;		/* below the border, top first       */
	size_t n;
	size_t first[N_KNOWN], last[N_KNOWN], count[N_KNOWN];
	struct span subject;		/* decoded                           */
};

/* False: no memory. */
bool header_lines(struct reading *r);

/* The first field of that name, unfolded; absent: there is none. */
struct span header_text(struct reading *r, enum known k);
/* ... as it stands there. */
struct span header_raw(const struct reading *r, enum known k);

/* text on one line, trimmed: a span of it where nothing had to be done. */
struct span unfolded(struct span text, struct arena *a);

/* ---- values -------------------------------------------------------------- */

/* A value is written into what value_open() gives, and closed as the only
 * one, or as one of many; what is longer than cap is cut. */
struct buf value_open(struct reading *r, enum trait t, size_t cap);
void value_close(struct reading *r, enum trait t, struct buf *b);
void value_add(struct reading *r, enum trait t, struct buf *b);

/* The whole of it at once. */
void value_set(struct reading *r, enum trait t, struct span text);
void value_number(struct reading *r, enum trait t, uint64_t n);

/* text so that it may be shown; lower: in lower case (ASCII). */
void put_text(struct buf *b, struct span text, bool lower);

/* The organization of a host name as somebody wrote it; what is no name is
 * written as its shape. */
void put_org(struct buf *b, const struct reading *r, struct span host,
    enum suffix_kind kind);
/* The same as a span of the arena, absent when host is no name. */
struct span org_of(const struct reading *r, struct span host,
    enum suffix_kind kind);

/* How many bits n has: 0, 1, 2 (to 3), 3 (to 7), ... */
unsigned size_class(uint64_t n);

/* ---- shapes -------------------------------------------------------------- */

/* Runs of digits as 9, of small and capital letters as a and A, of others as
 * the first of them; at most n runs. */
void put_shape(struct buf *b, struct span text, size_t n);
/* The parts of an identifier by what they are made of: "h8-h4" hexadecimal
 * digits, "d14" decimal ones, "w" letters, "m20" a mixture. */
void put_id_shape(struct buf *b, struct span text);

/* ---- addresses ----------------------------------------------------------- */

/* Takes the next address out of *rest, whatever stands around it: for
 * values that no grammar derives.  Absent: there is none left. */
struct span next_address(struct span *rest);
/* All addresses of a field, as local@domain in lower case.  out has room for
 * max; returns how many there are, which may be more. */
size_t addresses(struct reading *r, struct span value, struct span *out,
    size_t max);
struct span address_domain(struct span address);

/* ---- the body, by a quick look ------------------------------------------- */

struct part {
	struct span type;		/* lower case; "text/plain" if unsaid */
	struct span charset, cte;	/* as written, or absent             */
	struct span name;		/* of a file, UTF-8, or absent       */
	struct span body;
};

enum { PARTS = 64 };

struct parts {
	struct part part[PARTS];
	size_t n;			/* leaves and multiparts, in order   */
};

/* The parts of the message; the first one is the message itself. */
void quick_parts(struct parts *out, struct reading *r);

static inline bool
is_text(const struct part *p)
{
	return span_starts(p->type, SPAN("text/"));
}

/* The text of a part, transfer encoding off, at most max octets of it. */
struct span quick_text(const struct part *p, struct arena *a, size_t max);
/* HTML without its tags, for a quick look. */
struct span quick_tags_off(struct span html, struct arena *a);

/* Habits of writing. */
void traits_words(struct reading *r, struct span text);
/* Where a text leads. */
void quick_links(struct reading *r, struct span text);
void add_link(struct reading *r, enum trait t, struct span host);
/* All that lib/content/ found. */
void traits_content(struct reading *r, const struct content *c);
void traits_subject(struct reading *r);
void traits_scripts(struct reading *r, struct span text);
void traits_sketch(struct reading *r, struct span text);

/* ---- what reads which traits --------------------------------------------- */

void traits_who(struct reading *r);
void traits_class(struct reading *r);	/* after traits_signed() */
void traits_path(struct reading *r);
void traits_signed(struct reading *r);
void traits_program(struct reading *r);
void traits_habits(struct reading *r);
void traits_people(struct reading *r);
void traits_body(struct reading *r);

#endif

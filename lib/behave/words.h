/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - what some values are called, for explanations.
 *
 * Profiles hold hashes.  "Usually Thunderbird" needs the word again, and
 * words are kept only where they say nothing of one person: of rows such as
 * the mail program or the time zone, and once WORD_SENDERS different senders
 * were believed to use that value.  Until then a place holds hashes of the
 * senders; then their hashes go and the word comes (doc/adr/0052).
 *
 * The dictionary is bounded: what was not heard for longest gives way, and
 * what has no word yet before what has one.
 */
#ifndef BEHAVE_WORDS_H
#define BEHAVE_WORDS_H

#include "base/buf.h"
#include "behave/memory.h"

enum {
	WORDS = 4096,
	WORD_BUCKET = 8,
	WORD_SENDERS = 3,
	WORD_AGAIN = 30,		/* days, then it is heard again      */
	WORD_TEXT = 44,			/* octets of a word; the rest is cut */
	SAID_ALL = 2048,		/* octets of what a message says     */
	SAID_NEWS = 400			/* ... of it that is learned at once */
};

struct label {
	uint8_t len;
	uint8_t text[WORD_TEXT];
};

struct word {
	uint16_t day;			/* heard last                        */
	uint8_t senders;		/* WORD_SENDERS: text is there       */
	struct label label;
	uint32_t who[WORD_SENDERS];	/* zeros, then                       */
};

struct words {
	uint32_t what[WORDS];		/* row and 24 bits of the value      */
	struct word word[WORDS];	/* .senders 0: empty                 */
};

static inline struct span
label_span(const struct label *l)
{
	return (struct span){ l->text, l->len };
}

static inline bool
label_same(const struct label *a, const struct label *b)
{
	return span_eq(label_span(a), label_span(b));
}

/* As much as fits of what is printable; a quotation mark, a backslash and a
 * semicolon, which fields of a header are made of, are not. */
void label_set(struct label *out, struct span text);

/* Words of this row say nothing of one person. */
bool words_of_row(unsigned row);

/* The word of a value; empty: it has none. */
void words_find(struct label *out, const struct words *w, unsigned row,
    uint32_t value);
/* who was believed to use it. */
void words_hear(struct words *w, unsigned row, uint32_t value, uint32_t who,
    struct span text, uint16_t day);
/* Nobody of this name is counted any more. */
void words_forget(struct words *w, uint32_t who);

/* What a message's own values are called, as octets, while it is there. */
void said_put(struct buf *out, const struct traits *t);
struct said_one {
	unsigned row;
	uint32_t value;
	struct span text;
};

/* Takes one off; false: there is none. */
bool said_next(struct span *said, struct said_one *out);
/* Those that the dictionary wants: two others use them already. */
void said_news(struct buf *out, struct span said, const struct words *w,
    const struct view *v, const struct sample *s);
/* What said_news() chose of a message by who, that was believed. */
void words_hear_all(struct words *w, struct span news, uint32_t who,
    uint16_t day);

#endif

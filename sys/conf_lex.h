/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf_lex.h - the words of assay.conf, and the lines of its blocks.
 *
 * A word is anything printable but white space and  " # ; { } , or a quoted
 * string of one line in which \" and \\ stand for themselves.
 */
#ifndef SYS_CONF_LEX_H
#define SYS_CONF_LEX_H

#include "base/arena.h"
#include "base/cur.h"

enum { CONF_WORDS = 64 };	/* of one statement */

struct conf_lex {
	struct cur cur;
	unsigned line;
	struct arena *arena;
	const char *wrong;		/* the last mistake; NULL: none */
};

/* One of a word, without quotes. */
bool conf_is_word(int c);

/* Steps over blanks and a comment. */
void conf_skip_blank(struct conf_lex *x);
/* To the end of the line. */
void conf_skip_line(struct conf_lex *x);
/* Is the statement over?  Takes nothing but blanks. */
bool conf_at_end(struct conf_lex *x);

/* One word.  False: there is none, or it is broken, and then .wrong says
 * how. */
bool conf_word(struct conf_lex *x, struct span *out);

/* Words to the end of the statement, as an array of the arena; false with
 * .wrong. */
bool conf_words(struct conf_lex *x, const struct span **out, size_t *n);

/* The statements in the text of a block, which begins in that line. */
struct conf_lex conf_block(struct span text, unsigned line,
    struct arena *arena);

/* A statement: its words, the first of which is its name. */
struct conf_line {
	const struct span *word;
	size_t n;
	unsigned line;
};

/* The next one that has words.  False: the end, or .wrong in .line; then
 * the rest of that line is skipped and the next call goes on. */
bool conf_block_next(struct conf_lex *x, struct conf_line *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* policy_lex.h - the words of a policy, one after the other. */
#ifndef VERDICT_POLICY_LEX_H
#define VERDICT_POLICY_LEX_H

#include "verdict/policy.h"

struct lexer {
	struct span rest;
	unsigned line;			/* of word                          */
	struct span word;		/* absent: the end of a statement   */
	bool quoted;			/* word stood in quotes             */
	bool end;			/* of the text                      */
	const char *why;		/* the first error; NULL: none      */
	struct arena *arena;
};

/* Always false: the first reason stays. */
bool lex_fail(struct lexer *x, const char *why);
/* The next word; at the end of a statement there is none. */
void lex_next(struct lexer *x);
/* To the first word of the next statement; none: the end of the text. */
void lex_statement(struct lexer *x);
/* Is it this word, not in quotes? */
bool lex_is(const struct lexer *x, struct span word);
/* ... then it is taken. */
bool lex_accept(struct lexer *x, struct span word);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spf_tree.h - an SPF record with all that it leads to (RFC 7208), as lines.
 *
 * An evaluation stops at the first match and at the 11th look-up; who looks
 * at a record wants to see what is behind them.  So this reads terms by
 * itself: whether a record is one, check/spf_record.h says.
 */
#ifndef POSTURE_SPF_TREE_H
#define POSTURE_SPF_TREE_H

#include "check/check.h"
#include "wire/domain.h"

enum spf_word {
	WORD_WRONG = 0,		/* no term                                  */
	WORD_ALL, WORD_INCLUDE, WORD_A, WORD_MX, WORD_PTR, WORD_IP4,
	WORD_IP6, WORD_EXISTS, WORD_REDIRECT,
	WORD_OTHER		/* exp, and modifiers that are not known    */
};

/* What is the matter with what a term leads to. */
enum spf_trouble {
	TROUBLE_NONE = 0,
	TROUBLE_UNANSWERED,
	TROUBLE_VOID,		/* nothing there                            */
	TROUBLE_DANGLING,	/* include: no record                       */
	TROUBLE_SEVERAL,	/* include: several records                 */
	TROUBLE_SYNTAX,		/* include: see flaw                        */
	TROUBLE_LOOP,		/* include: of a record that we are in      */
	TROUBLE_MX_MANY		/* mx: more than 10 hosts                   */
};

struct spf_line {
	enum spf_word word;
	char sign;			/* + - ~ ?                          */
	unsigned depth;			/* 0: the domain's own record       */
	struct span text;		/* as written                       */
	struct span of;			/* the name of that record          */
	struct span target;		/* looked up; absent: nothing, or not
					 * known because of macros          */
	struct span value;		/* behind ":" or "="                */
	struct assay_addr net;		/* ip4, ip6                         */
	unsigned bits4, bits6;
	bool macro;
	bool behind_all;		/* never reached                    */
	bool passing;			/* a match here is a pass of all    */
	unsigned cost;			/* look-ups, with all below it      */
	enum spf_trouble trouble;
	bool nxdomain;			/* of the trouble                   */
	enum assay_reason flaw;
	struct span flaw_text;
};

struct spf_tree {
	const struct assay_answer *a;	/* of the domain's TXT              */
	size_t n_record;		/* SPF records there                */
	struct span text;		/* the first of them                */
	enum assay_reason flaw;		/* of it                            */
	struct span flaw_text;
	struct spf_line *line;		/* in the order of reading          */
	size_t n;
	unsigned cost, voids, unknown;	/* unknown: not answered            */
	char end;			/* sign of the all that ends it, over
					 * redirects; 0: none               */
	bool too_large;
};

enum step spf_tree_learn(struct spf_tree *out, struct run *r,
    struct domain domain);

/* One word of a record; signs, names, networks.  of, depth and what is
 * looked up are not touched. */
void spf_word_read(struct spf_line *out, struct span text);

#endif

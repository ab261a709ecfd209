/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case.h - a story: session, zone, message, and what is to come of it.
 *
 * The format is told in test/case/README.  case_read.c makes a struct story
 * of the text, case_sign.c signs and seals messages, case_run.c runs them in
 * every way that must not matter, case_expect.c compares.
 */
#ifndef TEST_CASE_H
#define TEST_CASE_H

#include "eval.h"

enum { CASE_SENDERS = 8, CASE_EXPECTS = 80, CASE_ANSWERS = 20 };

/* An answer that no zone can give: a failure. */
struct canned {
	struct span name;
	uint16_t type;		/* 0: every type */
	enum assay_akind kind;
};

struct expect {
	struct span text;
	unsigned line;
};

struct story {
	struct arena *arena;
	const char *file;
	struct span title;
	unsigned line;			/* of the word "case"          */
	struct assay_session session;
	struct assay_options options;
	struct assay_limits limits;
	bool content;			/* is read, too                */
	struct { struct span name, text; } memory[CASE_ANSWERS];
	size_t n_memory;		/* of domains; "dealing"       */
	struct span rcpt[CASE_SENDERS];
	struct span sealer[CASE_SENDERS], authserv[CASE_SENDERS];
	struct span own[CASE_SENDERS];
	struct span person[CASE_SENDERS], name[CASE_SENDERS];
	struct span protect[CASE_SENDERS];
	struct buf zone, message, policy;
	struct canned canned[CASE_ANSWERS];
	size_t n_canned;
	struct expect expect[CASE_EXPECTS];
	size_t n_expect;
};

/* What is left of the text of a file. */
struct case_reader {
	struct arena *arena;
	const char *file;
	struct span rest, common;
	unsigned line;
	char why[300];		/* not empty: the file is wrong at .line */
};

/* The next story.  False: no more, or .why. */
bool case_next(struct case_reader *r, struct story *out);

/* word=value pairs: takes the next; value without its quotes. */
bool case_pair(struct span *rest, struct span *word, struct span *value,
    struct arena *a);

/* text with \r \n \t \0 \\ \" \xHH \{N:text} replaced. */
void case_unescape(struct buf *out, struct span text);

/* A message of the directive `sign` or `seal`; false with *why. */
bool case_sign(struct story *s, struct span args, const char **why);
bool case_seal(struct story *s, struct span args, const char **why);

/* "p=..." of a named key: rsa2048, rsa1024, ed25519. */
bool case_key_text(struct buf *out, struct span name);

/* Puts text before or behind the message. */
void case_prepend(struct story *s, struct span text);

/* One run of a story. */
struct told {
	struct assay_eval *ev;
	const struct assay_verdict *verdict;
	enum assay_status status;
};

/* True: as expected.  Otherwise prints "# ..." lines. */
bool case_expect(const struct story *s, const struct told *t);

/* Runs a story in all ways; prints TAP. */
void case_run(struct story *s, unsigned *count, unsigned *failed);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - reads what verdict/record.c writes.
 *
 * A record may come from anywhere.  Whatever it holds, what is read keeps
 * the promises of facts.h: a domain is a domain, a detail is safe to print,
 * a list is as long as its count; a record that breaks them is refused.
 */
#ifndef SYS_RECORD_H
#define SYS_RECORD_H

#include <jansson.h>

#include "base/arena.h"

/* Parses and looks at the head: format and version.  NULL: *why. */
json_t *record_load(struct span record, const char **why);

/* The answers of "questions": spans live in the arena. */
struct record_answer {
	struct assay_question q;
	struct assay_answer a;		/* kind 0: none was given */
};
struct record_answers {
	struct record_answer *row;
	size_t n;
};
bool record_answers(struct record_answers *out, const json_t *root,
    struct arena *a, const char **why);

#endif

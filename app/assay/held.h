/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.h - what the mail server keeps on hold because assayd said so
 * (doc/adr/0044), and how it is let go.
 */
#ifndef ASSAY_HELD_H
#define ASSAY_HELD_H

#include <jansson.h>

#include "args.h"
#include "store_file.h"

enum {
	HELD_ID = 32,		/* octets of a queue id of Postfix, and NUL */
	HELD_MOST = 100000	/* messages on hold: more is not a hold but
				 * an accident                              */
};

struct held {
	char id[HELD_ID];
	int64_t arrived;	/* Unix seconds, as the mail server says    */
	uint64_t size;
	json_t *record;		/* of assayd about it; NULL: not ours       */
	char *original;		/* delivered without some of its files: where
				 * the whole of it is; NULL: it is on hold  */
};

struct held_list {
	struct held *row;	/* by id                                    */
	size_t n, foreign;	/* foreign: how many are not ours           */
};

/* Room for one more; NULL: there is none. */
struct held *held_more(struct held_list *l);
/* False: what is wrong was told. */
bool held_load(struct held_list *out, const struct store_file *f,
    const char *name);
void held_free(struct held_list *l);
/* An id, or an id, "." and .arrived.  NULL: there is none of it that is ours,
 * or *n of them. */
const struct held *held_find(const struct held_list *l, const char *word,
    size_t *n);

/* "hold", "quarantine" or "strip" */
const char *held_act(const struct held *h);
/* When a hold is over, by hold-time; 0: never, it is a quarantine. */
int64_t held_until(const struct held *h, const struct store_file *f);

/* Asks the mail server to go on with it as if it had never been held. */
bool held_release(const char *id, const char *name);

/* ---- records ------------------------------------------------------------- */

/* Each record of the journal whose line has one of the words (NULL: none), of
 * the day of since and later alone.  take keeps what it wants with
 * json_incref().  False: a file cannot be read, which was told. */
struct journal_want {
	const char *word[4];
	int64_t since;
};
typedef void record_take_fn(void *ctx, json_t *record);
bool journal_each(const struct store_file *f, const char *name,
    const struct journal_want *want, record_take_fn *take, void *ctx);

const char *record_word(const json_t *record, const char *object,
    const char *key);
int64_t record_time(const json_t *record);
/* The i-th reason of because[]; NULL: no more. */
const char *record_because(const json_t *record, size_t i);
/* Some evidence of the check has the result. */
bool record_has(const json_t *record, const char *check, const char *result);
/* One of its reasons begins so. */
bool record_reason(const json_t *record, const char *begin);

/* The state-directory, and below it. */
bool state_path(const struct store_file *f, char *out, size_t room,
    const char *below);

#endif

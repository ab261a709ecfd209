/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels.h - what people said about messages: labels.jsonl in the
 * state-directory, a line each, only ever appended to.
 *
 * No address stands in it, but the id of the mail server and what the checks
 * had found, so that it outlives the record.
 */
#ifndef ASSAY_LABELS_H
#define ASSAY_LABELS_H

#include "held.h"

enum { LABELS_MOST = 64 << 20 };	/* octets: a person writes 300 each  */

/* label: "bad", "good"; "released" by a person, "expired" by time; store
 * hears them (store_opinions.h).  technique NULL: what the evidence
 * suggests.  It is on the disk, or false, and why was told. */
bool label_add(const struct store_file *f, const char *name,
    const json_t *record, const char *label, const char *technique);

/* The last word on each message, in the order of the first; an array of the
 * lines.  NULL: told. */
json_t *labels_read(const struct store_file *f, const char *name);

/* Every word, in the order in which they were said.  NULL: told. */
json_t *labels_every(const struct store_file *f, const char *name);
/* Is the line about that message? */
bool label_is_of(const json_t *line, const json_t *record);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mbox.h - many messages in one file (RFC 4155, and what came before).
 *
 * A message begins behind a line "From sender date" that stands at the
 * start of the file or behind an empty line.  The empty line before it is
 * the mbox's, not the message's.  Inside, ">From " lines have lost or keep
 * one ">" (mboxrd; the older mboxo is the same for a single ">").
 */
#ifndef ASSAY_MBOX_H
#define ASSAY_MBOX_H

#include "input.h"

/* Do these first octets of a file open an mbox?  "From :" is an obsolete
 * header field and opens none. */
bool mbox_is(const uint8_t *head, size_t n);

/* Lists the messages of the newest source; fd -1: from its data. */
void mbox_list(struct input *in, int fd);

/* How many octets to drop at the start of this line: 0 or 1. */
size_t mbox_quote(const uint8_t *line, size_t n);

/* input.c's: appends an item. */
void input_item(struct input *in, struct item item);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head.h - the header of a mail that is kept, of a part, of a part's fields.
 *
 * Mails come out of files, pipes and mailboxes, so a line ends with
 * CRLF or with LF alone (wire/message.h, which judges mail on arrival, knows
 * CRLF only).  What is no field is passed over: mbox's "From " line, junk.
 */
#ifndef WIRE_HEAD_H
#define WIRE_HEAD_H

#include "wire/message.h"

/* The line at the head of s, with its line end if it has one. */
struct span head_line(struct span s);

/* A line end and nothing else. */
bool head_is_empty(struct span line);

/* Takes the next field off *rest, up to an empty line or the end of *rest.
 * .value keeps its folding, not its last line end; .at is 0.  Linear in the
 * octets, spans of *rest. */
bool head_next(struct span *rest, struct field *out);

/* The value of the first field of this name, trimmed; absent: none. */
struct span head_value(struct span header, struct span name);

/* Takes the header off *message, with the empty line behind it. */
struct span head_take(struct span *message);

/* value on one line, trimmed: every run of white space, folds (RFC 5322
 * 2.2.3) and other controls is one space.  A span of value itself where
 * nothing had to be done. */
struct span head_tidy(struct span value, struct arena *a);

#endif

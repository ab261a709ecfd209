/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - from bytes to facts: the one reader of messages.
 *
 * Takes the message in pieces of any size (how it is cut never changes the
 * facts), keeps the header, lets the body pass: hashed, outlined, not held.
 */
#ifndef FACTS_STREAM_H
#define FACTS_STREAM_H

#include "facts/bodyhash.h"
#include "facts/facts.h"
#include "wire/message.h"

struct stream;

/* Lives in the arena, fills *facts.  session, options and limits must
 * outlive it; limits have no zeros.  NULL: no memory. */
struct stream *stream_new(struct facts *facts, struct arena *a,
    const struct assay_session *session, const struct assay_options *options,
    const struct assay_limits *limits);

void stream_data(struct stream *s, struct span bytes);

/* What is fed from now on stays where it is until stream_end(), so bodies
 * may be hashed later, many side by side.  Before any data. */
void stream_defer(struct stream *s);

/* The message is complete; now its body can be hashed with others.  The
 * body's hashes, for bodyhash_run(); NULL when there are none to wait for. */
struct bodyhash *stream_close(struct stream *s);

/* The message is complete, and so are the facts. */
void stream_end(struct stream *s);

/* The raw header as far as it was read. */
struct span stream_header(const struct stream *s);

/* ---- for who is going to sign ------------------------------------------- */

/* Before any data: the whole body is hashed in this form too. */
void stream_want_body(struct stream *s, enum canon kind);

/* After stream_end(); .ok only of what was wanted. */
struct body_digest stream_body(const struct stream *s, enum canon kind);

/* The fields, NULL when the header could not be read. */
const struct header *stream_fields(const struct stream *s);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * milter_text.h - the message of a session (milter_session.h), put together
 * again: in memory while it is not large, then in the sink.
 */
#ifndef WIRE_MILTER_TEXT_H
#define WIRE_MILTER_TEXT_H

#include "wire/milter_session.h"

void milter_text_begin(struct milter_session *s);
void milter_text_field(struct milter_session *s,
    const struct milter_packet *p);
void milter_text_put(struct milter_session *s, struct span bytes);
/* What is in the sink is all of it, or nothing is. */
void milter_text_end(struct milter_session *s);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - an opinion in sentences.  What came from reports is a typed name
 * by now; all that is written is printable ASCII.
 */
#ifndef SOURCES_WORDS_H
#define SOURCES_WORDS_H

#include "sources/source.h"

/* "41 of 60 messages fail DMARC". */
void source_reason_print(struct buf *out, const struct source_said *said);

/* The same said of another source: numbers of messages are added, of others
 * the largest stays. */
void source_said_add(struct source_said *to, const struct source_said *more);

/* What to do next, about this source of this domain. */
void source_step_print(struct buf *out, const struct source *f,
    struct domain domain);

/* "192.0.2.1", "192.0.2.0/24", "2001:db8::/48". */
void source_net_print(struct buf *out, const struct source *f);

/* What it is called: the service, the other name, the name in DNS, the
 * network's owner, or the address. */
void source_name_print(struct buf *out, const struct source *f);

/* "decided ours by ann on 2026-03-01", and when the evidence is of another
 * opinion, "; the evidence says hostile".  Nothing when nobody decided. */
void source_decision_print(struct buf *out, const struct source *f);

#endif

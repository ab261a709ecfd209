/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest_whose.h - whose domain a report is about, and how far its reporter
 * is believed.  Names that a stranger wrote are made domains before they are
 * compared: the end of a text is not the end of a name.
 */
#ifndef STORE_INGEST_WHOSE_H
#define STORE_INGEST_WHOSE_H

#include "base/arena.h"
#include "ingest.h"

/* The domains of ours that are domains, of conf->own; in the arena. */
bool whose_own(struct ingest_conf *conf, struct arena *a);

/* False: this is no domain, and out is text as it was. */
bool whose_domain(struct span *out, struct span text, struct arena *a);
/* domain: as whose_domain() makes it. */
bool whose_ours(const struct ingest_conf *conf, struct span domain);

/* Where it is from, believed no more than this reporter may be. */
struct store_origin whose_origin(const struct store_origin *from,
    struct span reporter, struct arena *a);

#endif

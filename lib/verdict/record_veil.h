/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_veil.h - a record without what names people (DECISIONS 7), so that
 * it may be kept for long.
 *
 * Local parts become a salted hash, the same for the same address; texts
 * that were copied from a message, in which names and addresses may stand,
 * go.  What is left still concludes the same when it is replayed.
 */
#ifndef VERDICT_RECORD_VEIL_H
#define VERDICT_RECORD_VEIL_H

#include "eval.h"

struct veil {
	struct assay_session session;
	struct facts facts;
	struct span local, hidden;	/* of MAIL FROM; absent local: no name
					 * that was asked for can hold it   */
	struct arena *arena;
};

/* False: no memory. */
bool veil_make(struct veil *out, struct arena *a,
    const struct assay_eval *ev, const uint8_t salt[16]);

/* A question's name: %{l} and %{s} of SPF put a local part into one. */
struct span veil_key(const struct veil *v, struct span key);

/* A clause of evidence; absent if it may be a piece of the message. */
struct span veil_text(const struct assay_evidence *e, struct span text);

/* The reply; absent if there is an address in it. */
struct span veil_reply(struct span reply);

#endif

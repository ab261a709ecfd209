/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arc_seal.h - one more set for a chain (RFC 8617 5.1).
 *
 * Two signatures are needed, one after the other: the ARC-Seal covers the
 * ARC-Message-Signature with its b=.
 *
 *	arc_begin(&set, &m, &wish, result, results);
 *	arc_message_signed(&set, &m, &wish, signature of set.ams.digest);
 *	arc_sealed(&set, &m, signature of set.seal.digest);
 *
 * The fields then go on top: ARC-Seal first, below it the
 * ARC-Message-Signature, below it the ARC-Authentication-Results.  Everything
 * else that we change of the message must be done before (5.1 step 1).
 */
#ifndef SIGN_ARC_SEAL_H
#define SIGN_ARC_SEAL_H

#include "sign/dkim_sign.h"

struct arc_new {
	enum assay_reason refused;	/* not 0: no set is added, and why   */
	unsigned instance;
	enum assay_result cv;
	struct span aar, ams_text, seal_text;	/* bodies of the fields      */
	struct draft ams, seal;
};

/* chain: what the validator found (none, pass, fail).  results: the body of
 * our own Authentication-Results field, with our id.  Names that an AMS may
 * not cover are left out of wish.field; DKIM-Signature fields are covered.
 * False: refused, or no memory. */
bool arc_begin(struct arc_new *out, struct sign_source *m,
    const struct sign_wish *w, enum assay_result chain, struct span results);
bool arc_message_signed(struct arc_new *set, struct sign_source *m,
    const struct sign_wish *w, struct span signature);
bool arc_sealed(struct arc_new *set, struct sign_source *m,
    struct span signature);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phrase.h - the turns of speech that the views share.
 */
#ifndef VERDICT_PHRASE_H
#define VERDICT_PHRASE_H

#include "eval.h"

/* "TXT", "AAAA", ...; NULL for a type without a name here. */
const char *phrase_type(uint16_t type);

/* "data", "nodata", "nxdomain", "tempfail", "bogus", "unknown", "open". */
const char *phrase_answer(enum assay_akind kind);

/* "dns", "suffix", "profile", "intel". */
const char *phrase_kind(enum assay_qkind kind);

/* "none", "quarantine", "reject"; NULL when absent. */
const char *phrase_policy(enum dmarc_policy policy);

/* An item of an answer as text: an address, "10 mx.example", a name; TXT as
 * it is (not yet printable). */
struct span phrase_item(struct arena *a, const struct assay_question *q,
    struct span item);

/* The client's address, or absent. */
struct span phrase_client(struct arena *a, const struct assay_addr *addr);

/* One sentence on why the verdict is what it is. */
struct span phrase_why(struct assay_eval *ev, const struct assay_verdict *v);

/* The author whose result is DMARC's, or NULL. */
const struct dmarc_author *phrase_author(const struct assay_eval *ev);

/* The statement that decided and where it stands; absent: none spoke. */
struct span phrase_statement(struct assay_eval *ev,
    const struct assay_verdict *v);
/* The one that says what would be done. */
struct span phrase_would(struct assay_eval *ev,
    const struct assay_verdict *v);

/* RFC 9989 7.4: why p=reject became quarantine; NULL: it did not. */
const char *phrase_spared(const struct assay_eval *ev,
    const struct assay_verdict *v);

/* The first name of the search for a policy that got no answer. */
struct span phrase_unanswered(const struct assay_eval *ev,
    const struct dmarc_author *a);

#endif

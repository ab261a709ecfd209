/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_house.h - what programs of this house give to an evaluation, and take
 * from it, besides what everybody may (assay.h).
 */
#ifndef LIB_EVAL_HOUSE_H
#define LIB_EVAL_HOUSE_H

#include "content/strip.h"
#include "origin/bond.h"

struct assay_eval;
struct assay_policy;
struct suffixes;

/* By what list organizations are told (wire/suffix.h); it must outlive ev.
 * NULL, as at first: by a rule of thumb. */
void eval_suffixes(struct assay_eval *ev, const struct suffixes *list);
/* What the values of the sample are called (behave/words.h), while the
 * message is there: records have no such words. */
struct span eval_said(const struct assay_eval *ev);
/* Acts on suspicion are told and not done; before assay_decide(), which stands
 * in the record as facts.observing. */
void eval_observe(struct assay_eval *ev, bool on);
/* A policy wants it stripped: what goes is in *out, until the next message, and
 * in the facts; or *out is NULL, the facts say why, and it is held.  To be
 * decided again in either case. */
enum assay_status eval_strip(struct assay_eval *ev,
    const struct strip_in *in, const struct strip **out);
/* It cannot be, for another reason (static text). */
enum assay_status eval_unstrip(struct assay_eval *ev, const char *why);

/* Does any statement of it rest on suspicion? */
bool eval_policy_suspects(const struct assay_policy *policy);
/* ... end in strip? */
bool eval_policy_strips(const struct assay_policy *policy);

/* What was learned of who belongs to us (origin/learned.h), for all messages
 * of a process. */
struct assay_learned;
ASSAY_MUST_USE enum assay_status
assay_learned_new(struct assay_learned **out, const struct learned_in *in);
void assay_learned_free(struct assay_learned *l);

/* It must outlive the message; NULL, as at first: nothing.  Before the first
 * octet of the message. */
void eval_learned(struct assay_eval *ev, const struct assay_learned *l);

/* What this message says of it, for who learns (origin/bond.h): of who wrote,
 * or whom one of ours wrote to; of who forwarded it.  Absent: nothing. */
struct assay_span eval_bond(const struct assay_eval *ev);
struct assay_span eval_way(const struct assay_eval *ev);

#endif

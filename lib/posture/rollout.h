/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollout.h - from no DMARC policy to p=reject in steps that can be taken
 * back (RFC 9989 5.1, 7.4, 8).
 *
 * There is no pct any more; what takes its place is t=y, which lowers a
 * policy by one step (RFC 9989 4.7, A.6).  So each policy is published with
 * t=y first, which changes what receivers do by no more than half a step.
 *
 *	start		no record
 *	watch		p=none: who sends at all?
 *	np-test		p=none; np=reject; t=y
 *	np		p=none; np=reject, for a month (7.4)
 *	quarantine-test	p=quarantine; t=y
 *	quarantine	for a month (7.4)
 *	reject-test	p=reject; t=y
 *	reject
 *
 * A domain without mail goes from anywhere to reject.  Pure: where a domain
 * stands follows from its record, whether it may go on from the figures of
 * its reports, which somebody else has counted.
 */
#ifndef POSTURE_ROLLOUT_H
#define POSTURE_ROLLOUT_H

#include "check/dmarc_record.h"

enum rollout_stage {
	ROLLOUT_START = 0, ROLLOUT_WATCH, ROLLOUT_NP_TEST, ROLLOUT_NP,
	ROLLOUT_QUARANTINE_TEST, ROLLOUT_QUARANTINE, ROLLOUT_REJECT_TEST,
	ROLLOUT_REJECT, ROLLOUT_STAGES
};

/* What is known of the domain and of its mail.  Mail is counted in messages
 * of the last 30 days; "ours" is what comes from sources that are ours,
 * forwarded or not; hostile mail is in no figure. */
struct rollout_data {
	struct domain domain;
	const struct dmarc_record *record;	/* at that name; NULL: none */
	bool parked;			/* sends no mail                    */
	unsigned days_record;		/* since the record is as it is     */
	unsigned days_policy;		/* since p is what it is            */
	unsigned days_data;		/* of the last 30 that have reports */
	unsigned reporters;
	uint64_t ours;
	uint64_t aligned;		/* of ours: DMARC passes            */
	uint64_t aligned_dkim;		/* of ours: by DKIM                 */
	uint64_t listed;		/* of ours: through mailing lists   */
	uint64_t unknown;		/* from sources nobody has judged   */
	uint64_t made_up;		/* of ours: From a name that does not
					 * exist                            */
};

enum gate_state { GATE_MET = 1, GATE_UNMET, GATE_UNKNOWN };

/* have and want are numbers of unit; shares are in thousandths. */
struct rollout_gate {
	const char *name;		/* "aligned"; stable                */
	const char *sentence;		/* what is wanted, and why          */
	const char *unit;		/* "days", "reporters", "messages",
					 * "per mille"                      */
	bool at_least;			/* else at most                     */
	uint64_t have, want;
	enum gate_state state;
};

enum { ROLLOUT_GATES = 8 };

struct rollout_plan {
	enum rollout_stage stage;
	const char *does;		/* what receivers do now            */
	bool finished;			/* there is no further step         */
	bool may_go;			/* all gates to the next are met    */
	bool go_back;			/* our own mail suffers             */
	enum rollout_stage to;		/* the next stage                   */
	struct rollout_gate gate[ROLLOUT_GATES];	/* to the next      */
	size_t n_gate;
	struct rollout_gate hold[ROLLOUT_GATES];	/* to stay here     */
	size_t n_hold;
	struct span next;		/* text to publish at _dmarc, when the
					 * gates are met; absent: finished  */
	struct span back;		/* text to publish when it goes wrong;
					 * absent: nothing to go back to    */
	const char *leftover;		/* what the record has that is no good
					 * any more, or NULL                */
};

/* Texts live in the arena. */
void rollout_plan(struct rollout_plan *out, const struct rollout_data *d,
    struct arena *a);

/* Where a record stands; NULL: no record. */
enum rollout_stage rollout_stage_of(const struct dmarc_record *record);

/* "quarantine-test". */
const char *rollout_stage_name(enum rollout_stage stage);
const char *gate_state_name(enum gate_state state);

#endif

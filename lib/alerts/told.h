/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told.h - what is news, by what was told before.
 *
 * A telling is a fact: this key had that state at that moment.  Facts are
 * only added, and the latest of a key holds, so copies of the same ones in
 * any order say the same.
 */
#ifndef ALERTS_TOLD_H
#define ALERTS_TOLD_H

#include "alerts/alert.h"

struct alert_told {
	struct span key, state;
	int64_t at;			/* microseconds since 1970          */
};

/* The latest about a key; NULL: never. */
const struct alert_told *alert_told_last(const struct alert_told *told,
    size_t n, struct span key);

/* Never told, or in another state; or it lasts longer than its kind may be
 * kept quiet. */
bool alert_is_news(const struct alert *a, const struct alert_told *last);

/* The state of a gate when somebody looked last, unknown if nobody did. */
enum gate_state alert_gate_was(const struct alert_told *last);

#endif

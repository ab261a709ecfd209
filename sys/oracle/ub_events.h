/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ub_events.h - our loop as libunbound wants it.
 *
 * libunbound takes any loop that speaks its pluggable interface
 * (unbound-event.h); so there is no thread and no second library, and a
 * role of the daemon has its DNS in the same loop as all else.
 */
#ifndef ORACLE_UB_EVENTS_H
#define ORACLE_UB_EVENTS_H

#include "loop.h"

struct ub_event_base;

/* NULL: no memory.  loop must outlive it. */
struct ub_event_base *ub_events_new(struct loop *loop);
/* After ub_ctx_delete(). */
void ub_events_free(struct ub_event_base *base);

#endif

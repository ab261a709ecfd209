/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ub_loop.h - the event loop that libunbound runs on, over poll(2).
 *
 * libunbound takes any loop that speaks its pluggable interface
 * (unbound-event.h); with this one there is no thread, no second library,
 * and the caller says how long to wait.
 */
#ifndef ORACLE_UB_LOOP_H
#define ORACLE_UB_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct ub_event_base;

/* NULL: no memory. */
struct ub_event_base *ub_loop_new(void);
/* After ub_ctx_delete(). */
void ub_loop_free(struct ub_event_base *base);

/* Milliseconds of a clock that never goes back. */
int64_t ub_loop_now(void);

/* Waits until something happened or the clock says until; runs what is due.
 * False: poll failed. */
bool ub_loop_once(struct ub_event_base *base, int64_t until);

#endif

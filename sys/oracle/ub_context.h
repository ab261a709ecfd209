/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ub_context.h - a libunbound context, set up as we want it, and what it
 * says as an answer of ours.
 */
#ifndef ORACLE_UB_CONTEXT_H
#define ORACLE_UB_CONTEXT_H

#include "base/arena.h"

struct ub_ctx;
struct ub_event_base;

enum {
	UB_FAILED_TTL = 10	/* RFC 2308 7: not asked again at once */
};

enum ub_use {
	UB_COMMAND,		/* a command: lives for a minute       */
	UB_DAEMON		/* a role: its caches stay small, since answers
				 * are kept in the shared segment too  */
};

/* *out is to be deleted in any case, if it is not NULL.  ASSAY_FORMAT: the
 * server or the anchors cannot be understood. */
enum assay_status ub_context_open(struct ub_ctx **out,
    struct ub_event_base *events, const struct assay_resolver_conf *conf,
    enum ub_use use);

/* Makes libunbound read its files and open what it needs, now and not with
 * the first question: the walls come after this. */
bool ub_context_warm(struct ub_ctx *ctx);

/* A reply of ub_resolve_event().  sec: 0 not secure, 1 bogus, 2 secure.
 * Spans live in the arena. */
void ub_context_read(struct assay_answer *a, uint16_t type,
    struct span packet, int sec, const char *why_bogus,
    struct arena *arena);

#endif

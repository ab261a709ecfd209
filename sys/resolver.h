/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolver.h - many questions at once, each answered in time.
 *
 * Over libunbound in the loop of the role.  The same question is asked once
 * for all who want it; a question that is not answered in time is answered
 * with a temporary failure, and the answer that comes later is still kept.
 * What is learned goes into the segment of shared answers, and what stands
 * there is not asked again.
 */
#ifndef SYS_RESOLVER_H
#define SYS_RESOLVER_H

#include "answers.h"
#include "loop.h"
#include "stats.h"

enum {
	RESOLVER_FLIGHTS = 8192,	/* questions known of; what is beyond
					 * fails at once                     */
	RESOLVER_SENT = 900		/* of them with libunbound: below its
					 * num-queries-per-thread            */
};

/* Who waits for an answer; his, until fn is called: once, and perhaps before
 * resolver_ask() returns.  The answer lives as long as that call. */
struct want {
	struct want *next;
	void (*fn)(struct want *w, const struct assay_answer *a);
};

struct resolver_conf {
	struct loop *loop;
	const struct assay_resolver_conf *dns;
	const char *suffix_path;	/* as assay_oracle_suffix() takes it */
	int answers;			/* the segment, writable; -1: none   */
	struct stats *stats;
};

struct resolver;

/* Warm: has read and opened all it needs, so that walls may be put up.
 * Another status: *out is NULL. */
enum assay_status resolver_new(struct resolver **out,
    const struct resolver_conf *conf);
/* Nobody may want anything any more. */
void resolver_free(struct resolver *r);

void resolver_ask(struct resolver *r, const struct assay_question *q,
    struct want *w);

/* Questions being asked. */
size_t resolver_pending(const struct resolver *r);

#endif

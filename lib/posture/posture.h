/* SPDX-License-Identifier: Apache-2.0 */
/*
 * posture.h - how a domain stands in the world of mail, by its DNS.
 *
 *	posture_new(&p, &ask);
 *	while (posture_step(p) == ASSAY_PENDING)
 *		answer posture_questions(p) with posture_answer();
 *	posture_page_write(p, ...) or posture_json_write(p, ...)
 *
 * It is asked and answered as a message is (assay.h): pure, restartable, the
 * same answers give the same findings in whatever order they come.
 */
#ifndef POSTURE_POSTURE_H
#define POSTURE_POSTURE_H

#include "posture/bulk.h"
#include "posture/finding.h"
#include "wire/domain.h"

/* What to look at.  Borrowed until posture_new() returns. */
struct posture_ask {
	struct span domain;
	const struct span *selector;	/* of DKIM, known to exist          */
	size_t n_selector;
	const struct assay_addr *source;	/* that send as the domain  */
	size_t n_source;
	struct span sts_policy;		/* the MTA-STS policy file; absent:
					 * not at hand                      */
	int64_t now;
	struct assay_options options;	/* lists in it must stay            */
	const uint8_t *seed;		/* 16 octets, or NULL               */
};

enum posture_refusal {
	POSTURE_ACCEPTED = 0,
	POSTURE_NO_DOMAIN,		/* not a name                       */
	POSTURE_NO_SELECTOR,		/* one of them is not a name        */
	POSTURE_TOO_MANY,		/* selectors or sources             */
	POSTURE_NO_MEMORY
};

struct posture;

/* ASSAY_OK, ASSAY_NOMEM, or ASSAY_FORMAT with *why (which may be NULL). */
enum assay_status posture_new(struct posture **out,
    const struct posture_ask *ask, enum posture_refusal *why);
void posture_free(struct posture *p);

/* A source that never waits, as assay_eval_warm(). */
void posture_warm(struct posture *p, const struct assay_oracle *oracle);

/* ASSAY_OK: done.  ASSAY_PENDING: see posture_questions(). */
enum assay_status posture_step(struct posture *p);
size_t posture_questions(struct posture *p,
    const struct assay_question **out);
enum assay_status posture_answer(struct posture *p,
    const struct assay_question *q, const struct assay_answer *a);

/* Steps to the end, asking each source in turn. */
enum assay_status posture_run(struct posture *p,
    const struct assay_oracle *oracle, size_t n_oracle);

/* ---- when it is done ----------------------------------------------------- */

struct span posture_domain(const struct posture *p);

/* All of them, the worst first, in the order of subjects and codes; the
 * traffic of each may be filled in. */
size_t posture_findings(struct posture *p, struct posture_finding **out);

/* The worst; GRADE_GOOD: nothing to say. */
enum grade posture_worst(const struct posture *p);
enum grade posture_worst_of(const struct posture *p, enum subject s);

/* Some answer is missing: DNS failed. */
bool posture_unanswered(const struct posture *p);

/* The state of a subject in a few words; printable. */
struct span posture_state(const struct posture *p, enum subject s);

/* Nobody sends or receives mail with this name. */
bool posture_is_parked(const struct posture *p);

/* The rules of the large receivers. */
size_t posture_rules(const struct posture *p, const struct bulk_row **out);

/* The page for a person; brief: one line. */
enum assay_status posture_page_write(struct posture *p, bool brief,
    unsigned width, bool colour, assay_write_fn *write, void *ctx);

/* One line of JSON (doc/assay-posture.schema.json). */
enum assay_status posture_json_write(struct posture *p,
    assay_write_fn *write, void *ctx);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tell_ways.h - the ways by which somebody is told (assay alerts --send,
 * assay digest --send): by mail, by webhook, and what was told by which.
 *
 * By each way a thing is told first and kept second, so that whoever kills us
 * in between has it told again by that way, and it is never lost.  A way that
 * works is not held up by one that does not: beside the fact that it was told
 * stands by which way ("KEY via mail").
 */
#ifndef ASSAY_TELL_WAYS_H
#define ASSAY_TELL_WAYS_H

#include "alerts_run.h"
#include "deliver.h"
#include "wire/json.h"

enum tell_way { WAY_MAIL, WAY_WEB, WAYS };

struct told_keep {
	struct store_alert v;
	struct told_keep *next;
};

struct way {
	bool on;
	struct text body;		/* page, or members of a JSON array  */
	size_t n;			/* things told in it                 */
	size_t domains;
	char domain[256];		/* the first one                     */
	struct told_keep *keep;
	uint8_t id[16];			/* of all that is told               */
};

struct tell_ways {
	struct deliver deliver;
	struct arena *arena;
	struct way way[WAYS];
};

extern const char *const tell_way_name[WAYS];

/* As the configuration says.  False: told. */
bool tell_ways_open(struct tell_ways *w, const struct alerts_run *r,
    struct arena *a);
void tell_ways_free(struct tell_ways *w);

/* "KEY via mail" */
void tell_way_key(struct buf *out, struct span key, enum tell_way i);

/* This will be told by that way, about that domain; at: when. */
void tell_way_note(struct tell_ways *w, enum tell_way i,
    const struct store_alert *what);
void tell_way_domain(struct tell_ways *w, enum tell_way i,
    struct span domain);

/* The bodies go out, what: "alerts", "digest"; subject is for the mail, NULL:
 * how many alerts.  By each way that has heard it, that is kept.  0 or an
 * exit status. */
int tell_ways_send(struct tell_ways *w, struct alerts_run *r,
    const char *what, const char *subject);

/* All of the list in one transaction; false: store_why(). */
bool told_keep_all(struct store *s, const struct told_keep *k);

#endif

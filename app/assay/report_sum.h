/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_sum.h - sums of the store folded by one key: whatever stands next
 * to each other with the same key is one line of a view.
 */
#ifndef ASSAY_REPORT_SUM_H
#define ASSAY_REPORT_SUM_H

#include "report_view.h"

enum { SUM_KEY = 256 };

struct report_sum {
	char key[SUM_KEY];		/* for people; "" is none           */
	int64_t day;
	uint64_t messages, passed;	/* passed: DMARC, by either         */
	uint64_t dkim, spf;		/* aligned                          */
	uint64_t quarantined, rejected;
	uint64_t excused;		/* failed, and let through for a
					 * reason that the receiver told    */
};

/* The sums of what is asked by key (one of enum store_by), one after the
 * other. */
struct report_fold {
	struct store_cursor *cursor;
	enum store_by key;
	struct report_sum next;		/* begun, not given out             */
	bool begun, done;
};

bool report_fold_begin(struct report_fold *f, const struct report_view *v,
    enum store_by key);
bool report_fold_next(struct report_fold *f, struct report_sum *out);
/* False: store_why(). */
bool report_fold_end(struct report_fold *f);

void report_sum_add(struct report_sum *to, const struct report_sum *s);

/* The n largest of all, the largest first, and the rest in one. */
struct report_most {
	struct report_sum *item;
	size_t n, cap;
	struct report_sum rest;		/* messages of those left out       */
	uint64_t left;			/* how many these are               */
};
bool report_most_init(struct report_most *m, size_t cap);
void report_most_add(struct report_most *m, const struct report_sum *s);
void report_most_free(struct report_most *m);

#endif

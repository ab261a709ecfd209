/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_inner.h - what judging one by one and many together share.
 */
#ifndef ASSAY_JUDGE_INNER_H
#define ASSAY_JUDGE_INNER_H

#include "arrival.h"
#include "judge.h"

enum line_ends { ENDS_CRLF = 0, ENDS_LF, ENDS_CONVERTED };

struct together;

struct judge {
	struct judge_conf conf;
	struct assay_keep *keep;
	struct assay_eval *eval[2];	/* CRLF, LF */
	struct assay_oracle zone, suffix, live;
	bool has_suffix;
	struct reader reader;
	struct text message;		/* whole, where its content is read */
	struct together *together;	/* NULL until many are judged */
};

/* *ev is made, or used again; it keeps the line ends it was made for. */
enum assay_status judge_begin(struct judge *j, struct assay_eval **ev,
    enum line_ends ends, const struct assay_session *session);

/* Runs the checks, decides, and fills the report. */
enum assay_status judge_finish(struct judge *j, struct assay_eval *ev,
    struct assay_span name, struct report *out);

/* The session as the flags and, if asked, the header tell it; arrival holds
 * the words on where from. */
struct assay_session judge_session(const struct judge *j,
    const struct reader *r, struct arrival *arrival);

/* A message that could not be judged, by status. */
void judge_status(struct judge *j, const char *name, enum assay_status st,
    struct report *out);

void report_clear(struct report *r);
void together_free(struct together *t);

#endif

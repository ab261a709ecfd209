/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.h - one message after another: read, evaluate, decide, report.
 */
#ifndef ASSAY_JUDGE_H
#define ASSAY_JUDGE_H

#include "input.h"
#include "out.h"
#include "settings.h"

/* How a message is shown. */
enum view { VIEW_SUMMARY, VIEW_BRIEF, VIEW_EXPLAIN, VIEW_CHECK, VIEW_JSON };

enum ending {
	END_ACCEPTED, END_REFUSED, END_TEMPORARY, END_LIMIT, END_UNREADABLE,
	END_KINDS
};

/* What became of a message; the texts are for reuse. */
struct report {
	enum ending ending;
	enum assay_disposition disposition;	/* 0: no verdict */
	enum assay_result dmarc;
	enum assay_result check;		/* of the one asked for */
	struct text shown;
	struct text record;
};

struct judge;

struct judge_conf {
	const struct settings *settings;
	enum view view;
	enum assay_check check;		/* 0, or the one that is asked for */
	const struct out *out;
	bool record, with_message;
	bool content;			/* read it as well */
	bool alone;			/* never hash bodies side by side */
};

/* NULL: what failed was told. */
struct judge *judge_new(const struct judge_conf *conf);
void judge_free(struct judge *j);

/* Always fills the report. */
void judge_item(struct judge *j, const struct input *in, size_t item,
    struct report *out);

/* Items from .. to-1, at most JUDGE_SHARE of them, each given to take as
 * soon as it and those before it are done.  Bodies are hashed side by side
 * if this CPU gains by that.  False: take returned
 * false, or there is no memory. */
enum { JUDGE_SHARE = 16 };
typedef bool judge_take_fn(void *ctx, size_t item,
    const struct report *report);
bool judge_share(struct judge *j, const struct input *in, size_t from,
    size_t to, judge_take_fn *take, void *ctx);

/* From now on one by one (true), or as the CPU likes it. */
void judge_alone(struct judge *j, bool alone);

/* The same for bytes at hand. */
void judge_bytes(struct judge *j, struct assay_span name,
    struct assay_span bytes, bool lf, struct report *out);

/* A message that has no verdict, and why, as the view shows it. */
void judge_fault(const struct judge_conf *conf, const char *name,
    enum ending ending, const char *why, struct report *out);

/* The exit status of a run, from how many messages ended how. */
int judge_exit(const size_t ended[END_KINDS]);

void report_free(struct report *r);

#endif

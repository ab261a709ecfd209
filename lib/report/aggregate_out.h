/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aggregate_out.h - writes an aggregate report (RFC 9990 3.1 and Appendix A;
 * RFC 7489 Appendix C for those who cannot read that yet).
 *
 *	aggregate_out_start(&o, AGGREGATE_FORM_9990, &head, write, ctx);
 *	aggregate_out_row(&o, &row);	again and again
 *	status = aggregate_out_end(&o);
 *
 * Row by row: memory does not grow.  Whatever the texts hold, what comes out
 * is well-formed UTF-8 that the schema takes: what XML cannot hold becomes
 * U+FFFD, what the schema does not know is said in its words (".._OTHER"
 * results as "none", reasons as "other"), what it requires and nobody said
 * has its default.
 */
#ifndef REPORT_AGGREGATE_OUT_H
#define REPORT_AGGREGATE_OUT_H

#include "base/buf.h"
#include "report/aggregate.h"

enum aggregate_form {
	AGGREGATE_FORM_9990 = 0,
	AGGREGATE_FORM_7489	/* without a namespace, as all write it      */
};

struct aggregate_out {
	enum aggregate_form form;
	struct span domain;	/* of the policy                             */
	assay_write_fn *write;
	void *ctx;
	bool failed;
	uint64_t rows;
	unsigned level;
	struct buf buf;
	uint8_t room[2048];
};

/* The head stays as long as o is used. */
void aggregate_out_start(struct aggregate_out *o, enum aggregate_form form,
    const struct aggregate_head *head, assay_write_fn *write, void *ctx);

/* Of its DKIM results at most LIMIT_AGGREGATE_DKIM are written, those that
 * tell most first (RFC 9990 3.1.3). */
void aggregate_out_row(struct aggregate_out *o,
    const struct aggregate_row *row);

/* ASSAY_IO: some write said no.  ASSAY_MISUSE: there were no rows, and a
 * report must have one. */
enum assay_status aggregate_out_end(struct aggregate_out *o);

/* ---- the names of a report -------------------------------------------- */

/* RFC 9990 3.5.1: dot-atom-text [ "@" dot-atom-text ], with or without <>. */
bool aggregate_id_valid(struct span id);

/* Appends "BEGIN-DOMAIN-DISTINCT@SUBMITTER": the same for the same report,
 * and for no other one if distinct (letters and digits, may be empty) tells
 * apart what has the rest in common.  False: it would not be valid. */
bool aggregate_id_make(struct buf *out, int64_t begin, struct span domain,
    struct span distinct, struct span submitter);

/* Appends the file name (RFC 9990 3.5.2): of unique letters and digits are
 * taken.  False: receiver or domain are no names, or out is full. */
bool aggregate_file_name(struct buf *out, struct span receiver,
    struct span domain, int64_t begin, int64_t end, struct span unique,
    bool gzip);

/* Appends the value of Subject (RFC 9990 3.5.2), in one line.  False: domain,
 * submitter or id are not as they must be, or out is full. */
bool aggregate_subject(struct buf *out, struct span domain,
    struct span submitter, struct span id);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_mail.h - the mail around a report that we send (RFC 9990 3.5.2,
 * RFC 5322, RFC 2045).
 *
 * The same input gives the same octets, so that a mail which is sent a second
 * time is the same mail.
 */
#ifndef REPORT_REPORT_MAIL_H
#define REPORT_REPORT_MAIL_H

#include "base/span.h"

struct report_mail {
	struct span from;	/* an address of ours                       */
	struct span from_name;	/* who that is, or absent                   */
	struct span to;		/* an address                               */
	struct span subject;	/* one line                                 */
	struct span message_id;	/* without <>                               */
	int64_t date;		/* Unix seconds                             */
	struct span text;	/* for a person: lines that end in LF       */
	struct span file_name;	/* ends in .gz, or else the file is XML     */
	struct span file;
};

/* Whole, with CRLF.  ASSAY_MISUSE: something is in there that would end a
 * field, and nothing was written; ASSAY_IO: write said no. */
enum assay_status report_mail_write(const struct report_mail *m,
    assay_write_fn *write, void *ctx);

#endif

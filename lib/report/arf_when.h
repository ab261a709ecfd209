/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arf_when.h - is a failure report wanted (RFC 9989 4.7 "fo", RFC 9991 2)?
 *
 * What the domain asks for, and what must never be reported.  Whether we
 * want to send any (off by default), how many, and to which countries are
 * the sender's switches, not here.
 */
#ifndef REPORT_ARF_WHEN_H
#define REPORT_ARF_WHEN_H

#include <assay/assay.h>

/* The reports that are wanted: bits. */
enum {
	ARF_WANT_DMARC = 1,	/* fo=0, fo=1                                */
	ARF_WANT_DKIM = 2,	/* fo=d: a report in the form of RFC 6591    */
	ARF_WANT_SPF = 4	/* fo=s: the same                            */
};

struct arf_case {
	uint8_t fo;		/* as dmarc_fo() gives it                    */
	bool ruf;		/* the record has a destination that counts  */
	bool psd;		/* psd=y: RFC 9991 2 MUST NOT                */
	bool aligned_dkim, aligned_spf;	/* gave an aligned pass              */
	enum assay_result spf;	/* of MAIL FROM; 0: not checked              */
	const enum assay_result *dkim;	/* of each signature                 */
	size_t n_dkim;
	bool null_path;		/* MAIL FROM:<>: a bounce, a report          */
	bool report;		/* the message is a multipart/report         */
	bool ours;		/* ... or comes from our own report address  */
};

/* The bits; 0: none.  *why, if not NULL, says in a static clause what made
 * it so. */
unsigned arf_when(const struct arf_case *c, const char **why);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tlsrpt_record.h - a TLSRPT policy record, "_smtp._tls" (RFC 8460 3).
 */
#ifndef REPORT_TLSRPT_RECORD_H
#define REPORT_TLSRPT_RECORD_H

#include "check/dmarc_record.h"

enum tlsrpt_flaw {
	TLSRPT_OK = 0,
	TLSRPT_FIELD,		/* something that is no name=value          */
	TLSRPT_NO_RUA,		/* rua is required                          */
	TLSRPT_URI,		/* not a URI                                */
	TLSRPT_SCHEME		/* neither mailto: nor https:               */
};

struct tlsrpt_record {
	enum tlsrpt_flaw flaw;	/* the first: not 0, nobody reports by it   */
	struct span what;	/* of the text, with a flaw                 */
	const struct dmarc_uri *rua;	/* those that can be used           */
	size_t n_rua;
};

/* "records that do not begin with "v=TLSRPTv1;" are discarded": false. */
bool tlsrpt_is_record(struct span text);

/* text is a record. */
void tlsrpt_record_parse(struct tlsrpt_record *out, struct span text,
    struct arena *a);

/* A static clause. */
const char *tlsrpt_flaw_text(enum tlsrpt_flaw flaw);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* mail_head.h - the header of a mail that we write to people. */
#ifndef ASSAY_MAIL_HEAD_H
#define ASSAY_MAIL_HEAD_H

#include "text.h"

struct mail_head {
	struct assay_span from, to;	/* plain addresses                   */
	const char *what;		/* "digest": in its Message-ID       */
	const char *id;			/* what follows there; NULL: made    */
	int64_t now;			/* Unix seconds                      */
	const char *domain;		/* of the subject, and how many more */
	size_t more;
	const char *subject;		/* what follows there                */
};

/* With the empty line. */
void mail_head_write(const struct mail_head *h, struct text *out);

/* Bars are the only thing that is not ASCII; a mail is (RFC 5322 2.3). */
void mail_to_ascii(struct text *t);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_author.h - who wrote a mail, in the form that a report mail's author
 * is noted and compared in.
 *
 * DMARC proves a domain, and the domain answers for its users; which of them
 * wrote is what its server says.  One mailbox alone has such a form, and only
 * a dot-atom (RFC 5322 3.4.1): no reporter has another one, and one that must
 * be quoted could be two in somebody's eyes.
 */
#ifndef REPORT_REPORT_AUTHOR_H
#define REPORT_REPORT_AUTHOR_H

#include "base/arena.h"

struct assay_eval;

/* local@domain in lower case, of a message that was read to its end; in its
 * arena.  Absent: there are several, or none like that. */
struct span report_author(struct assay_eval *ev);

/* Is it one, or, as notes of before had it, a domain alone? */
bool report_author_valid(struct span text);

#endif

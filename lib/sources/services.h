/* SPDX-License-Identifier: Apache-2.0 */
/*
 * services.h - well-known senders of other people's mail, by the names with
 * which their mail proves itself (share/services.txt).
 *
 * A line is a tag list, "name=...; d=...; spf=...; path=...; kind=...;
 * set=...; page=...": d, spf and path are names separated by colons, and
 * what is below them.  "#" begins a comment.  A name in this table proves
 * nothing about who is a customer there.
 */
#ifndef SOURCES_SERVICES_H
#define SOURCES_SERVICES_H

#include "wire/domain.h"

enum service_kind {
	SERVICE_SENDS = 0,	/* mail of customers, in their name          */
	SERVICE_MAILBOXES,	/* ... and keeps their mailboxes: what comes
				 * from it may also be forwarded             */
	SERVICE_FORWARDS	/* forwards, or keeps lists                  */
};

struct service {
	struct span name;
	enum service_kind kind;
	struct span set, page;	/* where its customer sets it up             */
	struct span d, spf, path;	/* lists, as written                 */
	const struct service *next;
};

struct services {
	const struct service *first;
	size_t n, bad_line;	/* the first line that is none; 0: no such   */
};

/* text has to live as long as the table.  False: no memory. */
bool services_read(struct services *out, struct span text, struct arena *a);

/* Whose name this is, as a signer or a return path; or in an SPF record. */
const struct service *services_of(const struct services *table,
    struct domain name);
const struct service *services_of_spf(const struct services *table,
    struct domain include);

#endif

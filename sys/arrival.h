/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arrival.h - how a stored message arrived, from its own header.
 *
 * Every server writes its Received field above those that are there, so the
 * topmost is our own, and the next one is as good as the server that our
 * own says it came from.  We go down as long as that was a relay of ours
 * (or this host itself) and believe the last field so reached.  A
 * Return-Path counts only above it (RFC 5321 4.4: written at delivery).
 */
#ifndef SYS_ARRIVAL_H
#define SYS_ARRIVAL_H

#include "conf.h"

struct arrival {
	struct assay_addr client;	/* family 0: not to be told     */
	struct span helo, mail_from;	/* of the header given          */
	unsigned field;			/* which Received; 0: none      */
	unsigned border;		/* fields on top, with this one */
	unsigned passed;		/* of our own, above it         */
	unsigned local;			/* ... which this host gave itself: then
					 * some program here may have written
					 * what stands below            */
	char words[256];		/* for arrival_origin()         */
};

/* head: the first octets of the message, CRLF or LF, body or not. */
void arrival_read(struct arrival *out, struct span head,
    const struct conf_net *relay, size_t n_relay);

/* What was taken from where, in words: lives in a->words. */
struct span arrival_origin(struct arrival *a, bool client, bool helo,
    bool mail_from);

#endif

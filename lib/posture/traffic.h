/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traffic.h - mail that findings concern, and the rules for bulk senders by
 * the mail of each source, as reports tell of both.
 *
 *	posture_traffic(p, 30)		the days; now every sum is 0
 *	for each row: posture_touch(p, &row)
 *	posture_touch_sessions(p, n)
 *	posture_bulk(p, &mail)
 */
#ifndef POSTURE_TRAFFIC_H
#define POSTURE_TRAFFIC_H

#include "posture/posture.h"

/* Messages that look alike. */
struct posture_row {
	uint64_t messages;
	bool dkim, spf;			/* pass, aligned                    */
	bool below;			/* From is a subdomain              */
	struct assay_addr source;
	const struct posture_sig { struct span d, s; } *sig;
	size_t n_sig;			/* whatever came of them            */
};

void posture_traffic(struct posture *p, unsigned days);
void posture_touch(struct posture *p, const struct posture_row *row);
/* Sessions of TLS reports (RFC 8460). */
void posture_touch_sessions(struct posture *p, uint64_t n);

/* A source of ours: by name, printable. */
struct bulk_source {
	struct span name;
	uint64_t messages;
	uint64_t both;			/* passed SPF and DKIM              */
	uint64_t aligned;		/* passed DMARC                     */
};

enum bulk_receiver { BULK_R_GOOGLE, BULK_R_YAHOO, BULK_R_MICROSOFT,
    BULK_RECEIVERS };
/* Whose reports these are.  BULK_RECEIVERS: none of them. */
enum bulk_receiver bulk_receiver_of(struct span reporter);

struct bulk_mail {
	unsigned days;
	const struct bulk_source *source;	/* must stay            */
	size_t n_source;
	uint64_t fullest[BULK_RECEIVERS];	/* messages of a day    */
};
void posture_bulk(struct posture *p, const struct bulk_mail *mail);

#endif

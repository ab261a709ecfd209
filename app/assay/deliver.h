/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver.h - what is to be told, brought to who is to hear it: a mail to the
 * relay of ours, signed JSON to a webhook.
 *
 * Delivered means that the other side has said that it is its own now: 250
 * behind the mail, a status of 2xx.  Whoever loses that answer is told again,
 * by a later run, under the same name (Message-ID, Idempotency-Key).
 */
#ifndef ASSAY_DELIVER_H
#define ASSAY_DELIVER_H

#include "args.h"
#include "daemon_conf.h"
#include "text.h"

enum delivered {
	DELIVERED = 1,
	DELIVER_LATER,		/* not now                                  */
	DELIVER_REFUSED		/* it is not wanted so: no use in a hurry   */
};

enum { DELIVER_WHY = 240 };	/* octets of words                          */

/* deliver_smtp.c: one try.  mail: LF line ends. */
struct deliver_mail {
	struct assay_addr relay;
	uint16_t port;
	int timeout_ms;			/* for each answer                   */
	struct span helo, from, to, mail;
};
enum delivered deliver_smtp(const struct deliver_mail *m,
    char why[DELIVER_WHY]);

/* deliver_web.c: one try, by a process of its own. */
struct deliver_post {
	const char *url, *host;
	uint16_t port;
	bool tls;
	int timeout_ms;			/* for all of it                     */
	struct span ca;			/* certificates, PEM                 */
	struct span body;
	const char *signature, *id;	/* lines of the header               */
};
enum delivered deliver_web(const struct deliver_post *p,
    char why[DELIVER_WHY]);

/* deliver.c: with tries.  conf is read: where to, by which relay. */
struct deliver {
	const char *command;		/* for words to people               */
	struct daemon_conf daemon;
	struct text ca;
	bool made;
};
/* False: what is wrong was told.  To be freed in either case. */
bool deliver_open(struct deliver *d, const struct args *args,
    const struct conf *conf);
void deliver_free(struct deliver *d);

/* False: it was told that it was not delivered, and why. */
bool deliver_by_mail(struct deliver *d, const struct text *mail);
/* id: what names this telling. */
bool deliver_by_web(struct deliver *d, const struct text *body,
    const char *id);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo_daemon.h - an assayd of its own for the demo, and mail through its
 * milter.
 */
#ifndef ASSAY_DEMO_DAEMON_H
#define ASSAY_DEMO_DAEMON_H

#include "text.h"

struct demo_daemon;

/* Starts program in a directory of its own, with zone as its world, and
 * waits until mail may come.  NULL: it was told why. */
struct demo_daemon *demo_daemon_start(const char *program,
    struct assay_span zone);
/* Ends it and takes its directory away.  False: it did not end well. */
bool demo_daemon_stop(struct demo_daemon *d);

struct demo_mail {
	const char *ip, *helo, *mail_from;
	struct assay_span bytes;
};

/* What the daemon answers: the disposition, and for a person what it says
 * and puts on top.  False: it was told why. */
bool demo_daemon_mail(struct demo_daemon *d, const struct demo_mail *mail,
    enum assay_disposition *out, struct text *said);

#endif

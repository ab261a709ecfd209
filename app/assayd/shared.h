/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shared.h - what the processes of one generation have in common: the
 * segment of answers, the spools, the keys, the pages of counters.
 */
#ifndef ASSAYD_SHARED_H
#define ASSAYD_SHARED_H

#include "household.h"

/* Opens what h->conf asks for.  False: errno, or it was told why. */
bool shared_make(struct household *h);
void shared_free(struct household *h);

/* rings.c: the spools, in h->ring_fd; without them records are lost, which
 * it tells. */
void rings_make(struct household *h);

/* A sealed descriptor that holds text, or -1. */
int shared_text(struct assay_span text);

/* Throws away what waits in a socket. */
void shared_drain(int fd);
void shared_close(int *fd);

#endif

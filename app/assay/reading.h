/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading.h - a process behind the walls of role eval that reads what came
 * (sys/letter.h) and says what is in it (sys/parcel.h).
 *
 * It gets a descriptor that it may map, or what is small in memory that both
 * have, and nothing else, and answers on a socket.  One that died is started
 * again with the next input.
 */
#ifndef ASSAY_READING_H
#define ASSAY_READING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "store/ingest.h"

struct reading {
	pid_t pid;		/* 0: none runs */
	int fd;
	uint8_t *shared;	/* INGEST_PIECE octets; nothing is read here
				 * that the other one may have written       */
};

void reading_stop(struct reading *r);

/* Has these read into in, which was begun: what they hold, or else what is in
 * the file.  False: no process could be started, errno.  What the reader did
 * is in the input. */
bool reading_run(struct reading *r, struct ingest *in,
    const struct ingest_bytes *b, enum ingest_state *state);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest.h - parcels into the store, one transaction an input.
 *
 *	ingest_begin(in, &origin, hash, compressed);
 *	ingest_raw(in, piece)...		the bytes of the input
 *	ingest_room(), ingest_got()...		what the reader says of them
 *	ingest_end(in, STORE_SOON, &counts);
 *
 * Inputs that are small share a transaction if conf.batch says so; then an
 * input is in the store when ingest_pending() is 0 again.
 *
 * Pieces and parcels may come in any order, interleaved.  Each input ends in
 * the store in one of three ways: as reports, as a duplicate, or set aside
 * with the reason; or there was an error, and then nothing of it is there
 * and nothing may be acknowledged.
 */
#ifndef STORE_INGEST_H
#define STORE_INGEST_H

#include "parcel.h"
#include "store.h"

struct ingest_conf {
	struct store *store;
	const struct span *own;	/* domains of ours, as written; what is below
				 * one is ours, too                          */
	size_t n_own;
	bool any_domain;	/* whatever it is about                      */
	unsigned batch;		/* inputs of one transaction at most; 0: 1   */
};

/* Of one input, or of many. */
struct ingest_counts {
	uint64_t inputs;
	uint64_t known;		/* inputs with the very same bytes           */
	uint64_t outcome[STORE_OUTCOMES];	/* aggregate and TLS reports */
	uint64_t failures, failures_again, tls;	/* of these                  */
	uint64_t bounces, dead;		/* mails of ours that came back, and
					 * addresses that get none for that  */
	uint64_t rows, messages;		/* of what is new            */
	uint64_t aside[STORE_A_REASONS];
};
void ingest_sum(struct ingest_counts *into, const struct ingest_counts *c);
/* What was in a report and is not in the store, in words. */
void ingest_losses(struct buf *to, uint32_t deviations);

struct ingest;

/* Borrows what conf has.  NULL: no memory. */
struct ingest *ingest_new(const struct ingest_conf *conf);
void ingest_free(struct ingest *in);

/* Whether the same bytes were taken before, all of what they say is there,
 * and as trusted: then there is nothing to read. */
bool ingest_known(struct ingest *in, const uint8_t hash[STORE_HASH],
    enum store_trust trust);

/* compressed: the bytes are, so compressing them again is in vain. */
bool ingest_begin(struct ingest *in, const struct store_origin *from,
    const uint8_t hash[STORE_HASH], bool compressed);
bool ingest_raw(struct ingest *in, struct span piece);

uint8_t *ingest_room(struct ingest *in, size_t *cap);
enum ingest_state {
	INGEST_MORE,		/* it has more to say                        */
	INGEST_DONE,		/* of this input                             */
	INGEST_LIED,		/* it broke the form: end it; was set aside  */
	INGEST_FAILED		/* store_why()                               */
} ingest_got(struct ingest *in, size_t n);

/* The reader ended before it was done. */
void ingest_died(struct ingest *in, const char *how);
/* It was read, and the store cannot take what it says. */
void ingest_refused(struct ingest *in, const char *why);
/* There was nothing to give to a reader. */
void ingest_unreadable(struct ingest *in, const char *why);

/* False: store_why(), and what was pending is not in the store.  Adds to
 * *counts what this input was, as if it were there. */
bool ingest_end(struct ingest *in, enum store_sure sure,
    struct ingest_counts *counts);
/* Forgets this input, and no other. */
void ingest_abort(struct ingest *in);
/* Inputs that ended and are not in the store yet. */
unsigned ingest_pending(const struct ingest *in);
/* Now they are.  False: store_why(), and they are not. */
bool ingest_flush(struct ingest *in, enum store_sure sure);

/* ---- an input that is a part of a file ---------------------------------- */

enum { INGEST_PIECE = 64 << 10 };	/* read at a time */

struct ingest_bytes {
	int fd;
	uint64_t from, to;
	uint8_t *room;			/* of INGEST_PIECE, or NULL          */
	uint8_t hash[STORE_HASH];	/* by ingest_bytes_hash()            */
	bool compressed;
	struct assay_span whole;	/* all of it, in room; absent: it is
					 * larger                            */
};

/* Reads them once, for the hash.  False: errno. */
bool ingest_bytes_hash(struct ingest_bytes *b);
/* Into the store: the whole, which is what the reader must have had, or they
 * are read again.  False: store_why(), or they are others now. */
bool ingest_bytes_keep(struct ingest *in, const struct ingest_bytes *b);

#endif

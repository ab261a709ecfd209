/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_take.h - inputs into the store, whatever they come from, and what
 * is told of them.
 *
 * Small inputs share a transaction; nothing is told of one before it is
 * there, and the summary when all of it is on the disk.
 */
#ifndef ASSAY_REPORT_TAKE_H
#define ASSAY_REPORT_TAKE_H

#include "progress.h"
#include "reading.h"
#include "store_file.h"

struct taking {
	const char *verb;	/* "ingest", "fetch"                         */
	const struct args *args;
	struct store_file file;
	struct store *store;
	struct ingest *in;
	uint8_t *room;		/* of what is small; INGEST_PIECE            */
	struct reading reader;
	struct progress progress;
	struct assay_span *own;
	size_t n_own;
	struct arena names;		/* of --own-domain                   */
	struct ingest_counts sum;	/* of what is in the store           */
	struct ingest_counts pending;
	struct text held;		/* to be told when they are          */
	uint64_t large;			/* mails that were not fetched       */
	int status;
};

/* "assay report VERB: what", and how to get help; EXIT_USAGE. */
int taking_usage(const struct taking *t, const char *what);

/* Which domains are ours: .file must have been found.  False: was told. */
bool taking_whose(struct taking *t);
/* .store is open.  False: was told. */
bool taking_start(struct taking *t);

struct taking_bytes {
	int fd;
	uint64_t from, to;
	const char *name;	/* for people                                */
};
/* False, for both and for _flush: no more, and .status says why. */
bool taking_take(struct taking *t, const struct taking_bytes *b);
bool taking_unreadable(struct taking *t, const char *name, const char *why);
/* What is pending is in the store, as sure as that. */
bool taking_flush(struct taking *t, enum store_sure sure);

/* Syncs, and tells the sums; returns the exit status. */
int taking_end(struct taking *t);
void taking_free(struct taking *t);

#endif

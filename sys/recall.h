/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall.h - what is remembered of domains, and of accounts and numbers that
 * authors gave, in files that processes share (firstseen.h, name_list.h).
 *
 * The parent opens them, store writes, every eval looks.  A record is 16
 * octets with a sum, so a look that meets a write sees the old one, the new
 * one, or nothing.  When domains were registered is written by a command
 * (assay age --rdap), lists by another (--import).
 */
#ifndef SYS_RECALL_H
#define SYS_RECALL_H

#include "base/buf.h"
#include "firstseen.h"

enum {
	RECALL_SEEN,		/* domains: written by store                 */
	RECALL_DEALT,		/* authors and what they gave                */
	RECALL_REGISTERED,	/* what registries said                      */
	RECALL_NEW, RECALL_KNOWN,	/* lists                             */
	RECALL_FILES,
	RECALL_WRITTEN = RECALL_REGISTERED	/* .. below it               */
};

enum {
	RECALL_KEY = 16,
	RECALL_ITEM = 'A'	/* behind a record: what to remember of it   */
};

/* ---- the parent --------------------------------------------------------- */

struct recall_files {
	struct firstseen *held[RECALL_WRITTEN];	/* locked, as long as we live */
	int read[RECALL_FILES];		/* -1: there is none                 */
};

/* In that directory, which is made if it is not there and belongs to who owns
 * state.  Those held stay; the others are opened anew.  False: why. */
bool recall_open(struct recall_files *f, const char *dir, int state,
    uint32_t today, char why[FIRSTSEEN_WHY]);
void recall_close(struct recall_files *f);

/* ---- eval --------------------------------------------------------------- */

struct recall;

/* fd as in struct recall_files; they are its own then.  NULL: the memory of
 * domains or that of authors is missing. */
struct recall *recall_reader(const int fd[RECALL_FILES]);
void recall_free(struct recall *r);

void recall_key(const struct recall *r, uint8_t key[RECALL_KEY]);

/* The answer about a domain; about accounts and numbers (origin/remember.h).
 * False: no such question. */
bool recall_age(const struct recall *r, struct span name, struct buf *out);
bool recall_dealing(const struct recall *r, struct span key,
    struct buf *out);

/* What is to be remembered, behind RECALL_ITEM; first recall_put(), then the
 * names and keys that were asked for. */
void recall_put(struct buf *out, uint64_t dealer, bool dealings);
void recall_put_name(struct buf *out, struct span name);
void recall_put_key(struct buf *out, struct span key);

/* ---- store -------------------------------------------------------------- */

/* Of descriptors to write. */
struct recall *recall_writer(const int fd[RECALL_WRITTEN]);

struct recall_learned {
	unsigned names, fresh;		/* that were never seen              */
	bool failed;			/* the disk refuses: errno           */
};

/* An item without its first octet; fresh(), which may be NULL, is told each
 * name that is new. */
struct recall_learned recall_learn(struct recall *r, struct span item,
    uint32_t today, void (*fresh)(void *ctx, struct span name), void *ctx);
bool recall_sync(struct recall *r);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * originals.h - messages as they came, of those that were delivered without
 * some of their files: a file each, with its envelope (doc/adr/0057).
 *
 * One is on the disk, and its directory, before anything else of the message
 * goes on.  A kill leaves a whole one or nothing that counts.  Each goes after
 * a time; nothing goes for want of room: then no more are taken, and what
 * would be stripped is held.
 */
#ifndef SYS_ORIGINALS_H
#define SYS_ORIGINALS_H

#include "base/buf.h"

enum {
	ORIGINAL_ID = 32,	/* octets of a queue id, and NUL: those of
				 * Postfix have at most 20                  */
	ORIGINAL_HEAD = 192 << 10, /* octets in front of the message: 88 KiB
				 * of recipients, and "to " before each     */
	ORIGINALS_MOST = 100000	/* files: a year of strips of a large site  */
};

/* What stands in front of the message. */
struct original {
	int64_t at;		/* Unix seconds                             */
	struct span id;		/* of the mail server                       */
	bool has_sender;
	struct span sender;	/* without <>; empty: <>                    */
	struct span rcpt;	/* lines of recipients, without <>          */
	uint64_t size;		/* octets that follow                       */
};

/* False: it does not fit, or a line could not be read again. */
bool original_head_put(struct buf *out, const struct original *o);
/* Takes it off *in; spans of it. */
bool original_head_take(struct span *in, struct original *out);
/* The next recipient of .rcpt. */
bool original_rcpt_next(struct span *rest, struct span *out);

enum originals_status { ORIGINALS_OK = 0, ORIGINALS_FULL, ORIGINALS_FAILED };

/* Octets 0 to size-1 of fd, read with pread(); most: of all files. */
enum originals_status originals_put(int dir, const struct original *o,
    int fd, uint64_t most);
/* Those older than that go. */
void originals_age(int dir, int64_t before);

/* Each that was not let go yet, by name in the directory; false: errno. */
typedef void originals_fn(void *ctx, const char *name, const char *id,
    int64_t at, uint64_t octets);
bool originals_each(int dir, originals_fn *fn, void *ctx);

/* It was let go: it is not told by originals_each() any more, and goes when
 * its time is over.  False: errno. */
bool originals_done(int dir, const char *name);

#endif

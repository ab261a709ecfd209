/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbox.h - letters that were taken and must not be lost: a file each.
 *
 * A report mail is answered 250 only when its octets are on the disk, else
 * 451 (DECISIONS 22).  inbox_put() writes them to a file that has no name of
 * a letter yet, waits for the disk, renames, and waits for the directory; a
 * kill leaves either the whole letter or nothing that counts.  A letter goes
 * (inbox_done) when what it says is committed elsewhere, so it may be read
 * twice and never no time; whoever counts knows a letter by its content.
 *
 * In front of the octets stands one line: how it came and what was proven.
 * A letter whose reader died of it twice is laid aside, where nobody reads
 * it by himself any more.
 */
#ifndef SYS_INBOX_H
#define SYS_INBOX_H

#include "base/buf.h"

enum letter_way {
	LETTER_MAIL = 1,	/* SMTP, through the milter               */
	LETTER_HTTP,		/* posted                                 */
	LETTER_FETCHED,		/* from a mailbox                         */
	LETTER_GIVEN,		/* by somebody of ours, on this host      */
	LETTER_LMTP,		/* LMTP, from our own mail server         */
	LETTER_WAYS
};

struct letter_note {
	enum letter_way way;
	int64_t at;		/* Unix seconds                           */
	struct span author;	/* the address whose domain DMARC proved
				 * (report_author.h), or absent           */
	struct span client;	/* its address as text, or absent         */
};

enum {
	INBOX_TRIES = 3,	/* of a letter that ends store: then aside */
	INBOX_NAME = 32,
	INBOX_LINE = 512	/* octets of the line in front: an author
				 * has 318, a client 45                   */
};

struct letter {
	char name[INBOX_NAME];
	struct letter_note note;	/* spans live in line             */
	uint8_t line[INBOX_LINE];
	int fd;				/* at the octets; the caller's    */
	uint64_t size;			/* of them                        */
};

enum inbox_status {
	INBOX_OK = 0,
	INBOX_FULL,		/* the bound; nothing was written         */
	INBOX_FAILED		/* errno; nothing was written             */
};

struct inbox;

/* dir is borrowed; most: octets of all letters, those aside too.  NULL:
 * errno. */
struct inbox *inbox_open(int dir, uint64_t most);
void inbox_close(struct inbox *in);

/* Looks once more into the directory: another generation may have put letters
 * there.  False: errno. */
bool inbox_look(struct inbox *in);

/* Octets 0 to size-1 of fd, read with pread(); from somebody who may write
 * on, so what comes is counted. */
enum inbox_status inbox_put(struct inbox *in, const struct letter_note *note,
    int fd, uint64_t size);

/* The oldest letter that was not handed out yet.  False: there is none. */
bool inbox_next(struct inbox *in, struct letter *out);
/* Store will now take what it says.  False: that has ended the process each
 * time so far, or errno: it must not. */
bool inbox_try(struct inbox *in, struct letter *l);
/* It was not read, or could not be taken: it comes again, as if new. */
void inbox_again(struct inbox *in, const char *name);
/* What it says is safe elsewhere.  False: errno. */
bool inbox_done(struct inbox *in, const char *name);
/* It is not to be read again. */
bool inbox_aside(struct inbox *in, const char *name);

struct inbox_state {
	uint64_t letters, octets, aside;
};
struct inbox_state inbox_state(const struct inbox *in);

/* The line in front by itself, for tests.  False: it is none. */
void letter_note_write(struct buf *out, const struct letter_note *note);
bool letter_note_read(struct letter_note *out, struct span line);

#endif

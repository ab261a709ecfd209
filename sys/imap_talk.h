/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_talk.h - what an IMAP server says (RFC 9051, RFC 3501), in pieces.
 *
 * A response is text in which literals stand; of these a mail is one, so they
 * are given out as they come and are kept by nobody here.
 *
 *	imap_next(&r, &came, &piece) ...	until IMAP_MORE
 */
#ifndef SYS_IMAP_TALK_H
#define SYS_IMAP_TALK_H

#include "base/buf.h"

enum {
	/* of the text of one response without its literals: RFC 9051 section
	 * 4.3 has no bound; a capability list is 1 KB, and what we ask for is
	 * answered in 100 octets a mail */
	IMAP_TEXT_MAX = 16 << 10
};

struct imap_reader {
	uint8_t room[IMAP_TEXT_MAX];
	struct buf text;	/* of this response, so far                  */
	size_t told;		/* octets of it that were in a piece before  */
	uint64_t left;		/* octets of a literal that are to come      */
	bool fresh;		/* the next octet begins a response          */
};

enum imap_kind {
	IMAP_MORE,		/* what came is used up                      */
	IMAP_TEXT,		/* .text, then a literal of .size octets     */
	IMAP_OCTETS,		/* .text is a part of that literal           */
	IMAP_END,		/* .text, and the response is whole          */
	IMAP_BROKEN		/* no IMAP, or a text past its bound         */
};

/* Spans live until the next call. */
struct imap_piece {
	enum imap_kind kind;
	bool first;		/* TEXT, END: begins a response              */
	struct span text;
	uint64_t size;
};

void imap_start(struct imap_reader *r);
/* Takes from *came what it uses. */
enum imap_kind imap_next(struct imap_reader *r, struct span *came,
    struct imap_piece *out);

/* ---- what a response says ------------------------------------------------ */

/* "a7 NO [TRYCREATE] No such mailbox": RFC 9051 section 7.1. */
enum imap_status { IMAP_S_OK, IMAP_S_NO, IMAP_S_BAD, IMAP_S_NONE };
/* NONE: it is not the answer to the command of this tag. */
enum imap_status imap_answer(struct span text, struct span tag,
    struct span *words);

/* "* OK [UIDVALIDITY 7] ...", "* 12 EXISTS".  False: something else. */
bool imap_uidvalidity(struct span text, uint32_t *out);
bool imap_exists(struct span text, uint32_t *out);

/* "* 3 FETCH (UID 7 RFC822.SIZE 4711 BODY[] {4711}", which a literal of
 * another piece goes on. */
struct imap_fetch {
	bool open;		/* within the parentheses                    */
	uint32_t uid;		/* 0: unsaid                                 */
	bool sized, body;	/* .size, .text or a literal is there */
	bool literal;		/* the next one is the body                  */
	bool seen;		/* FLAGS has \Seen                           */
	uint64_t size;
	struct span text;	/* of a body that is a quoted string, as it
				 * is written between the quotes; or absent  */
};
/* One piece of text after the other; false: it is no FETCH, or broken. */
bool imap_fetch_read(struct imap_fetch *f, const struct imap_piece *p);

/* ---- what we say --------------------------------------------------------- */

/* A string in quotes (RFC 9051 section 4.3).  False: it cannot be one: it
 * has a control character, or one that is not ASCII. */
bool imap_quote(struct buf *out, struct span s);

/* imaps://USER@HOST[:PORT]/FOLDER (RFC 5092, as far as it goes), with %XX
 * for what would end a part. */
struct imap_url {
	bool tls;		/* from the first octet: imaps               */
	struct span user, host, port, folder;	/* port: digits, or empty    */
};
/* False: *why, static.  room: for what is unescaped. */
bool imap_url_read(struct imap_url *u, struct span text, struct buf *room,
    const char **why);

#endif

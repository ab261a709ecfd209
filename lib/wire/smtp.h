/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smtp.h - one mail to one mail server, as its client (RFC 5321).
 *
 * Pure: octets of the server go in, commands come out, and in the end what
 * became of the mail.  One command at a time, and whoever answers before he
 * is asked is not talked to any further.  The server is our own, near by, and
 * is not believed either: lines and replies have their bounds, and what it
 * says is kept as one printable line.
 */
#ifndef WIRE_SMTP_H
#define WIRE_SMTP_H

#include "base/buf.h"
#include "base/limits.h"

enum smtp_step {
	SMTP_READ = 1,		/* more octets, please                      */
	SMTP_SAY,		/* send what is in the buffer, then go on   */
	SMTP_BODY,		/* send the mail by smtp_stuff(), then go on */
	SMTP_END		/* close; .result says what became of it    */
};

enum smtp_result {
	SMTP_OPEN = 0,
	SMTP_SENT,		/* 250: it is the server's now              */
	SMTP_LATER,		/* not now                                  */
	SMTP_NEVER,		/* this mail: refused for good              */
	SMTP_NOBODY		/* its recipient: refused for good          */
};

enum smtp_state { SMTP_GREETING = 0, SMTP_EHLO, SMTP_HELO, SMTP_MAIL,
    SMTP_RCPT, SMTP_DATA, SMTP_DOT, SMTP_QUIT };

/* The first half is the caller's: words without CR, LF and <>. */
struct smtp_dialog {
	struct span helo, from, to;
	uint64_t size;			/* octets of the mail as it is       */

	enum smtp_state state;
	enum smtp_result result;
	unsigned code;			/* of the reply that decided         */
	uint8_t text[LIMIT_SMTP_TEXT];	/* ... or our own words, code 0      */
	size_t text_len;
	uint8_t line[LIMIT_SMTP_LINE];	/* not whole yet                     */
	size_t line_len, lines;
	bool body_due, has_size;
	uint64_t size_most;		/* RFC 1870; 0: no bound             */
};

/* Takes octets off *in.  Called again after each SAY and BODY, with what is
 * left.  say: empty, with room for LIMIT_SMTP_COMMAND octets. */
enum smtp_step smtp_step(struct smtp_dialog *d, struct span *in,
    struct buf *say);

/* The connection broke, or the time was over: why is static text. */
void smtp_broken(struct smtp_dialog *d, const char *why);

/* Where in a line the mail is. */
struct smtp_stuffing { bool within, cr, ended; };
/* Octets of the mail as they go over the wire (RFC 5321 4.5.2), as many as
 * out has room for (at least 8); called without any, the dot that ends it.
 * True: that was all. */
bool smtp_stuff(struct smtp_stuffing *s, struct span *mail, struct buf *out);

#endif

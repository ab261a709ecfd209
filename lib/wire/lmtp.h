/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lmtp.h - mail of our own mail server, as the server of LMTP (RFC 2033).
 *
 * Pure: octets of the client go in, replies and the mail come out.  Who may
 * have mail and whether it is kept is decided elsewhere: the session stops,
 * and goes on when it is told.  One reply a recipient (RFC 2033 4.2).
 *
 * Only CR LF "." CR LF ends a mail, and only CR LF a command: a lone CR or LF
 * is an octet of the mail like others, and wrong in a command (RFC 5321
 * 2.3.8), so that nobody else's idea of an end becomes ours.
 */
#ifndef WIRE_LMTP_H
#define WIRE_LMTP_H

#include "base/buf.h"
#include "base/limits.h"

/* Lives longer than the session. */
struct lmtp_terms {
	struct span name;		/* ours; without CR and LF           */
	uint64_t most;			/* octets of a mail                  */
};

enum lmtp_state { LMTP_NEW = 0, LMTP_READY, LMTP_ENVELOPE, LMTP_IN_TEXT,
    LMTP_JUDGED };

/* Where in the text of a mail we are. */
enum lmtp_at { LMTP_START = 0, LMTP_WITHIN, LMTP_CR, LMTP_DOT, LMTP_DOT_CR };

/* In any of them, what is in the buffer is to be said. */
enum lmtp_turn {
	LMTP_MORE = 1,		/* more octets, please                      */
	LMTP_SAY,		/* there is no more room: say it, go on     */
	LMTP_RCPT_DUE,		/* .path: answer by lmtp_rcpt(), go on      */
	LMTP_TEXT,		/* .text is of the mail: keep it, go on     */
	LMTP_WHOLE,		/* that was all of it: lmtp_done(), go on   */
	LMTP_BYE		/* then close                               */
};

struct lmtp_session {
	const struct lmtp_terms *terms;
	enum lmtp_state state;
	enum lmtp_at at;
	unsigned errors;
	uint8_t line[LIMIT_LMTP_LINE];	/* not whole yet                     */
	size_t line_len;
	bool line_long;

	struct span path;		/* of RCPT, without <>               */
	struct span text;
	uint8_t from[LIMIT_LMTP_LINE];	/* reverse-path without <>           */
	size_t from_len;
	unsigned rcpts;
	uint64_t size;			/* octets of the mail                */
	bool over;			/* more than terms->most: not given  */
};

/* Says who we are. */
void lmtp_greet(struct lmtp_session *s, const struct lmtp_terms *terms,
    struct buf *out);

/* Takes octets off *in; out has room for LIMIT_LMTP_REPLY at least. */
enum lmtp_turn lmtp_take(struct lmtp_session *s, struct span *in,
    struct buf *out);

void lmtp_rcpt(struct lmtp_session *s, bool wanted, struct buf *out);

/* One reply for all of the recipients, said for each: text is "250 2.0.0
 * ..." without line end, less than LIMIT_LMTP_LINE; out has room for
 * LIMIT_LMTP_RCPTS of it. */
void lmtp_done(struct lmtp_session *s, struct span text, struct buf *out);

#endif

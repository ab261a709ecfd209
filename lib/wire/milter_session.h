/* SPDX-License-Identifier: Apache-2.0 */
/*
 * milter_session.h - what a filter knows of one MTA that talks to it.
 *
 * Packets go in one by one (milter.h); the session holds their order, keeps
 * what the MTA said of client and envelope, answers what must be answered,
 * and puts the message together again, octet for octet as it was received:
 * the space behind a colon as the MTA sent it (SMFIP_HDR_LEADSPC), and CR LF
 * where a folded field has but an LF on this wire.  A lone CR or LF of the
 * message itself stays what it is.
 *
 * Pure: a message that outgrows its room is handed to a sink piece by piece.
 * A new message begins with MAIL or with the macros before it; ABORT, HELO
 * and QUIT_NC drop one that is not done.
 */
#ifndef WIRE_MILTER_SESSION_H
#define WIRE_MILTER_SESSION_H

#include "base/arena.h"
#include "base/limits.h"
#include "wire/milter.h"

/* What the filter wants of every session; lives longer than they do. */
struct milter_terms {
	uint64_t most;		/* octets of a message; 0: no bound         */
	bool hear_rcpt;		/* MILTER_RCPT_DUE for each recipient       */
	bool observe;		/* will change nothing                      */
	bool strip;		/* may change bodies                        */
};

/* Where a message goes that does not fit in LIMIT_MILTER_WHOLE.  Returns
 * false when it cannot take more. */
struct milter_sink {
	bool (*write)(void *ctx, struct span bytes);
	void *ctx;
};

enum milter_state {
	MILTER_NEW = 0,		/* nothing was agreed yet                   */
	MILTER_READY,		/* no client yet                            */
	MILTER_OPEN,		/* a client, no message                     */
	MILTER_IN_ENVELOPE, MILTER_IN_HEADER, MILTER_IN_BODY,
	MILTER_JUDGED		/* whole; the verdict is due                */
};

/* What became of a packet. */
enum milter_turn {
	MILTER_GO_ON = 0,
	MILTER_RCPT_DUE,	/* answer it: milter_session_rcpt()         */
	MILTER_VERDICT_DUE,	/* the message is whole                     */
	MILTER_DROPPED,		/* the verdict is not wanted any more       */
	MILTER_BYE,		/* the MTA is done                          */
	MILTER_WRONG		/* .fault says why; close                   */
};

/* A word of the MTA, cut where no honest one is so long. */
struct milter_kept {
	uint8_t room[LIMIT_MILTER_WORD];
	size_t len;
	bool there;
};

struct milter_rcpt {
	struct span path;	/* without its <>                           */
	struct milter_rcpt *next;
};

struct milter_session {
	const struct milter_terms *terms;
	struct milter_sink sink;
	enum milter_state state;
	enum milter_fault fault;
	uint32_t version, actions, steps;	/* as agreed               */

	/* of the connection: milter_session_word() reads them */
	uint8_t family;			/* MILTER_FAMILY_*                  */
	struct assay_addr client;	/* IPv4-mapped as IPv4              */
	uint16_t port;
	struct milter_kept helo, client_name, client_ptr, daemon_name, mta;
	unsigned messages;		/* begun in this connection         */
	unsigned domains;		/* of different senders' domains    */
	uint64_t domain_seen[LIMIT_MILTER_DOMAINS];

	/* of one message; spans live until the next one, or its end */
	struct arena mail;
	bool begun;
	struct span queue_id, auth_user;	/* absent: none             */
	struct span mail_from;		/* absent: never said; empty: <>    */
	bool smtputf8;
	struct milter_rcpt *rcpt, **rcpt_end;
	unsigned rcpts;
	size_t rcpts_octets;
	bool rcpts_lost;		/* there were more than we keep     */
	unsigned results;		/* fields Authentication-Results    */
	uint64_t size;			/* octets of the message            */
	struct buf text;		/* all of it, or what is not written */
	bool spilled;			/* some of it went into the sink    */
	bool over;			/* longer than .most: not kept      */
	bool failed;			/* no memory, or the sink refused   */
};

void milter_session_init(struct milter_session *s,
    const struct milter_terms *terms, const struct milter_sink *sink);
void milter_session_free(struct milter_session *s);

/* One packet; what is to be answered now is put into out. */
enum milter_turn milter_session_take(struct milter_session *s,
    const struct milter_packet *p, struct buf *out);

struct span milter_session_word(const struct milter_kept *k);

/* After MILTER_RCPT_DUE: keeps the newest recipient, or forgets him and
 * replies with text ("452 4.5.3 ..."). */
void milter_session_rcpt(struct milter_session *s, bool keep,
    struct span text, struct buf *out);

/* The verdict was sent: room for the next message. */
void milter_session_done(struct milter_session *s);

/* Can the MTA be told to? */
bool milter_session_may(const struct milter_session *s, uint32_t action);

/* ---- changes, in the order to send them; then one word or code ---------- */

/* The index-th field of that name, from 1. */
void milter_put_delete(struct buf *out, uint32_t index, struct span name);
/* value without the space behind the colon; folded with LF or CR LF.  Index
 * 0 is the top, above the Received field that this MTA writes. */
void milter_put_insert(struct buf *out, const struct milter_session *s,
    uint32_t index, struct span name, struct span value);
void milter_put_append(struct buf *out, const struct milter_session *s,
    struct span name, struct span value);
void milter_put_quarantine(struct buf *out, struct span why);
/* text: "550 5.7.26 ..."; one that is not of such form makes r or t. */
void milter_put_code(struct buf *out, struct span text, bool permanent);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * milter.h - the packets of the milter protocol, versions 2 to 6, as octets
 * and as structs; both directions, no socket, no order.
 *
 * A packet is a big-endian length of four octets, one octet that says what
 * it is (the word), and data.  The words of the two directions do not
 * overlap, so one struct and one parser serve both: a filter reads commands
 * and writes replies, a test or a benchmark does the reverse.  The protocol
 * has no standard; it is what Sendmail's mfdef.h says and what Sendmail and
 * Postfix do.  Nothing is copied: spans point into the octets that came.
 *
 * What cannot be a packet is a fault of the peer, never of the mail: the
 * connection is closed (enum milter_fault).
 */
#ifndef WIRE_MILTER_H
#define WIRE_MILTER_H

#include "base/buf.h"

/* The octet on the wire. */
enum milter_word {
	/* commands: MTA to filter */
	MILTER_ABORT = 'A', MILTER_BODY = 'B', MILTER_CONNECT = 'C',
	MILTER_MACRO = 'D', MILTER_END = 'E', MILTER_HELO = 'H',
	MILTER_QUIT_NC = 'K', MILTER_HEADER = 'L', MILTER_MAIL = 'M',
	MILTER_EOH = 'N', MILTER_QUIT = 'Q', MILTER_RCPT = 'R',
	MILTER_DATA = 'T', MILTER_UNKNOWN = 'U',
	/* both ways */
	MILTER_OPTIONS = 'O',
	/* replies: filter to MTA */
	MILTER_ADD_RCPT = '+', MILTER_DEL_RCPT = '-',
	MILTER_ADD_RCPT_PAR = '2', MILTER_SHUTDOWN = '4',
	MILTER_ACCEPT = 'a', MILTER_NEW_BODY = 'b', MILTER_CONTINUE = 'c',
	MILTER_DISCARD = 'd', MILTER_CHANGE_FROM = 'e',
	MILTER_CONN_FAIL = 'f', MILTER_ADD_HEADER = 'h',
	MILTER_INSERT_HEADER = 'i', MILTER_CHANGE_HEADER = 'm',
	MILTER_PROGRESS = 'p', MILTER_QUARANTINE = 'q', MILTER_REJECT = 'r',
	MILTER_SKIP = 's', MILTER_TEMPFAIL = 't', MILTER_REPLY_CODE = 'y'
};

enum milter_fault {
	MILTER_FINE = 0,
	MILTER_MORE,		/* not a fault: octets are missing yet   */
	MILTER_EMPTY,		/* a packet of length 0: no word         */
	MILTER_TOO_LONG,	/* above LIMIT_MILTER_FRAME, or _SHORT   */
	MILTER_NO_WORD,		/* nobody ever defined such a word       */
	MILTER_SHAPE,		/* the data is not what the word needs   */
	MILTER_VERSION,		/* a protocol version before 2           */
	MILTER_ORDER		/* a command where it cannot stand       */
};

/* A short English clause.  Static text. */
const char *milter_fault_str(enum milter_fault f);

/* What the filter may do (SMFIF_*). */
enum {
	MILTER_MAY_ADD_HEADERS = 0x1, MILTER_MAY_CHANGE_BODY = 0x2,
	MILTER_MAY_ADD_RCPT = 0x4, MILTER_MAY_DEL_RCPT = 0x8,
	MILTER_MAY_CHANGE_HEADERS = 0x10, MILTER_MAY_QUARANTINE = 0x20,
	MILTER_MAY_CHANGE_FROM = 0x40, MILTER_MAY_ADD_RCPT_PAR = 0x80,
	MILTER_MAY_SET_MACROS = 0x100
};

/* What the MTA need not send, what the filter need not answer, and other
 * manners (SMFIP_*). */
enum {
	MILTER_NO_CONNECT = 0x1, MILTER_NO_HELO = 0x2, MILTER_NO_MAIL = 0x4,
	MILTER_NO_RCPT = 0x8, MILTER_NO_BODY = 0x10, MILTER_NO_HEADERS = 0x20,
	MILTER_NO_EOH = 0x40, MILTER_NR_HEADER = 0x80,
	MILTER_NO_UNKNOWN = 0x100, MILTER_NO_DATA = 0x200,
	MILTER_CAN_SKIP = 0x400, MILTER_REJECTED_RCPT = 0x800,
	MILTER_NR_CONNECT = 0x1000, MILTER_NR_HELO = 0x2000,
	MILTER_NR_MAIL = 0x4000, MILTER_NR_RCPT = 0x8000,
	MILTER_NR_DATA = 0x10000, MILTER_NR_UNKNOWN = 0x20000,
	MILTER_NR_EOH = 0x40000, MILTER_NR_BODY = 0x80000,
	MILTER_LEADING_SPACE = 0x100000	/* SMFIP_HDR_LEADSPC */
};

/* Stages of a macro request (SMFIM_*). */
enum milter_stage {
	MILTER_AT_CONNECT = 0, MILTER_AT_HELO, MILTER_AT_MAIL, MILTER_AT_RCPT,
	MILTER_AT_DATA, MILTER_AT_END, MILTER_AT_EOH
};

/* Families of a client (SMFIA_*). */
enum {
	MILTER_FAMILY_NONE = 'U', MILTER_FAMILY_UNIX = 'L',
	MILTER_FAMILY_IPV4 = '4', MILTER_FAMILY_IPV6 = '6'
};

enum {
	MILTER_OLDEST = 2, MILTER_NEWEST = 6,
	MILTER_HEAD = 5,	/* octets of a packet without data          */
	MILTER_CHUNK = 65535	/* most of a body that one packet may hold   */
};

/* One packet.  What a word does not have is absent or 0. */
struct milter_packet {
	enum milter_word word;
	uint32_t version, actions, steps;	/* OPTIONS                   */
	struct span requests;	/* OPTIONS, reply: see milter_request_next() */
	uint8_t stage;		/* MACRO: the word of the command it is for  */
	struct span macros;	/* MACRO: name, value, name, value, ...:
				 * see milter_string_next()                  */
	uint8_t family;		/* CONNECT                                   */
	uint16_t port;
	struct span address;	/* CONNECT: absent for FAMILY_NONE           */
	struct span name;	/* CONNECT: host name; fields: field name    */
	struct span value;	/* fields: what follows the colon            */
	uint32_t index;		/* INSERT_HEADER, CHANGE_HEADER              */
	struct span args;	/* MAIL, RCPT, CHANGE_FROM, ADD_RCPT_PAR:
				 * address and parameters, one or more       */
	struct span text;	/* HELO, UNKNOWN, QUARANTINE, ADD_RCPT,
				 * DEL_RCPT, REPLY_CODE ("550 5.7.1 text",
				 * % doubled: see milter_reply_text())       */
	struct span data;	/* BODY, END, NEW_BODY                       */
};

/* Takes the first packet off *in, as the word and its data without the
 * length.  MILTER_MORE leaves *in alone. */
enum milter_fault milter_take(struct span *frame, struct span *in);

/* Octets of the packet that begins in, its length among them; 0: too few
 * are there to know. */
size_t milter_need(struct span in);

/* Reads what milter_take() took. */
enum milter_fault milter_parse(struct milter_packet *out, struct span frame);

/* Appends the packet, its length first; nothing when it would not fit. */
void milter_print(struct buf *out, const struct milter_packet *p);

/* A packet that is nothing but its word. */
void milter_print_word(struct buf *out, enum milter_word word);

/* The next of strings that each end with a NUL; false: no more. */
bool milter_string_next(struct span *out, struct span *rest);

/* The value of a macro, with or without its braces; absent: not there. */
struct span milter_macro(struct span macros, struct span name);

/* A macro request of a stage (SMFIF_SETSYMLIST): names, blanks between. */
void milter_request_put(struct buf *out, enum milter_stage stage,
    struct span names);
bool milter_request_next(uint32_t *stage, struct span *names,
    struct span *rest);

/* A header field value or a text for the wire: CR LF becomes LF, a NUL or a
 * lone CR a space, since there the one would end the string and no MTA says
 * what it makes of the other. */
void milter_value_put(struct buf *out, struct span value);

/* The text of REPLY_CODE: Sendmail uses it as a format, so % is doubled;
 * CR, LF and NUL become spaces. */
void milter_reply_text(struct buf *out, struct span text);

#endif

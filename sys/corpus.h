/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corpus.h - recorded mail to be replayed: JSON Lines, one message a line,
 * plain or in an .xz file.
 *
 * {"id", "rcvd", "ip", "helo", "mail_from", "spf", "dkim", "dmarc",
 * "border", "learn", "msg"}: "msg" has one character an octet (U+0000 to
 * U+00FF), "border" says how many header fields on top were written after
 * the message was taken, "learn": false is judged only.  Other members are
 * passed over; "label" is not looked at, whatever it says.
 */
#ifndef SYS_CORPUS_H
#define SYS_CORPUS_H

#include "base/span.h"

enum { CORPUS_LINE = 64 << 20 };	/* octets: a message of 20 MB, all
					 * of it escaped                     */

struct corpus;

struct corpus_record {
	struct span id;
	int64_t received;
	bool learn;
	struct span ip, helo, mail_from;	/* absent: not recorded */
	struct span spf, dkim, dmarc;
	size_t border;
	struct span header, body;
};

/* NULL: errno says why. */
struct corpus *corpus_open(const char *path);
void corpus_close(struct corpus *c);
/* The next record, until the next call; 0 at the end, -1: why says what is
 * wrong, with the line. */
int corpus_next(struct corpus *c, struct corpus_record *out);
const char *corpus_why(const struct corpus *c);
/* Passes n lines over without reading them.  False: there are fewer. */
bool corpus_skip(struct corpus *c, uint64_t n);
/* How far in the file, of how much, in octets. */
void corpus_place(const struct corpus *c, uint64_t *at, uint64_t *size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - one line an event, for people and for programs.
 *
 *	time=2026-11-22T03:04:05Z role=front.0 event=verdict id=... dmarc=fail
 *
 * Fields are put one after another and the line is written with one write.
 * Whatever is not plain is quoted and escaped here and nowhere else, so no
 * octet of a message can end a line, begin a field or move a cursor.  A key,
 * a token or a password is never a field.
 */
#ifndef SYS_LOG_H
#define SYS_LOG_H

#include "base/buf.h"
#include "clock.h"

enum log_form { LOG_LOGFMT = 0, LOG_JSON };
enum { LOG_LINE = 8192 };	/* octets; what is longer is cut and says so */

struct log {
	int fd;
	enum log_form form;
	bool stamp;			/* put the time in front           */
	bool syslog;			/* fd is of log_syslog()           */
	const struct clock_page *clock;	/* or NULL                         */
	char role[16];			/* "front.0"; "" for none          */
};

/* A line being made; on the stack. */
struct log_line {
	const struct log *log;
	struct buf out;
	bool cut;
	uint8_t room[LOG_LINE];
};

/* event: a word of events.def. */
void log_begin(struct log_line *line, const struct log *log,
    const char *event);
void log_span(struct log_line *line, const char *key, struct span value);
void log_str(struct log_line *line, const char *key, const char *value);
void log_u64(struct log_line *line, const char *key, uint64_t value);
/* False: it could not be written (nothing else can be done about it). */
bool log_end(struct log_line *line);

/* The socket of the system's log; -1 with errno.  Each line is one datagram
 * (RFC 3164, as local daemons say it), facility mail. */
int log_syslog(const char *path /* NULL: /dev/log */);

/* The same at once: event and a sentence, and one more field or NULL. */
void log_say(const struct log *log, const char *event, const char *text);
void log_say2(const struct log *log, const char *event, const char *text,
    const char *key, struct span value);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { TAIL = 32 };	/* kept free for what closes a line */

static const char hex[] = "0123456789abcdef";

static void
put_escape(struct buf *out, enum log_form form, uint8_t c)
{
	buf_str(out, form == LOG_JSON ? "\\u00" : "\\x");
	buf_byte(out, (uint8_t)hex[c >> 4]);
	buf_byte(out, (uint8_t)hex[c & 15]);
}

static void
put_quoted(struct buf *out, enum log_form form, struct span s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = (uint8_t)span_at(s, i);
		if (c == '"' || c == '\\') {
			buf_byte(out, '\\');
			buf_byte(out, c);
		} else if (c < 0x20 || c >= 0x7f) {
			put_escape(out, form, c);
		} else {
			buf_byte(out, c);
		}
	}
	buf_byte(out, '"');
}

/* A logfmt value may stand bare when nobody can take it for another. */
static bool
is_bare(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (c <= 0x20 || c >= 0x7f || c == '"' || c == '=' ||
		    c == '\\')
			return false;
	}
	return s.len > 0;
}

static void
put_key(struct log_line *line, const char *key)
{
	struct buf *out = &line->out;

	if (line->log->form == LOG_JSON) {
		buf_str(out, out->len == 0 ? "{\"" : ",\"");
		buf_str(out, key);
		buf_str(out, "\":");
		return;
	}
	if (out->len > 0)
		buf_byte(out, ' ');
	buf_str(out, key);
	buf_byte(out, '=');
}

/* A field fits whole or not at all. */
static void
settle(struct log_line *line, size_t before)
{
	if (!line->out.full)
		return;
	line->out.full = false;
	line->out.len = before;
	line->cut = true;
}

void
log_span(struct log_line *line, const char *key, struct span value)
{
	struct buf *out = &line->out;
	size_t before = out->len;

	if (span_absent(value))
		return;
	put_key(line, key);
	if (line->log->form == LOG_LOGFMT && is_bare(value))
		buf_put(out, value);
	else
		put_quoted(out, line->log->form, value);
	settle(line, before);
}

void
log_str(struct log_line *line, const char *key, const char *value)
{
	log_span(line, key, assay_cstr(value));
}

void
log_u64(struct log_line *line, const char *key, uint64_t value)
{
	size_t before = line->out.len;

	put_key(line, key);
	buf_u64(&line->out, value);
	settle(line, before);
}

static void
put_time(struct log_line *line)
{
	time_t now = (time_t)clock_unix(line->log->clock);
	char text[32];
	struct tm tm;

	if (gmtime_r(&now, &tm) != NULL &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		log_str(line, "time", text);
}

void
log_begin(struct log_line *line, const struct log *log, const char *event)
{
	line->log = log;
	line->cut = false;
	line->out = (struct buf){ .ptr = line->room, .cap = LOG_LINE - TAIL };
	if (log->stamp)
		put_time(line);
	if (log->role[0] != 0)
		log_str(line, "role", log->role);
	log_str(line, "event", event);
}

int
log_syslog(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s",
	    path != NULL ? path : "/dev/log");
	if (fd >= 0 && connect(fd, (struct sockaddr *)&sun,
	    sizeof(sun)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* mail.info = 2 * 8 + 6 */
static bool
write_line(const struct log *log, const struct buf *out)
{
	char head[40] = "";
	struct iovec part[2] = { { .iov_base = head },
		{ .iov_base = out->ptr, .iov_len = out->len } };
	ssize_t n;

	if (log->syslog)
		(void)snprintf(head, sizeof(head), "<22>assayd[%ld]: ",
		    (long)getpid());
	part[0].iov_len = strlen(head);
	do
		n = writev(log->fd, part, 2);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)(part[0].iov_len + out->len);
}

bool
log_end(struct log_line *line)
{
	struct buf *out = &line->out;

	out->cap = LOG_LINE;
	if (line->cut)
		log_u64(line, "cut", 1);
	buf_str(out, line->log->form == LOG_JSON ? "}\n" : "\n");
	return write_line(line->log, out);
}

void
log_say2(const struct log *log, const char *event, const char *text,
    const char *key, struct span value)
{
	struct log_line line;

	log_begin(&line, log, event);
	log_str(&line, "text", text);
	if (key != NULL)
		log_span(&line, key, value);
	log_end(&line);
}

void
log_say(const struct log *log, const char *event, const char *text)
{
	log_say2(log, event, text, NULL, SPAN_NONE);
}

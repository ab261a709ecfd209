/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mbox.c - finds where messages begin and end, reading the file once.
 */
#include "mbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	WINDOW = 1 << 20,	/* octets read at a time              */
	FROM_LINE = 1000	/* the longest From line that is one  */
};

static bool
digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* "From " anything with a time 12:34 and a year: what every writer of
 * mboxes puts there, and what a sentence rarely has. */
static bool
is_from_line(const uint8_t *p, size_t n)
{
	const uint8_t *end;
	bool time = false, year = false;

	if (n < 5 || memcmp(p, "From ", 5) != 0)
		return false;
	end = memchr(p, '\n', n < FROM_LINE ? n : FROM_LINE);
	if (end == NULL)
		return false;
	n = (size_t)(end - p);
	for (size_t i = 5; i + 4 < n + 1; i++) {
		time |= i + 5 <= n && digit(p[i]) && digit(p[i + 1]) &&
		    p[i + 2] == ':' && digit(p[i + 3]) && digit(p[i + 4]);
		year |= digit(p[i]) && digit(p[i + 1]) && digit(p[i + 2]) &&
		    digit(p[i + 3]);
	}
	/* "From : a@b" is a header field of RFC 5322 4.5.2 */
	while (n > 5 && (p[5] == ' ' || p[5] == '\t'))
		p++, n--;
	return time && year && n > 5 && p[5] != ':';
}

bool
mbox_is(const uint8_t *head, size_t n)
{
	return is_from_line(head, n);
}

size_t
mbox_quote(const uint8_t *line, size_t n)
{
	size_t i = 0;

	while (i < n && line[i] == '>')
		i++;
	return i > 0 && n - i >= 5 && memcmp(line + i, "From ", 5) == 0;
}

struct scan {
	struct input *in;
	const struct source *source;
	int fd;
	uint8_t *window;
	const uint8_t *p;	/* what is in sight         */
	size_t n, at;
	uint64_t offset;	/* of p in the source       */
	bool end;		/* nothing behind it        */
	uint64_t blank;		/* length of the last line if empty */
	struct item item;	/* the message being read   */
	bool open;
};

/* Brings at least a From line's worth into sight, if there is that much. */
static bool
refill(struct scan *s)
{
	size_t rest = s->n - s->at;
	ssize_t n;

	if (s->end || rest >= FROM_LINE)
		return true;
	memmove(s->window, s->p + s->at, rest);
	s->offset += s->at;
	s->at = 0;
	s->n = rest;
	s->p = s->window;
	do
		n = pread(s->fd, s->window + s->n, WINDOW - s->n,
		    (off_t)(s->offset + s->n));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return false;
	s->end = n == 0;
	s->n += (size_t)n;
	return n == 0 || refill(s);
}

static void
close_message(struct scan *s)
{
	uint64_t here = s->offset + s->at;

	if (!s->open)
		return;
	s->item.to = here - s->blank;
	if (s->item.to < s->item.from)
		s->item.to = s->item.from;
	input_item(s->in, s->item);
	s->open = false;
}

/* Moves behind this line, however long it is.  False: the source failed. */
static bool
next_line(struct scan *s)
{
	const uint8_t *lf;
	uint64_t start = s->offset + s->at;
	uint64_t length;
	bool cr;

	while ((lf = memchr(s->p + s->at, '\n', s->n - s->at)) == NULL) {
		s->at = s->n;
		if (s->end) {
			s->blank = 0;
			return true;
		}
		if (!refill(s))
			return false;
	}
	s->at = (size_t)(lf - s->p) + 1;
	length = s->offset + s->at - start;
	cr = length == 2 && lf > s->p && lf[-1] == '\r';
	s->blank = length == 1 || cr ? length : 0;
	return true;
}

static bool
scan(struct scan *s)
{
	bool boundary = true;	/* the start of the file is one */

	for (;;) {
		if (!refill(s))
			return false;
		if (s->at == s->n)
			return true;
		if (boundary && is_from_line(s->p + s->at, s->n - s->at)) {
			close_message(s);
			if (!next_line(s))
				return false;
			s->blank = 0;
			s->open = true;
			s->item.number++;
			s->item.from = s->offset + s->at;
		} else if (!next_line(s)) {
			return false;
		}
		boundary = s->blank > 0;
	}
}

void
mbox_list(struct input *in, int fd)
{
	uint32_t id = (uint32_t)in->n_source - 1;
	struct scan s = { .in = in, .source = &in->source[id], .fd = fd,
		.item = { .source = id } };

	if (fd < 0) {
		s.p = s.source->data;
		s.n = s.source->size;
		s.end = true;
	} else {
		s.window = malloc(WINDOW);
		s.p = s.window;
		if (s.window == NULL) {
			in->failed = true;
			return;
		}
	}
	if (!scan(&s)) {
		s.item.error = errno;
		s.open = true;
	}
	close_message(&s);
	free(s.window);
}

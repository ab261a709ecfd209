/* SPDX-License-Identifier: Apache-2.0 */
#include "corpus.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	IN = 256 << 10,			/* read at a time                    */
	LZMA_MEMORY = 256 << 20		/* xz -9 wants 65 MB                 */
};

struct corpus {
	int fd;
	bool packed, end;
	lzma_stream xz;
	uint8_t in[IN];
	uint64_t at, size, line;
	uint8_t *text;			/* unpacked, from first to last      */
	size_t first, last, cap;
	json_t *record;
	char why[200];
};

static bool
begin(struct corpus *c)
{
	static const uint8_t magic[6] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
	uint8_t head[6];
	ssize_t n = pread(c->fd, head, sizeof(head), 0);

	c->packed = n == 6 && memcmp(head, magic, 6) == 0;
	return !c->packed || lzma_stream_decoder(&c->xz, LZMA_MEMORY,
	    LZMA_CONCATENATED) == LZMA_OK;
}

struct corpus *
corpus_open(const char *path)
{
	struct corpus *c = calloc(1, sizeof(*c));
	struct stat st;

	if (c == NULL)
		return NULL;
	c->xz = (lzma_stream)LZMA_STREAM_INIT;
	c->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (c->fd < 0 || fstat(c->fd, &st) != 0 || !begin(c)) {
		int error = errno != 0 ? errno : ENOMEM;

		corpus_close(c);
		errno = error;
		return NULL;
	}
	c->size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	return c;
}

void
corpus_close(struct corpus *c)
{
	if (c->fd >= 0)
		close(c->fd);
	lzma_end(&c->xz);
	json_decref(c->record);
	free(c->text);
	free(c);
}

const char *
corpus_why(const struct corpus *c)
{
	return c->why;
}

void
corpus_place(const struct corpus *c, uint64_t *at, uint64_t *size)
{
	*at = c->at;
	*size = c->size;
}

static int
wrong(struct corpus *c, const char *what)
{
	snprintf(c->why, sizeof(c->why), "line %llu: %s",
	    (unsigned long long)c->line + 1, what);
	return -1;
}

static int
read_some(struct corpus *c, uint8_t *to, size_t n)
{
	ssize_t got;

	do
		got = read(c->fd, to, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return wrong(c, strerror(errno));
	c->at += (uint64_t)got;
	return (int)got;
}

/* Room behind last; what was used goes first. */
static bool
room(struct corpus *c)
{
	uint8_t *larger;

	if (c->first > 0) {
		memmove(c->text, c->text + c->first, c->last - c->first);
		c->last -= c->first;
		c->first = 0;
	}
	if (c->cap - c->last >= IN)
		return true;
	if (c->cap > CORPUS_LINE)
		return false;
	larger = realloc(c->text, c->cap == 0 ? 4 * IN : c->cap * 2);
	if (larger == NULL)
		return false;
	c->text = larger;
	c->cap = c->cap == 0 ? 4 * IN : c->cap * 2;
	return true;
}

static int
unpack(struct corpus *c)
{
	lzma_ret r;

	if (c->xz.avail_in == 0) {
		int n = read_some(c, c->in, IN);

		if (n < 0)
			return -1;
		c->xz.next_in = c->in;
		c->xz.avail_in = (size_t)n;
	}
	c->xz.next_out = c->text + c->last;
	c->xz.avail_out = c->cap - c->last;
	r = lzma_code(&c->xz, c->xz.avail_in == 0 ? LZMA_FINISH : LZMA_RUN);
	c->last = c->cap - c->xz.avail_out;
	c->end = r == LZMA_STREAM_END;
	return r == LZMA_OK || c->end ? 1 : wrong(c, "the .xz is damaged");
}

/* More text, or end; -1: wrong. */
static int
more(struct corpus *c)
{
	int n;

	if (!room(c))
		return wrong(c, "the line is too long");
	if (c->packed)
		return unpack(c);
	n = read_some(c, c->text + c->last, IN);
	if (n <= 0) {
		c->end = n == 0;
		return n < 0 ? -1 : 1;
	}
	c->last += (size_t)n;
	return 1;
}

/* The next line, without its end.  0: there is none. */
static int
next_line(struct corpus *c, struct span *out)
{
	size_t looked = 0;

	for (;;) {
		size_t have = c->last - c->first;
		const uint8_t *end = have == looked ? NULL :
		    memchr(c->text + c->first + looked, '\n', have - looked);

		if (end != NULL || (c->end && have > 0)) {
			size_t n = end == NULL ? have :
			    (size_t)(end - (c->text + c->first));

			*out = (struct span){ c->text + c->first, n };
			c->first += n + (end != NULL);
			return 1;
		}
		if (c->end)
			return 0;
		looked = have;
		if (more(c) < 0)
			return -1;
	}
}

bool
corpus_skip(struct corpus *c, uint64_t n)
{
	struct span line;

	for (; n > 0; n--, c->line++)
		if (next_line(c, &line) != 1)
			return false;
	return true;
}

static struct span
text_of(const json_t *record, const char *name)
{
	const json_t *v = json_object_get(record, name);

	return !json_is_string(v) ? SPAN_NONE :
	    (struct span){ (const uint8_t *)json_string_value(v),
	    json_string_length(v) };
}

/* UTF-8 of U+0000 .. U+00FF to octets, in place: it only gets shorter. */
static bool
to_octets(struct span *s, uint8_t *p)
{
	size_t n = 0;

	for (size_t i = 0; i < s->len; i++, n++) {
		if (p[i] < 0x80) {
			p[n] = p[i];
		} else if (p[i] <= 0xc3 && i + 1 < s->len) {
			p[n] = (uint8_t)((p[i] & 3) << 6 | (p[i + 1] & 63));
			i++;
		} else {
			return false;
		}
	}
	s->len = n;
	return true;
}

/* The empty line between them belongs to neither. */
static void
split(struct span all, struct corpus_record *out)
{
	size_t at = span_search(all, SPAN("\n\n"));
	size_t crlf = span_search(all, SPAN("\n\r\n"));

	if (span_starts(all, SPAN("\n"))) {
		out->header = span_head(all, 0);
		out->body = span_skip(all, 1);
	} else if (crlf < at) {
		out->header = span_head(all, crlf + 1);
		out->body = span_skip(all, crlf + 3);
	} else {
		out->header = span_head(all, at + 1);
		out->body = span_skip(all, at + 2);
	}
}

static int
fill(struct corpus *c, struct corpus_record *out)
{
	const json_t *r = c->record, *v;
	struct span message = text_of(r, "msg");

	if (!json_is_object(r) || span_absent(message))
		return wrong(c, "no message in \"msg\"");
	/* jansson's own copy, which nobody else looks at */
	if (!to_octets(&message, (uint8_t *)(uintptr_t)message.ptr))
		return wrong(c, "\"msg\" has a character above U+00FF");
	v = json_object_get(r, "rcvd");
	if (!json_is_integer(v))
		return wrong(c, "no number in \"rcvd\"");
	*out = (struct corpus_record){ .received = json_integer_value(v),
		.learn = !json_is_false(json_object_get(r, "learn")),
		.id = text_of(r, "id"), .ip = text_of(r, "ip"),
		.helo = text_of(r, "helo"), .mail_from = text_of(r,
		"mail_from"), .spf = text_of(r, "spf"),
		.dkim = text_of(r, "dkim"), .dmarc = text_of(r, "dmarc") };
	v = json_object_get(r, "border");
	if (json_is_integer(v) && json_integer_value(v) > 0)
		out->border = (size_t)json_integer_value(v);
	split(message, out);
	c->line++;
	return 1;
}

int
corpus_next(struct corpus *c, struct corpus_record *out)
{
	struct span line;
	json_error_t error;
	int got;

	do {
		got = next_line(c, &line);
		if (got <= 0)
			return got;
	} while (line.len == 0);
	json_decref(c->record);
	c->record = json_loadb((const char *)line.ptr, line.len,
	    JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);
	if (c->record == NULL)
		return wrong(c, error.text);
	return fill(c, out);
}

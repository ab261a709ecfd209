/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.c - the octets of one message, in pieces.
 *
 * Plain reads, no mapping: a file that shrinks while it is read is an
 * error to tell, not a signal.  Pieces end at line ends where lines allow
 * it, so that the quoting of an mbox is never cut.
 */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mbox.h"

enum { PIECE = 4 << 20 };	/* most messages are one piece */

static ssize_t
read_at(const struct reader *r, uint64_t at, size_t n)
{
	size_t have = 0;
	ssize_t got;

	while (have < n) {
		got = pread(r->fd, r->buffer + have, n - have,
		    (off_t)(at + have));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

static bool
open_source(struct reader *r, const char **why)
{
	const struct source *s = &r->in->source[r->item->source];

	if (r->fd >= 0 && r->source == r->item->source)
		return true;
	if (r->fd >= 0)
		close(r->fd);
	r->source = r->item->source;
	r->fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (r->fd < 0)
		*why = strerror(errno);
	return r->fd >= 0;
}

bool
reader_open(struct reader *r, const struct input *in, size_t item,
    const char **why)
{
	const struct item *it = &in->item[item];
	const struct source *s = &in->source[it->source];
	uint64_t size = it->to - it->from;
	ssize_t n;

	r->in = in;
	r->item = it;
	if (it->error != 0) {
		*why = input_error(it->error);
		return false;
	}
	if (s->data != NULL) {
		r->head = s->data + it->from;
		r->n_head = (size_t)size;
		return true;
	}
	if (r->buffer == NULL)
		r->buffer = malloc(PIECE);
	if (r->buffer == NULL) {
		*why = "out of memory";
		return false;
	}
	if (!open_source(r, why))
		return false;
	n = read_at(r, it->from, size < PIECE ? (size_t)size : PIECE);
	if (n < 0 || (uint64_t)n < (size < PIECE ? size : PIECE)) {
		*why = n < 0 ? strerror(errno) :
		    "it became shorter while it was read";
		return false;
	}
	r->head = r->buffer;
	r->n_head = (size_t)n;
	return true;
}

void
reader_close(struct reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->buffer);
	*r = (struct reader)READER_INIT;
}

bool
reader_is_lf(const struct reader *r)
{
	const uint8_t *p = r->head, *lf, *end = p + r->n_head;
	bool any = false;

	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		if (lf > r->head && lf[-1] == '\r')
			return false;
		any = true;
		p = lf + 1;
	}
	return any;
}

/* One piece of an mbox, less the quoting. */
static bool
feed_unquoted(const uint8_t *p, size_t n, reader_take_fn *take, void *ctx)
{
	size_t from = 0, line = 0;

	while (line < n) {
		const uint8_t *lf;

		if (p[line] == '>' && mbox_quote(p + line, n - line) > 0) {
			if (line > from && !take(ctx, (struct assay_span){
			    p + from, line - from }))
				return false;
			from = line + 1;
		}
		lf = memchr(p + line, '\n', n - line);
		if (lf == NULL)
			break;
		line = (size_t)(lf - p) + 1;
	}
	return from == n || take(ctx, (struct assay_span){ p + from,
	    n - from });
}

static bool
feed_piece(const struct reader *r, const uint8_t *p, size_t n,
    reader_take_fn *take, void *ctx)
{
	if (n == 0)
		return true;
	if (r->item->number > 0)
		return feed_unquoted(p, n, take, ctx);
	return take(ctx, (struct assay_span){ p, n });
}

bool
reader_feed(const struct reader *r, reader_take_fn *take, void *ctx)
{
	uint64_t at = r->item->from;
	size_t n = r->n_head;
	const uint8_t *p = r->head;

	for (;;) {
		uint64_t left = r->item->to - at;
		const uint8_t *lf;
		ssize_t got;

		if (n < left && (lf = memrchr(p, '\n', n)) != NULL)
			n = (size_t)(lf - p) + 1;
		if (!feed_piece(r, p, n, take, ctx))
			return false;
		at += n;
		left -= n;
		if (left == 0)
			return true;
		got = read_at(r, at, left < PIECE ? (size_t)left : PIECE);
		if (got <= 0)
			return false;
		p = r->buffer;
		n = (size_t)got;
	}
}

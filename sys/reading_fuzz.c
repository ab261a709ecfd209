/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the bytes: what the reader says of them is a whole parcel, and
 * the same however small the buffer. */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SMALL = PARCEL_FRAME, LARGE = 4 * PARCEL_FRAME };

struct tally {
	unsigned reports, rows, refused, others;
	uint64_t messages;
};

static void
count(struct tally *t, struct parcel *p, enum parcel_kind kind)
{
	const struct parcel_seen *s = parcel_seen(p);

	if (kind == PARCEL_ROW) {
		t->rows++;
	} else if (kind == PARCEL_END) {
		t->reports++;
		t->messages += s->sum.messages;
	} else if (kind == PARCEL_REFUSED) {
		t->refused++;
	} else {
		t->others++;
	}
}

/* True: it was done. */
static bool
take(struct tally *t, struct parcel *p, struct span frames)
{
	enum parcel_kind kind;

	while (frames.len > 0) {
		size_t cap, n;
		uint8_t *room = parcel_room(p, &cap);

		n = frames.len < cap ? frames.len : cap;
		memcpy(room, frames.ptr, n);
		frames = span_skip(frames, n);
		parcel_got(p, n);
		while ((kind = parcel_next(p)) != PARCEL_MORE) {
			if (kind == PARCEL_BAD)
				abort();
			if (kind == PARCEL_DONE)
				return true;
			count(t, p, kind);
		}
	}
	return false;
}

static struct tally
read_it(struct reading *r, struct parcel *p, struct span bytes, size_t cap)
{
	static uint8_t room[LARGE];
	struct tally t = { .reports = 0 };
	bool more = true, done = false;

	parcel_reset(p);
	reading_start(r, bytes, SPAN_NONE);
	while (more) {
		struct buf b = { .ptr = room, .cap = cap };
		more = reading_more(r, &b);
		done = take(&t, p, buf_span(&b));
	}
	if (!done)
		abort();
	return t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reading *r;
	static struct parcel *p;
	struct span bytes = { data, size };
	struct tally a, b;

	if (r == NULL)
		r = reading_new();
	if (p == NULL)
		p = parcel_new();
	if (r == NULL || p == NULL)
		abort();
	a = read_it(r, p, bytes, SMALL);
	b = read_it(r, p, bytes, LARGE);
	if (a.reports != b.reports || a.rows != b.rows ||
	    a.messages != b.messages || a.refused != b.refused ||
	    a.others != b.others)
		abort();
	return 0;
}

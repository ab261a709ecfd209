/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: parts are pieces of the message, in order, within the limits;
 * a part read through a small window is the part read through a large one,
 * and is never longer than what it was made of; names can be shown. */
#include "wire/mime_part.h"

#include "wire/head.h"
#include "wire/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static struct span
through(const struct part *p, size_t window, struct arena *a)
{
	ROOM(room, 4096);
	struct buf b = { .ptr = room, .cap = window };
	struct buf all = arena_buf(a, p->content.len);
	struct part_reader r;

	part_open(&r, p);
	while (part_read(&r, &b)) {
		buf_put(&all, buf_span(&b));
		b.len = 0;
	}
	must(r.rest.len == 0 && !all.full);
	return buf_span(&all);
}

static void
contents(const struct part *p)
{
	struct arena a;
	struct span whole;
	bool more;

	arena_init(&a, 64 << 20);
	whole = through(p, 4096, &a);
	must(span_eq(whole, through(p, PART_READ_MIN, &a)));
	must(span_eq(whole, through(p, 61, &a)));
	must(span_eq(part_text(p, p->content.len, &more, &a), whole));
	must(!more);
	must(span_eq(part_text(p, whole.len / 2, &more, &a),
	    span_head(whole, whole.len / 2)));
	must(more || whole.len == 0);
	arena_free(&a);
}

static void
walk(struct span in, bool into)
{
	struct part_walk w;
	struct part p;
	struct arena a;
	size_t at = 0;
	unsigned n = 0;

	arena_init(&a, 64 << 20);
	part_walk_start(&w, in, into, &a);
	while (part_next(&w, &p)) {
		size_t begin = span_offset(in, p.content);

		must(++n <= LIMIT_REPORT_PARTS && p.depth <= LIMIT_MIME_DEPTH);
		must(p.type.len >= 3);
		must(p.content.len == 0 || begin >= at);
		if (p.content.len > 0)
			at = begin + p.content.len;
		must(at <= in.len);
		must(utf8_worst(p.name) == UTF8_PLAIN &&
		    p.name.len <= LIMIT_FILE_NAME);
		contents(&p);
	}
	must(!part_next(&w, &p) && !a.failed);
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct span rest = in, header = head_take(&rest);
	struct field f;

	must(header.len + rest.len <= in.len);
	while (head_next(&header, &f))
		must(f.name.len > 0 && f.raw.len > f.name.len &&
		    f.value.len < f.raw.len);
	walk(in, true);
	walk(in, false);
	return 0;
}

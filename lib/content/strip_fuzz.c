/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: cuts lie in the body, apart and in order; what is outside of
 * them comes out as it went in, and nothing else but their texts; the parts
 * that stay read the same afterwards. */
#include "content/strip.h"

#include "wire/mime_part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
cuts_are_sound(const struct strip *s, struct span m)
{
	size_t from = s->body;

	must(s->n <= LIMIT_STRIP && s->body <= m.len);
	must(s->unclean == NULL || s->n == 0);
	for (size_t i = 0; i < s->n; i++) {
		must(s->cut[i].begin >= from && s->cut[i].end <= m.len &&
		    s->cut[i].begin <= s->cut[i].end);
		must(span_search(s->cut[i].text, SPAN("\n--")) ==
		    s->cut[i].text.len);
		from = s->cut[i].end;
	}
}

static struct span
apply(const struct strip *s, struct span m, struct arena *a)
{
	struct buf out = arena_buf(a, m.len + s->n * 2048 + 1);
	size_t at = 0, next = 0, stay = m.len, text = 0;
	struct span piece;

	while (!span_absent(piece = strip_piece(s, m, &at, &next)))
		buf_put(&out, piece);
	for (size_t i = 0; i < s->n; i++) {
		stay -= s->cut[i].end - s->cut[i].begin;
		text += s->cut[i].text.len;
	}
	must(a->failed || (!out.full && out.len == stay + text));
	return buf_span(&out);
}

static void
parts_stay(const struct strip *s, struct span m, struct span now,
    struct arena *a)
{
	struct part_walk *old = arena_alloc(a, sizeof(*old));
	struct part_walk *new = arena_alloc(a, sizeof(*new));
	struct part p, q;
	size_t n = 0;

	if (old == NULL || new == NULL)
		return;
	part_walk_start(old, m, true, a);
	part_walk_start(new, now, true, a);
	while (part_next(old, &p)) {
		must(part_next(new, &q) && p.depth == q.depth);
		if (n < s->n && span_offset(m, p.header) == s->cut[n].begin) {
			must(span_eq(q.type, SPAN("text/plain")));
			n++;
		} else {
			must(span_eq(p.header, q.header) &&
			    span_eq(p.content, q.content));
		}
	}
	must(a->failed || (n == s->n && !part_next(new, &q)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strip_in in = { .message = { data, size },
		.by = SPAN("mx.example.org"), .id = SPAN("4ABC"),
		.lf = size % 2 == 1 };
	struct arena a;
	struct strip s;

	arena_init(&a, 32 << 20);
	if (strip_plan(&s, &in, &a)) {
		cuts_are_sound(&s, in.message);
		if (s.n > 0)
			parts_stay(&s, in.message, apply(&s, in.message, &a),
			    &a);
	}
	arena_free(&a);
	return 0;
}

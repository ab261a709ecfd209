/* SPDX-License-Identifier: Apache-2.0 */
#include "cut.h"

#include "test/t.h"

static const struct span message = SPAN_INIT("head\r\n\r\n0123456789");

/* Cuts 0..n-1 of a message whose body begins at 8. */
static struct span
list_of(struct buf *b, const struct cut *c, size_t n)
{
	cuts_begin(b, 8);
	for (size_t i = 0; i < n; i++)
		cuts_put(b, &c[i]);
	return buf_span(b);
}

static void
sends(const struct cut *c, size_t n, const char *want)
{
	ROOM(room, 400);
	ROOM(more, 400);
	struct buf b = BUF_ON(room), out = BUF_ON(more);
	struct span piece;
	struct cuts cuts;

	T_OK(cuts_open(&cuts, list_of(&b, c, n), message.len), want);
	while (cuts_piece(&cuts, message, &piece))
		buf_put(&out, piece);
	T_SPAN(buf_span(&out), assay_cstr(want), "what is sent");
}

static void
refused(const struct cut *c, size_t n, uint64_t size, const char *label)
{
	ROOM(room, 400);
	struct buf b = BUF_ON(room);
	struct cuts cuts;

	T_OK(!cuts_open(&cuts, list_of(&b, c, n), size), label);
}

int
main(void)
{
	struct cut one = { 10, 13, SPAN("xx") };
	struct cut all[] = { { 8, 9, SPAN("a") }, { 9, 9, SPAN("b") },
		{ 12, 18, SPAN("") } };
	struct cut wrong[] = { { 10, 13, SPAN("") }, { 12, 14, SPAN("") } };
	struct span list = SPAN("1234567");
	struct cuts cuts;

	sends(&one, 1, "01xx56789");
	sends(all, 3, "ab123");
	refused(wrong, 2, message.len, "they overlap");
	refused(&one, 1, 12, "beyond the end");
	refused(&(struct cut){ 7, 9, SPAN("") }, 1, message.len,
	    "in the header");
	refused(&(struct cut){ 12, 11, SPAN("") }, 1, message.len,
	    "backwards");
	refused(&(struct cut){ 9, UINT64_MAX, SPAN("") }, 1, message.len,
	    "very far");
	refused(&one, 0, message.len, "none");
	T_OK(!cuts_open(&cuts, list, 100), "no list");
	T_OK(!cuts_open(&cuts, SPAN("12345678\0\0\0\003abc"), UINT64_MAX),
	    "an item that is too short");
	return t_done();
}

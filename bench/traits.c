/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traits DIR SIZE REPEAT MODE: what it costs to see how a message was made.
 *
 *   header   session and header alone
 *   quick    ... and a quick look at the body
 *   content  ... and all that lib/content/ finds in it, which is read first
 */
#include "bench/corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content/content.h"
#include "traits/traits.h"

static enum { HEADER, QUICK, CONTENT } mode;
static struct arena arena, list_arena;
static const struct suffixes *suffixes;

/* A list as long as the real one, so that look-ups cost what they do. */
static void
begin(struct corpus *c)
{
	struct buf b;

	(void)c;
	arena_init(&arena, (size_t)64 << 20);
	arena_init(&list_arena, (size_t)64 << 20);
	b = arena_buf(&list_arena, 1 << 20);
	buf_str(&b, "com\nnet\norg\ntest\nexample\nco.uk\n");
	for (unsigned i = 0; i < 10000; i++) {
		buf_str(&b, "s");
		buf_u64(&b, i);
		buf_str(&b, ".test\n");
	}
	suffixes = suffixes_read(buf_span(&b), &list_arena);
}

static bool
one(const struct item *item)
{
	static const uint8_t key[16] = { 1 };
	struct span all = { (const uint8_t *)item->text, item->len };
	size_t end = span_search(all, SPAN("\r\n\r\n"));
	struct traits_in in = { .arrival = 1700000000, .suffixes = suffixes,
	    .header = span_head(all, end), .has_mail_from = true,
	    .helo = assay_cstr(item->helo),
	    .mail_from = assay_cstr(item->mail_from) };
	struct content_in from = { in.header, span_skip(all, end + 4) };
	struct content content;
	struct traits t;
	bool ok = true;

	in.has_client = assay_addr_parse(&in.client,
	    assay_cstr(item->ip)) == ASSAY_OK;
	if (mode != HEADER)
		in.body = from.body;
	if (mode == CONTENT) {
		ok = content_read(&content, &from, &arena);
		in.content = &content;
	}
	ok = ok && traits_read(&t, &in, key, &arena) && t.sender.len > 0;
	arena_reset(&arena);
	return ok;
}

int
main(int argc, char **argv)
{
	const char *word = argc > 4 ? argv[4] : "";

	mode = strcmp(word, "content") == 0 ? CONTENT :
	    strcmp(word, "quick") == 0 ? QUICK : HEADER;
	return corpus_serve(argc, argv, begin, one);
}

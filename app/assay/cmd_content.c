/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_content.c - assay content: what messages say and carry, whoever sent
 * them.
 */
#include "cmd.h"

#include <limits.h>
#include <stdlib.h>

#include "base/limits.h"
#include "content_view.h"
#include "input.h"
#include "wire/head.h"

/* Octets of a message that is looked at here; mail servers take fewer. */
enum { LARGEST = 256 << 20 };

static bool
take(void *ctx, struct assay_span piece)
{
	struct text *message = ctx;

	if (message->len + piece.len > LARGEST)
		return false;
	text_put(message, piece.ptr, piece.len);
	return !message->failed;
}

static bool
show(const struct args *args, const struct out *out, const char *name,
    const struct content *c)
{
	struct text t = { .ptr = NULL };
	bool ok = true;

	if (args->given[F_JSON])
		ok = content_json(&t, name, c);
	else if (args->given[F_TEXT])
		text_put(&t, c->text.ptr, c->text.len);
	else
		content_page(&t, out, name, c);
	ok = ok && out_text(&t);
	text_free(&t);
	return ok;
}

/* False: the output is broken. */
static bool
one(const struct args *args, const struct out *out, const char *name,
    const struct text *message, const char **why)
{
	struct content_in in = { .body = { (const uint8_t *)message->ptr,
		message->len } };
	struct content c;
	struct arena a;
	bool ok = true;

	in.header = head_take(&in.body);
	arena_init(&a, LIMIT_EVAL_MEMORY);
	if (content_read(&c, &in, &a))
		ok = show(args, out, name, &c);
	else
		*why = "it takes more memory than a message may";
	arena_free(&a);
	return ok;
}

static int
each(const struct args *args, const struct out *out, const struct input *in,
    size_t i, struct reader *r, struct text *message)
{
	char name[PATH_MAX + 32];
	const char *why = NULL;
	bool ok = true;

	input_name(in, i, name, sizeof(name));
	text_clear(message);
	if (reader_open(r, in, i, &why)) {
		if (reader_feed(r, take, message))
			ok = one(args, out, name, message, &why);
		else
			why = "it cannot be read whole";
	}
	if (why == NULL)
		return ok ? EXIT_ACCEPTED : EXIT_USAGE;
	fprintf(stderr, "assay content: %s: %s\n", name, why);
	return EXIT_UNREADABLE;
}

int
cmd_content(const struct args *args, const struct out *out)
{
	struct input in = { .n_item = 0 };
	struct reader r = READER_INIT;
	struct text message = { .ptr = NULL };
	int status = EXIT_ACCEPTED;

	if (args->n_word == 0 || (args->given[F_JSON] &&
	    args->given[F_TEXT])) {
		fprintf(stderr, "assay content: %s\n'assay content --help' "
		    "shows how\n", args->n_word == 0 ? "which message?" :
		    "--json has the text, too: one of them");
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < args->n_word; i++)
		input_add(&in, args->word[i]);
	for (size_t i = 0; i < in.n_item && status != EXIT_USAGE; i++) {
		int s = each(args, out, &in, i, &r, &message);

		if (s != EXIT_ACCEPTED)
			status = s;
	}
	if (in.failed || message.failed) {
		fprintf(stderr, "assay content: out of memory\n");
		status = EXIT_USAGE;
	}
	reader_close(&r);
	text_free(&message);
	input_free(&in);
	return out_close() ? status : EXIT_USAGE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_traits.c - assay traits: what can be seen of how a message was made.
 *
 * Nothing is verified and nobody is asked: who handed the message over is
 * what the flags say, or --from-headers.
 */
#include <stdlib.h>
#include <string.h>

#include "arrival.h"
#include "cmd.h"
#include "content/content.h"
#include "fault.h"
#include "input.h"
#include "settings.h"
#include "suffix_list.h"
#include "traits/traits.h"
#include "wire/json.h"

enum {
	MEMORY = 256 << 20,	/* of one message: beyond any that is mail  */
	LIST = 32 << 20,	/* of the list of suffixes: it takes 2 MB   */
	NAME = 21		/* columns of a trait's name                */
};

struct show {
	const struct out *out;
	const struct settings *settings;
	const struct suffixes *suffixes;
	const struct input *in;
	bool json;
	struct arena arena;
	struct reader reader;
	struct text bytes, page;
};

/* Names are literals: they end in NUL. */
static const char *
name_of(enum trait t)
{
	return (const char *)trait_info(t)->name.ptr;
}

/* ---- for people ---------------------------------------------------------- */

static void
put_span(struct text *t, struct span s)
{
	(void)fault_printable(s, text_write, t);
}

static void
row(struct show *s, const char *name, struct span value)
{
	text_printf(&s->page, "  %s%-*s%s ", out_dim(s->out), NAME, name,
	    out_plain(s->out));
	put_span(&s->page, value);
	text_str(&s->page, "\n");
}

static void
many_row(struct show *s, const char *name, const struct trait_values *m)
{
	struct text line = { .ptr = NULL };

	for (size_t i = 0; i < m->n; i++) {
		if (i > 0)
			text_str(&line, ", ");
		put_span(&line, m->value[i].text);
	}
	if (m->cut)
		text_str(&line, ", ...");
	text_printf(&s->page, "  %s%-*s%s ", out_dim(s->out), NAME, name,
	    out_plain(s->out));
	text_put(&line, "", 1);
	if (line.ptr != NULL && !line.failed)
		text_wrap(&s->page, line.ptr, NAME + 3, s->out->width);
	text_free(&line);
}

static void
trait_row(struct show *s, const struct traits *t, enum trait i)
{
	if (t->many[i].n > 0)
		many_row(s, name_of(i), &t->many[i]);
	else if (t->one[i].hash != 0)
		row(s, name_of(i), t->one[i].text);
}

static void
owner_rows(struct show *s, const struct traits *t, enum trait_owner owner,
    const char *title)
{
	text_printf(&s->page, "%s%s%s\n", out_bold(s->out), title,
	    out_plain(s->out));
	for (unsigned i = 0; i < N_TRAIT; i++)
		if (trait_info((enum trait)i)->owner == owner)
			trait_row(s, t, (enum trait)i);
}

static void
page(struct show *s, const struct traits *t, const char *name)
{
	text_str(&s->page, out_bold(s->out));
	put_span(&s->page, assay_cstr(name));
	text_printf(&s->page, "%s\n", out_plain(s->out));
	row(s, "sender", t->sender);
	if (t->munged)
		row(s, "written as", t->from);
	row(s, "class", mail_class_name(t->mail_class));
	if (t->service.len > 0)
		row(s, "service", t->service);
	owner_rows(s, t, OWNER_PROVIDER, "Who handed it over");
	owner_rows(s, t, OWNER_ORIGIN, "The machine it began on");
	owner_rows(s, t, OWNER_CLIENT, "The mail program");
	owner_rows(s, t, OWNER_RELATION, "Whom it is to");
	owner_rows(s, t, OWNER_CONTENT, "What it is like");
}

/* ---- for programs -------------------------------------------------------- */

static void
json_many(struct jw *w, const struct trait_values *m)
{
	jw_array(w);
	for (size_t i = 0; i < m->n; i++)
		jw_str(w, m->value[i].text);
	jw_end_array(w);
}

static void
json_traits(struct jw *w, const struct traits *t)
{
	for (unsigned i = 0; i < N_TRAIT; i++) {
		if (t->many[i].n == 0 && t->one[i].hash == 0)
			continue;
		jw_key(w, name_of((enum trait)i));
		if (t->many[i].n > 0)
			json_many(w, &t->many[i]);
		else
			jw_str(w, t->one[i].text);
	}
}

static void
json(struct show *s, const struct traits *t, const char *name)
{
	struct jw w;

	jw_start(&w, text_write, &s->page);
	jw_object(&w);
	jw_put_str(&w, "name", assay_cstr(name));
	jw_put_str(&w, "sender", t->sender);
	jw_put_str(&w, "sender_domain", t->sender_domain);
	jw_put_str(&w, "from", t->from);
	jw_put_bool(&w, "munged", t->munged);
	jw_put_str(&w, "display", t->display);
	jw_put_str(&w, "class", mail_class_name(t->mail_class));
	jw_put_str(&w, "service", t->service);
	jw_key(&w, "traits");
	jw_object(&w);
	json_traits(&w, t);
	jw_end_object(&w);
	jw_end_object(&w);
	if (!jw_finish(&w))
		s->page.failed = true;
}

/* ---- one message --------------------------------------------------------- */

/* Where the header ends, and the empty line behind it begins. */
static struct span
header_of(struct span all, struct span *body)
{
	size_t crlf = span_search(all, SPAN("\r\n\r\n"));
	size_t lf = span_search(all, SPAN("\n\n"));
	size_t end = crlf < lf ? crlf + 2 : lf + 1;

	*body = span_skip(all, end + (crlf < lf ? 2 : 1));
	return span_head(all, end);
}

/* Fields from the top down to that Received field, our own. */
static size_t
border_of(struct span header, unsigned field)
{
	size_t n = 0;
	unsigned received = 0;

	while (header.len > 0 && received < field) {
		struct span line = span_cut(&header, '\n');
		int c = span_at(line, 0);

		if (c == ' ' || c == '\t' || !span_has(line, ':'))
			continue;
		n++;
		received += span_istarts(line, SPAN("Received:"));
	}
	return n;
}

static void
set_session(struct show *s, struct traits_in *in, struct arrival *arrival)
{
	const struct settings *set = s->settings;

	in->client = set->session.client;
	in->helo = set->session.helo;
	in->mail_from = set->session.mail_from;
	if (set->from_headers) {
		arrival_read(arrival, in->header, set->trusted,
		    set->n_trusted);
		in->border = border_of(in->header, arrival->field);
		if (!set->given_client)
			in->client = arrival->client;
		if (!set->given_helo)
			in->helo = arrival->helo;
		if (!set->given_mail_from)
			in->mail_from = arrival->mail_from;
	}
	in->has_client = in->client.family != 0;
	in->has_mail_from = in->mail_from.ptr != NULL;
}

static bool
show_one(struct show *s, const char *name)
{
	struct span all = { (const uint8_t *)s->bytes.ptr, s->bytes.len };
	struct traits_in in = { .suffixes = s->suffixes };
	struct arrival arrival = { .field = 0 };
	struct content_in from;
	struct content content;
	struct traits t;
	const uint8_t key[16] = { 0 };	/* hashes are not shown */

	in.header = header_of(all, &in.body);
	set_session(s, &in, &arrival);
	from = (struct content_in){ in.header, in.body };
	if (!content_read(&content, &from, &s->arena))
		return false;
	in.content = &content;
	if (!traits_read(&t, &in, key, &s->arena))
		return false;
	if (s->json)
		json(s, &t, name);
	else
		page(s, &t, name);
	return true;
}

static bool
take(void *ctx, struct assay_span piece)
{
	struct text *t = ctx;

	text_put(t, piece.ptr, piece.len);
	return !t->failed;
}

/* False: *why says it. */
static bool
read_one(struct show *s, size_t item, const char *name, const char **why)
{
	if (!reader_open(&s->reader, s->in, item, why))
		return false;
	*why = "it could not be read to its end";
	if (!reader_feed(&s->reader, take, &s->bytes))
		return false;
	*why = "it takes too much memory";
	return show_one(s, name);
}

static int
show_all(struct show *s)
{
	int status = EXIT_ACCEPTED;

	for (size_t i = 0; i < s->in->n_item; i++) {
		const char *why = "";
		char name[4096];

		input_name(s->in, i, name, sizeof(name));
		if (i > 0 && !s->json)
			text_str(&s->page, "\n");
		if (!read_one(s, i, name, &why)) {
			fprintf(stderr, "assay traits: %s: %s\n", name, why);
			status = EXIT_UNREADABLE;
		} else if (!out_text(&s->page)) {
			return EXIT_USAGE;
		}
		text_clear(&s->page);
		text_clear(&s->bytes);
		arena_reset(&s->arena);
	}
	return out_close() ? status : EXIT_USAGE;
}

static int
run(const struct args *args, const struct out *out,
    const struct settings *settings, const struct input *in)
{
	struct show s = { .out = out, .settings = settings, .in = in,
		.json = args->given[F_JSON], .reader = READER_INIT };
	struct arena list;
	int status;

	arena_init(&list, LIST);
	arena_init(&s.arena, MEMORY);
	s.suffixes = suffix_list_load(settings->suffix_path, &list);
	status = show_all(&s);
	reader_close(&s.reader);
	text_free(&s.page);
	text_free(&s.bytes);
	arena_free(&s.arena);
	arena_free(&list);
	return status;
}

int
cmd_traits(const struct args *args, const struct out *out)
{
	struct settings settings = { .live = false };
	struct input in = { .n_item = 0 };
	int status = EXIT_USAGE;

	if (args->n_word == 0) {
		fprintf(stderr, "assay traits: which message? FILE, - for "
		    "standard input, a folder, an mbox or a Maildir\n"
		    "'assay traits --help' shows how\n");
		return EXIT_USAGE;
	}
	if (settings_make(&settings, args)) {
		for (size_t i = 0; i < args->n_word; i++)
			input_add(&in, args->word[i]);
		if (in.failed)
			fprintf(stderr, "assay: out of memory\n");
		else
			status = run(args, out, &settings, &in);
	}
	input_free(&in);
	settings_free(&settings);
	return status;
}

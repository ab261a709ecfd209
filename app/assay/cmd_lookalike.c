/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_lookalike.c - assay lookalike: does a domain read like one that is
 * known, and why?  With --watch, which look-alikes are there, and are new?
 */
#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lookalike_run.h"
#include "wire/domain.h"
#include "wire/json.h"

enum {
	LEAST = 4,		/* letters of a name, not of "co.uk"        */
	TOLD = 5,		/* lines of a file that are no names        */
	PIECE = 1 << 16		/* octets written at a time                 */
};

int
lookalike_usage(const char *what, const char *word)
{
	fprintf(stderr, "assay lookalike: %s%s%s%s\n'assay lookalike --help' "
	    "shows how\n", what, word == NULL ? "" : " '",
	    word == NULL ? "" : word, word == NULL ? "" : "'");
	return EXIT_USAGE;
}

/* ---- known names --------------------------------------------------------- */

size_t
lookalike_suffix_of(const struct lookalike_run *r, struct span name)
{
	struct assay_question q = { .kind = ASSAY_Q_SUFFIX, .key = name };
	struct assay_answer a;

	if (!r->has_suffix || r->suffix.ask(r->suffix.self, &q, &a) !=
	    ASSAY_OK || a.n_item != 1)
		return 0;
	return a.item[0].len;
}

/* name, or what it is below: "mail.example.org" is known as example.org. */
static struct span
registrable(const struct lookalike_run *r, struct span name, size_t *suffix)
{
	size_t n;

	*suffix = lookalike_suffix_of(r, name);
	/* who has a suffix of his own (example.github.io) is known as what
	 * stands in front of the suffix above it */
	if (*suffix == 0 || (*suffix == name.len &&
	    lookalike_suffix(name) + LEAST < name.len))
		*suffix = lookalike_suffix(name);
	if (*suffix + 1 >= name.len)
		return SPAN_NONE;
	n = span_rfind(span_head(name, name.len - *suffix - 1), '.');
	return n < name.len - *suffix - 1 ? span_skip(name, n + 1) : name;
}

/* False: it is none, or there is no room. */
static bool
add_known(struct lookalike_run *r, struct span text)
{
	struct arena_mark mark = arena_mark(&r->names);
	struct domain d;
	struct span name;
	size_t suffix;
	bool ok = false;

	if (domain_parse(&d, text, true, &r->names)) {
		name = registrable(r, d.name, &suffix);
		ok = name.len > 0 && lookalike_add(r->ix, name, suffix);
	}
	arena_back(&r->names, mark);
	return ok;
}

/* The first word of a line; absent: nothing, or a comment. */
static struct span
first_word(struct span line)
{
	line = span_trim_fws(line);
	for (size_t i = 0; i < line.len; i++) {
		int c = span_at(line, i);

		if (c == '#')
			return span_head(line, i);
		if (c == ' ' || c == '\t' || c == ',')
			return span_head(line, i);
	}
	return line;
}

static size_t
count_lines(struct span text)
{
	size_t n = 0;

	while (text.len > 0)
		n += first_word(span_cut(&text, '\n')).len > 0;
	return n;
}

static void
add_file(struct lookalike_run *r, const char *path)
{
	struct span all = { (const uint8_t *)(r->file.ptr != NULL ?
	    r->file.ptr : ""), r->file.len };
	unsigned line = 0, bad = 0;

	while (all.len > 0) {
		struct span word = first_word(span_cut(&all, '\n'));

		line++;
		if (word.len > 0 && !add_known(r, word) && ++bad <= TOLD)
			fprintf(stderr, "%s:%u: no name that can be "
			    "protected\n", path, line);
	}
	if (bad > TOLD)
		fprintf(stderr, "%s: and %u more such lines\n", path,
		    bad - TOLD);
}

/* What the configuration names. */
static size_t
listed(struct lookalike_run *r, bool add)
{
	static const unsigned key[] = { CONF_K_OWN_DOMAIN,
		CONF_K_PROTECT_DOMAIN };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++) {
		const struct conf_item *item =
		    r->settings.conf.first[key[i]];

		for (; item != NULL; item = item->next, n++)
			if (add)
				(void)add_known(r, item->text);
	}
	return n;
}

/* --against alone, or --protected and what the configuration names. */
static int
known_names(struct lookalike_run *r)
{
	const char *path = r->args->value[F_PROTECTED];
	const char *one = r->args->value[F_AGAINST];
	size_t n = one != NULL ? 1 : listed(r, false);

	if (path != NULL && !text_read(&r->file, path)) {
		fprintf(stderr, "assay lookalike: cannot read %s: %s\n", path,
		    strerror(errno));
		return EXIT_UNREADABLE;
	}
	if (path != NULL)
		n += count_lines((struct span){
		    (const uint8_t *)r->file.ptr, r->file.len });
	if (n == 0)
		return lookalike_usage("like which names? --protected, "
		    "--against, or own-domain or protect-domain of --conf",
		    NULL);
	r->ix = lookalike_new(&r->memory, n);
	if (r->ix == NULL)
		return lookalike_usage("more names than can be kept: at most "
		    "1,000,000", NULL);
	if (one != NULL)
		return add_known(r, assay_cstr(one)) ? EXIT_ACCEPTED :
		    lookalike_usage("no name that can be protected:", one);
	if (path != NULL)
		add_file(r, path);
	(void)listed(r, true);
	return EXIT_ACCEPTED;
}

/* ---- candidates ---------------------------------------------------------- */

/* The host of an address or a link, or the name itself. */
static struct span
host_of(struct span s)
{
	size_t i = span_search(s, SPAN("://"));

	if (i < s.len) {
		s = span_skip(s, i + 3);
		s = span_cut(&s, '/');
		s = span_cut(&s, '?');
		if (span_has(s, '@'))
			s = span_skip(s, span_rfind(s, '@') + 1);
		return span_cut(&s, ':');
	}
	i = span_rfind(s, '@');
	return i < s.len ? span_skip(s, i + 1) : s;
}

static void
show_json(struct lookalike_run *r, struct span name, bool known, bool is,
    const struct lookalike_hit *h, struct span words)
{
	struct jw w;

	jw_start(&w, text_write, &r->text);
	jw_object(&w);
	jw_put_str(&w, "name", name);
	jw_put_bool(&w, "lookalike", is);
	jw_put_bool(&w, "known", known);
	jw_put_str(&w, "of", h->kind == LOOKALIKE_NONE ? SPAN_NONE : h->name);
	jw_put_str(&w, "kind", h->kind == LOOKALIKE_NONE ? SPAN_NONE :
	    lookalike_kind_name(h->kind));
	if (h->kind != LOOKALIKE_NONE) {
		jw_put_u64(&w, "distance_tenths", h->edits.distance);
		jw_put_i64(&w, "bits_tenths", h->bits);
		jw_put_bool(&w, "confusable", lookalike_confusable(h));
		jw_key(&w, "slips");
		jw_array(&w);
		for (unsigned i = 0; i < h->edits.n && i < EDITS_MAX; i++)
			jw_str(&w, edit_name(h->edits.edit[i].op));
		jw_end_array(&w);
		jw_put_str(&w, "words", words);
	}
	jw_end_object(&w);
	(void)jw_finish(&w);
}

static void
show_row(struct lookalike_run *r, struct span name, bool known, bool is,
    const struct lookalike_hit *h, struct span words)
{
	char number[2][24];
	bool any = h->kind != LOOKALIKE_NONE;

	snprintf(number[0], sizeof(number[0]), "%u.%u",
	    h->edits.distance / 10u, h->edits.distance % 10u);
	snprintf(number[1], sizeof(number[1]), "%d.%d", h->bits / 10,
	    h->bits % 10);
	table_text(&r->table, name);
	table_cstr(&r->table, is ? "yes" : known ? "known" : "no");
	table_text(&r->table, any ? h->name : SPAN_NONE);
	table_text(&r->table, any ? lookalike_kind_name(h->kind) : SPAN_NONE);
	table_text(&r->table, any ? assay_cstr(number[0]) : SPAN_NONE);
	/* above 0, or a spreadsheet would take them for a formula */
	table_text(&r->table, is ? assay_cstr(number[1]) : SPAN_NONE);
	table_text(&r->table, any ? words : SPAN_NONE);
}

static void
show_words(struct lookalike_run *r, struct span name, bool known, bool is,
    const struct lookalike_hit *h, struct span words)
{
	const struct out *o = r->out;
	char line[2048];

	if (known || h->kind == LOOKALIKE_NONE) {
		text_printf(&r->text, "%.*s %s\n", (int)name.len,
		    (const char *)name.ptr, known ? "is known" :
		    "reads like none of the known names");
		return;
	}
	snprintf(line, sizeof(line), "%.*s reads %slike %.*s: %.*s",
	    (int)name.len, (const char *)name.ptr, is ? "" : "a little ",
	    (int)h->name.len, (const char *)h->name.ptr, (int)words.len,
	    (const char *)words.ptr);
	text_printf(&r->text, "%s", is ? out_bold(o) : "");
	text_wrap(&r->text, line, 4, o->width);
	text_printf(&r->text, "%s", is ? out_plain(o) : "");
	text_printf(&r->text, "    %s, %u.%u edits, %s by %d.%d bits\n",
	    (const char *)lookalike_kind_name(h->kind).ptr,
	    h->edits.distance / 10u, h->edits.distance % 10u,
	    is ? "meant rather than chance" : "chance rather than meant",
	    abs(h->bits) / 10, abs(h->bits) % 10);
}

/* False: it is no name, which is told. */
static bool
look(struct lookalike_run *r, struct span text)
{
	uint8_t room[LOOKALIKE_TELL];
	struct buf words = BUF_ON(room);
	struct arena_mark mark = arena_mark(&r->names);
	struct lookalike_hit hit = { .kind = LOOKALIKE_NONE };
	struct domain d;
	bool is, known;

	if (!domain_parse(&d, host_of(text), true, &r->names)) {
		fprintf(stderr, "assay lookalike: no domain name: ");
		(void)fault_printable(text, lookalike_stderr, NULL);
		fprintf(stderr, "\n");
		r->bad = true;
		return false;
	}
	is = lookalike_find(r->ix, d.name, lookalike_suffix_of(r, d.name),
	    &hit);
	known = lookalike_known(r->ix, d.name);
	r->found |= is;
	if (hit.kind != LOOKALIKE_NONE)
		lookalike_tell(&words, d.name, &hit);
	if (r->args->given[F_JSON])
		show_json(r, d.name, known, is, &hit, buf_span(&words));
	else if (r->args->given[F_CSV])
		show_row(r, d.name, known, is, &hit, buf_span(&words));
	else
		show_words(r, d.name, known, is, &hit, buf_span(&words));
	arena_back(&r->names, mark);
	return true;
}

static int
look_lines(struct lookalike_run *r, const char *path)
{
	struct text t = { .ptr = NULL };
	struct span all;

	if (!text_read(&t, path)) {
		fprintf(stderr, "assay lookalike: cannot read %s: %s\n", path,
		    strerror(errno));
		text_free(&t);
		return EXIT_UNREADABLE;
	}
	all = (struct span){ (const uint8_t *)(t.ptr != NULL ? t.ptr : ""),
		t.len };
	while (all.len > 0) {
		struct span word = first_word(span_cut(&all, '\n'));

		if (word.len > 0)
			(void)look(r, word);
		if (r->text.len > PIECE && !r->args->given[F_CSV]) {
			if (!out_text(&r->text)) {
				text_free(&t);
				return EXIT_USAGE;
			}
			text_clear(&r->text);
		}
	}
	text_free(&t);
	return EXIT_ACCEPTED;
}

static int
look_all(struct lookalike_run *r)
{
	static const struct column columns[] = {
		{ .name = "name" }, { .name = "lookalike" },
		{ .name = "of" }, { .name = "kind" }, { .name = "distance" },
		{ .name = "bits" }, { .name = "words" },
	};
	const char *names = r->args->value[F_NAMES];
	int status = EXIT_ACCEPTED;

	if (r->args->given[F_CSV])
		table_begin(&r->table, columns, sizeof(columns) /
		    sizeof(columns[0]), TABLE_CSV, r->out);
	if (names != NULL)
		status = look_lines(r, names);
	for (size_t i = 0; i < r->args->n_word && status == EXIT_ACCEPTED;
	    i++)
		if (strcmp(r->args->word[i], "-") == 0)
			status = look_lines(r, "-");
		else if (!look(r, assay_cstr(r->args->word[i])))
			status = EXIT_USAGE;
	if (r->args->given[F_CSV] && !table_end(&r->table, &r->text))
		status = EXIT_USAGE;
	if (!out_text(&r->text))
		status = EXIT_USAGE;
	if (status != EXIT_ACCEPTED)
		return status;
	return r->bad ? EXIT_UNREADABLE : r->found ? EXIT_NOT_ACCEPTED :
	    EXIT_ACCEPTED;
}

bool
lookalike_stderr(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	return fwrite(bytes.ptr, 1, bytes.len, stderr) == bytes.len;
}

int
cmd_lookalike(const struct args *args, const struct out *out)
{
	struct lookalike_run r = { .args = args, .out = out };
	int status = EXIT_USAGE;

	if (args->given[F_WATCH] || args->given[F_PARTNERS] ?
	    args->n_word > 0 || args->given[F_NAMES] :
	    args->n_word == 0 && !args->given[F_NAMES])
		return lookalike_usage(args->given[F_WATCH] ?
		    "--watch looks for variants itself" :
		    args->given[F_PARTNERS] ? "--partners lists all of them" :
		    "which name?", NULL);
	arena_init(&r.memory, LIMIT_LOOKALIKE_MEMORY);
	arena_init(&r.names, 1 << 20);
	if (settings_make(&r.settings, args)) {
		r.has_suffix = assay_oracle_suffix(&r.suffix,
		    r.settings.suffix_path) == ASSAY_OK;
		status = args->given[F_PARTNERS] ? lookalike_partners(&r) :
		    known_names(&r);
		if (status == EXIT_ACCEPTED && !args->given[F_PARTNERS])
			status = args->given[F_WATCH] ?
			    lookalike_watch(&r) : look_all(&r);
	}
	assay_oracle_free(&r.suffix);
	settings_free(&r.settings);
	text_free(&r.text);
	text_free(&r.file);
	arena_free(&r.names);
	arena_free(&r.memory);
	return out_close() ? status : EXIT_USAGE;
}

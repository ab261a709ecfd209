/* SPDX-License-Identifier: Apache-2.0 */
/* age_import.c - lists of others, and logs of our own. */
#include "age.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "origin/name_line.h"
#include "progress.h"

enum {
	KEEP_DAYS = 90,		/* a name is on the list of new ones         */
	LINE = 4096		/* octets of a line of a log                 */
};

static void
step(void *ctx)
{
	progress_step(ctx);
}

static size_t
pieces(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 ? 0 :
	    (size_t)st.st_size / NAME_LIST_PIECE;
}

static int
imported(const struct age *a, const struct name_list_import *how)
{
	if (a->args->given[F_JSON])
		printf("{\"lines\":%" PRIu64 ",\"names\":%" PRIu64
		    ",\"junk\":%" PRIu64 ",\"kept\":%" PRIu64
		    ",\"left_out\":%" PRIu64 "}\n", how->lines, how->names,
		    how->junk, how->kept, how->left_out);
	else
		printf("%" PRIu64 " lines read, %" PRIu64 " of them no name; "
		    "%" PRIu64 " names are on the list now\n", how->lines,
		    how->junk, how->names);
	return out_close() ? EXIT_ACCEPTED : EXIT_USAGE;
}

int
age_import(struct age *a)
{
	const char *as = a->args->value[F_AS] != NULL ? a->args->value[F_AS] :
	    "new", *file = a->args->value[F_IMPORT];
	bool fresh = strcmp(as, "new") == 0;
	char path[4000], why[NAME_LIST_WHY];
	struct progress bar;
	struct name_list_import how = { .path = path, .today = a->today,
		.keep_days = fresh ? KEEP_DAYS : 0, .dated = fresh,
		.not_in = a->args->value[F_AFTER], .step = step,
		.ctx = &bar };
	bool ok;

	if (!fresh && strcmp(as, "known") != 0) {
		age_wrong(a, "--as is new or known");
		return EXIT_USAGE;
	}
	if (!fresh && how.not_in != NULL) {
		age_wrong(a, "--after makes a list of new names");
		return EXIT_USAGE;
	}
	if (!age_path(a, path, sizeof(path), fresh ? "new" : "known"))
		return EXIT_USAGE;
	if (mkdir(a->dir, 0750) != 0 && errno != EEXIST) {
		age_wrong(a, strerror(errno));
		return EXIT_USAGE;
	}
	progress_init(&bar, pieces(file) + (how.not_in == NULL ? 0 :
	    pieces(how.not_in)), false);
	ok = name_list_import(&how, &file, 1, why);
	progress_clear(&bar);
	if (!ok) {
		age_wrong(a, why);
		return EXIT_UNREADABLE;
	}
	return imported(a, &how);
}

/* ---- what was seen here -------------------------------------------------- */

struct noting {
	struct age *a;
	struct name_lines file;
	uint64_t lines, names;
};

/* "alice@shop.example 2026-03-01": the sender counts as one. */
static bool
note_line(struct noting *n, struct span line, struct arena *arena)
{
	struct firstseen *f = n->a->seen;
	size_t at = span_find(line, '@');
	struct name_line l;
	struct seen s = { .hash = 0 };
	size_t from = at;

	n->lines++;
	while (at < line.len && from > 0 && span_at(line, from - 1) > ' ' &&
	    span_at(line, from - 1) != ',' && span_at(line, from - 1) != '<')
		from--;
	if (name_line_read(&l, &n->file, at < line.len ? span_skip(line,
	    at + 1) : line, arena) != NAME_LINE_NAME)
		return true;
	l.name.name = suffix_org(n->a->suffix, l.name.name, SUFFIX_ICANN);
	s.hash = firstseen_hash(f, l.name.name);
	s.first = l.day == 0 ? n->a->today : l.day;
	if (at < line.len) {
		struct buf b = arena_buf(arena, at - from + 1 +
		    l.name.name.len);

		buf_lower(&b, span_slice(line, from, at + 1));
		buf_put(&b, l.name.name);
		seen_sender(&s, firstseen_hash(f, buf_span(&b)));
	}
	n->names++;
	return firstseen_put(f, &s);
}

static bool
note_file(struct noting *n, gzFile in)
{
	static char line[LINE];
	struct arena arena;
	bool ok = true;

	arena_init(&arena, 1 << 20);
	while (ok && gzgets(in, line, sizeof(line)) != NULL) {
		arena_reset(&arena);
		ok = note_line(n, assay_cstr(line), &arena);
	}
	arena_free(&arena);
	return ok;
}

int
age_note(struct age *a)
{
	const char *path = a->args->value[F_NOTE];
	struct noting n = { .a = a };
	gzFile in = gzopen(path, "rbe");
	bool ok;

	if (in == NULL || !age_open(a, "seen")) {
		if (in == NULL)
			fprintf(stderr, "assay age: %s: %s\n", path,
			    strerror(errno));
		else
			gzclose(in);
		return in == NULL ? EXIT_UNREADABLE : EXIT_USAGE;
	}
	ok = note_file(&n, in);
	ok = gzclose(in) == Z_OK && ok && firstseen_sync(a->seen);
	if (!ok) {
		age_wrong(a, "not all of it could be noted");
		return EXIT_UNREADABLE;
	}
	printf("%" PRIu64 " lines read, %" PRIu64 " names noted\n", n.lines,
	    n.names);
	return out_close() ? EXIT_ACCEPTED : EXIT_USAGE;
}

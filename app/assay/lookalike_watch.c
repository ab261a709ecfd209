/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookalike_watch.c - assay lookalike --watch: which of the likely variants
 * of our names are there, and which were not the last time.
 *
 * A name is there when DNS does not say NXDOMAIN to it.  Under some suffixes
 * everything is there; a name that nobody has shows which, and they are left
 * out.  What was told is a line a name in --seen FILE, which is replaced as a
 * whole, when everything was told.
 */
#include "lookalike_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lookalike/variants.h"
#include "wire/json.h"

enum {
	NAMES = 100,		/* watched: some 500 questions each         */
	VARIANTS = NAMES * 4000,
	BATCH = 64,		/* questions on their way at once           */
	NAMES_MEMORY = 64 << 20
};

/* Nobody registers this; with a suffix behind. */
#define NOBODY "assay-asks-whether-everything-is-here"

enum there { THERE_UNKNOWN = 0, THERE_NOT, THERE_NAME, THERE_ADDRESS };

struct variant {
	struct span name;
	size_t suffix;
	enum there there;
	bool mail, was;
};

struct watch {
	struct lookalike_run *run;
	struct assay_oracle dns;
	struct arena memory;
	struct variant *v;
	size_t n;
	struct text seen;		/* the file of last time            */
	struct span *old;
	size_t n_old;
	size_t there, news, gone, unanswered, everything;
};

/* ---- the variants -------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
	const struct variant *x = a, *y = b;

	return span_cmp(x->name, y->name);
}

static bool
add(struct watch *w, struct span name)
{
	struct variant *v = &w->v[w->n];

	if (lookalike_known(w->run->ix, name))
		return true;
	if (w->n == VARIANTS)
		return false;
	v->name = arena_dup(&w->memory, name);
	v->suffix = lookalike_suffix_of(w->run, name);
	if (v->suffix == 0)
		v->suffix = lookalike_suffix(name);
	w->n++;
	return !w->memory.failed;
}

static bool
make_variants(struct watch *w)
{
	struct lookalike_counts c;
	uint8_t room[254];
	struct buf out = BUF_ON(room);
	size_t kept = 0;

	lookalike_count(w->run->ix, &c);
	w->v = calloc(VARIANTS, sizeof(*w->v));
	if (w->v == NULL)
		return false;
	for (size_t i = 0; i < c.names; i++) {
		struct variants v;
		size_t suffix;
		struct span name = lookalike_name(w->run->ix, i, &suffix);

		variants_begin(&v, name, suffix);
		while (variants_next(&v, &out))
			if (!add(w, buf_span(&out)))
				return false;
	}
	qsort(w->v, w->n, sizeof(*w->v), by_name);
	for (size_t i = 0; i < w->n; i++)
		if (i == 0 || !span_eq(w->v[i].name, w->v[i - 1].name))
			w->v[kept++] = w->v[i];
	w->n = kept;
	return true;
}

/* ---- what was there ------------------------------------------------------ */

static int
by_text(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

static bool
read_seen(struct watch *w, const char *path)
{
	struct span all;
	size_t n = 0;

	if (path == NULL || access(path, F_OK) != 0)
		return true;
	if (!text_read(&w->seen, path)) {
		fprintf(stderr, "assay lookalike: cannot read %s: %s\n", path,
		    strerror(errno));
		return false;
	}
	all = (struct span){ (const uint8_t *)w->seen.ptr, w->seen.len };
	for (struct span s = all; s.len > 0; n++)
		(void)span_cut(&s, '\n');
	w->old = calloc(n + 1, sizeof(*w->old));
	if (w->old == NULL)
		return false;
	while (all.len > 0) {
		struct span line = span_trim_fws(span_cut(&all, '\n'));

		if (line.len > 0 && span_at(line, 0) != '#')
			w->old[w->n_old++] = line;
	}
	qsort(w->old, w->n_old, sizeof(*w->old), by_text);
	return true;
}

/* Whole or not at all, and durable. */
static bool
write_seen(const struct watch *w, const char *path)
{
	char temporary[4096];
	FILE *f;
	bool ok;
	int fd;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path)
	    >= sizeof(temporary) || (fd = mkstemp(temporary)) < 0) {
		fprintf(stderr, "assay lookalike: cannot write beside %s: "
		    "%s\n", path, strerror(errno));
		return false;
	}
	f = fdopen(fd, "w");
	ok = f != NULL && fprintf(f, "# look-alikes that assay lookalike "
	    "--watch has told of\n") > 0;
	for (size_t i = 0; ok && i < w->n; i++)
		if (w->v[i].there >= THERE_NAME ||
		    (w->v[i].there == THERE_UNKNOWN && w->v[i].was))
			ok = fprintf(f, "%.*s\n", (int)w->v[i].name.len,
			    (const char *)w->v[i].name.ptr) > 0;
	ok = ok && fflush(f) == 0 && fsync(fd) == 0;
	if (f != NULL ? fclose(f) != 0 : close(fd) != 0)
		ok = false;
	if (ok && rename(temporary, path) == 0)
		return true;
	fprintf(stderr, "assay lookalike: cannot write %s: %s\n", path,
	    strerror(errno));
	(void)unlink(temporary);
	return false;
}

/* ---- asking -------------------------------------------------------------- */

static void
begin(struct watch *w, uint16_t type, struct span name)
{
	struct assay_question q = { ASSAY_Q_DNS, type, name };

	if (w->dns.begin != NULL)
		w->dns.begin(w->dns.self, &q);
}

static int
ask(struct watch *w, uint16_t type, struct span name)
{
	struct assay_question q = { ASSAY_Q_DNS, type, name };
	struct assay_answer a = { .kind = ASSAY_A_TEMPFAIL };

	if (w->dns.start != NULL)
		w->dns.start(w->dns.self);
	if (w->dns.ask(w->dns.self, &q, &a) != ASSAY_OK)
		return ASSAY_A_TEMPFAIL;
	return (int)a.kind;
}

static enum there
there_of(int kind)
{
	if (kind == ASSAY_A_DATA)
		return THERE_ADDRESS;
	if (kind == ASSAY_A_NODATA)
		return THERE_NAME;
	return kind == ASSAY_A_NXDOMAIN ? THERE_NOT : THERE_UNKNOWN;
}

/* Suffixes are few, but each has many names: asked once. */
static bool
everything_is_there(struct watch *w, struct span suffix)
{
	static struct { char suffix[64]; bool all; } known[256];
	static size_t n;
	char name[400];
	bool all;

	for (size_t i = 0; i < n; i++)
		if (span_eq(assay_cstr(known[i].suffix), suffix))
			return known[i].all;
	snprintf(name, sizeof(name), NOBODY ".%.*s", (int)suffix.len,
	    (const char *)suffix.ptr);
	all = there_of(ask(w, ASSAY_T_A, assay_cstr(name))) >= THERE_NAME;
	w->everything += all;
	if (n < sizeof(known) / sizeof(known[0]) &&
	    suffix.len < sizeof(known[0].suffix)) {
		snprintf(known[n].suffix, sizeof(known[n].suffix), "%.*s",
		    (int)suffix.len, (const char *)suffix.ptr);
		known[n++].all = all;
	}
	return all;
}

static void
one(struct watch *w, struct variant *v)
{
	struct span suffix = span_skip(v->name, v->name.len - v->suffix);

	v->was = w->n_old > 0 && bsearch(&v->name, w->old, w->n_old,
	    sizeof(*w->old), by_text) != NULL;
	v->there = there_of(ask(w, ASSAY_T_A, v->name));
	if (v->there >= THERE_NAME && everything_is_there(w, suffix))
		v->there = THERE_NOT;
	if (v->there >= THERE_NAME)
		v->mail = ask(w, ASSAY_T_MX, v->name) == ASSAY_A_DATA;
	w->there += v->there >= THERE_NAME;
	w->news += v->there >= THERE_NAME && !v->was;
	w->gone += v->there == THERE_NOT && v->was;
	w->unanswered += v->there == THERE_UNKNOWN;
}

static void
ask_all(struct watch *w)
{
	for (size_t i = 0; i < w->n; i += BATCH) {
		size_t to = i + BATCH < w->n ? i + BATCH : w->n;

		if (w->dns.start != NULL)
			w->dns.start(w->dns.self);
		for (size_t k = i; k < to; k++)
			begin(w, ASSAY_T_A, w->v[k].name);
		for (size_t k = i; k < to; k++)
			one(w, &w->v[k]);
	}
}

/* ---- telling ------------------------------------------------------------- */

static const struct column columns[] = {
	{ "name", "look-alike", COLUMN_WHOLE, 0 },
	{ "of", NULL, COLUMN_WHOLE, 0 },
	{ "mail", NULL, COLUMN_TEXT, 0 },
	{ "address", NULL, COLUMN_TEXT, 0 },
	{ "words", "how", COLUMN_TEXT, 0 },
};

static void
row(struct watch *w, const struct variant *v)
{
	struct lookalike_run *r = w->run;
	uint8_t room[LOOKALIKE_TELL];
	struct buf words = BUF_ON(room);
	struct lookalike_hit hit;

	(void)lookalike_find(r->ix, v->name, v->suffix, &hit);
	if (hit.kind != LOOKALIKE_NONE)
		lookalike_tell(&words, v->name, &hit);
	table_text(&r->table, v->name);
	table_text(&r->table, hit.kind == LOOKALIKE_NONE ? SPAN_NONE :
	    hit.name);
	table_cstr(&r->table, v->mail ? "yes" : "no");
	table_cstr(&r->table, v->there == THERE_ADDRESS ? "yes" : "no");
	table_text(&r->table, buf_span(&words));
}

static bool
tell(struct watch *w)
{
	struct lookalike_run *r = w->run;
	bool json = r->args->given[F_JSON], csv = r->args->given[F_CSV];

	table_begin(&r->table, columns, sizeof(columns) / sizeof(columns[0]),
	    json ? TABLE_JSON : csv ? TABLE_CSV : TABLE_PAGE, r->out);
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].there >= THERE_NAME && !w->v[i].was)
			row(w, &w->v[i]);
	if (w->news == 0 && !json && !csv)
		text_str(&r->text, "nothing new\n");
	if (!(w->news == 0 && !json && !csv) &&
	    !table_end(&r->table, &r->text))
		return false;
	if (!json && !csv)
		text_printf(&r->text, "\n%zu of %zu variants are there, %zu "
		    "of them new, %zu gone since the last time\n", w->there,
		    w->n, w->news, w->gone);
	if (w->everything > 0)
		fprintf(stderr, "assay lookalike: under %zu suffixes every "
		    "name is there; they are left out\n", w->everything);
	if (w->unanswered > 0)
		fprintf(stderr, "assay lookalike: DNS did not answer for %zu "
		    "names; say it again later\n", w->unanswered);
	return out_text(&r->text);
}

static int
watch(struct watch *w)
{
	const struct settings *s = &w->run->settings;
	const char *path = w->run->args->value[F_SEEN];
	enum assay_status st;

	if (!read_seen(w, path))
		return EXIT_UNREADABLE;
	if (!make_variants(w))
		return lookalike_usage("no memory", NULL);
	st = s->live ? assay_oracle_resolver(&w->dns, &s->resolver) :
	    assay_oracle_zone(&w->dns, (struct span){
	    (const uint8_t *)s->zone.ptr, s->zone.len }, NULL, NULL);
	if (st != ASSAY_OK) {
		fprintf(stderr, "assay lookalike: the resolver cannot be "
		    "used: %s\n", assay_status_str(st));
		return EXIT_USAGE;
	}
	ask_all(w);
	if (!tell(w))
		return EXIT_USAGE;
	if (path != NULL && !write_seen(w, path))
		return EXIT_UNREADABLE;
	return w->unanswered > 0 ? EXIT_TEMPORARY : w->news > 0 ?
	    EXIT_NOT_ACCEPTED : EXIT_ACCEPTED;
}

int
lookalike_watch(struct lookalike_run *r)
{
	struct watch w = { .run = r };
	struct lookalike_counts c;
	int status;

	lookalike_count(r->ix, &c);
	if (c.names > NAMES)
		return lookalike_usage("at most 100 names can be watched",
		    NULL);
	arena_init(&w.memory, NAMES_MEMORY);
	status = watch(&w);
	assay_oracle_free(&w.dns);
	arena_free(&w.memory);
	text_free(&w.seen);
	free(w.old);
	free(w.v);
	return status;
}

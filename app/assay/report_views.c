/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_views.c - assay report show, top, timeline, reporters, failures,
 * tls, aside: what was asked, and the store opened for it.
 */
#include "report.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fault.h"
#include "report_view.h"
#include "store_file.h"
#include "wire/day.h"
#include "wire/domain.h"

enum { USUAL_DAYS = 30, MOST_DAYS = 36500, MOST_LINES = 1000000,
	NAMES = 64 << 10 /* octets to read a domain in */ };

typedef bool view_fn(const struct report_view *v, struct text *to);

static const char *const by_words[] = { "source", "reporter", "from",
	"result" };

static bool
to_stderr(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	return fwrite(bytes.ptr, 1, bytes.len, stderr) == bytes.len;
}

static bool
number(const struct args *args, enum flag_id flag, uint64_t most,
    uint64_t *out)
{
	if (!args->given[flag] || (args_number(args->value[flag], most,
	    out) && *out > 0))
		return true;
	fprintf(stderr, "assay report: --%s: a number from 1 to %llu, not "
	    "'%s'\n", flag_table[flag].name, (unsigned long long)most,
	    args->value[flag]);
	return false;
}

static bool
by_of(const struct args *args, const char **out)
{
	*out = args->given[F_BY] ? args->value[F_BY] : "source";
	for (size_t i = 0; i < 4; i++)
		if (strcmp(*out, by_words[i]) == 0)
			return true;
	fprintf(stderr, "assay report: --by source, reporter, from or "
	    "result, not '%s'\n", *out);
	return false;
}

/* As the store has it. */
static bool
domain_of(struct report_view *v, const char *word, struct arena *names)
{
	struct domain d;

	if (domain_parse(&d, assay_cstr(word), true, names)) {
		v->domain = d.name;
		return true;
	}
	fprintf(stderr, "assay report: '");
	(void)fault_printable(assay_cstr(word), to_stderr, NULL);
	fprintf(stderr, "' is no domain\n");
	return false;
}

/* The last --days days before --time. */
static bool
read_view(struct report_view *v, const struct args *args,
    const struct out *out, struct arena *names)
{
	uint64_t days = USUAL_DAYS, limit = 0;
	int64_t now = args->given[F_TIME] ? args->time :
	    (int64_t)time(NULL);

	*v = (struct report_view){ .out = out, .today = now / DAY_SECONDS,
		.form = args->given[F_JSON] ? TABLE_JSON :
		args->given[F_CSV] ? TABLE_CSV : TABLE_PAGE };
	if (!number(args, F_DAYS, MOST_DAYS, &days) ||
	    !number(args, F_LIMIT, MOST_LINES, &limit) ||
	    !by_of(args, &v->by))
		return false;
	if (args->n_word > 2) {
		fprintf(stderr, "assay report: one domain at a time\n");
		return false;
	}
	if (args->n_word == 2 && !domain_of(v, args->word[1], names))
		return false;
	v->limit = (uint32_t)limit;
	v->day_to = v->today;
	v->day_from = v->day_to - (int64_t)days + 1;
	return true;
}

static int
show(struct report_view *v, const struct store_file *file, view_fn *view)
{
	struct text t = { .ptr = NULL };
	int status = EXIT_ACCEPTED;

	v->store = store_file_open(file, STORE_READ, &status);
	if (v->store == NULL)
		return status;
	if (!view(v, &t))
		status = store_file_wrong(file->path, store_why(v->store));
	else if (!out_text(&t))
		status = EXIT_UNREADABLE;
	store_close(v->store);
	text_free(&t);
	return status;
}

static int
view(const struct args *args, const struct out *out, view_fn *fn)
{
	struct report_view v;
	struct store_file file = { .path = "" };
	struct arena names;
	int status = EXIT_USAGE;

	arena_init(&names, NAMES);
	if (read_view(&v, args, out, &names) && store_file_find(&file, args))
		status = show(&v, &file, fn);
	store_file_free(&file);
	arena_free(&names);
	return status;
}

int
report_verb_show(const struct args *args, const struct out *out)
{
	return view(args, out, report_list);
}

int
report_verb_aside(const struct args *args, const struct out *out)
{
	return view(args, out, report_asides);
}

int
report_verb_failures(const struct args *args, const struct out *out)
{
	return view(args, out, report_failures);
}

int
report_verb_tls(const struct args *args, const struct out *out)
{
	return view(args, out, report_tls);
}

int
report_verb_top(const struct args *args, const struct out *out)
{
	return view(args, out, report_top);
}

int
report_verb_timeline(const struct args *args, const struct out *out)
{
	return view(args, out, report_timeline);
}

int
report_verb_reporters(const struct args *args, const struct out *out)
{
	return view(args, out, report_reporters);
}

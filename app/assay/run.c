/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.c - many messages in, shown one after another, summed up at the end.
 */
#include "run.h"

#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "progress.h"
#include "recorder.h"
#include "workers.h"

struct run {
	const struct out *out;
	const struct input *in;
	enum view view;
	enum assay_check check;
	struct progress progress;
	struct recorder recorder;
	size_t ended[END_KINDS];
	size_t disposed[ASSAY_STRIP + 1];
	size_t dmarc[ASSAY_POLICY + 1];
};

static bool
heading(const struct run *r, size_t item)
{
	struct text line = { .ptr = NULL };
	char name[4096];
	bool ok;

	input_name(r->in, item, name, sizeof(name));
	text_printf(&line, "%s%s", item > 0 ? "\n" : "", out_bold(r->out));
	fault_printable(assay_cstr(name), text_write, &line);
	text_printf(&line, "%s\n", out_plain(r->out));
	ok = out_text(&line);
	text_free(&line);
	return ok;
}

static bool
show(const struct run *r, size_t item, const struct report *report)
{
	bool fault = report->disposition == 0;

	if (r->view == VIEW_SUMMARY && item > 0 && !out_put("\n", 1))
		return false;
	if ((r->view == VIEW_EXPLAIN || r->view == VIEW_CHECK) && !fault &&
	    (r->in->n_item > 1 || r->view == VIEW_EXPLAIN) &&
	    !heading(r, item))
		return false;
	return out_text(&report->shown);
}

static bool
take(void *ctx, size_t item, const struct report *report)
{
	struct run *r = ctx;

	r->ended[report->ending]++;
	if (report->disposition <= ASSAY_STRIP)
		r->disposed[report->disposition]++;
	if (report->disposition != 0 && report->dmarc <= ASSAY_POLICY)
		r->dmarc[report->dmarc]++;
	progress_clear(&r->progress);
	if (!show(r, item, report) ||
	    !recorder_put(&r->recorder, item + 1, &report->record))
		return false;
	progress_step(&r->progress);
	return true;
}

static void
cell(struct text *t, const char *what, size_t n, const char *colour,
    const char *plain)
{
	if (n > 0)
		text_printf(t, "  %s%s %zu%s", colour, what, n, plain);
}

/* The table for many. */
static bool
sum_up(const struct run *r)
{
	static const enum assay_disposition order[] = { ASSAY_ACCEPT,
		ASSAY_TAG, ASSAY_DEFER_ONCE, ASSAY_STRIP, ASSAY_HOLD,
		ASSAY_QUARANTINE, ASSAY_REJECT, ASSAY_DEFER };
	const char *dim = out_dim(r->out), *plain = out_plain(r->out);
	struct text t = { .ptr = NULL };
	bool ok;

	text_printf(&t, "\n%s%zu messages%s", out_bold(r->out),
	    r->in->n_item, plain);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		cell(&t, assay_disposition_name(order[i]),
		    r->disposed[order[i]], out_of_disposition(r->out,
		    order[i]), plain);
	cell(&t, "unreadable", r->ended[END_UNREADABLE], "", "");
	cell(&t, "not judged", r->disposed[0] - r->ended[END_UNREADABLE], "",
	    "");
	text_printf(&t, "\n%sdmarc%s", dim, plain);
	for (int i = ASSAY_NONE; i <= ASSAY_POLICY; i++)
		cell(&t, assay_result_name((enum assay_result)i),
		    r->dmarc[i], "", "");
	text_str(&t, "\n");
	ok = out_text(&t);
	text_free(&t);
	return ok;
}

static int
judge_all(struct run *r, const struct args *args,
    const struct settings *settings)
{
	struct judge_conf conf = { .settings = settings, .view = r->view,
		.check = r->check, .out = r->out,
		.record = args->value[F_RECORD] != NULL,
		.with_message = args->given[F_WITH_MESSAGE],
		/* whoever reads a whole message reads it by itself */
		.content = args->given[F_CONTENT],
		.alone = args->given[F_CONTENT] };
	unsigned jobs = args->jobs;
	bool ok;

	if (jobs == 0)
		jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (!recorder_open(&r->recorder, args->value[F_RECORD]))
		return EXIT_USAGE;
	progress_init(&r->progress, r->in->n_item, r->out->terminal);
	ok = workers_run(&conf, r->in, jobs, take, r);
	progress_clear(&r->progress);
	if (ok && r->in->n_item > 1 &&
	    (r->view == VIEW_SUMMARY || r->view == VIEW_BRIEF))
		ok = sum_up(r);
	if (!out_close())
		ok = false;
	if (!recorder_close(&r->recorder, ok) || !ok)
		return EXIT_USAGE;
	return judge_exit(r->ended);
}

/* SPF is half of the answer, and most people forget to ask it. */
static void
hint(const struct run *r, const struct settings *s)
{
	size_t judged = 0;

	for (int i = ASSAY_ACCEPT; i <= ASSAY_STRIP; i++)
		judged += r->disposed[i];
	if (r->view != VIEW_SUMMARY && r->view != VIEW_EXPLAIN)
		return;
	if (judged > 0 && s->session.client.family == 0 && !s->from_headers)
		fprintf(stderr, "hint: give --ip, or --from-headers for "
		    "stored mail, and SPF is checked too\n");
}

int
run_messages(const struct args *args, const struct out *out, enum view view,
    enum assay_check check)
{
	struct settings settings = { .live = false };
	struct input in = { .n_item = 0 };
	struct run r = { .out = out, .in = &in, .view = view,
		.check = check };
	int status = EXIT_USAGE;
	size_t stdins = 0;

	for (size_t i = 0; i < args->n_word; i++)
		stdins += strcmp(args->word[i], "-") == 0;
	if (stdins > 1) {
		fprintf(stderr, "assay %s: standard input can be read once: "
		    "one - is enough\n", args->name);
		return EXIT_USAGE;
	}
	if (args->n_word == 0) {
		fprintf(stderr, "assay %s: which message? FILE, - for "
		    "standard input, a folder, an mbox or a Maildir\n"
		    "'assay %s --help' shows how\n", args->name, args->name);
		return EXIT_USAGE;
	}
	if (args->given[F_WITH_MESSAGE] && !args->given[F_RECORD])
		fprintf(stderr, "assay: warning: --with-message says what "
		    "a --record holds, and there is none\n");
	if (args->given[F_TRUST] && !args->given[F_FROM_HEADERS])
		fprintf(stderr, "assay: warning: --trust is about "
		    "--from-headers, which is not given\n");
	if (settings_make(&settings, args)) {
		for (size_t i = 0; i < args->n_word; i++)
			input_add(&in, args->word[i]);
		if (in.failed)
			fprintf(stderr, "assay: out of memory\n");
		else
			status = judge_all(&r, args, &settings);
		if (!in.failed)
			hint(&r, &settings);
	}
	input_free(&in);
	settings_free(&settings);
	return status;
}

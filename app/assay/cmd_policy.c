/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_policy.c - assay policy try DOMAIN "p=reject; ...": what that would
 * have done to mail that was reported.
 */
#include "cmd.h"

#include <string.h>

#include "source_cmd.h"

enum { REMARK = 1000, MOST_LINES = 1000000 };

static int
usage(const char *what)
{
	fprintf(stderr, "assay policy: %s\n'assay policy --help' shows "
	    "how\n", what);
	return EXIT_USAGE;
}

static int
replay(struct source_load *l, const struct whatif *w, struct whatif_sum *sum)
{
	struct source_rows r;
	bool ok = whatif_sum_init(sum, l->ground_secret, &l->arena) &&
	    source_rows_begin(&r, l);

	while (ok && source_rows_next(&r))
		ok = whatif_sum_add(sum, w, l->s, &r.row);
	if (ok && source_rows_end(&r))
		return 0;
	if (store_why(l->store)->status != STORE_OK)
		return store_file_wrong(l->file->path, store_why(l->store));
	fprintf(stderr, "assay policy: not enough memory; ask for fewer "
	    "--days\n");
	return EXIT_TEMPORARY;
}

static int
try(struct source_load *l, const struct args *args, const struct out *out,
    uint32_t limit)
{
	struct whatif w = { .name = l->name };
	uint8_t room[REMARK];
	struct buf remark = BUF_ON(room);
	struct text text = { .ptr = NULL };
	struct whatif_sum sum;
	struct source_none q = { args->name, l->store, l->file, l->day_from,
		l->day_to, false };
	struct source_try t;
	bool none;
	int status = source_none(&q, assay_cstr(args->word[1]), &none);

	if (status == 0 && none)	/* nothing to try it on */
		return EXIT_UNREADABLE;
	if (status == 0)
		status = source_load(l, assay_cstr(args->word[1]));
	if (status != 0)
		return status;
	if (!whatif_read(&w.record, assay_cstr(args->word[2]), &remark,
	    &l->arena)) {
		fprintf(stderr, "assay policy: %.*s\n", (int)remark.len,
		    (const char *)remark.ptr);
		return EXIT_USAGE;
	}
	w.domain = l->domain;
	w.org = l->org;
	w.n_name = l->n_name;
	status = replay(l, &w, &sum);
	if (status != 0)
		return status;
	t = (struct source_try){ l, &w, &sum, assay_cstr(args->word[2]),
		buf_span(&remark) };
	source_view_try(&t, source_cmd_form(args), limit, out, &text);
	if (text.failed || !out_text(&text))
		status = EXIT_USAGE;
	else if (sum.by_fate[WHATIF_QUARANTINE] + sum.by_fate[WHATIF_REJECT]
	    > 0)
		status = EXIT_NOT_ACCEPTED;
	text_free(&text);
	return status;
}

static int
run(const struct args *args, const struct out *out,
    struct settings *settings, struct store_file *file)
{
	struct source_load l = { .settings = settings, .file = file,
		.offline = args->given[F_OFFLINE] };
	uint64_t limit = 0;
	int status = EXIT_USAGE;

	if (args->given[F_LIMIT] && !args_number(args->value[F_LIMIT],
	    MOST_LINES, &limit))
		return usage("--limit: a number");
	if (!source_cmd_days(args, &l.day_from, &l.day_to) ||
	    !settings_make(settings, args) || !store_file_find(file, args))
		return EXIT_USAGE;
	l.store = store_file_open(file, STORE_READ, &status);
	if (l.store == NULL)
		return status;
	status = try(&l, args, out, (uint32_t)limit);
	source_load_free(&l);
	store_close(l.store);
	return status;
}

int
cmd_policy(const struct args *args, const struct out *out)
{
	struct settings settings = { .live = false };
	struct store_file file = { .path = "" };
	int status;

	if (args->n_word == 0 || strcmp(args->word[0], "try") != 0)
		return usage("what? 'assay policy try DOMAIN \"p=reject\"'");
	if (args->n_word != 3)
		return usage("try DOMAIN POLICY, the policy in quotes: "
		    "\"p=reject; np=reject\"");
	if (!settings_domain(args->word[1]))
		return usage("this is no domain name");
	status = run(args, out, &settings, &file);
	settings_free(&settings);
	store_file_free(&file);
	if (!out_close())
		return EXIT_USAGE;
	return status;
}

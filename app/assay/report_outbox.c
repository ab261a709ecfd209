/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_outbox.c - assay report outbox: the reports that assayd sends, what
 * becomes of each and why.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "report.h"
#include "report_hurry.h"
#include "store/outbound.h"
#include "store_file.h"
#include "table.h"

static const struct column columns[] = {
	{ "day", NULL, COLUMN_TEXT, 0 },
	{ "domain", NULL, COLUMN_TEXT, 40 },
	{ "to", NULL, COLUMN_TEXT, 40 },
	{ "state", NULL, COLUMN_TEXT, 0 },
	{ "messages", NULL, COLUMN_NUMBER, 0 },
	{ "tries", NULL, COLUMN_NUMBER, 0 },
	{ "when", NULL, COLUMN_TEXT, 0 },
	{ "report_id", "report", COLUMN_TEXT, 0 },
	{ "why", NULL, COLUMN_TEXT, 60 },
	{ "kind", NULL, COLUMN_TEXT, 0 },
};

struct listing {
	struct table table;
	struct assay_span domain;	/* absent: all */
};

static const char *
report_word(enum outbound_state state)
{
	switch (state) {
	case OUTBOUND_COUNTS: return "counting";
	case OUTBOUND_MADE: return "made";
	case OUTBOUND_NONE: return "not-sent";
	case OUTBOUND_ROUTED:
	case OUTBOUND_DONE:
		break;
	}
	return "done";
}

static const char *
mail_word(enum outbound_mail_state state)
{
	switch (state) {
	case OUTBOUND_DUE: return "due";
	case OUTBOUND_SENT: return "sent";
	case OUTBOUND_FAILED: return "failed";
	case OUTBOUND_SUPPRESSED: return "suppressed";
	case OUTBOUND_REFUSED: return "refused";
	case OUTBOUND_BOUNCED: return "bounced";
	}
	return "unknown";
}

/* When it is due, or what it is was found out. */
static void
put_time(struct table *t, int64_t when)
{
	time_t at = (time_t)when;
	char text[32] = "-";
	struct tm tm;

	if (when > 0 && gmtime_r(&at, &tm) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	table_cstr(t, text);
}

static bool
take(void *ctx, const struct outbound_report *r,
    const struct outbound_mail *m)
{
	struct listing *l = ctx;
	struct table *t = &l->table;

	if (!span_absent(l->domain) && !span_ieq(l->domain, r->domain))
		return true;
	table_day(t, r->day);
	table_text(t, r->domain);
	table_text(t, m == NULL ? SPAN_NONE : m->address);
	table_cstr(t, m == NULL ? report_word(r->state) :
	    mail_word(m->state));
	table_number(t, r->messages);
	table_number(t, m == NULL ? (uint64_t)r->tries : m->tries);
	put_time(t, m == NULL ? r->due : m->state == OUTBOUND_DUE ? m->due :
	    m->answered);
	table_text(t, r->report_id.len == 0 ? SPAN_NONE : r->report_id);
	table_text(t, m != NULL && m->why.len > 0 ? m->why :
	    r->why.len > 0 ? r->why : SPAN_NONE);
	table_cstr(t, r->kind == OUTBOUND_FAILURE ? "failure" :
	    "aggregate");
	return true;
}

/* An address that gets none for now: no report of any day. */
static bool
take_suppressed(void *ctx, const struct outbound_suppressed *o)
{
	struct listing *l = ctx;
	struct table *t = &l->table;

	table_day(t, o->since / 86400);
	table_text(t, SPAN_NONE);
	table_text(t, o->address);
	table_cstr(t, "suppressed-until");
	table_number(t, 0);
	table_number(t, 0);
	put_time(t, o->until);
	table_text(t, SPAN_NONE);
	table_text(t, o->why);
	table_cstr(t, "address");
	return true;
}

static int
list(struct store *s, const struct store_file *f, const struct args *args,
    const struct out *out)
{
	struct listing l = { .domain = args->n_word > 1 ?
		assay_cstr(args->word[1]) : SPAN_NONE };
	struct text text = { .len = 0 };
	bool ok;

	table_begin(&l.table, columns, sizeof(columns) / sizeof(*columns),
	    args->given[F_JSON] ? TABLE_JSON : args->given[F_CSV] ?
	    TABLE_CSV : TABLE_PAGE, out);
	ok = outbound_list(s, take, &l) && (!span_absent(l.domain) ||
	    outbound_suppressions(s, (int64_t)time(NULL), take_suppressed,
	    &l));
	ok = table_end(&l.table, &text) && ok;
	if (!ok) {
		text_free(&text);
		return store_file_wrong(f->path, store_why(s));
	}
	out_text(&text);
	text_free(&text);
	return EXIT_ACCEPTED;
}

int
report_outbox(const struct args *args, const struct out *out)
{
	struct store_file f;
	struct store *s;
	int status = EXIT_USAGE;

	if (args->n_word > 2) {
		fprintf(stderr, "assay report outbox: one domain, or none\n");
		return EXIT_USAGE;
	}
	if (!store_file_find(&f, args)) {
		store_file_free(&f);
		return status;
	}
	if (args->given[F_RELEASE]) {
		status = report_release(args, &f);
	} else if ((s = store_file_open(&f, STORE_READ, &status)) != NULL) {
		status = list(s, &f, args, out);
		store_close(s);
	}
	store_file_free(&f);
	return status;
}

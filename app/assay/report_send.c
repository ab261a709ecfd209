/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_send.c - assay report send: what assayd would send of the reports
 * that it counts, to whom and when; with --xml the report itself
 * (report_hurry.c: without --dry-run).
 *
 * Nothing is asked of the DNS and nothing is changed.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon_conf.h"
#include "report.h"
#include "report_hurry.h"
#include "store/outbound_xml.h"
#include "store_file.h"
#include "table.h"

enum { NAMED = 8 };	/* reports of one domain that a person is told of */

static const struct column columns[] = {
	{ "day", NULL, COLUMN_TEXT, 0 },
	{ "domain", NULL, COLUMN_TEXT, 40 },
	{ "to", NULL, COLUMN_TEXT, 40 },
	{ "rows", NULL, COLUMN_NUMBER, 0 },
	{ "messages", NULL, COLUMN_NUMBER, 0 },
	{ "due", NULL, COLUMN_TEXT, 0 },
	{ "report_id", "report", COLUMN_TEXT, 0 },
	{ "note", NULL, COLUMN_TEXT, 60 },
};

struct sending {
	const struct daemon_outbound *conf;
	struct span word;		/* of a person; absent: all          */
	struct arena *arena;		/* of one report                     */
	struct table table;
	size_t found;			/* reports that are not sent yet     */
	int64_t last;			/* id of the last of them            */
	struct { int64_t id; char name[OUTBOUND_ID + 1]; } report[NAMED];
};

/* ---- one report ---------------------------------------------------------- */

/* Why it will go to nobody; NULL: it goes.  As assayd decides when it is
 * due. */
static const char *
unsent(struct sending *s, const struct outbound_report *r)
{
	struct domain d;

	if (r->state != OUTBOUND_COUNTS)
		return NULL;
	if (!domain_parse(&d, r->domain, false, s->arena))
		return "not sent: its domain is none";
	for (size_t i = 0; i < s->conf->n_exclude; i++)
		if (domain_within(d, s->conf->exclude[i]))
			return "not sent: report-exclude names this domain";
	if (r->messages == r->letters)
		return "not sent: all of it was reports, or answers to ours";
	return s->conf->send ? NULL : "not sent: send-reports is not yes";
}

/* RFC 9990 4: who is at another organisation is asked in the DNS first.
 * What is the same one is known by a walk through the DNS, too; here only
 * what needs no question. */
static bool
is_external(struct sending *s, struct span domain, struct span address)
{
	struct span host = span_skip(address, span_rfind(address, '@') + 1);
	struct domain d, h;

	return !domain_parse(&d, domain, false, s->arena) ||
	    !domain_parse(&h, host, false, s->arena) || !domain_within(h, d);
}

static void
put_line(struct sending *s, const struct outbound_report *r,
    struct span to, int64_t due, struct span note)
{
	struct table *t = &s->table;
	time_t at = (time_t)due;
	char text[32] = "-";
	struct tm tm;

	table_day(t, r->day);
	table_text(t, r->domain);
	table_text(t, to);
	table_number(t, r->rows);
	table_number(t, r->messages);
	if (gmtime_r(&at, &tm) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	table_cstr(t, text);
	table_text(t, r->report_id.len > 0 ? r->report_id : SPAN_NONE);
	table_text(t, note.len > 0 ? note : SPAN_NONE);
}

/* A line for each address of its record. */
static void
put_report(struct sending *s, const struct outbound_report *r)
{
	const char *why = unsent(s, r);
	struct span list = r->rua, to;
	bool any = false;

	while (tally_address(&list, &to)) {
		any = true;
		put_line(s, r, to, r->due, why != NULL ? assay_cstr(why) :
		    is_external(s, r->domain, to) ?
		    SPAN("external: asked when sent") : r->why);
	}
	if (!any)
		put_line(s, r, SPAN_NONE, r->due, r->why);
}

static bool
is_meant(const struct sending *s, const struct outbound_report *r)
{
	return span_absent(s->word) || span_ieq(s->word, r->domain) ||
	    (r->report_id.len > 0 && span_ieq(s->word, r->report_id));
}

static bool
take(void *ctx, const struct outbound_report *as_is,
    const struct outbound_mail *m)
{
	struct sending *s = ctx;
	struct outbound_report r = *as_is;

	arena_reset(s->arena);
	if (r.kind != OUTBOUND_AGGREGATE || r.state == OUTBOUND_DONE ||
	    r.state == OUTBOUND_NONE ||
	    (m != NULL && m->state != OUTBOUND_DUE))
		return true;
	if (r.state == OUTBOUND_COUNTS && !domain_absent(s->conf->domain) &&
	    !outbound_would(&r, as_is, s->conf->domain.name,
	    s->conf->old_form, s->arena))
		return false;
	if (!is_meant(s, &r))
		return true;
	if (s->last != r.id && s->found++ < NAMED) {
		s->report[s->found - 1].id = r.id;
		snprintf(s->report[s->found - 1].name, OUTBOUND_ID + 1,
		    "%.*s", (int)r.report_id.len,
		    (const char *)r.report_id.ptr);
	}
	s->last = r.id;
	if (m != NULL)
		put_line(s, &r, m->address, m->due, m->why);
	else
		put_report(s, &r);
	return true;
}

/* ---- the report itself --------------------------------------------------- */

static bool
put(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	return out_put((const char *)bytes.ptr, bytes.len);
}

static int
which(const struct sending *s)
{
	fprintf(stderr, "assay report send: %zu reports wait to be sent%s",
	    s->found, s->found == 0 ? ": there is none to show\n" :
	    "; say which one:\n");
	for (size_t i = 0; i < s->found && i < NAMED; i++)
		fprintf(stderr, "    assay report send --dry-run --xml %s\n",
		    s->report[i].name);
	return EXIT_USAGE;
}

static int
unshown(struct store *store, const struct store_file *f)
{
	if (store_why(store)->status != STORE_OK)
		return store_file_wrong(f->path, store_why(store));
	fprintf(stderr, "assay report send: it was sent meanwhile, or there "
	    "is no memory\n");
	return EXIT_TEMPORARY;
}

static int
show_xml(struct store *store, const struct store_file *f, struct sending *s)
{
	const struct daemon_outbound *d = s->conf;
	const struct outbound_voice who = { d->org, d->from, d->contact };
	struct outbound_report as_is, r;
	struct aggregate_head head;

	if (domain_absent(d->domain)) {
		fprintf(stderr, "assay report send: who reports is not "
		    "known: report-from is missing in the configuration\n");
		return EXIT_USAGE;
	}
	if (s->found != 1)
		return which(s);
	arena_reset(s->arena);
	if (!outbound_get(store, s->last, &as_is, s->arena))
		return unshown(store, f);
	r = as_is;
	if ((r.state == OUTBOUND_COUNTS && !outbound_would(&r, &as_is,
	    d->domain.name, d->old_form, s->arena)) ||
	    !outbound_head(&head, &r, &who) ||
	    !outbound_xml(store, &r, &head, put, NULL))
		return unshown(store, f);
	return EXIT_ACCEPTED;
}

/* ---- all of it ----------------------------------------------------------- */

/* What a person should know before an empty or a lonely table. */
static void
tell(const struct sending *s)
{
	if (!s->conf->send && s->conf->count)
		fprintf(stderr, "send-reports is count: these are not sent "
		    "before it is yes.\n");
	else if (s->conf->count && s->found == 0)
		fprintf(stderr, "No report waits to be sent.\n");
}

static int
dry_run(struct store *store, const struct store_file *f,
    const struct args *args, const struct out *out, struct sending *s)
{
	struct text text = { .len = 0 };
	bool xml = args->given[F_XML], ok;
	int status = EXIT_ACCEPTED;

	table_begin(&s->table, columns, sizeof(columns) / sizeof(*columns),
	    args->given[F_JSON] ? TABLE_JSON : args->given[F_CSV] ?
	    TABLE_CSV : TABLE_PAGE, out);
	ok = outbound_list(store, take, s);
	ok = table_end(&s->table, &text) && ok;
	if (!ok) {
		status = store_file_wrong(f->path, store_why(store));
	} else if (xml) {
		status = show_xml(store, f, s);
	} else {
		tell(s);
		out_text(&text);
	}
	text_free(&text);
	return status;
}

static void
mistake(void *ctx, unsigned line, const char *what, const char *near)
{
	fprintf(stderr, "assay report send: %s:%u: %s%s%s\n",
	    *(const char **)ctx, line, what, near == NULL ? "" : "; write ",
	    near == NULL ? "" : near);
}

static int
look(const struct store_file *f, const struct args *args,
    const struct out *out, const struct daemon_outbound *conf)
{
	struct sending s = { .conf = conf, .word = args->n_word > 1 ?
		assay_cstr(args->word[1]) : SPAN_NONE,
		.arena = arena_new(4 << 20) };
	int status = EXIT_USAGE;
	struct store *store;

	/* there may be no store, then */
	if (!conf->count)
		fprintf(stderr, "send-reports is no: assayd counts nothing "
		    "for reports to others. With 'send-reports count' it "
		    "counts and sends nothing, and it can be looked at "
		    "here.\n");
	store = s.arena == NULL ? NULL :
	    store_file_open(f, STORE_READ, &status);

	if (store != NULL) {
		status = dry_run(store, f, args, out, &s);
		store_close(store);
	}
	arena_delete(s.arena);
	return status;
}

int
report_send(const struct args *args, const struct out *out)
{
	const char *name = args->value[F_CONF] != NULL ?
	    args->value[F_CONF] : "the configuration";
	struct daemon_conf daemon = { .arena = NULL };
	struct store_file f;
	int status = EXIT_USAGE;

	if (args->n_word > 2 || (args->given[F_XML] &&
	    !args->given[F_DRY_RUN])) {
		fprintf(stderr, "assay report send: one domain, or none; "
		    "--xml goes with --dry-run\n");
		return EXIT_USAGE;
	}
	if (store_file_find(&f, args) && daemon_conf_make(&daemon, &f.conf,
	    false, mistake, &name))
		status = args->given[F_DRY_RUN] ?
		    look(&f, args, out, &daemon.outbound) :
		    report_hurry(args, &f, &daemon.outbound);
	daemon_conf_free(&daemon);
	store_file_free(&f);
	return status;
}

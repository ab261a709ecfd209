/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_top.c - assay report top, timeline: who sends how much, and how
 * much of it proves whose it is.
 */
#include "report_sum.h"

#include <string.h>

enum {
	TOP = 20, BAR = 24, SHARE = 6,
	GAP_LINES = 3,		/* more days of silence are one line         */
	GAP_DAYS = 400		/* more without a report are not drawn:
				 * whoever writes a report chooses its day   */
};

static const struct { const char *word, *title; enum store_by by; } keys[] = {
	{ "source", "source", STORE_BY_SOURCE },
	{ "reporter", "reporter", STORE_BY_REPORTER },
	{ "from", "header_from", STORE_BY_FROM },
	{ "result", "result", STORE_BY_RESULT },
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static void
put_line(struct table *t, const struct report_sum *s)
{
	table_number(t, s->messages);
	table_share(t, s->passed, s->messages);
	table_number(t, s->dkim);
	table_number(t, s->spf);
	table_number(t, s->quarantined);
	table_number(t, s->rejected);
	table_bar(t, s->messages);
}

static bool
fold_all(const struct report_view *v, enum store_by by,
    struct report_most *most)
{
	struct report_fold f;
	struct report_sum s;

	if (!report_fold_begin(&f, v, by))
		return false;
	while (report_fold_next(&f, &s))
		report_most_add(most, &s);
	return report_fold_end(&f);
}

static void
say_rest(const struct report_most *m, const struct report_view *v,
    struct text *to)
{
	if (v->form != TABLE_PAGE)
		return;
	if (m->n == 0)
		(void)report_nothing(v, to);
	if (m->left > 0)
		text_printf(to, "%sand %llu more with %llu messages "
		    "(--limit)%s\n", out_dim(v->out),
		    (unsigned long long)m->left,
		    (unsigned long long)m->rest.messages, out_plain(v->out));
}

bool
report_top(const struct report_view *v, struct text *to)
{
	struct text nothing = { .ptr = NULL };
	struct report_most most;
	struct table t;
	size_t k = 0;
	bool ok;

	while (k < KEYS - 1 && strcmp(keys[k].word, v->by) != 0)
		k++;
	const struct column column[] = {
		{ keys[k].title, keys[k].word, keys[k].by == STORE_BY_RESULT ?
		    COLUMN_WHOLE : COLUMN_TEXT, 40 },
		{ "messages", NULL, COLUMN_NUMBER, 0 },
		{ "pass", "DMARC pass", COLUMN_SHARE, SHARE },
		{ "dkim_aligned", "dkim", COLUMN_NUMBER, 0 },
		{ "spf_aligned", "spf", COLUMN_NUMBER, 0 },
		{ "quarantined", "quar.", COLUMN_NUMBER, 0 },
		{ "rejected", "rej.", COLUMN_NUMBER, 0 },
		{ "volume", "", COLUMN_BAR, 6 },
	};
	if (!report_most_init(&most, v->limit == 0 ? TOP : v->limit))
		return false;
	ok = fold_all(v, keys[k].by, &most);
	table_begin(&t, column, sizeof(column) / sizeof(column[0]), v->form,
	    v->out);
	for (size_t i = 0; i < most.n; i++) {
		table_cstr(&t, most.item[i].key[0] == '\0' ? "(unreadable)" :
		    most.item[i].key);
		put_line(&t, &most.item[i]);
	}
	if (most.n == 0 && v->form == TABLE_PAGE)
		ok &= table_end(&t, &nothing);
	else
		ok &= table_end(&t, to);
	text_free(&nothing);
	say_rest(&most, v, to);
	report_most_free(&most);
	return ok;
}

/* ---- day by day ---------------------------------------------------------- */

static const struct column timeline_column[] = {
	{ "day", NULL, COLUMN_TEXT, 0 },
	{ "messages", NULL, COLUMN_NUMBER, 0 },
	{ "passed", NULL, COLUMN_NUMBER, 0 },
	{ "failed", NULL, COLUMN_NUMBER, 0 },
	{ "quarantined", "quar.", COLUMN_NUMBER, 0 },
	{ "rejected", "rej.", COLUMN_NUMBER, 0 },
	{ "volume", "passed, and the rest", COLUMN_SPLIT, BAR },
};
enum { TIMELINE_COLUMNS = sizeof(timeline_column) /
	sizeof(timeline_column[0]) };

static void
put_day(struct table *t, int64_t day, const struct report_sum *s)
{
	table_day(t, day);
	table_number(t, s->messages);
	table_number(t, s->passed);
	table_number(t, s->messages - s->passed);
	table_number(t, s->quarantined);
	table_number(t, s->rejected);
	table_share(t, s->passed, s->messages);
}

/* Days without a report are shown, too: silence is an answer. */
static void
put_gap(struct table *t, int64_t from, int64_t to)
{
	static const struct report_sum nothing = { .day = 0 };
	char words[64];

	if (t->form == TABLE_PAGE && to - from > GAP_LINES) {
		snprintf(words, sizeof(words), "%lld days without a report",
		    (long long)(to - from));
		table_note(t, words);
		return;
	}
	for (; to - from <= GAP_DAYS && from < to; from++)
		put_day(t, from, &nothing);
}

bool
report_timeline(const struct report_view *v, struct text *to)
{
	struct report_fold f;
	struct report_sum s, all = { .day = 0 };
	struct table t;
	struct text unseen = { .ptr = NULL };
	int64_t next = 0;	/* what was before the first is not drawn */
	bool ok;

	if (!report_fold_begin(&f, v, STORE_BY_DAY))
		return false;
	table_begin(&t, timeline_column, TIMELINE_COLUMNS, v->form, v->out);
	while (report_fold_next(&f, &s)) {
		put_gap(&t, next == 0 ? s.day : next, s.day);
		put_day(&t, s.day, &s);
		next = s.day + 1;
		report_sum_add(&all, &s);
	}
	ok = report_fold_end(&f);
	if (next > 0)
		put_gap(&t, next, v->day_to + 1);
	if (next == 0 && v->form == TABLE_PAGE) {
		ok &= table_end(&t, &unseen) && report_nothing(v, to);
		text_free(&unseen);
		return ok;
	}
	ok &= table_end(&t, to);
	if (v->form == TABLE_PAGE && all.messages > 0)
		text_printf(to, "\n%llu messages, %.1f %% pass DMARC; of the "
		    "rest %llu were let through for a reason\n",
		    (unsigned long long)all.messages, 100.0 *
		    (double)all.passed / (double)all.messages,
		    (unsigned long long)all.excused);
	return ok;
}

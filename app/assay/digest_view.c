/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest_view.c - a week on one screen: what to do, what changed, how much,
 * and that the rest is fine.
 */
#include "alerts_view.h"

#include <string.h>

#include "wire/day.h"

enum {
	MOST_TODO = 4, MOST_CHANGED = 4,	/* of 24 to 40 lines         */
	MOST_BARS = 10, BAR = 30
};

/* ---- sums --------------------------------------------------------------- */

struct week {
	uint64_t all, ours, failed, hostile;
};

/* n days that end back days before today. */
static struct week
sum(const struct alert_facts *f, unsigned back, unsigned n)
{
	struct week w = { .all = 0 };

	for (unsigned k = back; k < back + n && k < ALERT_DAYS; k++) {
		size_t i = ALERT_DAYS - 1 - k;

		for (size_t s = 0; s < f->n_source; s++)
			w.all += f->source[s].day[i];
		for (size_t r = 0; r < f->n_flow; r++) {
			w.ours += f->flow[r].ours[i];
			w.failed += f->flow[r].failed[i];
			w.hostile += f->flow[r].hostile[i];
		}
	}
	return w;
}

static void
put_share(struct text *to, const struct week *w)
{
	uint64_t part = w->ours - w->failed, mille = w->ours == 0 ? 0 :
	    (uint64_t)((double)part * 1000 / (double)w->ours);

	if (w->ours == 0)
		text_str(to, "-");
	else
		text_printf(to, "%llu.%llu%%", (unsigned long long)mille /
		    10, (unsigned long long)mille % 10);
}

/* ---- parts of the page -------------------------------------------------- */

static void
head(struct text *to, const char *title, const struct out *out)
{
	text_printf(to, "\n%s%s%s\n", out_bold(out), title, out_plain(out));
}

static unsigned
todo(const struct alerts_load *l, const struct out *out, struct text *to)
{
	unsigned n = 0;

	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next) {
		if (a->grade < GRADE_WARN || ++n > MOST_TODO)
			continue;
		if (n == 1)
			head(to, "Do now", out);
		text_printf(to, " %u ", n);
		alerts_view_words(a->cause, 3, out, to);
		text_str(to, "   > ");
		alerts_view_words(a->step, 5, out, to);
		if (a->record.len + 5 < 2u * out->width)
			alerts_view_record(a->record, 5, to);
		else if (a->record.len > 0)
			text_str(to, "     (it is long: assay alerts)\n");
	}
	if (n == 0)
		text_str(to, "\nThere is nothing to do.\n");
	if (n > MOST_TODO)
		text_printf(to, "   and %u more: assay alerts %.*s\n", n -
		    MOST_TODO, (int)l->source.domain.name.len,
		    (const char *)l->source.domain.name.ptr);
	return n;
}

static void
changed(const struct alerts_load *l, const struct out *out, struct text *to)
{
	unsigned n = 0;

	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next) {
		if (a->grade >= GRADE_WARN || ++n > MOST_CHANGED)
			continue;
		if (n == 1)
			head(to, "Good to know", out);
		text_str(to, " - ");
		alerts_view_words(a->cause, 3, out, to);
	}
	if (n > MOST_CHANGED)
		text_printf(to, "   and %u more\n", n - MOST_CHANGED);
}

static void
figures(const struct alerts_load *l, struct text *to)
{
	static const struct column columns[] = {
		{ "mail", "Mail", COLUMN_TEXT, 0 },
		{ "now", "these days", COLUMN_NUMBER, 0 },
		{ "before", "before", COLUMN_NUMBER, 0 },
	};
	static const struct out plain = { .width = 78 };
	struct week now = sum(&l->facts, 0, l->days);
	struct week before = sum(&l->facts, l->days, l->days);
	struct table t;

	text_str(to, "\n");
	table_begin(&t, columns, 3, TABLE_PAGE, &plain);
	table_cstr(&t, "all that is told of");
	table_number(&t, now.all);
	table_number(&t, before.all);
	table_cstr(&t, "ours");
	table_number(&t, now.ours);
	table_number(&t, before.ours);
	table_cstr(&t, "ours that failed");
	table_number(&t, now.failed);
	table_number(&t, before.failed);
	table_cstr(&t, "hostile");
	table_number(&t, now.hostile);
	table_number(&t, before.hostile);
	if (!table_end(&t, to))
		to->failed = true;
	text_str(to, "Of ours passed: ");
	put_share(to, &now);
	text_str(to, ", before: ");
	put_share(to, &before);
	text_str(to, ".\n");
}

static void
chart(const struct alerts_load *l, const struct out *out, struct text *to)
{
	static const struct column columns[] = {
		{ "day", "Day", COLUMN_TEXT, 0 },
		{ "ours", "ours", COLUMN_NUMBER, 0 },
		{ "passed", "passed of all of ours", COLUMN_SPLIT, BAR },
		{ "hostile", "hostile", COLUMN_NUMBER, 0 },
	};
	unsigned n = l->days < MOST_BARS ? l->days : MOST_BARS;
	struct table t;

	text_str(to, "\n");
	table_begin(&t, columns, 4, TABLE_PAGE, out);
	while (n-- > 0) {
		struct week w = sum(&l->facts, n, 1);

		table_day(&t, l->facts.today - n);
		table_number(&t, w.ours);
		table_share(&t, w.ours - w.failed, w.ours);
		table_number(&t, w.hostile);
	}
	if (!table_end(&t, to))
		to->failed = true;
	text_str(to, "Reports about the last two days are still to come.\n");
}

/* ---- what is fine ------------------------------------------------------- */

static bool
has(const struct alerts_load *l, unsigned from, unsigned to)
{
	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next)
		if ((unsigned)a->text->code >= from &&
		    (unsigned)a->text->code <= to)
			return true;
	return false;
}

static unsigned
reporters(const struct alert_facts *f, unsigned days)
{
	unsigned n = 0;

	for (size_t r = 0; r < f->n_flow; r++)
		for (size_t i = ALERT_DAYS - days; i < ALERT_DAYS; i++)
			if (f->flow[r].told[i]) {
				n++;
				break;
			}
	return n;
}

static void
fine(const struct alerts_load *l, const struct out *out, struct text *to)
{
	char line[400];
	size_t n = 0;
#define PUT(...) n += (size_t)snprintf(line + n, sizeof(line) - n, \
    __VA_ARGS__)
	bool asked = l->n_answer > 0;
	bool before = l->facts.n_record > l->n_answer;

	PUT("Fine: %u receivers report", reporters(&l->facts, l->days));
	if (!has(l, ALERT_NEW_SOURCE, ALERT_OWN_FAILS))
		PUT(", nobody new sends");
	if (!has(l, ALERT_SPIKE, ALERT_ABUSE))
		PUT(", volumes are as usual");
	if (before && !has(l, ALERT_CHANGED, ALERT_APPEARED))
		PUT(", records are as they were");
	if (before && !has(l, ALERT_KEY_AGES, ALERT_KEY_AGED))
		PUT(", keys are young");
	PUT(".");
	if (l->facts.plan != NULL)
		PUT(" Stage of DMARC: %s%s.",
		    rollout_stage_name(l->plan.stage), l->plan.finished ?
		    ", the last one" : "");
	if (!asked)
		PUT(" DNS was not asked.");
#undef PUT
	text_str(to, "\n");
	text_wrap(to, line, 0, out->width < 80 ? out->width : 80);
}

void
digest_page(const struct alerts_load *l, const struct out *out,
    struct text *to, unsigned *count)
{
	uint8_t room[3 * DAY_TEXT];
	struct buf b = BUF_ON(room);
	struct span domain = l->source.domain.name;

	day_print(&b, (l->facts.today - l->days + 1) * DAY_SECONDS);
	buf_str(&b, " to ");
	day_print(&b, l->facts.today * DAY_SECONDS);
	text_printf(to, "%s%.*s%s, %.*s\n", out_bold(out), (int)domain.len,
	    (const char *)domain.ptr, out_plain(out), (int)b.len,
	    (const char *)b.ptr);
	*count = todo(l, out, to);
	changed(l, out, to);
	figures(l, to);
	chart(l, out, to);
	fine(l, out, to);
}

/* ---- JSON --------------------------------------------------------------- */

static void
json_week(struct jw *w, const char *key, const struct week *v)
{
	jw_key(w, key);
	jw_object(w);
	jw_put_u64(w, "messages", v->all);
	jw_put_u64(w, "ours", v->ours);
	jw_put_u64(w, "ours_failed", v->failed);
	jw_put_u64(w, "hostile", v->hostile);
	jw_end_object(w);
}

static void
json_days(struct jw *w, const struct alerts_load *l)
{
	jw_key(w, "by_day");
	jw_array(w);
	for (unsigned n = l->days; n-- > 0;) {
		struct week v = sum(&l->facts, n, 1);
		uint8_t room[DAY_TEXT];
		struct buf b = BUF_ON(room);

		day_print(&b, (l->facts.today - n) * DAY_SECONDS);
		jw_object(w);
		jw_put_str(w, "day", buf_span(&b));
		jw_put_u64(w, "messages", v.all);
		jw_put_u64(w, "ours", v.ours);
		jw_put_u64(w, "ours_failed", v.failed);
		jw_put_u64(w, "hostile", v.hostile);
		jw_end_object(w);
	}
	jw_end_array(w);
}

void
digest_json(const struct alerts_load *l, struct text *to)
{
	struct week now = sum(&l->facts, 0, l->days);
	struct week before = sum(&l->facts, l->days, l->days);
	struct jw w;

	jw_start(&w, text_write, to);
	jw_object(&w);
	jw_put_str(&w, "domain", l->source.domain.name);
	jw_put_u64(&w, "days", l->days);
	json_week(&w, "now", &now);
	json_week(&w, "before", &before);
	json_days(&w, l);
	jw_put_u64(&w, "reporters", reporters(&l->facts, l->days));
	jw_put_cstr(&w, "stage", l->facts.plan == NULL ? NULL :
	    rollout_stage_name(l->plan.stage));
	jw_put_bool(&w, "dns_asked", l->n_answer > 0);
	jw_key(&w, "alerts");
	jw_array(&w);
	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next)
		alerts_view_json(l, a, &w);
	jw_end_array(&w);
	jw_end_object(&w);
	if (!jw_finish(&w))
		to->failed = true;
}

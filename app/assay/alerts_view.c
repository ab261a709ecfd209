/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_view.c - alerts for a person, and as rows for a program. */
#include "alerts_view.h"

#include <stdlib.h>
#include <string.h>

#include "wire/day.h"

enum { INDENT = 6 };

void
alerts_view_words(struct span s, unsigned indent, const struct out *out,
    struct text *to)
{
	char room[1300];

	snprintf(room, sizeof(room), "%.*s", (int)s.len,
	    (const char *)s.ptr);
	text_wrap(to, room, indent, out->width < 80 ? out->width : 80);
}

/* A line of a zone is not broken: it is there to be copied. */
void
alerts_view_record(struct span record, unsigned indent, struct text *to)
{
	while (record.len > 0) {
		struct span line = span_cut(&record, '\n');

		text_printf(to, "%*s%.*s\n", (int)indent, "", (int)line.len,
		    (const char *)line.ptr);
	}
}

static const char *
colour_of(const struct out *out, enum grade g)
{
	return g == GRADE_BAD ? out_of_disposition(out, ASSAY_REJECT) :
	    g == GRADE_WARN ? out_of_disposition(out, ASSAY_QUARANTINE) :
	    "";
}

static void
put_day(struct text *to, int64_t day)
{
	uint8_t room[DAY_TEXT];
	struct buf b = BUF_ON(room);

	day_print(&b, day * DAY_SECONDS);
	text_put(to, b.ptr, b.len);
}

static void
one(const struct alerts_load *l, const struct alert *a,
    const struct out *out, struct text *to)
{
	int64_t told = alerts_told_at(l, a);
	const char *colour = colour_of(out, a->grade);

	text_printf(to, "\n%s%-5s%s %s%s%s, ", colour, grade_name(a->grade),
	    *colour != '\0' ? out_plain(out) : "", out_bold(out),
	    a->text->name, out_plain(out));
	if (told == 0) {
		text_str(to, "new\n");
	} else {
		text_str(to, "told on ");
		put_day(to, told / 1000000 / DAY_SECONDS);
		text_str(to, "\n");
	}
	text_printf(to, "%*s", INDENT, "");
	alerts_view_words(a->cause, INDENT, out, to);
	text_printf(to, "%*s> ", INDENT, "");
	alerts_view_words(a->step, INDENT + 2, out, to);
	alerts_view_record(a->record, INDENT + 2, to);
}

void
alerts_view_page(const struct alerts_load *l, bool all,
    const struct out *out, struct text *to)
{
	struct span domain = l->source.domain.name;
	size_t n = 0, news = 0;

	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next) {
		n++;
		news += alerts_told_at(l, a) == 0;
	}
	text_printf(to, "%s%.*s%s: ", out_bold(out), (int)domain.len,
	    (const char *)domain.ptr, out_plain(out));
	if (n == 0)
		text_str(to, "nothing to tell");
	else
		text_printf(to, "%zu alert%s, %zu new", n, n > 1 ? "s" : "",
		    news);
	text_str(to, l->offline || l->source.dns_failed || !l->source.has_dns
	    ? "; DNS was not asked\n" : "\n");
	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next)
		if (all || alerts_told_at(l, a) == 0)
			one(l, a, out, to);
}

/* ---- rows --------------------------------------------------------------- */

void
alerts_view_table(struct table *t, enum table_form form,
    const struct out *out)
{
	static const struct column columns[] = {
		{ "domain", NULL, COLUMN_TEXT, 0 },
		{ "alert", NULL, COLUMN_TEXT, 0 },
		{ "severity", NULL, COLUMN_TEXT, 0 },
		{ "day", NULL, COLUMN_TEXT, 0 },
		{ "told", NULL, COLUMN_TEXT, 0 },
		{ "about", NULL, COLUMN_TEXT, 0 },
		{ "value", NULL, COLUMN_NUMBER, 0 },
		{ "reference", NULL, COLUMN_NUMBER, 0 },
		{ "cause", NULL, COLUMN_TEXT, 0 },
		{ "step", NULL, COLUMN_TEXT, 0 },
		{ "record", NULL, COLUMN_TEXT, 0 },
		{ "key", NULL, COLUMN_TEXT, 0 },
	};

	table_begin(t, columns, sizeof(columns) / sizeof(columns[0]), form,
	    out);
}

void
alerts_view_rows(const struct alerts_load *l, bool all, struct table *t)
{
	for (const struct alert *a = l->alerts.first; a != NULL; a = a->next) {
		int64_t told = alerts_told_at(l, a);

		if (told != 0 && !all)
			continue;
		table_text(t, l->source.domain.name);
		table_cstr(t, a->text->name);
		table_cstr(t, grade_name(a->grade));
		table_day(t, a->day);
		if (told == 0)
			table_text(t, SPAN_NONE);
		else
			table_day(t, told / 1000000 / DAY_SECONDS);
		table_text(t, a->about);
		table_number(t, a->a);
		table_number(t, a->b);
		table_text(t, a->cause);
		table_text(t, a->step);
		table_text(t, a->record);
		table_text(t, a->key);
	}
}

static void
json_day(struct jw *w, const char *key, int64_t day)
{
	uint8_t room[DAY_TEXT];
	struct buf b = BUF_ON(room);

	if (day > 0)
		day_print(&b, day * DAY_SECONDS);
	jw_put_str(w, key, day > 0 ? buf_span(&b) : SPAN_NONE);
}

void
alerts_view_json(const struct alerts_load *l, const struct alert *a,
    struct jw *w)
{
	jw_object(w);
	jw_put_str(w, "domain", l->source.domain.name);
	jw_put_cstr(w, "alert", a->text->name);
	jw_put_cstr(w, "severity", grade_name(a->grade));
	json_day(w, "day", a->day);
	json_day(w, "told", alerts_told_at(l, a) / 1000000 / DAY_SECONDS);
	jw_put_str(w, "about", a->about);
	jw_put_u64(w, "value", a->a);
	jw_put_u64(w, "reference", a->b);
	jw_put_str(w, "cause", a->cause);
	jw_put_str(w, "step", a->step);
	jw_put_str(w, "record", a->record);
	jw_put_str(w, "key", a->key);
	jw_end_object(w);
}

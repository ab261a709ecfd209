/* SPDX-License-Identifier: Apache-2.0 */
/* source_try.c - what a policy would have done to mail that was reported. */
#include "source_view.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "sources/words.h"
#include "wire/day.h"
#include "wire/json.h"

enum { USUAL_LINES = 20, LABEL = 64, AT_WIDTH = 17 };
#define NUMBER "%" PRIu64

static bool
is_hit(const struct whatif_line *l)
{
	return l->effect.fate == WHATIF_QUARANTINE ||
	    l->effect.fate == WHATIF_REJECT;
}

/* Whoever's mail it would be a pity to lose comes first, and much of it
 * before little. */
static int
pity(const struct whatif_line *l)
{
	enum source_class c = l->source == NULL ? SOURCE_UNKNOWN :
	    l->source->opinion.class;

	switch (c) {
	case SOURCE_OURS: return 6;
	case SOURCE_MISCONFIGURED: return 5;
	case SOURCE_SERVICE: return 4;
	case SOURCE_SHADOW: return 3;
	case SOURCE_FORWARDER: return 2;
	case SOURCE_UNKNOWN: return 1;
	case SOURCE_HOSTILE:
	case SOURCE_CLASSES: break;
	}
	return 0;
}

static int
by_pity(const void *a, const void *b)
{
	const struct whatif_line *x = *(const struct whatif_line *const *)a;
	const struct whatif_line *y = *(const struct whatif_line *const *)b;

	if (pity(x) != pity(y))
		return pity(y) - pity(x);
	return x->messages < y->messages ? 1 : x->messages > y->messages ?
	    -1 : 0;
}

/* NULL: no memory. */
static const struct whatif_line **
hits_of(const struct whatif_sum *sum, size_t *n)
{
	const struct whatif_line **list, *l;

	*n = 0;
	for (l = sum->first; l != NULL; l = l->next)
		*n += is_hit(l);
	list = calloc(*n + 1, sizeof(*list));
	*n = 0;
	for (l = sum->first; l != NULL && list != NULL; l = l->next)
		if (is_hit(l))
			list[(*n)++] = l;
	if (list != NULL)
		qsort(list, *n, sizeof(*list), by_pity);
	return list;
}

static void
label_of(const struct source *f, char out[LABEL])
{
	struct buf b = { (uint8_t *)out, 0, LABEL - 1, false };

	if (f == NULL)
		buf_str(&b, "left out");
	else
		source_name_print(&b, f);
	out[b.len] = '\0';
}

/* ---- the page ----------------------------------------------------------- */

static void
by_class(const struct source_try *t, const struct out *out, struct text *to)
{
	static const struct column columns[] = {
		{ "class", NULL, COLUMN_TEXT, 14 },
		{ "pass", NULL, COLUMN_NUMBER, 0 },
		{ "none", NULL, COLUMN_NUMBER, 0 },
		{ "quarantine", NULL, COLUMN_NUMBER, 0 },
		{ "reject", NULL, COLUMN_NUMBER, 0 },
		{ "elsewhere", "other record", COLUMN_NUMBER, 0 },
		{ "untold", "not told", COLUMN_NUMBER, 0 },
	};
	static const enum whatif_fate fates[] = { WHATIF_PASSES,
	    WHATIF_NONE, WHATIF_QUARANTINE, WHATIF_REJECT,
	    WHATIF_ELSEWHERE, WHATIF_UNTOLD };
	static const enum source_class order[] = { SOURCE_OURS,
	    SOURCE_MISCONFIGURED, SOURCE_SERVICE, SOURCE_SHADOW,
	    SOURCE_FORWARDER, SOURCE_UNKNOWN, SOURCE_HOSTILE };
	struct table table;
	/* the last two are rare, and left out when they are empty */
	size_t shown = t->sum->by_fate[WHATIF_UNTOLD] > 0 ? 6 :
	    t->sum->by_fate[WHATIF_ELSEWHERE] > 0 ? 5 : 4;

	table_begin(&table, columns, shown + 1, TABLE_PAGE, out);
	for (size_t c = 0; c < sizeof(order) / sizeof(order[0]); c++) {
		const uint64_t *n = t->sum->of_class[order[c]];
		uint64_t all = 0;

		for (int i = 0; i < WHATIF_FATES; i++)
			all += n[i];
		if (all == 0)
			continue;
		table_cstr(&table, source_class_name(order[c]));
		for (size_t i = 0; i < shown; i++)
			table_number(&table, n[fates[i]]);
	}
	(void)table_end(&table, to);
}

/* Lines that a person takes for one. */
struct shown {
	enum source_class class;
	char label[LABEL];
	const struct whatif_line *line;
	uint64_t messages, receivers;
	struct span receiver[WHATIF_RECEIVERS];
};

static enum source_class
class_of(const struct whatif_line *l)
{
	return l->source == NULL ? SOURCE_UNKNOWN :
	    l->source->opinion.class;
}

static bool
alike(const struct shown *a, const struct shown *b)
{
	return a->class == b->class && a->line->from == b->line->from &&
	    a->line->effect.fate == b->line->effect.fate &&
	    strcmp(a->label, b->label) == 0;
}

static void
add_receiver(struct shown *to, struct span name)
{
	for (size_t i = 0; i < to->receivers && i < WHATIF_RECEIVERS; i++)
		if (span_eq(to->receiver[i], name))
			return;
	if (to->receivers < WHATIF_RECEIVERS)
		to->receiver[to->receivers] = name;
	to->receivers++;
}

static void
add_line(struct shown *to, const struct whatif_line *l)
{
	to->messages += l->messages;
	for (size_t i = 0; i < l->receivers && i < WHATIF_RECEIVERS; i++)
		add_receiver(to, l->receiver[i]);
	if (l->receivers > to->receivers)
		to->receivers = l->receivers;
}

static int
by_likeness(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	int d = strcmp(x->label, y->label);

	if (d == 0)
		d = (int)x->class - (int)y->class;
	if (d == 0)
		d = (int)x->line->effect.fate - (int)y->line->effect.fate;
	if (d == 0 && x->line->from != NULL && y->line->from != NULL)
		d = span_cmp(x->line->from->name.name,
		    y->line->from->name.name);
	return d;
}

static int
by_loss(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;

	if (pity(x->line) != pity(y->line))
		return pity(y->line) - pity(x->line);
	if (x->messages != y->messages)
		return x->messages < y->messages ? 1 : -1;
	return strcmp(x->label, y->label);
}

/* Services have many networks; the lines of one are put together. */
static struct shown *
merge(const struct whatif_line **hit, size_t *n)
{
	struct shown *list = calloc(*n + 1, sizeof(*list));
	size_t to = 0;

	for (size_t i = 0; list != NULL && i < *n; i++) {
		list[i] = (struct shown){ .class = class_of(hit[i]),
			.line = hit[i] };
		if (list[i].class == SOURCE_HOSTILE &&
		    hit[i]->source->partner == NULL)
			snprintf(list[i].label, LABEL, "without any proof");
		else
			label_of(hit[i]->source, list[i].label);
		add_line(&list[i], hit[i]);
	}
	if (list == NULL)
		return NULL;
	qsort(list, *n, sizeof(*list), by_likeness);
	for (size_t i = 0; i < *n; i++)
		if (to > 0 && alike(&list[to - 1], &list[i]))
			add_line(&list[to - 1], list[i].line);
		else
			list[to++] = list[i];
	qsort(list, to, sizeof(*list), by_loss);
	*n = to;
	return list;
}

/* One receiver, and how many more: a long name gives way to that number. */
static void
at(struct table *table, const struct shown *s)
{
	struct text line = { .ptr = NULL };
	struct span name = s->receiver[0];
	char more[24] = "";
	size_t room;

	if (s->receivers > 1)
		snprintf(more, sizeof(more), " +%llu",
		    (unsigned long long)s->receivers - 1);
	room = AT_WIDTH > strlen(more) + 2 ? AT_WIDTH - strlen(more) : 2;
	if (name.len > room) {
		text_put(&line, name.ptr, room - 2);
		text_str(&line, "..");
	} else {
		text_put(&line, name.ptr, name.len);
	}
	text_str(&line, more);
	table_cstr(table, line.ptr);
	text_free(&line);
}

/* The domain itself, or what stands before it. */
static void
from(struct table *table, const struct source_load *l,
    const struct source_name *n)
{
	if (n == NULL)
		table_text(table, SPAN_NONE);
	else if (domain_eq(n->name, l->domain))
		table_cstr(table, "itself");
	else
		table_text(table, span_head(n->name.name, n->name.name.len -
		    l->domain.name.len));
}

static void
rows(const struct source_try *t, enum whatif_fate fate,
    const struct shown *list, size_t n, const struct out *out,
    struct text *to)
{
	static const struct column columns[] = {
		{ "class", NULL, COLUMN_TEXT, 13 },
		{ "who", NULL, COLUMN_TEXT, 26 },
		{ "from", "From", COLUMN_TEXT, 10 },
		{ "messages", NULL, COLUMN_NUMBER, 0 },
		{ "receivers", "at", COLUMN_TEXT, AT_WIDTH },
	};
	struct table table;
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any = any || list[i].line->effect.fate == fate;
	if (!any)
		return;
	text_printf(to, "\n%s%s%s\n", out_bold(out), fate ==
	    WHATIF_REJECT ? "Would be rejected" : "Would be quarantined",
	    out_plain(out));
	table_begin(&table, columns, 5, TABLE_PAGE, out);
	for (size_t i = 0; i < n; i++) {
		if (list[i].line->effect.fate != fate)
			continue;
		table_cstr(&table, source_class_name(list[i].class));
		table_cstr(&table, list[i].label);
		from(&table, t->l, list[i].line->from);
		table_number(&table, list[i].messages);
		at(&table, &list[i]);
	}
	(void)table_end(&table, to);
}

static void
page_lines(const struct source_try *t, uint32_t limit, const struct out *out,
    struct text *to)
{
	size_t n, most = limit > 0 ? limit : USUAL_LINES;
	const struct whatif_line **hit = hits_of(t->sum, &n);
	struct shown *list = hit == NULL ? NULL : merge(hit, &n);
	size_t shown = n < most ? n : most;

	if (list == NULL)
		shown = 0;
	rows(t, WHATIF_REJECT, list, shown, out, to);
	rows(t, WHATIF_QUARANTINE, list, shown, out, to);
	if (n > shown)
		text_printf(to, "and %zu more: --limit %zu, --json\n",
		    n - shown, n);
	free(list);
	free(hit);
}

/* All that is known of each line, for programs. */
static void
lines(const struct source_try *t, enum table_form form, uint32_t limit,
    const struct out *out, struct text *to)
{
	static const struct column columns[] = {
		{ "class", NULL, COLUMN_TEXT, 0 },
		{ "name", NULL, COLUMN_TEXT, 0 },
		{ "source", NULL, COLUMN_TEXT, 0 },
		{ "header_from", NULL, COLUMN_TEXT, 0 },
		{ "fate", NULL, COLUMN_TEXT, 0 },
		{ "tag", NULL, COLUMN_TEXT, 0 },
		{ "passed", NULL, COLUMN_TEXT, 0 },
		{ "messages", NULL, COLUMN_NUMBER, 0 },
		{ "excused", NULL, COLUMN_NUMBER, 0 },
		{ "receivers", NULL, COLUMN_NUMBER, 0 },
		{ "at", NULL, COLUMN_TEXT, 0 },
	};
	size_t n;
	const struct whatif_line **hit = hits_of(t->sum, &n);
	struct table table;

	table_begin(&table, columns, 11, form, out);
	for (size_t i = 0; hit != NULL && i < n && (limit == 0 ||
	    i < limit); i++) {
		const struct whatif_line *l = hit[i];
		struct text net = { .ptr = NULL }, names = { .ptr = NULL };
		char label[LABEL];

		label_of(l->source, label);
		if (l->source != NULL)
			SOURCE_TEXT(&net, source_net_print, l->source);
		for (size_t k = 0; k < l->receivers && k < WHATIF_RECEIVERS;
		    k++) {
			text_str(&names, k > 0 ? " " : "");
			text_put(&names, l->receiver[k].ptr,
			    l->receiver[k].len);
		}
		table_cstr(&table, source_class_name(class_of(l)));
		table_cstr(&table, label);
		table_cstr(&table, net.ptr);
		table_text(&table, l->from == NULL ? SPAN_NONE :
		    l->from->name.name);
		table_cstr(&table, whatif_fate_name(l->effect.fate));
		table_cstr(&table, l->effect.tag);
		table_cstr(&table, l->effect.passed ? "yes" : "no");
		table_number(&table, l->messages);
		table_number(&table, l->excused);
		table_number(&table, l->receivers);
		table_cstr(&table, names.ptr);
		text_free(&net);
		text_free(&names);
	}
	(void)table_end(&table, to);
	free(hit);
}

/* Mail that is not hostile and would be lost. */
static uint64_t
lost(const struct whatif_sum *sum, bool passing)
{
	uint64_t n = 0;

	for (const struct whatif_line *l = sum->first; l != NULL;
	    l = l->next)
		if (is_hit(l) && pity(l) >= 2 && l->effect.passed >= passing)
			n += l->messages;
	return n;
}

static void __attribute__((format(printf, 3, 4)))
tell(struct text *to, const struct out *out, const char *words, ...)
{
	char line[300];
	va_list ap;

	va_start(ap, words);
	vsnprintf(line, sizeof(line), words, ap);
	va_end(ap);
	text_wrap(to, line, 0, out->width < 80 ? out->width : 80);
}

static void
verdict(const struct source_try *t, const struct out *out, struct text *to)
{
	const struct whatif_sum *sum = t->sum;
	uint64_t good = lost(sum, false), strict = lost(sum, true);
	uint64_t excused = 0;

	for (const struct whatif_line *l = sum->first; l != NULL;
	    l = l->next)
		excused += is_hit(l) ? l->excused : 0;
	text_str(to, "\n");
	if (sum->by_fate[WHATIF_QUARANTINE] + sum->by_fate[WHATIF_REJECT] ==
	    0)
		text_str(to, "Nothing would be quarantined or rejected.\n");
	else if (good == 0)
		text_str(to, "Nothing that seems to be yours would be "
		    "hit.\n");
	else
		tell(to, out, NUMBER " messages that seem to be yours, or "
		    "that forwarders changed, would be hit.", good);
	if (strict > 0)
		tell(to, out, NUMBER " of them pass today, and would not "
		    "with strict alignment or psd=n.", strict);
	if (excused > 0)
		tell(to, out, "Receivers let " NUMBER " of what would be hit "
		    "through before, for reasons of their own, and may "
		    "again.", excused);
	if (sum->by_fate[WHATIF_UNTOLD] > 0)
		tell(to, out, "Of " NUMBER " messages the reports do not "
		    "tell which name passed.", sum->by_fate[WHATIF_UNTOLD]);
}

static void
page(const struct source_try *t, uint32_t limit, const struct out *out,
    struct text *to)
{
	const struct source_load *l = t->l;

	text_printf(to, "%s", out_bold(out));
	(void)fault_printable(l->domain.name, text_write, to);
	text_printf(to, "%s under \"", out_plain(out));
	(void)fault_printable(t->asked, text_write, to);
	text_str(to, "\"");
	if (l->policy.len > 0)
		text_printf(to, ", today p=%.*s", (int)l->policy.len,
		    (const char *)l->policy.ptr);
	text_str(to, "\nReports from ");
	SOURCE_TEXT(to, day_print, l->day_from * DAY_SECONDS);
	text_str(to, " to ");
	SOURCE_TEXT(to, day_print, l->day_to * DAY_SECONDS);
	text_str(to, "\n");
	if (t->remark.len > 0)
		text_printf(to, "note: %.*s\n", (int)t->remark.len,
		    (const char *)t->remark.ptr);
	text_str(to, "\n");
	by_class(t, out, to);
	verdict(t, out, to);
	if (t->sum->by_fate[WHATIF_QUARANTINE] +
	    t->sum->by_fate[WHATIF_REJECT] > 0)
		page_lines(t, limit, out, to);
	if (!l->has_dns)
		text_str(to, "\nDNS was not asked: every name counts as "
		    "there (np hits none), and has no record of its own.\n");
}

/* One line of sums, then those of the table. */
static void
json_sums(const struct source_try *t, struct text *to)
{
	struct jw w;

	jw_start(&w, text_write, to);
	jw_object(&w);
	jw_key(&w, "domain");
	jw_str(&w, t->l->domain.name);
	jw_key(&w, "policy");
	jw_str(&w, t->asked);
	jw_key(&w, "today");
	jw_str(&w, t->l->policy);
	jw_key(&w, "messages");
	jw_u64(&w, t->sum->messages);
	jw_key(&w, "classes");
	jw_object(&w);
	for (unsigned c = 0; c < SOURCE_CLASSES; c++) {
		jw_key(&w, source_class_name((enum source_class)c));
		jw_object(&w);
		for (unsigned i = 0; i < WHATIF_FATES; i++) {
			jw_key(&w, whatif_fate_name((enum whatif_fate)i));
			jw_u64(&w, t->sum->of_class[c][i]);
		}
		jw_end_object(&w);
	}
	jw_end_object(&w);
	jw_end_object(&w);
	(void)jw_finish(&w);
}

void
source_view_try(const struct source_try *t, enum table_form form,
    uint32_t limit, const struct out *out, struct text *to)
{
	if (form == TABLE_PAGE) {
		page(t, limit, out, to);
		return;
	}
	if (form == TABLE_JSON)
		json_sums(t, to);
	lines(t, form, limit, out, to);
}

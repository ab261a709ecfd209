/* SPDX-License-Identifier: Apache-2.0 */
/* source_view.c - the sources of a domain, shown. */
#include "source_view.h"

#include <stdlib.h>
#include <string.h>

#include "sources/words.h"
#include "wire/addr.h"
#include "wire/day.h"
#include "wire/json.h"

enum { LABEL = 64, STEPS = 6, ROWS = 20 };	/* rows of a class */

void
source_bars(const uint64_t part[SOURCE_PARTS], char out[SOURCE_PARTS + 1])
{
	static const char ramp[] = " .-=+*#@";
	uint64_t most = 0;

	for (int i = 0; i < SOURCE_PARTS; i++)
		most = part[i] > most ? part[i] : most;
	for (int i = 0; i < SOURCE_PARTS; i++)
		out[i] = part[i] == 0 ? ' ' :
		    ramp[1 + (part[i] * 7 - 1) / (most > 0 ? most : 1) % 7];
	out[SOURCE_PARTS] = '\0';
}

/* ---- groups, for people ------------------------------------------------- */

/* Sources that a person thinks of as one: a service, a forwarder, a host; and
 * all the hostile ones that have no name of their own. */
struct group {
	enum source_class class;
	char label[LABEL];
	uint64_t messages, passed, addresses, part[SOURCE_PARTS];
	unsigned sure;			/* of the one with most mail        */
	uint64_t largest;
	const struct source *of;	/* that one                         */
	bool decided, disagrees;
	size_t rest;			/* stands for so many others        */
};

static const enum source_class order[SOURCE_CLASSES] = {
	SOURCE_OURS, SOURCE_MISCONFIGURED, SOURCE_SERVICE, SOURCE_SHADOW,
	SOURCE_FORWARDER, SOURCE_UNKNOWN, SOURCE_HOSTILE
};

static unsigned
rank(enum source_class c)
{
	unsigned i = 0;

	while (i < SOURCE_CLASSES - 1 && order[i] != c)
		i++;
	return i;
}

static void
label_of(const struct source *f, char out[LABEL])
{
	struct buf b = { (uint8_t *)out, 0, LABEL - 1, false };

	if (f->opinion.class == SOURCE_HOSTILE && f->partner == NULL)
		buf_str(&b, "without any proof");
	else
		source_name_print(&b, f);
	out[b.len] = '\0';
}

static int
by_label(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->class != y->class)
		return (int)rank(x->class) - (int)rank(y->class);
	return strcmp(x->label, y->label);
}

static int
by_mail(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->class != y->class)
		return (int)rank(x->class) - (int)rank(y->class);
	return x->messages < y->messages ? 1 : x->messages > y->messages ?
	    -1 : strcmp(x->label, y->label);
}

static void
merge(struct group *to, const struct group *from)
{
	to->messages += from->messages;
	to->passed += from->passed;
	to->addresses += from->addresses;
	for (int i = 0; i < SOURCE_PARTS; i++)
		to->part[i] += from->part[i];
	to->decided = to->decided || from->decided;
	to->disagrees = to->disagrees || from->disagrees;
	if (from->largest > to->largest) {
		to->largest = from->largest;
		to->sure = from->sure;
		to->of = from->of;
	}
}

/* NULL: no memory. */
static struct group *
groups_of(const struct source_load *l, size_t *n)
{
	struct group *g = calloc(l->s->n + 1, sizeof(*g));
	size_t at = 0, to = 0;

	if (g == NULL)
		return NULL;
	for (const struct source *f = l->s->first; f != NULL; f = f->next) {
		struct group *one = &g[at++];

		*one = (struct group){ .class = f->opinion.class,
			.messages = f->messages, .passed = f->passed,
			.addresses = f->addresses, .of = f,
			.sure = f->opinion.confidence,
			.largest = f->messages,
			.decided = f->opinion.decision != NULL,
			.disagrees = f->opinion.disagrees };
		memcpy(one->part, f->part, sizeof(one->part));
		label_of(f, one->label);
	}
	qsort(g, at, sizeof(*g), by_label);
	for (size_t i = 0; i < at; i++)
		if (to > 0 && by_label(&g[to - 1], &g[i]) == 0)
			merge(&g[to - 1], &g[i]);
		else
			g[to++] = g[i];
	qsort(g, to, sizeof(*g), by_mail);
	*n = to;
	return g;
}

/* What is behind the first rows of a class becomes one row. */
static size_t
shorten(struct group *g, size_t n)
{
	size_t to = 0, of_class = 0;

	for (size_t i = 0; i < n; i++) {
		if (to == 0 || g[to - 1].class != g[i].class)
			of_class = 0;
		if (of_class < ROWS) {
			g[to++] = g[i];
		} else if (of_class == ROWS) {
			g[to++] = g[i];
			g[to - 1].rest = 1;
		} else {
			merge(&g[to - 1], &g[i]);
			g[to - 1].rest++;
		}
		of_class++;
	}
	return to;
}

/* ---- the page ----------------------------------------------------------- */

static void
head(const struct source_load *l, const struct out *out, struct text *to)
{
	uint64_t passed = 0;
	char room[2][16] = { "", "" };

	for (const struct source *f = l->s->first; f != NULL; f = f->next)
		passed += f->passed;
	for (int i = 0; i < 2; i++) {
		struct buf b = { (uint8_t *)room[i], 0, 15, false };

		day_print(&b, (i == 0 ? l->day_from : l->day_to) *
		    DAY_SECONDS);
	}
	text_printf(to, "%s%.*s%s", out_bold(out), (int)l->domain.name.len,
	    (const char *)l->domain.name.ptr, out_plain(out));
	if (l->policy.len > 0)
		text_printf(to, ", p=%.*s", (int)l->policy.len,
		    (const char *)l->policy.ptr);
	text_printf(to, "\n%s to %s, %llu messages, %.1f %% pass DMARC",
	    room[0], room[1], (unsigned long long)l->s->messages,
	    l->s->messages == 0 ? 0.0 : 100.0 * (double)passed /
	    (double)l->s->messages);
	text_str(to, "\n\n");
}

static void
rows(const struct group *g, size_t n, const struct out *out,
    struct text *to)
{
	static const struct column columns[] = {
		{ "class", NULL, COLUMN_TEXT, 13 },
		{ "who", NULL, COLUMN_TEXT, 24 },
		{ "addresses", "addr", COLUMN_NUMBER, 0 },
		{ "messages", NULL, COLUMN_NUMBER, 0 },
		{ "passes", NULL, COLUMN_SHARE, 4 },
		{ "when", NULL, COLUMN_TEXT, 12 },
	};
	enum source_class last = SOURCE_CLASSES;
	struct table t;
	char bars[SOURCE_PARTS + 1];

	table_begin(&t, columns, 6, TABLE_PAGE, out);
	for (size_t i = 0; i < n; i++) {
		char label[LABEL + 4];

		table_cstr(&t, g[i].class == last ? "" :
		    source_class_name(g[i].class));
		last = g[i].class;
		snprintf(label, sizeof(label), "%s%s", g[i].disagrees ? "! " :
		    g[i].decided ? "* " : "", g[i].label);
		if (g[i].rest > 1)
			snprintf(label, sizeof(label), "and %zu more",
			    g[i].rest);
		table_cstr(&t, label);
		table_number(&t, g[i].addresses);
		table_number(&t, g[i].messages);
		table_share(&t, g[i].passed, g[i].messages);
		source_bars(g[i].part, bars);
		table_cstr(&t, bars);
	}
	(void)table_end(&t, to);
}

static void
sentence(struct text *to, const char *mark, const struct source *f,
    struct domain domain, unsigned width)
{
	struct text line = { .ptr = NULL };

	SOURCE_TEXT(&line, source_step_print, f, domain);
	text_str(to, mark);
	if (line.ptr != NULL)
		text_wrap(to, line.ptr, 4, width);
	text_free(&line);
}

static const struct source_said *
reason_of(const struct source *f, enum source_reason code)
{
	for (size_t i = 0; i < f->opinion.n_said; i++)
		if (f->opinion.said[i].code == code)
			return &f->opinion.said[i];
	return NULL;
}

static bool
is_member(const struct source *f, const struct group *g)
{
	char label[LABEL];

	if (f->opinion.class != g->class)
		return false;
	label_of(f, label);
	return strcmp(label, g->label) == 0;
}

/* One reason, of all sources of the group together.  False: not all of them
 * have it. */
static bool
sum_reason(const struct source_load *l, const struct group *g,
    struct source_said *sum)
{
	for (const struct source *f = l->s->first; f != NULL; f = f->next) {
		const struct source_said *said;

		if (f == g->of || !is_member(f, g))
			continue;
		said = reason_of(f, sum->code);
		if (said == NULL)
			return false;
		source_said_add(sum, said);
	}
	return true;
}

/* The reason that weighs most of those that all of them have; else that of
 * the largest, by its address. */
static void
because(struct text *to, const struct source_load *l, const struct group *g,
    unsigned width)
{
	const struct source_opinion *o = &g->of->opinion;
	struct text line = { .ptr = NULL };
	struct source_said said;
	size_t i = 0;

	if (o->n_said == 0)
		return;
	do
		said = o->said[i++];
	while (!sum_reason(l, g, &said) && i < o->n_said);
	said = o->said[i - 1];
	if (!sum_reason(l, g, &said)) {
		said = o->said[0];
		SOURCE_TEXT(&line, source_net_print, g->of);
		text_str(&line, ": ");
	}
	SOURCE_TEXT(&line, source_reason_print, &said);
	text_str(to, "  - ");
	if (line.ptr != NULL)
		text_wrap(to, line.ptr, 4, width);
	text_free(&line);
}

/* What is worth somebody's time: what loses mail of ours first. */
static void
steps(const struct source_load *l, const struct group *g, size_t n,
    const struct out *out, struct text *to)
{
	unsigned width = out->width < 80 ? out->width : 80, told = 0;

	for (size_t i = 0; i < n && told < STEPS; i++) {
		enum source_step s = g[i].of->opinion.step;

		if (s == SOURCE_STEP_NONE || s == SOURCE_STEP_KEEP_SIGNING ||
		    (g[i].class == SOURCE_UNKNOWN && g[i].messages < 20) ||
		    (g[i].class == SOURCE_FORWARDER && g[i].messages < 100))
			continue;
		if (told++ == 0)
			text_printf(to, "\n%sWhat to do%s\n", out_bold(out),
			    out_plain(out));
		text_printf(to, "  %s%s%s (%s)\n", out_bold(out),
		    g[i].label, out_plain(out),
		    source_class_name(g[i].class));
		because(to, l, &g[i], width);
		sentence(to, "    ", g[i].of, l->domain, width);
	}
}

/* What persons decided, who and when, and what the evidence says. */
static void
decided(const struct source_load *l, const struct out *out, struct text *to)
{
	unsigned told = 0;

	for (const struct source *f = l->s->first; f != NULL; f = f->next) {
		struct text line = { .ptr = NULL };

		if (f->opinion.decision == NULL || told++ >= ROWS)
			continue;
		if (told == 1)
			text_printf(to, "\n%sDecided%s\n", out_bold(out),
			    out_plain(out));
		SOURCE_TEXT(&line, source_net_print, f);
		text_str(&line, ": ");
		SOURCE_TEXT(&line, source_decision_print, f);
		text_str(to, f->opinion.disagrees ? "  ! " : "  * ");
		if (line.ptr != NULL)
			text_wrap(to, line.ptr, 4, out->width < 80 ?
			    out->width : 80);
		text_free(&line);
	}
	if (told > ROWS)
		text_printf(to, "  and %u more: assay source list --json\n",
		    told - ROWS);
	if (told > 0)
		text_str(to, "\n* somebody decided; ! and the evidence "
		    "disagrees: assay source show\n");
}

static void
notes(const struct source_load *l, struct text *to)
{
	if (l->asn == NULL)
		text_str(to, "\nNo table of networks (asn-table of "
		    "assay.conf): whose network it is was guessed.\n");
	else
		text_str(to, "\nNetworks by DB-IP.com, RouteViews and NRO "
		    "(CC BY 4.0), or your own table.\n");
	if (l->s->left_out > 0)
		text_printf(to, "%llu messages of more sources than can be "
		    "told apart were left out.\n",
		    (unsigned long long)l->s->left_out);
	if (!l->has_dns)
		text_str(to, "DNS was not asked: what SPF names, and names "
		    "of addresses, are not known.\n");
}

static void
page(const struct source_load *l, const struct out *out, struct text *to)
{
	size_t n = 0;
	struct group *g = groups_of(l, &n);
	struct text below = { .ptr = NULL };

	head(l, out, to);
	if (g == NULL || n == 0) {
		text_str(to, "No report tells of any mail.\n");
		free(g);
		return;
	}
	steps(l, g, n, out, &below);
	decided(l, out, &below);
	notes(l, &below);
	rows(g, shorten(g, n), out, to);
	text_put(to, below.ptr, below.len);
	text_free(&below);
	free(g);
}

/* ---- CSV ---------------------------------------------------------------- */

static void
csv(const struct source_load *l, const struct out *out, struct text *to)
{
	static const struct column columns[] = {
		{ "domain", NULL, COLUMN_TEXT, 0 },
		{ "source", NULL, COLUMN_TEXT, 0 },
		{ "class", NULL, COLUMN_TEXT, 0 },
		{ "confidence", NULL, COLUMN_NUMBER, 0 },
		{ "name", NULL, COLUMN_TEXT, 0 },
		{ "asn", NULL, COLUMN_NUMBER, 0 },
		{ "network", NULL, COLUMN_TEXT, 0 },
		{ "addresses", NULL, COLUMN_NUMBER, 0 },
		{ "messages", NULL, COLUMN_NUMBER, 0 },
		{ "passed", NULL, COLUMN_NUMBER, 0 },
		{ "reason", NULL, COLUMN_TEXT, 0 },
		{ "step", NULL, COLUMN_TEXT, 0 },
	};
	struct table t;

	table_begin(&t, columns, 12, TABLE_CSV, out);
	for (const struct source *f = l->s->first; f != NULL; f = f->next) {
		struct text cell = { .ptr = NULL };
		char name[LABEL];
		struct buf b = { (uint8_t *)name, 0, LABEL - 1, false };

		SOURCE_TEXT(&cell, source_net_print, f);
		source_name_print(&b, f);
		name[b.len] = '\0';
		table_text(&t, l->domain.name);
		table_cstr(&t, cell.ptr);
		table_cstr(&t, source_class_name(f->opinion.class));
		table_number(&t, f->opinion.confidence);
		table_cstr(&t, name);
		table_number(&t, f->place.asn);
		table_text(&t, f->place.as_name);
		table_number(&t, f->addresses);
		table_number(&t, f->messages);
		table_number(&t, f->passed);
		table_cstr(&t, f->opinion.n_said == 0 ? "" :
		    source_reason_name(f->opinion.said[0].code));
		table_cstr(&t, source_step_name(f->opinion.step));
		text_free(&cell);
	}
	(void)table_end(&t, to);
}

void
source_view_list(const struct source_load *l, enum table_form form,
    const struct out *out, struct text *to)
{
	switch (form) {
	case TABLE_PAGE:
		page(l, out, to);
		return;
	case TABLE_JSON:
		for (const struct source *f = l->s->first; f != NULL;
		    f = f->next)
			source_view_show(l, f, true, out, to);
		return;
	case TABLE_CSV:
		csv(l, out, to);
		return;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* source_none.c - a domain without reports: said, never shown as "all well". */
#include "source_cmd.h"

#include <stdio.h>
#include <string.h>

#include "near.h"
#include "wire/day.h"

enum { NAMES = 1000 };		/* domains among which one may be meant     */

/* The days of all reports about it; false: told. */
static bool
days_of(const struct source_none *q, struct span domain, int64_t *newest,
    bool *inside)
{
	struct store_ask ask = { .by = STORE_BY_DAY, .domain = domain,
		.trust = STORE_T_UNKNOWN };
	struct store_cursor *c = store_tallies(q->store, &ask);
	struct store_tally t;

	*newest = 0;
	*inside = false;
	while (c != NULL && store_tally_next(c, &t)) {
		*newest = t.day > *newest ? t.day : *newest;
		*inside = *inside || (t.day >= q->from && t.day <= q->to);
	}
	return c != NULL && store_cursor_end(c);
}

static const char *
word_of(struct span name, struct arena *a)
{
	char *word = arena_alloc(a, name.len + 1);

	if (word == NULL)
		return "";
	memcpy(word, name.ptr, name.len);
	word[name.len] = '\0';
	return word;
}

/* The name that was meant, or the one above it, out of the store. */
static void
did_you_mean(const struct source_none *q, struct domain domain,
    struct arena *a)
{
	struct span *name = arena_array(a, NAMES, sizeof(*name));
	const char **word = arena_array(a, NAMES, sizeof(*word));
	const char *near;
	size_t n = 0;

	if (name == NULL || word == NULL || source_domains(q->store, q->file,
	    a, name, NAMES, &n) != 0)
		return;
	for (size_t i = 0; i < n; i++)
		word[i] = word_of(name[i], a);
	near = near_word(word_of(domain.name, a), word, n);
	for (size_t i = 0; i < n && near == NULL; i++)
		if (domain_within(domain, (struct domain){ name[i] }))
			near = word[i];
	if (near != NULL)
		fprintf(stderr, "; did you mean '%s'?", near);
	else if (n == 0)
		fprintf(stderr, "; it has none at all: assay report ingest "
		    "takes them");
}

static void
tell(const struct source_none *q, struct domain domain, int64_t newest,
    struct arena *a)
{
	char room[3][16] = { "", "", "" };
	const int64_t day[3] = { q->from, q->to, newest };

	for (int i = 0; i < 3; i++) {
		struct buf b = { (uint8_t *)room[i], 0, 15, false };

		day_print(&b, day[i] * DAY_SECONDS);
	}
	fprintf(stderr, "assay %s: the store has no reports about %.*s",
	    q->name, (int)domain.name.len,
	    (const char *)domain.name.ptr);
	if (newest == 0)
		did_you_mean(q, domain, a);
	else if (newest < q->from)
		fprintf(stderr, " from %s to %s; the newest is of %s: "
		    "--days %lld", room[0], room[1], room[2],
		    (long long)(q->to - newest + 1));
	else
		fprintf(stderr, " from %s to %s; the newest is of %s",
		    room[0], room[1], room[2]);
	fprintf(stderr, "\n");
}

int
source_none(const struct source_none *q, struct span text, bool *none)
{
	struct domain domain;
	int64_t newest;
	struct arena a;
	int status = 0;
	bool inside;

	arena_init(&a, 1 << 20);
	*none = false;
	if (!domain_parse(&domain, text, true, &a)) {
		fprintf(stderr, "assay %s: this is no domain name\n",
		    q->name);
		status = EXIT_USAGE;
	} else if (!days_of(q, domain.name, &newest, &inside)) {
		status = store_file_wrong(q->file->path, store_why(q->store));
	} else if (!inside) {
		*none = true;
		if (!q->silent)
			tell(q, domain, newest, &a);
	}
	arena_free(&a);
	return status;
}

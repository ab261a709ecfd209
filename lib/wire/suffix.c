/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suffix.c - rules in a table of their hashes: "uk", "co.uk", "*.ck" as "ck"
 * that is a wildcard, "!www.ck" as "www.ck" that is an exception.  The list
 * comes from whoever installed it, so that the hash needs no secret.
 */
#include "wire/suffix.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "wire/domain.h"

enum { RULE = 1, WILDCARD = 2, EXCEPTION = 4 };

struct rule {
	struct span name;
	uint8_t icann, private;		/* which kinds of rule it is         */
};

struct suffixes {
	struct rule *slot;
	size_t mask, n;
};

static const uint8_t no_secret[16];

static struct rule *
slot_of(const struct suffixes *list, struct span name)
{
	size_t i = (size_t)hash_keyed(no_secret, name) & list->mask;

	while (list->slot[i].name.len > 0 &&
	    !span_eq(list->slot[i].name, name))
		i = (i + 1) & list->mask;
	return &list->slot[i];
}

static void
add(struct suffixes *list, struct span line, bool private, struct arena *a)
{
	uint8_t kind = RULE;
	struct domain d;
	struct rule *r;

	if (span_starts(line, SPAN("*."))) {
		kind = WILDCARD;
		line = span_skip(line, 2);
	} else if (span_at(line, 0) == '!') {
		kind = EXCEPTION;
		line = span_skip(line, 1);
	}
	if (!domain_parse(&d, line, false, a))
		return;
	r = slot_of(list, d.name);
	if (r->name.len == 0)
		list->n++;
	r->name = d.name;
	if (private)
		r->private |= kind;
	else
		r->icann |= kind;
}

static size_t
count_lines(struct span text)
{
	size_t n = 0;

	for (; text.len > 0 && n < LIMIT_SUFFIX_RULES; n++)
		(void)span_cut(&text, '\n');
	return n;
}

struct suffixes *
suffixes_read(struct span text, struct arena *a)
{
	struct suffixes *list = arena_alloc(a, sizeof(*list));
	size_t lines = count_lines(text), cap = 16;
	bool private = false;

	while (cap < lines * 2)
		cap *= 2;
	if (list == NULL || (list->slot = arena_array(a, cap,
	    sizeof(*list->slot))) == NULL)
		return NULL;
	list->mask = cap - 1;
	for (size_t i = 0; i < lines && !a->failed; i++) {
		struct span line = span_trim_fws(span_cut(&text, '\n'));

		if (span_search(line, SPAN("===BEGIN PRIVATE")) < line.len)
			private = true;
		/* "Each line is only read up to the first whitespace" */
		line = span_head(line, span_find(line, ' '));
		if (line.len > 0 && !span_starts(line, SPAN("//")))
			add(list, line, private, a);
	}
	return a->failed ? NULL : list;
}

size_t
suffixes_count(const struct suffixes *list)
{
	return list->n;
}

/* ---- without a list ------------------------------------------------------ */

static bool
is_category(struct span label)
{
	/* registries write these below many countries */
	static const struct span words[] = { SPAN_INIT("com"),
	    SPAN_INIT("net"), SPAN_INIT("org"), SPAN_INIT("edu"),
	    SPAN_INIT("gov"), SPAN_INIT("mil"), SPAN_INIT("co"),
	    SPAN_INIT("ac"), SPAN_INIT("or"), SPAN_INIT("ne"),
	    SPAN_INIT("go"), SPAN_INIT("gv"), SPAN_INIT("id"),
	    SPAN_INIT("ltd"), SPAN_INIT("plc"), SPAN_INIT("nom"),
	    SPAN_INIT("gob"), SPAN_INIT("gub"), SPAN_INIT("res"),
	    SPAN_INIT("gen"), SPAN_INIT("nhs"), SPAN_INIT("sch"),
	    SPAN_INIT("idv"), SPAN_INIT("gouv"), SPAN_INIT("govt"),
	    SPAN_INIT("asso") };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_eq(label, words[i]))
			return true;
	return false;
}

/* A label may be empty: names come from anywhere. */
static struct span
tail(struct span name, size_t labels)
{
	size_t i = name.len, dot;

	for (;;) {
		dot = span_rfind(span_head(name, i), '.');
		if (dot == i)		/* there is none */
			return name;
		if (labels <= 1)
			return span_skip(name, dot + 1);
		i = dot;
		labels--;
	}
}

static struct span
by_thumb(struct span name)
{
	struct span top = tail(name, 1), two = tail(name, 2);
	struct span second = span_head(two, span_find(two, '.'));

	if (top.len == 2 && is_category(second))
		return tail(name, 3);
	return two;
}

/* ---- with one ------------------------------------------------------------ */

static uint8_t
kinds(const struct suffixes *list, struct span name, enum suffix_kind kind)
{
	const struct rule *r = slot_of(list, name);

	if (r->name.len == 0)
		return 0;
	return kind == SUFFIX_ICANN ? r->icann :
	    (uint8_t)(r->icann | r->private);
}

/* Labels of the public suffix.  The longest rule wins, an exception over all
 * of them (publicsuffix.org/list, "Algorithm"). */
static size_t
suffix_labels(const struct suffixes *list, struct span name,
    enum suffix_kind kind)
{
	size_t labels = 1;		/* the rule "*", when none matches   */

	for (size_t n = 1; n <= LIMIT_SUFFIX_LABELS; n++) {
		struct span t = tail(name, n);
		uint8_t k = kinds(list, t, kind);

		if ((k & EXCEPTION) != 0)
			return n - 1;
		if ((k & RULE) != 0)
			labels = n > labels ? n : labels;
		/* what a wildcard stands below is a suffix too, as browsers
		 * and libpsl have it */
		if (t.len == name.len) {
			labels = (k & WILDCARD) != 0 ? n : labels;
			break;
		}
		if ((k & WILDCARD) != 0)
			labels = n + 1;
	}
	return labels;
}

struct span
suffix_org(const struct suffixes *list, struct span name,
    enum suffix_kind kind)
{
	if (list == NULL || list->n == 0)
		return by_thumb(name);
	return tail(name, suffix_labels(list, name, kind) + 1);
}

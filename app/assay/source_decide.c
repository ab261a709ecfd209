/* SPDX-License-Identifier: Apache-2.0 */
/* source_decide.c - what a person knows of a source: kept, and listed. */
#include "source_cmd.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/addr.h"
#include "wire/day.h"

enum { ALL_DAYS = 2900000 };	/* about the year 9909: any report       */

static int
usage(const char *what)
{
	fprintf(stderr, "assay source: %s\n'assay source --help' shows "
	    "how\n", what);
	return EXIT_USAGE;
}

/* ---- what it is about --------------------------------------------------- */

/* No name ends in digits alone, and none has a colon or a slash: whoever
 * wrote this meant an address. */
static bool
meant_address(struct span s)
{
	bool digits = false, dot = false;

	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		if (c == ':' || c == '/')
			return true;
		if (c == '.')
			dot = digits = true;
		else if (c < '0' || c > '9')
			digits = false;
	}
	return dot && digits && span_at(s, s.len - 1) != '.';
}

static bool
is_as(struct span text, struct span *number)
{
	uint64_t n;

	*number = span_skip(text, 2);
	return span_istarts(text, SPAN("as")) && span_u64(*number,
	    UINT32_MAX, &n) && n > 0;
}

/* What is wrong with it, or NULL. */
static const char *
network(struct span addr, struct span bits, struct store_decision *d)
{
	struct assay_addr at;
	uint64_t n;

	if (assay_addr_parse(&at, addr) != ASSAY_OK)
		return "this looks like an address and is none: 192.0.2.1 "
		    "(each number at most 255), 2001:db8::1, or a network as "
		    "192.0.2.0/24";
	d->scope = span_absent(bits) ? STORE_S_ADDRESS : STORE_S_NETWORK;
	if (!span_absent(bits) && (!span_u64(bits, at.family == 4 ? 32 : 128,
	    &n) || n < 8))
		return "a network is /8 to /32, or to /128 for IPv6";
	return NULL;
}

static const char *
scope_of(const char *word, struct store_decision *d, struct arena *a)
{
	struct span text = assay_cstr(word), addr = text, bits = SPAN_NONE;
	size_t slash = span_find(text, '/');
	struct domain name;

	d->what = text;
	if (is_as(text, &d->what)) {
		d->scope = STORE_S_ASN;
		return NULL;
	}
	d->what = text;
	if (slash < text.len) {
		addr = span_head(text, slash);
		bits = span_skip(text, slash + 1);
	}
	if (meant_address(text))
		return network(addr, bits, d);
	d->scope = STORE_S_DKIM;
	if (!settings_domain(word) || !domain_parse(&name, text, true, a) ||
	    span_find(name.name, '.') == name.name.len)
		return "decide about what? an address, a network, the name of "
		    "a signer (a domain), or AS64496";
	d->what = name.name;
	return NULL;
}

/* Whoever is behind sudo, else the user who runs this. */
static const char *
who(void)
{
	const char *name = getenv("SUDO_USER");
	const struct passwd *p = name == NULL || *name == '\0' ?
	    getpwuid(getuid()) : NULL;

	if (p != NULL)
		name = p->pw_name;
	return name == NULL || *name == '\0' || strlen(name) > 64 ?
	    "somebody" : name;
}

/* ---- decide ------------------------------------------------------------- */

static void
said(const struct store_decision *d)
{
	const char *as = d->scope == STORE_S_ASN ? "AS" : "";

	if (span_eq(d->class, SPAN("unknown")))
		printf("what was decided of %s%.*s for %.*s is taken back by "
		    "%.*s: the evidence alone speaks\n", as,
		    (int)d->what.len, (const char *)d->what.ptr,
		    (int)d->domain.len, (const char *)d->domain.ptr,
		    (int)d->who.len, (const char *)d->who.ptr);
	else
		printf("%s%.*s of %.*s is now %.*s, as decided by %.*s\n", as,
		    (int)d->what.len, (const char *)d->what.ptr,
		    (int)d->domain.len, (const char *)d->domain.ptr,
		    (int)d->class.len, (const char *)d->class.ptr,
		    (int)d->who.len, (const char *)d->who.ptr);
	if (d->scope == STORE_S_ADDRESS)
		printf("It holds where this address alone is the source; of a "
		    "source that is shown as a\nnetwork, decide about the "
		    "network.\n");
}

static int
keep(const struct args *args, const struct store_decision *d)
{
	struct source_none q = { .name = args->name };
	struct store_file file = { .path = "" };
	int status = EXIT_USAGE;
	bool none;

	if (!store_file_find(&file, args)) {
		store_file_free(&file);
		return EXIT_USAGE;
	}
	q.store = store_file_open(&file, STORE_ADD, &status);
	if (q.store != NULL) {
		q.file = &file;
		q.to = ALL_DAYS;
		status = source_none(&q, d->domain, &none);
		if (status == 0 && (!store_begin(q.store) ||
		    !store_decide(q.store, d) || !store_commit(q.store,
		    STORE_SYNCED)))
			status = store_file_wrong(file.path,
			    store_why(q.store));
		store_close(q.store);
		if (status == 0)
			said(d);
	}
	store_file_free(&file);
	return status;
}

/* decide DOMAIN WHAT CLASS [NOTE] */
int
source_decide(const struct args *args)
{
	struct store_decision d = { .at = store_file_now() };
	enum source_class class;
	struct domain domain;
	struct arena a;
	const char *wrong;
	int status;

	if (args->n_word < 4 || args->n_word > 5)
		return usage("decide DOMAIN WHAT CLASS [NOTE]; WHAT is an "
		    "address, a network, the name of a signer, or AS64496");
	arena_init(&a, 1 << 16);
	if (!settings_domain(args->word[1]) || !domain_parse(&domain,
	    assay_cstr(args->word[1]), true, &a) ||
	    meant_address(domain.name))
		status = usage("this is no domain name");
	else if ((wrong = scope_of(args->word[2], &d, &a)) != NULL)
		status = usage(wrong);
	else if (!source_class_parse(&class, assay_cstr(args->word[3])))
		status = usage("a class is ours, service, shadow, "
		    "forwarder, misconfigured, hostile, or unknown, which "
		    "takes a decision back");
	else if (args->n_word > 4 && strlen(args->word[4]) > 300)
		status = usage("the note is too long");
	else {
		d.domain = domain.name;
		d.class = assay_cstr(source_class_name(class));
		d.who = assay_cstr(who());
		d.note = assay_cstr(args->n_word > 4 ? args->word[4] : "");
		status = keep(args, &d);
	}
	arena_free(&a);
	return status;
}

/* ---- decisions ---------------------------------------------------------- */

static void
row(struct table *t, const struct store_cell *c, size_t n)
{
	static const char *const names[] = { "domain", "what", "class",
	    "who", "at", "note" };
	struct span scope = SPAN_NONE;

	for (size_t k = 0; k < n; k++)
		if (strcmp(c[k].name, "scope") == 0)
			scope = c[k].text;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct text cell = { .ptr = NULL };

		for (size_t k = 0; k < n; k++) {
			if (c[k].type != STORE_TEXT || strcmp(c[k].name,
			    names[i]) != 0)
				continue;
			if (i == 1 && span_eq(scope, SPAN("asn")))
				text_str(&cell, "AS");
			text_put(&cell, c[k].text.ptr, i == 4 &&
			    c[k].text.len > DAY_TEXT ? DAY_TEXT :
			    c[k].text.len);
		}
		table_cstr(t, cell.ptr == NULL ? "" : cell.ptr);
		text_free(&cell);
	}
}

static int
listed(const struct args *args, struct store *s,
    const struct store_file *file, const struct out *out)
{
	static const struct column columns[] = {
		{ "domain", NULL, COLUMN_TEXT, 18 },
		{ "what", NULL, COLUMN_TEXT, 20 },
		{ "class", NULL, COLUMN_TEXT, 13 },
		{ "who", NULL, COLUMN_TEXT, 8 },
		{ "day", NULL, COLUMN_TEXT, 10 },
		{ "note", NULL, COLUMN_TEXT, 0 },
	};
	struct store_ask ask = { .domain = SPAN_NONE };
	struct store_cursor *c;
	const struct store_cell *cells;
	struct text text = { .ptr = NULL };
	struct table t;
	size_t n;
	int status = 0;

	if (args->n_word > 1)
		ask.domain = assay_cstr(args->word[1]);
	table_begin(&t, columns, 6, source_cmd_form(args), out);
	c = store_list(s, STORE_L_DECISIONS, &ask);
	while (c != NULL && store_list_next(c, &cells, &n))
		row(&t, cells, n);
	if (c == NULL || !store_cursor_end(c))
		status = store_file_wrong(file->path, store_why(s));
	if (!table_end(&t, &text) || !out_text(&text))
		status = EXIT_USAGE;
	text_free(&text);
	return status;
}

/* decisions [DOMAIN]: all of them, the latest of each last. */
int
source_decisions(const struct args *args, const struct out *out)
{
	struct store_file file = { .path = "" };
	struct store *s = NULL;
	int status = EXIT_USAGE;

	if (args->n_word > 2)
		return usage("too many words");
	if (args->n_word > 1 && !settings_domain(args->word[1]))
		return usage("this is no domain name");
	if (store_file_find(&file, args))
		s = store_file_open(&file, STORE_READ, &status);
	if (s != NULL) {
		status = listed(args, s, &file, out);
		store_close(s);
	}
	store_file_free(&file);
	return status;
}

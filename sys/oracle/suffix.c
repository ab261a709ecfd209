/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public suffix list as a source of answers, through libpsl.
 *
 * One item: the public suffix of the name, by all rules of the list with
 * its PRIVATE section; a name under no rule has its last label as suffix
 * (the prevailing rule "*").  The canonical name of such an answer is the
 * date of the list, so that a record says which one spoke.
 *
 * An answer stands until some thousands of others were given, far more than
 * one evaluation may ask: two arenas take turns.
 */
#include "oracle/suffix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <libpsl.h>

#include "base/arena.h"
#include "base/limits.h"
#include "wire/domain.h"

enum {
	ANSWERS = 1 << 20,	/* octets of one arena                      */
	SUFFIX_TTL = 86400
};

struct suffixes {
	psl_ctx_t *psl;
	struct arena now, before;
	char date[16];
};

static void
set_date(struct suffixes *s, time_t when)
{
	struct tm tm;

	if (when > 0 && gmtime_r(&when, &tm) != NULL)
		strftime(s->date, sizeof(s->date), "%Y-%m-%d", &tm);
}

static psl_ctx_t *
load(struct suffixes *s, const char *path)
{
	struct stat st;
	psl_ctx_t *psl = psl_load_file(path);

	if (psl != NULL && stat(path, &st) == 0)
		set_date(s, st.st_mtime);
	return psl;
}

/* The newer of the system's list and the one inside libpsl. */
static psl_ctx_t *
load_system(struct suffixes *s)
{
	const char *path = psl_dist_filename();
	time_t inside = psl_builtin_file_time();
	psl_ctx_t *psl;
	struct stat st;

	if (path != NULL && stat(path, &st) == 0 && st.st_mtime >= inside &&
	    (psl = load(s, path)) != NULL)
		return psl;
	set_date(s, inside);
	/* a constant of the library, which psl_free() leaves alone */
	return (psl_ctx_t *)(uintptr_t)psl_builtin();
}

static void *
room(struct suffixes *s, size_t n)
{
	void *p = arena_alloc(&s->now, n);

	if (p != NULL)
		return p;
	arena_free(&s->before);
	s->before = s->now;
	arena_init(&s->now, ANSWERS);
	return arena_alloc(&s->now, n);
}

static enum assay_status
suffix_ask(void *self, const struct assay_question *q,
    struct assay_answer *a)
{
	struct suffixes *s = self;
	char name[LIMIT_NAME + 1] = "";
	const char *found = NULL;
	struct answer {
		struct span item;
		uint8_t text[];
	} *kept;
	size_t n;

	if (q->kind != ASSAY_Q_SUFFIX)
		return ASSAY_PENDING;
	*a = (struct assay_answer){ .kind = ASSAY_A_NODATA,
		.ttl = SUFFIX_TTL, .canonical = assay_cstr(s->date) };
	if (q->key.len > 0 && q->key.len <= LIMIT_NAME &&
	    memchr(q->key.ptr, '\0', q->key.len) == NULL) {
		memcpy(name, q->key.ptr, q->key.len);
		found = psl_unregistrable_domain(s->psl, name);
	}
	if (found == NULL || *found == '\0')
		return ASSAY_OK;
	n = strlen(found);
	kept = room(s, sizeof(*kept) + n);
	if (kept == NULL)
		return ASSAY_NOMEM;
	memcpy(kept->text, found, n);
	kept->item = (struct span){ kept->text, n };
	a->kind = ASSAY_A_DATA;
	a->item = &kept->item;
	a->n_item = 1;
	return ASSAY_OK;
}

static void
suffix_free(void *self)
{
	struct suffixes *s = self;

	if (s == NULL)
		return;
	psl_free(s->psl);
	arena_free(&s->now);
	arena_free(&s->before);
	free(s);
}

enum assay_status
assay_oracle_suffix(struct assay_oracle *out, const char *path)
{
	struct suffixes *s = calloc(1, sizeof(*s));

	*out = (struct assay_oracle){ .self = NULL };
	if (s == NULL)
		return ASSAY_NOMEM;
	arena_init(&s->now, ANSWERS);
	arena_init(&s->before, ANSWERS);
	s->psl = path == NULL ? load_system(s) : load(s, path);
	if (s->psl == NULL) {
		suffix_free(s);
		return ASSAY_IO;
	}
	*out = (struct assay_oracle){ .ask = suffix_ask,
		.free = suffix_free, .self = s };
	return ASSAY_OK;
}

/* The right-most n labels. */
static struct span
tail(struct span text, size_t n)
{
	size_t at = text.len;

	while (at > 0 && (text.ptr[at - 1] != '.' || --n > 0))
		at--;
	return span_skip(text, at);
}

static size_t
dots(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == '.';
	return n;
}

bool
suffix_registrable(struct buf *out, const struct assay_oracle *oracle,
    struct span text)
{
	struct arena a;
	struct domain d;
	struct assay_question q = { .kind = ASSAY_Q_SUFFIX };
	struct assay_answer answer;
	bool ok = false;

	arena_init(&a, 1 << 16);
	if (domain_parse(&d, text, true, &a)) {
		q.key = d.name;
		if (oracle->ask(oracle->self, &q, &answer) == ASSAY_OK &&
		    answer.n_item == 1 &&
		    answer.item[0].len < d.name.len) {
			if (span_at(text, text.len - 1) == '.')
				text.len--;
			/* IDNA knows dots that are not ours */
			if (dots(text) != dots(d.name))
				text = d.name;
			buf_lower(out, tail(text,
			    dots(answer.item[0]) + 2));
			ok = !out->full;
		}
	}
	arena_free(&a);
	return ok;
}

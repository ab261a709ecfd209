/* SPDX-License-Identifier: Apache-2.0 */
/*
 * posture_fixture.h - a table of zones and of what is found in them, for the
 * tests of lib/posture.
 *
 * Each case is looked at three times: from a source that knows all at once,
 * with all open questions answered between two steps, and with one of them,
 * chosen at random.  What is told, down to the JSON, must be the same.
 */
#ifndef TEST_POSTURE_FIXTURE_H
#define TEST_POSTURE_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "posture/posture.h"
#include "test/t.h"

/* Rows leave out what is of no interest to them. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct posture_case {
	const char *label;
	const char *zone;	/* a master file, or JSON rows            */
	const char *want;	/* "bad spf-none, note x", of one subject;
				 * the subject's state behind " | " if it is
				 * of interest                            */
	const char *record;	/* what mends the first that has one; NULL:
				 * not looked at                          */
	const char *selectors, *source, *policy;
	const char *domain;	/* NULL: d.example                        */
};

/* A server for mail, so that the domain is not taken for a parked one. */
#define WITH_MX "d.example. MX 10 mx.d.example.\n" \
	"mx.d.example. A 198.51.100.1\n"

enum posture_mode { POSTURE_WARM = 0, POSTURE_ALL, POSTURE_ONE };

static char posture_text[1 << 21];
static size_t posture_len;

static bool
posture_collect(void *ctx, struct assay_span bytes)
{
	char *to = ctx;

	if (posture_len + bytes.len >= sizeof(posture_text))
		return false;
	memcpy(to + posture_len, bytes.ptr, bytes.len);
	posture_len += bytes.len;
	to[posture_len] = '\0';
	return true;
}

static inline void
posture_json(struct posture *p)
{
	posture_len = 0;
	posture_text[0] = '\0';
	T_OK(posture_json_write(p, posture_collect, posture_text) ==
	    ASSAY_OK, "JSON");
}

static inline void
posture_answer_some(struct posture *p, const struct assay_oracle *o,
    enum posture_mode mode, unsigned *seed)
{
	const struct assay_question *q;
	size_t n = posture_questions(p, &q);
	size_t from = mode == POSTURE_ONE ? (size_t)rand_r(seed) % n : 0;
	size_t to = mode == POSTURE_ONE ? from + 1 : n;

	for (size_t i = from; i < to; i++) {
		struct assay_answer a;

		if (o->ask(o->self, &q[i], &a) != ASSAY_OK)
			a = (struct assay_answer){ .kind = ASSAY_A_UNKNOWN };
		if (posture_answer(p, &q[i], &a) != ASSAY_OK)
			return;
	}
}

/* The posture of the case's domain; NULL: it was refused or ran into a
 * limit. */
static inline struct posture *
posture_of(const struct posture_case *c, const struct assay_oracle *o,
    enum posture_mode mode)
{
	struct posture_ask ask = { .domain = assay_cstr(c->domain != NULL ?
	    c->domain : "d.example"), .now = 1767225600,
	    .sts_policy = assay_cstr(c->policy) };
	struct assay_span selector[2];
	struct assay_addr source[1];
	const char *comma = c->selectors == NULL ? NULL :
	    strchr(c->selectors, ',');
	struct posture *p;
	enum assay_status st;
	unsigned seed = 1;

	if (c->selectors != NULL) {
		selector[0] = assay_cstr(c->selectors);
		if (comma != NULL) {
			selector[0].len = (size_t)(comma - c->selectors);
			selector[1] = assay_cstr(comma + 1);
		}
		ask.selector = selector;
		ask.n_selector = comma != NULL ? 2 : 1;
	}
	if (c->source != NULL && assay_addr_parse(&source[0],
	    assay_cstr(c->source)) == ASSAY_OK) {
		ask.source = source;
		ask.n_source = 1;
	}
	if (posture_new(&p, &ask, NULL) != ASSAY_OK)
		return NULL;
	if (mode == POSTURE_WARM)
		posture_warm(p, o);
	while ((st = posture_step(p)) == ASSAY_PENDING)
		posture_answer_some(p, o, mode, &seed);
	if (st != ASSAY_OK) {
		posture_free(p);
		return NULL;
	}
	return p;
}

static inline void
posture_say(char *out, size_t cap, struct posture *p, enum subject s,
    bool state)
{
	struct posture_finding *f;
	size_t n = posture_findings(p, &f), at = 0;

	*out = '\0';
	for (size_t i = 0; i < n; i++)
		if (f[i].text->subject == s && at < cap)
			at += (size_t)snprintf(out + at, cap - at, "%s%s %s",
			    at > 0 ? ", " : "", grade_name(f[i].grade),
			    f[i].text->name);
	if (state && at < cap)
		snprintf(out + at, cap - at, " | %.*s",
		    (int)posture_state(p, s).len,
		    (const char *)posture_state(p, s).ptr);
}

static inline void
posture_record(struct posture *p, enum subject s,
    const struct posture_case *c)
{
	struct posture_finding *f;
	size_t n = posture_findings(p, &f), i = 0;

	if (c->record == NULL)
		return;
	while (i < n && (f[i].text->subject != s || f[i].record.len == 0))
		i++;
	T_SPAN(i < n ? f[i].record : assay_cstr(""), assay_cstr(c->record),
	    c->label);
}

static inline void
posture_run_case(const struct posture_case *c, enum subject s)
{
	static char first[sizeof(posture_text)];
	struct assay_oracle o;
	char got[4000];

	if (assay_oracle_zone(&o, assay_cstr(c->zone), NULL, NULL) !=
	    ASSAY_OK) {
		T_OK(false, c->label);
		return;
	}
	for (enum posture_mode m = POSTURE_WARM; m <= POSTURE_ONE; m++) {
		struct posture *p = posture_of(c, &o, m);

		T_OK(p != NULL, c->label);
		if (p == NULL)
			break;
		posture_say(got, sizeof(got), p, s,
		    strstr(c->want, " | ") != NULL);
		T_SPAN(assay_cstr(got), assay_cstr(c->want), c->label);
		posture_record(p, s, c);
		posture_json(p);
		/* the answers that were asked for may differ, not what is
		 * told: SPF asks ahead */
		*strstr(posture_text, "\"answers\"") = '\0';
		if (m == POSTURE_WARM)
			memcpy(first, posture_text, sizeof(first));
		T_OK(strcmp(first, posture_text) == 0,
		    "the order of answers changes nothing");
		posture_free(p);
	}
	assay_oracle_free(&o);
}

static inline int
posture_test(const struct posture_case *cases, size_t n, enum subject s)
{
	for (size_t i = 0; i < n; i++)
		posture_run_case(&cases[i], s);
	return t_done();
}

#define POSTURE_CASES(cases, subject) \
	posture_test(cases, sizeof(cases) / sizeof((cases)[0]), subject)

#endif

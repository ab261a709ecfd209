/* SPDX-License-Identifier: Apache-2.0 */
#include "report_sum.h"

#include <stdlib.h>
#include <string.h>

#include "wire/addr.h"

/* ---- one line ------------------------------------------------------------ */

static void
key_text(char out[SUM_KEY], struct assay_span s)
{
	size_t n = s.len < SUM_KEY - 1 ? s.len : SUM_KEY - 1;

	if (n > 0)
		memcpy(out, s.ptr, n);
	out[n] = '\0';
	/* a NUL of a stranger would end it */
	for (size_t i = 0; i < n; i++)
		if (out[i] == '\0')
			out[i] = '?';
}

static const char *
aligned(enum aggregate_aligned a)
{
	switch (a) {
	case AGGREGATE_ALIGNED_PASS: return "pass";
	case AGGREGATE_ALIGNED_FAIL: return "fail";
	case AGGREGATE_ALIGNED_UNSAID: break;
	}
	return "unsaid";
}

static void
key_of(char out[SUM_KEY], enum store_by key, const struct store_tally *t)
{
	ROOM(room, ADDR_TEXT);
	struct buf b = BUF_ON(room);

	*out = '\0';
	if (key == STORE_BY_SOURCE && t->source.family != 0) {
		addr_print(&b, &t->source);
		key_text(out, buf_span(&b));
	} else if (key == STORE_BY_REPORTER) {
		key_text(out, t->reporter);
	} else if (key == STORE_BY_FROM) {
		key_text(out, t->header_from);
	} else if (key == STORE_BY_RESULT) {
		snprintf(out, SUM_KEY, "dkim %s, spf %s", aligned(t->dkim),
		    aligned(t->spf));
	}
}

static void
sum_of(struct report_sum *s, enum store_by key, const struct store_tally *t)
{
	bool dkim = t->dkim == AGGREGATE_ALIGNED_PASS;
	bool spf = t->spf == AGGREGATE_ALIGNED_PASS;
	bool kept = t->disposition != AGGREGATE_QUARANTINE &&
	    t->disposition != AGGREGATE_REJECT;

	*s = (struct report_sum){ .day = t->day, .messages = t->messages };
	key_of(s->key, key, t);
	s->passed = dkim || spf ? t->messages : 0;
	s->dkim = dkim ? t->messages : 0;
	s->spf = spf ? t->messages : 0;
	if (t->disposition == AGGREGATE_QUARANTINE)
		s->quarantined = t->messages;
	if (t->disposition == AGGREGATE_REJECT)
		s->rejected = t->messages;
	if (!dkim && !spf && kept && t->why != 0)
		s->excused = t->messages;
}

void
report_sum_add(struct report_sum *to, const struct report_sum *s)
{
	to->messages += s->messages;
	to->passed += s->passed;
	to->dkim += s->dkim;
	to->spf += s->spf;
	to->quarantined += s->quarantined;
	to->rejected += s->rejected;
	to->excused += s->excused;
}

/* ---- one after the other ------------------------------------------------- */

bool
report_fold_begin(struct report_fold *f, const struct report_view *v,
    enum store_by key)
{
	struct store_ask ask = { .by = (unsigned)key | STORE_BY_RESULT |
		STORE_BY_DONE, .domain = v->domain, .day_from = v->day_from,
		.day_to = v->day_to, .trust = v->trust };

	*f = (struct report_fold){ .key = key };
	f->cursor = store_tallies(v->store, &ask);
	return f->cursor != NULL;
}

bool
report_fold_next(struct report_fold *f, struct report_sum *out)
{
	struct report_sum s;
	struct store_tally t;

	while (!f->done) {
		if (!store_tally_next(f->cursor, &t)) {
			f->done = true;
			break;
		}
		sum_of(&s, f->key, &t);
		if (!f->begun) {
			f->next = s;
			f->begun = true;
		} else if (strcmp(f->next.key, s.key) == 0 &&
		    f->next.day == s.day) {
			report_sum_add(&f->next, &s);
		} else {
			*out = f->next;
			f->next = s;
			return true;
		}
	}
	*out = f->next;
	f->next = (struct report_sum){ .day = 0 };
	if (!f->begun)
		return false;
	f->begun = false;
	return true;
}

bool
report_fold_end(struct report_fold *f)
{
	return store_cursor_end(f->cursor);
}

/* ---- the largest --------------------------------------------------------- */

bool
report_most_init(struct report_most *m, size_t cap)
{
	*m = (struct report_most){ .cap = cap };
	m->item = calloc(cap, sizeof(*m->item));
	return m->item != NULL;
}

void
report_most_add(struct report_most *m, const struct report_sum *s)
{
	size_t at = m->n;

	while (at > 0 && m->item[at - 1].messages < s->messages)
		at--;
	if (at == m->cap) {
		report_sum_add(&m->rest, s);
		m->left++;
		return;
	}
	if (m->n == m->cap) {
		report_sum_add(&m->rest, &m->item[m->n - 1]);
		m->left++;
	} else {
		m->n++;
	}
	memmove(m->item + at + 1, m->item + at, (m->n - 1 - at) *
	    sizeof(*s));
	m->item[at] = *s;
}

void
report_most_free(struct report_most *m)
{
	free(m->item);
}

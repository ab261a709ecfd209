/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traffic.c - who sends, how much, and who tells of it.
 *
 * Reports about a day come for two days, and a receiver without mail sends
 * none.  So a day is judged when it is two days old, and compared day by day
 * over those receivers alone that tell of it and usually do: a receiver that
 * falls silent is no drop, and one that begins to report is no spike.
 */
#include "alerts/alert.h"

#include "alerts/usual.h"
#include "wire/day.h"

enum {
	/* A new source is told of from so many messages on. */
	NEW_LEAST = 5,		/* fewer: a test, or a slip                 */
	NEW_FORWARDER = 50,	/* each alias somewhere is one              */
	NEW_HOSTILE = 100,	/* there are new ones every day             */
	FAILS_LEAST = 20,	/* of ours in a week, and a tenth of all    */
	/* What is more, or less, than usual by fewer is never told. */
	MORE_LEAST = 50, FAILED_LEAST = 20, HOSTILE_LEAST = 500,
	/* Reporters: days of four weeks that make a habit; days of silence
	 * that nobody's weekend explains. */
	MONTH = 28, HABIT = 12, SILENCE = 4,
	JUDGED = ALERT_DAYS - 1 - ALERT_LATE	/* the youngest day judged  */
};

static int64_t
day_at(const struct alert_facts *f, size_t i)
{
	return f->today - (ALERT_DAYS - 1) + (int64_t)i;
}

/* ---- sources ------------------------------------------------------------ */

static uint64_t
new_least(enum source_class c)
{
	switch (c) {
	case SOURCE_FORWARDER: return NEW_FORWARDER;
	case SOURCE_HOSTILE: return NEW_HOSTILE;
	case SOURCE_UNKNOWN:
	case SOURCE_OURS:
	case SOURCE_SERVICE:
	case SOURCE_SHADOW:
	case SOURCE_MISCONFIGURED:
	case SOURCE_CLASSES: break;
	}
	return NEW_LEAST;
}

/* Those that somebody has to look at. */
static bool
is_doubtful(enum source_class c)
{
	return c == SOURCE_UNKNOWN || c == SOURCE_SHADOW ||
	    c == SOURCE_MISCONFIGURED;
}

static bool
is_new(const struct alert_facts *f, const struct alert_source *s)
{
	return f->first_report > 0 && !s->decided &&
	    s->first > f->today - (int64_t)f->days &&
	    s->first - f->first_report >= ALERT_HISTORY &&
	    s->messages >= new_least(s->class);
}

static void
tell_new(struct alerts *as, const struct alert_source *s)
{
	struct alert_words w = { .about = s->label, .net = s->net,
		.class = source_class_name(s->class), .day = s->first,
		.a = s->messages, .b = s->passed };
	struct alert *a = alert_add(as, ALERT_NEW_SOURCE, s->id, &w);

	if (a == NULL)
		return;
	a->state = assay_cstr(w.class);
	if (!is_doubtful(s->class))
		a->grade = GRADE_NOTE;
}

static void
tell_fails(struct alerts *as, const struct alert_source *s)
{
	struct alert_words w = { .about = s->label, .net = s->net,
		.from = s->step, .day = as->facts->today,
		.a = s->week_failed, .b = s->week };

	(void)alert_add(as, ALERT_OWN_FAILS, s->id, &w);
}

void
alert_sources(struct alerts *as)
{
	const struct alert_facts *f = as->facts;

	for (size_t i = 0; i < f->n_source; i++) {
		const struct alert_source *s = &f->source[i];

		if (is_new(f, s))
			tell_new(as, s);
		if (s->class == SOURCE_MISCONFIGURED &&
		    s->week_failed >= FAILS_LEAST &&
		    s->week_failed >= s->week / 10)
			tell_fails(as, s);
	}
}

/* ---- how much ----------------------------------------------------------- */

/* The same weekdays before day i of which anybody tells. */
struct weekdays {
	size_t at[USUAL_WEEKS];
	size_t n;
};

static bool
anybody_told(const struct alert_facts *f, size_t i)
{
	for (size_t k = 0; k < f->n_flow; k++)
		if (f->flow[k].told[i])
			return true;
	return false;
}

static struct weekdays
weekdays_before(const struct alert_facts *f, size_t i)
{
	struct weekdays w = { .n = 0 };

	for (size_t back = 7; back <= i && w.n < USUAL_WEEKS; back += 7)
		if (anybody_told(f, i - back))
			w.at[w.n++] = i - back;
	return w;
}

/* Tells of the day, and usually does. */
static bool
is_witness(const struct alert_flow *flow, size_t i, const struct weekdays *w)
{
	size_t told = 0;

	for (size_t k = 0; k < w->n; k++)
		told += flow->told[w->at[k]];
	return flow->told[i] && told * 2 >= w->n;
}

enum kind { OURS, FAILED, HOSTILE };

static uint64_t
of_kind(const struct alert_flow *flow, enum kind kind, size_t i)
{
	return kind == OURS ? flow->ours[i] : kind == FAILED ?
	    flow->failed[i] : flow->hostile[i];
}

struct compared {
	struct usual usual;
	uint64_t x;
};

static struct compared
compare(const struct alert_facts *f, enum kind kind, size_t i)
{
	struct weekdays w = weekdays_before(f, i);
	uint64_t sample[USUAL_WEEKS] = { 0 };
	struct compared c = { .x = 0 };

	for (size_t r = 0; r < f->n_flow; r++) {
		if (!is_witness(&f->flow[r], i, &w))
			continue;
		c.x += of_kind(&f->flow[r], kind, i);
		for (size_t k = 0; k < w.n; k++)
			sample[k] += of_kind(&f->flow[r], kind, w.at[k]);
	}
	c.usual = usual_of(sample, w.n);
	return c;
}

static void
tell_volume(struct alerts *as, enum alert_code code, struct span id,
    struct span about, size_t i, const struct compared *c)
{
	struct alert_words w = { .about = about, .day = day_at(as->facts, i),
		.a = c->x, .b = c->usual.median };

	(void)alert_add(as, code, id, &w);
}

/* The youngest day of the news that is out of the usual. */
static bool
find_volume(struct alerts *as, enum alert_code code, enum kind kind,
    uint64_t least, bool drop)
{
	const struct alert_facts *f = as->facts;

	for (size_t back = 0; back < f->days && back <= JUDGED; back++) {
		size_t i = JUDGED - back;
		struct compared c = compare(f, kind, i);

		if (!anybody_told(f, i) || !(drop ?
		    usual_drop(&c.usual, c.x, least) :
		    usual_spike(&c.usual, c.x, least)))
			continue;
		tell_volume(as, code, SPAN(""), f->domain.name, i, &c);
		return true;
	}
	return false;
}

/* One source against itself.  Who reports about it may have changed, so three
 * times as much is asked for. */
static bool
source_spikes(struct alerts *as, const struct alert_source *s)
{
	const struct alert_facts *f = as->facts;

	for (size_t back = 0; back < f->days && back <= JUDGED; back++) {
		size_t i = JUDGED - back;
		struct weekdays w = weekdays_before(f, i);
		uint64_t sample[USUAL_WEEKS];
		struct compared c = { .x = s->day[i] };

		if (c.x < 2 * MORE_LEAST || w.n < USUAL_LEAST ||
		    s->first > day_at(f, w.at[USUAL_LEAST - 1]))
			continue;
		for (size_t k = 0; k < w.n; k++)
			sample[k] = s->day[w.at[k]];
		c.usual = usual_of(sample, w.n);
		if (c.x / 3 < c.usual.median ||
		    !usual_spike(&c.usual, c.x, 2 * MORE_LEAST))
			continue;
		tell_volume(as, ALERT_SPIKE, s->id, s->label, i, &c);
		return true;
	}
	return false;
}

/* A source that explains it is told of in place of the domain. */
void
alert_volumes(struct alerts *as)
{
	const struct alert_facts *f = as->facts;
	bool explained = false;

	for (size_t i = 0; i < f->n_source; i++)
		if (f->source[i].class != SOURCE_HOSTILE &&
		    source_spikes(as, &f->source[i]))
			explained = true;
	if (!explained)
		(void)find_volume(as, ALERT_SPIKE, OURS, MORE_LEAST, false);
	(void)find_volume(as, ALERT_DROP, OURS, MORE_LEAST, true);
	(void)find_volume(as, ALERT_FAILURES, FAILED, FAILED_LEAST, false);
	(void)find_volume(as, ALERT_ABUSE, HOSTILE, HOSTILE_LEAST, false);
}

/* ---- reporters ---------------------------------------------------------- */

struct habit {
	size_t last;		/* the last day that is told of             */
	unsigned month;		/* days told of in the four weeks up to it  */
	unsigned pause;		/* the longest before it                    */
};

/* flow NULL: of anybody. */
static bool
tells(const struct alert_facts *f, const struct alert_flow *flow, size_t i)
{
	return flow == NULL ? anybody_told(f, i) : flow->told[i];
}

static struct habit
habit_of(const struct alert_facts *f, const struct alert_flow *flow)
{
	struct habit h = { .last = 0 };
	size_t before = ALERT_DAYS;

	for (size_t i = 0; i < ALERT_DAYS; i++) {
		if (!tells(f, flow, i))
			continue;
		if (before < i && i - before - 1 > h.pause)
			h.pause = (unsigned)(i - before - 1);
		before = h.last = i;
	}
	for (size_t i = h.last + 1 > MONTH ? h.last + 1 - MONTH : 0;
	    i <= h.last; i++)
		h.month += tells(f, flow, i);
	return h;
}

/* Longer than twice the longest pause: no weekend, no holiday of theirs. */
static bool
is_silent(const struct habit *h, size_t until)
{
	size_t silence = until > h->last ? until - h->last : 0;

	return h->month >= HABIT && silence >= SILENCE &&
	    silence > 2 * (size_t)h->pause;
}

static void
tell_silent(struct alerts *as, enum alert_code code, struct span who,
    const struct habit *h)
{
	struct alert_words w = { .about = who,
		.day = day_at(as->facts, h->last), .a = h->month,
		.b = h->pause };
	struct buf b = arena_buf(as->arena, DAY_TEXT);
	struct alert *a = alert_add(as, code, SPAN_NONE, &w);

	day_print(&b, w.day * DAY_SECONDS);
	if (a != NULL)
		a->state = buf_span(&b);
}

void
alert_reporters(struct alerts *as)
{
	const struct alert_facts *f = as->facts;
	struct habit all = habit_of(f, NULL), h;
	/* what nobody tells of yet is nobody's silence */
	size_t until = all.last < JUDGED ? all.last : JUDGED;

	if (is_silent(&all, JUDGED))
		tell_silent(as, ALERT_STOPPED, f->domain.name, &all);
	for (size_t i = 0; i < f->n_flow; i++) {
		h = habit_of(f, &f->flow[i]);
		if (is_silent(&h, until))
			tell_silent(as, ALERT_SILENT, f->flow[i].name, &h);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/behave.h"

#define MAGIC UINT64_C(0x42307665617373)	/* changes with the layout */

static size_t
words(size_t octets)
{
	return (octets + 63) / 64 * 8;
}

static size_t
fixed(void)
{
	return words(sizeof(struct behave_head)) +
	    words(sizeof(struct judge)) + words(sizeof(struct trainer)) +
	    words(sizeof(struct season)) +
	    words(sizeof(struct pending)) + words(sizeof(struct alarm)) +
	    words(sizeof(struct house)) + words(sizeof(struct words));
}

size_t
behave_size(const struct geometry *g)
{
	return fixed() * 8 + memory_size(g) + graph_size(g);
}

/* The memory, then who knows whom; how large they are stands in its head. */
static bool
open_rest(struct behave *b, uint64_t *block, size_t octets,
    const struct geometry *g)
{
	const struct memory_head *h =
	    (const struct memory_head *)(const void *)block;
	size_t graph;

	if (octets < sizeof(*h))
		return false;
	graph = graph_size(g == NULL ? &h->geometry : g);
	if (graph > octets || !memory_open(&b->memory, block,
	    octets - graph, g))
		return false;
	b->memory.house = b->house;
	graph_open(&b->graph, block + (octets - graph) / 8,
	    &b->memory.head->geometry);
	return true;
}

bool
behave_open(struct behave *b, uint64_t *block, size_t octets,
    const struct geometry *g)
{
	if (octets < fixed() * 8)
		return false;
	b->head = (struct behave_head *)(void *)block;
	if (g != NULL)
		*b->head = (struct behave_head){ .magic = MAGIC,
			.octets = octets };
	if (b->head->magic != MAGIC || b->head->octets != octets)
		return false;
	block += words(sizeof(struct behave_head));
	b->judge = (struct judge *)(void *)block;
	block += words(sizeof(struct judge));
	b->trainer = (struct trainer *)(void *)block;
	block += words(sizeof(struct trainer));
	b->season = (struct season *)(void *)block;
	block += words(sizeof(struct season));
	b->pending = (struct pending *)(void *)block;
	block += words(sizeof(struct pending));
	b->alarm = (struct alarm *)(void *)block;
	block += words(sizeof(struct alarm));
	b->house = (struct house *)(void *)block;
	block += words(sizeof(struct house));
	b->words = (struct words *)(void *)block;
	block += words(sizeof(struct words));
	return open_rest(b, block, octets - fixed() * 8, g);
}

/* A value that the message before in this series had is as usual as one of
 * four: the series was odd once, when it began. */
static void
as_before(struct tally *t, const struct level *l)
{
	t->sender = num_most(t->sender, l->total / 4);
}

void
behave_series(struct view *v, const struct sample *s,
    const struct sample *before)
{
	if (before == NULL)
		return;
	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r) && s->one[r] == before->one[r])
			as_before(&v->one[r], &v->sender[r]);
		for (unsigned i = 0; row_is_set(r) && i < s->n[r]; i++)
			for (unsigned k = 0; k < before->n[r]; k++)
				if (s->value[s->first[r] + i] ==
				    before->value[before->first[r] + k])
					as_before(&v->many[s->first[r] + i],
					    &v->sender[r]);
	}
}

/* Of ours: nobody is a stranger to us who logs in here. */
static bool
is_own(const struct behave *b, const struct sample *s)
{
	return s->domain != 0 && s->domain == sample_own(b->head->key);
}

static void
look_at_contact(const struct behave *b, struct view *v,
    const struct sample *s)
{
	contact_look(&v->contact, &b->judge->contact, &b->graph, &b->memory,
	    &(struct contact_with){ memory_find(&b->memory, s->domain),
		memory_find(&b->memory, contact_strangers()),
		memory_find(&b->memory, contact_bearer(&b->graph, s)) },
	    v, s);
}

void
behave_view(const struct behave *b, struct sample *s, struct view *v)
{
	bool waits = pending_is(b->pending, s->sender);
	const struct sample *before = waits ?
	    pending_series(b->pending, s) : NULL;
	uint16_t last = waits ? pending_last(b->pending, s->sender) : 0;

	memory_view(&b->memory, s, v);
	/* of others there is nothing to find */
	if (!is_own(b, s) && v->n < CONTACT_MESSAGES)
		look_at_contact(b, v, s);
	behave_series(v, s, before);
	if (v->n > 0 && last > v->last_day)
		v->last_day = last;
}

/* Into each window that it belongs to, or out of it. */
static void
each_window(struct judge *j, unsigned class, unsigned size,
    const float s[N_WINDOW], void (*change)(struct window *, float))
{
	for (unsigned w = 0; w < N_WINDOW; w++) {
		if (s[w] <= UNSCORED)
			continue;
		change(&j->window[w][class][size], s[w]);
		change(&j->pooled[w][class], s[w]);
		change(&j->all[w], s[w]);
	}
}

static void
count_score(struct judge *j, unsigned class, unsigned size,
    const float s[N_WINDOW], float untuned)
{
	tune_hear(&j->tune, untuned);
	each_window(j, class, size, s, window_add);
}

void
behave_count(struct judge *j, const struct pending_one *o)
{
	count_score(j, o->sample.mail_class % MAIL_CLASSES, o->size,
	    o->score, o->untuned);
}

void
behave_uncount(struct judge *j, const struct pending_one *o)
{
	tune_take_back(&j->tune, o->untuned);
	each_window(j, o->sample.mail_class % MAIL_CLASSES, o->size,
	    o->score, window_take_back);
}

/* Odd messages that were answered stand for those that nobody had to
 * answer; what nobody answered is not counted itself, so that a wave of
 * intruders does not make intruders usual.  At most LABEL_COUNTS each. */

static unsigned
stands_for(struct pending *p, bool answered)
{
	unsigned n = 0;

	p->left += 1;
	if (p->left > 4096) {
		p->left /= 2;
		p->left_answered /= 2;
	}
	if (!answered)
		return 0;
	p->left_answered += 1;
	p->owed += num_least(p->left / p->left_answered,
	    LABEL_COUNTS);
	for (; p->owed >= 1; p->owed -= 1)
		n++;
	return n;
}

/* It is usual from now on. */
static void
believe(struct behave *b, const struct sample *s)
{
	graph_learn(&b->graph, &b->memory, s, !is_own(b, s) &&
	    memory_find(&b->memory, s->sender) == NULL);
	memory_learn(&b->memory, s);
}

static void
count_waiting(struct behave *b, struct pending_one *o)
{
	for (unsigned n = stands_for(b->pending, o->answered); n > 0; n--) {
		behave_count(b->judge, o);
		o->counted++;
	}
}

static void
believe_waiting(struct behave *b, int64_t now)
{
	struct pending_one *o;

	while ((o = pending_heard(b->pending)) != NULL) {
		if (o->has_lineup)
			trainer_take(b->trainer, &o->lineup);
		count_waiting(b, o);
	}
	while ((o = pending_due(b->pending, now)) != NULL) {
		believe(b, &o->sample);
		o->learned = true;
		if (!o->heard)
			count_waiting(b, o);
	}
}

bool
behave_waits(const struct score *score)
{
	return (score->known && score_nats(score) > BEHAVE_BELIEVED) ||
	    contact_waits(&score->contact);
}

/* Its impostors are made now, of what is known now: if it is answered, it
 * teaches how the genuine change.  Of a first contact there is none, and no
 * score but that of contact.h. */
static void
wait(struct behave *b, const struct sample *s, const struct score *score,
    const struct origin *from)
{
	struct pending_one one = { .sample = *s,
		.size = (uint8_t)score->size, .untuned = score->untuned,
		.spool = from->spool, .number = from->number,
		.held = from->held };

	one.has_lineup = score->known && trainer_lineup(&one.lineup,
	    b->trainer, &b->memory, s, score->x, score->messages);
	for (unsigned w = 0; w < N_WINDOW; w++)
		one.score[w] = score->known ? score->s[w] : UNSCORED;
	pending_add(b->pending, &one);
}

/* An answer of somebody who may not be himself proves nothing: of ours, who
 * was found odd, or whom we hardly know; of others, who was not let in. */
static bool
may_vouch(const struct behave *b, const struct sample *s,
    const struct score *score, const struct origin *from)
{
	return !from->held && !from->silent &&
	    !(is_own(b, s) && behave_waits(score));
}

bool
behave_learn_of(struct behave *b, const struct sample *s,
    const struct score *score, const struct origin *from)
{
	struct lineup lineup;

	if (s->sender == 0)
		return false;
	if (may_vouch(b, s, score, from))
		pending_answered(b->pending, s);
	believe_waiting(b, s->arrival);
	if (!from->held)
		memory_letter(&b->memory, s);
	if (!from->held && !is_own(b, s)) {
		contact_learn(&b->judge->contact, &b->graph, &b->memory, s,
		    &score->contact, b->trainer->donor, b->trainer->n_donor);
	}
	if (behave_waits(score))
		wait(b, s, score, from);
	if (from->held || behave_waits(score))
		return false;
	if (!burst_add(&b->judge->burst, s->sender, day_of(s->arrival))) {
		believe(b, s);
		return false;
	}
	if (score->known) {
		count_score(b->judge, s->mail_class % MAIL_CLASSES,
		    score->size, score->s, score->untuned);
		if (trainer_lineup(&lineup, b->trainer, &b->memory, s,
		    score->x, score->messages))
			trainer_take(b->trainer, &lineup);
		trainer_steps(b->trainer, &b->judge->shapes);
	}
	trainer_donor(b->trainer, s);
	believe(b, s);
	return score->known;
}

bool
behave_grow(struct behave *b)
{
	return season_turn(b->season, b->trainer, b->head->seed);
}

void
behave_grown(struct behave *b)
{
	season_harvest(b->judge->forest, b->season);
}

void
behave_alerts(struct behave *b, float a_day)
{
	b->judge->contact.alarm.a_day = a_day * CONTACT_ALERTS;
	b->alarm->a_day = a_day * (1 - CONTACT_ALERTS);
}

struct alarm_said
behave_alarm(struct behave *b, const struct sample *s,
    const struct score *score)
{
	struct alarm_said said = { .alert = false }, other = said;

	if (is_own(b, s))	/* told by the account, not by the sender */
		return said;
	if (score->contact.scored)
		other = alarm_hear(&b->judge->contact.alarm, s->sender,
		    score->contact.p, s->arrival);
	other.contact = true;
	if (score->known)
		said = alarm_hear(b->alarm, s->sender, score->p,
		    s->arrival);
	return !score->known || (said.episode == 0 && other.episode != 0) ?
	    other : said;
}

void
behave_learn(struct behave *b, const struct sample *s,
    const struct score *score)
{
	const struct origin nobody = { .held = false };

	if (behave_learn_of(b, s, score, &nobody) && behave_grow(b))
		behave_grown(b);
}

void
behave_hear(struct behave *b, const struct sample *s,
    const struct score *score, struct span news)
{
	if (s->sender != 0 && !behave_waits(score))
		words_hear_all(b->words, news, s->person, day_of(s->arrival));
}

struct span
hypothesis_name(unsigned h)
{
	static const struct span name[N_HYPOTHESIS + 1] = { SPAN_INIT("H1"),
		SPAN_INIT("H2"), SPAN_INIT("H3"), SPAN_INIT("H4"),
		SPAN_INIT("new") };

	return h <= N_HYPOTHESIS ? name[h] : SPAN("-");
}

struct span
hypothesis_words(unsigned h)
{
	static const struct span text[N_HYPOTHESIS + 1] = {
		SPAN_INIT("somebody else's machines"),
		SPAN_INIT("somebody else with this account"),
		SPAN_INIT("somebody else in this mail program"),
		SPAN_INIT("somebody else in this conversation"),
		SPAN_INIT("somebody new whom little ties to us")
	};

	return h <= N_HYPOTHESIS ? text[h] : SPAN("-");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A house whose people are written to by strangers every day, and strangers
 * who stand alone. */
#include "behave/pack.h"

#include <stdlib.h>

#include "test/t.h"

static const struct geometry small = { .units = 1u << 15, .index = 1u << 12,
	.values = 1u << 11, .pairs = 1u << 10, .letters = 1u << 9 };

enum { PEOPLE = 24, START = 1600000000, HOUR = 3600, OWN = 7,
	LIVED = 16000 };

static struct chance chance = { 3 };

static struct behave
new_state(uint64_t **block)
{
	struct behave b = { .head = NULL };
	size_t n = behave_size(&small);

	*block = calloc(1, n);
	if (*block == NULL || !behave_open(&b, *block, n, &small))
		T_OK(false, "no state");
	return b;
}

static uint64_t
name(unsigned who)
{
	return num_mix(7000 + who) | 1;
}

static void
put(struct sample *s, unsigned row, uint32_t v)
{
	if (s->n[row] == 0)
		s->first[row] = s->n_value;
	s->value[s->n_value++] = v;
	s->n[row]++;
}

/* Of a kind: all rows alike, but for noise in few. */
static struct sample
message(uint64_t who, unsigned kind, unsigned n)
{
	struct sample s = { .sender = who, .person = (uint32_t)who,
		.id = num_mix(n) | 1, .arrival = START + (int64_t)n * HOUR,
		.hour = (uint8_t)(n % 24) };

	for (unsigned r = 0; r < N_ROW; r++) {
		uint32_t v = (uint32_t)num_mix(r * 100 + kind) | 1;

		if (r == ROW_LENGTH || r == ROW_GREETING)
			v = chance_below(&chance, 4) + 1;
		s.one[r] = v;
		if (row_is_set(r) && r != ROW_RECIPIENTS)
			put(&s, r, r == ROW_LINKS ? 0 : v);
	}
	return s;
}

/* Two circles of twelve; one of two strangers' domains is known. */
static struct sample
of_house(unsigned n)
{
	unsigned who = chance_below(&chance, PEOPLE), half = who / 12 * 12;
	struct sample s = message(name(who), who % 5, n);

	s.domain = OWN;
	s.name = who + 1;
	for (unsigned i = 0; i < 2; i++)
		put(&s, ROW_RECIPIENTS, (uint32_t)name(half +
		    chance_below(&chance, 12)));
	return s;
}

static uint64_t strangers;

static struct sample
stranger(unsigned n)
{
	uint64_t who = num_mix(++strangers << 20) | 1;
	struct sample s = message(who, 20 + chance_below(&chance, 6), n);

	s.domain = 100 + chance_below(&chance, 30);
	s.name = (uint32_t)num_mix(s.sender) | 1;
	if (chance_below(&chance, 4) == 0)
		s.domain = num_mix(strangers << 30) | 1;
	put(&s, ROW_RECIPIENTS, (uint32_t)name(chance_below(&chance, 6)));
	return s;
}

/* Nobody, from nowhere, to those whom strangers never write to. */
static struct sample
alone(unsigned n)
{
	uint64_t who = num_mix(++strangers << 20) | 1;
	struct sample s = message(who, 900 + (unsigned)strangers, n);

	s.domain = num_mix(strangers << 31) | 1;
	s.name = (uint32_t)num_mix(s.sender) | 1;
	s.asks = ASKS_ANSWER;
	put(&s, ROW_RECIPIENTS, (uint32_t)name(11));
	put(&s, ROW_RECIPIENTS, (uint32_t)name(23));
	s.value[s.first[ROW_LINKS]] = (uint32_t)num_mix(strangers);
	return s;
}

static struct score
judge(const struct behave *b, struct sample *s, struct view *v)
{
	struct score out;

	behave_view(b, s, v);
	behave_score(&out, b->judge, v, s);
	return out;
}

static void
live(struct behave *b, unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++) {
		struct sample s = n % 10 == 9 ? stranger(n) : of_house(n);
		struct view v;
		struct score r = judge(b, &s, &v);

		behave_learn(b, &s, &r);
	}
}

static void
told(const struct behave *b)
{
	unsigned alarms = 0, caught = 0;
	struct view v;

	for (unsigned i = 0; i < 300; i++) {
		struct sample s = stranger(LIVED);
		struct score r = judge(b, &s, &v);

		T_OK(r.contact.cold && r.contact.scored && !r.known &&
		    r.p == r.contact.p, "a first contact has a p");
		alarms += r.p < 0.01f;
		s = alone(LIVED);
		caught += judge(b, &s, &v).p < 0.01f;
	}
	printf("# 300 strangers: %u at p < 0.01; alone: %u\n", alarms,
	    caught);
	T_OK(alarms <= 10, "strangers like all strangers");
	T_OK(caught >= 285, "strangers who stand alone");
}

static unsigned
place(const struct behave *b, struct sample *s, unsigned tie)
{
	struct view v;

	return judge(b, s, &v).contact.place[tie];
}

static void
ties(struct behave *b)
{
	struct sample s = stranger(LIVED), t;
	struct view v;
	struct score r, w;

	s.domain = 101;
	T_OK(place(b, &s, TIE_DOMAIN) != TIE_DOMAIN_NEW, "a domain is known");
	s.domain = 1;
	T_INT(place(b, &s, TIE_DOMAIN), TIE_DOMAIN_NEW, "or not");
	s.domain = OWN;
	T_INT(place(b, &s, TIE_DOMAIN), TIE_DOMAIN_LARGE, "or everybody's");
	s = message(5, 1, LIVED);
	s.domain = 1;
	s.name = 4 + 1;
	put(&s, ROW_RECIPIENTS, (uint32_t)name(2));
	T_INT(place(b, &s, TIE_NAME), TIE_NAME_PERSON,
	    "the name of somebody known who writes otherwise");
	s = message(5, 4, LIVED);
	s.domain = 1;
	s.name = 4 + 1;
	put(&s, ROW_RECIPIENTS, (uint32_t)name(2));
	T_INT(place(b, &s, TIE_NAME), TIE_NAME_ALIKE, "or like this");
	s.domain = OWN;
	T_INT(place(b, &s, TIE_NAME), TIE_NAME_COLLEAGUE,
	    "or at his own domain");
	r = judge(b, &s, &v);
	T_INT(r.contact.place[TIE_CIRCLE], TIE_CIRCLE_ONE, "to one");
	put(&s, ROW_RECIPIENTS, (uint32_t)name(4));
	T_INT(place(b, &s, TIE_CIRCLE), TIE_CIRCLE_ALL, "to a circle");
	s.value[s.first[ROW_RECIPIENTS]] = (uint32_t)name(20);
	T_INT(place(b, &s, TIE_CIRCLE), TIE_CIRCLE_NONE,
	    "to people of two circles");
	s = alone(LIVED);
	w = judge(b, &s, &v);
	T_INT(w.contact.place[TIE_OPEN], TIE_OPEN_SELDOM,
	    "to whom strangers do not write");
	T_INT(w.contact.place[TIE_PEOPLE], TIE_PEOPLE_NOBODY,
	    "whom nobody wrote to");
	/* a person of the house writes to him first */
	t = message(name(11), 11 % 5, LIVED);
	t.domain = OWN;
	put(&t, ROW_RECIPIENTS, s.person);
	r = judge(b, &t, &v);
	behave_learn(b, &t, &r);
	if (behave_waits(&r))
		memory_learn(&b->memory, &t);
	r = judge(b, &s, &v);
	T_INT(r.contact.place[TIE_PEOPLE], TIE_PEOPLE_WROTE, "now he was");
	T_OK(w.p < 0.02f && r.p > 0.5f, "which is the strongest tie");
}

/* A circle is found by votes, and mail to many makes no friends. */
static void
circles(struct behave *b)
{
	const struct someone *p, *q;
	uint32_t group;
	unsigned same = 0;

	p = graph_person(&b->graph, (uint32_t)name(0));
	q = graph_person(&b->graph, (uint32_t)name(20));
	T_OK(p != NULL && q != NULL && p->votes > 0 && q->votes > 0 &&
	    p->group != q->group, "two circles are two");
	group = p->group;
	for (unsigned i = 0; i < 12; i++) {
		p = graph_person(&b->graph, (uint32_t)name(i));
		same += p != NULL && p->group == group;
	}
	T_OK(same >= 9, "most of one have one");
	for (unsigned i = 0; i < 500; i++) {
		struct sample s = message(77, 3, LIVED + 1);

		s.id += i;
		for (unsigned k = 0; k < 6; k++)
			put(&s, ROW_RECIPIENTS, (uint32_t)name(k));
		graph_learn(&b->graph, &b->memory, &s, true);
	}
	p = graph_person(&b->graph, (uint32_t)name(0));
	T_OK(p != NULL && p->group == group,
	    "who is never answered moves nobody");
}

/* That his program answers makes a stranger no acquaintance. */
static void
absent(struct behave *b)
{
	struct sample s = alone(LIVED), t = message(name(11), 1, LIVED);

	t.domain = OWN;
	t.mail_class = MAIL_AUTO;
	put(&t, ROW_RECIPIENTS, s.person);
	graph_learn(&b->graph, &b->memory, &t, false);
	memory_learn(&b->memory, &t);
	T_INT(place(b, &s, TIE_PEOPLE), TIE_PEOPLE_NOBODY,
	    "an absence ties nobody");
}

/* The second message of a stranger who stands alone is one, too. */
static void
again(struct behave *b)
{
	struct sample s = alone(LIVED + 2);
	struct view v;
	struct score r = judge(b, &s, &v), n;

	T_OK(r.p < 0.01f && behave_waits(&r), "he waits");
	behave_learn(b, &s, &r);
	s.id++;
	s.parent = 0;
	s.arrival += HOUR;
	n = judge(b, &s, &v);
	T_OK(!n.known && n.p < 0.02f, "his second message is as odd");
}

/* Whatever authentication gave: no tie, no habit of strangers sees it. */
static void
invariant(const struct behave *b)
{
	static const uint8_t gives[] = { ROW_AUTH, ROW_DKIM_DOMAINS,
		ROW_DKIM_SELECTORS, ROW_RETURN_PATH };
	bool same = true;
	struct view v;

	for (unsigned i = 0; i < 300; i++) {
		struct sample s = i % 2 == 0 ? alone(LIVED) :
		    stranger(LIVED), usual = of_house(LIVED);
		struct score fail = judge(b, &s, &v), pass;

		for (unsigned k = 0; k < sizeof(gives); k++)
			s.one[gives[k]] = i % 3 == 0 ?
			    usual.one[gives[k]] : chance_bits(&chance);
		pass = judge(b, &s, &v);
		same = same && pass.contact.bits == fail.contact.bits &&
		    pass.p == fail.p;
	}
	T_OK(same, "a pass moves no first contact's p");
}

/* Who comes under ten thousand names from one network teaches little. */
static void
flood(struct behave *b)
{
	const struct contact *c = &b->judge->contact;
	float before = c->own[TIE_DOMAIN_NEW];
	struct sample s = alone(LIVED + 3), t;
	struct view v;
	struct score r = judge(b, &s, &v), now;

	for (unsigned i = 0; i < 10000; i++) {
		struct score one;

		t = alone(LIVED + 3);
		t.one[ROW_CLIENT_NET] = 5;
		one = judge(b, &t, &v);
		behave_learn(b, &t, &one);
	}
	now = judge(b, &s, &v);
	printf("# after a flood: p %g, was %g; %g first contacts more\n",
	    (double)now.p, (double)r.p,
	    (double)(c->own[TIE_DOMAIN_NEW] - before));
	T_OK(c->own[TIE_DOMAIN_NEW] - before <= 16, "priors stand");
	T_OK(now.p < 0.03f, "and so does p");
}

/* Too few first contacts: told, without a p. */
static void
young(void)
{
	uint64_t *block;
	struct behave b = new_state(&block);
	struct sample s;
	struct view v;
	struct score r;

	live(&b, 0, 500);
	s = alone(500);
	r = judge(&b, &s, &v);
	T_OK(r.contact.cold && !r.contact.scored && r.p == 1 &&
	    !behave_waits(&r), "too few for a p");
	free(block);
}

static void
recorded(const struct behave *b)
{
	static uint8_t room[PACK_SAMPLE], answer_room[PACK_ANSWER];
	static struct known a, got;
	unsigned same = 0;

	for (unsigned i = 0; i < 100; i++) {
		struct sample s = i % 2 == 0 ? alone(LIVED) :
		    stranger(LIVED), t;
		struct score live_score, score;
		struct buf sent = BUF_ON(room), said = BUF_ON(answer_room);

		live_score = judge(b, &s, &a.view);
		excerpt_take(&a.excerpt, b->judge, &a.view, &s);
		a.thread = s.one[ROW_THREAD];
		a.link_news = s.one[ROW_LINK_NEWS];
		sample_put(&sent, &s);
		known_put(&said, &a, &s);
		if (!sample_get(&t, buf_span(&sent)) ||
		    !known_get(&got, buf_span(&said), &t))
			continue;
		excerpt_score(&score, &got.excerpt, &got.view, &t);
		same += memcmp(&score, &live_score, sizeof(score)) == 0 &&
		    memcmp(&got.view.contact, &a.view.contact,
		    sizeof(got.view.contact)) == 0;
	}
	T_INT(same, 100, "100 first contacts from what a record holds");
}

static void
forgotten(struct behave *b)
{
	struct sample s = message(5, 1, LIVED);

	s.domain = 1;
	s.name = 4 + 1;
	put(&s, ROW_RECIPIENTS, (uint32_t)name(2));
	T_INT(place(b, &s, TIE_NAME), TIE_NAME_PERSON, "a name is known");
	graph_forget(&b->graph, name(4), (uint32_t)name(4));
	T_INT(place(b, &s, TIE_NAME), TIE_NAME_NEW, "and forgotten");
	T_OK(graph_person(&b->graph, (uint32_t)name(4)) == NULL,
	    "with the person");
}

static void
alerts(struct behave *b)
{
	struct sample s;
	struct view v;
	struct score r;
	unsigned n = 0;

	behave_alerts(b, 10);
	for (unsigned day = 0; day < 20; day++)
		for (unsigned i = 0; i < 60; i++) {
			s = i < 5 ? alone(LIVED + 24 * day) :
			    stranger(LIVED + 24 * day);
			r = judge(b, &s, &v);
			n += behave_alarm(b, &s, &r).alert;
		}
	printf("# %u alerts in 20 days, of 2 a day\n", n);
	T_OK(n >= 19 && n <= 40, "first contacts have their share of alerts");
}

int
main(void)
{
	uint64_t *block;
	struct behave b = new_state(&block);

	live(&b, 0, LIVED);
	told(&b);
	invariant(&b);
	recorded(&b);
	ties(&b);
	absent(&b);
	circles(&b);
	again(&b);
	alerts(&b);
	flood(&b);
	forgotten(&b);
	young();
	free(block);
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A small world of people with habits, and strangers in it. */
#include "behave/pack.h"

#include <stdlib.h>

#include "test/t.h"

static const struct geometry small = { .units = 1u << 15, .index = 1u << 12,
	.values = 1u << 11, .pairs = 1u << 10, .letters = 1u << 9 };

enum { PEOPLE = 40, DAY = 86400, START = 1600000000 };

static struct chance chance = { 7 };

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

/* Row r of a person: always the same value, but for a few rows in which all
 * vary; people of one house share their machines. */
static uint32_t
habit(unsigned who, unsigned row)
{
	if (row_info(row)->owner == OWNER_PROVIDER)
		return (uint32_t)num_mix(row * 100 + who % 4) | 1;
	if (row == ROW_LENGTH || row == ROW_GREETING)
		return chance_below(&chance, 5) + 1;
	return (uint32_t)num_mix(row * 1000 + who % 13 +
	    (row % 3) * (who % 7)) | 1;
}

static uint64_t
name(unsigned who)
{
	return num_mix(5000 + who) | 1;
}

static void
put(struct sample *s, unsigned row, uint32_t v)
{
	if (s->n[row] == 0)
		s->first[row] = s->n_value;
	s->value[s->n_value++] = v;
	s->n[row]++;
}

static struct sample
message(unsigned who, unsigned n)
{
	struct sample s = { .sender = name(who), .person =
		(uint32_t)name(who), .domain = num_mix(who % 4) | 1,
		.id = num_mix((uint64_t)who << 32 | n) | 1,
		.arrival = START + n * (DAY / 8),
		.hour = (uint8_t)(8 + who % 8) };

	for (unsigned r = 0; r < N_ROW; r++) {
		if (!row_is_set(r))
			s.one[r] = habit(who, r);
		else if (r == ROW_RECIPIENTS)
			put(&s, r, (uint32_t)name((who + 1 +
			    chance_below(&chance, 3)) % PEOPLE));
		else
			put(&s, r, habit(who, r));
	}
	return s;
}

static struct score
judge(const struct behave *b, struct sample *s)
{
	struct score out;
	struct view v;

	behave_view(b, s, &v);
	behave_score(&out, b->judge, &v, s);
	return out;
}

static void
live(struct behave *b, unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++) {
		struct sample s = message(chance_below(&chance, PEOPLE), n);
		struct score r = judge(b, &s);

		behave_learn(b, &s, &r);
	}
}

/* Somebody else's message under the name of who, with his machines. */
static struct sample
stolen(unsigned who, unsigned by, unsigned n)
{
	struct sample s = message(by, n), own = message(who, n);

	s.sender = own.sender;
	s.person = own.person;
	s.domain = own.domain;
	for (unsigned r = 0; r < N_ROW; r++)
		if (row_info(r)->owner == OWNER_PROVIDER)
			s.one[r] = own.one[r];
	return s;
}

static void
strangers(void)
{
	uint64_t *block;
	struct behave b = new_state(&block);
	unsigned alarms = 0, caught = 0;

	live(&b, 0, 12000);
	for (unsigned i = 0; i < 400; i++) {
		struct sample s = message(i % PEOPLE, 12000);

		alarms += judge(&b, &s).p < 0.01f;
		s = stolen(i % PEOPLE, (i + 1 + i % 30) % PEOPLE, 12000);
		caught += judge(&b, &s).p < 0.01f;
	}
	printf("# 400 genuine messages: %u at p < 0.01\n", alarms);
	T_OK(alarms <= 12, "400 genuine messages at p < 0.01");
	printf("# 400 with stolen credentials: %u\n", caught);
	T_OK(caught >= 360, "400 with stolen credentials");
	free(block);
}

/* "So much is new" names nothing: what is new is told instead. */
static void
named(void)
{
	struct because why[EXPLAIN_MOST];
	uint64_t *block;
	struct behave b = new_state(&block);
	struct sample s = { .sender = 0 };
	struct excerpt *e = calloc(1, sizeof(*e));
	struct view v;
	struct score r;
	size_t n, counts = 0;

	live(&b, 0, 8000);
	for (unsigned i = 0; i < 40; i++) {
		s = stolen(i % PEOPLE, (i + 1 + i % 30) % PEOPLE, 8000);
		behave_view(&b, &s, &v);
		behave_score(&r, b.judge, &v, &s);
		excerpt_take(e, b.judge, &v, &s);
		n = behave_explain(why, e, &r, &v, &s);
		for (size_t k = 0; k < n; k++)
			counts += why[k].term >= HINT_NEW_PROVIDER &&
			    why[k].term <= HINT_NEW_CONTENT;
	}
	T_INT(counts, 0, "no number of what is new is told");
	free(e);
	free(block);
}

/* The second, third ... message of an intruder is as strange as his first;
 * what somebody answers is believed. */
static void
intruder(void)
{
	uint64_t *block;
	struct behave b = new_state(&block);
	float first = 0, last = 0;
	struct sample s, answer;
	struct score r;

	live(&b, 0, 8000);
	for (unsigned k = 0; k < 11; k++) {
		s = stolen(3, 17, 8000 + k * 8);
		r = judge(&b, &s);
		behave_learn(&b, &s, &r);
		last = score_nats(&r);
		if (k == 0)
			first = last;
		printf("# message %u: %.1f nats\n", k + 1, (double)last);
		T_OK(score_nats(&r) > BEHAVE_BELIEVED, "message nats");
	}
	T_OK(last > first - 1.5f, "the eleventh is not more usual");
	s = stolen(3, 17, 8100);
	answer = message(9, 8101);
	answer.parent = s.id;
	answer.value[answer.first[ROW_RECIPIENTS]] = s.person;
	for (unsigned k = 0; k < 24; k++) {
		r = judge(&b, &s);
		behave_learn(&b, &s, &r);
		r = judge(&b, &answer);
		behave_learn(&b, &answer, &r);
		s.id++;
		s.arrival += DAY;
		answer.parent = s.id;
		answer.id++;
		answer.arrival += DAY;
	}
	r = judge(&b, &s);
	T_OK(score_nats(&r) < last - 2,
	    "what is answered becomes usual");
	free(block);
}

/* One evening, one conversation: odd once. */
static void
series(void)
{
	uint64_t *block;
	struct behave b = new_state(&block);
	struct sample s;
	struct score r, next;

	live(&b, 0, 8000);
	s = stolen(5, 21, 8000);
	r = judge(&b, &s);
	T_OK(!pending_is(b.pending, s.sender), "nothing of his waits");
	behave_learn(&b, &s, &r);
	T_OK(pending_is(b.pending, s.sender) &&
	    !pending_is(b.pending, s.sender ^ UINT64_C(1) << 63) &&
	    !pending_is(b.pending, s.sender + 1) &&
	    !pending_is(b.pending, 0), "his waits, and nobody else's");
	s.parent = s.id;
	s.id++;
	s.arrival += 60;
	next = judge(&b, &s);
	printf("# %.1f, then %.1f\n", (double)score_nats(&r),
	    (double)score_nats(&next));
	T_OK(score_nats(&next) < score_nats(&r) - 2, "odd once");
	s.arrival += DAY;
	next = judge(&b, &s);
	T_OK(score_nats(&next) > score_nats(&r) - 1.5f,
	    "the day after it is as odd again");
	free(block);
}

static float
hands(const struct behave *b, struct sample *s)
{
	struct score r = judge(b, s);
	const struct forest *f = &b->judge->forest[FOREST_HANDS];
	float share[N_LOOK], sum = f->bias;
	struct marks m;
	struct look l;

	marks_of(&m, r.x, r.messages);
	look_of(&l, &m);
	forest_shares(f, &l, share);
	for (unsigned p = 0; p < N_LOOK; p++)
		sum += share[p];
	return sum;
}

/* Nothing that authentication gave counts in H2 to H4: from fail to pass,
 * none of them moves. */
static void
invariant(void)
{
	uint64_t *block;
	struct behave b = new_state(&block);
	bool same = true, moved = false, kept = true;

	live(&b, 0, 4000);
	for (unsigned i = 0; i < 200; i++) {
		struct sample s = stolen(i % PEOPLE, (i * 7 + 1) % PEOPLE,
		    4000);
		struct score fail, pass;

		s.one[ROW_AUTH] = (uint32_t)num_mix(1);
		fail = judge(&b, &s);
		s.one[ROW_AUTH] = habit(i % PEOPLE, ROW_AUTH);
		s.one[ROW_DKIM_DOMAINS] = habit(i % PEOPLE,
		    ROW_DKIM_DOMAINS);
		s.one[ROW_RETURN_PATH] = habit(i % PEOPLE, ROW_RETURN_PATH);
		pass = judge(&b, &s);
		for (unsigned h = H_STOLEN; h < N_HYPOTHESIS; h++)
			same = same && fail.s[h] == pass.s[h];
		/* and the whole keeps what other hands are suspected of */
		kept = kept && pass.s[W_FOREST] > hands(&b, &s) - 0.36f;
		moved = moved || fail.s[H_INFRA] != pass.s[H_INFRA];
	}
	T_OK(same, "H2 to H4 do not see authentication");
	T_OK(moved, "H1 does");
	T_OK(kept, "nor can it lower what the hands are suspected of");
	free(block);
}

static void
replay(void)
{
	uint64_t *block, *copy;
	size_t n = behave_size(&small);
	struct behave b = new_state(&block), c;
	struct sample s;
	struct score x, y;

	live(&b, 0, 3000);
	copy = calloc(1, n);
	memcpy(copy, block, n);
	T_OK(behave_open(&c, copy, n, NULL), "a copy opens");
	s = message(2, 3000);
	x = judge(&b, &s);
	y = judge(&c, &s);
	T_OK(memcmp(&x, &y, sizeof(x)) == 0, "and judges the same");
	T_OK(!behave_open(&c, copy, n - 64, NULL), "a part of it does not");
	copy[0]++;
	T_OK(!behave_open(&c, copy, n, NULL), "nor another version");
	free(block);
	free(copy);
}

/* What a record holds gives the same score, to the bit. */
static void
recorded(void)
{
	static uint8_t room[PACK_SAMPLE], answer_room[PACK_ANSWER];
	uint64_t *block;
	struct behave b = new_state(&block);
	unsigned same = 0, longest = 0;

	live(&b, 0, 3000);
	for (unsigned i = 0; i < 200; i++) {
		struct sample s = i % 2 == 0 ? message(i % PEOPLE, 3000) :
		    stolen(i % PEOPLE, (i * 7 + 1) % PEOPLE, 3000), t;
		static struct known a, got;
		struct score live_score, score;
		struct buf sent = BUF_ON(room), said = BUF_ON(answer_room);

		s.sender += i % 50 == 0;
		live_score = judge(&b, &s);
		behave_view(&b, &s, &a.view);
		excerpt_take(&a.excerpt, b.judge, &a.view, &s);
		a.thread = s.one[ROW_THREAD];
		a.link_news = s.one[ROW_LINK_NEWS];
		sample_put(&sent, &s);
		known_put(&said, &a, &s);
		if (said.len > longest)
			longest = (unsigned)said.len;
		if (!sample_get(&t, buf_span(&sent)) ||
		    !known_get(&got, buf_span(&said), &t) ||
		    sample_get(&t, span_head(buf_span(&sent),
		    sent.len - 1)) || !sample_get(&t, buf_span(&sent)) ||
		    known_get(&got, span_head(buf_span(&said),
		    said.len - 1), &t) ||
		    !known_get(&got, buf_span(&said), &t))
			continue;
		excerpt_score(&score, &got.excerpt, &got.view, &t);
		same += memcmp(&score, &live_score, sizeof(score)) == 0 &&
		    !sent.full && !said.full;
	}
	printf("# an answer has up to %u octets\n", longest);
	T_INT(same, 200, "200 scores from what a record holds");
	free(block);
}

/* What trees are told besides ratios. */
static void
hints(void)
{
	uint64_t *block;
	struct behave b = new_state(&block);
	struct sample s;
	struct score usual, odd;

	live(&b, 0, 3000);
	s = message(3, 3000);
	usual = judge(&b, &s);
	s = message(3, 3000);
	s.one[ROW_MAILER] = s.one[ROW_TIME_ZONE] = 77;
	s.one[ROW_AUTH] = 78;
	s.arrival += 100 * DAY;
	odd = judge(&b, &s);
	T_OK(odd.x[TERM_ODD + ROW_MAILER] > usual.x[TERM_ODD + ROW_MAILER] +
	    5, "a mail program that he never had is unusual");
	T_OK(odd.x[HINT_NEW_CLIENT] == usual.x[HINT_NEW_CLIENT] + 2 &&
	    odd.x[HINT_NEW_PROVIDER] == usual.x[HINT_NEW_PROVIDER] + 1 &&
	    odd.x[HINT_NEW_ORIGIN] == usual.x[HINT_NEW_ORIGIN],
	    "what is new is counted by its owner");
	T_OK(pending_last(b.pending, s.sender) == 0, "nothing waits");
	odd.s[W_FOREST] = 9;
	behave_learn(&b, &s, &odd);
	s.arrival += 3 * DAY;
	T_OK(judge(&b, &s).x[HINT_SILENCE] == 2 - 5, "what waits broke it");
	T_OK(odd.x[HINT_SILENCE] > usual.x[HINT_SILENCE] + 3,
	    "100 days of silence");
	T_OK(term_owner(TERM_ODD + ROW_AUTH) == OWNER_PROVIDER &&
	    span_eq(term_name(TERM_ODD + ROW_AUTH), term_name(ROW_AUTH)) &&
	    span_eq(term_name(HINT_NEW_CLIENT), SPAN("new-client")),
	    "they have names and owners");
	free(block);
}

enum answer { NO_ANSWER, ANSWER, ANSWER_TO_OTHERS, OWN_ANSWER, OWN_ODD,
	OWN_SILENT, HELD_ANSWER };

/* How many lessons a waiting message gives when that one comes. */
static uint32_t
lessons_of(enum answer a)
{
	uint64_t *block;
	struct behave b = new_state(&block);
	struct score odd = { .known = true, .messages = 50 };
	struct sample s, answer;
	uint32_t before;

	live(&b, 0, 1000);
	s = message(3, 1000);
	odd.s[W_FOREST] = 9;
	before = b.trainer->n_example;
	behave_learn(&b, &s, &odd);
	T_OK(b.trainer->n_example == before, "what waits teaches nothing");
	/* somebody who is not known yet: no lesson of his own */
	answer = message(4, 1001);
	answer.sender = 4242;
	answer.parent = a == NO_ANSWER ? 0 : s.id;
	answer.arrival += a == NO_ANSWER ? 20 * DAY : DAY;
	if (a != NO_ANSWER && a != ANSWER_TO_OTHERS)
		answer.value[answer.first[ROW_RECIPIENTS]] = s.person;
	if (a >= OWN_ANSWER && a <= OWN_SILENT)
		answer.domain = sample_own(b.head->key);
	odd = judge(&b, &answer);
	odd.known = odd.known || a == OWN_ODD;
	odd.s[W_FOREST] = a == OWN_ODD ? 9 : odd.s[W_FOREST];
	behave_learn_of(&b, &answer, &odd, &(struct origin){
	    .silent = a == OWN_SILENT, .held = a == HELD_ANSWER });
	before = b.trainer->n_example - before;
	free(block);
	return before;
}

/* Trees learn how the genuine change, and nothing of intruders. */
static void
lessons(void)
{
	T_INT(lessons_of(ANSWER), 1, "an odd message that was answered "
	    "teaches");
	T_INT(lessons_of(NO_ANSWER), 0, "one that nobody answered never "
	    "does");
	T_INT(lessons_of(ANSWER_TO_OTHERS), 0, "nor one of an intruder who "
	    "took over a Message-ID that others answer");
	T_INT(lessons_of(OWN_ANSWER), 1, "one of an account of ours does");
	T_INT(lessons_of(OWN_ODD), 0, "not if that is unlike itself");
	T_INT(lessons_of(OWN_SILENT), 0, "nor if nobody knows it yet");
	T_INT(lessons_of(HELD_ANSWER), 0, "nor one that was held");
}

/* What ours send out ties those who get it to us, and ours are no strangers
 * to be compared with others. */
static void
outward(void)
{
	uint64_t *block;
	struct behave b = new_state(&block);
	struct sample in, out;
	struct contact before;
	struct score r;
	struct view v;

	live(&b, 0, 1000);
	in = message(3, 1000);
	in.sender = 9090;
	in.person = 9090;
	out = message(4, 1001);
	out.sender = 4242;
	out.person = in.value[in.first[ROW_RECIPIENTS]];
	out.value[out.first[ROW_RECIPIENTS]] = in.person;
	behave_view(&b, &in, &v);
	T_OK(v.contact.cold && v.reverse[0] == 0 &&
	    v.contact.place[TIE_PEOPLE] == TIE_PEOPLE_NOBODY,
	    "a stranger to whom nobody wrote");
	r = judge(&b, &out);
	T_OK(r.contact.cold, "whose mail is not ours is a first contact");
	out.domain = sample_own(b.head->key);
	r = judge(&b, &out);
	T_OK(!r.contact.cold && !r.known, "one of ours is not");
	r.known = true;
	r.p = 0;
	T_OK(!behave_alarm(&b, &out, &r).alert, "and spends no alert");
	out.domain = 0;
	T_OK(behave_alarm(&b, &out, &r).alert, "which another's does");
	out.domain = sample_own(b.head->key);
	r = judge(&b, &out);
	before = b.judge->contact;
	behave_learn(&b, &out, &r);
	T_OK(memcmp(&before, &b.judge->contact, sizeof(before)) == 0,
	    "nor is counted as one");
	behave_view(&b, &in, &v);
	T_OK(v.reverse[0] > 0 &&
	    v.contact.place[TIE_PEOPLE] == TIE_PEOPLE_WROTE,
	    "he to whom one of ours wrote is no stranger");
	free(block);
}

/* A donor who is the only one with a value, in lessons of many. */
static void
donors(void)
{
	uint64_t *block;
	struct behave b = new_state(&block);
	struct sample s;
	struct score known;
	struct lineup l;
	unsigned rare = 0, n = 0;

	live(&b, 0, 1000);
	for (uint32_t i = 0; i < b.trainer->n_donor; i++) {
		s = message(7, i % 1000);
		s.one[ROW_MAILER] = 99;
		memory_learn(&b.memory, &s);
		b.trainer->donor[i] = s;
	}
	s = message(3, 1000);
	known = judge(&b, &s);
	for (; n < 400; n++) {
		if (!trainer_lineup(&l, b.trainer, &b.memory, &s, known.x,
		    known.messages))
			break;
		rare += l.other[H_STOLEN].at[TERM_ODD + ROW_MAILER] >
		    l.own.at[TERM_ODD + ROW_MAILER] &&
		    l.other[H_STOLEN].at[ROW_MAILER] <
		    l.other[H_INFRA].at[ROW_MAILER];
	}
	printf("# %u of %u as from outside against inside\n", rare, n);
	T_OK(n == 400 && rare > 60 && rare < 140,
	    "half of the impostors come from outside");
	b.trainer->messages = SETTLED;
	for (n = 0; b.trainer->messages < SETTLED + 10 * EXAMPLE_OLD;)
		n += trainer_lineup(&l, b.trainer, &b.memory, &s, known.x,
		    known.messages);
	T_INT(n, 10, "at last few messages make any");
	free(block);
}

/* Of a block all but the season, in which a tree grows. */
static bool
same_but_season(const uint64_t *a, const uint64_t *b, const struct behave *of)
{
	size_t n = behave_size(&small), from = (size_t)(
	    (const uint8_t *)of->season - (const uint8_t *)a);
	size_t to = from + sizeof(*of->season);

	return memcmp(a, b, from) == 0 && memcmp((const uint8_t *)a + to,
	    (const uint8_t *)b + to, n - to) == 0;
}

/* Whoever looks while a tree grows sees what was there before. */
static void
grows_beside(void)
{
	const struct origin nobody = { .held = false };
	size_t size = behave_size(&small);
	uint64_t *block, *before = malloc(size);
	struct behave b = new_state(&block);
	unsigned trees = 0, n = 0;
	bool same = true, ripe = false;

	live(&b, 0, SEASON_FIRST);
	for (; !ripe && n < 4 * TREES; n++) {
		struct sample s = message(n % PEOPLE, SEASON_FIRST + n);
		struct score r = judge(&b, &s);

		if (!behave_learn_of(&b, &s, &r, &nobody))
			continue;
		memcpy(before, block, size);
		ripe = behave_grow(&b);
		trees += b.season->grower.forest.n > 0;
		same = same && same_but_season(block, before, &b);
	}
	T_OK(same && trees > TREES, "a tree grows beside those who look");
	T_OK(ripe && b.judge->forest[FOREST_HANDS].n == 0,
	    "forests that are grown do not decide yet");
	behave_grown(&b);
	T_OK(b.judge->forest[FOREST_HANDS].n == TREES, "then they do");
	free(before);
	free(block);
}

int
main(void)
{
	hints();
	grows_beside();
	lessons();
	outward();
	donors();
	strangers();
	named();
	intruder();
	series();
	invariant();
	replay();
	recorded();
	return t_done();
}

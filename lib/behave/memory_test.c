/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded, whoever writes how much. */
#include "behave/memory.h"
#include "behave/num.h"

#include <stdlib.h>

#include "test/t.h"

static const struct geometry tiny = { .units = 4096, .index = 512,
	.values = 2048, .pairs = 64, .letters = 16 };

enum { START = 1600000000 };

static struct memory
new_memory(uint64_t **block)
{
	struct memory m = { .head = NULL };
	size_t n = memory_size(&tiny);

	*block = calloc(1, n);
	if (*block == NULL || !memory_open(&m, *block, n, &tiny))
		T_OK(false, "no memory");
	return m;
}

static struct sample
message(uint32_t who, uint32_t n)
{
	struct sample s = { .sender = num_mix(who) | 1, .person =
		(uint32_t)num_mix(who) | 1, .domain = num_mix(1u << 20) | 1,
		.id = num_mix((uint64_t)who << 32 | n), .arrival = START + n,
		.hour = 9 };

	for (unsigned r = 0; r < N_ROW; r++)
		s.one[r] = (uint32_t)num_mix(r) | 1;
	return s;
}

static void
one_floods(void)
{
	uint64_t *block;
	struct memory m = new_memory(&block);
	struct sample s;
	struct view v;
	const struct record *p;

	for (uint32_t i = 0; i < 50; i++) {
		s = message(i, i);
		memory_learn(&m, &s);
	}
	for (uint32_t i = 0; i < 10000; i++) {
		s = message(1000, i);
		s.one[ROW_MAILER] = 77;
		s.one[ROW_GREETING] = i;
		memory_learn(&m, &s);
	}
	memory_view(&m, &s, &v);
	T_OK(v.one[ROW_MAILER].everybody == 1 &&
	    v.one[ROW_MAILER].domain == 1,
	    "10,000 messages of one sender are one voice");
	T_OK(v.everybody[ROW_MAILER].total < 60, "priors stay");
	T_OK(v.everybody[ROW_GREETING].total < 200,
	    "so do those of what he never does twice");
	p = memory_find(&m, s.sender);
	T_OK(p != NULL && p->units * UNIT_WORDS * 8 <= SENDER_OCTETS,
	    "his record is bounded");
	free(block);
}

static void
many_flood(void)
{
	uint64_t *block;
	struct memory m = new_memory(&block);
	struct sample s;

	for (uint32_t k = 0; k < 200; k++) {
		s = message(1, k);
		memory_learn(&m, &s);
	}
	for (uint32_t i = 0; i < 20000; i++) {
		s = message(100 + i, 1000 + i);
		memory_letter(&m, &s);
		memory_learn(&m, &s);
	}
	printf("# %u senders are kept\n", m.head->senders);
	T_OK(m.head->units_used <= tiny.units &&
	    m.head->senders + m.head->domains <= tiny.index / 4 * 3,
	    "what is kept is bounded");
	T_OK(m.head->evicted > 15000, "strangers make room for strangers");
	s = message(1, 300);
	T_OK(memory_find(&m, s.sender) != NULL, "whom we know stays");
	free(block);
}

/* 300 who write as usual, and a day on which 20,000 come who write otherwise:
 * what everybody does moves by as many as may come on a day. */
static void
priors_stay(void)
{
	static const struct geometry wide = { .units = 1u << 20,
		.index = 1u << 16, .values = 2048, .pairs = 64,
		.letters = 16 };
	size_t n = memory_size(&wide);
	uint64_t *block = calloc(1, n);
	struct memory m = { .head = NULL };
	struct sample s;
	struct view v;
	float before;

	T_OK(block != NULL && memory_open(&m, block, n, &wide), "room");
	for (uint32_t i = 0; i < 300; i++) {
		s = message(i, 0);
		s.arrival += i * 3600;
		memory_learn(&m, &s);
	}
	s.arrival += 2 * 86400;
	memory_view(&m, &s, &v);
	before = v.everybody[ROW_MAILER].total;
	T_OK(before == 300, "some a day are counted, all of them");
	for (uint32_t i = 0; i < 20000; i++) {
		s = message(1000 + i, 0);
		s.arrival += 400 * 3600 + i;
		s.one[ROW_MAILER] = 77;
		memory_learn(&m, &s);
	}
	T_OK(m.head->senders == 20300, "they are known");
	memory_view(&m, &s, &v);
	T_INT(v.everybody[ROW_MAILER].total, 300 + NEWS_BASE + 300 /
	    NEWS_SHARE, "and count as few");
	T_INT(v.one[ROW_MAILER].everybody, NEWS_BASE + 300 / NEWS_SHARE,
	    "as do their values");
	free(block);
}

static void
wide_messages(void)
{
	uint64_t *block;
	struct memory m = new_memory(&block);
	struct sample s = message(1, 1);

	for (unsigned r = 0; r < N_ROW; r++) {
		s.first[r] = 0;
		s.n[r] = row_is_set(r) ? SAMPLE_SET : 0;
	}
	s.n_value = SAMPLE_MANY;
	for (uint32_t k = 0; k < 400; k++) {
		for (unsigned i = 0; i < SAMPLE_MANY; i++)
			s.value[i] = (uint32_t)num_mix(k * 1000 + i);
		s.arrival = k % 2 == 0 ? INT64_MAX : INT64_MIN;
		memory_learn(&m, &s);
	}
	T_OK(memory_find(&m, s.sender)->n_slot > 0, "absurd dates");
	T_OK(m.head->units_used <= tiny.units, "full sets");
	free(block);
}

/* What a bystander is told: of himself, his domain and everybody. */
static struct view
bystander(const struct memory *m)
{
	struct sample s = message(7, 9000);
	struct view v;

	memory_view(m, &s, &v);
	return v;
}

/* How far the counts of everybody have moved, by values and by senders. */
static uint32_t
moved(const struct memory *m, const struct memory_head *from, unsigned row)
{
	return m->head->total[row] - from->total[row] +
	    m->head->types[row] - from->types[row];
}

static struct memory
inhabited(uint64_t **block)
{
	struct memory m = new_memory(block);

	for (uint32_t k = 0; k < 3; k++)
		for (uint32_t i = 0; i < 50; i++) {
			struct sample s = message(i, k);

			memory_learn(&m, &s);
		}
	return m;
}

/* To 10,000 people each, hundreds of times: a sample holds SAMPLE_SET. */
static void
many_recipients(void)
{
	enum { MANY_PEOPLE = 10000 };
	static struct trait_value to[MANY_PEOPLE];
	static struct traits t;
	uint64_t *block;
	struct memory m = inhabited(&block);
	struct memory_head before = *m.head;
	struct view v = bystander(&m), w;
	uint8_t key[16] = { 1 };
	struct sample s;
	bool held = true;

	t.sender = SPAN("spammer@many.example");
	t.sender_domain = SPAN("many.example");
	t.many[TRAIT_RECIPIENTS] = (struct trait_values){ to, MANY_PEOPLE,
		true };
	for (uint32_t k = 0; k < 300; k++) {
		for (uint32_t i = 0; i < MANY_PEOPLE; i++)
			to[i].hash = num_mix(k * MANY_PEOPLE + i);
		t.arrival = START + k * 60;
		sample_of(&s, &t, key);
		held = held && s.n[ROW_RECIPIENTS] <= SAMPLE_SET &&
		    sample_holds(&s);
		memory_letter(&m, &s);
		memory_learn(&m, &s);
	}
	T_OK(held, "10,000 recipients are so many as a sample holds");
	T_OK(moved(&m, &before, ROW_RECIPIENTS) < 2 * (8 * 32 + SAMPLE_SET),
	    "and one voice");
	T_OK(memory_find(&m, s.sender)->units * UNIT_WORDS * 8 <=
	    SENDER_OCTETS && memory_find(&m, s.domain)->units * UNIT_WORDS *
	    8 <= DOMAIN_OCTETS, "in bounded records");
	w = bystander(&m);
	T_OK(memcmp(v.one, w.one, sizeof(v.one)) == 0 &&
	    memcmp(v.domain, w.domain, sizeof(v.domain)) == 0 &&
	    memcmp(v.sender, w.sender, sizeof(v.sender)) == 0,
	    "nothing else has moved");
	free(block);
}

/* Of all times: who writes so teaches nobody else anything. */
static void
absurd_dates(void)
{
	static const int64_t when[] = { INT64_MIN, INT64_MAX, 0, -1,
		253402300799, 1, START };
	uint64_t *block;
	struct memory m = inhabited(&block);
	struct memory_head before = *m.head;
	struct view v = bystander(&m), w;
	const struct record *r;
	struct sample s;

	for (uint32_t k = 0; k < 2000; k++) {
		s = message(3000, k);
		s.domain = num_mix(1u << 21) | 1;
		s.arrival = when[k % 7];
		for (unsigned row = 0; row < N_ROW; row++)
			s.one[row] = (uint32_t)num_mix(100000 + k);
		memory_letter(&m, &s);
		memory_learn(&m, &s);
	}
	r = memory_find(&m, s.sender);
	T_OK(r != NULL && r->first_day <= r->last_day &&
	    r->units * UNIT_WORDS * 8 <= SENDER_OCTETS, "one record");
	T_OK(moved(&m, &before, ROW_MAILER) <= 4000, "counted as values are");
	w = bystander(&m);
	T_OK(memcmp(v.one, w.one, sizeof(v.one)) == 0 &&
	    memcmp(v.domain, w.domain, sizeof(v.domain)) == 0 &&
	    memcmp(v.sender, w.sender, sizeof(v.sender)) == 0,
	    "absurd dates move nobody");
	memory_view(&m, &s, &w);
	T_OK(w.n >= 0 && w.n < 1e30f, "and are numbers");
	free(block);
}

/* Records that grow leave holes; they are closed, and nothing is lost. */
static void
growing(void)
{
	uint64_t *block;
	struct memory m = new_memory(&block);
	struct sample s;
	size_t live = 0;
	bool all = true;
	uint64_t room[PROFILE_WORDS(SENDER_SLOTS)];
	struct profile *p = (struct profile *)(void *)room;

	for (uint32_t k = 0; k < 12; k++)
		for (uint32_t i = 0; i < 40; i++) {
			s = message(i, k);
			for (unsigned r = 0; r < N_ROW; r += 3)
				s.one[r] = i * 100 + k % 8 + 1;
			memory_learn(&m, &s);
		}
	for (uint32_t i = 0; i < 40; i++) {
		const struct record *r = memory_find(&m,
		    message(i, 0).sender);

		if (r != NULL)
			record_open(p, r, SENDER_SLOTS);
		all = all && r != NULL && profile_find(p, 0, i * 100 + 1) !=
		    NULL && profile_find(p, 3, i * 100 + 8) != NULL;
		live += r == NULL ? 0 : (size_t)r->units * UNIT_WORDS * 8;
	}
	T_OK(all, "each has his own");
	printf("# %zu octets live, %u in use\n", live,
	    m.head->units_used * UNIT_WORDS * 8);
	T_OK(m.head->units_used * UNIT_WORDS * 8 < live + live / 4 +
	    DOMAIN_OCTETS + 128 * UNIT_WORDS * 8, "little is wasted");
	free(block);
}

static void
conversations(void)
{
	uint64_t *block;
	struct memory m = new_memory(&block);
	struct sample s = message(1, 1), reply = message(2, 2);
	struct view v;

	memory_view(&m, &s, &v);
	T_OK(s.one[ROW_THREAD] == THREAD_NEW, "new");
	memory_letter(&m, &s);
	reply.parent = s.id;
	memory_view(&m, &reply, &v);
	T_OK(reply.one[ROW_THREAD] == THREAD_KNOWN, "known");
	s.parent = s.id;
	memory_view(&m, &s, &v);
	T_OK(s.one[ROW_THREAD] == THREAD_MINE, "mine");
	s.parent = 12345;
	memory_view(&m, &s, &v);
	T_OK(s.one[ROW_THREAD] == THREAD_UNKNOWN, "unknown");
	free(block);
}

static void
put(struct sample *s, unsigned row, uint32_t v)
{
	if (s->n[row] == 0)
		s->first[row] = s->n_value;
	s->value[s->n_value++] = v;
	s->n[row]++;
}

/* Messages of one sender that share some values, and sets. */
static struct sample
like(uint32_t n)
{
	struct sample s = message(3, n);

	for (unsigned r = 0; r < N_ROW; r += 1 + n % 3)
		s.one[r] = (uint32_t)num_mix(r << 8 | n % 5) | 1;
	for (unsigned i = 0; i < 2 + n % 4; i++)
		put(&s, ROW_RECIPIENTS, 100 + (i + n) % 7);
	put(&s, ROW_LINKS, n % 3);
	s.parent = num_mix((uint64_t)3 << 32 | (n - 1));
	s.arrival = START;
	return s;
}

static void
views_at_once(void)
{
	uint64_t *block;
	struct memory m = new_memory(&block);
	struct sample s[VIEWS], alone;
	struct view v[VIEWS], one;
	bool same = true;

	for (uint32_t n = 0; n < 200; n++) {
		alone = like(n);
		memory_letter(&m, &alone);
		memory_learn(&m, &alone);
		for (unsigned i = 0; i < VIEWS; i++)
			s[i] = like(n + i * i);
		memory_views(&m, s, v, VIEWS);
		for (unsigned i = 0; i < VIEWS; i++) {
			alone = like(n + i * i);
			memory_view(&m, &alone, &one);
			same = same && memcmp(&one, &v[i], sizeof(one)) == 0
			    && memcmp(&alone, &s[i], sizeof(alone)) == 0;
		}
	}
	T_OK(same && v[1].one[ROW_MAILER].sender > 0 &&
	    v[1].many[s[1].first[ROW_RECIPIENTS]].sender > 0,
	    "four views at once are the four");
	free(block);
}

int
main(void)
{
	one_floods();
	views_at_once();
	many_flood();
	priors_stay();
	wide_messages();
	many_recipients();
	absurd_dates();
	growing();
	conversations();
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Two nodes and three: in any order, and however often, the same octets. */
#include "behave/merge.h"

#include <stdlib.h>

#include "test/t.h"

static const struct geometry small = { .units = 1u << 16, .index = 2048,
	.values = 256, .pairs = 64, .letters = 16 };

enum { NODES = 3, PEOPLE = 120, START = 1600000000, OTHERS = 4000,
	CROWDED = 4 };

static struct chance chance = { 5 };
static struct arena room;

static struct behave
state(const struct geometry *g, uint8_t key)
{
	struct behave b = { .head = NULL };
	size_t n = behave_size(g);
	uint64_t *block = calloc(1, n);

	if (block == NULL || !behave_open(&b, block, n, g))
		abort();
	memset(b.head->key, key, sizeof(b.head->key));
	behave_start(&b);
	return b;
}

static uint32_t
person(uint32_t who)
{
	return (uint32_t)num_mix(who) | 1;
}

static uint32_t
name(uint32_t who)
{
	return (uint32_t)num_mix(5000 + who / 2) | 1;
}

/* Some of them write to each other, and all to more than there is room for. */
static uint32_t
recipient(void)
{
	return person(chance_below(&chance, 2) == 0 ? chance_below(&chance,
	    9) : 10000 + chance_below(&chance, OTHERS));
}

/* A mean message of a person; many buckets, rows and records are too small. */
static struct sample
drawn(uint32_t n)
{
	uint32_t who = chance_below(&chance, PEOPLE);
	struct sample s = { .sender = num_mix(who) | 1,
		.person = person(who), .name = name(who),
		.domain = num_mix(1000 + who / (who < 60 ? 30 : 1)) | 1,
		.id = num_mix((uint64_t)1 << 40 |
		chance_below(&chance, 2000)) | 1,
		.arrival = START + n * 3000, .hour = (uint8_t)(n % 24) };

	for (unsigned r = 0; r < N_ROW; r++) {
		s.one[r] = chance_below(&chance, 10) > 0 ? who * 64 + r :
		    chance_below(&chance, 2000);
		s.first[r] = s.n_value;
		for (; row_is_set(r) && s.n[r] < 4; s.n[r]++)
			s.value[s.n_value++] = r == ROW_RECIPIENTS ?
			    recipient() : chance_below(&chance, 500);
	}
	return s;
}

/* Values that all lie in a few buckets. */
static uint32_t
crowded(void)
{
	uint32_t v;

	do
		v = chance_below(&chance, 40000);
	while (num_mix(slot_what(ROW_MAILER, v)) % (WORDS / WORD_BUCKET) >=
	    CROWDED);
	return v;
}

static void
heard(struct behave *b, const struct sample *s)
{
	uint32_t v = crowded();

	words_hear(b->words, ROW_MAILER, v, s->person,
	    SPAN("a mail program"), day_of(s->arrival));
	words_hear(b->words, ROW_TIME_ZONE, s->person % 5, s->person,
	    SPAN("+0100"), day_of(s->arrival));
}

static void
lived(struct behave *b, uint32_t messages)
{
	for (uint32_t n = 0; n < messages; n++) {
		struct sample s = drawn(n);
		struct view v;
		struct score r;

		behave_view(b, &s, &v);
		behave_score(&r, b->judge, &v, &s);
		behave_learn(b, &s, &r);
		heard(b, &s);
	}
}

static struct behave
both(const struct behave *a, const struct behave *b)
{
	struct geometry g;
	struct behave out;

	merge_geometry(&g, a, b);
	out = state(&g, 0);
	arena_reset(&room);
	T_OK(behave_merge(&out, a, b, &room), "they come together");
	return out;
}

static bool
equal(const struct behave *a, const struct behave *b)
{
	return a->head->octets == b->head->octets &&
	    memcmp(a->head, b->head, a->head->octets) == 0;
}

static bool
scores_alike(const struct behave *a, const struct behave *b)
{
	bool same = true;

	for (uint32_t n = 0; n < 300; n++) {
		struct sample s = drawn(4000 + n), t = s;
		struct view v, w;
		struct score x, y;

		behave_view(a, &s, &v);
		behave_score(&x, a->judge, &v, &s);
		behave_view(b, &t, &w);
		behave_score(&y, b->judge, &w, &t);
		same = same && memcmp(&v, &w, sizeof(v)) == 0 &&
		    memcmp(&x.s, &y.s, sizeof(x.s)) == 0;
	}
	return same;
}

static void
any_order(const struct geometry *second)
{
	struct behave node[NODES], ab, ba, bc, abc, cab, again;

	for (unsigned i = 0; i < NODES; i++) {
		node[i] = state(i == 1 ? second : &small, 7);
		lived(&node[i], 900 + 200 * i);
	}
	ab = both(&node[0], &node[1]);
	ba = both(&node[1], &node[0]);
	T_OK(equal(&ab, &ba), "a with b is b with a");
	T_OK(scores_alike(&ab, &ba), "and scores the same");
	T_OK(!equal(&ab, &node[0]) && ab.memory.head->senders >=
	    node[0].memory.head->senders, "it is more than one of them");
	bc = both(&node[1], &node[2]);
	abc = both(&ab, &node[2]);
	cab = both(&node[0], &bc);
	T_OK(equal(&abc, &cab), "three in any order");
	again = both(&abc, &node[1]);
	T_OK(equal(&again, &abc), "any number of times");
	T_OK(abc.memory.head->evicted == 0, "there was room");
	lived(&abc, 300);
	T_OK(abc.memory.head->senders == PEOPLE, "and it goes on learning");
	for (unsigned i = 0; i < NODES; i++)
		free(node[i].head);
	free(ab.head), free(ba.head), free(bc.head), free(abc.head);
	free(cab.head), free(again.head);
}

static bool
answers(const struct behave *b, uint32_t who)
{
	const struct someone *p = graph_person(&b->graph, person(who));

	return p != NULL && (p->flags & PERSON_ANSWERS) != 0;
}

static bool
has_word(const struct behave *b, unsigned row, uint32_t value)
{
	struct label l;

	words_find(&l, b->words, row, value);
	return l.len > 0;
}

/* People, names and words: what one node knows, both know. */
static void
tables_join(const struct behave *a, const struct behave *b,
    const struct behave *ab)
{
	unsigned lost = 0, of_one = 0, names = 0, words = 0;

	for (uint32_t who = 0; who < PEOPLE; who++) {
		const struct bearer *n = graph_name(&ab->graph, name(who));

		of_one += answers(a, who) != answers(b, who);
		lost += (answers(a, who) || answers(b, who)) !=
		    answers(ab, who);
		names += (graph_name(&a->graph, name(who)) != NULL ||
		    graph_name(&b->graph, name(who)) != NULL) &&
		    (n == NULL || n->letters == 0);
	}
	T_OK(of_one > 0 && lost == 0, "who exchanges mail with somebody");
	T_INT(names, 0, "names");
	for (uint32_t v = 0; v < 5; v++)
		words += has_word(ab, ROW_TIME_ZONE, v) !=
		    (has_word(a, ROW_TIME_ZONE, v) ||
		    has_word(b, ROW_TIME_ZONE, v));
	T_INT(words, 0, "words");
}

/* Of a node with a smaller index no people are taken, in any order. */
static void
another_index(void)
{
	struct geometry half = small;
	struct behave a = state(&small, 7), b, c = state(&small, 7);
	struct behave ab, ba, bc, abc, bca;

	half.index /= 2;
	b = state(&half, 7);
	lived(&a, 700), lived(&b, 900), lived(&c, 800);
	ab = both(&a, &b);
	ba = both(&b, &a);
	T_OK(equal(&ab, &ba), "of two sizes, in any order");
	abc = both(&ab, &c);
	bc = both(&b, &c);
	bca = both(&bc, &a);
	T_OK(equal(&abc, &bca), "and three");
	T_OK(graph_name(&abc.graph, name(1)) != NULL, "with people");
	free(a.head), free(b.head), free(c.head), free(ab.head);
	free(ba.head), free(bc.head), free(abc.head), free(bca.head);
}

/* Each sender of two nodes is there, with what either knows of him. */
static void
nothing_lost(void)
{
	struct behave a = state(&small, 7), b = state(&small, 7), ab;
	bool all = true;

	lived(&a, 500);
	lived(&b, 700);
	ab = both(&a, &b);
	for (uint32_t who = 0; who < PEOPLE; who++) {
		uint64_t key = num_mix(who) | 1;
		const struct record *x = memory_find(&a.memory, key);
		const struct record *y = memory_find(&b.memory, key);
		const struct record *r = memory_find(&ab.memory, key);

		all = all && (r != NULL) == (x != NULL || y != NULL);
		if (r == NULL)
			continue;
		all = all && (x == NULL || (r->messages >= x->messages &&
		    r->last_day >= x->last_day)) &&
		    (y == NULL || (r->messages >= y->messages &&
		    r->first_day <= y->first_day));
	}
	T_OK(all, "nobody is lost");
	tables_join(&a, &b, &ab);
	free(a.head), free(b.head), free(ab.head);
}

static void
full(void)
{
	struct geometry tight = small;
	struct behave a, b, ab, ba;

	tight.units = 1200;
	a = state(&tight, 7);
	b = state(&tight, 7);
	lived(&a, 900);
	lived(&b, 900);
	ab = both(&a, &b);
	ba = both(&b, &a);
	T_OK(ab.memory.head->units_used <= tight.units &&
	    ab.memory.head->evicted > 0, "who does not fit is left out");
	T_OK(equal(&ab, &ba), "the same ones");
	free(a.head), free(b.head), free(ab.head), free(ba.head);
}

static void
strangers(void)
{
	struct behave a = state(&small, 7), b = state(&small, 8);
	struct behave out = state(&small, 0);

	T_OK(!behave_merge(&out, &a, &b, &room), "another key");
	free(a.head), free(b.head), free(out.head);
}

int
main(void)
{
	struct geometry smaller = small;

	arena_init(&room, 64 << 20);
	any_order(&small);
	smaller.values = 64;
	smaller.letters = 8;
	any_order(&smaller);
	another_index();
	nothing_lost();
	full();
	strangers();
	arena_free(&room);
	return t_done();
}

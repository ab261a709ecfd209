/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_resolve.c - asks the network, for every eval.
 *
 * An eval that waits sends all its open questions at once; they go out side
 * by side, and when the last is answered, or its time is over, all answers
 * go back in one message.  What was learned stands in the segment that each
 * eval can read, so it is seldom asked twice.
 *
 * An eval may have been taken over by a message.  What it can do here is
 * bounded: so many questions a message, so many a second, and none that is
 * no question; whoever breaks that is told to the parent.
 */
#include <stdlib.h>
#include <string.h>

#include "qa.h"
#include "resolver.h"
#include "role.h"
#include "wire/dname.h"

enum {
	EVALS = 64,
	COURIER = EVALS,		/* the place behind them             */
	PEERS,
	IDS = 256,			/* messages remembered of one eval,
					 * four times as many as it judges   */
	QUESTIONS = 512,		/* of a message, unless configured   */
	RATE = 5000,			/* questions a second of one eval,
					 * in the long run                   */
	BURST = 20000,			/* 500 messages at a cold start      */
	BATCH_ROOM = 4 << 10,
	BATCH_MOST = 96 << 10		/* of answers in one message         */
};

/* How much a message has asked. */
struct asked {
	uint64_t id;
	unsigned n;
};

struct peer {
	struct bus *bus;
	unsigned index, life;		/* life: how often it was started    */
	struct asked asked[IDS];
	size_t next;
	int64_t tokens, refilled;	/* thousandths; loop_ms()            */
};

struct resolves {
	struct role *role;
	struct resolver *resolver;
	struct peer peer[PEERS];
	unsigned most;			/* questions of one message          */
};

struct batch;

struct one {
	struct want want;		/* first                             */
	struct batch *batch;
	struct assay_question q;
};

/* The questions of one ASK. */
struct batch {
	struct resolves *all;
	struct peer *peer;
	unsigned life;
	uint64_t id;
	size_t open;
	struct buf out;
	struct one one[];		/* and behind them their keys        */
};

/* ---- answers ------------------------------------------------------------- */

static void
flush(struct batch *b)
{
	struct msg_answers m = { .id = b->id, .answers = buf_span(&b->out) };

	/* that eval is gone, and its successor knows nothing of it */
	if (b->life == b->peer->life && b->out.len > 0)
		bus_send_answers(b->peer->bus, &m, -1);
	b->out.len = 0;
}

/* Room for n octets more.  False: nothing is so long. */
static bool
make_room(struct batch *b, size_t n)
{
	size_t cap = b->out.cap;
	uint8_t *p;

	if (n > BATCH_MOST)
		return false;
	if (b->out.len + n > BATCH_MOST)
		flush(b);
	while (cap < b->out.len + n)
		cap *= 2;
	if (cap == b->out.cap)
		return true;
	p = realloc(b->out.ptr, cap);
	if (p == NULL)
		return false;
	b->out.ptr = p;
	b->out.cap = cap;
	return true;
}

static void
put(struct batch *b, const struct assay_question *q,
    const struct assay_answer *a)
{
	struct assay_answer failed = { .kind = ASSAY_A_TEMPFAIL };
	size_t n = qa_room(q, a);
	struct buf item;

	if (!make_room(b, n + 4)) {
		a = &failed;
		n = qa_room(q, a);
		if (!make_room(b, n + 4))
			return;
	}
	/* the item's length in front, when it is known */
	item = (struct buf){ .ptr = b->out.ptr + b->out.len + 4, .cap = n };
	qa_put_answer(&item, q, a);
	bus_put_u32(&b->out, (uint32_t)item.len);
	b->out.len += item.len;
}

static void
one_less(struct batch *b)
{
	if (--b->open > 0)
		return;
	flush(b);
	free(b->out.ptr);
	free(b);
}

static void
on_answer(struct want *w, const struct assay_answer *a)
{
	struct one *one = (struct one *)w;

	put(one->batch, &one->q, a);
	one_less(one->batch);
}

/* ---- what an eval may ask ------------------------------------------------ */

static struct asked *
asked_of(struct peer *p, uint64_t id)
{
	struct asked *a;

	for (size_t i = 0; i < IDS; i++)
		if (p->asked[i].n > 0 && p->asked[i].id == id)
			return &p->asked[i];
	a = &p->asked[p->next++ % IDS];
	*a = (struct asked){ .id = id };
	return a;
}

static bool
in_time(struct resolves *all, struct peer *p)
{
	int64_t now = loop_ms(all->role->loop);

	p->tokens += (now - p->refilled) * RATE;
	p->refilled = now;
	if (p->tokens > (int64_t)BURST * 1000)
		p->tokens = (int64_t)BURST * 1000;
	if (p->tokens < 1000)
		return false;
	p->tokens -= 1000;
	return true;
}

static void
accuse(struct resolves *all, const struct peer *p, const char *what)
{
	if (p->index == COURIER)
		role_accuse(all->role, ROLE_COURIER, 0, what);
	else
		role_accuse(all->role, ROLE_EVAL, p->index, what);
}

static void
ask(struct batch *b, struct one *one, struct asked *asked)
{
	struct resolves *all = b->all;
	struct assay_answer refused = { .kind = ASSAY_A_TEMPFAIL };

	if (asked->n < all->most && in_time(all, b->peer)) {
		asked->n++;
		resolver_ask(all->resolver, &one->q, &one->want);
		return;
	}
	stats_count(&all->role->stats, STAT_DNS_REFUSED);
	if (asked->n == all->most) {
		asked->n++;
		accuse(all, b->peer, "asks more than a message may");
	}
	on_answer(&one->want, &refused);
}

/* How many, or 0: that is no list of questions. */
static size_t
count_questions(struct span list)
{
	struct assay_question q;
	struct span item;
	size_t n = 0;

	for (; bus_list_next(&list, &item); n++)
		if (!qa_get_question(&q, item) ||
		    q.key.len > DNAME_TEXT_MAX)
			return 0;
	return span_absent(list) ? 0 : n;
}

static struct batch *
batch_new(struct resolves *all, struct peer *p, const struct msg_ask *m,
    size_t n)
{
	size_t head = sizeof(struct batch) + n * sizeof(struct one);
	struct batch *b = malloc(head + m->questions.len);
	struct span list, item;

	if (b == NULL)
		return NULL;
	*b = (struct batch){ .all = all, .peer = p, .life = p->life,
		.id = m->id, .open = n + 1 };
	b->out = (struct buf){ .ptr = malloc(BATCH_ROOM), .cap = BATCH_ROOM };
	if (b->out.ptr == NULL) {
		free(b);
		return NULL;
	}
	memcpy((uint8_t *)b + head, m->questions.ptr, m->questions.len);
	list = (struct span){ (uint8_t *)b + head, m->questions.len };
	for (size_t i = 0; i < n && bus_list_next(&list, &item); i++) {
		b->one[i] = (struct one){ .want = { .fn = on_answer },
			.batch = b };
		(void)qa_get_question(&b->one[i].q, item);
	}
	return b;
}

static void
on_ask(struct resolves *all, struct peer *p, const struct msg_ask *m)
{
	size_t n = count_questions(m->questions);
	struct asked *asked;
	struct batch *b;

	if (n == 0 || n > all->most) {
		accuse(all, p, n == 0 ? "asks what is no question" :
		    "asks more than a message may");
		return;
	}
	b = batch_new(all, p, m, n);
	if (b == NULL)
		return;		/* its own deadline will tell it */
	asked = asked_of(p, m->id);
	for (size_t i = 0; i < n; i++)
		ask(b, &b->one[i], asked);
	one_less(b);
}

static void
on_message(void *ctx, struct bus *bus, struct msg *m)
{
	struct resolves *all = ctx;

	if (m->kind != MSG_ASK)
		return;
	if (bus_peer(bus) == ROLE_COURIER)
		on_ask(all, &all->peer[COURIER], &m->ask);
	else if (bus_peer_index(bus) < EVALS)
		on_ask(all, &all->peer[bus_peer_index(bus)], &m->ask);
}

/* ---- the role ------------------------------------------------------------ */

static void
peer_begin(struct resolves *all, struct peer *p)
{
	memset(p->asked, 0, sizeof(p->asked));
	p->life++;
	p->tokens = (int64_t)BURST * 1000;
	p->refilled = loop_ms(all->role->loop);
}

static void
on_peer(void *ctx, enum role_kind kind, unsigned index, bool up)
{
	struct resolves *all = ctx;

	if (kind == ROLE_COURIER)
		index = COURIER;
	else if (kind != ROLE_EVAL || index >= EVALS)
		return;
	if (up)
		return;
	peer_begin(all, &all->peer[index]);
	if (all->peer[index].bus != NULL)
		bus_forget(all->peer[index].bus);
}

static bool
open_buses(struct resolves *all)
{
	unsigned n = role_fds(all->role, "eval");
	bool courier = role_fd(all->role, "courier", 0) >= 0;

	for (unsigned i = 0; i < PEERS; i++) {
		struct peer *p = &all->peer[i];
		p->index = i;
		peer_begin(all, p);
		if (i == COURIER ? !courier : i >= n)
			continue;
		p->bus = i == COURIER ? role_bus(all->role, ROLE_COURIER, 0,
		    on_message, all) : role_bus(all->role, ROLE_EVAL, i,
		    on_message, all);
		if (p->bus == NULL)
			return false;
	}
	return true;
}

int
role_resolve(struct role *role)
{
	struct resolves *all = calloc(1, sizeof(*all));
	struct resolver_conf conf = { .loop = role->loop,
		.dns = &role->daemon.judging.resolver,
		.suffix_path = role->daemon.judging.suffix_path,
		.answers = role_fd(role, "answers", 0),
		.stats = &role->stats };
	enum assay_status st;

	if (all == NULL)
		return 1;
	all->role = role;
	all->most = role->daemon.judging.limits.questions != 0 ?
	    (unsigned)role->daemon.judging.limits.questions : QUESTIONS;
	role->ctx = all;
	role->on_peer = on_peer;
	st = resolver_new(&all->resolver, &conf);
	if (st != ASSAY_OK || !open_buses(all)) {
		log_say2(&role->log, "start-failed",
		    "the resolver cannot be used", "why",
		    assay_cstr(assay_status_str(st)));
		return 1;
	}
	return role_run(role);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Live DNS through libunbound, by its event interface alone (the plain one
 * builds a worker for each call: milliseconds even when cached).
 *
 * begin() sends a question and returns; ask() runs the loop until that
 * answer is there or its time is over.  Deadlines are our own; an answer
 * that comes too late is still kept for the next one who asks.  Replies are
 * decoded by wire/dnsrr, as every octet from outside.  An answer stands
 * until many megabytes of others have come: two arenas take turns.
 *
 * Not for two threads, and not across fork(): each process makes its own.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <unbound.h>
#include <unbound-event.h>

#include "base/arena.h"
#include "base/limits.h"
#include "oracle/ub_context.h"
#include "oracle/ub_events.h"
#include "wire/dname.h"

enum {
	QUESTION_MS = 5000,
	TOTAL_MS = 20000,	/* RFC 7208 4.6.4: at least 20 seconds */
	LONGEST_TTL = 86400,
	BUCKETS = 1024,
	CACHE = 16 << 20	/* octets of one arena                 */
};

struct entry {
	struct entry *chain;
	uint16_t type;
	struct span name;
	int64_t expires;
	struct assay_answer a;
};

struct generation {
	struct arena arena;
	struct entry *bucket[BUCKETS];
};

struct pending {
	struct live *live;
	struct pending *next;
	uint16_t type;
	bool late;		/* nobody waits any more      */
	int64_t deadline;
	struct span name;	/* canonical; text is its room */
	char text[DNAME_TEXT_MAX + 2];
};

struct live {
	struct loop *loop;
	struct ub_event_base *events;
	struct ub_ctx *ctx;
	unsigned question_ms, total_ms;
	int64_t stop;		/* of this run; 0: it has not begun */
	uint64_t seed;
	struct pending *pending;
	struct generation *now, *before;
};

/* ---- what is known ------------------------------------------------------ */

static size_t
bucket_of(const struct live *l, uint16_t type, struct span name)
{
	uint64_t h = l->seed ^ type;

	for (size_t i = 0; i < name.len; i++) {
		h = (h ^ name.ptr[i]) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	return h % BUCKETS;
}

static struct generation *
generation_new(void)
{
	struct generation *g = calloc(1, sizeof(*g));

	if (g != NULL)
		arena_init(&g->arena, CACHE);
	return g;
}

static void
generation_free(struct generation *g)
{
	if (g == NULL)
		return;
	arena_free(&g->arena);
	free(g);
}

/* The arena to build the next entry in. */
static bool
make_room(struct live *l)
{
	struct generation *fresh;

	if (!l->now->arena.failed && l->now->arena.used < CACHE - (1 << 18))
		return true;
	fresh = generation_new();
	if (fresh == NULL)
		return false;
	generation_free(l->before);
	l->before = l->now;
	l->now = fresh;
	return true;
}

static struct entry *
look(const struct live *l, const struct generation *g, uint16_t type,
    struct span name)
{
	struct entry *e = g->bucket[bucket_of(l, type, name)];

	while (e != NULL && (e->type != type || e->name.len != name.len ||
	    memcmp(e->name.ptr, name.ptr, name.len) != 0))
		e = e->chain;
	return e;
}

static struct entry *
known(const struct live *l, uint16_t type, struct span name)
{
	struct entry *e = look(l, l->now, type, name);

	if (e == NULL && l->before != NULL)
		e = look(l, l->before, type, name);
	return e != NULL && e->expires > loop_ms(l->loop) ? e : NULL;
}

/* The spans of a live in l->now->arena. */
static void
keep(struct live *l, uint16_t type, struct span name,
    const struct assay_answer *a)
{
	struct arena *arena = &l->now->arena;
	struct entry *e = arena_alloc(arena, sizeof(*e));
	size_t b = bucket_of(l, type, name);
	uint32_t ttl = a->ttl < LONGEST_TTL ? a->ttl : LONGEST_TTL;

	if (e == NULL)
		return;
	e->type = type;
	e->name = arena_dup(arena, name);
	e->a = *a;
	e->expires = loop_ms(l->loop) + (ttl > 0 ? ttl : 1) * 1000;
	if (e->name.ptr == NULL || arena->failed)
		return;
	e->chain = l->now->bucket[b];
	l->now->bucket[b] = e;
}

/* ---- questions --------------------------------------------------------- */

static void
forget(struct pending *p)
{
	struct pending **at = &p->live->pending;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	free(p);
}

static void
answered(void *arg, int rcode, void *packet, int len, int sec,
    char *why_bogus, int ratelimited)
{
	struct pending *p = arg;
	struct live *l = p->live;
	struct assay_answer a;
	struct span s = { packet, packet == NULL || len < 0 ? 0 :
		(size_t)len };

	(void)rcode;		/* it is in the packet, if there is one */
	(void)ratelimited;
	if (make_room(l)) {
		ub_context_read(&a, p->type, s, sec, why_bogus,
		    &l->now->arena);
		keep(l, p->type, p->name, &a);
	}
	forget(p);
}

static struct pending *
find_pending(const struct live *l, uint16_t type, struct span name)
{
	struct pending *p = l->pending;

	while (p != NULL && (p->late || p->type != type ||
	    p->name.len != name.len ||
	    memcmp(p->name.ptr, name.ptr, name.len) != 0))
		p = p->next;
	return p;
}

static int64_t
stop_of(struct live *l)
{
	if (l->stop == 0)
		l->stop = loop_ms(l->loop) + l->total_ms;
	return l->stop;
}

/* Sends the question.  False: it cannot be sent. */
static bool
send_question(struct live *l, uint16_t type, struct span name)
{
	struct pending *p = calloc(1, sizeof(*p));
	int err;

	if (p == NULL || name.len > DNAME_TEXT_MAX) {
		free(p);
		return false;
	}
	p->live = l;
	p->type = type;
	memcpy(p->text, name.ptr, name.len);
	p->name = (struct span){ (const uint8_t *)p->text, name.len };
	if (name.len > 1 || p->text[0] != '.')
		p->text[name.len] = '.';
	p->deadline = loop_ms(l->loop) + l->question_ms;
	p->next = l->pending;
	l->pending = p;
	/* may answer, and free p, before it returns */
	err = ub_resolve_event(l->ctx, p->text, type, 1, p, answered, NULL);
	if (err == 0)
		return true;
	/* a label of 64 octets and the like: no such name can exist */
	if (err == UB_SYNTAX && make_room(l))
		keep(l, type, p->name, &(struct assay_answer){
		    .kind = ASSAY_A_NXDOMAIN, .ttl = UB_FAILED_TTL });
	forget(p);
	return false;
}

/* What asking is about: the canonical name, whatever key was like. */
static bool
canonical(struct buf *out, const struct assay_question *q)
{
	dname_loose(out, q->key);
	return !out->full && out->len > 0;
}

static void
live_begin(void *self, const struct assay_question *q)
{
	struct live *l = self;
	uint8_t room[DNAME_TEXT_MAX];
	struct buf b = BUF_ON(room);

	if (q->kind != ASSAY_Q_DNS || !canonical(&b, q) ||
	    loop_ms(l->loop) >= stop_of(l) ||
	    known(l, q->type, buf_span(&b)) != NULL ||
	    find_pending(l, q->type, buf_span(&b)) != NULL)
		return;
	send_question(l, q->type, buf_span(&b));
}

/* Runs the loop until the question is answered or its time is over; keeps
 * that it failed then. */
static void
wait_for(struct live *l, uint16_t type, struct span name)
{
	struct pending *p = find_pending(l, type, name);
	struct assay_answer failed = { .kind = ASSAY_A_TEMPFAIL,
		.ttl = UB_FAILED_TTL };

	while (p != NULL) {
		int64_t until = p->deadline < stop_of(l) ? p->deadline :
		    stop_of(l);

		if (loop_ms(l->loop) >= until ||
		    !loop_once(l->loop,
		    (int)(until - loop_ms(l->loop))))
			break;
		p = find_pending(l, type, name);
	}
	if (p == NULL)
		return;
	p->late = true;
	if (loop_ms(l->loop) >= p->deadline && make_room(l))
		keep(l, type, name, &failed);
}

static enum assay_status
live_ask(void *self, const struct assay_question *q, struct assay_answer *a)
{
	struct live *l = self;
	uint8_t room[DNAME_TEXT_MAX];
	struct buf b = BUF_ON(room);
	struct entry *e;

	if (q->kind != ASSAY_Q_DNS)
		return ASSAY_PENDING;
	*a = (struct assay_answer){ .kind = ASSAY_A_NXDOMAIN };
	if (!canonical(&b, q))
		return ASSAY_OK;	/* no such name can exist */
	e = known(l, q->type, buf_span(&b));
	if (e == NULL) {
		a->kind = ASSAY_A_TEMPFAIL;
		live_begin(l, q);
		wait_for(l, q->type, buf_span(&b));
		e = known(l, q->type, buf_span(&b));
	}
	if (e != NULL)
		*a = e->a;
	return ASSAY_OK;
}

static void
live_start(void *self)
{
	struct live *l = self;

	l->stop = loop_ms(l->loop) + l->total_ms;
}

static void
live_free(void *self)
{
	struct live *l = self;

	if (l == NULL)
		return;
	if (l->ctx != NULL)
		ub_ctx_delete(l->ctx);
	ub_events_free(l->events);
	while (l->pending != NULL)
		forget(l->pending);
	generation_free(l->now);
	generation_free(l->before);
	loop_free(l->loop);
	free(l);
}

/* ---- setting up -------------------------------------------------------- */

static enum assay_status
live_new(struct live *l, const struct assay_resolver_conf *conf)
{
	l->question_ms = conf->question_ms != 0 ? conf->question_ms :
	    QUESTION_MS;
	l->total_ms = conf->total_ms != 0 ? conf->total_ms : TOTAL_MS;
	l->now = generation_new();
	l->loop = loop_new(NULL);
	l->events = l->loop == NULL ? NULL : ub_events_new(l->loop);
	if (l->now == NULL || l->events == NULL)
		return ASSAY_NOMEM;
	if (getrandom(&l->seed, sizeof(l->seed), 0) != sizeof(l->seed))
		return ASSAY_IO;
	return ub_context_open(&l->ctx, l->events, conf, UB_COMMAND);
}

enum assay_status
assay_oracle_resolver(struct assay_oracle *out,
    const struct assay_resolver_conf *conf)
{
	struct live *l = calloc(1, sizeof(*l));
	enum assay_status st;

	*out = (struct assay_oracle){ .self = NULL };
	if (l == NULL)
		return ASSAY_NOMEM;
	st = live_new(l, conf);
	if (st != ASSAY_OK) {
		live_free(l);
		return st;
	}
	*out = (struct assay_oracle){ .ask = live_ask, .begin = live_begin,
		.start = live_start, .free = live_free, .self = l };
	return ASSAY_OK;
}

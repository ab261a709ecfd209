/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flight is one question on its way: queued, then with libunbound, then
 * landed.  When its time is over whoever wants it is told so, and if
 * libunbound has it, the flight goes on without them: what comes late is
 * kept, and who asks meanwhile waits for that instead of asking once more.
 */
#include "resolver.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <unbound.h>
#include <unbound-event.h>

#include "base/arena.h"
#include "oracle/ub_context.h"
#include "oracle/ub_events.h"
#include "oracle/zone_file.h"
#include "wire/dname.h"

enum {
	QUESTION_MS = 5000,
	BUCKETS = 2048,
	SCRATCH = 1 << 20	/* octets of one reply, read */
};

struct flight {
	struct resolver *resolver;
	struct flight *chain;		/* of its bucket                  */
	struct flight *behind;		/* in the queue                   */
	size_t bucket;
	struct assay_question q;	/* the key is in room             */
	struct want *wants;
	struct timer deadline;
	int64_t began;			/* clock_micros()                 */
	bool sent;
	uint8_t room[];
};

struct resolver {
	struct loop *loop;
	struct stats *stats;
	struct ub_event_base *events;
	struct ub_ctx *ctx;
	struct assay_oracle suffix;
	bool has_suffix;
	struct assay_oracle zone;	/* instead of libunbound          */
	bool has_zone;
	struct answers *answers;
	struct answers_reader *known;
	int64_t question_ms;
	uint64_t seed;
	struct arena scratch;
	struct flight *bucket[BUCKETS];
	struct flight *first, **last;	/* not sent yet                   */
	size_t n, n_sent;
	uint64_t evicted;		/* as counted so far              */
	struct timer pump;
};

/* ---- flights ------------------------------------------------------------- */

static size_t
bucket_of(const struct resolver *r, const struct assay_question *q)
{
	uint64_t h = r->seed ^ q->type;

	for (size_t i = 0; i < q->key.len; i++) {
		h = (h ^ q->key.ptr[i]) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	return h % BUCKETS;
}

static struct flight *
find(const struct resolver *r, size_t bucket, const struct assay_question *q)
{
	struct flight *f = r->bucket[bucket];

	while (f != NULL && (f->q.type != q->type ||
	    !span_eq(f->q.key, q->key)))
		f = f->chain;
	return f;
}

static void
unqueue(struct resolver *r, struct flight *f)
{
	struct flight **at = &r->first;

	while (*at != f)
		at = &(*at)->behind;
	*at = f->behind;
	if (r->last == &f->behind)
		r->last = at;
}

static void
forget(struct flight *f)
{
	struct resolver *r = f->resolver;
	struct flight **at = &r->bucket[f->bucket];

	while (*at != f)
		at = &(*at)->chain;
	*at = f->chain;
	if (f->sent)
		r->n_sent--;
	loop_untimer(r->loop, &f->deadline);
	r->n--;
	stats_set(r->stats, STAT_DNS_PENDING, r->n);
	free(f);
}

static void
tell(struct flight *f, const struct assay_answer *a)
{
	struct want *w = f->wants;

	f->wants = NULL;
	while (w != NULL) {
		struct want *next = w->next;
		w->fn(w, a);
		w = next;
	}
}

static void
publish(struct resolver *r, const struct assay_question *q,
    const struct assay_answer *a)
{
	struct answers_count n;

	if (r->answers == NULL)
		return;
	answers_put(r->answers, q, a, loop_ms(r->loop) / 1000);
	n = answers_count(r->answers);
	stats_set(r->stats, STAT_DNS_KEPT, n.entries);
	stats_set(r->stats, STAT_DNS_KEPT_BYTES, n.octets);
	stats_add(r->stats, STAT_DNS_EVICTED, 0, n.evicted - r->evicted);
	r->evicted = n.evicted;
}

static void
count(struct resolver *r, const struct flight *f,
    const struct assay_answer *a)
{
	stats_add(r->stats, STAT_ANSWERS, (unsigned)a->kind - 1, 1);
	stats_time(r->stats, STAT_DNS,
	    (uint64_t)(clock_micros() - f->began));
}

/* ---- with libunbound ----------------------------------------------------- */

static void
land(struct flight *f, const struct assay_answer *a)
{
	struct resolver *r = f->resolver;

	publish(r, &f->q, a);
	tell(f, a);
	count(r, f, a);
	forget(f);
	if (r->first != NULL && r->pump.place == 0)
		loop_timer(r->loop, &r->pump, 0);
}

static void
answered(void *arg, int rcode, void *packet, int len, int sec,
    char *why_bogus, int ratelimited)
{
	struct flight *f = arg;
	struct resolver *r = f->resolver;
	struct span s = { packet, packet == NULL || len < 0 ? 0 :
		(size_t)len };
	struct assay_answer a;

	(void)rcode;		/* it is in the packet, if there is one */
	(void)ratelimited;
	arena_reset(&r->scratch);
	ub_context_read(&a, f->q.type, s, sec, why_bogus, &r->scratch);
	land(f, &a);
}

/* The name as libunbound reads it.  False: no such name can exist. */
static bool
name_of(char out[DNAME_TEXT_MAX + 2], const struct assay_question *q)
{
	struct buf b = { .ptr = (uint8_t *)out, .cap = DNAME_TEXT_MAX };

	dname_loose(&b, q->key);
	if (b.full || b.len == 0)
		return false;
	if (b.len > 1 || out[0] != '.')
		out[b.len++] = '.';
	out[b.len] = '\0';
	return true;
}

static void
send_flight(struct flight *f)
{
	struct resolver *r = f->resolver;
	struct assay_answer never = { .kind = ASSAY_A_NXDOMAIN,
		.ttl = UB_FAILED_TTL }, failed = { .kind = ASSAY_A_TEMPFAIL };
	char name[DNAME_TEXT_MAX + 2];
	int err;

	f->sent = true;
	r->n_sent++;
	if (!name_of(name, &f->q)) {
		land(f, &never);
		return;
	}
	/* may land, and free f, before it returns */
	err = ub_resolve_event(r->ctx, name, f->q.type, 1, f, answered,
	    NULL);
	if (err != 0)	/* a label of 64 octets and the like: no such name */
		land(f, err == UB_SYNTAX ? &never : &failed);
}

/* Not from within a callback of libunbound: it is not made for that. */
static void
pump(void *ctx)
{
	struct resolver *r = ctx;

	while (r->first != NULL && r->n_sent < RESOLVER_SENT) {
		struct flight *f = r->first;
		unqueue(r, f);
		send_flight(f);
	}
}

static void
on_deadline(void *ctx)
{
	struct flight *f = ctx;
	struct resolver *r = f->resolver;
	struct assay_answer failed = { .kind = ASSAY_A_TEMPFAIL,
		.ttl = UB_FAILED_TTL };

	publish(r, &f->q, &failed);
	tell(f, &failed);
	if (f->sent) {
		count(r, f, &failed);
		return;
	}
	unqueue(r, f);
	count(r, f, &failed);
	forget(f);
}

/* ---- asking -------------------------------------------------------------- */

static struct flight *
take_off(struct resolver *r, size_t bucket, const struct assay_question *q)
{
	struct flight *f = r->n >= RESOLVER_FLIGHTS ? NULL :
	    calloc(1, sizeof(*f) + q->key.len);

	if (f == NULL)
		return NULL;
	*f = (struct flight){ .resolver = r, .chain = r->bucket[bucket],
		.bucket = bucket, .q = *q, .began = clock_micros(),
		.deadline = { .fn = on_deadline, .ctx = f } };
	if (!loop_timer(r->loop, &f->deadline, r->question_ms)) {
		free(f);
		return NULL;
	}
	if (q->key.len > 0)
		memcpy(f->room, q->key.ptr, q->key.len);
	f->q.key = (struct span){ f->room, q->key.len };
	r->bucket[bucket] = f;
	r->n++;
	*r->last = f;
	r->last = &f->behind;
	stats_set(r->stats, STAT_DNS_PENDING, r->n);
	return f;
}

static void
say(struct want *w, enum assay_akind kind)
{
	struct assay_answer a = { .kind = kind };

	w->fn(w, &a);
}

static void
ask_dns(struct resolver *r, const struct assay_question *q, struct want *w)
{
	size_t bucket = bucket_of(r, q);
	struct flight *f = find(r, bucket, q);
	bool joined = f != NULL;

	if (f == NULL)
		f = take_off(r, bucket, q);
	if (f == NULL) {
		stats_count(r->stats, STAT_DNS_REFUSED);
		say(w, ASSAY_A_TEMPFAIL);
		return;
	}
	w->next = f->wants;
	f->wants = w;
	/* it was given up, but is under way still: as long again */
	if (f->deadline.place == 0)
		loop_timer(r->loop, &f->deadline, r->question_ms);
	if (!joined)
		pump(r);
}

static bool
ask_known(struct resolver *r, const struct assay_question *q, struct want *w)
{
	struct assay_oracle o;
	struct assay_answer a;

	if (r->known == NULL)
		return false;
	o = answers_oracle(r->known);
	answers_begin(r->known, loop_ms(r->loop) / 1000);
	if (o.ask(o.self, q, &a) != ASSAY_OK)
		return false;
	stats_count(r->stats, STAT_DNS_CACHED);
	w->fn(w, &a);
	return true;
}

static void
ask_suffix(struct resolver *r, const struct assay_question *q,
    struct want *w)
{
	struct assay_answer a = { .kind = ASSAY_A_UNKNOWN };

	if (r->has_suffix && r->suffix.ask(r->suffix.self, q, &a) != ASSAY_OK)
		a = (struct assay_answer){ .kind = ASSAY_A_TEMPFAIL };
	publish(r, q, &a);
	w->fn(w, &a);
}

/* To try things out: a zone file is the whole world. */
static void
ask_zone(struct resolver *r, const struct assay_question *q, struct want *w)
{
	struct assay_answer a;

	if (r->zone.ask(r->zone.self, q, &a) != ASSAY_OK)
		a = (struct assay_answer){ .kind = ASSAY_A_TEMPFAIL };
	publish(r, q, &a);
	w->fn(w, &a);
}

void
resolver_ask(struct resolver *r, const struct assay_question *q,
    struct want *w)
{
	switch (q->kind) {
	case ASSAY_Q_DNS:
		if (ask_known(r, q, w))
			return;
		if (r->has_zone)
			ask_zone(r, q, w);
		else
			ask_dns(r, q, w);
		return;
	case ASSAY_Q_SUFFIX:
		ask_suffix(r, q, w);
		return;
	case ASSAY_Q_PROFILE:
	case ASSAY_Q_INTEL:
		break;
	}
	say(w, ASSAY_A_UNKNOWN);
}

size_t
resolver_pending(const struct resolver *r)
{
	return r->n;
}

/* ---- the whole ----------------------------------------------------------- */

void
resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
	if (r->ctx != NULL)
		ub_ctx_delete(r->ctx);
	ub_events_free(r->events);
	for (size_t i = 0; i < BUCKETS; i++)
		while (r->bucket[i] != NULL)
			forget(r->bucket[i]);
	loop_untimer(r->loop, &r->pump);
	answers_reader_free(r->known);
	answers_close(r->answers);
	assay_oracle_free(&r->suffix);
	assay_oracle_free(&r->zone);
	arena_free(&r->scratch);
	free(r);
}

static enum assay_status
open_all(struct resolver *r, const struct resolver_conf *conf)
{
	enum assay_status st;

	r->events = ub_events_new(r->loop);
	if (r->events == NULL)
		return ASSAY_NOMEM;
	if (conf->answers >= 0) {
		r->answers = answers_open(conf->answers);
		r->known = answers_reader_new(conf->answers);
		if (r->answers == NULL || r->known == NULL)
			return ASSAY_IO;
		r->evicted = answers_count(r->answers).evicted;
	}
	r->has_suffix = assay_oracle_suffix(&r->suffix, conf->suffix_path) ==
	    ASSAY_OK;
	if (getrandom(&r->seed, sizeof(r->seed), 0) != sizeof(r->seed))
		return ASSAY_IO;
	if (conf->dns->server != NULL &&
	    strncmp(conf->dns->server, "zone:", 5) == 0) {
		r->has_zone = true;
		return zone_file(&r->zone, conf->dns->server + 5);
	}
	st = ub_context_open(&r->ctx, r->events, conf->dns, UB_DAEMON);
	if (st == ASSAY_OK && !ub_context_warm(r->ctx))
		return ASSAY_IO;
	return st;
}

enum assay_status
resolver_new(struct resolver **out, const struct resolver_conf *conf)
{
	struct resolver *r = calloc(1, sizeof(*r));
	enum assay_status st;

	*out = NULL;
	if (r == NULL)
		return ASSAY_NOMEM;
	r->loop = conf->loop;
	r->stats = conf->stats;
	r->last = &r->first;
	r->pump = (struct timer){ .fn = pump, .ctx = r };
	r->question_ms = conf->dns->question_ms != 0 ?
	    (int64_t)conf->dns->question_ms : QUESTION_MS;
	arena_init(&r->scratch, SCRATCH);
	st = open_all(r, conf);
	if (st == ASSAY_OK)
		*out = r;
	else
		resolver_free(r);
	return st;
}

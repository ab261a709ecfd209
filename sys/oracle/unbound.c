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
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <unbound.h>
#include <unbound-event.h>

#include "base/arena.h"
#include "base/limits.h"
#include "oracle/ub_loop.h"
#include "wire/addr.h"
#include "wire/dname.h"
#include "wire/dnsrr.h"

enum {
	QUESTION_MS = 5000,
	TOTAL_MS = 20000,	/* RFC 7208 4.6.4: at least 20 seconds */
	FAILED_TTL = 10,	/* RFC 2308 7: not asked again at once */
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
	struct ub_event_base *loop;
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
	return e != NULL && e->expires > ub_loop_now() ? e : NULL;
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
	e->expires = ub_loop_now() + (ttl > 0 ? ttl : 1) * 1000;
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

/* sec: 0 not secure, 1 bogus, 2 secure. */
static void
read_packet(struct assay_answer *a, uint16_t type, struct span packet,
    int sec, const char *why_bogus, struct arena *arena)
{
	if (sec == 1) {
		/* the validator's reason as an item, for the evidence */
		struct span *why = arena_alloc(arena, sizeof(*why));

		*a = (struct assay_answer){ .kind = ASSAY_A_BOGUS,
			.ttl = FAILED_TTL };
		if (why == NULL || why_bogus == NULL)
			return;
		*why = arena_dup(arena, assay_cstr(why_bogus));
		a->item = why;
		a->n_item = 1;
		return;
	}
	if (packet.ptr == NULL || !reply_read(a, packet, type, arena))
		*a = (struct assay_answer){ .kind = ASSAY_A_TEMPFAIL };
	if (a->kind == ASSAY_A_TEMPFAIL)
		a->ttl = FAILED_TTL;
	else
		a->secure = sec == 2;
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
		read_packet(&a, p->type, s, sec, why_bogus,
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
		l->stop = ub_loop_now() + l->total_ms;
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
	p->deadline = ub_loop_now() + l->question_ms;
	p->next = l->pending;
	l->pending = p;
	/* may answer, and free p, before it returns */
	err = ub_resolve_event(l->ctx, p->text, type, 1, p, answered, NULL);
	if (err == 0)
		return true;
	/* a label of 64 octets and the like: no such name can exist */
	if (err == UB_SYNTAX && make_room(l))
		keep(l, type, p->name, &(struct assay_answer){
		    .kind = ASSAY_A_NXDOMAIN, .ttl = FAILED_TTL });
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
	    ub_loop_now() >= stop_of(l) ||
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
		.ttl = FAILED_TTL };

	while (p != NULL) {
		int64_t until = p->deadline < stop_of(l) ? p->deadline :
		    stop_of(l);

		if (ub_loop_now() >= until ||
		    !ub_loop_once(l->loop, until))
			break;
		p = find_pending(l, type, name);
	}
	if (p == NULL)
		return;
	p->late = true;
	if (ub_loop_now() >= p->deadline && make_room(l))
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

	l->stop = ub_loop_now() + l->total_ms;
}

static void
live_free(void *self)
{
	struct live *l = self;

	if (l == NULL)
		return;
	if (l->ctx != NULL)
		ub_ctx_delete(l->ctx);
	ub_loop_free(l->loop);
	while (l->pending != NULL)
		forget(l->pending);
	generation_free(l->now);
	generation_free(l->before);
	free(l);
}

/* ---- setting up -------------------------------------------------------- */

static bool
option(struct live *l, const char *name, const char *value)
{
	return ub_ctx_set_option(l->ctx, name, value) == 0;
}

/* "ADDR[:PORT]" as libunbound writes it: "ADDR@PORT". */
static bool
server_text(char out[64], const char *server)
{
	struct span s = assay_cstr(server), host = s, port = SPAN_NONE;
	uint8_t text[ADDR_TEXT];
	struct buf b = BUF_ON(text);
	struct assay_addr addr;
	uint64_t n = 53;

	if (span_at(s, 0) == '[') {
		if (!span_has(s, ']'))
			return false;
		port = span_skip(s, 1);
		host = span_cut(&port, ']');
		if (port.len > 0 && span_at(port, 0) != ':')
			return false;
		port = port.len > 0 ? span_skip(port, 1) : SPAN_NONE;
	} else if (span_find(s, ':') == span_rfind(s, ':')) {
		/* at most one colon: what follows it is a port */
		port = s;
		host = span_cut(&port, ':');
		if (host.len == s.len)
			port = SPAN_NONE;
	}
	if (!span_absent(port) && (!span_u64(port, 65535, &n) || n == 0))
		return false;
	if (!addr_parse4(&addr, host) && !addr_parse6(&addr, host))
		return false;
	addr_print(&b, &addr);
	snprintf(out, 64, "%.*s@%u", (int)b.len, (const char *)text,
	    (unsigned)n);
	return true;
}

static bool
add_anchors(struct live *l, const struct assay_resolver_conf *conf)
{
	static const char system_root[] = "/usr/share/dns/root.key";
	const char *file = conf->trust_anchor_file;
	bool recursive = conf->server != NULL &&
	    strcmp(conf->server, "recursive") == 0;

	if (conf->trust_anchor == NULL && file == NULL && recursive &&
	    access(system_root, R_OK) == 0)
		file = system_root;
	if (conf->trust_anchor == NULL && file == NULL)
		return option(l, "module-config:", "iterator");
	return (conf->trust_anchor == NULL ||
	    ub_ctx_add_ta(l->ctx, conf->trust_anchor) == 0) &&
	    (file == NULL || (access(file, R_OK) == 0 &&
	    ub_ctx_add_ta_file(l->ctx, file) == 0));
}

static enum assay_status
set_server(struct live *l, const char *server)
{
	char text[64];

	if (server == NULL)
		return ub_ctx_resolvconf(l->ctx, NULL) == 0 ? ASSAY_OK :
		    ASSAY_IO;
	if (strcmp(server, "recursive") == 0)
		return ASSAY_OK;
	if (!server_text(text, server))
		return ASSAY_FORMAT;
	return ub_ctx_set_fwd(l->ctx, text) == 0 ? ASSAY_OK : ASSAY_IO;
}

/* The order matters: ub_ctx_zone_add() ends the set-up, and what is set
 * after it is silently ignored. */
static enum assay_status
set_up(struct live *l, const struct assay_resolver_conf *conf)
{
	enum assay_status st;

	if (ub_ctx_debugout(l->ctx, NULL) != 0 ||
	    !option(l, "do-not-query-localhost:", "no") ||
	    !option(l, "unblock-lan-zones:", "yes") ||
	    !option(l, "infra-keep-probing:", "yes") ||
	    !option(l, "outgoing-range:", "64"))
		return ASSAY_IO;
	st = set_server(l, conf->server);
	if (st != ASSAY_OK)
		return st;
	if (!add_anchors(l, conf))
		return ASSAY_FORMAT;
	/* otherwise answered by libunbound itself */
	return ub_ctx_zone_add(l->ctx, "test.", "transparent") == 0 ?
	    ASSAY_OK : ASSAY_FORMAT;
}

static enum assay_status
live_new(struct live *l, const struct assay_resolver_conf *conf)
{
	l->question_ms = conf->question_ms != 0 ? conf->question_ms :
	    QUESTION_MS;
	l->total_ms = conf->total_ms != 0 ? conf->total_ms : TOTAL_MS;
	l->now = generation_new();
	l->loop = ub_loop_new();
	if (l->now == NULL || l->loop == NULL)
		return ASSAY_NOMEM;
	if (getrandom(&l->seed, sizeof(l->seed), 0) != sizeof(l->seed))
		return ASSAY_IO;
	l->ctx = ub_ctx_create_ub_event(l->loop);
	return l->ctx == NULL ? ASSAY_NOMEM : set_up(l, conf);
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

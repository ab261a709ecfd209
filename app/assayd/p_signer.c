/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_signer.c - signs.  Holds the private keys and nothing else: it sees no
 * message, only 32 octets of each, and opens no file.
 *
 * The rules are in sys/sign_desk.c.  A request may arrive before front's
 * word that the message is in work, because they come by different wires:
 * it waits a moment for that.
 */
#include "role.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "key_file.h"
#include "sign_desk.h"

enum {
	EARLY = 256,		/* requests that wait for front              */
	EARLY_MS = 2000,	/* so long                                   */
	SESSIONS = 4		/* times what may be in flight: ids that are
				 * closed soon may lie beside new ones       */
};

struct early {
	bool used;
	unsigned eval;
	uint64_t id;
	uint16_t key;
	uint8_t digest[32];
	int64_t until;
};

struct signers {
	struct role *role;
	struct sign_desk *desk;
	struct bus *eval[256];
	unsigned n_eval;
	struct early early[EARLY];
	size_t n_early;
	struct timer timer;
	unsigned n_key;
};

/* ---- answers ------------------------------------------------------------- */

static unsigned
refusal_of(enum sign_status st)
{
	switch (st) {
	case SIGN_NO_SESSION:
		return REFUSAL_SESSION;
	case SIGN_NOT_ALLOWED:
	case SIGN_MALFORMED:
		return REFUSAL_DOMAIN;
	case SIGN_SPENT:
		return REFUSAL_TWICE;
	case SIGN_DONE:
	case SIGN_NO_KEY:
	case SIGN_NOT_NOW:
	case SIGN_FAILED:
		break;
	}
	return REFUSAL_CRYPTO;
}

static void
count(struct signers *g, const struct msg_sign *m, enum sign_status st)
{
	if (st != SIGN_DONE)
		stats_add(&g->role->stats, STAT_UNSIGNED, refusal_of(st), 1);
	else
		stats_add(&g->role->stats, STAT_SIGNED,
		    g->role->daemon.key[m->key].algorithm == SIGN_RSA ?
		    ALGORITHM_RSA : ALGORITHM_ED25519, 1);
}

static void
answer(struct signers *g, struct bus *to, const struct msg_sign *m,
    enum sign_status st, struct span signature)
{
	struct msg_signature s = { .id = m->id, .key = m->key,
		.status = (uint8_t)st, .b = signature };
	struct log_line line;

	bus_send_signature(to, &s, -1);
	count(g, m, st);
	if (st == SIGN_DONE)
		return;
	log_begin(&line, &g->role->log, "not-signed");
	log_str(&line, "what", sign_status_text(st));
	log_u64(&line, "key", m->key);
	log_u64(&line, "eval", bus_peer_index(to));
	log_end(&line);
}

static enum sign_status
sign(struct signers *g, struct bus *from, const struct msg_sign *m,
    bool early)
{
	uint8_t room[ASSAY_SIGNATURE_MAX];
	struct buf out = BUF_ON(room);
	int64_t began = clock_micros();
	enum sign_status st = sign_desk_sign(g->desk, m,
	    loop_time(g->role->loop), &out);

	if (st == SIGN_DONE)
		stats_time(&g->role->stats, STAT_SIGN,
		    (uint64_t)(clock_micros() - began));
	if (st != SIGN_NO_SESSION || !early)
		answer(g, from, m, st, buf_span(&out));
	return st;
}

/* ---- requests before their time ------------------------------------------ */

static struct msg_sign
request_of(const struct signers *g, const struct early *e)
{
	return (struct msg_sign){ .id = e->id, .key = e->key,
		.domain = g->role->daemon.key[e->key].domain.name,
		.digest = { e->digest, sizeof(e->digest) } };
}

static void
forget(struct signers *g, struct early *e)
{
	e->used = false;
	g->n_early--;
}

/* The domain was right, or it is not kept: it is that of the key. */
static bool
keep_early(struct signers *g, struct bus *from, const struct msg_sign *m)
{
	const struct daemon_conf *c = &g->role->daemon;
	size_t i = 0;

	if (m->key >= c->n_key || m->digest.len != 32 ||
	    !span_eq(m->domain, c->key[m->key].domain.name) ||
	    g->n_early == EARLY)
		return false;
	while (g->early[i].used)
		i++;
	g->early[i] = (struct early){ .used = true, .id = m->id,
		.eval = bus_peer_index(from), .key = m->key,
		.until = loop_ms(g->role->loop) + EARLY_MS };
	memcpy(g->early[i].digest, m->digest.ptr, 32);
	if (g->n_early++ == 0)
		loop_timer(g->role->loop, &g->timer, EARLY_MS);
	return true;
}

static struct bus *
eval_bus(const struct signers *g, unsigned index)
{
	return index < g->n_eval ? g->eval[index] : NULL;
}

/* Front has opened this one. */
static void
serve_early(struct signers *g, uint64_t id)
{
	for (size_t i = 0; i < EARLY && g->n_early > 0; i++) {
		struct early *e = &g->early[i];
		struct msg_sign m;

		if (!e->used || e->id != id)
			continue;
		m = request_of(g, e);
		sign(g, eval_bus(g, e->eval), &m, false);
		forget(g, e);
	}
}

static void
on_timer(void *ctx)
{
	struct signers *g = ctx;
	int64_t now = loop_ms(g->role->loop), next = now + EARLY_MS;

	for (size_t i = 0; i < EARLY && g->n_early > 0; i++) {
		struct early *e = &g->early[i];

		if (!e->used)
			continue;
		if (e->until <= now) {
			struct msg_sign m = request_of(g, e);
			answer(g, eval_bus(g, e->eval), &m, SIGN_NO_SESSION,
			    SPAN_NONE);
			forget(g, e);
		} else if (e->until < next) {
			next = e->until;
		}
	}
	if (g->n_early > 0)
		loop_timer(g->role->loop, &g->timer, next - now);
}

/* ---- messages ------------------------------------------------------------ */

static void
on_eval(void *ctx, struct bus *bus, struct msg *m)
{
	struct signers *g = ctx;

	if (m->kind != MSG_SIGN)
		return;
	if (sign(g, bus, &m->sign, true) == SIGN_NO_SESSION &&
	    !keep_early(g, bus, &m->sign))
		answer(g, bus, &m->sign, SIGN_NO_SESSION, SPAN_NONE);
}

static void
on_front(void *ctx, struct bus *bus, struct msg *m)
{
	struct signers *g = ctx;

	(void)bus;
	if (m->kind == MSG_OPEN) {
		sign_desk_open(g->desk, &m->open);
		serve_early(g, m->open.id);
	} else if (m->kind == MSG_CLOSE) {
		sign_desk_close(g->desk, m->close.id);
	}
}

static void
on_peer(void *ctx, enum role_kind kind, unsigned index, bool up)
{
	struct signers *g = ctx;

	(void)index;
	if (kind == ROLE_FRONT && !up)
		sign_desk_close_all(g->desk);
}

/* ---- start --------------------------------------------------------------- */

static void
tell_key(struct signers *g, const struct daemon_key *k, const char *why)
{
	struct log_line line;

	log_begin(&line, &g->role->log, "key-refused");
	log_str(&line, "what", why);
	log_span(&line, "domain", k->domain.name);
	log_span(&line, "selector", k->selector.name);
	log_str(&line, "file", k->path);
	log_end(&line);
}

/* One key that cannot be used is told and left out: the others sign. */
static void
load_key(struct signers *g, unsigned number, struct buf *room)
{
	const struct daemon_key *k = &g->role->daemon.key[number];
	int fd = role_fd(g->role, "key", number);
	const char *why = "its file could not be opened";

	room->len = 0;
	if (fd >= 0 && !key_file_read(fd, room))
		why = "its file cannot be read, or is too large";
	else if (fd >= 0 && sign_desk_key(g->desk, number, buf_span(room),
	    &why))
		why = NULL;
	explicit_bzero(room->ptr, room->cap);
	g->n_key += why == NULL;
	if (why != NULL)
		tell_key(g, k, why);
}

static void
load_keys(struct signers *g)
{
	static uint8_t octets[LIMIT_KEY_FILE];
	struct buf room = BUF_ON(octets);

	for (unsigned i = 0; i < g->role->daemon.n_key; i++)
		load_key(g, i, &room);
	stats_set(&g->role->stats, STAT_KEYS, g->n_key);
}

static bool
open_buses(struct signers *g)
{
	unsigned n = role_fds(g->role, "eval");

	while (g->n_eval < n && g->n_eval < sizeof(g->eval) /
	    sizeof(g->eval[0])) {
		g->eval[g->n_eval] = role_bus(g->role, ROLE_EVAL, g->n_eval,
		    on_eval, g);
		if (g->eval[g->n_eval++] == NULL)
			return false;
	}
	return role_bus(g->role, ROLE_FRONT, 0, on_front, g) != NULL;
}

int
role_signer(struct role *role)
{
	struct signers *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return 1;
	g->role = role;
	role->ctx = g;
	role->on_peer = on_peer;
	g->timer = (struct timer){ .fn = on_timer, .ctx = g };
	g->desk = sign_desk_new(&role->daemon, SESSIONS *
	    (size_t)role->daemon.in_flight);
	if (g->desk == NULL || !open_buses(g)) {
		log_say(&role->log, "start-failed", "no memory");
		return 1;
	}
	load_keys(g);
	return role_run(role);
}

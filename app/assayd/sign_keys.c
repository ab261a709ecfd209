/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_keys.c - are our public keys where everybody looks for them?
 *
 * The record of each key is asked for at the start and then every hour, more
 * often while it is missing.  The first signature made under a record is
 * verified by it, as strangers will: that says more than comparing keys.
 */
#include "sign_keys.h"

#include <stdlib.h>
#include <string.h>

#include "qa.h"

enum {
	FRESH_MS = 3600 * 1000,
	MISSING_MS = 60 * 1000,	/* DNS keeps what is missing about so long */
	ASKING_MS = 10 * 1000,	/* resolve has answered by then, or died   */
	FIRST_MS = 50,
	EVERY_MS = 60 * 1000
};

static void
tell(const struct evals *e, uint16_t key, const char *event,
    const char *what)
{
	const struct daemon_key *k = &e->daemon->key[key];
	struct log_line line;

	log_begin(&line, &e->role->log, event);
	log_str(&line, "what", what);
	log_span(&line, "domain", k->domain.name);
	log_span(&line, "selector", k->selector.name);
	log_end(&line);
}

static void
become(struct evals *e, uint16_t key, enum key_state state)
{
	struct sign_key *k = &e->sign_key[key];
	enum key_state old = k->state;

	k->state = state;
	if (state == old)
		return;
	switch (state) {
	case KEY_UNASKED:
	case KEY_UNKNOWN:
		break;
	case KEY_UNTRIED:
		if (old == KEY_ABSENT || old == KEY_BAD)
			tell(e, key, "key-published", "the record is there");
		break;
	case KEY_GOOD:
		if (old == KEY_BAD)
			tell(e, key, "key-published", "it fits");
		break;
	case KEY_ABSENT:
		tell(e, key, "key-not-published", "there is no record; the "
		    "key is not used (assay key check)");
		break;
	case KEY_BAD:
		tell(e, key, "key-not-published", "by the record our "
		    "signature is bad; the key is not used (assay key "
		    "check)");
		break;
	}
}

/* ---- asking -------------------------------------------------------------- */

static bool
question_of(const struct evals *e, uint16_t key, struct buf *name,
    struct assay_question *q)
{
	const struct daemon_key *k = &e->daemon->key[key];

	/* RFC 6376 3.6.2.1 */
	buf_put(name, k->selector.name);
	buf_str(name, "._domainkey.");
	buf_put(name, k->domain.name);
	*q = (struct assay_question){ .kind = ASSAY_Q_DNS,
		.type = ASSAY_T_TXT, .key = buf_span(name) };
	return !name->full;
}

static void
learn(struct evals *e, uint16_t key, const struct assay_answer *a)
{
	struct sign_key *k = &e->sign_key[key];
	ROOM(room, KEY_RECORDS_ROOM);
	struct buf list = BUF_ON(room);
	int64_t now = loop_ms(e->role->loop);

	k->asking = false;
	k->fresh = now + MISSING_MS;
	if (a->kind == ASSAY_A_NODATA || a->kind == ASSAY_A_NXDOMAIN) {
		k->records.len = 0;
		become(e, key, KEY_ABSENT);
		return;
	}
	if (a->kind != ASSAY_A_DATA) {	/* what was known is still likely */
		if (k->state == KEY_UNASKED)
			become(e, key, KEY_UNKNOWN);
		return;
	}
	for (size_t i = 0; i < a->n_item; i++)
		bus_list_put(&list, a->item[i]);
	if (k->state != KEY_BAD)
		k->fresh = now + FRESH_MS;
	if (span_eq(buf_span(&list), buf_span(&k->records)))
		return;
	k->records.len = 0;
	buf_put(&k->records, buf_span(&list));
	become(e, key, KEY_UNTRIED);
}

/* An id of our own, so that resolve counts these for themselves. */
static uint64_t
id_of(struct evals *e, uint16_t key)
{
	return (uint64_t)ROLE_EVAL << 56 |
	    (++e->key_asked & 0xffffffff) << 16 | key;
}

static void
ask(struct evals *e, uint16_t key, struct slot *s)
{
	struct sign_key *k = &e->sign_key[key];
	ROOM(name_room, 520);
	ROOM(list_room, 560);
	struct buf name = BUF_ON(name_room), list = BUF_ON(list_room);
	struct buf item = { .ptr = e->item_room,
		.cap = sizeof(e->item_room) };
	struct msg_ask m = { .id = id_of(e, key) };
	struct assay_question q;
	struct assay_answer a = { .ttl = 0 };

	if (!question_of(e, key, &name, &q))
		return;
	if (s != NULL && s->answers != NULL &&
	    s->warm.ask(s->warm.self, &q, &a) == ASSAY_OK) {
		learn(e, key, &a);
		return;
	}
	qa_put_question(&item, &q);
	bus_list_put(&list, buf_span(&item));
	m.questions = buf_span(&list);
	k->asked = loop_ms(e->role->loop);
	k->asking = !item.full && !list.full &&
	    bus_send_ask(e->resolve, &m, -1);
}

enum key_state
sign_key_state(struct evals *e, uint16_t key, struct slot *s)
{
	struct sign_key *k = &e->sign_key[key];
	int64_t now = loop_ms(e->role->loop);

	if ((k->state == KEY_UNASKED || k->fresh <= now) &&
	    !(k->asking && k->asked + ASKING_MS > now))
		ask(e, key, s);
	return k->state;
}

bool
sign_keys_answers(struct evals *e, const struct msg_answers *m)
{
	uint16_t key = (uint16_t)(m->id & 0xffff);
	struct span list = m->answers, item;
	struct assay_question q, want;
	struct assay_answer a;
	ROOM(room, 520);
	struct buf name = BUF_ON(room);

	if (m->id >> 56 != ROLE_EVAL)
		return false;
	if (key >= e->daemon->n_key || !question_of(e, key, &name, &want))
		return true;
	arena_reset(&e->scratch);
	if (!bus_list_next(&list, &item) ||
	    !qa_get_answer(&q, &a, item, &e->scratch) ||
	    q.type != want.type || !span_eq(q.key, want.key))
		return true;
	learn(e, key, &a);
	for (size_t i = 0; i < SLOTS; i++)
		if (e->slot[i].used)
			slot_key_known(&e->slot[i], key);
	return true;
}

/* ---- trying -------------------------------------------------------------- */

bool
sign_key_fits(struct evals *e, uint16_t key, const uint8_t digest[32],
    struct span signature)
{
	struct span list = buf_span(&e->sign_key[key].records), record;
	bool good = false;

	while (!good && bus_list_next(&list, &record))
		good = assay_signature_good(record,
		    e->daemon->key[key].algorithm == SIGN_RSA ?
		    ASSAY_RSA_SHA256 : ASSAY_ED25519_SHA256, digest,
		    signature);
	return good;
}

enum key_state
sign_key_try(struct evals *e, uint16_t key, const uint8_t digest[32],
    struct span signature)
{
	struct sign_key *k = &e->sign_key[key];
	bool good;

	if (k->state != KEY_UNTRIED)
		return k->state;
	good = sign_key_fits(e, key, digest, signature);
	if (!good)
		k->fresh = loop_ms(e->role->loop) + MISSING_MS;
	become(e, key, good ? KEY_GOOD : KEY_BAD);
	return k->state;
}

/* ---- at the start, and from then on -------------------------------------- */

static void
on_round(void *ctx)
{
	struct evals *e = ctx;

	for (size_t i = 0; i < e->daemon->n_key; i++)
		if (daemon_key_valid(&e->daemon->key[i],
		    loop_time(e->role->loop)))
			sign_key_state(e, (uint16_t)i, NULL);
	loop_timer(e->role->loop, &e->key_round, EVERY_MS);
}

bool
sign_keys_begin(struct evals *e)
{
	size_t n = e->daemon->n_key;
	uint8_t *room;

	if (n == 0)
		return true;
	e->sign_key = calloc(n, sizeof(*e->sign_key));
	room = malloc(n * KEY_RECORDS_ROOM);
	if (e->sign_key == NULL || room == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		e->sign_key[i].records = (struct buf){ .ptr = room +
			i * KEY_RECORDS_ROOM, .cap = KEY_RECORDS_ROOM };
	e->key_round = (struct timer){ .fn = on_round, .ctx = e };
	return loop_timer(e->role->loop, &e->key_round, FIRST_MS);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox_inner.h"

#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "habits.h"
#include "recall.h"
#include "report/failure_item.h"
#include "report/tally.h"
#include "store/hash.h"
#include "store_house.h"

enum {
	OPEN_MS = 1000,			/* until it is tried again           */
	WORK_MS = 1000,			/* what is due is looked for so often */
	SECONDS_A_DAY = 86400,
	LATE_S = 15 * 60,		/* what came before midnight may be
					 * judged and stored after it        */
	SPREAD_S = 4 * 3600,
	MEMORY = 4 << 20		/* one tally, or one report's words  */
};

/* ---- the store ----------------------------------------------------------- */

void
outbox_trouble(struct outbox *o)
{
	struct log_line line;

	if (o->told)
		return;
	o->told = true;
	log_begin(&line, &o->role->log, "store-stuck");
	log_str(&line, "why", store_why(o->store)->text);
	log_str(&line, "then", "what reports will say waits in the spool; "
	    "when it is full it is dropped, counted and told in them");
	log_end(&line);
}

static void
well(struct outbox *o)
{
	if (o->told)
		log_say(&o->role->log, "store-well",
		    "the store of reports is written again");
	o->told = false;
}

/* Another process may still have it: a generation that drains, a person's
 * command.  True: it is there. */
bool
outbox_open(struct outbox *o)
{
	int64_t now = loop_ms(o->role->loop);

	if (o->store != NULL || now < o->open_at)
		return o->store != NULL;
	o->open_at = now + OPEN_MS;
	o->store = store_house_open(o->role, NULL);
	if (o->store == NULL)
		return false;
	if (store_begin(o->store) && outbound_recover(o->store,
	    loop_time(o->role->loop)) &&
	    store_commit(o->store, STORE_SYNCED))
		well(o);
	else
		store_rollback(o->store);
	return true;
}

/* ---- counting ------------------------------------------------------------ */

int64_t
outbox_due_at(const struct outbox *o, int64_t day, struct span domain)
{
	struct span us = o->role->daemon.outbound.domain.name;
	uint64_t h = hash_of(domain, hash_of(us, 0));

	return (day + 1) * SECONDS_A_DAY + LATE_S + (int64_t)(h % SPREAD_S);
}

static bool
begin(struct outbox *o)
{
	if (o->begun || o->failed)
		return !o->failed;
	o->begun = outbox_open(o) && store_begin(o->store);
	if (!o->begun && o->store != NULL)
		outbox_trouble(o);
	o->failed = !o->begun;
	return o->begun;
}

static bool
count(struct outbox *o, struct span tally)
{
	struct aggregate_policy p;
	struct tally_parts t;
	int64_t today = loop_time(o->role->loop) / SECONDS_A_DAY;

	arena_reset(&o->arena);
	/* a day that is not now is not by our eval */
	if (!tally_split(&t, tally, &o->arena) || t.day > today + 1 ||
	    t.day < today - 30 || !tally_policy(&p, t.policy)) {
		stats_count(&o->role->stats, STAT_RECORDS_REFUSED);
		return true;
	}
	return outbound_count(o->store, &t, outbox_due_at(o, t.day,
	    p.domain));
}

/* It is told of at once, if it may be told at all. */
static bool
take_failure(struct outbox *o, struct outbound_failure *f, struct span item)
{
	const struct daemon_outbound *d = &o->role->daemon.outbound;
	int64_t now = loop_time(o->role->loop);
	struct failure_item i;
	bool taken = false;

	arena_reset(&o->arena);
	if (!failure_item_get(&i, item, &o->arena) || i.at > now + LATE_S) {
		stats_count(&o->role->stats, STAT_RECORDS_REFUSED);
		return true;
	}
	if (!d->failures || i.at < now - SECONDS_A_DAY ||
	    outbox_excluded(o, i.domain))
		return true;
	f->at = i.at;
	f->domain = i.domain;
	f->ruf = i.ruf;
	f->letter = i.letter;
	if (!outbound_failure(o->store, f, d->domain.name, d->failure_limit,
	    &taken))
		return false;
	stats_count(&o->role->stats, taken ? STAT_FAILURE_REPORTS :
	    STAT_FAILURE_REPORTS_CAPPED);
	o->work_at = 0;
	return true;
}

bool
outbox_take(struct outbox *o, uint64_t spool, uint64_t number,
    struct span tallies)
{
	struct outbound_failure f = { .spool = spool, .number = number };
	struct span one;

	if (!begin(o))
		return false;
	if (!outbound_entry(o->store, spool, number))
		return true;		/* it was counted before we died */
	for (; bus_list_next(&tallies, &one); f.index++)
		if (span_at(one, 0) == HABITS_ITEM ||
		    span_at(one, 0) == ACCOUNTS_ITEM ||
		    span_at(one, 0) == ACCOUNTS_BOUNCE ||
		    span_at(one, 0) == RECALL_ITEM)
			continue;	/* for other desks of store */
		else if (failure_item_is(one) ? !take_failure(o, &f, one) :
		    !count(o, one))
			return false;
	return true;
}

bool
outbox_lost(struct outbox *o, uint64_t spool, int64_t day,
    struct span domain, uint64_t messages)
{
	return begin(o) && outbound_lost(o->store, spool, day, domain,
	    messages);
}

bool
outbox_commit(struct outbox *o)
{
	bool ok = !o->failed;

	if (o->begun)
		ok = store_commit(o->store, STORE_SYNCED);
	if (!ok && o->store != NULL)
		outbox_trouble(o);
	else if (o->begun)
		well(o);
	if (!ok && o->begun)
		store_rollback(o->store);
	o->begun = o->failed = false;
	return ok;
}

void
outbox_spool_gone(struct outbox *o, uint64_t spool)
{
	if (begin(o) && !outbound_forget_spool(o->store, spool))
		o->failed = true;
	(void)outbox_commit(o);
}

/* ---- life ---------------------------------------------------------------- */

void
outbox_work(struct outbox *o)
{
	int64_t now = loop_ms(o->role->loop);

	if (now < o->work_at || o->role->draining)
		return;
	o->work_at = now + WORK_MS;
	if (outbox_open(o))
		outbox_due(o);
}

void
outbox_peer(struct outbox *o, enum role_kind kind, bool up)
{
	if (kind != ROLE_COURIER)
		return;
	o->courier_up = up;
	if (up)
		return;
	bus_forget(o->courier);
	/* what it had may have been sent, or not: it is sent again */
	memset(o->way, 0, sizeof(o->way));
	memset(o->posted, 0, sizeof(o->posted));
	if (o->store != NULL && (!store_begin(o->store) ||
	    !outbound_recover(o->store, loop_time(o->role->loop)) ||
	    !store_commit(o->store, STORE_SYNCED))) {
		store_rollback(o->store);
		outbox_trouble(o);
	}
}

bool
outbox_busy(const struct outbox *o)
{
	for (size_t i = 0; i < POSTED; i++)
		if (o->posted[i].id != 0)
			return true;
	return false;
}

void
outbox_hear(struct outbox *o, const struct msg *m)
{
	if (m->kind == MSG_ROUTED)
		outbox_routed(o, &m->routed);
	else if (m->kind == MSG_DELIVERED)
		outbox_delivered(o, &m->delivered);
}

struct outbox *
outbox_new(struct role *role, struct bus *courier)
{
	struct outbox *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return NULL;
	o->role = role;
	o->next_id = (uint64_t)loop_ms(role->loop) << 16;
	arena_init(&o->arena, MEMORY);
	o->courier = courier;
	if (o->courier != NULL || !role->daemon.outbound.send)
		return o;
	arena_free(&o->arena);
	free(o);
	return NULL;
}

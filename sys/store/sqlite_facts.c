/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_facts.c - the smaller facts: what was set aside, decisions, answers
 * of DNS, what was told, holds.  Each is one statement.
 */
#include <sodium.h>

#include "sqlite_inner.h"

static const char *const aside_name[STORE_A_REASONS] = {
	[STORE_A_UNREADABLE] = "unreadable",
	[STORE_A_NO_REPORT] = "no-report",
	[STORE_A_MALFORMED] = "malformed",
	[STORE_A_BOUNDS] = "past-bounds",
	[STORE_A_FOREIGN] = "foreign-domain",
	[STORE_A_OUTRANKED] = "less-trusted",
	[STORE_A_TOO_LATE] = "too-late",
	[STORE_A_UNTRUSTED] = "untrusted",
	[STORE_A_READER_DIED] = "reader-died",
	[STORE_A_PARTLY] = "partly-understood",
	[STORE_A_NOT_STORABLE] = "not-storable",
};

const char *
store_aside_name(enum store_aside_reason r)
{
	return (size_t)r < STORE_A_REASONS && aside_name[r] != NULL ?
	    aside_name[r] : "unknown";
}

static struct span
or_empty(struct span s)
{
	return span_absent(s) ? SPAN("") : s;
}

/* An input is known by its bytes; what could not be read, by its name. */
static void
aside_key(uint8_t out[STORE_HASH], const struct store_aside *a)
{
	crypto_generichash_state h;
	uint8_t head[9] = { (uint8_t)a->reason };
	struct span rest = a->raw == 0 ? a->from : a->report_id;

	for (size_t i = 0; i < 8; i++)
		head[1 + i] = (uint8_t)((uint64_t)a->raw >> 8 * i);
	crypto_generichash_init(&h, NULL, 0, STORE_HASH);
	crypto_generichash_update(&h, head, sizeof(head));
	if (rest.len > 0)
		crypto_generichash_update(&h, rest.ptr, rest.len);
	crypto_generichash_final(&h, out, STORE_HASH);
}

bool
store_set_aside(struct store *s, const struct store_aside *a)
{
	uint8_t key[STORE_HASH];
	sqlite3_stmt *st = db_get(s, Q_ASIDE_ADD);
	bool ok;

	aside_key(key, a);
	db_blob(st, 1, hash_span(key));
	db_int(st, 2, a->reason);
	db_int(st, 3, a->kind);
	db_int(st, 4, a->trust);
	db_int(st, 5, a->received);
	db_text(st, 6, or_empty(a->from));
	db_text(st, 7, or_empty(a->detail));
	db_text(st, 8, a->domain);
	db_text(st, 9, a->reporter);
	db_text(st, 10, a->org);
	db_text(st, 11, a->report_id);
	if (a->raw == 0)
		db_null(st, 12);
	else
		db_int(st, 12, a->raw);
	ok = db_run(s, st);
	db_step(s, "set-aside");
	return ok;
}

bool
store_decide(struct store *s, const struct store_decision *d)
{
	sqlite3_stmt *st = db_get(s, Q_DECIDE);

	db_int(st, 1, d->scope);
	db_text(st, 2, or_empty(d->what));
	db_text(st, 3, or_empty(d->domain));
	db_int(st, 4, d->at);
	db_text(st, 5, or_empty(d->class));
	db_text(st, 6, or_empty(d->who));
	db_text(st, 7, or_empty(d->note));
	return db_run(s, st);
}

bool
store_dns_seen(struct store *s, struct span name, struct span type,
    struct span answer, int64_t at)
{
	sqlite3_stmt *st = db_get(s, Q_DNS_SEEN);

	db_text(st, 1, or_empty(name));
	db_text(st, 2, or_empty(type));
	db_int(st, 3, at / 1000000 / 86400);
	db_text(st, 4, or_empty(answer));
	db_int(st, 5, at);
	return db_run(s, st);
}

bool
store_alert_seen(struct store *s, const struct store_alert *a)
{
	sqlite3_stmt *st = db_get(s, Q_ALERT_SEEN);

	db_text(st, 1, or_empty(a->key));
	db_text(st, 2, or_empty(a->domain));
	db_int(st, 3, a->at);
	db_text(st, 4, or_empty(a->state));
	db_text(st, 5, or_empty(a->cause));
	return db_run(s, st);
}

bool
store_hold(struct store *s, const struct store_hold *h)
{
	sqlite3_stmt *st = db_get(s, Q_HOLD_ADD);

	db_text(st, 1, or_empty(h->domain));
	db_text(st, 2, or_empty(h->reason));
	db_text(st, 3, or_empty(h->owner));
	db_int(st, 4, h->at);
	db_int(st, 5, h->last_day);
	return db_run(s, st);
}

bool
store_release(struct store *s, int64_t hold, struct span who, int64_t now)
{
	sqlite3_stmt *st = db_get(s, Q_HOLD_RELEASE);

	db_int(st, 1, hold);
	db_int(st, 2, now);
	db_text(st, 3, or_empty(who));
	return db_run(s, st);
}

bool
store_mail_taken(struct store *s, const struct store_mail *m, int64_t at)
{
	sqlite3_stmt *st = db_get(s, Q_MAILBOX_ADD);

	db_text(st, 1, or_empty(m->mailbox));
	db_int(st, 2, m->uidvalidity);
	if (!db_run(s, st))
		return false;
	st = db_get(s, Q_MAIL_TAKEN);
	db_text(st, 1, or_empty(m->mailbox));
	db_int(st, 2, m->uidvalidity);
	db_int(st, 3, m->uid);
	db_int(st, 4, at);
	return db_run(s, st);
}

bool
store_mail_known(struct store *s, const struct store_mail *m, bool *known)
{
	sqlite3_stmt *st = db_get(s, Q_MAIL_FIND);

	db_text(st, 1, or_empty(m->mailbox));
	db_int(st, 2, m->uidvalidity);
	db_int(st, 3, m->uid);
	*known = db_row(s, st);
	if (st != NULL)
		sqlite3_reset(st);
	return !s->failed;
}

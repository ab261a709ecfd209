/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_letters.c - failure reports, hidden at rest, and TLS reports.
 */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "sqlite_inner.h"

#include "wire/addr.h"

/* ---- failure reports ---------------------------------------------------- */

static struct span
or_empty(struct span t)
{
	return span_absent(t) ? SPAN("") : t;
}

static void
add_part(crypto_generichash_state *h, struct span p)
{
	uint64_t n = p.len;

	crypto_generichash_update(h, (const uint8_t *)&n, sizeof(n));
	if (p.len > 0)
		crypto_generichash_update(h, p.ptr, p.len);
}

static void
failure_key(uint8_t out[STORE_HASH], const struct store_failure *f)
{
	crypto_generichash_state h;
	const struct span part[] = { f->type, f->auth_failure, f->reporter,
		f->reported_domain, addr_octets(&f->source),
		f->identity_alignment, f->mail_from, f->rcpt_to,
		f->header_from, f->dkim_domain, f->dkim_selector,
		f->message_id, f->envelope_id };
	int64_t when[2] = { f->arrival, f->incidents };

	crypto_generichash_init(&h, NULL, 0, STORE_HASH);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++)
		add_part(&h, part[i]);
	crypto_generichash_update(&h, (const uint8_t *)when, sizeof(when));
	crypto_generichash_final(&h, out, STORE_HASH);
}

static void
bind_origin(sqlite3_stmt *st, const struct store_origin *from)
{
	db_int(st, 2, from->trust);
	db_int(st, 3, from->received);
	db_text(st, 4, or_empty(from->from));
	if (from->raw == 0)
		db_null(st, 5);
	else
		db_int(st, 5, from->raw);
}

static void
bind_people(sqlite3_stmt *st, struct store *s, struct buf *b,
    const struct store_failure *f)
{
	db_text(st, 16, people_hide(s, b, f->mail_from));
	db_text(st, 17, people_hide(s, b, f->rcpt_to));
	db_text(st, 18, people_hide(s, b, f->header_from));
	db_text(st, 21, people_hide(s, b, f->dkim_identity));
	db_text(st, 23, people_hide_within(s, b, f->authentication_results));
	db_text(st, 24, people_hide(s, b, f->message_id));
}

bool
store_failure_put(struct store *s, const struct store_origin *from,
    const struct store_failure *f, bool *again)
{
	ROOM(room, 64 << 10);
	struct buf b = BUF_ON(room);
	uint8_t key[STORE_HASH];
	struct span who = name_of(&b, store_reporter(f->reporter));
	sqlite3_stmt *st = db_get(s, Q_FAILURE_ADD);
	bool ok;

	failure_key(key, f);
	db_blob(st, 1, hash_span(key));
	bind_origin(st, from);
	db_text(st, 6, or_empty(f->type));
	db_text(st, 7, f->auth_failure);
	db_text(st, 8, who);
	db_text(st, 9, f->user_agent);
	db_text(st, 10, f->reported_domain);
	db_blob(st, 11, addr_octets(&f->source));
	db_int(st, 12, f->arrival);
	db_int(st, 13, f->incidents);
	db_text(st, 14, f->identity_alignment);
	db_text(st, 15, f->delivery_result);
	bind_people(st, s, &b, f);
	db_text(st, 19, f->dkim_domain);
	db_text(st, 20, f->dkim_selector);
	db_text(st, 22, f->spf_dns);
	db_text(st, 25, f->envelope_id);
	db_int(st, 26, f->deviations);
	ok = db_run(s, st);
	*again = ok && sqlite3_changes(s->db) == 0;
	db_step(s, "failure-put");
	return ok;
}

/* ---- TLS reports -------------------------------------------------------- */

bool
store_tls_begin(struct store *s, const struct store_origin *from,
    const struct store_tls *h)
{
	struct taking *t = &s->taking;
	ROOM(room, 3 * STORE_TEXT_MAX);
	struct buf b = BUF_ON(room);
	struct span who, org;
	sqlite3_stmt *st;

	if (!s->begun || t->open || h->org.len > STORE_TEXT_MAX ||
	    h->contact.len > STORE_TEXT_MAX ||
	    h->report_id.len > STORE_TEXT_MAX)
		return db_refuse(s, STORE_REFUSED, "no place for a report");
	who = name_of(&b, store_reporter(h->contact));
	org = lower_of(&b, h->org);
	db_run(s, db_get(s, Q_SAVE));
	*t = (struct taking){ .open = true, .tls = true,
		.trust = from->trust, .received = from->received,
		.from = *from };
	store_key(t->key, STORE_TLS, who, org, or_empty(h->report_id),
	    SPAN(""), h->begin);
	t->reporter = reporter_id(s, who, org);
	t->day = store_day(h->begin, h->end);
	st = db_get(s, Q_TLS_ADD);
	db_blob(st, 1, hash_span(t->key));
	bind_origin(st, from);
	db_int(st, 6, t->reporter);
	db_int(st, 7, t->day);
	db_int(st, 8, h->begin);
	db_int(st, 9, h->end);
	db_text(st, 10, or_empty(h->report_id));
	db_text(st, 11, or_empty(h->org));
	db_text(st, 12, or_empty(h->contact));
	db_int(st, 13, h->deviations);
	db_text(st, 14, version_author(from));
	db_run(s, st);
	t->id = sqlite3_last_insert_rowid(s->db);
	return !s->failed;
}

bool
store_tls_policy(struct store *s, const struct store_tls_policy *p)
{
	struct taking *t = &s->taking;
	sqlite3_stmt *st = db_get(s, Q_TLS_POLICY);

	if (!t->open || !t->tls || p->good > STORE_MESSAGES ||
	    p->bad > STORE_MESSAGES)
		return db_refuse(s, STORE_REFUSED, "no place for a policy");
	db_int(st, 1, t->id);
	db_int(st, 2, ++t->policies);
	db_text(st, 3, or_empty(p->type));
	db_text(st, 4, or_empty(p->domain));
	db_text(st, 5, p->strings);
	db_text(st, 6, p->mx);
	db_int(st, 7, (int64_t)p->good);
	db_int(st, 8, (int64_t)p->bad);
	t->details = 0;
	t->rows++;
	t->messages += p->good + p->bad;
	return db_run(s, st);
}

bool
store_tls_detail(struct store *s, const struct store_tls_detail *d)
{
	struct taking *t = &s->taking;
	sqlite3_stmt *st = db_get(s, Q_TLS_DETAIL);

	if (!t->open || !t->tls || t->policies == 0 ||
	    d->sessions > STORE_MESSAGES)
		return db_refuse(s, STORE_REFUSED, "no place for a detail");
	db_int(st, 1, t->id);
	db_int(st, 2, t->policies);
	db_int(st, 3, ++t->details);
	db_text(st, 4, or_empty(d->type));
	db_text(st, 5, d->sending_ip);
	db_text(st, 6, d->receiving_mx);
	db_text(st, 7, d->receiving_helo);
	db_text(st, 8, d->receiving_ip);
	db_text(st, 9, d->information);
	db_text(st, 10, d->code);
	db_int(st, 11, (int64_t)d->sessions);
	return db_run(s, st);
}

/* The best of its versions counts; no sums hang on it. */
static bool
tls_settle(struct store *s, const uint8_t key[STORE_HASH])
{
	sqlite3_stmt *st = db_get(s, Q_TLS_BEST);

	db_blob(st, 1, hash_span(key));
	return db_run(s, st);
}

static enum store_outcome
tls_outcome(struct store *s, int64_t id)
{
	sqlite3_stmt *st = db_get(s, Q_TLS_STATE);
	enum store_outcome o = STORE_NEW;

	db_int(st, 1, id);
	db_blob(st, 2, hash_span(s->taking.key));
	if (db_row(s, st) && sqlite3_column_int(st, 0) != 1)
		o = STORE_OUTRANKED;
	else if (st != NULL && sqlite3_column_int(st, 1) > 1)
		o = STORE_REPLACED;
	sqlite3_reset(st);
	return o;
}

/* STORE_VERSIONS; the one that is being taken is not counted. */
static bool
tls_crowded(struct store *s)
{
	const struct taking *t = &s->taking;
	sqlite3_stmt *st = db_get(s, Q_TLS_VERSIONS);
	bool full;

	db_blob(st, 1, hash_span(t->key));
	db_int(st, 2, 2 * STORE_VERSIONS);
	db_int(st, 3, t->id);
	db_text(st, 4, version_author(&t->from));
	full = db_row(s, st) && sqlite3_column_int(st, 0) >=
	    STORE_VERSIONS && sqlite3_column_int(st, 1) >= (int)t->trust;
	sqlite3_reset(st);
	return full;
}

static bool
tls_twin(struct store *s, const uint8_t content[STORE_HASH], int64_t *id,
    enum store_trust *trust)
{
	sqlite3_stmt *st = db_get(s, Q_TLS_TWIN);
	bool found = false;

	db_blob(st, 1, hash_span(s->taking.key));
	db_blob(st, 2, hash_span(content));
	if (db_row(s, st)) {
		found = true;
		*id = sqlite3_column_int64(st, 0);
		*trust = (enum store_trust)sqlite3_column_int(st, 1);
	}
	sqlite3_reset(st);
	return found;
}

bool
store_tls_end(struct store *s, const uint8_t content[STORE_HASH],
    struct store_taken *out)
{
	struct taking *t = &s->taking;
	enum store_trust old = STORE_T_FAILED;
	sqlite3_stmt *st;

	if (s->failed || !t->open || !t->tls)
		return db_refuse(s, STORE_REFUSED, "no report to end");
	*out = (struct store_taken){ .report = t->id, .rows = t->rows,
		.messages = t->messages };
	if (tls_twin(s, content, &out->report, &old)) {
		store_report_abort(s);
		out->outcome = STORE_DUPLICATE;
		if (t->trust <= old)
			return !s->failed;
		st = db_get(s, Q_TLS_TRUST);
		db_int(st, 1, out->report);
		db_int(st, 2, t->trust);
		db_text(st, 3, version_author(&t->from));
		db_int(st, 4, t->received);
		return db_run(s, st) && tls_settle(s, t->key);
	}
	if (tls_crowded(s)) {
		store_report_abort(s);
		out->outcome = STORE_CROWDED;
		return !s->failed;
	}
	st = db_get(s, Q_TLS_END);
	db_int(st, 1, t->id);
	db_blob(st, 2, hash_span(content));
	db_run(s, st);
	t->open = false;
	db_run(s, db_get(s, Q_SAVE_END));
	if (!tls_settle(s, t->key))
		return false;
	out->outcome = tls_outcome(s, t->id);
	return !s->failed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_reports.c - takes an aggregate report, row by row.
 *
 * What it is, is known at its end, so it is written within a savepoint that
 * goes back when the report was here already.
 */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sqlite_inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/addr.h"

enum { DAY = 86400 };

static void
hash_part(crypto_generichash_state *h, struct span part)
{
	uint8_t n[4] = { (uint8_t)(part.len >> 24), (uint8_t)(part.len >> 16),
		(uint8_t)(part.len >> 8), (uint8_t)part.len };

	crypto_generichash_update(h, n, sizeof(n));
	crypto_generichash_update(h, part.ptr == NULL ? (const uint8_t *)"" :
	    part.ptr, part.len);
}

void
store_key(uint8_t out[STORE_HASH], enum store_kind kind,
    struct span reporter, struct span org, struct span report_id,
    struct span domain, int64_t begin)
{
	ROOM(room, 3 * STORE_TEXT_MAX);
	struct buf b = BUF_ON(room);
	crypto_generichash_state h;
	uint8_t k = (uint8_t)kind, when[8];

	for (size_t i = 0; i < sizeof(when); i++)
		when[i] = (uint8_t)((uint64_t)begin >> (56 - 8 * i));
	crypto_generichash_init(&h, NULL, 0, STORE_HASH);
	crypto_generichash_update(&h, &k, 1);
	hash_part(&h, lower_of(&b, reporter));
	hash_part(&h, lower_of(&b, org));
	hash_part(&h, report_id);
	hash_part(&h, lower_of(&b, domain));
	crypto_generichash_update(&h, when, sizeof(when));
	crypto_generichash_final(&h, out, STORE_HASH);
}

struct span
store_reporter(struct span email)
{
	size_t at = span_rfind(email, '@');
	struct span d = at < email.len ? span_skip(email, at + 1) : email;

	d = span_trim_fws(d);
	if (d.len > 0 && span_at(d, d.len - 1) == '>')
		d = span_trim_fws(span_head(d, d.len - 1));
	return d;
}

int64_t
store_day(int64_t begin, int64_t end)
{
	if (begin < 0 || begin > STORE_LAST_SECOND)
		begin = 0;
	if (end > begin && end <= STORE_LAST_SECOND)
		begin += (end - begin) / 2;
	return begin / DAY;
}

/* ---- begin -------------------------------------------------------------- */

static void
bind_policy(sqlite3_stmt *st, const struct aggregate_policy *p)
{
	const uint8_t adkim = (uint8_t)p->adkim, aspf = (uint8_t)p->aspf;

	db_int(st, 19, p->p);
	db_int(st, 20, p->sp);
	db_int(st, 21, p->np);
	db_text(st, 22, adkim == 0 ? SPAN_NONE : adkim == 's' ? SPAN("s") :
	    SPAN("r"));
	db_text(st, 23, aspf == 0 ? SPAN_NONE : aspf == 's' ? SPAN("s") :
	    SPAN("r"));
	if (p->testing < 0)
		db_null(st, 24);
	else
		db_int(st, 24, p->testing);
	if (p->pct < 0)
		db_null(st, 25);
	else
		db_int(st, 25, p->pct);
	db_int(st, 26, p->discovery);
	db_text(st, 27, p->fo);
}

static struct span
or_empty(struct span s)
{
	return span_absent(s) ? SPAN("") : s;
}

static void
bind_head(sqlite3_stmt *st, const struct store_origin *from,
    const struct aggregate_head *h)
{
	db_int(st, 2, from->trust);
	db_int(st, 3, from->received);
	db_text(st, 4, or_empty(from->from));
	if (from->raw == 0)
		db_null(st, 5);
	else
		db_int(st, 5, from->raw);
	db_int(st, 9, h->begin);
	db_int(st, 10, h->end);
	db_text(st, 11, or_empty(h->report_id));
	db_text(st, 12, or_empty(h->org_name));
	db_text(st, 13, or_empty(h->email));
	db_text(st, 14, h->extra_contact);
	db_text(st, 15, h->generator);
	db_text(st, 16, h->error);
	db_text(st, 17, h->version);
	db_int(st, 18, h->dialect);
}

static bool
fits(const struct aggregate_head *h)
{
	return h->policy.domain.len <= STORE_TEXT_MAX &&
	    h->org_name.len <= STORE_TEXT_MAX &&
	    h->email.len <= STORE_TEXT_MAX &&
	    h->report_id.len <= STORE_TEXT_MAX;
}

static bool rows_flush(struct store *s);

/* Everything that the head decides: key, reporter, domain, day. */
static bool
put_head(struct store *s, const struct aggregate_head *h)
{
	struct taking *t = &s->taking;
	ROOM(room, 3 * STORE_TEXT_MAX);
	struct buf b = BUF_ON(room);
	struct span who, org, domain;
	sqlite3_stmt *st;

	if (!fits(h))
		return db_refuse(s, STORE_REFUSED, "a report with names "
		    "that are too long");
	who = name_of(&b, store_reporter(h->email));
	org = lower_of(&b, h->org_name);
	domain = lower_of(&b, h->policy.domain);
	t->head_deviations = h->deviations;
	/* a day that is yet to come is no day of a report (RFC 9990 3.1) */
	if (h->begin > t->from.received / 1000000 + 2 * DAY)
		t->head_deviations |= AGGREGATE_D_DATE;
	store_key(t->key, STORE_AGGREGATE, who, org, or_empty(h->report_id),
	    domain, h->begin);
	t->domain = strings_id(s, domain);
	t->reporter = reporter_id(s, who, org);
	t->day = store_day(h->begin != 0 ? h->begin : h->end, h->end);
	if (h->begin == 0 && h->end == 0)
		t->day = t->from.received / 1000000 / DAY;
	st = db_get(s, Q_REPORT_ADD);
	db_blob(st, 1, hash_span(t->key));
	bind_head(st, &t->from, h);
	db_int(st, 6, t->reporter);
	db_int(st, 7, t->domain);
	db_int(st, 8, t->day);
	bind_policy(st, &h->policy);
	db_int(st, 28, t->id);
	db_text(st, 29, version_author(&t->from));
	return db_run(s, st);
}

bool
store_report_begin(struct store *s, const struct store_origin *from,
    const struct aggregate_head *h)
{
	struct taking *t = &s->taking;
	sqlite3_stmt *st;

	if (!s->begun || t->open)
		return db_refuse(s, STORE_REFUSED, "no place for a report");
	db_run(s, db_get(s, Q_SAVE));
	*t = (struct taking){ .open = true, .trust = from->trust,
		.received = from->received, .from = *from };
	st = db_get(s, Q_REPORT_NEXT);
	if (db_row(s, st))
		t->id = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	put_head(s, h);
	db_step(s, "report-begun");
	return !s->failed;
}

/* What this report has added to the rollup, while it is not known whether it
 * counts, goes again. */
static bool
take_back_sums(struct store *s)
{
	struct taking *t = &s->taking;

	if (!t->flushed) {
		tallies_forget(s->tallies);
		return !s->failed;
	}
	t->flushed = false;
	return rows_flush(s) && tallies_flush(s) &&
	    rollup_take_back(s, t->id);
}

bool
store_report_head(struct store *s, enum store_trust trust,
    const struct aggregate_head *h)
{
	struct taking *t = &s->taking;
	sqlite3_stmt *st;

	if (s->failed || !s->taking.open || s->taking.tls)
		return db_refuse(s, STORE_REFUSED, "no report to put it on");
	if (trust < t->trust)
		t->trust = t->from.trust = trust;
	if (t->flushed) {
		t->spoilt = true;
		if (!take_back_sums(s))
			return false;
	}
	st = db_get(s, Q_REPORT_GONE);
	db_int(st, 1, t->id);
	return db_run(s, st) && put_head(s, h);
}

/* ---- rows --------------------------------------------------------------- */

static int64_t
comments_id(struct store *s, const struct aggregate_row *r, uint32_t *why)
{
	bool any = false;

	*why = 0;
	for (size_t i = 0; i < r->n_reason; i++) {
		*why |= 1u << r->reason[i].type;
		any |= r->reason[i].comment.len > 0;
	}
	return any ? sets_reasons(s, r) : 0;
}

static int64_t
id_or_none(struct store *s, struct span text)
{
	return span_absent(text) ? 0 : strings_id(s, text);
}

static void
give_id(sqlite3_context *out, int64_t id)
{
	if (id == 0)
		sqlite3_result_null(out);
	else
		sqlite3_result_int64(out, id);
}

/* In the order of Q_ROWS_ADD. */
static void
row_column(void *ctx, size_t at, int column, sqlite3_context *out)
{
	const struct row *r = (const struct row *)ctx + at;

	switch (column) {
	case 0: sqlite3_result_int64(out, r->id); break;
	case 1: sqlite3_result_blob(out, r->source, r->source_len,
	    SQLITE_STATIC); break;
	case 2: sqlite3_result_int64(out, r->messages); break;
	case 3: sqlite3_result_int64(out, r->disposition); break;
	case 4: sqlite3_result_int64(out, r->dkim); break;
	case 5: sqlite3_result_int64(out, r->spf); break;
	case 6: sqlite3_result_int64(out, r->why); break;
	case 7: sqlite3_result_int64(out, r->from); break;
	case 8: sqlite3_result_int64(out, r->auth); break;
	case 9: give_id(out, r->envelope_from); break;
	case 10: give_id(out, r->envelope_to); break;
	case 11: give_id(out, r->comment); break;
	case 12: give_id(out, r->source_text); break;
	default: sqlite3_result_int64(out, r->deviations); break;
	}
}

static bool
rows_flush(struct store *s)
{
	struct feed feed = { .n = s->n_row, .column = row_column,
		.ctx = s->row };

	s->n_row = 0;
	return feed.n == 0 ? !s->failed :
	    db_run(s, feed_get(s, Q_ROWS_ADD, &feed));
}

static void
count_row(struct store *s, const struct row *r)
{
	struct tally_key k = { .source_len = r->source_len, .dkim = r->dkim,
		.spf = r->spf, .disposition = r->disposition, .why = r->why,
		.from = (uint32_t)r->from, .auth = (uint32_t)r->auth };

	memcpy(k.source, r->source, sizeof(k.source));
	if (s->taking.spoilt || tallies_add(s->tallies, &k,
	    (uint64_t)r->messages))
		return;
	s->taking.flushed = true;
	if (tallies_flush(s))
		tallies_add(s->tallies, &k, (uint64_t)r->messages);
}

static bool
fits_row(const struct taking *t, const struct aggregate_row *r)
{
	return t->open && !t->tls && t->rows < STORE_ROWS - 1 &&
	    r->count <= STORE_MESSAGES - t->messages;
}

bool
store_report_row(struct store *s, const struct aggregate_row *r)
{
	struct taking *t = &s->taking;
	struct assay_addr a = addr_unmap(&r->source);
	struct span source = addr_octets(&a);
	struct row *to;

	if (s->failed || !fits_row(t, r))
		return db_refuse(s, STORE_REFUSED, "more rows or messages "
		    "than a report can have");
	if (s->n_row == ROWS && !rows_flush(s))
		return false;
	to = &s->row[s->n_row];
	*to = (struct row){ .id = (t->id << STORE_ROWS_BITS) + t->rows,
		.messages = (int64_t)r->count,
		.source_len = (uint8_t)source.len,
		.disposition = (uint8_t)r->disposition,
		.dkim = (uint8_t)r->dkim, .spf = (uint8_t)r->spf,
		.deviations = r->deviations };
	if (source.len > 0)
		memcpy(to->source, source.ptr, source.len);
	to->from = strings_id(s, r->header_from);
	to->auth = sets_auth(s, r);
	to->comment = comments_id(s, r, &to->why);
	to->envelope_from = id_or_none(s, r->envelope_from);
	to->envelope_to = id_or_none(s, r->envelope_to);
	if (a.family == 0)
		to->source_text = strings_id(s, or_empty(r->source_text));
	if (s->failed)
		return false;
	s->n_row++;
	count_row(s, to);
	t->rows++;
	t->messages += r->count;
	t->deviations |= r->deviations;
	return true;
}

/* ---- end ---------------------------------------------------------------- */

void
store_report_abort(struct store *s)
{
	if (!s->taking.open)
		return;
	s->taking.open = false;
	s->n_row = 0;
	tallies_forget(s->tallies);
	strings_forget(s->strings);
	db_run(s, db_get(s, Q_SAVE_BACK));
	db_run(s, db_get(s, Q_SAVE_END));
}

static bool
finish(struct store *s, const uint8_t content[STORE_HASH], int state)
{
	struct taking *t = &s->taking;
	sqlite3_stmt *st = db_get(s, Q_REPORT_END);

	db_int(st, 1, t->id);
	db_blob(st, 2, hash_span(content));
	db_int(st, 3, t->head_deviations | t->deviations);
	db_int(st, 4, t->rows);
	db_int(st, 5, (int64_t)t->messages);
	db_int(st, 6, state);
	t->open = false;
	db_run(s, st);
	return db_run(s, db_get(s, Q_SAVE_END));
}

/* It is the first of its key: what was summed up on the way counts. */
static bool
end_first(struct store *s, const uint8_t content[STORE_HASH],
    struct store_taken *out)
{
	bool ok;

	db_step(s, "rollup");
	ok = s->taking.spoilt ? rollup_add(s, s->taking.id) :
	    tallies_flush(s);
	out->outcome = STORE_NEW;
	db_step(s, "rolled-up");
	return ok && finish(s, content, 1);
}

/* Another version of it counts. */
static bool
end_other(struct store *s, const uint8_t content[STORE_HASH],
    struct store_taken *out, struct counting first)
{
	struct taking *t = &s->taking;

	if (!first.rows_kept && t->trust >= first.trust) {
		store_report_abort(s);
		out->report = first.id;
		out->outcome = STORE_TOO_LATE;
		return !s->failed;
	}
	if (versions_crowded(s, t->key, &t->from, first.trust)) {
		store_report_abort(s);
		out->report = first.id;
		out->outcome = STORE_CROWDED;
		return !s->failed;
	}
	if (!take_back_sums(s) || !finish(s, content, 2) ||
	    !versions_settle(s, t->key))
		return false;
	out->outcome = versions_counting(s, t->key).id == t->id ?
	    STORE_REPLACED : STORE_OUTRANKED;
	return !s->failed;
}

static bool
end_twin(struct store *s, struct store_taken *out, enum store_trust old)
{
	struct taking *t = &s->taking;

	store_report_abort(s);
	out->outcome = STORE_DUPLICATE;
	return versions_seen(s, out->report, old, &t->from, t->key);
}

bool
store_report_end(struct store *s, const uint8_t content[STORE_HASH],
    struct store_taken *out)
{
	struct taking *t = &s->taking;
	sqlite3_stmt *st;
	struct counting first;
	int64_t twin = 0;
	enum store_trust old = STORE_T_FAILED;

	if (s->failed || !t->open || t->tls)
		return db_refuse(s, STORE_REFUSED, "no report to end");
	if (!rows_flush(s))
		return false;
	db_step(s, "report-end");
	*out = (struct store_taken){ .report = t->id, .rows = t->rows,
		.messages = t->messages };
	st = db_get(s, Q_REPORT_TWIN);
	db_blob(st, 1, hash_span(t->key));
	db_blob(st, 2, hash_span(content));
	if (db_row(s, st)) {
		twin = sqlite3_column_int64(st, 0);
		old = (enum store_trust)sqlite3_column_int(st, 1);
	}
	if (st != NULL)
		sqlite3_reset(st);
	if (twin != 0) {
		out->report = twin;
		return end_twin(s, out, old);
	}
	first = versions_counting(s, t->key);
	return first.id == 0 ? end_first(s, content, out) :
	    end_other(s, content, out, first);
}

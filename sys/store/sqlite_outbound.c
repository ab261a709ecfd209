/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_outbound.c - the verbs of outbound.h.  Each is a statement or two.
 */
#include <sodium.h>

#include "outbound.h"
#include "sqlite_inner.h"

static struct span
or_empty(struct span s)
{
	return span_absent(s) ? SPAN("") : s;
}

/* ---- counting ------------------------------------------------------------ */

bool
outbound_entry(struct store *s, uint64_t spool, uint64_t number)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_MARK);

	db_int(st, 1, (int64_t)spool);
	db_int(st, 2, (int64_t)number);
	return db_run(s, st) && sqlite3_changes(s->db) > 0;
}

bool
outbound_forget_spool(struct store *s, uint64_t spool)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_UNMARK);

	db_int(st, 1, (int64_t)spool);
	return db_run(s, st);
}

struct found { int64_t id, rows, part; enum outbound_state state; };

static struct found
find(struct store *s, const struct tally_parts *t)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_FIND);
	struct found f = { .id = 0 };

	db_int(st, 1, t->day);
	db_blob(st, 2, t->policy);
	if (!db_row(s, st))
		return f;
	f = (struct found){ .id = sqlite3_column_int64(st, 0),
		.state = (enum outbound_state)sqlite3_column_int(st, 1),
		.rows = sqlite3_column_int64(st, 2),
		.part = sqlite3_column_int64(st, 3) };
	sqlite3_reset(st);
	return f;
}

/* The report that still counts. */
static struct found
open_report(struct store *s, const struct tally_parts *t, int64_t due)
{
	struct found f = find(s, t);
	struct aggregate_policy p;
	sqlite3_stmt *st;

	if (s->failed || (f.id != 0 && f.state == OUTBOUND_COUNTS))
		return f;
	if (!tally_policy(&p, t->policy)) {
		db_refuse(s, STORE_REFUSED, "a tally without a policy");
		return f;
	}
	st = db_get(s, Q_OUT_ADD);
	db_int(st, 1, t->day);
	db_blob(st, 2, t->policy);
	db_int(st, 3, f.id == 0 ? 0 : f.part + 1);
	db_text(st, 4, p.domain);
	db_int(st, 5, due);
	db_run(s, st);
	db_step(s, "outbound-report");
	return (struct found){ .id = sqlite3_last_insert_rowid(s->db) };
}

static bool
lose_one(struct store *s, const struct tally_parts *t)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_LOST_MORE);
	struct aggregate_policy p;

	(void)tally_policy(&p, t->policy);
	db_int(st, 1, t->day);
	db_text(st, 2, p.domain);
	return db_run(s, st);
}

/* +1; *added: the row is new. */
static bool
count_row(struct store *s, const struct found *f, struct span row,
    bool *added)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_ROW_MORE);

	*added = false;
	db_int(st, 1, f->id);
	db_blob(st, 2, row);
	if (!db_run(s, st))
		return false;
	if (sqlite3_changes(s->db) > 0)
		return true;
	*added = true;
	if (f->rows >= OUTBOUND_ROWS)
		return true;
	st = db_get(s, Q_OUT_ROW_ADD);
	db_int(st, 1, f->id);
	db_blob(st, 2, row);
	return db_run(s, st);
}

bool
outbound_count(struct store *s, const struct tally_parts *t, int64_t due)
{
	struct found f = open_report(s, t, due);
	sqlite3_stmt *st;
	bool added;

	if (s->failed || !count_row(s, &f, t->row, &added))
		return false;
	if (added && f.rows >= OUTBOUND_ROWS)
		return lose_one(s, t);
	st = db_get(s, Q_OUT_SUM);
	db_int(st, 1, f.id);
	db_text(st, 2, t->rua);
	db_text(st, 3, or_empty(t->error));
	db_int(st, 4, t->letter);
	db_int(st, 5, added);
	db_run(s, st);
	db_step(s, "outbound-count");
	return !s->failed;
}

bool
outbound_lost(struct store *s, uint64_t spool, int64_t day,
    struct span domain, uint64_t messages)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_LOST);

	db_int(st, 1, day);
	db_text(st, 2, or_empty(domain));
	db_int(st, 3, (int64_t)spool);
	db_int(st, 4, (int64_t)messages);
	return db_run(s, st);
}

/* ---- reports ------------------------------------------------------------- */

static void
read_report(struct outbound_report *r, sqlite3_stmt *st)
{
	*r = (struct outbound_report){
		.id = sqlite3_column_int64(st, 0),
		.day = sqlite3_column_int64(st, 1),
		.part = sqlite3_column_int64(st, 2),
		.domain = db_col(st, 3), .policy = db_col(st, 4),
		.rua = db_col(st, 5), .error = db_col(st, 6),
		.rows = (uint64_t)sqlite3_column_int64(st, 7),
		.messages = (uint64_t)sqlite3_column_int64(st, 8),
		.letters = (uint64_t)sqlite3_column_int64(st, 9),
		.state = (enum outbound_state)sqlite3_column_int(st, 10),
		.due = sqlite3_column_int64(st, 11),
		.tries = sqlite3_column_int64(st, 12),
		.made = sqlite3_column_int64(st, 13),
		.why = db_col(st, 14), .submitter = db_col(st, 15),
		.report_id = db_col(st, 16),
		.old_form = sqlite3_column_int(st, 17) != 0,
		.lost = (uint64_t)sqlite3_column_int64(st, 18),
		.kind = (enum outbound_kind)sqlite3_column_int(st, 19) };
}

enum { REPORT_COLUMNS = 20 };

/* Whoever has read lets the statement go: it would hold back the log. */
static bool
keep_report(struct store *s, struct outbound_report *r, sqlite3_stmt *st,
    struct arena *a)
{
	if (!db_row(s, st))
		return false;
	read_report(r, st);
	r->domain = arena_dup(a, r->domain);
	r->policy = arena_dup(a, r->policy);
	r->rua = arena_dup(a, r->rua);
	r->error = arena_dup(a, r->error);
	r->why = arena_dup(a, r->why);
	r->submitter = arena_dup(a, r->submitter);
	r->report_id = arena_dup(a, r->report_id);
	sqlite3_reset(st);
	return !a->failed || db_refuse(s, STORE_NOMEM, "out of memory");
}

bool
outbound_next(struct store *s, enum outbound_state state, int64_t now,
    int64_t above, struct outbound_report *out, struct arena *a)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_NEXT);

	db_int(st, 1, state);
	db_int(st, 2, now);
	db_int(st, 3, above);
	return keep_report(s, out, st, a);
}

bool
outbound_get(struct store *s, int64_t id, struct outbound_report *out,
    struct arena *a)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_GET);

	db_int(st, 1, id);
	return keep_report(s, out, st, a);
}

/* RFC 9990 3.1.4: unique among our reports to this domain, and the same
 * whenever it is made again; letters and digits, so that it may stand in the
 * name of the file as well (3.5.2). */
void
outbound_name(char *out, const struct outbound_report *r,
    struct span submitter)
{
	crypto_generichash_state h;
	uint8_t hash[OUTBOUND_ID / 2];
	uint8_t head[64];
	struct buf b = BUF_ON(head);

	buf_u64(&b, (uint64_t)r->day);
	buf_byte(&b, '.');
	buf_u64(&b, (uint64_t)r->part);
	buf_byte(&b, '.');
	buf_u64(&b, submitter.len);

	crypto_generichash_init(&h, NULL, 0, sizeof(hash));
	crypto_generichash_update(&h, head, b.len);
	crypto_generichash_update(&h, submitter.ptr, submitter.len);
	crypto_generichash_update(&h, r->policy.ptr, r->policy.len);
	crypto_generichash_final(&h, hash, sizeof(hash));
	sodium_bin2hex(out, OUTBOUND_ID + 1, hash, sizeof(hash));
}

/* RFC 9990 3.1.5 */
static void
error_text(struct buf *b, const struct outbound_report *r)
{
	buf_put(b, r->error);
	if (r->lost == 0)
		return;
	if (b->len > 0)
		buf_str(b, "; ");
	buf_u64(b, r->lost);
	buf_str(b, r->lost == 1 ? " message is" : " messages are");
	buf_str(b, " missing here: there was no room to count more");
}

bool
outbound_would(struct outbound_report *out, const struct outbound_report *r,
    struct span submitter, bool old_form, struct arena *a)
{
	struct buf error = arena_buf(a, 400);
	char name[OUTBOUND_ID + 1];

	outbound_name(name, r, submitter);
	error_text(&error, r);
	*out = *r;
	out->submitter = submitter;
	out->old_form = old_form;
	out->report_id = arena_dup(a, assay_cstr(name));
	out->error = buf_span(&error);
	return !a->failed;
}

bool
outbound_make(struct store *s, const struct outbound_report *r,
    struct span submitter, bool old_form, int64_t now)
{
	uint8_t room[400];
	struct buf error = BUF_ON(room);
	char name[OUTBOUND_ID + 1];
	sqlite3_stmt *st = db_get(s, Q_OUT_MAKE);

	outbound_name(name, r, submitter);
	error_text(&error, r);
	db_int(st, 1, r->id);
	db_int(st, 2, now);
	db_text(st, 3, submitter);
	db_text(st, 4, assay_cstr(name));
	db_int(st, 5, old_form);
	db_text(st, 6, buf_span(&error));
	db_run(s, st);
	db_step(s, "outbound-make");
	return !s->failed;
}

/* Its rows, or its letter, are of no more use. */
static bool
drop_rows(struct store *s, int64_t id)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_ROWS_DROP);

	db_int(st, 1, id);
	db_run(s, st);
	st = db_get(s, Q_OUT_LETTER_DROP);
	db_int(st, 1, id);
	db_run(s, st);
	db_step(s, "outbound-rows-gone");
	return !s->failed;
}

bool
outbound_none(struct store *s, int64_t id, struct span why)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_NONE);

	db_int(st, 1, id);
	db_text(st, 2, why);
	return db_run(s, st) && drop_rows(s, id);
}

bool
outbound_later(struct store *s, int64_t id, int64_t due, struct span why)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_LATER);

	db_int(st, 1, id);
	db_int(st, 2, due);
	db_text(st, 3, or_empty(why));
	return db_run(s, st);
}

bool
outbound_address(struct store *s, int64_t id, struct span address,
    bool refused, struct span why, int64_t due)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_ADDRESS);

	db_int(st, 1, id);
	db_text(st, 2, address);
	db_int(st, 3, refused ? OUTBOUND_REFUSED : OUTBOUND_DUE);
	db_text(st, 4, or_empty(why));
	db_int(st, 5, due);
	db_run(s, st);
	db_step(s, "outbound-address");
	return !s->failed;
}

uint64_t
outbound_mails_to(struct store *s, int64_t day, enum outbound_kind kind,
    struct span within, struct span host, uint64_t most)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_MAILS_TO);
	uint64_t n;

	db_int(st, 1, day);
	db_text(st, 2, within);
	db_text(st, 3, host);
	db_int(st, 4, (int64_t)most);
	db_int(st, 5, kind);
	if (!db_row(s, st))
		return 0;
	n = (uint64_t)sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return n;
}

static bool
settle(struct store *s, int64_t id)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_DONE);

	db_int(st, 1, id);
	db_run(s, st);
	db_step(s, "outbound-settle");
	return !s->failed && drop_rows(s, id);
}

bool
outbound_routed(struct store *s, int64_t id)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_ROUTED);

	db_int(st, 1, id);
	return db_run(s, st) && settle(s, id);
}

bool
outbound_rows(struct store *s, int64_t id, outbound_row_fn *take, void *ctx)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_ROWS);
	bool ok = true;

	db_int(st, 1, id);
	while (ok && db_row(s, st))
		ok = take(ctx, db_col(st, 0),
		    (uint64_t)sqlite3_column_int64(st, 1));
	if (!ok && st != NULL)
		sqlite3_reset(st);
	return ok && !s->failed;
}

/* ---- mails --------------------------------------------------------------- */

static void
read_mail(struct outbound_mail *m, sqlite3_stmt *st, int at)
{
	*m = (struct outbound_mail){
		.id = sqlite3_column_int64(st, at),
		.report = sqlite3_column_int64(st, at + 1),
		.address = db_col(st, at + 2),
		.state = (enum outbound_mail_state)sqlite3_column_int(st,
		    at + 3),
		.tries = (unsigned)sqlite3_column_int(st, at + 4),
		.due = sqlite3_column_int64(st, at + 5),
		.tried = sqlite3_column_int64(st, at + 6),
		.answered = sqlite3_column_int64(st, at + 7),
		.code = (unsigned)sqlite3_column_int(st, at + 8),
		.why = db_col(st, at + 9), .token = db_col(st, at + 10) };
}

static bool
keep_mail(struct store *s, struct outbound_mail *m, sqlite3_stmt *st,
    struct arena *a)
{
	if (!db_row(s, st))
		return false;
	read_mail(m, st, 0);
	m->address = arena_dup(a, m->address);
	m->why = arena_dup(a, m->why);
	m->token = arena_dup(a, m->token);
	sqlite3_reset(st);
	return !a->failed || db_refuse(s, STORE_NOMEM, "out of memory");
}

bool
outbound_mail_next(struct store *s, int64_t now, struct outbound_mail *out,
    struct arena *a)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_MAIL_NEXT);

	db_int(st, 1, now);
	return keep_mail(s, out, st, a);
}

bool
outbound_mail_get(struct store *s, int64_t mail, struct outbound_mail *out,
    struct arena *a)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_MAIL_GET);

	db_int(st, 1, mail);
	return keep_mail(s, out, st, a);
}

bool
outbound_attempt(struct store *s, int64_t mail, int64_t now, int64_t due)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_ATTEMPT);

	db_int(st, 1, mail);
	db_int(st, 2, now);
	db_int(st, 3, due);
	db_run(s, st);
	db_step(s, "outbound-attempt");
	return !s->failed;
}

static int64_t
report_of(struct store *s, int64_t mail)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_MAIL_REPORT);
	int64_t id = 0;

	db_int(st, 1, mail);
	if (!db_row(s, st))
		return 0;
	id = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return id;
}

bool
outbound_answer(struct store *s, int64_t mail,
    enum outbound_mail_state state, unsigned code, struct span why,
    int64_t now, int64_t due)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_ANSWER);

	db_int(st, 1, mail);
	db_int(st, 2, state);
	db_int(st, 3, code);
	db_text(st, 4, or_empty(why));
	db_int(st, 5, now);
	db_int(st, 6, due);
	db_run(s, st);
	db_step(s, "outbound-answer");
	return !s->failed && settle(s, report_of(s, mail));
}

static bool
hurry(struct store *s, enum statement q, struct span domain, int64_t now,
    uint32_t *n)
{
	sqlite3_stmt *st = db_get(s, q);

	db_int(st, 1, now);
	db_text(st, 2, or_empty(domain));
	if (!db_run(s, st))
		return false;
	*n = (uint32_t)sqlite3_changes(s->db);
	return true;
}

bool
outbound_hurry(struct store *s, struct span domain, int64_t now,
    struct outbound_hurried *out)
{
	sqlite3_stmt *st;

	if (!hurry(s, Q_OUT_HURRY_REPORTS, domain, now, &out->reports) ||
	    !hurry(s, Q_OUT_HURRY_MAILS, domain, now, &out->mails))
		return false;
	st = db_get(s, Q_OUT_COUNTING);
	db_int(st, 1, now);
	db_text(st, 2, or_empty(domain));
	if (!db_row(s, st))
		return false;
	out->counting = (uint32_t)sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return true;
}

bool
outbound_recover(struct store *s, int64_t now)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_RECOVER);

	db_int(st, 1, now);
	return db_run(s, st);
}

bool
outbound_suppress(struct store *s, struct span address, int64_t now,
    int64_t until, struct span why)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_SUPPRESS);

	db_text(st, 1, address);
	db_int(st, 2, now);
	db_int(st, 3, until);
	db_text(st, 4, or_empty(why));
	return db_run(s, st);
}

bool
outbound_release(struct store *s, struct span address)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_RELEASE);

	db_text(st, 1, address);
	return db_run(s, st);
}

bool
outbound_is_suppressed(struct store *s, struct span address, int64_t now)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_SUPPRESSED);
	bool yes;

	db_text(st, 1, address);
	db_int(st, 2, now);
	yes = db_row(s, st);
	if (yes)
		sqlite3_reset(st);
	return yes;
}

bool
outbound_age(struct store *s, int64_t before_day)
{
	static const enum statement age[] = { Q_OUT_AGE_MAILS,
		Q_OUT_AGE_REPORTS, Q_OUT_AGE_LOST };

	for (size_t i = 0; i < sizeof(age) / sizeof(*age); i++) {
		sqlite3_stmt *st = db_get(s, age[i]);
		db_int(st, 1, before_day);
		if (!db_run(s, st))
			return false;
	}
	return true;
}

/* ---- looking ------------------------------------------------------------- */

bool
outbound_list(struct store *s, outbound_list_fn *take, void *ctx)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_LIST);
	bool ok = true;

	while (ok && db_row(s, st)) {
		struct outbound_report r;
		struct outbound_mail m;
		bool mail = sqlite3_column_type(st, REPORT_COLUMNS) !=
		    SQLITE_NULL;

		read_report(&r, st);
		read_mail(&m, st, REPORT_COLUMNS);
		ok = take(ctx, &r, mail ? &m : NULL);
	}
	if (!ok && st != NULL)
		sqlite3_reset(st);
	return ok && !s->failed;
}

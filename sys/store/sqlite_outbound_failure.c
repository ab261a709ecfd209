/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_outbound_failure.c - failure reports among the reports that we
 * send: each a report of its own, which has a letter instead of rows. */
#include "outbound.h"
#include "report/report_route.h"
#include "sqlite_inner.h"

enum { HOUR_S = 3600, SECONDS_A_DAY = 86400 };

static bool
reaches(struct store *s, sqlite3_stmt *st, uint64_t most)
{
	bool yes = db_row(s, st) &&
	    (uint64_t)sqlite3_column_int64(st, 0) >= most;

	if (st != NULL)
		sqlite3_reset(st);
	return yes;
}

/* Of that domain and its neighbours in the last hour, or in all. */
static bool
are_enough(struct store *s, const struct outbound_failure *f, uint64_t most)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_FAILURES_OF);

	db_int(st, 1, f->at - HOUR_S);
	db_text(st, 2, report_family(f->domain));
	db_int(st, 3, (int64_t)most);
	if (reaches(s, st, most))
		return true;
	st = db_get(s, Q_OUT_FAILURES_WAIT);
	db_int(st, 1, OUTBOUND_LETTERS);
	return reaches(s, st, OUTBOUND_LETTERS);
}

/* Nothing else has it, and it says nothing of the message. */
static struct span
name_of_entry(struct buf *b, const struct outbound_failure *f)
{
	buf_str(b, "F.");
	buf_u64(b, f->spool);
	buf_byte(b, '.');
	buf_u64(b, f->number);
	buf_byte(b, '.');
	buf_u64(b, f->index);
	return buf_span(b);
}

bool
outbound_failure(struct store *s, const struct outbound_failure *f,
    struct span submitter, uint64_t most, bool *taken)
{
	ROOM(room, 80);
	struct buf name = BUF_ON(room);
	struct outbound_report r = { .day = f->at / SECONDS_A_DAY,
		.policy = name_of_entry(&name, f) };
	char id[OUTBOUND_ID + 1];
	sqlite3_stmt *st;

	*taken = !are_enough(s, f, most);
	if (s->failed || !*taken)
		return !s->failed;
	outbound_name(id, &r, submitter);
	st = db_get(s, Q_OUT_FAILURE);
	db_int(st, 1, r.day);
	db_blob(st, 2, r.policy);
	db_text(st, 3, f->domain);
	db_text(st, 4, f->ruf);
	db_int(st, 5, f->at);
	db_text(st, 6, submitter);
	db_text(st, 7, assay_cstr(id));
	if (!db_run(s, st))
		return false;
	st = db_get(s, Q_OUT_LETTER_ADD);
	db_int(st, 1, sqlite3_last_insert_rowid(s->db));
	db_blob(st, 2, f->letter);
	db_run(s, st);
	db_step(s, "outbound-failure");
	return !s->failed;
}

bool
outbound_letter(struct store *s, int64_t report, struct span *out,
    struct arena *a)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_LETTER);

	db_int(st, 1, report);
	if (!db_row(s, st))
		return false;
	*out = arena_dup(a, db_col(st, 0));
	sqlite3_reset(st);
	return !a->failed;
}

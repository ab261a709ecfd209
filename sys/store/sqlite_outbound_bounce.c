/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_outbound_bounce.c - reports that come back, and addresses that get
 * no more for that. */
#include "outbound.h"
#include "sqlite_inner.h"

#include "base/limits.h"

enum { SECONDS_A_DAY = 86400 };

/* "1f..ab.TOKEN@ours.test" */
static struct span
token_of(struct span message_id)
{
	struct span local = span_head(message_id, span_find(message_id, '@'));
	struct span token = span_skip(local, span_rfind(local, '.') + 1);

	for (size_t i = 0; i < token.len; i++) {
		int c = span_at(token, i);
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return SPAN_NONE;
	}
	return token.len == OUTBOUND_TOKEN ? token : SPAN_NONE;
}

static bool
find_mail(struct store *s, struct span token, struct outbound_bounced *out,
    struct arena *a)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_BY_TOKEN);

	db_text(st, 1, token);
	if (!db_row(s, st))
		return false;
	out->mail = sqlite3_column_int64(st, 0);
	out->address = arena_dup(a, db_col(st, 1));
	out->was = (enum outbound_mail_state)sqlite3_column_int(st, 2);
	sqlite3_reset(st);
	return !a->failed;
}

static bool
note(struct store *s, int64_t mail, enum outbound_mail_state state,
    struct span why, int64_t now)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_BOUNCED);

	db_int(st, 1, mail);
	db_int(st, 2, state);
	db_text(st, 3, why);
	db_int(st, 4, now);
	db_run(s, st);
	db_step(s, "outbound-bounced");
	return !s->failed;
}

static unsigned
how_often(struct store *s, struct span address, int64_t since)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_BOUNCES_OF);
	unsigned n = 0;

	db_text(st, 1, address);
	db_int(st, 2, since);
	if (db_row(s, st))
		n = (unsigned)sqlite3_column_int(st, 0);
	if (st != NULL)
		sqlite3_reset(st);
	return n;
}

static struct span
words(struct buf *b, const struct bounce *bounce)
{
	buf_str(b, "came back: ");
	buf_put(b, span_absent(bounce->code) ? SPAN("no status") :
	    bounce->code);
	if (!span_absent(bounce->diagnostic)) {
		buf_byte(b, ' ');
		buf_put(b, bounce->diagnostic);
	}
	return buf_span(b);
}

bool
outbound_bounce(struct store *s, const struct bounce *bounce, int64_t now,
    struct outbound_bounced *out, struct arena *a)
{
	struct span token = token_of(bounce->message_id);
	ROOM(room, 2 * LIMIT_BOUNCE_TEXT + 32);
	struct buf b = BUF_ON(room);
	struct span why = words(&b, bounce);

	*out = (struct outbound_bounced){ .mail = 0 };
	if (span_absent(token) || !find_mail(s, token, out, a))
		return !s->failed && !a->failed;
	/* once, however often it is said; and what was not sent cannot come
	 * back: its token is with us alone */
	if (out->was != OUTBOUND_SENT)
		return true;
	out->hard = bounce_is_hard(bounce);
	if (!note(s, out->mail, out->hard ? OUTBOUND_BOUNCED : OUTBOUND_SENT,
	    why, now) || !out->hard)
		return !s->failed;
	out->times = how_often(s, out->address, now - OUTBOUND_BOUNCE_DAYS *
	    SECONDS_A_DAY);
	out->suppressed = out->times >= OUTBOUND_BOUNCES;
	return !out->suppressed || outbound_suppress(s, out->address, now,
	    now + OUTBOUND_SUPPRESS_DAYS * SECONDS_A_DAY, why);
}

/* Its bounces of before count no more. */
bool
outbound_lift(struct store *s, struct span address, uint32_t *n)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_RELEASE);

	db_text(st, 1, address);
	if (!db_run(s, st))
		return false;
	*n = (uint32_t)sqlite3_changes(s->db);
	st = db_get(s, Q_OUT_FORGIVE);
	db_text(st, 1, address);
	return db_run(s, st);
}

bool
outbound_suppressions(struct store *s, int64_t now,
    outbound_suppressed_fn *take, void *ctx)
{
	sqlite3_stmt *st = db_get(s, Q_OUT_SUPPRESSIONS);
	bool ok = true;

	db_int(st, 1, now);
	while (ok && db_row(s, st)) {
		struct outbound_suppressed o = { .address = db_col(st, 0),
			.since = sqlite3_column_int64(st, 1),
			.until = sqlite3_column_int64(st, 2),
			.why = db_col(st, 3) };
		ok = take(ctx, &o);
	}
	if (!ok && st != NULL)
		sqlite3_reset(st);
	return ok && !s->failed;
}

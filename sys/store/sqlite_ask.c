/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_ask.c - questions: sums told apart by what was asked for, and
 * lists.
 *
 * A question reads the rollup alone, by its key: domain, day, source.  All
 * domains are walked one by one, so that the key serves then, too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite_inner.h"

#include "base/ascii.h"
#include "wire/addr.h"

enum { SQL_ROOM = 4096, CELLS = 40 };

/* sum() ends the question when it overflows; this ends at STORE_SUM, and is
 * exact up to 2^53. */
#define SUM(column) "CAST(min(total(" column "), 4611686018427387904) AS " \
	"INTEGER)"

struct store_cursor {
	struct store *s;
	sqlite3_stmt *st;
	unsigned by;
	size_t n;
	struct store_cell cell[CELLS];
	uint8_t reporter[STORE_TEXT_MAX], domain[STORE_TEXT_MAX];
	uint8_t source[16];
};

/* ---- sums --------------------------------------------------------------- */

/* In the order of enum store_by: columns of the rollup. */
static const struct {
	unsigned by;
	const char *group, *show;
} part[] = {
	{ STORE_BY_DOMAIN, "u.domain",
	  "(SELECT text FROM string WHERE id = u.domain)" },
	{ STORE_BY_DAY, "u.day", "u.day" },
	{ STORE_BY_SOURCE, "u.source", "u.source" },
	{ STORE_BY_REPORTER, "u.reporter",
	  "(SELECT domain FROM reporter WHERE id = u.reporter),"
	  "(SELECT org FROM reporter WHERE id = u.reporter)" },
	{ STORE_BY_FROM, "u.header_from",
	  "(SELECT text FROM string WHERE id = u.header_from)" },
	{ STORE_BY_RESULT, "u.dkim,u.spf", "u.dkim,u.spf" },
	{ STORE_BY_DONE, "u.disposition,u.why", "u.disposition,u.why" },
	{ STORE_BY_AUTH, "u.auth",
	  "(SELECT text FROM string WHERE id = u.auth)" },
	{ STORE_BY_TRUST, "u.trust", "u.trust" },
};
enum { PARTS = sizeof(part) / sizeof(part[0]) };

static void
put_columns(struct buf *b, unsigned by, bool show)
{
	for (size_t i = 0; i < PARTS; i++) {
		if ((by & part[i].by) == 0)
			continue;
		buf_str(b, show ? part[i].show : part[i].group);
		buf_byte(b, ',');
	}
}

/* The grouping happens first, on numbers; texts are looked up for what is
 * shown. */
static void
put_sums(struct buf *b, const struct store_ask *a)
{
	buf_str(b, "SELECT ");
	put_columns(b, a->by, true);
	buf_str(b, "u.messages FROM (SELECT ");
	put_columns(b, a->by, false);
	buf_str(b, SUM("u.messages") " AS messages FROM rollup u WHERE "
	    "u.domain IN (SELECT id FROM string WHERE ");
	/* all: the domains that have reports, not a scan of the sums */
	buf_str(b, span_absent(a->domain) ? "id IN (SELECT DISTINCT domain "
	    "FROM report)" : "text = ?1");
	/* a source: the days that have reports, so that the key finds it in
	 * each of them; a range of days would be read with all its sources */
	buf_str(b, a->source.family != 0 ? ") AND u.day IN (SELECT day FROM "
	    "report WHERE day BETWEEN ?2 AND ?3) AND u.source = ?5" :
	    ") AND u.day BETWEEN ?2 AND ?3");
	buf_str(b, " AND u.trust >= ?4");
	if (!span_absent(a->reporter))
		buf_str(b, " AND u.reporter IN (SELECT id FROM reporter "
		    "WHERE domain = ?6)");
	if (a->by != 0) {
		buf_str(b, " GROUP BY ");
		put_columns(b, a->by, false);
		b->len--;	/* the last comma */
	} else {
		buf_str(b, " HAVING messages > 0");
	}
	buf_str(b, ") u");
	if (a->limit > 0)
		buf_str(b, " ORDER BY u.messages DESC LIMIT ?7");
}

static struct store_cursor *
cursor_new(struct store *s, const char *sql)
{
	struct store_cursor *c = calloc(1, sizeof(*c));

	if (!s->begun)
		s->failed = false;
	if (c == NULL) {
		db_refuse(s, STORE_NOMEM, "out of memory");
		return NULL;
	}
	c->s = s;
	c->st = db_prepare(s, sql);
	if (c->st != NULL)
		return c;
	free(c);
	return NULL;
}

/* What is bound stays in the cursor. */
static void
bind_ask(struct store_cursor *c, const struct store_ask *a)
{
	struct buf domain = BUF_ON(c->domain), who = BUF_ON(c->reporter);
	struct assay_addr source = addr_unmap(&a->source);
	struct span octets = addr_octets(&source);
	bool all = a->day_from == 0 && a->day_to == 0;

	if (octets.len > 0)
		memcpy(c->source, octets.ptr, octets.len);
	if (!span_absent(a->domain))
		db_text(c->st, 1, name_of(&domain, a->domain));
	db_int(c->st, 2, all ? INT64_MIN : a->day_from);
	db_int(c->st, 3, all ? INT64_MAX : a->day_to);
	db_int(c->st, 4, a->trust);
	db_blob(c->st, 5, (struct span){ c->source, octets.len });
	if (!span_absent(a->reporter))
		db_text(c->st, 6, name_of(&who, a->reporter));
	db_int(c->st, 7, a->limit);
}

struct store_cursor *
store_tallies(struct store *s, const struct store_ask *ask)
{
	ROOM(room, SQL_ROOM);
	struct buf b = BUF_ON(room);
	struct store_cursor *c;

	put_sums(&b, ask);
	buf_byte(&b, '\0');
	c = cursor_new(s, (const char *)room);
	if (c == NULL)
		return NULL;
	c->by = ask->by;
	bind_ask(c, ask);
	return c;
}

static void
read_tally(const struct store_cursor *c, struct store_tally *out)
{
	sqlite3_stmt *st = c->st;
	int i = 0;

	if ((c->by & STORE_BY_DOMAIN) != 0)
		out->domain = db_col(st, i++);
	if ((c->by & STORE_BY_DAY) != 0)
		out->day = sqlite3_column_int64(st, i++);
	if ((c->by & STORE_BY_SOURCE) != 0)
		addr_of(&out->source, db_col(st, i++));
	if ((c->by & STORE_BY_REPORTER) != 0) {
		out->reporter = db_col(st, i++);
		out->org = db_col(st, i++);
	}
	if ((c->by & STORE_BY_FROM) != 0)
		out->header_from = db_col(st, i++);
	if ((c->by & STORE_BY_RESULT) != 0) {
		out->dkim = (enum aggregate_aligned)sqlite3_column_int(st,
		    i++);
		out->spf = (enum aggregate_aligned)sqlite3_column_int(st,
		    i++);
	}
	if ((c->by & STORE_BY_DONE) != 0) {
		out->disposition = (enum aggregate_action)
		    sqlite3_column_int(st, i++);
		out->why = (uint32_t)sqlite3_column_int64(st, i++);
	}
	if ((c->by & STORE_BY_AUTH) != 0)
		out->auth = db_col(st, i++);
	if ((c->by & STORE_BY_TRUST) != 0)
		out->trust = (enum store_trust)sqlite3_column_int(st, i++);
	out->messages = (uint64_t)sqlite3_column_int64(st, i);
}

bool
store_tally_next(struct store_cursor *c, struct store_tally *out)
{
	*out = (struct store_tally){ .day = 0 };
	if (!db_row(c->s, c->st))
		return false;
	read_tally(c, out);
	return true;
}

bool
store_cursor_end(struct store_cursor *c)
{
	bool ok = !c->s->failed;

	sqlite3_finalize(c->st);
	free(c);
	return ok;
}

/* ---- lists -------------------------------------------------------------- */

static const char *const list_name[STORE_LISTS] = {
	"reports", "rows", "rollup", "set-aside", "failures", "tls",
	"decisions", "dns", "reporters", "holds", "alerts"
};

#define TEXT(column) "(SELECT text FROM string WHERE id = " column ")"
#define WHEN "date(r.day * 86400, 'unixepoch') AS day"
#define REPORT_IN " ((?1 IS NULL OR r.domain = (SELECT id FROM string WHERE " \
	"text = ?1)) AND r.day BETWEEN ?2 AND ?3 AND r.trust >= ?4 AND " \
	"(?6 IS NULL OR p.domain = ?6))"
#define TIME(column, name) "strftime('%Y-%m-%dT%H:%M:%fZ', " column \
	" / 1000000.0, 'unixepoch') AS " name

static const char *const list_sql[STORE_LISTS] = {
	[STORE_L_REPORTS] = "SELECT r.id, " TEXT("r.domain") " AS domain, "
	    WHEN ", p.domain AS reporter, r.org_name, r.email, r.report_id, "
	    "r.begin, r.end, CASE r.state WHEN 1 THEN 'counts' ELSE "
	    "'replaced' END AS state, @trust(r.trust) AS trust, "
	    TIME("r.received", "received") ", r.origin, r.dialect, "
	    "r.deviations, r.version, r.generator, r.error, r.extra_contact, "
	    "r.p, r.sp, r.np, r.adkim, r.aspf, r.testing, r.pct, "
	    "r.discovery, r.fo, r.rows, r.messages, r.rows_kept, r.author "
	    "FROM report r JOIN reporter p ON p.id = r.reporter WHERE" REPORT_IN
	    " ORDER BY r.id",
	[STORE_L_ROWS] = "SELECT r.id AS report, w.number, "
	    TEXT("r.domain") " AS domain, " WHEN ", p.domain AS reporter, "
	    "coalesce(" TEXT("w.source_text") ", @addr(w.source)) AS source, "
	    "w.messages, @action(w.disposition) AS disposition, "
	    "@aligned(w.dkim) AS dkim, @aligned(w.spf) AS spf, w.why, "
	    TEXT("w.header_from") " AS header_from, "
	    TEXT("w.envelope_from") " AS envelope_from, "
	    TEXT("w.envelope_to") " AS envelope_to, "
	    TEXT("w.auth") " AS auth, " TEXT("w.comment") " AS comment, "
	    "w.deviations FROM report r JOIN reporter p ON p.id = r.reporter "
	    "JOIN row w ON w.id BETWEEN r.id << 24 AND (r.id << 24) + "
	    "16777215 WHERE r.state = 1 AND" REPORT_IN " ORDER BY w.id",
	[STORE_L_ROLLUP] = "SELECT " TEXT("r.domain") " AS domain, " WHEN
	    ", @addr(r.source) AS source, p.domain AS reporter, p.org AS "
	    "org, @trust(r.trust) AS trust, " TEXT("r.header_from")
	    " AS header_from, @aligned(r.dkim) AS dkim, @aligned(r.spf) AS "
	    "spf, @action(r.disposition) AS disposition, r.why, "
	    TEXT("r.auth") " AS auth, r.messages FROM rollup r JOIN reporter "
	    "p ON p.id = r.reporter WHERE" REPORT_IN,
	[STORE_L_ASIDES] = "SELECT a.id, @aside(a.reason) AS reason, "
	    "a.detail, " TIME("a.received", "received") ", a.origin, "
	    "a.domain, a.reporter, a.org, a.report_id, @trust(a.trust) AS "
	    "trust, a.raw, a.raw IS NOT NULL AND EXISTS (SELECT 1 FROM "
	    "report r WHERE r.raw = a.raw) AS taken FROM set_aside a WHERE "
	    "(?1 IS NULL OR a.domain = ?1) AND a.received / 86400000000 "
	    "BETWEEN ?2 AND ?3 AND (?6 IS NULL OR a.reporter = ?6) ORDER BY "
	    "a.id",
	[STORE_L_FAILURES] = "SELECT f.id, f.type, f.auth_failure, "
	    "f.reporter, f.user_agent, f.reported_domain, @addr(f.source) AS "
	    "source, f.arrival, f.incidents, f.identity_alignment, "
	    "f.delivery_result, f.mail_from, f.rcpt_to, f.header_from, "
	    "f.dkim_domain, f.dkim_selector, f.dkim_identity, f.spf_dns, "
	    "f.authentication_results, f.message_id, f.envelope_id, "
	    TIME("f.received", "received") ", f.origin, @trust(f.trust) AS "
	    "trust, f.deviations FROM failure f WHERE (?1 IS NULL OR "
	    "f.reported_domain = ?1) AND f.received / 86400000000 BETWEEN ?2 "
	    "AND ?3 AND f.trust >= ?4 AND (?6 IS NULL OR f.reporter = ?6) "
	    "ORDER BY f.id",
	[STORE_L_TLS] = "SELECT r.id AS report, " WHEN ", e.domain AS "
	    "reporter, r.org_name, r.contact, r.report_id, p.domain, p.type "
	    "AS policy, p.mx, p.strings, p.good, p.bad, d.type AS result, "
	    "d.sessions, d.sending_ip, d.receiving_mx, d.receiving_helo, "
	    "d.receiving_ip, d.information, d.code FROM tls_report r JOIN "
	    "reporter e ON e.id = r.reporter JOIN tls_policy p ON p.report = "
	    "r.id LEFT JOIN tls_detail d ON d.report = r.id AND d.policy = "
	    "p.number WHERE r.state = 1 AND (?1 IS NULL OR p.domain = ?1) "
	    "AND r.day BETWEEN ?2 AND ?3 AND r.trust >= ?4 AND (?6 IS NULL "
	    "OR e.domain = ?6) ORDER BY r.id, p.number, d.number",
	[STORE_L_DECISIONS] = "SELECT CASE d.scope WHEN 1 THEN 'address' "
	    "WHEN 2 THEN 'network' WHEN 3 THEN 'dkim' ELSE 'asn' END AS "
	    "scope, d.what, d.domain, " TIME("d.at", "at") ", d.class, "
	    "d.who, d.note FROM decision d WHERE ?1 IS NULL OR d.domain IN "
	    "(?1, '') ORDER BY d.scope, d.what, d.domain, d.at",
	[STORE_L_DNS] = "SELECT n.name, n.type, date(n.day * 86400, "
	    "'unixepoch') AS day, n.answer, " TIME("n.first", "first") ", "
	    TIME("n.last", "last") " FROM dns_seen n WHERE (?1 IS NULL OR "
	    "n.name = ?1 OR n.name LIKE '%.' || ?1) AND n.day BETWEEN ?2 AND "
	    "?3 ORDER BY n.name, n.type, n.first",
	[STORE_L_REPORTERS] = "SELECT p.domain AS reporter, p.org, "
	    "count(*) AS reports, " SUM("r.messages") " AS messages, "
	    "date(min(r.day) * 86400, 'unixepoch') AS first_day, "
	    "date(max(r.day) * 86400, 'unixepoch') AS last_day, "
	    /* files come when a person imports them */
	    "max(CASE WHEN r.trust <> 2 THEN r.received / 1000000 - r.end "
	    "END) AS latest, avg(CASE WHEN r.trust <> 2 THEN r.received / "
	    "1000000 - r.end END) AS late, "
	    "sum(r.deviations <> 0) AS deviating, max(r.generator) AS "
	    "generator, @trust(max(r.trust)) AS trust FROM report r JOIN "
	    "reporter p ON p.id = r.reporter WHERE r.state = 1 AND" REPORT_IN
	    " GROUP BY r.reporter ORDER BY 4 DESC",
	[STORE_L_HOLDS] = "SELECT h.id, h.domain, h.reason, h.owner, "
	    TIME("h.at", "at") ", date(h.last_day * 86400, 'unixepoch') AS "
	    "last_day, " TIME("e.at", "released") ", e.who AS released_by "
	    "FROM hold h LEFT JOIN hold_release e ON e.hold = h.id ORDER BY "
	    "h.id",
	[STORE_L_ALERTS] = "SELECT a.key, a.domain, " TIME("a.at", "at") ", "
	    "a.state, a.cause FROM alert_seen a WHERE (?1 IS NULL OR "
	    "a.domain = ?1) AND a.at / 86400000000 BETWEEN ?2 AND ?3 ORDER "
	    "BY a.key, a.at",
};

const char *
store_list_name(enum store_list list)
{
	return (size_t)list < STORE_LISTS ? list_name[list] : NULL;
}

/* "@name(" of the statements above is a function of ours. */
static void
expand(struct buf *b, const char *sql)
{
	for (; *sql != '\0'; sql++) {
		if (*sql == '@')
			buf_str(b, "assay_");
		else
			buf_byte(b, (uint8_t)*sql);
	}
	buf_byte(b, '\0');
}

struct store_cursor *
store_list(struct store *s, enum store_list list, const struct store_ask *a)
{
	ROOM(room, SQL_ROOM);
	struct buf b = BUF_ON(room);
	struct store_cursor *c;

	expand(&b, list_sql[list]);
	if (!words_add(s))
		return NULL;
	c = cursor_new(s, (const char *)room);
	if (c == NULL)
		return NULL;
	bind_ask(c, a);
	c->n = (size_t)sqlite3_column_count(c->st);
	if (c->n > CELLS)
		c->n = CELLS;
	for (size_t i = 0; i < c->n; i++)
		c->cell[i].name = sqlite3_column_name(c->st, (int)i);
	return c;
}

bool
store_list_next(struct store_cursor *c, const struct store_cell **cell,
    size_t *n)
{
	if (!db_row(c->s, c->st))
		return false;
	for (size_t i = 0; i < c->n; i++) {
		struct store_cell *e = &c->cell[i];
		int type = sqlite3_column_type(c->st, (int)i);

		e->text = SPAN_NONE;
		e->number = 0;
		e->type = type == SQLITE_NULL ? STORE_NOTHING : type ==
		    SQLITE_INTEGER || type == SQLITE_FLOAT ? STORE_NUMBER :
		    STORE_TEXT;
		if (e->type == STORE_NUMBER)
			e->number = sqlite3_column_int64(c->st, (int)i);
		else if (e->type == STORE_TEXT)
			e->text = db_col(c->st, (int)i);
	}
	*cell = c->cell;
	*n = c->n;
	return true;
}

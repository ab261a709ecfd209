/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, migrating, errors of the disk; what goes and what stays. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include "test/store_fixture.h"
#include "test/t.h"

static const struct fx_report one = { .domain = "example.org",
	.org = "Reporter Inc", .email = "noreply@reporter.example",
	.id = "r1", .day = 20000, .rows = 50, .count = 1, .seed = 5 };
enum { ONE = 50 + 49 * 50 / 2 };

static struct ingest *
ingest_for(struct store *s)
{
	struct ingest_conf conf = { .store = s, .any_domain = true };

	return ingest_new(&conf);
}

static bool
put_one(struct store *s, const struct fx_report *r, const char *name)
{
	struct ingest *in = ingest_for(s);
	struct ingest_counts c = { .inputs = 0 };
	bool ok = fx_report(in, r, STORE_T_FILE, name, &c);

	ingest_free(in);
	return ok;
}

static uint64_t
list_size(struct store *s, enum store_list list)
{
	struct store_ask ask = { .by = 0 };
	struct store_cursor *c = store_list(s, list, &ask);
	const struct store_cell *cell;
	size_t n;
	uint64_t rows = 0;

	while (c != NULL && store_list_next(c, &cell, &n))
		rows++;
	if (c == NULL || !store_cursor_end(c)) {
		printf("# list %s: %s\n", store_list_name(list),
		    store_why(s)->text);
		return UINT64_MAX;
	}
	return rows;
}

static void
tell(void *ctx, const char *finding)
{
	(void)ctx;
	printf("# finding: %s\n", finding);
}

static bool
is_well(struct store *s)
{
	unsigned n = 1;

	return store_check(s, tell, NULL, &n) && n == 0;
}

/* ---- opening ------------------------------------------------------------ */

static enum store_status
open_fails(const struct store_conf *conf, struct store_error *why)
{
	struct store *s = store_open(conf, why);

	store_close(s);
	return why->status;
}

static void
opening(void)
{
	struct store_conf conf = { .path = fx_path };
	struct store_error why;
	struct store *s;
	FILE *f;

	T_INT(open_fails(&conf, &why), STORE_ABSENT, "nothing there");
	s = fx_open();
	T_INT(store_version(s), store_newest_version(), "a new one is new");
	T_INT(open_fails(&conf, &why), STORE_HELD, "one writer");
	T_INT(why.pid, getpid(), "and who it is");
	put_one(s, &one, "a");
	conf.read_only = true;
	{
		struct store *r = store_open(&conf, &why);
		T_OK(r != NULL, "a reader beside it");
		T_INT(fx_messages(r), ONE, "reads");
		T_OK(!put_one(r, &one, "b") && store_why(r)->status ==
		    STORE_READ_ONLY, "and does not write");
		store_close(r);
	}
	store_close(s);
	conf.read_only = false;
	s = store_open(&conf, &why);
	T_OK(s != NULL && is_well(s), "opened again");
	store_close(s);
	fx_clear();
	f = fopen(fx_path, "w");
	fputs("this is text, and long enough to be looked at as a file", f);
	fclose(f);
	T_INT(open_fails(&conf, &why), STORE_CORRUPT, "text is no store");
	fx_clear();
}

static void
run_sql(const char *sql)
{
	sqlite3 *db;
	char *err = NULL;

	sqlite3_open(fx_path, &db);
	if (sqlite3_exec(db, sql, NULL, NULL, &err) != SQLITE_OK)
		printf("# %s\n", err);
	sqlite3_free(err);
	sqlite3_close(db);
}

static void
others(void)
{
	struct store_conf conf = { .path = fx_path, .create = true };
	struct store_error why;

	run_sql("CREATE TABLE t (x)");
	T_INT(open_fails(&conf, &why), STORE_CORRUPT, "another program's");
	fx_clear();
	run_sql("PRAGMA application_id=1095979865; PRAGMA user_version=9999");
	T_INT(open_fails(&conf, &why), STORE_NEWER, "a newer version's");
	fx_clear();
}

/* ---- sums that end ------------------------------------------------------- */

static void
saturates(void)
{
	struct fx_report r = one;
	struct ingest *in;
	struct ingest_counts c = { .inputs = 0 };
	struct store *s = fx_open();
	uint64_t size = 0;

	T_OK(store_size(s, &size) && size >= 4096, "it has a size");
	put_one(s, &one, "a");
	store_close(s);
	run_sql("UPDATE rollup SET messages = 9223372036854775806");
	s = fx_open();
	T_INT(fx_messages(s), STORE_SUM, "the sum of them ends");
	r.id = "r2";
	T_OK(put_one(s, &r, "b"), "more of the same is taken");
	T_INT(fx_messages(s), STORE_SUM, "the sum stays");
	T_OK(fx_digest(s) != 0, "every question has an answer");
	T_OK(list_size(s, STORE_L_REPORTERS) == 1 &&
	    list_size(s, STORE_L_ROLLUP) > 1, "lists, too");
	in = ingest_for(s);
	r.seed = 7;
	T_OK(fx_report(in, &r, STORE_T_FILE, "c", &c) &&
	    c.outcome[STORE_REPLACED] == 1, "one is taken back");
	ingest_free(in);
	store_close(s);
	fx_clear();
}

/* ---- every earlier schema ----------------------------------------------- */

static char *
slurp(const char *name)
{
	static char room[1 << 20];
	FILE *f = fopen(name, "r");
	size_t n = f == NULL ? 0 : fread(room, 1, sizeof(room) - 1, f);

	if (f != NULL)
		fclose(f);
	room[n] = '\0';
	return n == 0 ? NULL : room;
}

static void
migrations(void)
{
	char name[64], label[64];

	for (int v = 1; v <= store_newest_version(); v++) {
		struct store_conf conf = { .path = fx_path,
			.read_only = true };
		struct store_error why;
		struct store *s;
		char *sql;

		snprintf(name, sizeof(name), "sys/store/sql/old/%04d.sql", v);
		snprintf(label, sizeof(label), "schema %d: ", v);
		sql = slurp(name);
		T_OK(sql != NULL, name);
		if (sql == NULL)
			continue;
		run_sql(sql);
		T_OK((open_fails(&conf, &why) == STORE_NEWER) ==
		    (v < store_newest_version()), "a reader does not migrate");
		s = fx_open();
		strcat(label, "migrated");
		T_INT(store_version(s), store_newest_version(), label);
		T_INT(fx_messages(s), 15 + 1010, "nothing is lost");
		T_OK(is_well(s), "all is well");
		T_OK(put_one(s, &one, "new"), "and it goes on");
		T_INT(fx_messages(s), 15 + 1010 + ONE, "sums");
		for (int l = 0; l < STORE_LISTS; l++)
			list_size(s, (enum store_list)l);
		store_close(s);
		fx_clear();
	}
}

/* ---- the disk ----------------------------------------------------------- */

/* In a child, so that its limits are its own. */
static int
in_child(int (*what)(void))
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(what());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
no_room(void)
{
	struct rlimit r = { 600 << 10, 600 << 10 };
	struct fx_report big = one;
	struct store *s = fx_open();
	int status;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &r);
	big.rows = 20000;
	big.id = "big";
	if (put_one(s, &big, "big"))
		return 100;
	status = (int)store_why(s)->status;
	/* a smaller one still fits */
	big.rows = 10;
	big.id = "small";
	if (!put_one(s, &big, "small"))
		return 101;
	store_close(s);
	return status;
}

static void
disk(void)
{
	struct store *s = fx_open();
	struct fx_report two = one;
	struct store_conf conf = { .path = fx_path, .busy_ms = 50 };
	struct store_error why;
	uint64_t was;
	sqlite3 *db;

	put_one(s, &one, "a");
	store_close(s);
	T_INT(in_child(no_room), STORE_FULL, "no room: said so");
	s = fx_open();
	T_INT(fx_messages(s), ONE + 10 + 45, "nothing of it is there, and "
	    "what fits is");
	T_OK(is_well(s), "all is well");
	store_close(s);
	/* somebody else has it */
	sqlite3_open(fx_path, &db);
	sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	s = store_open(&conf, &why);
	two.id = "r2";
	T_OK(s != NULL && !put_one(s, &two, "b"), "locked");
	T_INT(store_why(s)->status, STORE_BUSY, "and said so");
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(db);
	was = fx_messages(s);
	T_OK(put_one(s, &two, "b"), "when it is free again, it goes on");
	T_INT(fx_messages(s), was + ONE, "once");
	store_close(s);
	fx_clear();
}

static int
read_only(void)
{
	struct store_conf conf = { .path = fx_path };
	struct store_error why;

	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		return 99;
	return (int)open_fails(&conf, &why);
}

static void
unwritable(void)
{
	struct store *s = fx_open();

	put_one(s, &one, "a");
	store_close(s);
	chmod(fx_path, 0444);
	chmod(fx_dir, 0555);
	T_INT(in_child(read_only), STORE_READ_ONLY, "a read-only store");
	chmod(fx_dir, 0755);
	fx_clear();
}

/* ---- raw bytes ---------------------------------------------------------- */

static uint64_t raw_sum, raw_len;

static bool
add_raw(void *ctx, struct span piece)
{
	(void)ctx;
	for (size_t i = 0; i < piece.len; i++)
		raw_sum = raw_sum * 31 + piece.ptr[i];
	raw_len += piece.len;
	return true;
}

static void
raw_bytes(void)
{
	struct store *s = fx_open();
	static uint8_t bytes[300000];
	uint64_t want;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * i >> 7);
	add_raw(NULL, (struct span){ bytes, sizeof(bytes) });
	want = raw_sum;
	for (int compressed = 0; compressed < 2; compressed++) {
		uint8_t hash[STORE_HASH] = { (uint8_t)compressed };
		struct store_raw_state st;
		int64_t id = 0;

		raw_sum = raw_len = 0;
		store_begin(s);
		store_raw_begin(s, hash, compressed, 5, &id);
		for (size_t at = 0; at < sizeof(bytes); at += 70000)
			store_raw_add(s, span_slice((struct span){ bytes,
			    sizeof(bytes) }, at, at + 70000));
		T_OK(store_raw_end(s) && store_commit(s, STORE_SYNCED),
		    compressed ? "as it is" : "deflated");
		T_OK(store_raw_read(s, id, add_raw, NULL), "given back");
		T_OK(raw_len == sizeof(bytes) && raw_sum == want, "the same");
		T_OK(store_raw_known(s, hash, &st) && st.known &&
		    st.id == id && st.kept == STORE_KEPT, "known");
	}
	T_OK(is_well(s), "all is well");
	store_close(s);
	fx_clear();
}

/* ---- retention, holds, a person ----------------------------------------- */

static const int64_t day_us = INT64_C(86400000000);

static void
put_failure(struct store *s, const char *domain, const char *to, int64_t at)
{
	struct store_failure f = { .type = SPAN("auth-failure"),
		.reporter = SPAN("<ruf@reporter.example>"),
		.reported_domain = assay_cstr(domain),
		.mail_from = SPAN("bounce@list.example"),
		.rcpt_to = assay_cstr(to), .arrival = at / 1000000,
		.authentication_results = SPAN("mx; spf=fail "
		    "smtp.mailfrom=bounce@list.example") };
	struct store_origin from = { .trust = STORE_T_FILE, .received = at,
		.from = SPAN("f.eml") };
	uint8_t hash[STORE_HASH] = { (uint8_t)at, (uint8_t)to[0],
		(uint8_t)domain[0] };
	bool again;

	store_begin(s);
	store_raw_begin(s, hash, false, at, &from.raw);
	store_raw_add(s, SPAN("To: <"));
	store_raw_add(s, assay_cstr(to));
	store_raw_add(s, SPAN(">\r\n\r\nHello"));
	store_raw_end(s);
	store_failure_put(s, &from, &f, &again);
	store_commit(s, STORE_SOON);
}

static struct span
first_cell(struct store *s, enum store_list list, const char *column,
    struct buf *out)
{
	struct store_ask ask = { .by = 0 };
	struct store_cursor *c = store_list(s, list, &ask);
	const struct store_cell *cell;
	size_t n;

	out->len = 0;
	if (store_list_next(c, &cell, &n))
		for (size_t i = 0; i < n; i++)
			if (strcmp(cell[i].name, column) == 0)
				buf_put(out, cell[i].text);
	store_cursor_end(c);
	return buf_span(out);
}

static void
persons(void)
{
	struct store *s = fx_open();
	ROOM(room, 500);
	struct buf b = BUF_ON(room);
	struct store_erased e;
	struct store_hold h = { .domain = SPAN("held.example"),
		.reason = SPAN("case 7"), .owner = SPAN("legal"),
		.last_day = 20200, .at = 20000 * day_us };
	int64_t now = 20100 * day_us;

	put_failure(s, "example.org", "Jo.Doe@example.org", now);
	put_failure(s, "example.org", "ann@example.org", now + 1);
	put_failure(s, "held.example", "Jo.Doe@example.org", now + 2);
	put_failure(s, "example.org", "xjo.doe@example.org", now + 3);
	T_INT(list_size(s, STORE_L_FAILURES), 4, "four failure reports");
	T_OK(!span_has(first_cell(s, STORE_L_FAILURES, "rcpt_to", &b), 'D') &&
	    span_starts(buf_span(&b), SPAN("h-")) &&
	    span_ends(buf_span(&b), SPAN("@example.org")),
	    "the local part is hidden");
	T_OK(span_search(first_cell(s, STORE_L_FAILURES,
	    "authentication_results", &b), SPAN("bounce@")) == b.len &&
	    span_search(buf_span(&b), SPAN("smtp.mailfrom=h-")) < b.len,
	    "within a text, too");
	store_begin(s);
	store_hold(s, &h);
	store_commit(s, STORE_SYNCED);
	T_OK(store_erase(s, SPAN("jo.doe@Example.org"), now, &e), "erase");
	T_INT(e.failures, 1, "the one of this person");
	T_INT(e.held, 2, "the other is held, as are its bytes");
	T_INT(list_size(s, STORE_L_FAILURES), 3, "three are left");
	T_OK(store_erase(s, SPAN("ann"), now, &e) && e.failures == 1 &&
	    e.raw >= 1, "by the local part alone");
	store_begin(s);
	store_release(s, 1, SPAN("legal"), now);
	store_commit(s, STORE_SYNCED);
	T_OK(store_erase(s, SPAN("jo.doe@example.org"), now, &e) &&
	    e.failures == 1 && e.held == 0, "no hold any more");
	T_INT(list_size(s, STORE_L_FAILURES), 1, "another person's stays");
	T_OK(!store_erase(s, SPAN(""), now, &e), "nobody is no person");
	T_OK(is_well(s), "all is well");
	store_close(s);
	fx_clear();
}

static void
ageing(void)
{
	struct store *s = fx_open();
	struct fx_report old = one, held = one, young = one;
	struct store_retention keep = { .raw = 90, .rows = 400,
		.failures = 30, .asides = 90 };
	struct store_retained r;
	struct store_hold h = { .domain = SPAN("held.example"),
		.reason = SPAN("case 7"), .owner = SPAN("legal"),
		.last_day = 21000 };
	int64_t now = 20600 * day_us;

	held.domain = "mail.held.example";
	young.id = "r3";
	young.day = 20500;
	fx_now = 20001 * day_us;
	put_one(s, &old, "old");
	put_one(s, &held, "held");
	fx_now = 20595 * day_us;
	put_one(s, &young, "young");
	put_failure(s, "example.org", "a@b.example", 20500 * day_us);
	put_failure(s, "held.example", "a@b.example", 20500 * day_us + 9);
	store_begin(s);
	store_hold(s, &h);
	store_commit(s, STORE_SYNCED);
	T_OK(store_retain(s, &keep, now, &r), "retention");
	T_INT(r.rows, 1, "the rows of one report");
	T_INT(r.failures, 1, "one failure report");
	T_INT(r.raw, 1, "the bytes of one; a failure's went with it");
	T_INT(r.held, 4, "four are held");
	T_INT(list_size(s, STORE_L_ROWS), 100, "rows of the others");
	T_INT(fx_messages(s), 3 * ONE, "sums stay");
	T_OK(is_well(s), "all is well");
	/* what cannot be taken back is not replaced */
	old.count = 99;
	{
		struct ingest *in = ingest_for(s);
		struct ingest_counts c = { .inputs = 0 };
		fx_report(in, &old, STORE_T_FILE, "late", &c);
		T_INT(c.outcome[STORE_TOO_LATE], 1, "corrected too late");
		T_INT(c.aside[STORE_A_TOO_LATE], 1, "set aside");
		ingest_free(in);
	}
	T_INT(fx_messages(s), 3 * ONE, "sums stay");
	T_OK(store_retain(s, &keep, 21100 * day_us, &r) && r.held == 0,
	    "the hold has ended by itself");
	T_INT(list_size(s, STORE_L_ROWS), 0, "all rows are gone");
	T_INT(fx_messages(s), 3 * ONE, "sums stay");
	T_OK(is_well(s), "all is well");
	store_close(s);
	fx_clear();
}

/* ---- check, backup, restore --------------------------------------------- */

static void
damage(const char *sql, const char *label)
{
	struct store *s;
	unsigned n = 0;

	s = fx_open();
	put_one(s, &one, "a");
	store_close(s);
	run_sql(sql);
	s = fx_open();
	T_OK(store_check(s, NULL, NULL, &n) && n > 0, label);
	store_close(s);
	fx_clear();
}

/* Each of our own rules sees what breaks it. */
static void
checks(void)
{
	damage("UPDATE rollup SET messages = messages + 1",
	    "sums that are too great");
	damage("UPDATE rollup SET dkim = 2 WHERE dkim = 1",
	    "sums in the wrong place");
	damage("UPDATE row SET messages = 99 WHERE number = 3",
	    "a row that was changed");
	damage("DELETE FROM row WHERE number = 3", "a row that is missing");
	damage("UPDATE report SET state = 2", "no version that counts");
	damage("PRAGMA foreign_keys=OFF; DELETE FROM report",
	    "rows of no report");
	damage("DELETE FROM raw_piece", "bytes that are missing");
	damage("PRAGMA foreign_keys=OFF; DELETE FROM reporter",
	    "a reporter that is missing");
}

static void
copies(void)
{
	struct store *s = fx_open();
	struct store_error why;
	char backup[96], damaged[96];
	FILE *f;

	snprintf(backup, sizeof(backup), "%s/backup.db", fx_dir);
	snprintf(damaged, sizeof(damaged), "%s/damaged.db", fx_dir);
	put_one(s, &one, "a");
	T_OK(store_backup(s, backup), "a backup");
	T_OK(!store_backup(s, backup), "not over another one");
	put_one(s, &(struct fx_report){ .domain = "b.example", .org = "o",
	    .email = "e@f.example", .id = "9", .day = 20001, .rows = 1,
	    .count = 5 }, "b");
	T_OK(!store_restore(backup, fx_path, &why), "not over a store");
	T_INT(why.status, STORE_REFUSED, "and said so");
	store_close(s);
	fx_clear();
	T_OK(store_restore(backup, fx_path, &why), "restored");
	s = fx_open();
	T_INT(fx_messages(s), ONE, "as it was");
	T_OK(is_well(s), "all is well");
	store_close(s);
	fx_clear();
	T_OK(rename(backup, damaged) == 0, "a backup");
	f = fopen(damaged, "r+");
	for (int page = 3; page < 30; page++) {
		fseek(f, 4096 * page + 3000, SEEK_SET);
		for (int i = 0; i < 1000; i++)
			fputc('x', f);
	}
	fclose(f);
	T_OK(!store_restore(damaged, fx_path, &why), "that is damaged");
	T_INT(why.status, STORE_CORRUPT, "and said so");
	T_OK(access(fx_path, F_OK) != 0, "nothing was made of it");
	unlink(damaged);
	fx_clear();
}

/* ---- decisions, DNS ----------------------------------------------------- */

static void
facts(void)
{
	struct store *s = fx_open();
	struct store_decision d = { .scope = STORE_S_NETWORK,
		.what = SPAN("192.0.2.0/24"), .class = SPAN("ours"),
		.who = SPAN("ann"), .note = SPAN("the new office"),
		.at = 5 };
	struct store_alert a = { .key = SPAN("spike example.org"),
		.domain = SPAN("example.org"), .state = SPAN(""),
		.cause = SPAN("900 messages"), .at = 1 };

	store_begin(s);
	store_decide(s, &d);
	store_decide(s, &d);
	d.at = 6;
	d.class = SPAN("hostile");
	store_decide(s, &d);
	store_dns_seen(s, SPAN("_dmarc.example.org"), SPAN("TXT"),
	    SPAN("v=DMARC1; p=none"), 3 * day_us + 70);
	store_dns_seen(s, SPAN("_dmarc.example.org"), SPAN("TXT"),
	    SPAN("v=DMARC1; p=none"), 3 * day_us + 50);
	store_dns_seen(s, SPAN("_dmarc.example.org"), SPAN("TXT"),
	    SPAN("v=DMARC1; p=reject"), 3 * day_us + 90);
	store_alert_seen(s, &a);
	store_alert_seen(s, &a);
	a.at = 2;
	store_alert_seen(s, &a);
	T_OK(store_commit(s, STORE_SYNCED), "facts");
	T_INT(list_size(s, STORE_L_ALERTS), 2, "what was told, once");
	T_INT(list_size(s, STORE_L_DECISIONS), 2, "both decisions, once");
	T_INT(list_size(s, STORE_L_DNS), 2, "two answers on that day");
	store_close(s);
	fx_clear();
}

static bool
mail_is_known(struct store *s, struct span mailbox, uint32_t uidvalidity,
    uint32_t uid)
{
	struct store_mail m = { mailbox, uidvalidity, uid };
	bool known = false;

	T_OK(store_mail_known(s, &m, &known), "asked");
	return known;
}

static void
mails(void)
{
	struct store *s = fx_open();
	struct store_mail m = { SPAN("d@h:993/INBOX"), 7, UINT32_MAX };

	store_begin(s);
	store_mail_taken(s, &m, 5);
	store_mail_taken(s, &m, 6);
	store_rollback(s);
	T_OK(!mail_is_known(s, m.mailbox, 7, UINT32_MAX), "not yet");
	store_begin(s);
	store_mail_taken(s, &m, 5);
	store_mail_taken(s, &m, 6);
	T_OK(store_commit(s, STORE_SYNCED), "a mail is taken, twice");
	T_OK(mail_is_known(s, m.mailbox, 7, UINT32_MAX), "it is known");
	T_OK(!mail_is_known(s, m.mailbox, 8, UINT32_MAX) &&
	    !mail_is_known(s, m.mailbox, 7, 1) &&
	    !mail_is_known(s, SPAN("d@h:993/Inbox"), 7, UINT32_MAX),
	    "and no other is");
	store_close(s);
	fx_clear();
}

int
main(void)
{
	fx_begin();
	opening();
	others();
	saturates();
	migrations();
	disk();
	unwritable();
	raw_bytes();
	persons();
	ageing();
	checks();
	copies();
	facts();
	mails();
	fx_end();
	return t_done();
}

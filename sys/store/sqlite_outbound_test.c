/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports that we send, in the store: what is counted once, when a report is
 * made, what becomes of its mails; a kill at every step leaves the sums as
 * they were or as they should be.
 */
#include "outbound.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "test/store_fixture.h"
#include "test/t.h"

enum { DAY = 20000, DUE = 1000 };

static uint8_t room[LIMIT_TALLY_BYTES];

/* A tally of that source and policy. */
static struct tally_parts
tally(uint8_t source, bool quarantine, bool letter, struct arena *a)
{
	struct tally t = { .day = DAY, .letter = letter,
		.policy = { .domain = SPAN("shop.test"), .pct = -1,
			.p = quarantine ? AGGREGATE_QUARANTINE :
			AGGREGATE_NONE, .adkim = 'r', .aspf = 'r' },
		.rua = SPAN("a@shop.test"),
		.row = { .source = { 4, { 192, 0, 2, source } },
			.disposition = AGGREGATE_NONE,
			.dkim = AGGREGATE_ALIGNED_FAIL,
			.spf = AGGREGATE_ALIGNED_FAIL,
			.header_from = SPAN("shop.test") } };
	struct buf b = BUF_ON(room);
	struct tally_parts p = { .day = 0 };

	tally_put(&b, &t);
	T_OK(tally_split(&p, arena_dup(a, buf_span(&b)), a), "a tally");
	return p;
}

static bool
add_row(void *ctx, struct span row, uint64_t messages)
{
	uint64_t *sum = ctx;

	sum[0]++;
	sum[1] += messages;
	return row.len > 0;
}

static void
count(struct store *s, uint64_t number, const struct tally_parts *t)
{
	if (outbound_entry(s, 7, number))
		outbound_count(s, t, DUE);
}

static void
test_counting(struct arena *a)
{
	struct store *s = fx_open();
	struct tally_parts one = tally(1, false, false, a);
	struct tally_parts two = tally(2, false, true, a);
	struct tally_parts other = tally(1, true, false, a);
	struct outbound_report r;
	uint64_t sum[2] = { 0, 0 };

	store_begin(s);
	count(s, 1, &one);
	count(s, 2, &two);
	count(s, 3, &one);
	count(s, 4, &other);
	T_OK(store_commit(s, STORE_SYNCED), "counted");
	store_begin(s);
	count(s, 3, &one);
	count(s, 4, &other);
	T_OK(store_commit(s, STORE_SYNCED), "what comes again");
	T_OK(!outbound_next(s, OUTBOUND_COUNTS, DUE - 1, 0, &r, a),
	    "not due before its time");
	T_OK(outbound_next(s, OUTBOUND_COUNTS, DUE, 0, &r, a), "then it is");
	T_INT(r.messages, 3, "messages, each once");
	T_INT(r.letters, 1, "a letter among them");
	T_INT(r.rows, 2, "rows");
	T_SPAN(r.domain, SPAN("shop.test"), "its domain");
	T_OK(outbound_rows(s, r.id, add_row, sum), "rows are read");
	T_INT(sum[0], 2, "two");
	T_INT(sum[1], 3, "of three messages");
	T_OK(outbound_next(s, OUTBOUND_COUNTS, DUE, r.id, &r, a),
	    "the other policy is another report");
	T_INT(r.messages, 1, "with its message");
	store_close(s);
}

/* What comes when a report was made goes into the next part. */
static void
test_making(struct arena *a)
{
	struct store *s = fx_open();
	struct tally_parts one = tally(1, false, false, a);
	struct outbound_report r, again, part;

	store_begin(s);
	outbound_lost(s, 7, DAY, SPAN("shop.test"), 5);
	outbound_lost(s, 7, DAY, SPAN("shop.test"), 4);
	outbound_lost(s, 8, DAY, SPAN("shop.test"), 2);
	outbound_lost(s, 8, DAY + 1, SPAN("shop.test"), 100);
	T_OK(outbound_next(s, OUTBOUND_COUNTS, DUE, 0, &r, a), "due");
	T_INT(r.lost, 7, "lost, as often as it was told");
	outbound_make(s, &r, SPAN("ours.test"), true, 2000);
	count(s, 5, &one);
	T_OK(store_commit(s, STORE_SYNCED), "made");
	T_OK(outbound_get(s, r.id, &again, a), "there");
	T_INT(again.state, OUTBOUND_MADE, "made");
	T_INT(again.messages, 3, "it counts no more");
	T_INT(again.report_id.len, OUTBOUND_ID, "it has a name");
	T_OK(again.old_form, "and a form");
	T_SPAN(again.error, SPAN("7 messages are missing here: there was no "
	    "room to count more"), "and tells what is missing");
	T_OK(outbound_next(s, OUTBOUND_COUNTS, DUE, again.id + 1, &part, a),
	    "a part");
	T_INT(part.part, 1, "the next");
	T_INT(part.messages, 1, "counts");
	store_begin(s);
	outbound_make(s, &part, SPAN("ours.test"), false, 2000);
	T_OK(store_commit(s, STORE_SOON), "made, too");
	T_OK(outbound_get(s, part.id, &part, a), "there");
	T_OK(!span_eq(part.report_id, again.report_id), "another name");
	store_close(s);
}

static void
test_mails(struct arena *a)
{
	struct store *s = fx_open();
	struct outbound_report r;
	struct outbound_mail m;
	uint64_t sum[2] = { 0, 0 };

	T_OK(outbound_next(s, OUTBOUND_MADE, DUE, 0, &r, a), "made");
	store_begin(s);
	outbound_later(s, r.id, 3000, SPAN("no answer"));
	T_OK(!outbound_next(s, OUTBOUND_MADE, 2999, r.id - 1, &r, a) ||
	    r.part == 1, "later is later");
	T_OK(outbound_next(s, OUTBOUND_MADE, 3000, 0, &r, a), "now");
	T_INT(r.tries, 1, "once");
	outbound_address(s, r.id, SPAN("a@shop.test"), false, SPAN_NONE,
	    3000);
	outbound_address(s, r.id, SPAN("a@shop.test"), true, SPAN("x"), 1);
	outbound_address(s, r.id, SPAN("b@shop.test"), false, SPAN_NONE,
	    3001);
	outbound_address(s, r.id, SPAN("x@victim.test"), true,
	    SPAN("it did not agree"), 3000);
	outbound_routed(s, r.id);
	T_OK(store_commit(s, STORE_SYNCED), "routed");
	T_OK(outbound_mail_next(s, 3000, &m, a), "a mail is due");
	T_SPAN(m.address, SPAN("a@shop.test"), "the first");
	store_begin(s);
	outbound_attempt(s, m.id, 3000, 9000);
	T_OK(store_commit(s, STORE_SYNCED), "tried");
	T_OK(!outbound_mail_next(s, 3000, &m, a), "not twice at once");
	store_begin(s);
	outbound_recover(s, 3000);
	T_OK(store_commit(s, STORE_SYNCED), "nobody saw the end of it");
	T_OK(outbound_mail_next(s, 3000, &m, a), "it is due again");
	T_INT(m.tries, 1, "the second time");
	store_begin(s);
	outbound_attempt(s, m.id, 3000, 9000);
	outbound_answer(s, m.id, OUTBOUND_DUE, 451, SPAN("busy"), 3000,
	    4000);
	T_OK(store_commit(s, STORE_SYNCED), "later");
	T_OK(outbound_mail_get(s, m.id, &m, a) && m.code == 451 &&
	    m.tries == 2, "as it was told");
	store_begin(s);
	outbound_answer(s, m.id, OUTBOUND_SENT, 250, SPAN("ok"), 4000, 0);
	T_OK(outbound_rows(s, r.id, add_row, sum), "rows are there");
	T_INT(sum[0], 2, "for the other mail");
	T_OK(outbound_mail_next(s, 5000, &m, a), "which is due");
	outbound_answer(s, m.id, OUTBOUND_FAILED, 550, SPAN("who"), 4000, 0);
	T_OK(store_commit(s, STORE_SYNCED), "and fails");
	sum[0] = 0;
	T_OK(outbound_rows(s, r.id, add_row, sum), "rows");
	T_INT(sum[0], 0, "are gone with the last mail");
	T_OK(outbound_get(s, r.id, &r, a) && r.state == OUTBOUND_DONE,
	    "done");
	store_close(s);
}

/* Mails to a host because of a domain and what is below it. */
static void
test_mails_to(struct arena *a)
{
	struct store *s = fx_open();
	struct outbound_report r;
	const struct span shop = SPAN("shop.test"), host = SPAN("SHOP.test");

	T_OK(outbound_next(s, OUTBOUND_MADE, DUE, 0, &r, a), "a report");
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_AGGREGATE,
	    shop, host, 9), 2, "two were sent");
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_AGGREGATE,
	    SPAN("test"), host, 9), 2, "a domain above counts them");
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_AGGREGATE,
	    shop, host, 1), 1, "most is enough");
	T_INT(outbound_mails_to(s, DAY + 1, OUTBOUND_AGGREGATE,
	    shop, host, 9), 0, "that day");
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_AGGREGATE,
	    SPAN("hop.test"), host, 9), 0, "labels, not letters");
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_AGGREGATE,
	    SPAN("a.shop.test"), host, 9), 0, "not of a domain below");
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_AGGREGATE,
	    shop, SPAN("victim.test"), 9), 0, "who is refused got none");
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_AGGREGATE,
	    shop, SPAN("hop.test"), 9), 0, "the whole host");
	store_begin(s);
	outbound_address(s, r.id, SPAN("c@shop.test"), false, SPAN_NONE, 1);
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_AGGREGATE,
	    shop, host, 9), 3, "another report's counts, too");
	store_rollback(s);
	store_close(s);
}

static bool
add_line(void *ctx, const struct outbound_report *r,
    const struct outbound_mail *mail)
{
	unsigned *n = ctx;

	n[mail == NULL]++;
	return r->domain.len > 0;
}

static void
test_rest(struct arena *a)
{
	struct store *s = fx_open();
	struct outbound_report r;
	unsigned n[2] = { 0, 0 };

	store_begin(s);
	outbound_suppress(s, SPAN("b@shop.test"), 10, 100, SPAN("who"));
	T_OK(outbound_is_suppressed(s, SPAN("b@shop.test"), 99), "dead");
	T_OK(!outbound_is_suppressed(s, SPAN("b@shop.test"), 100),
	    "until then");
	T_OK(!outbound_is_suppressed(s, SPAN("a@shop.test"), 99), "others");
	outbound_release(s, SPAN("b@shop.test"));
	T_OK(!outbound_is_suppressed(s, SPAN("b@shop.test"), 99), "alive");
	T_OK(outbound_next(s, OUTBOUND_COUNTS, DUE, 0, &r, a), "the other");
	outbound_none(s, r.id, SPAN("nobody wants it"));
	T_OK(store_commit(s, STORE_SYNCED), "not sent");
	T_OK(outbound_list(s, add_line, n), "listed");
	T_INT(n[0], 3, "mails");
	T_INT(n[1], 2, "reports without");
	store_begin(s);
	outbound_age(s, DAY + 1);
	T_OK(store_commit(s, STORE_SYNCED), "forgotten");
	n[0] = n[1] = 0;
	T_OK(outbound_list(s, add_line, n), "listed");
	T_INT(n[0], 0, "what is done with");
	T_INT(n[1], 1, "what is not stays");
	store_begin(s);
	outbound_forget_spool(s, 7);
	T_OK(outbound_entry(s, 7, 1), "a spool is gone");
	store_rollback(s);
	store_close(s);
}

/* ---- kills --------------------------------------------------------------- */

static int countdown;

static void
step(void *ctx, const char *where)
{
	(void)ctx;
	(void)where;
	if (countdown > 0 && --countdown == 0)
		raise(SIGKILL);
}

/* A day of three messages, made and sent, as often as it is begun. */
static void
work(struct store *s, struct arena *a)
{
	struct tally_parts one = tally(1, false, false, a);
	struct outbound_report r;
	struct outbound_mail m;

	for (uint64_t i = 1; i <= 3; i++) {
		store_begin(s);
		count(s, i, &one);
		store_commit(s, STORE_SYNCED);
	}
	store_begin(s);
	if (outbound_next(s, OUTBOUND_COUNTS, DUE, 0, &r, a))
		outbound_make(s, &r, SPAN("ours.test"), false, 2000);
	store_commit(s, STORE_SYNCED);
	store_begin(s);
	if (outbound_next(s, OUTBOUND_MADE, DUE, 0, &r, a)) {
		outbound_address(s, r.id, SPAN("a@b"), false, SPAN_NONE, 1);
		outbound_routed(s, r.id);
	}
	store_commit(s, STORE_SYNCED);
	store_begin(s);
	outbound_recover(s, 1);
	if (outbound_mail_next(s, DUE, &m, a))
		outbound_attempt(s, m.id, DUE, 9000);
	store_commit(s, STORE_SYNCED);
	store_begin(s);
	if (outbound_mail_next(s, 9000, &m, a))
		outbound_answer(s, m.id, OUTBOUND_SENT, 250, SPAN("ok"),
		    DUE, 0);
	store_commit(s, STORE_SYNCED);
}

/* True: it was killed. */
static bool
killed_at(int n)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct store_conf conf = { .path = fx_path, .create = true,
			.step = step };
		struct store_error why;
		struct arena a;
		struct store *s;

		arena_init(&a, 4 << 20);
		countdown = n;
		s = store_open(&conf, &why);
		if (s == NULL)
			_exit(1);
		work(s, &a);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status);
}

/* ---- failure reports ----------------------------------------------------- */

static bool
fails(struct store *s, const char *domain, uint64_t number, int64_t at)
{
	struct outbound_failure f = { .at = at, .domain = assay_cstr(domain),
		.ruf = SPAN("f@shop.test,x@third.test"),
		.letter = SPAN("a letter"), .spool = 7, .number = number };
	bool taken = false;

	T_OK(outbound_failure(s, &f, SPAN("ours.test"), 3, &taken), "an item");
	return taken;
}

static void
test_failures(struct arena *a)
{
	const int64_t noon = DAY * 86400 + 43200;
	struct outbound_report r, next;
	struct outbound_mail m;
	struct span letter;
	struct store *s;
	uint64_t n = 0;

	fx_clear();
	s = fx_open();
	store_begin(s);
	T_OK(fails(s, "shop.test", 1, noon), "one is taken");
	T_OK(fails(s, "a.shop.test", 2, noon + 1), "and of a neighbour");
	T_OK(fails(s, "b.shop.test", 3, noon + 2), "and another");
	T_OK(!fails(s, "shop.test", 4, noon + 3), "then it is enough");
	T_OK(!fails(s, "c.shop.test", 5, noon + 3), "for the neighbours, too");
	T_OK(fails(s, "calm.test", 6, noon + 3), "but not for others");
	T_OK(fails(s, "shop.test", 7, noon + 3601), "nor in an hour");
	T_OK(!outbound_next(s, OUTBOUND_MADE, noon - 1, 0, &r, a), "later");
	T_OK(outbound_next(s, OUTBOUND_MADE, noon, 0, &r, a), "it is due");
	T_INT(r.kind, OUTBOUND_FAILURE, "of that kind");
	T_SPAN(r.rua, SPAN("f@shop.test,x@third.test"), "to");
	T_INT(r.report_id.len, OUTBOUND_ID, "it has a name");
	T_OK(outbound_next(s, OUTBOUND_MADE, noon + 1, r.id, &next, a) &&
	    !span_eq(next.report_id, r.report_id), "of its own");
	T_OK(outbound_letter(s, r.id, &letter, a), "and a letter");
	T_SPAN(letter, SPAN("a letter"), "that one");
	outbound_address(s, r.id, SPAN("f@shop.test"), false, SPAN_NONE,
	    noon);
	outbound_address(s, r.id, SPAN("x@third.test"), true, SPAN("no"),
	    noon);
	outbound_routed(s, r.id);
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_FAILURE, SPAN("shop.test"),
	    SPAN("shop.test"), 9), 1, "counts among its kind");
	T_INT(outbound_mails_to(s, DAY, OUTBOUND_AGGREGATE,
	    SPAN("shop.test"), SPAN("shop.test"), 9), 0, "not the other");
	T_OK(outbound_mail_next(s, noon, &m, a), "a mail");
	T_OK(outbound_attempt(s, m.id, noon, noon + 60), "leaves");
	T_OK(outbound_letter(s, r.id, &letter, a), "it may leave again");
	T_OK(outbound_answer(s, m.id, OUTBOUND_SENT, 250, SPAN("ok"), noon,
	    0), "it is there");
	T_OK(!outbound_letter(s, r.id, &letter, a),
	    "what it says of people is gone with that");
	while (n < OUTBOUND_LETTERS + 100) {
		char name[32];

		snprintf(name, sizeof(name), "d%u.x%u.test", (unsigned)n,
		    (unsigned)n);
		if (!fails(s, name, 100 + n, noon))
			break;
		n++;
	}
	T_INT(n, OUTBOUND_LETTERS - 4, "so many wait, and no more");
	T_OK(store_commit(s, STORE_SYNCED), "all of it");
	store_close(s);
	fx_clear();
}

/* ---- what comes back ----------------------------------------------------- */

/* A mail to that address, which was sent; its Message-ID in b. */
static struct span
mailed(struct store *s, const char *to, uint64_t number, int64_t at,
    struct buf *b, struct arena *a)
{
	char name[32];
	struct outbound_report r = { .id = 0 };
	struct outbound_mail m;
	int64_t above = 0;

	snprintf(name, sizeof(name), "n%u.test", (unsigned)number);
	T_OK(fails(s, name, number, at), "a report");
	while (outbound_next(s, OUTBOUND_MADE, at, above, &r, a))
		above = r.id;
	outbound_address(s, r.id, assay_cstr(to), false, SPAN_NONE, at);
	outbound_routed(s, r.id);
	T_OK(outbound_mail_next(s, at, &m, a), "a mail");
	T_INT(m.token.len, OUTBOUND_TOKEN, "with a token");
	outbound_attempt(s, m.id, at, at + 60);
	buf_put(b, r.report_id);
	buf_byte(b, '.');
	buf_put(b, m.token);
	buf_str(b, "@ours.test");
	outbound_answer(s, m.id, OUTBOUND_SENT, 250, SPAN("ok"), at, 0);
	return buf_span(b);
}

static struct outbound_bounced
comes_back(struct store *s, struct span id, enum bounce_action action,
    unsigned status, int64_t at, struct arena *a)
{
	struct bounce b = { .action = action, .status = status,
		.code = status == 5 ? SPAN("5.1.1") : SPAN("4.4.7"),
		.message_id = id };
	struct outbound_bounced o;

	T_OK(outbound_bounce(s, &b, at, &o, a), "it is read");
	return o;
}

static void
test_bounces(struct arena *a)
{
	const int64_t day = 86400, noon = DAY * day + day / 2;
	const struct span dead = SPAN("x@dead.test");
	uint8_t ids[4][200];
	struct span id[4];
	struct store *s;
	uint32_t n = 0;

	fx_clear();
	s = fx_open();
	store_begin(s);
	for (size_t i = 0; i < 4; i++) {
		struct buf b = BUF_ON(ids[i]);
		id[i] = mailed(s, "x@dead.test", i + 1, noon +
		    (int64_t)i * day, &b, a);
	}
	T_INT(comes_back(s, SPAN_NONE, BOUNCE_FAILED, 5, noon, a).mail, 0,
	    "no id");
	T_INT(comes_back(s, span_skip(id[0], 1), BOUNCE_FAILED, 5, noon,
	    a).mail != 0, true, "the token decides");
	T_INT(comes_back(s, id[0], BOUNCE_FAILED, 5, noon, a).hard, false,
	    "once");
	T_INT(comes_back(s, span_head(id[1], id[1].len - 10), BOUNCE_FAILED,
	    5, noon, a).mail != 0, true, "whatever stands behind it");
	T_INT(comes_back(s, id[2], BOUNCE_FAILED, 4, noon, a).hard, false,
	    "4.x.x");
	T_INT(comes_back(s, id[2], BOUNCE_DELAYED, 5, noon, a).hard, false,
	    "delayed");
	T_OK(!outbound_is_suppressed(s, dead, noon), "two");
	T_INT(comes_back(s, id[2], BOUNCE_FAILED, 5, noon + 15 * day,
	    a).times, 1, "in two weeks those before are forgotten");
	T_INT(comes_back(s, id[3], BOUNCE_FAILED, 5, noon + 13 * day,
	    a).suppressed, true, "else three are enough");
	T_OK(outbound_is_suppressed(s, dead, noon + 19 * day), "a week");
	T_OK(!outbound_is_suppressed(s, dead, noon + 21 * day), "then again");
	T_OK(outbound_lift(s, dead, &n) && n == 1, "a person lifts it");
	T_OK(outbound_lift(s, dead, &n) && n == 0, "once");
	T_OK(!outbound_is_suppressed(s, dead, noon + 14 * day), "it is");
	T_OK(store_commit(s, STORE_SYNCED), "all of it");
	store_close(s);
	fx_clear();
}

static bool
look(void *ctx, const struct outbound_report *r,
    const struct outbound_mail *mail)
{
	unsigned *good = ctx;

	*good += r->messages == 3 && r->part == 0 &&
	    r->state == OUTBOUND_DONE && mail != NULL &&
	    mail->state == OUTBOUND_SENT;
	return true;
}

static void
test_kills(struct arena *a)
{
	unsigned bad = 0;
	int n = 1;

	fflush(stdout);
	for (;; n++) {
		struct store *s;
		unsigned good = 0;
		bool killed;

		fx_clear();
		killed = killed_at(n);
		s = fx_open();
		work(s, a);
		outbound_list(s, look, &good);
		bad += good != 1;
		store_close(s);
		if (!killed)
			break;
	}
	printf("# %d steps\n", n - 1);
	T_OK(n > 20, "it was killed at every step");
	T_INT(bad, 0, "and each time ended as an undisturbed run");
}

int
main(void)
{
	struct arena a;

	fx_begin();
	arena_init(&a, 16 << 20);
	test_counting(&a);
	test_making(&a);
	test_mails(&a);
	test_mails_to(&a);
	test_rest(&a);
	test_failures(&a);
	test_bounces(&a);
	test_kills(&a);
	arena_free(&a);
	fx_end();
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "ingest.h"

#include <signal.h>
#include <sys/wait.h>

#include "test/store_fixture.h"
#include "test/t.h"

static const struct span ours[] = { SPAN_INIT("example.org"),
	SPAN_INIT("B\303\274cher.example") };

static const struct fx_report one = { .domain = "example.org",
	.org = "Reporter Inc", .email = "noreply@Reporter.example",
	.id = "r1", .day = 20000, .rows = 200, .count = 1, .seed = 5 };

static struct ingest *
opened(struct store **s)
{
	struct ingest_conf conf = { .own = ours, .n_own = 2 };

	conf.store = *s = fx_open();
	return ingest_new(&conf);
}

static void
closed(struct ingest *in, struct store *s)
{
	ingest_free(in);
	store_close(s);
	fx_clear();
}

static uint64_t
sum_of(const struct fx_report *r)
{
	return r->rows * r->count + r->rows * (r->rows - 1) / 2;
}

static void
counts_once(void)
{
	struct ingest_counts c = { .inputs = 0 };
	struct fx_report other = one;
	struct store *s;
	struct ingest *in = opened(&s);
	uint64_t before;

	T_OK(fx_report(in, &one, STORE_T_FILE, "a.xml", &c), "taken");
	T_INT(c.outcome[STORE_NEW], 1, "it is new");
	T_INT(c.rows, 200, "all its rows");
	T_INT(fx_messages(s), sum_of(&one), "all its messages");
	before = fx_digest(s);
	T_OK(fx_report(in, &one, STORE_T_FILE, "b.xml", &c), "in other bytes");
	T_INT(c.outcome[STORE_DUPLICATE], 1, "a duplicate");
	T_INT(fx_messages(s), sum_of(&one), "counts once");
	T_OK(fx_digest(s) == before, "nothing has changed");
	other.org = "REPORTER inc";
	T_OK(fx_report(in, &other, STORE_T_FILE, "c.xml", &c), "other case");
	T_INT(c.outcome[STORE_REPLACED], 1, "is the same report, re-sent");
	other.id = "r2";
	T_OK(fx_report(in, &other, STORE_T_FILE, "d.xml", &c), "another id");
	T_INT(c.outcome[STORE_NEW], 2, "is another report");
	T_INT(fx_messages(s), 2 * sum_of(&one), "and counts, too");
	closed(in, s);
}

/* Versions of a report in each order: the same sums. */
static void
replaces(void)
{
	struct fx_report first = one, second = one;
	struct ingest_counts c = { .inputs = 0 };
	struct store *s;
	struct ingest *in = opened(&s);
	uint64_t want;

	second.count = 10;
	second.seed = 9;
	fx_report(in, &second, STORE_T_FILE, "b", &c);
	want = fx_digest(s);
	closed(in, s);

	in = opened(&s);
	c = (struct ingest_counts){ .inputs = 0 };
	fx_report(in, &first, STORE_T_FILE, "a", &c);
	T_OK(fx_digest(s) != want, "they differ");
	T_OK(fx_report(in, &second, STORE_T_FILE, "b", &c), "corrected");
	T_INT(c.outcome[STORE_REPLACED], 1, "replaced");
	T_OK(fx_digest(s) == want, "as if the first had never been");
	fx_report(in, &first, STORE_T_FILE, "a2", &c);
	T_INT(c.outcome[STORE_DUPLICATE], 1, "the first again: known");
	T_OK(fx_digest(s) == want, "and does not come back");
	fx_report(in, &first, STORE_T_UNKNOWN, "a3", &c);
	T_OK(fx_digest(s) == want, "nor less trusted");
	fx_report(in, &first, STORE_T_PASSED, "a4", &c);
	T_INT(fx_messages(s), sum_of(&first), "more trusted: it counts");
	closed(in, s);
}

static void
outranked(void)
{
	struct fx_report forged = one;
	struct ingest_counts c = { .inputs = 0 };
	struct store *s;
	struct ingest *in = opened(&s);
	uint64_t want, other;

	forged.count = 1000000;
	fx_report(in, &one, STORE_T_PASSED, "a", &c);
	want = fx_digest(s);
	T_OK(fx_report(in, &forged, STORE_T_FAILED, "b", &c), "forged");
	T_INT(c.outcome[STORE_OUTRANKED], 1, "less trusted");
	T_INT(c.aside[STORE_A_OUTRANKED], 1, "set aside");
	T_OK(fx_digest(s) == want, "the sums are the first one's");
	closed(in, s);
	in = opened(&s);
	fx_report(in, &forged, STORE_T_FAILED, "b", &c);
	T_OK(fx_report(in, &one, STORE_T_PASSED, "a", &c), "the other order");
	other = fx_digest(s);
	T_OK(other == want, "the same sums");
	closed(in, s);
}

static uint64_t
asides(struct store *s, const char *reason)
{
	struct store_ask ask = { .by = 0 };
	struct store_cursor *c = store_list(s, STORE_L_ASIDES, &ask);
	const struct store_cell *cell;
	size_t n;
	uint64_t found = 0;

	while (c != NULL && store_list_next(c, &cell, &n))
		found += span_eq(cell[1].text, assay_cstr(reason));
	if (c == NULL || !store_cursor_end(c))
		printf("# no list: %s\n", store_why(s)->text);
	return found;
}

static void
foreign(void)
{
	struct fx_report r = one;
	struct ingest_counts c = { .inputs = 0 };
	struct store *s;
	struct ingest *in = opened(&s);

	r.domain = "example.com";
	T_OK(fx_report(in, &r, STORE_T_FILE, "f", &c), "taken note of");
	T_INT(c.aside[STORE_A_FOREIGN], 1, "not ours");
	r.domain = "badexample.org";
	fx_report(in, &r, STORE_T_FILE, "g", &c);
	T_INT(c.aside[STORE_A_FOREIGN], 2, "a name that ends alike, neither");
	T_INT(fx_messages(s), 0, "counts for nothing");
	T_INT(asides(s, "foreign-domain"), 2, "and is listed");
	r.domain = "News.Example.ORG.";
	fx_report(in, &r, STORE_T_FILE, "h", &c);
	T_INT(c.outcome[STORE_NEW], 1, "below ours is ours");
	fx_report(in, &r, STORE_T_FILE, "f", &c);
	r.domain = "xn--bcher-kva.example";
	fx_report(in, &r, STORE_T_FILE, "i", &c);
	T_INT(c.outcome[STORE_NEW], 2, "ours, as DNS writes it");
	closed(in, s);
}

static void
refusals(void)
{
	ROOM(room, 100 << 10);
	struct buf b = BUF_ON(room);
	struct store_aside a = { .reason = STORE_A_BOUNDS,
		.kind = STORE_AGGREGATE, .detail = SPAN("a bomb") };
	struct ingest_counts c = { .inputs = 0 };
	struct store *s;
	struct ingest *in = opened(&s);

	parcel_refused(&b, &a);
	parcel_done(&b);
	T_OK(fx_take(in, buf_span(&b), STORE_T_FILE, "bomb", &c), "a bomb");
	T_INT(asides(s, "past-bounds"), 1, "is listed");
	fx_take(in, buf_span(&b), STORE_T_FILE, "bomb", &c);
	T_INT(asides(s, "past-bounds"), 1, "once");
	b.len = 0;
	parcel_done(&b);
	fx_take(in, buf_span(&b), STORE_T_FILE, "spam", &c);
	T_INT(asides(s, "no-report"), 1, "no report in it");
	b.len = 0;
	fx_put(&b, &one);
	b.len -= 30;	/* its end is cut off, and then */
	a.reason = STORE_A_MALFORMED;
	b.len = 0;
	{
		struct aggregate_head h = fx_head(&one);
		parcel_head(&b, &h);
	}
	parcel_refused(&b, &a);
	parcel_done(&b);
	fx_take(in, buf_span(&b), STORE_T_FILE, "half", &c);
	T_INT(asides(s, "malformed"), 1, "given up in the middle");
	T_INT(fx_messages(s), 0, "nothing of it counts");
	b.len = 0;
	fx_put(&b, &one);
	room[b.len - 1] ^= 1;	/* messages that it did not have */
	fx_take(in, buf_span(&b), STORE_T_FILE, "liar", &c);
	T_INT(c.aside[STORE_A_READER_DIED], 1, "sums that are not so");
	T_INT(fx_messages(s), 0, "count for nothing");
	T_INT(asides(s, "reader-died"), 1, "are listed");
	closed(in, s);
}

/* The policy stands behind the rows: a head that is whole at the end. */
static void
late_head(void)
{
	ROOM(room, 64 << 10);
	struct buf b = BUF_ON(room);
	struct ingest_counts c = { .inputs = 0 };
	struct aggregate_head h = fx_head(&one), none = { .begin = 1 };
	struct aggregate_row row = { .count = 7 };
	struct parcel_sum sum = { .rows = 1, .messages = 7 };
	struct store *s;
	struct ingest *in = opened(&s);

	for (int twice = 0; twice < 2; twice++) {
		b.len = 0;
		parcel_head(&b, twice ? &h : &none);
		parcel_row(&b, &row);
		parcel_head(&b, &h);
		parcel_end(&b, &sum);
		parcel_done(&b);
		fx_take(in, buf_span(&b), STORE_T_FILE, twice ? "b" : "a",
		    &c);
	}
	T_INT(c.outcome[STORE_NEW], 1, "a late head is the head");
	T_INT(c.outcome[STORE_DUPLICATE], 1, "and the content the same");
	T_INT(fx_messages(s), 7, "sums");
	b.len = 0;
	h.policy.domain = SPAN("alien.example");
	parcel_head(&b, &none);
	parcel_row(&b, &row);
	parcel_head(&b, &h);
	parcel_end(&b, &sum);
	parcel_head(&b, &none);
	parcel_row(&b, &row);
	parcel_end(&b, &sum);
	parcel_done(&b);
	fx_take(in, buf_span(&b), STORE_T_FILE, "c", &c);
	T_INT(c.aside[STORE_A_FOREIGN], 1, "a domain that is not ours, late");
	T_INT(c.aside[STORE_A_MALFORMED], 1, "no domain at all");
	T_INT(fx_messages(s), 7, "count for nothing");
	closed(in, s);
}

/* ---- reporters who say no id -------------------------------------------- */

static void
put_tls(struct buf *b, struct store_tls *h, const char *domain)
{
	struct store_tls_policy p = { .type = SPAN("sts"),
		.domain = assay_cstr(domain), .good = 1 };

	b->len = 0;
	parcel_tls(b, h);
	parcel_policy(b, &p);
	parcel_tls_end(b);
	parcel_done(b);
}

static void
no_ids(void)
{
	ROOM(room, 4 << 10);
	struct buf b = BUF_ON(room);
	struct ingest_counts c = { .inputs = 0 };
	struct fx_report day = one;
	struct store_tls tls = { .org = SPAN("o"), .begin = 86400,
		.contact = SPAN("a@r.example") };
	struct store *s;
	struct ingest *in = opened(&s);

	day.id = "";
	fx_report(in, &day, STORE_T_FILE, "a", &c);
	day.day++;
	fx_report(in, &day, STORE_T_FILE, "b", &c);
	T_INT(c.outcome[STORE_NEW], 2, "two days, no ids: two reports");
	T_INT(fx_messages(s), 2 * sum_of(&one), "both count");
	day.count++;
	fx_report(in, &day, STORE_T_FILE, "c", &c);
	T_INT(c.outcome[STORE_REPLACED], 1, "corrected, of the same period");
	put_tls(&b, &tls, "example.org");
	fx_take(in, buf_span(&b), STORE_T_FILE, "t1", &c);
	tls.begin += 86400;
	put_tls(&b, &tls, "example.org");
	fx_take(in, buf_span(&b), STORE_T_FILE, "t2", &c);
	T_INT(c.outcome[STORE_NEW], 4, "TLS reports, too");
	closed(in, s);
}

/* ---- names, and who lies about them -------------------------------------- */

static uint64_t
trusted(struct store *s)
{
	struct store_ask ask = { .by = STORE_BY_ALL, .trust = STORE_T_PASSED };
	struct store_cursor *c = store_tallies(s, &ask);
	struct store_tally t;
	uint64_t n = 0;

	while (c != NULL && store_tally_next(c, &t))
		n += t.messages;
	if (c == NULL || !store_cursor_end(c))
		printf("# no tallies: %s\n", store_why(s)->text);
	return n;
}

/* A mail that was proven to be from bank.example, and says these heads, one
 * behind the other, with a row of seven messages. */
static enum ingest_state
says(struct ingest *in, const struct aggregate_head *head, size_t n,
    struct ingest_counts *c)
{
	static uint8_t hash[STORE_HASH];
	ROOM(room, 4 << 10);
	struct buf b = BUF_ON(room);
	struct store_origin from = { .trust = STORE_T_PASSED,
		.author = SPAN("r@bank.example"), .received = fx_now++,
		.from = SPAN("mail") };
	struct aggregate_row row = { .count = 7 };
	struct parcel_sum sum = { .rows = 1, .messages = 7 };
	enum ingest_state st;

	hash[0]++;
	parcel_head(&b, head);
	parcel_row(&b, &row);
	for (size_t i = 1; i < n; i++)
		parcel_head(&b, &head[i]);
	parcel_end(&b, &sum);
	parcel_done(&b);
	T_OK(ingest_begin(in, &from, hash, false), "a mail");
	st = fx_give(in, buf_span(&b));
	T_OK(ingest_end(in, STORE_SOON, c), "ends");
	return st;
}

static void
liars(void)
{
	struct aggregate_head h[2] = { fx_head(&one), fx_head(&one) };
	struct ingest_counts c = { .inputs = 0 };
	struct store *s;
	struct ingest *in = opened(&s);

	h[0].email = SPAN("a@bank.example");
	h[1].email = SPAN("a@google.com");
	T_INT(says(in, h, 2, &c), INGEST_LIED, "another reporter, later");
	h[1].email = SPAN_NONE;
	T_INT(says(in, h, 2, &c), INGEST_LIED, "none, later");
	h[1] = h[0];
	h[1].org_name = SPAN("Google");
	T_INT(says(in, h, 2, &c), INGEST_LIED, "another organisation");
	h[1] = h[0];
	h[1].report_id = SPAN("r2");
	T_INT(says(in, h, 2, &c), INGEST_LIED, "another id");
	h[1] = h[0];
	h[1].policy.domain = SPAN("a.example.org");
	T_INT(says(in, h, 2, &c), INGEST_LIED, "another domain");
	T_INT(c.aside[STORE_A_READER_DIED], 5, "are set aside");
	T_INT(fx_messages(s), 0, "and count for nothing");
	h[1] = h[0];
	h[0].email = h[0].org_name = SPAN_NONE;
	T_INT(says(in, h, 2, &c), INGEST_DONE, "a reporter who was late");
	T_INT(fx_messages(s), 7, "counts");
	T_INT(trusted(s), 0, "and is not believed more than before");
	h[1].report_id = h[0].report_id = SPAN("r3");
	T_INT(says(in, h + 1, 1, &c), INGEST_DONE, "a reporter in time");
	T_INT(trusted(s), 7, "is believed");
	closed(in, s);
}

/* What `author`, proven or not, reports as somebody of big.example: so many
 * messages, as the report of this id. */
static enum store_outcome
reports(struct ingest *in, const char *author, const char *id, uint64_t n)
{
	static uint8_t hash[STORE_HASH] = { 99 };
	struct aggregate_head h = fx_head(&one);
	struct ingest_counts c = { .inputs = 0 };
	ROOM(room, 4 << 10);
	struct buf b = BUF_ON(room);
	struct store_origin from = { .trust = author == NULL ?
		STORE_T_UNKNOWN : STORE_T_PASSED, .received = fx_now++,
		.author = assay_cstr(author), .from = SPAN("mail") };
	struct aggregate_row row = { .count = n };
	struct parcel_sum sum = { .rows = 1, .messages = n };
	enum store_outcome o = 0;

	hash[1] = (uint8_t)(hash[1] + 1);
	h.email = SPAN("dmarc@big.example");
	h.report_id = assay_cstr(id);
	parcel_head(&b, &h);
	parcel_row(&b, &row);
	parcel_end(&b, &sum);
	parcel_done(&b);
	T_OK(ingest_begin(in, &from, hash, false), "a mail");
	T_INT(fx_give(in, buf_span(&b)), INGEST_DONE, "is read");
	T_OK(ingest_end(in, STORE_SOON, &c), "ends");
	while (o < STORE_OUTCOMES && c.outcome[o] == 0)
		o++;
	return o;
}

#define JO "jo@mail.big.example"
#define MALLORY "mallory@big.example"

/* Millions have an address at a large provider's, and each of them is proven
 * by the same name. */
static void
neighbours(void)
{
	struct store *s;
	struct ingest *in = opened(&s);

	T_INT(reports(in, JO, "r1", 7), STORE_NEW, "the reporter");
	T_INT(trusted(s), 7, "is believed");
	T_INT(reports(in, MALLORY, "r1", 900), STORE_OUTRANKED,
	    "who has an address there as well, is kept and does not count");
	T_INT(fx_messages(s), 7, "nothing of it");
	T_INT(reports(in, "JO@Mail.Big.Example", "r1", 8), STORE_REPLACED,
	    "he himself may correct it");
	T_INT(trusted(s), 8, "and is believed");
	T_INT(reports(in, MALLORY, "r1", 8), STORE_DUPLICATE, "the same");
	T_INT(reports(in, JO, "r1", 9), STORE_REPLACED, "is still his");
	T_INT(reports(in, "jo@example", "r9", 50), STORE_NEW,
	    "who is above the reporter");
	T_INT(reports(in, "jo@notbig.example", "r8", 40), STORE_NEW,
	    "or beside it");
	T_INT(trusted(s), 9, "does not speak for it");
	closed(in, s);
}

/* Whatever he has said before, and however often. */
static void
pushing(void)
{
	struct store *s;
	struct ingest *in = opened(&s);

	T_INT(reports(in, NULL, "r1", 900), STORE_NEW, "nobody is proven");
	T_INT(reports(in, JO, "r1", 7), STORE_REPLACED, "the reporter is");
	T_INT(reports(in, MALLORY, "r1", 900), STORE_DUPLICATE,
	    "who proves now what he said before");
	T_INT(fx_messages(s), 7, "was not the first to prove it");
	for (uint64_t i = 0; i < STORE_VERSIONS + 4; i++)
		reports(in, MALLORY, "r1", 1000 + i);
	T_INT(reports(in, MALLORY, "r1", 5000), STORE_CROWDED,
	    "it is enough");
	T_INT(reports(in, JO, "r1", 8), STORE_REPLACED,
	    "and keeps nobody from correcting his own");
	for (uint64_t i = 0; i < STORE_VERSIONS; i++)
		reports(in, JO, "r1", 100 + i);
	T_INT(reports(in, JO, "r1", 5001), STORE_CROWDED,
	    "which is enough some time, too");
	closed(in, s);
}

/* The end of a text is not the end of a name. */
static void
no_names(void)
{
	static const char *const about[] = { "example.org..", ".example.org",
		"evil.example\n.example.org", "evil .example.org" };
	struct aggregate_head h = fx_head(&one);
	struct ingest_counts c = { .inputs = 0 };
	struct store_ask ask = { .reporter = SPAN("google.com???.bank.example"),
		.by = STORE_BY_ALL };
	struct store_cursor *cursor;
	struct store_tally t;
	struct store *s;
	struct ingest *in = opened(&s);

	h.email = SPAN("n@google.com   .bank.example");
	says(in, &h, 1, &c);
	T_INT(fx_messages(s), 7, "a reporter who is none: counts");
	T_INT(trusted(s), 0, "and is not believed");
	cursor = store_tallies(s, &ask);
	T_OK(store_tally_next(cursor, &t) && t.messages == 7,
	    "nor looks like another");
	store_cursor_end(cursor);
	h.email = SPAN("n@Bank.Example.");
	h.report_id = SPAN("r2");
	says(in, &h, 1, &c);
	T_INT(trusted(s), 7, "a name with a final dot is one");
	for (size_t i = 0; i < sizeof(about) / sizeof(*about); i++) {
		h.policy.domain = assay_cstr(about[i]);
		T_INT(says(in, &h, 1, &c), INGEST_DONE, "a text");
		T_INT(c.aside[STORE_A_MALFORMED], i + 1, "is no domain");
	}
	T_INT(fx_messages(s), 14, "and counts for nothing");
	closed(in, s);
}

/* More sums than are kept, in a report that is the first, one that comes
 * again corrected, and one whose head comes late. */
static void
put_wide(struct buf *b, const struct fx_report *r, bool late)
{
	struct aggregate_head h = fx_head(r), none = { .begin = 1 };
	struct parcel_sum sum = { .rows = r->rows };

	b->len = 0;
	parcel_head(b, late ? &none : &h);
	for (unsigned i = 0; i < r->rows; i++) {
		struct aggregate_row row = { .count = r->count + i % 3,
			.header_from = SPAN("example.org"), .source = {
			.family = 4, .bytes = { 10, (uint8_t)(i >> 16),
			(uint8_t)(i >> 8), (uint8_t)i } } };

		sum.messages += row.count;
		parcel_row(b, &row);
	}
	if (late)
		parcel_head(b, &h);
	parcel_end(b, &sum);
	parcel_done(b);
}

static void
many_sums(void)
{
	struct fx_report r = one;
	struct ingest_counts c = { .inputs = 0 };
	struct buf b = { .ptr = fx_room, .cap = FX_ROOM };
	struct store *s;
	struct ingest *in = opened(&s);
	uint64_t want[2];
	unsigned found = 1;

	r.rows = 70000;
	for (int i = 0; i < 2; i++) {
		put_wide(&b, &r, false);
		T_OK(!b.full && fx_take(in, buf_span(&b), STORE_T_FILE,
		    i == 0 ? "a" : "b", &c), "a wide report");
		want[i] = fx_digest(s);
		r.count += 5;
	}
	T_INT(c.outcome[STORE_REPLACED], 1, "corrected");
	T_OK(store_check(s, NULL, NULL, &found) && found == 0, "is well");
	closed(in, s);
	in = opened(&s);
	r.count = one.count + 5;
	put_wide(&b, &r, true);
	fx_take(in, buf_span(&b), STORE_T_FILE, "b", &c);
	T_OK(fx_digest(s) == want[1], "a late head: the same sums");
	r.count = one.count;
	put_wide(&b, &r, true);
	fx_take(in, buf_span(&b), STORE_T_FILE, "a", &c);
	T_OK(fx_digest(s) == want[0], "replaced by one with a late head");
	T_OK(store_check(s, NULL, NULL, &found) && found == 0, "is well");
	closed(in, s);
}

/* An input that goes back takes no other of its transaction with it. */
static void
forgotten(void)
{
	struct ingest_conf conf = { .own = ours, .n_own = 1, .batch = 8 };
	struct store_origin from = { .received = 1, .from = SPAN("x") };
	struct fx_report other = one;
	struct ingest_counts c = { .inputs = 0 };
	struct buf b = { .ptr = fx_room, .cap = FX_ROOM };
	const uint8_t hash[STORE_HASH] = { 9 };
	struct ingest *in;

	conf.store = fx_open();
	in = ingest_new(&conf);
	fx_report(in, &one, STORE_T_FILE, "a", &c);
	T_INT(ingest_pending(in), 1, "one is pending");
	other.id = "r9";
	fx_put(&b, &other);
	ingest_begin(in, &from, hash, false);
	fx_give(in, buf_span(&b));
	ingest_abort(in);
	other.id = "r10";
	fx_report(in, &other, STORE_T_FILE, "c", &c);
	T_INT(ingest_pending(in), 2, "two are");
	T_OK(ingest_flush(in, STORE_SYNCED) && ingest_pending(in) == 0,
	    "now they are there");
	T_INT(fx_messages(conf.store), 2 * sum_of(&one), "and not the other");
	fx_report(in, &(struct fx_report){ .domain = "example.org",
	    .org = "o", .email = "e@f.example", .id = "9", .day = 20001,
	    .rows = 1, .count = 5 }, STORE_T_FILE, "d", &c);
	ingest_free(in);
	T_INT(fx_messages(conf.store), 2 * sum_of(&one),
	    "what was pending at the end is not");
	store_close(conf.store);
	fx_clear();
}

/* ---- kill -9 at every step ---------------------------------------------- */

struct killer { int at, seen; };

static void
kill_at(void *ctx, const char *where)
{
	struct killer *k = ctx;

	(void)where;
	if (k->seen++ == k->at)
		kill(getpid(), SIGKILL);
}

/* Everything that happens to reports, in one run.  False: an error. */
static unsigned batch;

static bool
whole_run(struct killer *k, struct ingest_counts *c)
{
	struct store_conf conf = { .path = fx_path, .create = true,
		.step = k == NULL ? NULL : kill_at, .step_ctx = k };
	struct store_error why;
	struct ingest_conf ic = { .own = ours, .n_own = 1, .batch = batch };
	struct fx_report second = one, third = one, alien = one;
	struct ingest *in;
	bool ok;

	ic.store = store_open(&conf, &why);
	if (ic.store == NULL)
		return false;
	in = ingest_new(&ic);
	second.count = 20;
	third.id = "r3";
	third.day++;
	alien.domain = "alien.example";
	fx_now = INT64_C(1800000000000000);
	ok = fx_report(in, &one, STORE_T_FILE, "1", c) &&
	    fx_report(in, &second, STORE_T_FILE, "2", c) &&
	    fx_report(in, &one, STORE_T_FILE, "1b", c) &&
	    fx_report(in, &third, STORE_T_UNKNOWN, "3", c) &&
	    fx_report(in, &third, STORE_T_PASSED, "3b", c) &&
	    fx_report(in, &alien, STORE_T_FILE, "4", c) &&
	    ingest_flush(in, STORE_SYNCED);
	ingest_free(in);
	store_close(ic.store);
	return ok;
}

static uint64_t
digest_of_file(uint64_t *rows)
{
	struct store *s = fx_open();
	struct store_ask ask = { .by = 0 };
	struct store_cursor *c;
	const struct store_cell *cell;
	size_t n;
	uint64_t d = fx_digest(s);
	unsigned found = 0;

	*rows = 0;
	c = store_list(s, STORE_L_ROWS, &ask);
	while (c != NULL && store_list_next(c, &cell, &n))
		++*rows;
	if (c != NULL)
		store_cursor_end(c);
	if (!store_check(s, NULL, NULL, &found) || found > 0)
		d = 0;
	store_close(s);
	return d;
}

static bool
killed(int at)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct killer k = { .at = at };
		struct ingest_counts c = { .inputs = 0 };
		_exit(whole_run(&k, &c) ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void
kills(void)
{
	struct ingest_counts c = { .inputs = 0 };
	uint64_t want, rows, got, got_rows;
	int at = 0, wrong = 0;

	T_OK(whole_run(NULL, &c), "an undisturbed run");
	want = digest_of_file(&rows);
	T_OK(want != 0 && rows == 400, "its sums");
	fx_clear();
	while (killed(at)) {
		if (!whole_run(NULL, &c))
			wrong++;
		got = digest_of_file(&got_rows);
		if (got != want || got_rows != rows) {
			printf("# killed at step %d: other sums\n", at);
			wrong++;
		}
		fx_clear();
		at++;
	}
	printf("# %d steps\n", at);
	T_OK(at > (batch == 0 ? 40 : 30), "many steps");
	T_INT(wrong, 0, "after a kill at each of them the sums are the same");
	fx_clear();
}

/* ---- bounds ------------------------------------------------------------- */

static uint64_t
versions(struct store *s, enum store_list list)
{
	struct store_ask ask = { .by = 0 };
	struct store_cursor *c = store_list(s, list, &ask);
	const struct store_cell *cell;
	size_t n;
	uint64_t found = 0;

	while (c != NULL && store_list_next(c, &cell, &n))
		found++;
	return c != NULL && store_cursor_end(c) ? found : UINT64_MAX;
}

static void
crowded(void)
{
	struct fx_report r = one;
	struct ingest_counts c = { .inputs = 0 };
	struct store *s;
	struct ingest *in = opened(&s);
	char name[16];

	r.rows = 3;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "v%u", i);
		r.count = i + 1;
		fx_report(in, &r, STORE_T_UNKNOWN, name, &c);
	}
	T_INT(versions(s, STORE_L_REPORTS), STORE_VERSIONS, "so many of one");
	T_INT(c.outcome[STORE_CROWDED], 100 - STORE_VERSIONS, "not the rest");
	T_INT(c.aside[STORE_A_BOUNDS], 100 - STORE_VERSIONS,
	    "it has its reason");
	T_INT(fx_messages(s), 3 * STORE_VERSIONS + 3, "the last one counts");
	r.count = 1000;
	fx_report(in, &r, STORE_T_PASSED, "true", &c);
	T_INT(fx_messages(s), 3003, "nobody keeps out the true one");
	r.count = 2000;
	fx_report(in, &r, STORE_T_PASSED, "true2", &c);
	T_INT(fx_messages(s), 3003, "one of them");
	r.count = 5;
	fx_report(in, &r, STORE_T_UNKNOWN, "twin", &c);
	T_INT(c.outcome[STORE_DUPLICATE], 1, "what is here is known");
	closed(in, s);
}

static void
crowded_tls(void)
{
	struct ingest_counts c = { .inputs = 0 };
	struct store *s;
	struct ingest *in = opened(&s);
	char name[16];

	for (unsigned i = 0; i < 40; i++) {
		struct buf b = { .ptr = fx_room, .cap = FX_ROOM };
		struct store_tls h = { .org = SPAN("R"),
			.contact = SPAN("a@r.example"),
			.report_id = SPAN("1"), .begin = 1700000000,
			.end = 1700086399 };
		struct store_tls_policy p = { .type = SPAN("sts"),
			.domain = SPAN("example.org"), .good = i };

		parcel_tls(&b, &h);
		parcel_policy(&b, &p);
		parcel_tls_end(&b);
		parcel_done(&b);
		snprintf(name, sizeof(name), "t%u", i);
		fx_take(in, buf_span(&b), i < 39 ? STORE_T_FILE :
		    STORE_T_PASSED, name, &c);
	}
	T_INT(c.outcome[STORE_CROWDED], 39 - STORE_VERSIONS, "as with others");
	T_INT(c.outcome[STORE_REPLACED], STORE_VERSIONS,
	    "one that is more trusted comes in");
	closed(in, s);
}

/* What one says of sessions that went well, as the reporter of r.example. */
static enum store_outcome
tls_says(struct ingest *in, const char *author, uint64_t good)
{
	static uint8_t hash[STORE_HASH] = { 77 };
	struct ingest_counts c = { .inputs = 0 };
	struct buf b = { .ptr = fx_room, .cap = FX_ROOM };
	struct store_origin from = { .trust = STORE_T_PASSED,
		.author = assay_cstr(author), .received = fx_now++,
		.from = SPAN("mail") };
	struct store_tls h = { .org = SPAN("R"), .report_id = SPAN("1"),
		.contact = SPAN("a@r.example"), .begin = 1700000000,
		.end = 1700086399 };
	struct store_tls_policy p = { .type = SPAN("sts"),
		.domain = SPAN("example.org"), .good = good };
	enum store_outcome o = 0;

	hash[1] = (uint8_t)(hash[1] + 1);
	parcel_tls(&b, &h);
	parcel_policy(&b, &p);
	parcel_tls_end(&b);
	parcel_done(&b);
	T_OK(ingest_begin(in, &from, hash, false), "a mail");
	T_INT(fx_give(in, buf_span(&b)), INGEST_DONE, "is read");
	T_OK(ingest_end(in, STORE_SOON, &c), "ends");
	while (o < STORE_OUTCOMES && c.outcome[o] == 0)
		o++;
	return o;
}

static void
tls_neighbours(void)
{
	struct store *s;
	struct ingest *in = opened(&s);

	T_INT(tls_says(in, "jo@r.example", 1), STORE_NEW, "a TLS report");
	T_INT(tls_says(in, "eve@r.example", 2), STORE_OUTRANKED,
	    "another user's of that domain");
	T_INT(tls_says(in, "jo@r.example", 3), STORE_REPLACED, "his own");
	for (uint64_t i = 0; i < STORE_VERSIONS; i++)
		tls_says(in, "eve@r.example", 100 + i);
	T_INT(tls_says(in, "eve@r.example", 999), STORE_CROWDED, "enough");
	T_INT(tls_says(in, "jo@r.example", 4), STORE_REPLACED,
	    "which keeps nobody from correcting his own");
	closed(in, s);
}

static void
doubted(void)
{
	static uint8_t room[40 << 20];
	struct buf b = BUF_ON(room);
	struct fx_report r = one;
	struct ingest_counts c = { .inputs = 0 };
	struct store *s;
	struct ingest *in = opened(&s);

	r.rows = 200001;
	fx_put(&b, &r);
	parcel_done(&b);
	T_OK(!b.full, "room");
	fx_take(in, buf_span(&b), STORE_T_UNKNOWN, "a", &c);
	T_INT(c.aside[STORE_A_BOUNDS], 1, "too many rows of nobody");
	T_INT(versions(s, STORE_L_REPORTS), 0, "are not kept");
	fx_take(in, buf_span(&b), STORE_T_FILE, "b", &c);
	T_INT(versions(s, STORE_L_REPORTS), 1, "unless they are given to us");
	closed(in, s);
}

static void
many_reports(void)
{
	struct buf b = { .ptr = fx_room, .cap = FX_ROOM };
	struct fx_report r = one;
	struct ingest_counts c = { .inputs = 0 };
	struct store *s;
	struct ingest *in = opened(&s);
	char id[16];

	r.rows = 1;
	r.id = id;
	for (unsigned i = 0; i < 1003; i++) {
		snprintf(id, sizeof(id), "%u", i);
		fx_put(&b, &r);
	}
	parcel_done(&b);
	fx_take(in, buf_span(&b), STORE_T_PASSED, "a", &c);
	T_INT(versions(s, STORE_L_REPORTS), 1000, "of one letter");
	T_INT(c.aside[STORE_A_BOUNDS], 1, "the rest is set aside, once");
	fx_take(in, buf_span(&b), STORE_T_FILE, "b", &c);
	T_INT(versions(s, STORE_L_REPORTS), 1003, "an archive has more");
	closed(in, s);
}

int
main(void)
{
	fx_begin();
	counts_once();
	replaces();
	outranked();
	foreign();
	refusals();
	late_head();
	no_ids();
	liars();
	neighbours();
	pushing();
	no_names();
	many_sums();
	forgotten();
	crowded();
	crowded_tls();
	tls_neighbours();
	doubted();
	many_reports();
	kills();
	batch = 3;	/* several inputs in a transaction */
	kills();
	fx_end();
	return t_done();
}

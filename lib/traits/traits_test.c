/* SPDX-License-Identifier: Apache-2.0 */
/* What the session says, what hostile messages do, what must not move. */
#include "base/limits.h"
#include "test/traits_fixture.h"

/* ---- session ------------------------------------------------------------- */

static struct traits_in
session(void)
{
	struct traits_in in = { .header = SPAN("From: a@b.example\n"
	    "To: x@us.example\n"
	    "DKIM-Signature: v=1; d=b.example\n"
	    "DKIM-Signature: v=1; d=bank.example\n"),
	    .has_client = true, .helo = SPAN("mail-12.OUT.example"),
	    .has_mail_from = true, .mail_from = SPAN("a@b.example"),
	    .arrival = 1704103200, .spf = ASSAY_PASS, .dmarc = ASSAY_FAIL };

	if (assay_addr_parse(&in.client, SPAN("::ffff:192.0.2.1")) != ASSAY_OK)
		T_OK(false, "address");
	return in;
}

static void
is(struct traits_in in, enum trait trait, const char *want, const char *what)
{
	struct traits t = read_in(in);

	T_SPAN(text_of(&t, trait), s(want), what);
	arena_reset(&arena);
}

static void
test_client(void)
{
	struct traits_in in = session();

	is(in, TRAIT_CLIENT_NET, "192.0.0.0/16", "a mapped address");
	is(in, TRAIT_CLIENT_ORG, "out.example", "by HELO");
	is(in, TRAIT_HELO_SHAPE, "a-9", "shape of HELO");
	is(in, TRAIT_HELO_MATCH, NULL, "no name in DNS");
	is(in, TRAIT_AUTH, "dmarc=f dkim=- spf=p", "what was proven");
	is(in, TRAIT_HOUR, "10", "hour of arrival");
	is(in, TRAIT_CLIENT_TLS, NULL, "no TLS known");
	in.rdns = SPAN("x.other.example");
	in.tls = SPAN("TLSv1.3 TLS_AES_256_GCM_SHA384");
	in.mail_args = SPAN("SIZE=1000 BODY=8BITMIME SMTPUTF8");
	is(in, TRAIT_CLIENT_ORG, "other.example", "by DNS");
	is(in, TRAIT_HELO_MATCH, "other", "HELO of another");
	is(in, TRAIT_CLIENT_TLS, "TLSv1.3 TLS_AES_256_GCM_SHA384", "TLS");
	is(in, TRAIT_MAIL_ARGUMENTS, "size body=8bitmime smtputf8",
	    "the size is of the message");
}

static void
test_proof(void)
{
	struct traits_in in = session();
	const struct span signer = SPAN("B.example");

	is(in, TRAIT_DKIM_DOMAINS, "b.example,bank.example",
	    "nobody verified");
	in.verified = true;
	is(in, TRAIT_DKIM_DOMAINS, "b.example?,bank.example?", "none holds");
	in.signer = &signer;
	in.n_signer = 1;
	is(in, TRAIT_DKIM_DOMAINS, "b.example,bank.example?", "one holds");
}

static void
test_return_path(void)
{
	struct traits_in in = session();

	is(in, TRAIT_RETURN_PATH, "same", "the author's organization");
	is(in, TRAIT_RETURN_PATH_SHAPE, "author", "... his address");
	in.mail_from = SPAN("bounce-12=x@m.c.example");
	is(in, TRAIT_RETURN_PATH, "c.example", "of another");
	is(in, TRAIT_RETURN_PATH_SHAPE, "a-9=a@", "VERP");
	in.mail_from = SPAN("SRS0=ab=cd=b.example=a@f.example");
	is(in, TRAIT_FORWARDED, "srs f.example", "SRS");
	is(in, TRAIT_RETURN_PATH, "f.example", "... is the forwarder's word");
	in.mail_from = (struct span){ (const uint8_t *)"", 0 };
	is(in, TRAIT_RETURN_PATH, "null", "null path");
	T_OK(read_in(in).mail_class == MAIL_AUTO, "... is automatic");
	in.has_mail_from = false;
	is(in, TRAIT_RETURN_PATH, NULL, "not known");
}

static void
test_envelope(void)
{
	static const struct span rcpt[] = { SPAN_INIT("X@us.example"),
	    SPAN_INIT("y@us.example") };
	struct traits_in in = session();

	is(in, TRAIT_BCC, NULL, "no envelope");
	in.rcpt = rcpt;
	in.n_rcpt = 1;
	is(in, TRAIT_BCC, "no", "who stands in To");
	in.n_rcpt = 2;
	is(in, TRAIT_BCC, "some", "one is hidden");
	is(in, TRAIT_RECIPIENTS, "x@us.example y@us.example", "... is one");
	in.rcpt = rcpt + 1;
	in.n_rcpt = 1;
	is(in, TRAIT_BCC, "all", "all are hidden");
}

static void
test_border(void)
{
	struct traits_in in = { .header = SPAN(
	    "Received: by ours.example\nX-Ours: 1\n folded\n"
	    "Received: by theirs.example\nFrom: a@b.example\n"),
	    .border = 2 };

	is(in, TRAIT_HOPS, "1", "what is above the border is not read");
	is(in, TRAIT_FIRST_SERVER, "theirs.example", "... but what is below");
	in.border = 3;
	is(in, TRAIT_FIRST_SERVER, "none", "no server at all");
	in.border = 100;
	T_OK(read_in(in).from.len == 0, "nothing below");
}

static void
test_bulk(void)
{
	struct traits t = read_one("From: a@news.b.example\n"
	    "DKIM-Signature: v=1; d=esp.example\n"
	    "List-Unsubscribe: <mailto:u@x.example>,\n"
	    " <https://u.esp.example/1>\nPrecedence: bulk\n", "");

	T_OK(t.mail_class == MAIL_BULK, "a newsletter");
	T_SPAN(t.service, SPAN("esp.example esp.example b.example"),
	    "who sends it for whom");
}

/* ---- hashes, references, sketches ---------------------------------------- */

static void
test_hashes(void)
{
	static const uint8_t other[16] = { 8 };
	struct traits_in in = { .header = SPAN("To: a@b.example\n"
	    "Cc: a@b.example\nFrom: a@b.example\nUser-Agent: x\n") };
	struct traits t, u;

	t = read_in(in);
	T_OK(t.one[TRAIT_MAILER].hash != 0 &&
	    t.one[TRAIT_MAILER].hash != t.one[TRAIT_MAILER_VERSION].hash,
	    "equal texts of two traits differ");
	T_OK(traits_read(&u, &in, other, &arena) &&
	    u.one[TRAIT_MAILER].hash != t.one[TRAIT_MAILER].hash,
	    "... and under two keys");
	T_OK(t.one[TRAIT_DATE_SHAPE].hash == 0, "nothing is 0");
	T_OK(t.many[TRAIT_RECIPIENTS].n == 0, "nobody writes to himself");
	in.header = SPAN("To: c@d.example, a@b.example\n");
	t = read_in(in);
	in.header = SPAN("To: a@b.example\nCc: x <C@d.example>\n");
	u = read_in(in);
	T_OK(t.one[TRAIT_RECIPIENT_SET].hash ==
	    u.one[TRAIT_RECIPIENT_SET].hash, "the same two people");
	in.header = SPAN("To: a@b.example\nCc: x <e@d.example>\n");
	u = read_in(in);
	T_OK(t.one[TRAIT_RECIPIENT_SET].hash !=
	    u.one[TRAIT_RECIPIENT_SET].hash, "two others");
	arena_reset(&arena);
}

static void
test_references(void)
{
	struct traits t = read_one("Message-ID: <m@x>\n"
	    "References: <a@x>\n\t<b@x> <c@x>\n", "");

	T_SPAN(t.message_id, SPAN("m@x"), "Message-ID");
	T_OK(t.n_reference == 3, "three references");
	T_SPAN(t.reference[0], SPAN("c@x"), "the last one first");
	T_SPAN(t.reference[2], SPAN("a@x"), "the first one last");
	T_SPAN(t.in_reply_to, SPAN("c@x"), "answers the last one");
	t = read_one("In-Reply-To: \"x\" <q@x>\nReferences: <a@x\n", "");
	T_SPAN(t.in_reply_to, SPAN("q@x"), "In-Reply-To");
	T_OK(t.n_reference == 0, "half a reference is none");
	arena_reset(&arena);
}

#define ENGLISH "the quick brown fox jumps over the lazy dog and then the " \
	"whole of it is told again, so that there is enough of a text for a " \
	"habit to be seen in it, which one line alone would not have. "
#define GERMAN "Franz jagt im komplett verwahrlosten Taxi quer durch Bayern " \
	"und das Ganze wird noch einmal erz\xc3\xa4hlt, damit es f\xc3\xbcr " \
	"eine Gewohnheit reicht, was eine Zeile allein nicht h\xc3\xa4tte. "

static void
test_sketch(void)
{
	struct traits a = read_one("", ENGLISH ENGLISH);
	struct traits b = read_one("", "New words first, but " ENGLISH);
	struct traits c = read_one("", GERMAN GERMAN);
	struct traits none = read_one("", "short");
	unsigned near, far;

	near = traits_sketch_distance(a.sketch, b.sketch);
	far = traits_sketch_distance(a.sketch, c.sketch);
	T_OK(a.has_sketch && c.has_sketch && !none.has_sketch, "enough text");
	T_OK(traits_sketch_distance(a.sketch, a.sketch) <= 1, "itself");
	T_OK(near < 200 && far > 2 * near, "another language is far");
	T_OK(traits_sketch_distance(a.sketch, none.sketch) == 1000,
	    "nothing in common");
	T_OK(traits_sketch_distance(none.sketch, none.sketch) == 0,
	    "nothing and nothing");
	arena_reset(&arena);
}

/* ---- hostile ------------------------------------------------------------- */

static struct traits
repeat(const char *before, const char *again, size_t times, const char *end)
{
	size_t cap = strlen(before) + strlen(again) * times + strlen(end);
	struct buf b = arena_buf(&arena, cap + times * 8);

	buf_str(&b, before);
	for (size_t i = 0; i < times; i++) {
		buf_str(&b, again);
		buf_u64(&b, i);
	}
	buf_str(&b, end);
	return read_in((struct traits_in){ .header = buf_span(&b) });
}

static void
test_many(void)
{
	struct traits t = repeat("From: a@b.example\nTo: x@y.example",
	    ", r@h.e", 10000, "\n");

	T_SPAN(t.one[TRAIT_RECIPIENT_COUNT].text, SPAN("14"),
	    "ten thousand recipients");
	T_OK(t.many[TRAIT_RECIPIENTS].n == 64 &&
	    t.many[TRAIT_RECIPIENTS].cut, "... of which 64 are kept");
	arena_reset(&arena);
	t = repeat("From: a@b.example\n", "X-", 10000, ": y\nSubject: z\n");
	T_SPAN(t.from, SPAN("a@b.example"), "a name of 40,000 octets");
	arena_reset(&arena);
	t = repeat("From: a@b.example\n", ":\nX-Field", 10000,
	    ":\nMessage-ID: <m@x>\n");
	T_SPAN(t.message_id, SPAN("m@x"), "ten thousand fields");
	T_OK(t.many[TRAIT_HEADER_NAMES].n == 64, "... of which 64 are kept");
	arena_reset(&arena);
	t = repeat("From: a@b.example\nReferences: ", "<@", 10000, ">\n");
	T_OK(t.n_reference <= 50, "ten thousand references");
	arena_reset(&arena);
	t = repeat("From: a@b.example\nDKIM-Signature: v=1; d=x.example; h=",
	    "from:", 10000, "\n");
	T_SPAN(t.from, SPAN("a@b.example"), "ten thousand names in h=");
	arena_reset(&arena);
	t = repeat("From: a@b.example\nSubject: ", "[", 10000, "]\n");
	T_OK(t.many[TRAIT_SUBJECT_TAGS].n <= 4, "ten thousand brackets");
	arena_reset(&arena);
}

/* What one hostile message may cost is enough for the largest header. */
static void
test_memory_of_evaluation(void)
{
	static const char *const again[] = { "X:\n", "To: a@b.c,\n",
	    "To: a@b.c, d@e.f,\n ", "Subject: x\n y", "Received: by x\n",
	    "DKIM-Signature: d=a.example\n", "@", ",a@b.c", "\n x", "<" };
	static uint8_t room[LIMIT_HEADER_BYTES];

	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++) {
		struct traits_in in = { .arrival = 1 };
		struct buf b = BUF_ON(room);
		struct arena a;
		struct traits t;

		buf_str(&b, "From: a@b.example\nTo: c@d.example");
		while (!b.full)
			buf_str(&b, again[i]);
		in.header = buf_span(&b);
		arena_init(&a, LIMIT_EVAL_MEMORY);
		T_OK(traits_read(&t, &in, key, &a), again[i]);
		arena_free(&a);
	}
}

static void
test_dates(void)
{
	static const char *const dates[] = {
		"Date: Mon, 1 Jan 9999 23:59:60 +9959\n",
		"Date: 1 Jan 1900 00:00:00 -9959\n",
		"Date: 1 Jan 1969 00:00:00 +0000\n",
		"Date: 32 Jan 2024 25:61:61 +2400\n",
		"Date: 99999999999999999999999999 Jan 2024 1:1 +0\n",
		"Date: :\n", "Date: \xff\xfe:\xfd\n", "Date:\n" };

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct traits_in in = { .header = s(dates[i]),
		    .arrival = INT64_MAX / 2 };
		struct traits t = read_in(in);

		T_OK(t.date_hour >= -1 && t.date_hour < 24 && t.hour >= 0 &&
		    t.hour < 24 && (t.has_date || t.date == 0), dates[i]);
		arena_reset(&arena);
	}
}

static void
test_memory(void)
{
	struct traits_in in = session();
	struct arena small;
	struct traits t;

	for (size_t limit = 0; limit < 200000; limit += 7000) {
		arena_init(&small, limit);
		if (traits_read(&t, &in, key, &small) != !small.failed)
			T_OK(false, "says when there was no memory");
		arena_free(&small);
	}
	arena_init(&small, 0);
	T_OK(!traits_read(&t, &in, key, &small), "no memory at all");
	arena_free(&small);
}

/* ---- the vocabulary ------------------------------------------------------ */

/* Profiles rest on numbers and names: none may move. */
static void
test_names(void)
{
	T_OK(TRAIT_CLIENT_NET == 0 && TRAIT_MESSAGE_ID_DOMAIN == 11 &&
	    TRAIT_HTML == 27 && TRAIT_THREAD == 41 &&
	    TRAIT_DKIM_FORM == 42 && TRAIT_SENDER_FIELD == 68 &&
	    TRAIT_WEEKDAY == 100, "numbers stay");
	for (unsigned i = 0; i < N_TRAIT; i++) {
		const struct trait_info *x = trait_info((enum trait)i);

		for (unsigned k = 0; k < i; k++)
			if (span_eq(trait_info((enum trait)k)->name, x->name))
				T_SPAN(x->name, SPAN_NONE, "a name twice");
		for (size_t k = 0; k < x->name.len; k++)
			if (x->name.ptr[k] != '-' &&
			    (x->name.ptr[k] < 'a' || x->name.ptr[k] > 'z'))
				T_SPAN(x->name, SPAN_NONE, "an odd name");
	}
	T_SPAN(trait_owner_name(trait_info(TRAIT_MAILER)->owner),
	    SPAN("client"), "owner of a mail program's name");
}

int
main(void)
{
	arena_init(&arena, 64u << 20);
	test_client();
	test_proof();
	test_return_path();
	test_envelope();
	test_border();
	test_bulk();
	test_hashes();
	test_references();
	test_sketch();
	test_many();
	test_memory_of_evaluation();
	test_dates();
	test_memory();
	test_names();
	arena_free(&arena);
	return t_done();
}

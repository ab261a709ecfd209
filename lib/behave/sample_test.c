/* SPDX-License-Identifier: Apache-2.0 */
/* Whose habits a message counts among: special flows are not the person. */
#include "behave/pack.h"

#include "test/t.h"

static const uint8_t key[16] = { 9 };

static struct sample
read_from(struct span header, struct span from, size_t n_rcpt)
{
	static const struct span rcpt[] = { SPAN_INIT("us@here.example") };
	struct traits_in in = { .header = header, .body = SPAN("Hello.\r\n"),
		.arrival = 1700000000, .has_mail_from = true,
		.mail_from = from, .rcpt = rcpt, .n_rcpt = n_rcpt };
	static struct traits t;
	struct arena a;
	struct sample s;

	arena_init(&a, 1 << 24);
	T_OK(traits_read(&t, &in, key, &a), "read");
	sample_of(&s, &t, key);
	arena_free(&a);
	return s;
}

static struct sample
sampled(struct span header)
{
	return read_from(header, SPAN("ada@a.example"), 1);
}

#define HEAD "Message-ID: <1@a.example>\r\nTo: us@here.example\r\n"

static const char by_hand[] = HEAD "From: Ada Lovelace <ada@a.example>\r\n";

static void
persons(void)
{
	struct sample own = sampled(SPAN(HEAD
	    "From: Ada Lovelace <ada@a.example>\r\n")), other;

	T_OK(own.sender != 0 && own.person == (uint32_t)own.sender,
	    "a person");
	other = sampled(SPAN(HEAD "From: \"Lovelace, ADA\" "
	    "<ADA@A.example>\r\nX-Mailer: new telephone\r\n"));
	T_OK(other.sender == own.sender, "with a new device");
	T_OK(other.name == own.name && own.name != 0,
	    "a name is one, however it is written");
	other = sampled(SPAN(HEAD "From: Ada <ada@a.example>\r\n"));
	T_OK(other.name == 0 && other.sender == own.sender,
	    "one word is no name of a person");
}

/* Absences, bounces, calendars have a class and windows of their own.  They
 * are judged by what the person does all the same: who has taken an account
 * writes into the header what he likes. */
static void
programs(void)
{
	struct span head = { (const uint8_t *)by_hand, sizeof(by_hand) - 1 };
	struct sample own = sampled(head), s;

	s = sampled(SPAN(HEAD "From: Ada Lovelace <ada@a.example>\r\n"
	    "Auto-Submitted: auto-replied\r\n"));
	T_OK(s.mail_class == MAIL_AUTO && s.sender == own.sender,
	    "an absence");
	s = read_from(head, SPAN(""), 1);
	T_OK(s.mail_class == MAIL_AUTO && s.sender == own.sender,
	    "a null return path");
	s = sampled(SPAN(HEAD "From: Ada Lovelace <ada@a.example>\r\n"
	    "Auto-Submitted: no\r\n"));
	T_OK(s.mail_class == MAIL_DIRECT, "but not what a person sent");
}

static void
lists(void)
{
	struct span head = { (const uint8_t *)by_hand, sizeof(by_hand) - 1 };
	struct sample own = sampled(head), s, t;

	s = sampled(SPAN(HEAD "From: Ada Lovelace <ada@a.example>\r\n"
	    "List-Id: <talk.l.example>\r\nList-Post: "
	    "<mailto:talk@l.example>\r\n"));
	T_OK(s.mail_class == MAIL_LIST && s.sender == own.sender,
	    "through a list that leaves From she is herself");
	s = sampled(SPAN(HEAD "From: Ada Lovelace via talk <talk@l.example>"
	    "\r\nReply-To: ada@a.example\r\nList-Id: <talk.l.example>\r\n"
	    "List-Post: <mailto:talk@l.example>\r\n"));
	T_OK(s.sender != own.sender && s.sender != 0,
	    "through one that takes it she is a second one");
	T_OK((s.asks & ASKS_ANSWER) == 0,
	    "whose answers go where they belong");
	t = sampled(SPAN(HEAD "From: Grace Hopper via talk <talk@l.example>"
	    "\r\nReply-To: grace@b.example\r\nList-Id: <talk.l.example>"
	    "\r\nList-Post: <mailto:talk@l.example>\r\n"));
	T_OK(t.sender != s.sender, "and not everybody of that list");
}

static void
others(void)
{
	struct span head = { (const uint8_t *)by_hand, sizeof(by_hand) - 1 };
	struct sample own = sampled(head), s;

	s = read_from(head, SPAN("SRS0=ab=cd=a.example=ada@f.example"), 1);
	T_OK(s.sender == own.sender && s.domain == own.domain,
	    "forwarded: the same person");
	T_OK(s.one[ROW_RETURN_PATH] != own.one[ROW_RETURN_PATH],
	    "by machines that are others");
	s = sampled(SPAN(HEAD "From: News <news@shop.example>\r\n"
	    "Feedback-ID: 1:esp\r\nList-Unsubscribe: "
	    "<https://esp.example/u>\r\n"));
	T_OK(s.mail_class == MAIL_BULK && s.sender != 0, "a newsletter");
	s = sampled(SPAN(HEAD "From: Ada Lovelace <ada@a.example>\r\n"
	    "Reply-To: pay@else.example\r\n"));
	T_OK((s.asks & ASKS_ANSWER) != 0, "answers that go elsewhere");
}

/* Rows and their kinds are the layout of what records and journals hold. */
static void
layout(void)
{
	const uint64_t rows = UINT64_C(14942460879892985273);
	uint64_t sum = UINT64_C(14695981039346656037);

	for (unsigned r = 0; r < N_ROW; r++) {
		struct span name = row_info(r)->name;

		for (size_t i = 0; i <= name.len; i++) {
			unsigned c = i < name.len ?
			    (unsigned)span_at(name, i) : 256u +
			    (unsigned)row_is_set(r);

			sum = (sum ^ c) * UINT64_C(1099511628211);
		}
	}
	T_INT(sum, rows, "rows changed: VERSION of pack.c goes up, and this "
	    "sum with it");
	T_INT(sample_layout(SPAN_NONE).read, 3, "of this layout");
}

int
main(void)
{
	layout();
	persons();
	programs();
	lists();
	others();
	return t_done();
}

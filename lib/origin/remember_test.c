/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/remember.h"

#include "test/t.h"

enum { TODAY = 20513 };

static void
test_texts(void)
{
	static const struct age_facts full = { .memory_since = 1,
		.first_seen = 2, .senders = 3, .registered = 4, .listed = 5,
		.popular = true };
	ROOM(room, REMEMBER_TEXT);
	struct buf b = BUF_ON(room);
	struct age_facts f;
	struct dealt d;

	age_put(&b, &full);
	T_SPAN(buf_span(&b), SPAN("since=1 first=2 senders=3 registered=4 "
	    "listed=5 popular=1"), "as a text");
	T_OK(age_get(&f, buf_span(&b)) && f.first_seen == 2 &&
	    f.senders == 3 && f.registered == 4 && f.listed == 5 &&
	    f.memory_since == 1 && f.popular, "read again");
	b.len = 0;
	age_put(&b, &(struct age_facts){ .today = TODAY });
	T_SPAN(buf_span(&b), SPAN("since=0"), "nothing is a text, too");
	T_OK(age_get(&f, SPAN("since=1 colour=7")), "what comes later");
	T_OK(!age_get(&f, SPAN("since=1 since")), "no number");
	T_OK(!age_get(&f, SPAN("since=4294967296")), "too large");
	T_OK(!dealt_get(&d, SPAN("=4")), "no name");
	T_OK(dealt_get(&d, SPAN("since=9 days=8 sort=7 pair=6")) &&
	    d.since == 9 && d.days == 8 && d.sort == 7 && d.pair == 6,
	    "of dealings");
}

static void
test_keys(void)
{
	struct dealing d = { .sort = 0x123456789abcULL, .pair = 1 };
	ROOM(room, DEALING_KEY);
	struct buf b = BUF_ON(room);
	uint64_t h[3];

	dealing_key(&b, 0xffffffffffffULL, &d);
	T_SPAN(buf_span(&b), SPAN("0000ffffffffffff.0000123456789abc."
	    "0000000000000001"), "a key");
	T_OK(dealing_key_get(h, buf_span(&b)) && h[0] == 0xffffffffffffULL &&
	    h[1] == d.sort && h[2] == 1, "read again");
	T_OK(!dealing_key_get(h, SPAN("0000ffffffffffff.0000123456789abc."
	    "000000000000000x")), "no digit");
	T_OK(!dealing_key_get(h, SPAN("0000ffffffffffff.0000123456789abc")),
	    "too short");
	T_OK(!dealing_key_get(h, SPAN("0000ffffffffffff0000.23456789abc."
	    "0000000000000001")), "dots elsewhere");
}

static const struct {
	const char *label;
	struct dealing d;
	struct dealt known;
	enum assay_reason reason;
	unsigned level;
} cases[] = {
	{ "a stranger", { DEALING_ACCOUNT, true, 1, 2 }, { 0, 0, 0, 0 },
	  ASSAY_R_NONE, 0 },
	{ "known for thirteen days", { DEALING_ACCOUNT, true, 1, 2 },
	  { TODAY - 13, 9, 0, 0 }, ASSAY_R_NONE, 0 },
	{ "wrote twice", { DEALING_ACCOUNT, true, 1, 2 },
	  { TODAY - 400, 2, 0, 0 }, ASSAY_R_NONE, 0 },
	{ "his first", { DEALING_ACCOUNT, true, 1, 2 },
	  { TODAY - 14, 3, 0, 0 }, ASSAY_R_PAYMENT_NEW, 30 },
	{ "another", { DEALING_ACCOUNT, true, 1, 2 },
	  { TODAY - 400, 40, TODAY - 7, 0 }, ASSAY_R_PAYMENT_CHANGED, 50 },
	{ "another since yesterday", { DEALING_ACCOUNT, true, 1, 2 },
	  { TODAY - 400, 40, TODAY - 300, TODAY - 6 },
	  ASSAY_R_PAYMENT_CHANGED, 50 },
	{ "the usual one", { DEALING_ACCOUNT, true, 1, 2 },
	  { TODAY - 400, 40, TODAY - 300, TODAY - 7 }, ASSAY_R_NONE, 0 },
	{ "without check digits", { DEALING_ACCOUNT, false, 1, 2 },
	  { TODAY - 400, 40, TODAY - 300, 0 }, ASSAY_R_PAYMENT_CHANGED, 20 },
	{ "a wallet", { DEALING_WALLET, true, 1, 2 },
	  { TODAY - 400, 40, 0, 0 }, ASSAY_R_PAYMENT_NEW, 30 },
	{ "a phone", { DEALING_PHONE, true, 1, 2 },
	  { TODAY - 400, 40, 0, 0 }, ASSAY_R_PAYMENT_NEW, 5 },
	{ "another phone", { DEALING_PHONE, true, 1, 2 },
	  { TODAY - 400, 40, TODAY - 300, 0 }, ASSAY_R_PAYMENT_CHANGED, 15 },
	{ "days to come", { DEALING_ACCOUNT, true, 1, 2 },
	  { TODAY + 400, 40, TODAY + 300, TODAY + 9 }, ASSAY_R_NONE, 0 },
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned level;
		enum assay_reason r = dealing_judge(&level, &cases[i].d,
		    &cases[i].known, TODAY);

		T_INT(r, cases[i].reason, cases[i].label);
		T_INT(level, cases[i].level, "level");
	}
}

/* Mail of before that does not give this account: the relation is older,
 * has more days, others were given.  None of that makes it less odd. */
static void
test_more_mail(void)
{
	static const uint32_t days[] = { 0, TODAY - 400, TODAY - 14,
		TODAY - 6, TODAY };

	for (unsigned i = 0; i < 5 * 5 * 5 * 3; i++) {
		struct dealing d = { .kind = (enum dealing_kind)(1 + i / 125),
			.proven = i % 2 == 0 };
		struct dealt k = { .since = days[i % 5], .days = i / 25 % 5,
			.sort = days[i / 5 % 5] }, more = k;
		unsigned before, after;

		(void)dealing_judge(&before, &d, &k, TODAY);
		more.since = TODAY - 500;
		more.days = k.days + 1;
		(void)dealing_judge(&after, &d, &more, TODAY);
		T_OK(after >= before, "known for longer");
		more.sort = TODAY - 500;
		(void)dealing_judge(&after, &d, &more, TODAY);
		T_OK(after >= before, "and others given");
	}
}

int
main(void)
{
	test_texts();
	test_keys();
	test_cases();
	test_more_mail();
	return t_done();
}

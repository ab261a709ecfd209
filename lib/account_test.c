/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mail of an account of ours: what is asked, told and done, by what is known;
 * and replayed out of its record to the same.
 */
#include "eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "behave/own.h"
#include "test/t.h"
#include "wire/base64.h"

static const uint8_t key[16] = { 9 };

static const char text[] =
    "From: Bob <bob@example.org>\r\nTo: a@example.net\r\n"
    "Message-ID: <1@pc>\r\nDate: Mon, 6 Nov 2023 09:00:00 +0100\r\n"
    "X-Mailer: Thunderbird 115.4\r\nSubject: list\r\n\r\n"
    "See http://drop.example.com/x and http://www.example.org/y\r\n";

static const struct own_view usual = { .messages = 180, .days = 30,
	.age = 30, .net_days = 30, .nets = 1, .program_days = 30,
	.programs = 1, .name_days = 30, .names = 1, .at_hour = 60,
	.hours = 180, .usual_day = 6, .usual_hour = 2, .best_day = 6,
	.best_hour = 2, .fresh_share = 16, .limit_hour = 100,
	.limit_day = 500, .most_hour = 1000, .most_day = 5000 };

static struct own_view view;
static unsigned dns;

static struct span
message(void)
{
	return (struct span){ (const uint8_t *)text, sizeof(text) - 1 };
}

/* ---- an evaluation ------------------------------------------------------- */

static struct assay_eval *
begun(const char *user, size_t n_rcpt)
{
	static const struct assay_span rcpt[] = {
		{ (const uint8_t *)"a@Example.net", 13 },
		{ (const uint8_t *)"b@example.org", 13 },
		{ (const uint8_t *)"c@sub.example.org", 17 } };
	static const struct assay_span own = SPAN_INIT("example.org");
	struct assay_session s = { .now = 1700000000, .own = true,
		.helo = SPAN("pc"), .mail_from = SPAN("bob@example.org"),
		.rcpt = rcpt, .n_rcpt = n_rcpt,
		.receiver = SPAN("mx.example.org") };
	struct assay_options o = { .own_domain = &own, .n_own_domain = 1 };
	struct assay_eval *ev;

	if (user != NULL)
		s.auth_user = assay_cstr(user);
	if (assay_addr_parse(&s.client, SPAN("198.51.100.7")) != ASSAY_OK ||
	    assay_eval_new(&ev, &s, &o, NULL, NULL) != ASSAY_OK ||
	    assay_eval_data(ev, message()) != ASSAY_OK ||
	    assay_eval_end(ev) != ASSAY_OK)
		abort();
	return ev;
}

static enum assay_status
answer(struct assay_eval *ev)
{
	const struct assay_question *open;
	uint8_t octets[OWN_VIEW], room[2 * OWN_VIEW];
	struct buf b = BUF_ON(octets), out = BUF_ON(room);
	struct span item;
	struct assay_answer a = { .kind = ASSAY_A_DATA, .item = &item,
		.n_item = 1 };
	size_t n = assay_eval_questions(ev, &open);

	own_view_put(&b, &view);
	base64_encode(&out, buf_span(&b));
	item = buf_span(&out);
	for (size_t i = 0; i < n; i++) {
		struct assay_question q = open[i];

		dns += q.kind == ASSAY_Q_DNS;
		if (q.kind != ASSAY_Q_PROFILE ||
		    q.type != ASSAY_PROFILE_ACCOUNT)
			a.kind = ASSAY_A_TEMPFAIL;
		if (assay_eval_answer(ev, &q, &a) != ASSAY_OK)
			abort();
	}
	return assay_eval_step(ev);
}

static struct assay_eval *
judged(const char *user)
{
	struct assay_reading what = { .account = key };
	struct assay_eval *ev = begun(user, 3);

	dns = 0;
	while (assay_eval_step(ev) == ASSAY_PENDING)
		(void)answer(ev);
	if (assay_eval_read(ev, message(), &what) != ASSAY_OK)
		abort();
	while (assay_eval_step(ev) == ASSAY_PENDING)
		(void)answer(ev);
	return ev;
}

static const struct assay_evidence *
evidence(const struct assay_eval *ev, enum assay_reason reason)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(ev, &e);

	for (size_t i = 0; i < n; i++)
		if (e[i].reason == reason)
			return &e[i];
	return NULL;
}

/* ---- the fact ------------------------------------------------------------ */

static void
facts(void)
{
	struct assay_eval *ev = judged("Bob@example.org");
	struct own_fact f, g;

	T_OK(own_fact_get(&f, assay_eval_account(ev)), "there is a fact");
	T_OK(f.n_rcpt == 3 && f.n_met == 3 && f.n_inside == 2,
	    "three people, two of ours");
	T_OK(f.n_link == 2, "two links");
	T_OK(f.net != 0 && f.program > 1 && f.author != 0, "by whom and how");
	T_OK(f.sender == assay_account_address(SPAN("BOB@example.org"), key),
	    "whom it comes back to");
	T_OK(f.met[0] == assay_account_address(SPAN("a@example.net"), key),
	    "letters of either case are one");
	T_INT(dns, 0, "DNS was asked nothing");
	assay_eval_free(ev);
	ev = judged("bob@example.org");
	T_OK(own_fact_get(&g, assay_eval_account(ev)) &&
	    g.account == f.account, "names of accounts, too");
	assay_eval_free(ev);
	ev = judged("eve");
	T_OK(own_fact_get(&g, assay_eval_account(ev)) &&
	    g.account != f.account && g.author == f.author,
	    "who logged in counts, not From");
	assay_eval_free(ev);
	ev = judged(NULL);
	T_OK(span_absent(assay_eval_account(ev)), "nobody: no account");
	T_INT(assay_check_result(ev, ASSAY_CHECK_BEHAVIOUR), ASSAY_NONE,
	    "and nothing is said");
	assay_eval_free(ev);
}

/* ---- policies ------------------------------------------------------------ */

static const char mandate[] = "mandate \"rate\" own over-rate owner \"o\" "
    "until 2026-12-31 budget 9 then defer\n";

static const struct {
	const char *label;
	uint32_t net_days, program_days, tried, fresh, let, observe;
	const char *policy;		/* NULL: the built-in one            */
	enum assay_disposition is, would;
} row[] = {
	{ "as usual", 30, 30, 0, 0, 0, 0, NULL, ASSAY_ACCEPT, ASSAY_ACCEPT },
	{ "a hotel", 0, 30, 0, 0, 0, 0, NULL, ASSAY_ACCEPT, ASSAY_ACCEPT },
	{ "many people, by himself", 30, 30, 60, 60, 60, 0, NULL,
	  ASSAY_ACCEPT, ASSAY_ACCEPT },
	{ "many people, from elsewhere", 0, 30, 60, 60, 0, 0, NULL,
	  ASSAY_HOLD, ASSAY_HOLD },
	{ "in the first days", 0, 30, 60, 60, 0, 1, NULL, ASSAY_ACCEPT,
	  ASSAY_HOLD },
	{ "too much", 30, 30, 98, 0, 98, 0, NULL, ASSAY_HOLD, ASSAY_HOLD },
	{ "too much, with a mandate", 30, 30, 98, 0, 98, 0, mandate,
	  ASSAY_DEFER, ASSAY_DEFER },
	{ "too much, excused", 30, 30, 98, 0, 98, 0, "except own "
	  "\"@EXAMPLE.org\" reason \"r\" owner \"o\" until 2026-12-31",
	  ASSAY_ACCEPT, ASSAY_ACCEPT },
	{ "another is excused", 30, 30, 98, 0, 98, 0, "except own "
	  "\"eve@example.org\" reason \"r\" owner \"o\" until 2026-12-31",
	  ASSAY_HOLD, ASSAY_HOLD },
	{ "rules of one's own", 0, 30, 60, 60, 98, 0, "own \"bob@example.org\" "
	  "and evidence \"own-new-people\" then tag", ASSAY_TAG, ASSAY_TAG },
	{ "rules for mail from outside", 0, 30, 60, 60, 0, 0,
	  "who >= 1 and what >= 1 then quarantine\ndmarc none then reject",
	  ASSAY_HOLD, ASSAY_HOLD },
	{ "a signal of one's own", 0, 30, 0, 0, 0, 0, "own then signal",
	  ASSAY_ACCEPT, ASSAY_ACCEPT },
};

static void
policies(void)
{
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct assay_verdict *v;
		struct assay_policy *p = NULL;
		struct assay_eval *ev;

		view = usual;
		view.net_days = row[i].net_days;
		view.program_days = row[i].program_days;
		view.tried = view.tried_soon = row[i].tried;
		view.fresh = row[i].fresh;
		view.new_people = row[i].fresh > 0 ? 3 : 0;
		view.let_hour = view.let_day = row[i].let;
		view.observe = row[i].observe;
		ev = judged("bob@example.org");
		if (row[i].policy != NULL && assay_policy_parse(&p,
		    assay_cstr(row[i].policy), NULL, NULL) != ASSAY_OK)
			abort();
		T_INT(assay_decide(&v, ev, p), ASSAY_OK, row[i].label);
		T_INT(v->disposition, row[i].is, "is");
		T_INT(v->would, row[i].would, "would be");
		assay_eval_free(ev);
		assay_policy_free(p);
	}
}

/* ---- views --------------------------------------------------------------- */

static char page[1 << 16];
static size_t page_len;

static bool
collect(void *ctx, struct assay_span s)
{
	(void)ctx;
	if (s.len > sizeof(page) - 1 - page_len)
		return false;
	memcpy(page + page_len, s.ptr, s.len);
	page_len += s.len;
	page[page_len] = '\0';
	return true;
}

static void
replayed(struct assay_eval *ev, const struct assay_verdict *v)
{
	static const uint8_t salt[16] = { 3 };
	struct assay_oracle trace;
	struct assay_eval *again;
	const struct assay_verdict *w;
	struct span record;
	const char *why;

	page_len = 0;
	T_INT(assay_record_write_veiled(ev, v, salt, collect, NULL),
	    ASSAY_OK, "a record without names");
	T_OK(strstr(page, "bob") == NULL, "names nobody");
	record = (struct span){ (const uint8_t *)page, page_len };
	printf("# a record of %zu octets\n", page_len);
	T_INT(assay_record_replay(&again, record, NULL, &why), ASSAY_OK,
	    "is read");
	T_INT(assay_oracle_trace(&trace, record), ASSAY_OK, "with answers");
	T_INT(assay_eval_run(again, &trace, 1), ASSAY_OK, "runs");
	T_INT(assay_decide(&w, again, NULL), ASSAY_OK, "is decided");
	T_INT(w->disposition, v->disposition, "to the same");
	T_OK(w->suspicion_who == v->suspicion_who &&
	    w->suspicion_what == v->suspicion_what, "and as suspicious");
	T_OK(span_eq(again->out.account.words, ev->out.account.words),
	    "in the same words");
	assay_eval_free(again);
	assay_oracle_free(&trace);
}

static void
told(void)
{
	const struct assay_verdict *v;
	struct assay_eval *ev;

	view = usual;
	view.net_days = 0;
	view.tried = view.tried_soon = view.fresh = 98;
	view.let_hour = 98;
	view.new_people = 3;
	view.new_links = 1;
	ev = judged("bob@example.org");
	T_INT(assay_decide(&v, ev, NULL), ASSAY_OK, "decided");
	T_INT(v->disposition, ASSAY_HOLD, "held");
	T_OK(evidence(ev, ASSAY_R_OWN_UNLIKE) != NULL &&
	    evidence(ev, ASSAY_R_OWN_NEW_NETWORK) != NULL &&
	    evidence(ev, ASSAY_R_OWN_FAN_OUT) != NULL &&
	    evidence(ev, ASSAY_R_OWN_OVER_RATE) != NULL &&
	    evidence(ev, ASSAY_R_OWN_NEW_PROGRAM) == NULL, "each sign a line");
	T_OK(v->n_because >= 4, "by which it was held");
	T_INT(assay_eval_standing(ev), ASSAY_STANDING_UNLIKE,
	    "it vouches for nobody");
	page_len = 0;
	T_INT(assay_result_write(ev, v, SPAN("m"), collect, NULL), ASSAY_OK,
	    "JSON");
	T_OK(strstr(page, "\"account\":{") != NULL &&
	    strstr(page, "\"over_rate\":true") != NULL, "says it");
	page_len = 0;
	T_INT(assay_explain_write(ev, v, 80, false, collect, NULL), ASSAY_OK,
	    "the story");
	T_OK(strstr(page, "to 101 people within 15") != NULL, "tells it");
	replayed(ev, v);
	assay_eval_free(ev);
}

static void
unknown(void)
{
	const struct assay_verdict *v;
	struct assay_eval *ev;

	view = usual;
	view.messages = 3;
	view.net_days = 0;
	ev = judged("bob@example.org");
	T_OK(evidence(ev, ASSAY_R_OWN_UNKNOWN) != NULL &&
	    ev->out.account.who == 0, "too little is known");
	T_INT(assay_eval_standing(ev), ASSAY_STANDING_UNKNOWN,
	    "it can be learned from, and proves nothing");
	assay_eval_free(ev);
	view.messages = (1 << 24) + 1;	/* written as less */
	ev = judged("bob@example.org");
	T_OK(ev->out.account.known, "a lot is known");
	T_INT(assay_eval_standing(ev), ASSAY_STANDING_UNLIKE,
	    "from a network that is new, it vouches for nobody either");
	assay_eval_free(ev);
	view.net_days = 30;
	ev = judged("bob@example.org");
	T_INT(assay_eval_standing(ev), ASSAY_STANDING_USUAL, "as usual");
	T_INT(assay_decide(&v, ev, NULL), ASSAY_OK, "decided");
	assay_eval_free(ev);
}

int
main(void)
{
	view = usual;
	facts();
	policies();
	told();
	unknown();
	return t_done();
}

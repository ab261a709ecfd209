/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/ladder.h"

#include <stdio.h>

#include "test/run_fixture.h"
#include "test/t.h"
#include "verdict/reply.h"

static struct arena arena;

/* ---- what may be written ------------------------------------------------- */

#define HALF "suspicion of one kind goes no further than \"tag\"; name " \
	"both who and what, or DMARC or structure as well"
#define SIGNALS "second-signal may be mere suspicion here, by a \"then " \
	"signal\"; name DMARC or structure as well"
#define CHECKS "this evidence is named by its check: dmarc, spf, dkim, " \
	"arc, iprev, list, ..."
static const struct { const char *text; unsigned line; const char *why; }
words[] = {
	{ "who >= 3 then tag", 0, NULL },
	{ "own over-rate then reject", 0, NULL },
	{ "own and evidence \"own-new-network\" and evidence "
	  "\"own-fan-out\" then hold", 0, NULL },
	{ "own and evidence \"own-new-network\" and who >= 40 then hold", 1,
	  "suspicion of one kind goes no further than \"tag\"; name both "
	  "who and what, or DMARC or structure as well" },
	{ "who >= 3 and what >= 3 then hold", 0, NULL },
	{ "who >= 3 and impersonation then quarantine", 0, NULL },
	{ "who >= 3 and evidence \"shows-person\" then defer once", 0, NULL },
	{ "evidence \"reply-to-alike\" and dmarc-fail then reject", 0, NULL },
	{ "who >= 3 and structure S1 then reject", 0, NULL },
	{ "who >= 3 then signal; dmarc-fail and second-signal then reject", 0,
	  NULL },
	{ "who >= 3 then signal; who >= 3 and what >= 3 and second-signal "
	  "then hold", 0, NULL },
	{ "spf fail then reject; evidence from-missing then quarantine", 0,
	  NULL },
	{ "mandate \"m\" who >= 3 owner \"o\" until 2026-03-01 budget 20 "
	  "then reject", 0, NULL },
	{ "mandate m who >= 3 owner \"o\" until 2026-03-01 budget 20 then "
	  "reject", 1, "after \"mandate\": a name in quotes" },
	{ "mandate \"m\" who >= 3 until 2026-03-01 budget 20 then reject", 1,
	  "owner \"TEXT\" is missing: who answers for it?" },
	{ "mandate \"m\" who >= 3 owner \"o\" budget 20 then reject", 1,
	  "until YYYY-MM-DD is missing: an exception and a mandate end" },
	{ "mandate \"m\" who >= 3 owner \"o\" until 2026-03-01 then reject",
	  1, "budget N is missing: how often a day, 1 to 100000" },
	{ "mandate \"m\" who >= 3 owner \"o\" until 2026-03-01 budget 0 "
	  "then reject", 1, "budget N is missing: how often a day, 1 to "
	  "100000" },
	{ "mandate \"m\" who >= 3 owner \"o\" until 2026-03-01 budget 9 "
	  "then hold", 1, "a mandate ends in defer, reject or strip" },
	{ "mandate \"m\" owner \"o\" until 2026-03-01 budget 9 then reject",
	  1, "not a condition" },
	{ "mandate \"m\" who >= 3 owner \"o\" until 2026-03-01 budget 9 "
	  "then strip signed", 0, NULL },
	{ "mandate \"m\" who >= 3 owner \"o\" until 2026-03-01 budget 9 "
	  "then reject signed", 1, "one statement a line" },
	{ "who >= 3 and what >= 3 then strip signed", 1,
	  "one statement a line" },
	{ "who >= 3 then strip", 1, HALF },
	{ "own and who >= 3 and what >= 3 then strip", 1,
	  "own mail is not stripped; it can be held" },
	{ "except author a.test reason \"r\" owner \"o\" until 2026-03-01 "
	  "then strip", 1, "an exception ends in accept, tag, hold or "
	  "quarantine" },
	{ "who >= 3 then hold", 1, HALF },
	{ "who >= 3 and author a.test and spf fail then reject", 1, HALF },
	{ "what >= 3 and impersonation then defer once", 1, HALF },
	{ "spf fail then reject\ndmarc none and who >= 3 then quarantine", 2,
	  HALF },
	{ "evidence \"shows-person\" then reject", 1, HALF },
	{ "who >= 3 and evidence \"from-missing\" then hold", 1, HALF },
	{ "who >= 3 then signal\nsecond-signal then quarantine", 2, SIGNALS },
	{ "who >= 3 and what >= 3 then signal\nsecond-signal then reject", 2,
	  SIGNALS },
	{ "evidence \"spf-fail\" then tag", 1, CHECKS },
	{ "evidence \"no-mandate\" then tag", 1, CHECKS },
	{ "evidence \"nonsense\" then tag", 1, "there is no reason of that "
	  "name: assay-reasons(7) has them" },
	{ "evidence", 1, "after \"evidence\": the name of a reason" },
};
#undef HALF
#undef SIGNALS
#undef CHECKS

static void
test_words(void)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *why = NULL, *l = words[i].text;
		struct assay_policy p;
		unsigned line = 0;
		T_INT(policy_parse(&p, assay_cstr(l), &line, &why, &arena),
		    words[i].why == NULL, l);
		T_SPAN(assay_cstr(why), assay_cstr(words[i].why), l);
		if (words[i].why != NULL)
			T_INT(line, words[i].line, l);
	}
}

static void
test_print(void)
{
	struct assay_policy p;
	uint8_t room[400];
	struct buf b = BUF_ON(room);

	T_OK(policy_parse(&p, SPAN("who >= 9 and evidence shows-person then "
	    "defer once; spf fail then hold; helo fail then tag; mandate "
	    "\"m\" who >= 3 owner \"o\" until 2026-03-01 budget 9 then strip "
	    "signed; dmarc-fail then strip"), NULL,
	    NULL, &arena), "parses");
	policy_print(&b, &p);
	T_SPAN(buf_span(&b), SPAN("who >= 9 and evidence \"shows-person\" "
	    "then defer once\nspf fail then hold\nhelo fail then tag\n"
	    "mandate \"m\" who >= 3 owner \"o\" until 2026-03-01 budget 9 "
	    "then strip signed\ndmarc-fail then strip\n"),
	    "is printed as it is read");
}

/* ---- what becomes of a message ------------------------------------------- */

#define BOTH "who >= 80 and what >= 70 then reject\n"
#define MANDATE(act) "mandate \"m\" author ex.test owner \"o\" until " \
	"2026-03-01 budget 2 then " act
static const struct {
	const char *label;
	bool fails;			/* DMARC, with p=quarantine */
	unsigned who, what;
	const char *policy;
	enum assay_disposition want;
	const char *because, *reply;
} scenes[] = {
	{ "one kind is a tag", false, 90, 0, "who >= 80 then tag", ASSAY_TAG,
	  "", NULL },
	{ "both hold", false, 80, 70, "who >= 80 and what >= 70 then hold\n"
	  "who >= 80 then tag", ASSAY_HOLD, "", NULL },
	{ "one of them is too little", false, 80, 69,
	  "who >= 80 and what >= 70 then hold", ASSAY_ACCEPT, "", NULL },
	{ "a reject on suspicion is a hold", false, 80, 70,
	  "who >= 80 and what >= 70 then reject", ASSAY_HOLD, "no-mandate ",
	  NULL },
	{ "so is a defer", false, 80, 70,
	  "who >= 80 and what >= 70 then defer", ASSAY_HOLD, "no-mandate ",
	  NULL },
	{ "with a mandate it is done", false, 80, 70, BOTH MANDATE("reject"),
	  ASSAY_REJECT, "mandate listed-author ",
	  "550 5.7.1 Refused: by local policy" },
	{ "not with one for something else", false, 80, 70,
	  BOTH MANDATE("defer"), ASSAY_HOLD, "no-mandate ", NULL },
	{ "not with one for others", false, 80, 70, BOTH "mandate \"m\" "
	  "author b.test owner \"o\" until 2026-03-01 budget 2 then reject",
	  ASSAY_HOLD, "no-mandate ", NULL },
	{ "not with one of yesterday", false, 80, 70, BOTH "mandate \"m\" "
	  "author ex.test owner \"o\" until 2026-02-28 budget 2 then "
	  "reject", ASSAY_HOLD, "no-mandate ", NULL },
	{ "a mandate does nothing itself", false, 80, 70, MANDATE("reject"),
	  ASSAY_ACCEPT, "", NULL },
	{ "what is proven needs none", true, 80, 70, BOTH
	  "dmarc-fail then reject\n" MANDATE("reject"), ASSAY_REJECT,
	  "dmarc-fail ", "550 5.7.26 Refused: per DMARC policy for ex.test, "
	  "neither SPF nor DKIM proves that a.ex.test sent this" },
	{ "not where DMARC failed", true, 80, 0,
	  "who >= 80 and dmarc-fail then reject", ASSAY_REJECT,
	  "dmarc-fail ", "550 5.7.26 Refused: per DMARC policy for ex.test, "
	  "neither SPF nor DKIM proves that a.ex.test sent this" },
	{ "a quarantine is stronger than what became a hold", true, 80, 70,
	  "who >= 80 and what >= 70 then reject\ndmarc-fail then quarantine",
	  ASSAY_QUARANTINE, "dmarc-fail ", NULL },
	{ "once", false, 1, 1, "who >= 1 and what >= 1 then defer once",
	  ASSAY_DEFER_ONCE, "", "451 4.7.1 Try again later: by local policy" },
	{ "once is stronger than a tag", false, 1, 1, "who >= 1 then tag\n"
	  "who >= 1 and what >= 1 then defer once\nwhat >= 1 then tag",
	  ASSAY_DEFER_ONCE, "", "451 4.7.1 Try again later: by local policy" },
	{ "and milder than a hold", false, 1, 1, "who >= 1 and what >= 1 then "
	  "hold\nwho >= 1 and what >= 1 then defer once", ASSAY_HOLD, "",
	  NULL },
	{ "evidence", false, 1, 0, "who >= 1 and evidence \"shows-person\" "
	  "then hold", ASSAY_HOLD, "shows-person ", NULL },
	{ "other evidence", false, 1, 0, "who >= 1 and evidence "
	  "\"reply-to-alike\" then hold", ASSAY_ACCEPT, "", NULL },
	{ "the name of a pass", false, 1, 0,
	  "evidence \"from-missing\" then tag", ASSAY_ACCEPT, "", NULL },
	{ "an exception from a hold", true, 9, 9, "who >= 9 and what >= 9 "
	  "then reject\nexcept author ex.test reason \"r\" owner \"o\" "
	  "until 2026-03-01 then tag", ASSAY_TAG,
	  "exception no-mandate listed-author ", NULL },
};

static void
play(struct fixture *f, bool fails)
{
	struct dmarc_author *a = &f->out.dmarc.author[0];

	fixture_init(f, NULL, 0);
	f->session.now = 1772366400;	/* noon of 2026-03-01 */
	f->facts.from.n_author = f->out.dmarc.n_author = 1;
	f->facts.from.author[0].domain.name = SPAN("a.ex.test");
	*a = (struct dmarc_author){ .domain.name = SPAN("a.ex.test"),
		.record_domain.name = SPAN("ex.test"),
		.result = fails ? ASSAY_FAIL : ASSAY_PASS,
		.policy = POLICY_QUARANTINE, .reason = fails ?
		ASSAY_R_DMARC_FAIL : ASSAY_R_DMARC_PASS };
	f->out.dmarc.result = a->result;
	f->out.dmarc.reason = a->reason;
	f->out.dmarc.policy = a->policy;
	evidence_add(&f->run, ASSAY_CHECK_DMARC, a->result, a->reason,
	    SPAN("a.ex.test"), SPAN_NONE, (struct place){ 0, 0 });
	evidence_add(&f->run, ASSAY_CHECK_IMPERSONATION, ASSAY_NEUTRAL,
	    ASSAY_R_SHOWS_PERSON, SPAN("a.ex.test"), SPAN_NONE,
	    (struct place){ 0, 0 });
	evidence_add(&f->run, ASSAY_CHECK_MESSAGE, ASSAY_PASS,
	    ASSAY_R_FROM_MISSING, SPAN_NONE, SPAN_NONE,
	    (struct place){ 0, 0 });
}

static void
check_because(const struct fixture *f, const struct ruling *k,
    const char *want, const char *label)
{
	char got[1000] = "";
	size_t n = 0;

	for (size_t i = 0; i < k->n_because; i++) {
		enum assay_reason r = f->run.evidence[k->because[i]].reason;
		/* what >= N points at all that impersonates */
		if (r != ASSAY_R_SHOWS_PERSON || want[0] == 's')
			n += (size_t)snprintf(got + n, sizeof(got) - n,
			    "%s ", assay_reason_text(r)->name);
	}
	T_SPAN(assay_cstr(got), assay_cstr(want), label);
}

static void
test_scenes(void)
{
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		const char *l = scenes[i].label;
		struct assay_policy p;
		struct fixture f;
		struct ruling k;
		size_t n;
		play(&f, scenes[i].fails);
		T_OK(policy_parse(&p, assay_cstr(scenes[i].policy), NULL,
		    NULL, &arena), l);
		policy_rule(&k, &f.run, &p, scenes[i].who, scenes[i].what);
		T_INT(k.disposition, scenes[i].want, l);
		check_because(&f, &k, scenes[i].because, l);
		T_SPAN(reply_text(&f.run, &k), assay_cstr(scenes[i].reply),
		    l);
		n = f.run.n_evidence;
		policy_rule(&k, &f.run, &p, scenes[i].who, scenes[i].what);
		T_INT(f.run.n_evidence, n, "deciding twice adds nothing");
		fixture_free(&f);
	}
}

/* Strip: with a mandate that names it, and says so where a signature holds;
 * what cannot be cut is held. */
#define STRIP "who >= 80 and what >= 70 then strip\n"
static const struct {
	const char *label, *policy;
	bool fails, is_signed;
	const char *unstripped;
	enum assay_disposition want;
	const char *because;
} strips[] = {
	{ "without a mandate", STRIP, false, false, NULL, ASSAY_HOLD,
	  "no-mandate " },
	{ "with one", STRIP MANDATE("strip"), false, false, NULL,
	  ASSAY_STRIP, "stripped mandate shows-person listed-author " },
	{ "what is signed is not changed", STRIP MANDATE("strip"), false,
	  true, NULL, ASSAY_HOLD, "no-mandate " },
	{ "but if it says so", STRIP MANDATE("strip signed"), false, true,
	  NULL, ASSAY_STRIP, "stripped mandate shows-person listed-author " },
	{ "not with one for a refusal", STRIP MANDATE("reject"), false,
	  false, NULL, ASSAY_HOLD, "no-mandate " },
	{ "what is proven needs none", "dmarc-fail then strip", true, false,
	  NULL, ASSAY_STRIP, "stripped dmarc-fail " },
	{ "but for what is signed", "dmarc-fail then strip", true, true,
	  NULL, ASSAY_HOLD, "no-mandate dmarc-fail " },
	{ "what cannot be cut is held", STRIP MANDATE("strip"), false, false,
	  "there is no file that can run", ASSAY_HOLD, "not-stripped " },
	{ "what is stronger wins", STRIP MANDATE("strip")
	  "\nwho >= 80 and what >= 70 then hold", false, false, NULL,
	  ASSAY_HOLD, "" },
};

static void
test_strip(void)
{
	struct sig_outcome sig = { .result = ASSAY_PASS };
	struct stripped file = { .name = SPAN("a.exe"), .type = SPAN("exe"),
		.why = SPAN("it runs"), .sha256 = SPAN("00"), .size = 5 };

	for (size_t i = 0; i < sizeof(strips) / sizeof(strips[0]); i++) {
		const char *l = strips[i].label;
		struct assay_policy p;
		struct fixture f;
		struct ruling k;

		play(&f, strips[i].fails);
		f.out.dkim.sig = &sig;
		f.out.dkim.n_sig = strips[i].is_signed;
		f.facts.stripped = &file;
		f.facts.n_stripped = 1;
		f.facts.unstripped = assay_cstr(strips[i].unstripped);
		T_OK(policy_parse(&p, assay_cstr(strips[i].policy), NULL,
		    NULL, &arena), l);
		policy_rule(&k, &f.run, &p, 80, 70);
		T_INT(k.disposition, strips[i].want, l);
		check_because(&f, &k, strips[i].because, l);
		fixture_free(&f);
	}
}

/* What rests on suspicion is only told in the first days; nothing else is. */
static void
test_first_days(void)
{
	static const struct { const char *text; bool suspects; } all[] = {
		{ "dmarc-fail policy reject then reject", false },
		{ "structure S1 then quarantine", false },
		{ "spf fail and client 192.0.2.7 then reject", false },
		{ "evidence from-missing then quarantine", false },
		{ "own over-rate then defer", false },
		{ "second-signal and dmarc-fail then reject", false },
		{ "who >= 3 then tag", true },
		{ "what >= 3 and dmarc-fail then reject", true },
		{ "impersonation then signal", true },
		{ "evidence link-lies and structure S1 then hold", true },
		{ "own and who >= 40 and what >= 60 then hold", true } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct assay_policy p;

		T_OK(policy_parse(&p, assay_cstr(all[i].text), NULL, NULL,
		    &arena) && ladder_suspects(&p.statement[0]) ==
		    all[i].suspects, all[i].text);
	}
}

/* RFC 9990 3.1.6 knows three dispositions. */
static void
test_departures(void)
{
	struct outcome o = { .dmarc = { .result = ASSAY_FAIL,
		.policy = POLICY_QUARANTINE, .n_author = 1 } };
	struct ruling k = { .disposition = ASSAY_HOLD };

	T_OK(reply_departure(&o, &k) == NULL, "a hold is a quarantine");
	k.disposition = ASSAY_TAG;
	T_SPAN(assay_cstr(reply_departure(&o, &k)), SPAN("local_policy"),
	    "a tag is none");
	o.dmarc.policy = POLICY_NONE;
	T_OK(reply_departure(&o, &k) == NULL, "and none was asked for");
	k.disposition = ASSAY_DEFER_ONCE;
	o.dmarc.policy = POLICY_REJECT;
	T_OK(reply_departure(&o, &k) == NULL, "it comes again");
}

int
main(void)
{
	arena_init(&arena, 1 << 22);
	test_words();
	test_print();
	test_scenes();
	test_strip();
	test_first_days();
	test_departures();
	arena_free(&arena);
	return t_done();
}

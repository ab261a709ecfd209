/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy language: what parses and how it prints, what does not and
 * why, and what it makes of messages.
 */
#include "verdict/reply.h"

#include "test/run_fixture.h"
#include "test/t.h"

static struct arena arena;

static const struct { const char *text, *print; } good[] = {
	{ "", "" },
	{ "# nothing\n\n ;;\n", "" },
	{ "dmarc-fail then reject", "dmarc-fail then reject\n" },
	{ "dmarc fail policy none then accept",
	  "dmarc-fail policy none then accept\n" },
	{ "  dmarc-fail policy reject\tthen quarantine # why\r\n",
	  "dmarc-fail policy reject then quarantine\n" },
	{ "dmarc temperror policy reject then defer; spf softfail and helo "
	  "fail then quarantine\niprev permerror then quarantine",
	  "dmarc temperror policy reject then defer\n"
	  "spf softfail and helo fail then quarantine\n"
	  "iprev permerror then quarantine\n" },
	{ "dkim policy and arc fail and list-id then quarantine",
	  "dkim policy and arc fail and list-id then quarantine\n" },
	{ "arc pass trusted and dmarc-fail then quarantine",
	  "arc pass trusted and dmarc-fail then quarantine\n" },
	{ "structure S1 then reject;structure S2 and second-signal then "
	  "quarantine", "structure S1 then reject\n"
	  "structure S2 and second-signal then quarantine\n" },
	{ "author \"Bulk.Example.\" then signal\nsender bulk.example then "
	  "signal", "author \"bulk.example\" then signal\n"
	  "sender \"bulk.example\" then signal\n" },
	{ "client 192.0.2.0/24 then signal; client 2001:DB8::/32 then signal"
	  "; client 192.0.2.1 then reject",
	  "client 192.0.2.0/24 then signal\n"
	  "client 2001:db8::/32 then signal\n"
	  "client 192.0.2.1/32 then reject\n" },
	{ "who >= 80 and what >= 50 then quarantine",
	  "who >= 80 and what >= 50 then quarantine\n" },
	{ "policy \"in bound\" {\n\tspf fail then reject # x }\n}\n",
	  "policy \"in bound\" {\n\tspf fail then reject\n}\n" },
	{ "policy \"x\" { spf fail then reject }",
	  "policy \"x\" {\n\tspf fail then reject\n}\n" },
	{ "except client 192.0.2.7 reason \"old scanner\" owner \"ops\" "
	  "until 2026-12-31", "except client 192.0.2.7/32 reason \"old "
	  "scanner\" owner \"ops\" until 2026-12-31 then accept\n" },
	{ "policy \"x\" { except author a.test and arc pass trusted reason "
	  "\"r\" owner \"o\" until 2026-01-01 as trusted_forwarder then "
	  "quarantine }", "policy \"x\" {\n\texcept author \"a.test\" and "
	  "arc pass trusted reason \"r\" owner \"o\" until 2026-01-01 as "
	  "trusted_forwarder then quarantine\n}\n" },
	{ "policy \"x\" { except sender a.test reason \"r\" owner \"o\" "
	  "until 2026-01-01 }", "policy \"x\" {\n\texcept sender \"a.test\" "
	  "reason \"r\" owner \"o\" until 2026-01-01 then accept\n}\n" },
	{ "list \"l.a.test\" and dmarc-fail then quarantine",
	  "list \"l.a.test\" and dmarc-fail then quarantine\n" },
	{ "policy \"x\" { }", "policy \"x\" {\n}\n" },
	{ "own over-rate then defer; own \"bob@a.test\" and who >= 40 and what "
	  ">= 9 then hold; own and evidence \"own-bounces\" then tag",
	  "own over-rate then defer\n"
	  "own \"bob@a.test\" and who >= 40 and what >= 9 then hold\n"
	  "own and evidence \"own-bounces\" then tag\n" },
	{ "except own \"@a.test\" reason \"r\" owner \"o\" until 2026-01-01",
	  "except own \"@a.test\" reason \"r\" owner \"o\" until "
	  "2026-01-01 then accept\n" },
};

static const struct { const char *text; unsigned line; const char *why; }
bad[] = {
	{ "own \"\" then hold", 1, "after \"own\": who logs in, in quotes" },
	{ "own bob then hold", 1, "\"and\" or \"then\" is missing" },
	{ "except own reason \"r\" owner \"o\" until 2026-01-01", 1,
	  "an exception names an author, a sender, a list, a client, an "
	  "own account or \"arc pass trusted\"" },
	{ "dmarc-fail", 1, "\"and\" or \"then\" is missing" },
	{ "\n\ndmarc-fail reject", 3, "\"and\" or \"then\" is missing" },
	{ "spf then reject", 1,
	  "a result is missing: fail, none, temperror, ..." },
	{ "spf pass then accept", 1,
	  "a pass excuses nothing, it cannot be named" },
	{ "dmarc pass then accept", 1,
	  "a pass excuses nothing, it cannot be named" },
	{ "dkim pass then accept", 1,
	  "a pass excuses nothing, it cannot be named" },
	{ "arc pass then accept", 1,
	  "only \"arc pass trusted\" means something" },
	{ "not list-id then reject", 1, "not a condition" },
	{ "dmarc softfail then reject", 1,
	  "this check has no such result" },
	{ "iprev neutral then reject", 1, "this check has no such result" },
	{ "arc temperror then defer", 1, "this check has no such result" },
	{ "spf fail then drop", 1,
	  "after \"then\": accept, tag, defer once, strip, hold, quarantine, "
	  "defer, reject or signal" },
	{ "spf fail then", 1,
	  "after \"then\": accept, tag, defer once, strip, hold, quarantine, "
	  "defer, reject or signal" },
	{ "spf fail then \"reject\"", 1,
	  "after \"then\": accept, tag, defer once, strip, hold, quarantine, "
	  "defer, reject or signal" },
	{ "spf fail then reject reject", 1, "one statement a line" },
	{ "spf fail and then reject", 1, "not a condition" },
	{ "spf fail and\ndkim fail then reject", 1,
	  "a condition is missing" },
	{ "except dmarc-fail reason \"r\" owner \"o\" until 2026-01-01", 1,
	  "an exception names an author, a sender, a list, a client, an "
	  "own account or "
	  "\"arc pass trusted\"" },
	{ "except author a.test then accept", 1,
	  "reason \"TEXT\" is missing: why is this excused?" },
	{ "except author a.test reason old owner \"o\" until 2026-01-01", 1,
	  "reason \"TEXT\" is missing: why is this excused?" },
	{ "except author a.test reason \"\" owner \"o\" until 2026-01-01", 1,
	  "reason \"TEXT\" is missing: why is this excused?" },
	{ "except author a.test reason \"a\tb\" owner \"o\"", 1,
	  "reason \"TEXT\" is missing: why is this excused?" },
	{ "except author a.test reason \"r\" until 2026-01-01", 1,
	  "owner \"TEXT\" is missing: who answers for it?" },
	{ "except author a.test reason \"r\" owner \"o\"", 1,
	  "until YYYY-MM-DD is missing: an exception and a "
	  "mandate end" },
	{ "except author a.test reason \"r\" owner \"o\" until 2026-02-30",
	  1, "until YYYY-MM-DD is missing: an exception and a "
	  "mandate end" },
	{ "except author a.test reason \"r\" owner \"o\" until 2026-02-03 "
	  "as pass", 1, "after \"as\": local_policy, mailing_list or "
	  "trusted_forwarder" },
	{ "except author a.test reason \"r\" owner \"o\" until 2026-02-03 "
	  "then reject", 1, "an exception ends in accept, tag, hold or "
	  "quarantine" },
	{ "except author a.test reason \"r\" owner \"o\" until 2026-02-03 "
	  "then signal", 1, "an exception ends in accept, tag, hold or "
	  "quarantine" },
	{ "except author a.test reason \"r\" owner \"o\" until 2026-02-03 "
	  "accept", 1, "\"then\" is missing" },
	{ "list l<a> then reject", 1, "after \"list\": the identifier of its "
	  "List-Id, without < >" },
	{ "dmarc-fail policy then reject", 1,
	  "after \"policy\": none, quarantine or reject" },
	{ "structure S4 then reject", 1,
	  "after \"structure\": S1, S2 or S3" },
	{ "SPF fail then reject", 1, "not a condition" },
	{ "author \"a..b\" then reject", 1, "not a domain name" },
	{ "author then reject", 1, "\"and\" or \"then\" is missing" },
	{ "author", 1, "not a domain name" },
	{ "author \"a.test then reject", 1, "a quote is not closed" },
	{ "client 300.1.1.1 then reject", 1, "not an IP address" },
	{ "client 192.0.2.0/33 then reject", 1,
	  "not a length of a network prefix" },
	{ "client 192.0.2.0/ then reject", 1,
	  "not a length of a network prefix" },
	{ "who > 3 then reject", 1, "\">=\" is missing" },
	{ "who >= 0 then reject", 1,
	  "a number from 1 to 100 is missing" },
	{ "who >= 101 then reject", 1,
	  "a number from 1 to 100 is missing" },
	{ "second-signal then signal", 1, "a signal cannot rest on itself" },
	{ "list-id and list-id and list-id and list-id and list-id and "
	  "list-id and list-id and list-id and list-id then reject", 1,
	  "too many conditions" },
	{ "policy x { }", 1, "after \"policy\": a name in quotes" },
	{ "policy \"x\" spf", 1, "\"{\" is missing" },
	{ "policy \"x\" {\nspf fail then reject\n", 3,
	  "\"}\" is missing" },
	{ "policy \"x\" { } }", 1, "nothing may follow" },
	{ "policy \"x\" { }\nspf fail then reject", 2,
	  "nothing may follow" },
	{ "spf fail then reject\n}", 2, "nothing may follow" },
	{ "spf fail then reject \001", 1,
	  "an octet that is not allowed here" },
};

static void
test_parser(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct assay_policy *p;
		uint8_t room[2000];
		struct buf b = BUF_ON(room);
		T_INT(assay_policy_parse(&p, assay_cstr(good[i].text), NULL,
		    NULL), ASSAY_OK, good[i].text);
		if (p == NULL)
			continue;
		policy_print(&b, p);
		T_OK(b.len == strlen(good[i].print) && memcmp(room,
		    good[i].print, b.len) == 0, good[i].text);
		assay_policy_free(p);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct assay_policy *p;
		unsigned line = 0;
		const char *why = "";
		T_INT(assay_policy_parse(&p, assay_cstr(bad[i].text), &line,
		    &why), ASSAY_FORMAT, bad[i].text);
		T_SPAN(assay_cstr(why), assay_cstr(bad[i].why),
		    bad[i].text);
		T_INT(line, bad[i].line, bad[i].text);
		assay_policy_free(p);
	}
}

static void
test_size(void)
{
	static uint8_t text[70000];
	struct assay_policy *p;
	const char *why;

	memset(text, '\n', sizeof(text));
	T_INT(assay_policy_parse(&p, (struct span){ text, sizeof(text) },
	    NULL, &why), ASSAY_FORMAT, "too large");
	for (size_t i = 0; i + 22 <= sizeof(text); i += 22)
		memcpy(text + i, "spf fail then accept ;", 22);
	T_INT(assay_policy_parse(&p, (struct span){ text, 22 * 500 }, NULL,
	    &why), ASSAY_OK, "500 statements");
	assay_policy_free(p);
	T_INT(assay_policy_parse(&p, (struct span){ text, 22 * 501 }, NULL,
	    &why), ASSAY_FORMAT, "501 statements");
}

static void
test_remarks(void)
{
	struct assay_policy *p;
	unsigned line = 0;
	const char *what;

	T_INT(assay_policy_parse(&p, SPAN("dmarc-fail policy reject then "
	    "quarantine\ndmarc-fail then reject\nspf fail and dmarc-fail "
	    "then reject\ndmarc-fail and who >= 5 then reject\nspf fail "
	    "then reject"), NULL, NULL), ASSAY_OK, "remarks");
	T_OK(assay_policy_remark(p, 0, &line, &what), "plain reject");
	T_INT(line, 2, "its line");
	T_OK(assay_policy_remark(p, 1, &line, &what), "with SPF");
	T_INT(line, 3, "its line");
	T_OK(!assay_policy_remark(p, 2, &line, &what), "no more");
	assay_policy_free(p);
	T_INT(assay_policy_parse(&p, SPAN("except client 192.0.2.1 reason "
	    "\"r\" owner \"o\" until 2026-02-28\nexcept author a.test and "
	    "client 192.0.2.1 reason \"r\" owner \"o\" until 2026-03-10\n"
	    "except author a.test reason \"r\" owner \"o\" until 2027-01-01"
	    ), NULL, NULL), ASSAY_OK, "exceptions");
	T_OK(assay_policy_remark(p, 0, &line, &what), "by claims alone");
	T_INT(line, 3, "its line");
	T_OK(!assay_policy_remark(p, 1, &line, &what), "no more");
	T_OK(assay_policy_aged(p, 1772366400, 0, &line, &what), "expired");
	T_INT(line, 1, "its line");
	T_SPAN(assay_cstr(what), SPAN("this exception has expired and is "
	    "ignored; remove it, or give it a new last day"), "told");
	T_OK(assay_policy_aged(p, 1772366400, 1, &line, &what), "soon");
	T_INT(line, 2, "its line");
	T_SPAN(assay_cstr(what), SPAN("this exception expires within two "
	    "weeks"), "told");
	T_OK(!assay_policy_aged(p, 1772366400, 2, &line, &what), "no more");
	T_OK(!assay_policy_aged(p, 0, 0, &line, &what), "long before");
	assay_policy_free(p);
	T_INT(assay_policy_parse(&p, SPAN("own over-rate then defer\nexcept "
	    "own \"a@b.test\" reason \"r\" owner \"o\" until 2027-01-01"),
	    NULL, NULL), ASSAY_OK, "of an account");
	T_OK(!assay_policy_remark(p, 0, &line, &what), "who has logged in");
	assay_policy_free(p);
	T_INT(assay_policy_parse(&p, assay_cstr(assay_policy_builtin()),
	    NULL, NULL), ASSAY_OK, "the built-in policy");
	T_OK(!assay_policy_remark(p, 0, &line, &what), "has no remarks");
	assay_policy_free(p);
}

/* ---- rulings ------------------------------------------------------------- */

struct scene {
	enum assay_result dmarc;
	enum dmarc_policy policy;
	bool testing, own, silent;
	enum assay_result spf, dkim, iprev, arc;
	bool trusted, list;
	enum severity finding;
};

#define F ASSAY_FAIL
#define STRICT "dmarc-fail policy reject then reject\n"
#define SAID " reason \"r\" owner \"o\" until "
#define PLAIN "dmarc-fail policy reject then reject"
static const struct {
	const char *label;
	struct scene s;
	const char *policy;		/* NULL: the built-in one */
	enum assay_disposition want;
	const char *because, *reply, *departure;
} rulings[] = {
	{ "a pass", { .dmarc = ASSAY_PASS }, NULL, ASSAY_ACCEPT, "", NULL,
	  NULL },
	{ "p=reject alone is quarantine",
	  { .dmarc = F, .policy = POLICY_REJECT }, NULL, ASSAY_QUARANTINE,
	  "dmarc-fail ", NULL, "local_policy" },
	{ "p=reject and a sender that sends nothing",
	  { .dmarc = F, .policy = POLICY_REJECT, .silent = true }, NULL,
	  ASSAY_REJECT, "dmarc-fail dmarc-sends-nothing ",
	  "550 5.7.26 Refused: per DMARC policy for ex.test, neither SPF "
	  "nor DKIM proves that a.ex.test sent this", NULL },
	{ "p=reject and our own name from outside",
	  { .dmarc = F, .policy = POLICY_REJECT, .own = true }, NULL,
	  ASSAY_REJECT, "dmarc-fail dmarc-own-domain-outside ",
	  "550 5.7.26 Refused: per DMARC policy for ex.test, neither SPF "
	  "nor DKIM proves that a.ex.test sent this", NULL },
	{ "p=reject, reverse DNS and SPF failing together",
	  { .dmarc = F, .policy = POLICY_REJECT, .iprev = F, .spf = F },
	  NULL, ASSAY_REJECT,
	  "no-client-address dmarc-sends-nothing dmarc-fail ", "", NULL },
	{ "reverse DNS alone is no second signal",
	  { .dmarc = F, .policy = POLICY_REJECT, .iprev = F }, NULL,
	  ASSAY_QUARANTINE, "dmarc-fail ", NULL, "local_policy" },
	{ "SPF alone is no second signal",
	  { .dmarc = F, .policy = POLICY_REJECT, .spf = F }, NULL,
	  ASSAY_QUARANTINE, "dmarc-fail ", NULL, "local_policy" },
	{ "p=reject and an ambiguous author",
	  { .dmarc = F, .policy = POLICY_REJECT, .finding = SEVERITY_S1 },
	  NULL, ASSAY_REJECT, "dmarc-no-author dmarc-fail ", "", NULL },
	{ "a strange message is no second signal",
	  { .dmarc = F, .policy = POLICY_REJECT, .finding = SEVERITY_S2 },
	  NULL, ASSAY_QUARANTINE, "dmarc-fail ", NULL, "local_policy" },
	{ "p=quarantine", { .dmarc = F, .policy = POLICY_QUARANTINE }, NULL,
	  ASSAY_QUARANTINE, "dmarc-fail ", NULL, NULL },
	{ "t=y made it quarantine", { .dmarc = F,
	  .policy = POLICY_QUARANTINE, .testing = true }, NULL,
	  ASSAY_QUARANTINE, "dmarc-fail ", NULL, "policy_test_mode" },
	{ "p=none changes nothing", { .dmarc = F, .policy = POLICY_NONE,
	  .silent = true, .own = true }, NULL, ASSAY_ACCEPT, "", NULL,
	  NULL },
	{ "t=y made it none", { .dmarc = F, .policy = POLICY_NONE,
	  .testing = true }, NULL, ASSAY_ACCEPT, "", NULL,
	  "policy_test_mode" },
	{ "no record", { .dmarc = ASSAY_NONE }, NULL, ASSAY_ACCEPT, "", NULL,
	  NULL },
	{ "an error, policy reject", { .dmarc = ASSAY_TEMPERROR,
	  .policy = POLICY_REJECT }, NULL, ASSAY_DEFER, "dmarc-temperror ",
	  "451 4.4.3 Try again later: DNS error while checking DMARC for "
	  "a.ex.test", NULL },
	{ "an error, policy not known", { .dmarc = ASSAY_TEMPERROR }, NULL,
	  ASSAY_DEFER, "dmarc-temperror ", "", NULL },
	{ "an error, by a policy that does not mind",
	  { .dmarc = ASSAY_TEMPERROR }, "dmarc none then quarantine",
	  ASSAY_ACCEPT, "", NULL, NULL },
	{ "no author", { .dmarc = ASSAY_PERMERROR }, NULL, ASSAY_QUARANTINE,
	  "dmarc-several-authors ", NULL, NULL },
	{ "a pass does not excuse structure", { .dmarc = ASSAY_PASS,
	  .finding = SEVERITY_S1 }, NULL, ASSAY_QUARANTINE,
	  "dmarc-no-author ", NULL, "local_policy" },
	{ "a trusted ARC pass does not excuse", { .dmarc = F,
	  .policy = POLICY_REJECT, .arc = ASSAY_PASS, .trusted = true },
	  NULL, ASSAY_QUARANTINE, "dmarc-fail ", NULL, "local_policy" },

	{ "plain reject, switched on", { .dmarc = F,
	  .policy = POLICY_REJECT }, PLAIN, ASSAY_REJECT, "dmarc-fail ",
	  "550 5.7.26 Refused: per DMARC policy for ex.test, neither SPF "
	  "nor DKIM proves that a.ex.test sent this", NULL },
	{ "one passed and did not fit: not 7.26", { .dmarc = F,
	  .policy = POLICY_REJECT, .spf = ASSAY_PASS }, PLAIN, ASSAY_REJECT,
	  "dmarc-fail ", "550 5.7.1 Refused: per DMARC policy for ex.test, "
	  "neither SPF nor DKIM proves that a.ex.test sent this", NULL },
	{ "the strongest wins, whatever the order", { .dmarc = F,
	  .policy = POLICY_REJECT, .spf = F }, "spf fail then defer\n"
	  "dmarc-fail then reject\nspf fail then quarantine", ASSAY_REJECT,
	  "dmarc-fail dmarc-sends-nothing ", "550 5.7.26 Refused: per "
	  "DMARC policy for ex.test, neither SPF nor DKIM proves that "
	  "a.ex.test sent this", NULL },
	{ "all conditions have to hold", { .dmarc = F, .spf = ASSAY_NONE },
	  "dmarc-fail and spf fail then reject", ASSAY_ACCEPT, "", NULL,
	  NULL },
	{ "SPF by itself", { .spf = F }, "spf fail then reject",
	  ASSAY_REJECT, "dmarc-sends-nothing ",
	  "550 5.7.23 Refused: SPF fail for env.test, which explains: go "
	  "away", NULL },
	{ "SPF error", { .spf = ASSAY_TEMPERROR }, "spf temperror then "
	  "defer", ASSAY_DEFER, "dmarc-sends-nothing ",
	  "451 4.7.24 Try again later: SPF temperror for env.test", NULL },
	{ "DKIM", { .dkim = ASSAY_NONE }, "dkim none then reject",
	  ASSAY_REJECT, "", "550 5.7.20 Refused: DKIM none", NULL },
	{ "DKIM policy", { .dkim = ASSAY_POLICY }, "dkim policy then reject",
	  ASSAY_REJECT, "", "550 5.7.21 Refused: DKIM policy", NULL },
	{ "ARC", { .arc = F }, "arc fail then reject", ASSAY_REJECT, "",
	  "550 5.7.29 Refused: ARC fail", NULL },
	{ "reverse DNS", { .iprev = F }, "iprev fail then reject",
	  ASSAY_REJECT, "no-client-address ",
	  "550 5.7.25 Refused: reverse DNS fail", NULL },
	{ "several", { .iprev = F, .spf = F },
	  "iprev fail and spf fail then reject", ASSAY_REJECT,
	  "no-client-address dmarc-sends-nothing ",
	  "550 5.7.26 Refused: SPF fail for env.test, which explains: go "
	  "away; reverse DNS fail", NULL },
	{ "structure", { .finding = SEVERITY_S2 },
	  "structure S2 then reject", ASSAY_REJECT, "dmarc-no-author ",
	  "550 5.6.0 Refused: malformed message, dmarc-no-author, see RFC "
	  "9989 5.3.1, 11.5", NULL },
	{ "a list is local knowledge", { .dmarc = F,
	  .policy = POLICY_REJECT }, "author \"ex.test\" then signal\n"
	  "dmarc-fail policy reject and second-signal then reject",
	  ASSAY_REJECT, "dmarc-fail listed-author ",
	  "550 5.7.26 Refused: per DMARC policy for ex.test, neither SPF "
	  "nor DKIM proves that a.ex.test sent this", NULL },
	{ "a list that does not match", { .dmarc = F,
	  .policy = POLICY_REJECT }, "author \"x.test\" then signal\n"
	  "dmarc-fail policy reject and second-signal then reject",
	  ASSAY_ACCEPT, "", NULL, "local_policy" },
	{ "client", { .dmarc = ASSAY_NONE }, "client 192.0.2.0/24 then "
	  "reject", ASSAY_REJECT, "listed-client ",
	  "550 5.7.1 Refused: by local policy", NULL },
	{ "sender", { .dmarc = ASSAY_NONE }, "sender env.test then "
	  "quarantine", ASSAY_QUARANTINE, "listed-sender ", NULL, NULL },
	{ "a mailing list", { .dmarc = F, .policy = POLICY_REJECT,
	  .list = true }, "dmarc-fail and list-id then quarantine",
	  ASSAY_QUARANTINE, "dmarc-fail list-id ", NULL, "mailing_list" },
	{ "a trusted forwarder", { .dmarc = F, .policy = POLICY_REJECT,
	  .arc = ASSAY_PASS, .trusted = true },
	  "dmarc-fail and arc pass trusted then quarantine",
	  ASSAY_QUARANTINE, "dmarc-fail ", NULL, "trusted_forwarder" },
	{ "an unknown sealer is no trusted forwarder", { .dmarc = F,
	  .policy = POLICY_REJECT, .arc = ASSAY_PASS },
	  "arc pass trusted then quarantine", ASSAY_ACCEPT, "", NULL,
	  "local_policy" },

	{ "an exception that tags", { .dmarc = F, .policy = POLICY_REJECT },
	  STRICT "except author ex.test" SAID "2026-03-01 then tag",
	  ASSAY_TAG, "exception dmarc-fail listed-author ", NULL,
	  "local_policy" },

	{ "an exception for the client", { .dmarc = F,
	  .policy = POLICY_REJECT, .own = true }, STRICT
	  "except client 192.0.2.0/24" SAID "2026-03-01", ASSAY_ACCEPT,
	  "exception dmarc-fail listed-client ", NULL, "local_policy" },
	{ "an exception for another client", { .dmarc = F,
	  .policy = POLICY_REJECT }, STRICT "except client 192.0.3.0/24"
	  SAID "2026-03-01", ASSAY_REJECT, "dmarc-fail ", "",
	  NULL },
	{ "yesterday was its last day", { .dmarc = F,
	  .policy = POLICY_REJECT }, STRICT "except client 192.0.2.0/24"
	  SAID "2026-02-28", ASSAY_REJECT, "dmarc-fail ", "",
	  NULL },
	{ "not so mild", { .dmarc = F, .policy = POLICY_REJECT }, STRICT
	  "except author ex.test" SAID "2026-03-01 then quarantine",
	  ASSAY_QUARANTINE, "exception dmarc-fail listed-author ", NULL,
	  "local_policy" },
	{ "the mildest of two", { .dmarc = F, .policy = POLICY_REJECT },
	  STRICT "except author ex.test" SAID "2026-03-01 then quarantine\n"
	  "except sender env.test" SAID "2026-03-02", ASSAY_ACCEPT,
	  "exception dmarc-fail listed-sender ", NULL, "local_policy" },
	{ "a list", { .dmarc = F, .policy = POLICY_REJECT, .list = true },
	  STRICT "except list L.test" SAID "2026-03-01", ASSAY_ACCEPT,
	  "exception dmarc-fail list-id ", NULL, "mailing_list" },
	{ "another list", { .dmarc = F, .policy = POLICY_REJECT,
	  .list = true }, STRICT "except list x.test" SAID "2026-03-01",
	  ASSAY_REJECT, "dmarc-fail ", "", NULL },
	{ "a forwarder that is trusted", { .dmarc = F,
	  .policy = POLICY_REJECT, .arc = ASSAY_PASS, .trusted = true },
	  STRICT "except arc pass trusted" SAID "2026-03-01", ASSAY_ACCEPT,
	  "exception dmarc-fail ", NULL, "trusted_forwarder" },
	{ "a forwarder, by its address", { .dmarc = F,
	  .policy = POLICY_REJECT }, STRICT "except client 192.0.2.9" SAID
	  "2026-03-01 as trusted_forwarder", ASSAY_ACCEPT,
	  "exception dmarc-fail listed-client ", NULL,
	  "trusted_forwarder" },
	{ "nothing to excuse", { .dmarc = ASSAY_PASS }, STRICT
	  "except client 192.0.2.9" SAID "2026-03-01", ASSAY_ACCEPT, "",
	  NULL, NULL },
	{ "p=none and an exception: no departure", { .dmarc = F,
	  .policy = POLICY_NONE, .finding = SEVERITY_S1 },
	  "structure S1 then reject\nexcept client 192.0.2.9" SAID
	  "2026-03-01", ASSAY_ACCEPT,
	  "exception dmarc-no-author listed-client ", NULL, NULL },
};
#undef STRICT
#undef SAID
#undef F

static void
add(struct fixture *f, enum assay_check check, enum assay_result result,
    enum assay_reason reason, struct span subject)
{
	evidence_add(&f->run, check, result, reason, subject, SPAN_NONE,
	    (struct place){ 0, 0 });
}

/* Evidence of checks whose own reasons do not matter here borrows some. */
static void
play(struct fixture *f, const struct scene *s)
{
	static struct finding finding;
	struct dmarc_author *a = &f->out.dmarc.author[0];
	bool author = s->dmarc != ASSAY_PERMERROR;

	finding = (struct finding){ .severity = s->finding,
		.reason = ASSAY_R_DMARC_NO_AUTHOR };
	f->facts.finding = &finding;
	f->facts.n_finding = s->finding != 0;
	f->session.now = 1772366400;	/* noon of 2026-03-01 */
	f->facts.list_id = s->list ? SPAN("A list <l.test>") : SPAN_NONE;
	T_INT(assay_addr_parse(&f->session.client, SPAN("192.0.2.9")),
	    ASSAY_OK, "client");
	f->facts.from.n_author = f->out.dmarc.n_author = author;
	f->facts.from.author[0].domain.name = SPAN("a.ex.test");
	*a = (struct dmarc_author){ .domain.name = SPAN("a.ex.test"),
		.record_domain.name = SPAN("ex.test"), .result = s->dmarc,
		.policy = s->policy, .test_mode = s->testing,
		.own_from_outside = s->own, .sends_nothing = s->silent };
	a->reason = s->dmarc == ASSAY_PERMERROR ?
	    ASSAY_R_DMARC_SEVERAL_AUTHORS : s->dmarc == ASSAY_TEMPERROR ?
	    ASSAY_R_DMARC_TEMPERROR : s->dmarc == ASSAY_FAIL ?
	    ASSAY_R_DMARC_FAIL : ASSAY_R_DMARC_PASS;
	f->out.dmarc.result = s->dmarc;
	f->out.dmarc.reason = a->reason;
	f->out.dmarc.policy = s->policy;
	f->out.spf = (struct spf_outcome){ .result = s->spf,
		.domain.name = SPAN("env.test"),
		.explanation = SPAN("go away") };
	f->out.iprev.result = s->iprev;
	f->out.dkim.overall = s->dkim;
	f->out.arc.result = s->arc;
	f->out.arc.sealers_trusted = s->trusted;
	if (s->finding != 0)
		add(f, ASSAY_CHECK_MESSAGE, ASSAY_FAIL, finding.reason,
		    SPAN_NONE);
	if (s->iprev != 0)
		add(f, ASSAY_CHECK_IPREV, s->iprev,
		    ASSAY_R_NO_CLIENT_ADDRESS, SPAN_NONE);
	if (s->spf != 0)
		add(f, ASSAY_CHECK_SPF, s->spf, ASSAY_R_DMARC_SENDS_NOTHING,
		    SPAN("env.test"));
	add(f, ASSAY_CHECK_DMARC, s->dmarc, a->reason, author ?
	    SPAN("a.ex.test") : SPAN_NONE);
	if (s->silent)
		add(f, ASSAY_CHECK_DMARC, ASSAY_FAIL,
		    ASSAY_R_DMARC_SENDS_NOTHING, SPAN("a.ex.test"));
	if (s->own)
		add(f, ASSAY_CHECK_DMARC, ASSAY_FAIL,
		    ASSAY_R_DMARC_OWN_DOMAIN_OUTSIDE, SPAN("a.ex.test"));
}

static void
check_because(const struct fixture *f, const struct ruling *k,
    const char *want, const char *label)
{
	char got[1000] = "";
	size_t n = 0;

	for (size_t i = 0; i < k->n_because; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s ",
		    assay_reason_text(f->run.evidence[k->because[i]].reason)
		    ->name);
	T_SPAN(assay_cstr(got), assay_cstr(want), label);
}

static void
test_rulings(void)
{
	for (size_t i = 0; i < sizeof(rulings) / sizeof(rulings[0]); i++) {
		struct fixture f;
		struct assay_policy p;
		struct ruling k;
		struct span reply;
		const char *why = NULL, *l = rulings[i].label;
		size_t n;
		fixture_init(&f, NULL, 0);
		play(&f, &rulings[i].s);
		T_OK(policy_parse(&p, assay_cstr(rulings[i].policy == NULL ?
		    assay_policy_builtin() : rulings[i].policy), NULL, &why,
		    &arena), l);
		policy_rule(&k, &f.run, &p, 0, 0);
		T_INT(k.disposition, rulings[i].want, l);
		check_because(&f, &k, rulings[i].because, l);
		reply = reply_text(&f.run, &k);
		if (rulings[i].reply == NULL || rulings[i].reply[0] != '\0')
			T_SPAN(reply, assay_cstr(rulings[i].reply), l);
		T_OK(reply.len <= 512 - 2, l);
		T_SPAN(assay_cstr(reply_departure(&f.out, &k)),
		    assay_cstr(rulings[i].departure), l);
		n = f.run.n_evidence;
		policy_rule(&k, &f.run, &p, 0, 0);
		T_INT(f.run.n_evidence, n, "deciding twice adds nothing");
		T_INT(k.disposition, rulings[i].want, "and changes nothing");
		fixture_free(&f);
	}
}

int
main(void)
{
	arena_init(&arena, 1 << 22);
	test_parser();
	test_size();
	test_remarks();
	test_rulings();
	arena_free(&arena);
	return t_done();
}

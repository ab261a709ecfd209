/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message of ours, and of others, says of who belongs to us; and mail
 * that a forwarder brings, before it is known and after.
 */
#include "bonds.h"

#include <stdio.h>
#include <stdlib.h>

#include "eval_house.h"
#include "origin/bond.h"
#include "test/t.h"

static const uint8_t key[16] = { 3 };

static const char of_ours[] =
    "From: Ada Lovelace <ada@example.org>\r\nTo: a@example.net\r\n"
    "Message-ID: <1@pc>\r\nSubject: x\r\n\r\nHello\r\n";
static const char of_others[] =
    "From: Bob <bob@Mail.Partner.Example>\r\nTo: ada@example.org\r\n"
    "Message-ID: <2@pc>\r\nSubject: x\r\n\r\nHello\r\n";
static const char forwarded[] =
    "Delivered-To: old@alumni.example\r\n"
    "Received: from out.partner.example (out.partner.example [192.0.2.7])"
    "\r\n\tby fwd.alumni.example with ESMTPS id 4F; Mon, 6 Nov 2023\r\n"
    "\t09:00:00 +0000\r\n"
    "From: Bob <bob@partner.example>\r\nTo: old@alumni.example\r\n"
    "Message-ID: <3@pc>\r\nSubject: x\r\n\r\nHello\r\n";

static struct assay_learned *
image(uint64_t *way, size_t n)
{
	struct learned_in in = { .way = way, .n_way = n, .key = key };
	struct assay_learned *l;

	if (assay_learned_new(&l, &in) != ASSAY_OK)
		abort();
	return l;
}

static struct assay_eval *
begun(const char *text, const struct assay_learned *l, const char *user,
    const struct assay_span *rcpt, size_t n)
{
	static const struct assay_span own = SPAN_INIT("example.org");
	struct assay_session s = { .now = 1700000000, .own = user != NULL,
		.helo = SPAN("fwd.alumni.example"),
		.mail_from = SPAN("x@alumni.example"), .rcpt = rcpt,
		.n_rcpt = n, .receiver = SPAN("mx.example.org") };
	struct assay_options o = { .own_domain = &own, .n_own_domain = 1 };
	struct assay_eval *ev;

	if (user != NULL)
		s.auth_user = assay_cstr(user);
	if (assay_addr_parse(&s.client, SPAN("198.51.100.7")) != ASSAY_OK ||
	    assay_eval_new(&ev, &s, &o, NULL, NULL) != ASSAY_OK)
		abort();
	eval_learned(ev, l);
	if (assay_eval_data(ev, assay_cstr(text)) != ASSAY_OK ||
	    assay_eval_end(ev) != ASSAY_OK ||
	    assay_eval_run(ev, NULL, 0) != ASSAY_OK)
		abort();
	return ev;
}

static bool
read_it(struct assay_eval *ev, const char *text)
{
	struct assay_reading what = { .behaviour = key };

	return assay_eval_read(ev, assay_cstr(text), &what) == ASSAY_OK;
}

static bool
bond_of(struct bond *t, struct span octets)
{
	bool bad;

	return bond_get(t, &octets, &bad) && octets.len == 0;
}

static void
ours(void)
{
	static const struct assay_span rcpt[] = { SPAN_INIT("a@example.net"),
		SPAN_INIT("c@mail.example.net"), SPAN_INIT("d@b.example.org"),
		SPAN_INIT("e@one.co.uk") };
	struct assay_learned *l = image(NULL, 0);
	struct assay_eval *ev = begun(of_ours, l, "ada", rcpt, 4);
	struct assay_span many[10];
	char text[10][30];
	struct bond t;

	T_OK(read_it(ev, of_ours) && bond_of(&t, eval_bond(ev)) &&
	    t.kind == BOND_OUT && t.account != 0 && t.name != 0,
	    "who wrote, and under what name");
	T_OK(t.n_domain == 2 && span_eq(t.domain[0], SPAN("example.net")) &&
	    span_eq(t.domain[1], SPAN("one.co.uk")),
	    "to whom: each once, none of ours");
	assay_eval_free(ev);
	for (size_t i = 0; i < 10; i++) {
		snprintf(text[i], sizeof(text[i]), "x@d%zu.example", i);
		many[i] = assay_cstr(text[i]);
	}
	ev = begun(of_ours, l, "ada", many, 10);
	T_OK(read_it(ev, of_ours) && bond_of(&t, eval_bond(ev)) &&
	    t.n_domain == 0 && t.name != 0, "a letter to many is to nobody");
	assay_eval_free(ev);
	ev = begun(of_ours, l, "ada", rcpt, 4);
	ev->bond = SPAN_NONE;
	eval_bonds(ev, SPAN("Auto-Submitted: auto-replied\r\n"
	    "From: Ada Lovelace <ada@example.org>\r\n"));
	eval_bonds(ev, SPAN("List-Unsubscribe: <mailto:u@example.org>\r\n"
	    "From: Ada Lovelace <ada@example.org>\r\n"));
	ev->session.mail_from = SPAN("");
	eval_bonds(ev, SPAN("From: Ada Lovelace <ada@example.org>\r\n"));
	T_OK(span_absent(eval_bond(ev)),
	    "nobody makes a program of ours write to him");
	assay_eval_free(ev);
	ev = begun(of_ours, NULL, "ada", rcpt, 4);
	T_OK(read_it(ev, of_ours) && span_absent(eval_bond(ev)),
	    "nothing where nobody learns");
	assay_eval_free(ev);
	assay_learned_free(l);
}

static void
others(void)
{
	static const struct assay_span rcpt[] = {
		SPAN_INIT("ada@example.org") };
	struct assay_learned *l = image(NULL, 0);
	struct assay_eval *ev = begun(of_others, l, NULL, rcpt, 1);
	struct bond t;

	T_OK(read_it(ev, of_others) && span_absent(eval_bond(ev)),
	    "what is not proven nobody wrote");
	ev->out.dmarc.result = ASSAY_PASS;
	eval_bonds(ev, SPAN("From: Bob <bob@Mail.Partner.Example>\r\n"));
	T_OK(bond_of(&t, eval_bond(ev)) && t.kind == BOND_IN &&
	    t.who == bond_domain(key, SPAN("partner.example")) &&
	    t.address == assay_account_address(
	    SPAN("bob@mail.partner.example"), key), "an answer");
	ev->bond = SPAN_NONE;
	eval_bonds(ev, SPAN("Precedence: bulk\r\nFrom: b@partner.example\r\n"));
	eval_bonds(ev, SPAN("Auto-Submitted: auto-replied\r\n"
	    "From: b@partner.example\r\n"));
	eval_bonds(ev, SPAN("From: b@x.example.org\r\n"));
	T_OK(span_absent(eval_bond(ev)),
	    "a letter to many, a program, one of ours are none");
	assay_eval_free(ev);
	assay_learned_free(l);
}

/* As DNS would have proven it. */
static struct traits_in
brought(struct assay_eval *ev)
{
	static struct sig_outcome sig;
	static struct sig_facts facts;
	struct traits_in in = { .header = assay_cstr(forwarded),
		.has_client = true, .client = ev->session.client,
		.rdns = SPAN("fwd.alumni.example"), .has_mail_from = true,
		.mail_from = ev->session.mail_from,
		.rcpt = ev->session.rcpt, .n_rcpt = ev->session.n_rcpt };

	facts.d.name = SPAN("partner.example");
	sig = (struct sig_outcome){ .result = ASSAY_PASS, .sig = &facts };
	ev->out.dkim.sig = &sig;
	ev->out.dkim.n_sig = 1;
	ev->out.dmarc.result = ASSAY_PASS;
	return in;
}

static void
ways(void)
{
	static const struct assay_span rcpt[] = {
		SPAN_INIT("ada@example.org") };
	struct assay_learned *l = image(NULL, 0);
	struct assay_eval *ev = begun(forwarded, l, NULL, rcpt, 1);
	struct traits_in in = brought(ev);
	struct bond t;
	uint64_t way;

	eval_unwrap(ev, &in);
	T_OK(in.border == 0 && bond_of(&t, eval_way(ev)) &&
	    t.kind == BOND_WAY && t.address == assay_account_address(rcpt[0],
	    key), "a way that is not known is told, and no more");
	way = t.who;
	assay_learned_free(l);
	l = image(&way, 1);
	eval_learned(ev, l);
	eval_unwrap(ev, &in);
	T_OK(in.border == 2 && span_eq(in.helo, SPAN("out.partner.example")),
	    "one that is known is seen through");
	in = brought(ev);
	ev->out.dmarc.result = ASSAY_FAIL;
	eval_unwrap(ev, &in);
	T_INT(in.border, 0, "not what is not proven");
	in = brought(ev);
	ev->out.dkim.sig[0].result = ASSAY_FAIL;
	ev->way = SPAN_NONE;
	eval_unwrap(ev, &in);
	T_OK(in.border == 0 && span_absent(eval_way(ev)),
	    "nor what its author has not signed");
	assay_eval_free(ev);
	assay_learned_free(l);
}

int
main(void)
{
	ours();
	others();
	ways();
	return t_done();
}

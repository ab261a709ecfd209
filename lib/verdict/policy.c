/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.c - the language of policy.h: words in, statements out.
 */
#include "verdict/policy_lex.h"

#include "base/ascii.h"
#include "wire/addr.h"
#include "verdict/ladder.h"
#include "wire/day.h"

/* ---- conditions --------------------------------------------------------- */

static bool
read_result(struct lexer *x, struct condition *c)
{
	static const enum assay_result all[] = { ASSAY_NONE, ASSAY_FAIL,
		ASSAY_SOFTFAIL, ASSAY_NEUTRAL, ASSAY_TEMPERROR,
		ASSAY_PERMERROR, ASSAY_POLICY };

	if (lex_is(x, SPAN("pass")))
		return lex_fail(x, "a pass excuses nothing, it cannot be "
		    "named");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (lex_accept(x, assay_cstr(assay_result_name(all[i])))) {
			c->result = all[i];
			return true;
		}
	return lex_fail(x, "a result is missing: fail, none, temperror, ...");
}

static bool
read_policy_word(struct lexer *x, struct condition *c)
{
	static const enum dmarc_policy all[] = { POLICY_NONE,
		POLICY_QUARANTINE, POLICY_REJECT };
	static const char *const word[] = { "none", "quarantine", "reject" };

	if (!lex_accept(x, SPAN("policy")))
		return true;
	for (size_t i = 0; i < 3; i++)
		if (lex_accept(x, assay_cstr(word[i]))) {
			c->policy = all[i];
			return true;
		}
	return lex_fail(x, "after \"policy\": none, quarantine or reject");
}

static bool
read_dmarc(struct lexer *x, struct condition *c)
{
	return read_result(x, c) && (check_gives(COND_DMARC, c->result) ||
	    lex_fail(x, "this check has no such result")) &&
	    read_policy_word(x, c);
}

static bool
read_dmarc_fail(struct lexer *x, struct condition *c)
{
	c->result = ASSAY_FAIL;
	return read_policy_word(x, c);
}

static bool
read_check(struct lexer *x, struct condition *c)
{
	return read_result(x, c) && (check_gives(c->kind, c->result) ||
	    lex_fail(x, "this check has no such result"));
}

static bool
read_arc(struct lexer *x, struct condition *c)
{
	if (!lex_accept(x, SPAN("pass")))
		return read_check(x, c);
	c->kind = COND_ARC_TRUSTED;
	return lex_accept(x, SPAN("trusted")) ||
	    lex_fail(x, "only \"arc pass trusted\" means something");
}

static bool
read_severity(struct lexer *x, struct condition *c)
{
	if (lex_accept(x, SPAN("S1")))
		c->severity = SEVERITY_S1;
	else if (lex_accept(x, SPAN("S2")))
		c->severity = SEVERITY_S2;
	else if (lex_accept(x, SPAN("S3")))
		c->severity = SEVERITY_S3;
	else
		return lex_fail(x, "after \"structure\": S1, S2 or S3");
	return true;
}

static bool
read_domain(struct lexer *x, struct condition *c)
{
	if (span_absent(x->word) ||
	    !domain_parse(&c->domain, x->word, true, x->arena))
		return lex_fail(x, "not a domain name");
	lex_next(x);
	return true;
}

static bool
is_text(struct span s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(span_at(s, i)) && span_at(s, i) != ' ')
			return false;
	return s.len > 0 && s.len <= max;
}

static bool
read_list(struct lexer *x, struct condition *c)
{
	if (!is_text(x->word, LIMIT_NAME) || span_has(x->word, '<') ||
	    span_has(x->word, '>'))
		return lex_fail(x, "after \"list\": the identifier of its "
		    "List-Id, without < >");
	c->list = arena_dup(x->arena, x->word);
	lex_next(x);
	return true;
}

static bool
read_client(struct lexer *x, struct condition *c)
{
	struct span bits = x->word;
	struct span addr = span_cut(&bits, '/');
	uint64_t n;

	if (span_absent(x->word) ||
	    (!addr_parse4(&c->net, addr) && !addr_parse6(&c->net, addr)))
		return lex_fail(x, "not an IP address");
	n = c->net.family == 4 ? 32 : 128;
	if (addr.len < x->word.len && !span_u64(bits, n, &n))
		return lex_fail(x, "not a length of a network prefix");
	c->bits = (unsigned)n;
	lex_next(x);
	return true;
}

static bool
read_level(struct lexer *x, struct condition *c)
{
	uint64_t n = 0;

	if (!lex_accept(x, SPAN(">=")))
		return lex_fail(x, "\">=\" is missing");
	if (!span_u64(x->word, 100, &n) || n == 0)
		return lex_fail(x, "a number from 1 to 100 is missing");
	c->level = (unsigned)n;
	lex_next(x);
	return true;
}

static bool
read_guise(struct lexer *x, struct condition *c)
{
	for (int k = GUISE_PERSON; k <= GUISE_LOOKALIKE; k++)
		if (lex_accept(x, assay_cstr(guise_kind_name(
		    (enum guise_kind)k)))) {
			c->guise = (enum guise_kind)k;
			break;
		}
	return true;
}

static bool
read_evidence(struct lexer *x, struct condition *c)
{
	const char *why = "after \"evidence\": the name of a reason";

	if (span_absent(x->word) ||
	    !ladder_reason(&c->reason, x->word, &why))
		return lex_fail(x, why);
	lex_next(x);
	return true;
}

static bool
read_own(struct lexer *x, struct condition *c)
{
	if (lex_accept(x, SPAN("over-rate"))) {
		c->own = OWN_OVER;
		return true;
	}
	if (!x->quoted)
		return true;
	if (!is_text(x->word, LIMIT_NAME))
		return lex_fail(x, "after \"own\": who logs in, in quotes");
	c->own = OWN_ACCOUNT;
	c->account = arena_dup(x->arena, x->word);
	lex_next(x);
	return true;
}

static bool
read_nothing(struct lexer *x, struct condition *c)
{
	(void)x;
	(void)c;
	return true;
}

static const struct {
	const char *word;
	enum condition_kind kind;
	bool (*read)(struct lexer *, struct condition *);
} grammar[] = {
	{ "dmarc-fail", COND_DMARC, read_dmarc_fail },
	{ "dmarc", COND_DMARC, read_dmarc },
	{ "spf", COND_SPF, read_check }, { "helo", COND_HELO, read_check },
	{ "iprev", COND_IPREV, read_check },
	{ "dkim", COND_DKIM, read_check }, { "arc", COND_ARC, read_arc },
	{ "structure", COND_STRUCTURE, read_severity },
	{ "second-signal", COND_SECOND_SIGNAL, read_nothing },
	{ "list-id", COND_LIST_ID, read_nothing },
	{ "list", COND_LIST, read_list },
	{ "author", COND_AUTHOR, read_domain },
	{ "sender", COND_SENDER, read_domain },
	{ "client", COND_CLIENT, read_client },
	{ "impersonation", COND_IMPERSONATION, read_guise },
	{ "evidence", COND_EVIDENCE, read_evidence },
	{ "own", COND_OWN, read_own },
	{ "who", COND_WHO, read_level }, { "what", COND_WHAT, read_level },
};

static bool
read_condition(struct lexer *x, struct condition *c)
{
	*c = (struct condition){ .level = 0 };
	for (size_t i = 0; i < sizeof(grammar) / sizeof(grammar[0]); i++)
		if (lex_accept(x, assay_cstr(grammar[i].word))) {
			c->kind = grammar[i].kind;
			return grammar[i].read(x, c);
		}
	return lex_fail(x, span_absent(x->word) ? "a condition is missing" :
	    "not a condition");
}

/* ---- exceptions --------------------------------------------------------- */

static bool
read_said(struct lexer *x, struct span word, struct span *out)
{
	if (!lex_accept(x, word) || !x->quoted ||
	    !is_text(x->word, LIMIT_POLICY_TEXT))
		return false;
	*out = arena_dup(x->arena, x->word);
	lex_next(x);
	return true;
}

/* A word of RFC 9990 3.1.6, for the report. */
static bool
read_as(struct lexer *x, struct exception *e)
{
	static const char *const all[] = { "local_policy", "mailing_list",
		"trusted_forwarder" };

	if (!lex_accept(x, SPAN("as")))
		return true;
	for (size_t i = 0; i < 3; i++)
		if (lex_accept(x, assay_cstr(all[i]))) {
			e->as = all[i];
			return true;
		}
	return lex_fail(x, "after \"as\": local_policy, mailing_list or "
	    "trusted_forwarder");
}

static bool
read_until(struct lexer *x, int64_t *out)
{
	if (!lex_accept(x, SPAN("until")) || !day_parse(out, x->word))
		return lex_fail(x, "until YYYY-MM-DD is missing: an exception "
		    "and a mandate end");
	lex_next(x);
	return true;
}

static bool
read_exception(struct lexer *x, struct statement *s,
    const struct condition *c)
{
	struct exception *e = arena_alloc(x->arena, sizeof(*e));

	if (e == NULL)
		return lex_fail(x, "the policy is too large");
	if (!names_somebody(c, s->n))
		return lex_fail(x, "an exception names an author, a sender, a "
		    "list, a client, an own account or \"arc pass "
		    "trusted\"");
	if (!read_said(x, SPAN("reason"), &e->reason))
		return lex_fail(x, "reason \"TEXT\" is missing: why is this "
		    "excused?");
	if (!read_said(x, SPAN("owner"), &e->owner))
		return lex_fail(x, "owner \"TEXT\" is missing: who answers for "
		    "it?");
	s->except = e;
	s->then = ASSAY_ACCEPT;
	return read_until(x, &e->until) && read_as(x, e);
}

static bool
read_budget(struct lexer *x, unsigned *out)
{
	uint64_t n;

	if (!lex_accept(x, SPAN("budget")) || span_absent(x->word) ||
	    !span_u64(x->word, LIMIT_POLICY_BUDGET, &n) || n == 0)
		return lex_fail(x, "budget N is missing: how often a day, 1 to "
		    "100000");
	*out = (unsigned)n;
	lex_next(x);
	return true;
}

static bool
read_mandate(struct lexer *x, struct statement *s, struct span name,
    struct mandate *m)
{
	if (m == NULL)
		return lex_fail(x, "the policy is too large");
	m->name = name;
	s->mandate = m;
	if (!read_said(x, SPAN("owner"), &m->owner))
		return lex_fail(x, "owner \"TEXT\" is missing: who answers for "
		    "it?");
	return read_until(x, &m->until) && read_budget(x, &m->budget);
}

/* ---- statements --------------------------------------------------------- */

static bool
read_disposition(struct lexer *x, struct statement *s)
{
	static const enum assay_disposition all[] = { ASSAY_ACCEPT,
		ASSAY_TAG, ASSAY_STRIP, ASSAY_HOLD, ASSAY_QUARANTINE,
		ASSAY_REJECT, ASSAY_DEFER };

	s->signal = lex_accept(x, SPAN("signal"));
	if (s->signal)
		return true;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (lex_accept(x, assay_cstr(
		    assay_disposition_name(all[i])))) {
			s->then = all[i];
			if (all[i] == ASSAY_DEFER &&
			    lex_accept(x, SPAN("once")))
				s->then = ASSAY_DEFER_ONCE;
			return true;
		}
	return lex_fail(x, "after \"then\": accept, tag, defer once, strip, "
	    "hold, quarantine, defer, reject or signal");
}

static bool
keep_conditions(struct lexer *x, struct statement *s,
    const struct condition *c)
{
	struct condition *out = arena_array(x->arena, s->n, sizeof(*out));

	for (size_t i = 0; out != NULL && i < s->n; i++) {
		out[i] = c[i];
		if (s->signal && c[i].kind == COND_SECOND_SIGNAL)
			return lex_fail(x, "a signal cannot rest on itself");
	}
	s->cond = out;
	return out != NULL || lex_fail(x, "the policy is too large");
}

/* What follows "then"; an exception need not say it. */
static bool
read_then(struct lexer *x, struct statement *s)
{
	if (!lex_accept(x, SPAN("then")))
		return s->except != NULL && (span_absent(x->word) ||
		    lex_is(x, SPAN("}"))) ? true :
		    lex_fail(x, s->except != NULL ? "\"then\" is missing" :
		    "\"and\" or \"then\" is missing");
	if (!read_disposition(x, s))
		return false;
	if (s->mandate != NULL)
		return (!s->signal && ladder_final(s->then)) ||
		    lex_fail(x, "a mandate ends in defer, reject or strip");
	return s->except == NULL || (!s->signal &&
	    !ladder_final(s->then) && s->then != ASSAY_DEFER_ONCE) ||
	    lex_fail(x, "an exception ends in accept, tag, hold or quarantine");
}

static bool
read_statement(struct lexer *x, struct statement *s)
{
	struct condition c[LIMIT_POLICY_CONDITIONS];
	bool except = lex_accept(x, SPAN("except"));
	struct span name = SPAN_NONE;
	struct mandate *m = NULL;

	*s = (struct statement){ .line = x->line };
	if (!except && lex_is(x, SPAN("mandate")) &&
	    !read_said(x, SPAN("mandate"), &name))
		return lex_fail(x, "after \"mandate\": a name in quotes");
	if (!span_absent(name))
		m = arena_alloc(x->arena, sizeof(*m));
	do {
		if (s->n == LIMIT_POLICY_CONDITIONS)
			return lex_fail(x, "too many conditions");
		if (!read_condition(x, &c[s->n++]))
			return false;
	} while (lex_accept(x, SPAN("and")));
	if ((except && !read_exception(x, s, c)) ||
	    (!span_absent(name) && !read_mandate(x, s, name, m)) ||
	    !read_then(x, s) ||
	    !keep_conditions(x, s, c))
		return false;
	if (m != NULL && s->then == ASSAY_STRIP)
		m->signed_too = lex_accept(x, SPAN("signed"));
	if (ladder_objects(s) != NULL)
		return lex_fail(x, ladder_objects(s));
	return span_absent(x->word) || lex_is(x, SPAN("}")) ||
	    lex_fail(x, "one statement a line");
}

static size_t
count_statements(struct span text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.len && n < LIMIT_POLICY_STATEMENTS; i++)
		n += span_at(text, i) == '\n' || span_at(text, i) == ';';
	return n;
}

/* 'policy "NAME" {' */
static bool
open_block(struct lexer *x, struct assay_policy *out)
{
	if (!x->quoted || !is_text(x->word, LIMIT_LABEL))
		return lex_fail(x, "after \"policy\": a name in quotes");
	out->name = arena_dup(x->arena, x->word);
	lex_next(x);
	if (!lex_accept(x, SPAN("{")))
		return lex_fail(x, "\"{\" is missing");
	return true;
}

static void
read_block(struct lexer *x, struct assay_policy *out, size_t room)
{
	bool block = lex_accept(x, SPAN("policy")) && open_block(x, out);

	if (block && span_absent(x->word))
		lex_statement(x);
	while (x->why == NULL && !x->end && !lex_is(x, SPAN("}"))) {
		if (out->n == room) {
			lex_fail(x, "too many statements");
			return;
		}
		if (!read_statement(x, &out->statement[out->n]))
			return;
		out->n++;
		if (!lex_is(x, SPAN("}")))
			lex_statement(x);
	}
	if (block && !lex_accept(x, SPAN("}")))
		lex_fail(x, "\"}\" is missing");
	if (block && x->why == NULL && span_absent(x->word))
		lex_statement(x);
	if (!x->end || !span_absent(x->word))
		lex_fail(x, "nothing may follow");
}

bool
policy_parse(struct assay_policy *out, struct span text, unsigned *line,
    const char **why, struct arena *a)
{
	struct lexer x = { .rest = text, .line = 1, .arena = a };
	size_t room = count_statements(text);

	*out = (struct assay_policy){ .statement = arena_array(a, room,
	    sizeof(struct statement)) };
	if (text.len > LIMIT_POLICY_BYTES || out->statement == NULL)
		lex_fail(&x, "the policy is too large");
	else {
		lex_statement(&x);
		read_block(&x, out, room);
	}
	if (x.why == NULL)
		x.why = ladder_objects_to_signals(out, &x.line);
	if (x.why == NULL && a->failed)
		lex_fail(&x, "the policy is too large");
	if (line != NULL)
		*line = x.line;
	if (why != NULL)
		*why = x.why;
	return x.why == NULL;
}

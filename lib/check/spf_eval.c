/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One evaluation: from a domain to its record, from term to term, and what
 * to say in the end.
 */
#include "check/spf_eval.h"

#include "base/ascii.h"
#include "check/ptr.h"
#include "check/spf_term.h"
#include "wire/addr.h"

/* ---- explanation ------------------------------------------------------ */

/* RFC 7208 6.2: any trouble means no explanation. */
static void
explain(struct spf_eval *ev, const struct spf_policy *p)
{
	const struct spf_spec *spec = p->record->exp;
	const struct memo_row *row;
	ROOM(room, LIMIT_SPF_EXPLANATION);
	struct buf b = BUF_ON(room);
	uint32_t letters = 0;
	struct span name;

	if (spec == NULL || spf_target(&name, ev, spec, p->text) != SPF_YES)
		return;
	row = ask_dns(ev->run, ASSAY_T_TXT, name);
	if (row == NULL) {
		ev->wait = true;
		return;
	}
	if (row->a.kind != ASSAY_A_DATA || row->a.n_item != 1 ||
	    macro_check(row->a.item[0], MACRO_TEXT, &letters) != MACRO_OK)
		return;
	/* the explanation MUST be limited to US-ASCII */
	if (!ev->local_is_ascii &&
	    (letters & (macro_bit('s') | macro_bit('l'))) != 0)
		return;
	if ((letters & macro_bit('p')) != 0 &&
	    spf_find_ptr_name(ev) == SPF_STOP)
		return;
	macro_expand(&b, row->a.item[0], &ev->v);
	/* macro_check() lets ASCII through alone, macros bring anything */
	ev->explanation = printable_text(ev->run->arena, buf_span(&b),
	    LIMIT_SPF_EXPLANATION);
}

/* ---- records ---------------------------------------------------------- */

/* Everybody, or a quarter of the world at least. */
static bool
is_anyone(const struct spf_term *t)
{
	return t->kind == SPF_ALL || (t->kind == SPF_IP4 && t->cidr4 <= 2) ||
	    (t->kind == SPF_IP6 && t->cidr6 <= 2);
}

static enum assay_reason
reason_of(const struct spf_eval *ev, enum assay_result result)
{
	switch (result) {
	case ASSAY_PASS:
		return ev->anyone ? ASSAY_R_SPF_PASS_ANYONE :
		    ASSAY_R_SPF_PASS;
	case ASSAY_FAIL: return ASSAY_R_SPF_FAIL;
	case ASSAY_SOFTFAIL: return ASSAY_R_SPF_SOFTFAIL;
	case ASSAY_NEUTRAL:
	case ASSAY_NONE:
	case ASSAY_TEMPERROR:
	case ASSAY_PERMERROR:
	case ASSAY_POLICY:
		break;
	}
	return ASSAY_R_SPF_NEUTRAL;
}

static enum assay_result
matched(struct spf_eval *ev, const struct spf_policy *p,
    const struct spf_term *t, bool outermost)
{
	enum assay_result result = (enum assay_result)t->result;

	if (t->kind != SPF_INCLUDE)
		ev->anyone = is_anyone(t);
	spf_conclude(ev, result, reason_of(ev, result),
	    spf_text(p->text, t->at, t->len));
	/* RFC 7208 6.2: never that of an included record */
	if (result == ASSAY_FAIL && outermost)
		explain(ev, p);
	return result;
}

/* RFC 7208 6.1 */
static enum assay_result
redirect(struct spf_eval *ev, const struct spf_policy *p, unsigned depth,
    bool outermost)
{
	const struct spf_spec *spec = p->record->redirect;
	struct span term = spf_text(p->text, spec->at, spec->len), name;
	enum assay_result result;
	enum spf_match m = spf_count(ev, spec, term);

	if (m == SPF_YES && depth == 0)
		return spf_conclude(ev, ASSAY_PERMERROR,
		    ASSAY_R_SPF_TOO_MANY_TERMS, term);
	if (m == SPF_YES)
		m = spf_target(&name, ev, spec, p->text);
	if (m == SPF_STOP)
		return ev->result;
	if (m == SPF_NO || !spf_is_full_name(name))
		return spf_conclude(ev, ASSAY_PERMERROR,
		    ASSAY_R_SPF_REDIRECT_BAD_NAME, term);
	result = spf_check_host(ev, name, depth - 1, outermost);
	if (result == ASSAY_NONE && !ev->wait)
		return spf_conclude(ev, ASSAY_PERMERROR,
		    ASSAY_R_SPF_REDIRECT_NO_RECORD, name);
	return result;
}

/* While an answer is on its way: asks for what the terms behind will need,
 * as far as the limit lets them count, but nothing that tells the domain
 * more than that somebody looks at it.  A smaller limit on questions than
 * the usual might be eaten up by this. */
static void
ask_ahead(struct spf_eval *ev, const struct spf_policy *p, size_t from)
{
	unsigned left = ev->lookups < LIMIT_SPF_TERMS ?
	    LIMIT_SPF_TERMS - ev->lookups : 0;

	if (ev->run->memo->max < LIMIT_QUESTIONS)
		return;
	for (size_t i = from; i < p->record->n && left > 0; i++) {
		const struct spf_term *t = &p->record->term[i];
		struct span name;
		uint16_t type = t->kind == SPF_INCLUDE ? ASSAY_T_TXT :
		    t->kind == SPF_MX ? ASSAY_T_MX :
		    t->kind == SPF_A ? addr_type(&ev->v.client) : 0;
		if (t->kind == SPF_ALL)
			return;
		if (t->kind != SPF_IP4 && t->kind != SPF_IP6)
			left--;
		if (type != 0 && !spf_uses(t->spec, macro_bit('p')) &&
		    spf_target(&name, ev, t->spec, p->text) == SPF_YES &&
		    spf_is_full_name(name))
			(void)ask_dns(ev->run, type, name);
	}
}

/* Most terms are networks, and most of them are not the client's. */
static inline bool
is_other_net(const struct spf_eval *ev, const struct spf_term *t)
{
	if (t->kind == SPF_IP4)
		return !spf_net_within4(&ev->client, t->net4, t->cidr4);
	return t->kind == SPF_IP6 &&
	    !spf_net_within6(&ev->client, t->net6, t->cidr6);
}

static enum assay_result
run_terms(struct spf_eval *ev, const struct spf_policy *p, unsigned depth,
    bool outermost)
{
	for (size_t i = 0; i < p->record->n; i++) {
		const struct spf_term *t = &p->record->term[i];
		enum spf_match m;

		if (is_other_net(ev, t))
			continue;
		m = spf_term_eval(ev, t, p->text, depth);
		if (m == SPF_YES)
			return matched(ev, p, t, outermost);
		if (m == SPF_NO)
			continue;
		if (ev->wait)
			ask_ahead(ev, p, i + 1);
		return ev->result;
	}
	if (p->record->redirect != NULL)
		return redirect(ev, p, depth, outermost);
	/* RFC 7208 4.7 */
	return spf_conclude(ev, ASSAY_NEUTRAL, ASSAY_R_SPF_NO_MATCH, SPAN_NONE);
}

/* RFC 7208 4.5.  PASS: *p is filled. */
static enum assay_result
select_record(struct spf_policy *p, struct spf_eval *ev,
    const struct memo_row *row)
{
	size_t n = 0;

	for (size_t i = 0; i < row->a.n_item; i++) {
		if (!spf_is_record(row->a.item[i]))
			continue;
		p->text = row->a.item[i];
		n++;
	}
	if (n == 0)
		return spf_conclude(ev, ASSAY_NONE, ASSAY_R_SPF_NO_RECORD,
		    SPAN_NONE);
	if (n > 1)
		return spf_conclude(ev, ASSAY_PERMERROR,
		    ASSAY_R_SPF_MULTIPLE_RECORDS, SPAN_NONE);
	p->record = spf_record_of(ev->run, row, p->text);
	if (p->record == NULL)		/* no memory: any result will do */
		return ASSAY_TEMPERROR;
	/* RFC 7208 4.6: any syntax error anywhere in the record */
	if (p->record->flaw != ASSAY_R_NONE)
		return spf_conclude(ev, ASSAY_PERMERROR, p->record->flaw,
		    spf_text(p->text, p->record->flaw_at,
		    p->record->flaw_len));
	return ASSAY_PASS;
}

/* RFC 7208 4.4, 4.3.  PASS: *p is filled. */
static enum assay_result
fetch(struct spf_policy *p, struct spf_eval *ev, struct span domain)
{
	const struct memo_row *row;

	switch (spf_lookup(&row, ev, ASSAY_T_TXT, domain)) {
	case SPF_YES:
		return select_record(p, ev, row);
	case SPF_NO:
		return spf_conclude(ev, ASSAY_NONE,
		    row->a.kind == ASSAY_A_NXDOMAIN ? ASSAY_R_SPF_NO_NAME :
		    ASSAY_R_SPF_NO_RECORD, SPAN_NONE);
	case SPF_STOP:
		break;
	}
	return ASSAY_TEMPERROR;
}

/* RFC 7208 4.  outermost: not within an include. */
enum assay_result
spf_check_host(struct spf_eval *ev, struct span domain, unsigned depth,
    bool outermost)
{
	struct span outer = ev->v.domain;
	struct spf_policy p = { .record = NULL };
	enum assay_result result;

	ev->v.domain = domain;
	result = fetch(&p, ev, domain);
	if (result == ASSAY_PASS)
		result = run_terms(ev, &p, depth, outermost);
	ev->v.domain = outer;
	return result;
}

/* ---- the whole -------------------------------------------------------- */

static bool
is_ascii(struct span s)
{
	static const struct byteset high = { { 0, 0, ~0ull, ~0ull } };

	return span_find_set(s, &high) == s.len;
}

/* "-all", or "-all of _spf.example.net" for a record of another domain. */
static struct span
detail(struct spf_eval *ev, struct span sender_domain)
{
	struct arena *a = ev->run->arena;
	struct span about = printable(a, ev->about, 120);
	struct buf b;

	if (span_absent(about) || span_eq(ev->of, sender_domain) ||
	    span_eq(ev->of, about))
		return about;
	b = arena_buf(a, about.len + ev->of.len + 4);
	buf_put(&b, about);
	buf_str(&b, " of ");
	buf_put(&b, ev->of);
	return buf_span(&b);
}

enum step
spf_evaluate(struct spf_conclusion *out, struct run *r,
    const struct spf_sender *sender, const struct assay_addr *client)
{
	struct spf_eval ev = { .run = r };

	ev.v = (struct macro_values){ .local = sender->local,
		.sender_domain = sender->domain.name,
		.domain = sender->domain.name,
		.helo = span_head(r->session->helo, MACRO_VALUE_MAX),
		.receiver = span_head(r->session->receiver, MACRO_VALUE_MAX),
		.client = *client, .now = r->session->now };
	ev.client = spf_net_of(addr_octets(client));
	ev.local_is_ascii = is_ascii(sender->local);
	spf_check_host(&ev, sender->domain.name, LIMIT_SPF_DEPTH, true);
	if (ev.wait)
		return STEP_WAIT;
	*out = (struct spf_conclusion){ .result = ev.result,
		.reason = ev.reason, .explanation = ev.explanation,
		.lookups = ev.lookups, .voids = ev.voids };
	out->detail = detail(&ev, sender->domain.name);
	return STEP_DONE;
}

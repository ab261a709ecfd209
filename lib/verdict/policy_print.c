/* SPDX-License-Identifier: Apache-2.0 */
/* policy_print.c - a policy in its normal form, and remarks on it. */
#include "verdict/policy.h"

#include "check/dmarc_record.h"
#include "wire/addr.h"
#include "wire/day.h"

static void
put_word(struct buf *out, const char *before, const char *word)
{
	buf_str(out, before);
	buf_str(out, word);
}

static void
put_quoted(struct buf *out, const char *before, struct span s)
{
	buf_str(out, before);
	buf_str(out, "\"");
	buf_put(out, s);
	buf_str(out, "\"");
}

static void
put_dmarc(struct buf *out, const struct condition *c)
{
	if (c->result == ASSAY_FAIL)
		buf_str(out, "dmarc-fail");
	else
		put_word(out, "dmarc ", assay_result_name(c->result));
	if (c->policy != POLICY_ABSENT)
		put_word(out, " policy ", dmarc_policy_name(c->policy));
}

static void
put_client(struct buf *out, const struct condition *c)
{
	buf_str(out, "client ");
	addr_print(out, &c->net);
	buf_str(out, "/");
	buf_u64(out, c->bits);
}

static void
put_level(struct buf *out, const char *word, const struct condition *c)
{
	put_word(out, word, " >= ");
	buf_u64(out, c->level);
}

static void
put_own(struct buf *out, const struct condition *c)
{
	buf_str(out, "own");
	if (c->own == OWN_OVER)
		buf_str(out, " over-rate");
	else if (c->own == OWN_ACCOUNT)
		put_quoted(out, " ", c->account);
}

static void
put_condition(struct buf *out, const struct condition *c)
{
	static const char *const severity[] = { "", "S3", "S2", "S1" };

	switch (c->kind) {
	case COND_DMARC: put_dmarc(out, c); break;
	case COND_SPF:
		put_word(out, "spf ", assay_result_name(c->result));
		break;
	case COND_HELO:
		put_word(out, "helo ", assay_result_name(c->result));
		break;
	case COND_IPREV:
		put_word(out, "iprev ", assay_result_name(c->result));
		break;
	case COND_DKIM:
		put_word(out, "dkim ", assay_result_name(c->result));
		break;
	case COND_ARC:
		put_word(out, "arc ", assay_result_name(c->result));
		break;
	case COND_ARC_TRUSTED: buf_str(out, "arc pass trusted"); break;
	case COND_STRUCTURE:
		put_word(out, "structure ", severity[c->severity]);
		break;
	case COND_SECOND_SIGNAL: buf_str(out, "second-signal"); break;
	case COND_LIST_ID: buf_str(out, "list-id"); break;
	case COND_LIST: put_quoted(out, "list ", c->list); break;
	case COND_AUTHOR: put_quoted(out, "author ", c->domain.name); break;
	case COND_SENDER: put_quoted(out, "sender ", c->domain.name); break;
	case COND_CLIENT: put_client(out, c); break;
	case COND_EVIDENCE:
		put_quoted(out, "evidence ",
		    assay_cstr(assay_reason_text(c->reason)->name));
		break;
	case COND_WHO: put_level(out, "who", c); break;
	case COND_WHAT: put_level(out, "what", c); break;
	case COND_IMPERSONATION:
		buf_str(out, "impersonation");
		if (c->guise != GUISE_ANY)
			put_word(out, " ", guise_kind_name(c->guise));
		break;
	case COND_OWN: put_own(out, c); break;
	}
}

size_t
statement_room(const struct statement *s)
{
	size_t n = 32;

	for (size_t i = 0; i < s->n; i++)
		n += 64 + s->cond[i].domain.name.len +
		    s->cond[i].list.len + s->cond[i].account.len;
	if (s->except != NULL)
		n += 100 + s->except->reason.len + s->except->owner.len;
	if (s->mandate != NULL)
		n += 100 + s->mandate->name.len + s->mandate->owner.len;
	return n;
}

static void
put_exception(struct buf *out, const struct exception *e)
{
	put_quoted(out, " reason ", e->reason);
	put_quoted(out, " owner ", e->owner);
	buf_str(out, " until ");
	day_print(out, e->until);
	if (e->as != NULL)
		put_word(out, " as ", e->as);
}

static void
put_mandate(struct buf *out, const struct mandate *m)
{
	put_quoted(out, " owner ", m->owner);
	buf_str(out, " until ");
	day_print(out, m->until);
	buf_str(out, " budget ");
	buf_u64(out, m->budget);
}

void
statement_print(struct buf *out, const struct statement *s)
{
	buf_str(out, s->except != NULL ? "except " : "");
	if (s->mandate != NULL) {
		put_quoted(out, "mandate ", s->mandate->name);
		buf_str(out, " ");
	}
	for (size_t k = 0; k < s->n; k++) {
		buf_str(out, k > 0 ? " and " : "");
		put_condition(out, &s->cond[k]);
	}
	if (s->except != NULL)
		put_exception(out, s->except);
	if (s->mandate != NULL)
		put_mandate(out, s->mandate);
	put_word(out, " then ", s->signal ? "signal" :
	    s->then == ASSAY_DEFER_ONCE ? "defer once" :
	    assay_disposition_name(s->then));
	if (s->mandate != NULL && s->mandate->signed_too)
		buf_str(out, " signed");
}

void
policy_print(struct buf *out, const struct assay_policy *policy)
{
	bool block = !span_absent(policy->name);

	if (block) {
		put_quoted(out, "policy ", policy->name);
		buf_str(out, " {\n");
	}
	for (size_t i = 0; i < policy->n; i++) {
		buf_str(out, block ? "\t" : "");
		statement_print(out, &policy->statement[i]);
		buf_str(out, "\n");
	}
	if (block)
		buf_str(out, "}\n");
}

/* SPF and DKIM not passing is what makes DMARC fail: no other knowledge.
 * Neither is a List-Id. */
static bool
adds_knowledge(enum condition_kind kind)
{
	switch (kind) {
	case COND_DMARC: case COND_SPF: case COND_DKIM: case COND_LIST_ID:
	case COND_ARC: case COND_ARC_TRUSTED:
		return false;
	case COND_HELO: case COND_IPREV: case COND_STRUCTURE:
	case COND_SECOND_SIGNAL: case COND_AUTHOR: case COND_SENDER:
	case COND_CLIENT: case COND_WHO: case COND_WHAT: case COND_LIST:
	case COND_IMPERSONATION: case COND_EVIDENCE: case COND_OWN:
		return true;
	}
	return true;
}

bool
statement_is_plain_reject(const struct statement *s)
{
	bool dmarc = false;

	if (s->signal || s->except != NULL || s->mandate != NULL ||
	    s->then != ASSAY_REJECT)
		return false;
	for (size_t i = 0; i < s->n; i++) {
		if (adds_knowledge(s->cond[i].kind))
			return false;
		dmarc |= s->cond[i].kind == COND_DMARC &&
		    s->cond[i].result == ASSAY_FAIL;
	}
	return dmarc;
}

/* Excuses by what anybody can write into a message (ATTACKS.md: a List-Id
 * or a From is no proof).  Who logged in is proven. */
static bool
excuses_by_claims(const struct statement *s)
{
	if (s->except == NULL)
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (s->cond[i].kind == COND_CLIENT ||
		    s->cond[i].kind == COND_ARC_TRUSTED ||
		    (s->cond[i].kind == COND_OWN &&
		    s->cond[i].own == OWN_ACCOUNT))
			return false;
	return true;
}

static const char *
remark_on(const struct statement *s)
{
	if (statement_is_plain_reject(s))
		return "rejects mail for DMARC alone; RFC 9989 7.4 wants "
		    "other knowledge as well, because forwarding and "
		    "mailing lists break SPF and DKIM";
	if (excuses_by_claims(s))
		return "excuses mail by words that anybody can write into "
		    "it; name the client, or arc pass trusted, as well";
	return NULL;
}

static const char *
aged_words(bool mandate, bool over)
{
	if (mandate)
		return over ? "this mandate has expired: what it allowed is a "
		    "hold now; remove it, or give it a new last day" :
		    "this mandate expires within two weeks";
	return over ? "this exception has expired and is ignored; remove it, "
	    "or give it a new last day" :
	    "this exception expires within two weeks";
}

bool
assay_policy_aged(const struct assay_policy *policy, int64_t now, size_t i,
    unsigned *line, const char **what)
{
	for (size_t k = 0; k < policy->n; k++) {
		const struct statement *s = &policy->statement[k];
		int64_t until = s->except != NULL ? s->except->until :
		    s->mandate != NULL ? s->mandate->until : INT64_MAX / 2;

		if (!until_expired(until, now + 14 * DAY_SECONDS) || i-- > 0)
			continue;
		*line = s->line;
		*what = aged_words(s->mandate != NULL,
		    until_expired(until, now));
		return true;
	}
	return false;
}

bool
assay_policy_remark(const struct assay_policy *policy, size_t i,
    unsigned *line, const char **what)
{
	for (size_t k = 0; k < policy->n; k++) {
		*what = remark_on(&policy->statement[k]);
		if (*what == NULL || i-- > 0)
			continue;
		*line = policy->statement[k].line;
		return true;
	}
	return false;
}

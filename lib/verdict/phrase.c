/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phrase.c - the turns of speech that the views share.
 *
 * A pass is never called safe or good: it says who, and nothing else (RFC
 * 9989 5.4: a pass is no statement about the message).
 */
#include "verdict/phrase.h"

#include "base/cur.h"
#include "wire/addr.h"

const char *
phrase_type(uint16_t type)
{
	switch (type) {
	case ASSAY_T_A: return "A";
	case ASSAY_T_NS: return "NS";
	case ASSAY_T_CNAME: return "CNAME";
	case ASSAY_T_PTR: return "PTR";
	case ASSAY_T_MX: return "MX";
	case ASSAY_T_TXT: return "TXT";
	case ASSAY_T_AAAA: return "AAAA";
	case ASSAY_T_DS: return "DS";
	case ASSAY_T_DNSKEY: return "DNSKEY";
	}
	return NULL;
}

const char *
phrase_answer(enum assay_akind kind)
{
	switch (kind) {
	case ASSAY_A_DATA: return "data";
	case ASSAY_A_NODATA: return "nodata";
	case ASSAY_A_NXDOMAIN: return "nxdomain";
	case ASSAY_A_TEMPFAIL: return "tempfail";
	case ASSAY_A_BOGUS: return "bogus";
	case ASSAY_A_UNKNOWN: return "unknown";
	}
	return "open";
}

const char *
phrase_kind(enum assay_qkind kind)
{
	switch (kind) {
	case ASSAY_Q_DNS: return "dns";
	case ASSAY_Q_SUFFIX: return "suffix";
	case ASSAY_Q_PROFILE: return "profile";
	case ASSAY_Q_INTEL: return "intel";
	}
	return "unknown";
}

const char *
phrase_policy(enum dmarc_policy policy)
{
	switch (policy) {
	case POLICY_ABSENT: return NULL;
	case POLICY_NONE: return "none";
	case POLICY_QUARANTINE: return "quarantine";
	case POLICY_REJECT: return "reject";
	}
	return NULL;
}

static struct span
mx_item(struct arena *a, struct span item)
{
	struct cur c = cur_of(item);
	struct buf b = arena_buf(a, item.len + 8);

	buf_u64(&b, cur_u16(&c));
	buf_byte(&b, ' ');
	buf_put(&b, c.rest);
	return arena_done(a, &b);
}

struct span
phrase_item(struct arena *a, const struct assay_question *q, struct span item)
{
	struct assay_addr addr;
	struct buf b;

	if (q->kind != ASSAY_Q_DNS)
		return item;
	if (q->type == ASSAY_T_MX)
		return mx_item(a, item);
	if (q->type != ASSAY_T_A && q->type != ASSAY_T_AAAA)
		return item;
	if (!addr_of(&addr, item))
		return SPAN("?");
	b = arena_buf(a, ADDR_TEXT);
	addr_print(&b, &addr);
	return arena_done(a, &b);
}

struct span
phrase_client(struct arena *a, const struct assay_addr *addr)
{
	struct buf b;

	if (addr->family == 0)
		return SPAN_NONE;
	b = arena_buf(a, ADDR_TEXT);
	addr_print(&b, addr);
	return arena_done(a, &b);
}

const struct dmarc_author *
phrase_author(const struct assay_eval *ev)
{
	const struct dmarc_outcome *d = &ev->out.dmarc;

	return d->decisive < d->n_author ? &d->author[d->decisive] : NULL;
}

static void
how_proven(struct buf *b, const struct dmarc_author *author)
{
	buf_str(b, author->aligned_spf && author->aligned_dkim ?
	    "an aligned signature and the sending address" :
	    author->aligned_dkim ? "an aligned DKIM signature" :
	    "the sending address (SPF), aligned");
}

/* The verdict of a message about which policy says nothing. */
static void
why_accept(struct buf *b, struct assay_eval *ev,
    const struct assay_verdict *v)
{
	const struct dmarc_author *author = phrase_author(ev);

	if (v->dmarc == ASSAY_PASS && author != NULL) {
		buf_str(b, "It is proven that the message is from ");
		buf_put(b, author->domain.name);
		buf_str(b, ", by ");
		how_proven(b, author);
		buf_byte(b, '.');
	} else if (v->dmarc == ASSAY_FAIL && author != NULL) {
		buf_str(b, "It is not proven that the message is from ");
		buf_put(b, author->domain.name);
		buf_str(b, ", and nothing asks us to act on that.");
	} else if (v->dmarc == ASSAY_TEMPERROR && author != NULL) {
		buf_str(b, "Who may write as ");
		buf_put(b, author->domain.name);
		buf_str(b, " could not be found out, for the DNS gave no "
		    "answer, and nothing asks us to wait.");
	} else if (author != NULL) {
		buf_str(b, "Nothing is known of who may write as ");
		buf_put(b, author->domain.name);
		buf_str(b, ", and nothing found asks us to act.");
	} else {
		buf_str(b, "Nothing that was found asks us to act.");
	}
}

struct span
phrase_why(struct assay_eval *ev, const struct assay_verdict *v)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(ev, &e);
	const struct assay_reason_text *text = NULL;
	struct buf b = arena_buf(&ev->arena, 512 + 2 * LIMIT_NAME);

	/* What made it worse than accepted was put there last or alone. */
	if (v->n_because > 0 && v->because[0] < n &&
	    (v->disposition != ASSAY_ACCEPT ||
	    e[v->because[0]].reason == ASSAY_R_EXCEPTION))
		text = assay_reason_text(e[v->because[0]].reason);
	if (text != NULL)
		buf_str(&b, text->sentence);
	else
		why_accept(&b, ev, v);
	return arena_done(&ev->arena, &b);
}

static struct span
statement_at(struct assay_eval *ev, struct span text, unsigned line)
{
	struct buf b = arena_buf(&ev->arena, text.len + 64);

	if (span_absent(text))
		return SPAN_NONE;
	if (line == 0) {
		buf_str(&b, "built in: ");
	} else {
		buf_str(&b, "line ");
		buf_u64(&b, line);
		buf_str(&b, ": ");
	}
	buf_put(&b, text);
	return arena_done(&ev->arena, &b);
}

struct span
phrase_statement(struct assay_eval *ev, const struct assay_verdict *v)
{
	return statement_at(ev, v->statement, v->statement_line);
}

struct span
phrase_would(struct assay_eval *ev, const struct assay_verdict *v)
{
	return statement_at(ev, v->would_statement, v->would_line);
}

const char *
phrase_spared(const struct assay_eval *ev, const struct assay_verdict *v)
{
	const struct dmarc_outcome *d = &ev->out.dmarc;

	if (d->result != ASSAY_FAIL || d->policy != POLICY_REJECT ||
	    v->disposition != ASSAY_QUARANTINE || v->second_signal)
		return NULL;
	return "not rejected for p=reject alone: RFC 9989 7.4, no second "
	    "signal";
}

struct span
phrase_unanswered(const struct assay_eval *ev, const struct dmarc_author *a)
{
	struct assay_question q;
	struct assay_answer got;

	for (size_t i = 0; i < ev->memo.n; i++) {
		if (!assay_eval_asked(ev, i, &q, &got) ||
		    q.type != ASSAY_T_TXT || got.kind == ASSAY_A_DATA ||
		    got.kind == ASSAY_A_NODATA ||
		    got.kind == ASSAY_A_NXDOMAIN)
			continue;
		for (size_t k = 0; k < a->n_query; k++)
			if (span_ieq(q.key, a->query[k]))
				return a->query[k];
	}
	return SPAN_NONE;
}

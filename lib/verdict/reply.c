/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.c - RFC 9989 7.2: refuse in the session, with the word DMARC and
 * the domain whose policy it is; RFC 7372 3: which enhanced code.
 *
 * Everything foreign in the text is a typed domain or was made printable;
 * the whole fits in one line of RFC 5321.
 */
#include "verdict/reply.h"

struct reply {
	struct buf text;
	const char *code;	/* of the only check named                  */
	unsigned checks;	/* authentication checks named              */
	bool first;
};

/* Begins a clause; code is that of this check, without its class. */
static struct buf *
clause(struct reply *p, const char *code, bool check)
{
	if (!p->first)
		buf_str(&p->text, "; ");
	if (p->first || check)
		p->code = code;
	p->first = false;
	p->checks += check;
	return &p->text;
}

static void
put_for(struct buf *b, struct domain d)
{
	if (domain_absent(d))
		return;
	buf_str(b, " for ");
	buf_put(b, d.name);
}

static bool
any_pass(const struct outcome *o)
{
	return o->spf.result == ASSAY_PASS || o->dkim.overall == ASSAY_PASS;
}

/* 7.26: more than one check failed; 7.1 where one passed and did not fit. */
static void
say_dmarc(struct reply *p, const struct outcome *o)
{
	const struct dmarc_outcome *d = &o->dmarc;
	const struct dmarc_author *a = &d->author[d->decisive];
	struct buf *b;

	if (d->result == ASSAY_TEMPERROR) {
		b = clause(p, "4.3", true);
		buf_str(b, "DNS error while checking DMARC");
		put_for(b, a->domain);
		return;
	}
	if (d->result == ASSAY_PERMERROR) {
		b = clause(p, "7.1", true);
		buf_str(b, "DMARC cannot be checked, the message has no "
		    "single clear author");
		return;
	}
	b = clause(p, any_pass(o) ? "7.1" : "7.26", true);
	if (d->result == ASSAY_FAIL && d->policy > POLICY_NONE) {
		buf_str(b, "per DMARC policy");
		put_for(b, a->record_domain);
		buf_str(b, ", neither SPF nor DKIM proves that ");
		buf_put(b, a->domain.name);
		buf_str(b, " sent this");
		return;
	}
	buf_str(b, d->result == ASSAY_FAIL ? "DMARC failed" :
	    "no DMARC record");
	put_for(b, a->domain);
}

static bool
is_error(enum assay_result r)
{
	return r == ASSAY_TEMPERROR || r == ASSAY_PERMERROR;
}

static void
say_spf(struct reply *p, const char *what, const struct spf_outcome *spf)
{
	struct buf *b = clause(p, is_error(spf->result) ? "7.24" : "7.23",
	    true);

	buf_str(b, what);
	buf_str(b, " ");
	buf_str(b, assay_result_name(spf->result));
	put_for(b, spf->domain);
	/* RFC 7208 6.2: whose words these are has to be clear */
	if (spf->result == ASSAY_FAIL && spf->explanation.len > 0 &&
	    spf->explanation.len <= LIMIT_REPLY / 3) {
		buf_str(b, ", which explains: ");
		buf_put(b, spf->explanation);
	}
}

static void
say_result(struct reply *p, const char *code, const char *what,
    enum assay_result result)
{
	struct buf *b = clause(p, code, true);

	buf_str(b, what);
	buf_str(b, " ");
	buf_str(b, assay_result_name(result));
}

/* RFC 7372 3.1: passing, and not acceptable to us. */
static const char *
dkim_code(const struct dkim_outcome *dkim)
{
	return dkim->overall == ASSAY_POLICY ? "7.21" : "7.20";
}

static void
say_structure(struct reply *p, const struct facts *f)
{
	const struct finding *worst = NULL;
	const struct assay_reason_text *t;
	struct buf *b = clause(p, "6.0", false);

	for (size_t i = 0; i < f->n_finding; i++)
		if (worst == NULL ||
		    f->finding[i].severity > worst->severity)
			worst = &f->finding[i];
	t = worst == NULL ? NULL : assay_reason_text(worst->reason);
	buf_str(b, "malformed message");
	if (t == NULL)
		return;
	buf_str(b, ", ");
	buf_str(b, t->name);
	if (span_at(assay_cstr(t->section), 0) < 0)
		return;
	buf_str(b, ", see ");
	buf_str(b, t->section);
}

/* Who submits is one of us, and told what is in his way. */
static void
say_own(struct reply *p, const struct account_outcome *o)
{
	struct buf *b = clause(p, "7.1", false);

	buf_str(b, o->over ? "this account has reached more people than it "
	    "may by what it usually does; what is usual goes through" :
	    "this account is used unlike itself");
}

static bool
has(const struct ruling *ruling, enum condition_kind kind)
{
	return (ruling->decided >> (unsigned)kind & 1) != 0;
}

static void
say_all(struct reply *p, const struct run *r, const struct ruling *k)
{
	const struct outcome *o = r->out;

	if (has(k, COND_DMARC))
		say_dmarc(p, o);
	if (has(k, COND_SPF))
		say_spf(p, "SPF", &o->spf);
	if (has(k, COND_HELO))
		say_spf(p, "SPF of the HELO name", &o->helo);
	if (has(k, COND_DKIM))
		say_result(p, dkim_code(&o->dkim), "DKIM", o->dkim.overall);
	/* RFC 8617 7: 5.7.29 */
	if (has(k, COND_ARC))
		say_result(p, "7.29", "ARC", o->arc.result);
	if (has(k, COND_IPREV))
		say_result(p, "7.25", "reverse DNS", o->iprev.result);
	if (has(k, COND_STRUCTURE))
		say_structure(p, r->facts);
	if (has(k, COND_OWN) && o->account.alert)
		say_own(p, &o->account);
	if (p->first)
		buf_str(clause(p, "7.1", false), "by local policy");
}

struct span
reply_text(struct run *r, const struct ruling *ruling)
{
	bool defer = ruling->disposition == ASSAY_DEFER ||
	    ruling->disposition == ASSAY_DEFER_ONCE;
	struct reply p = { .first = true, .code = "7.1" };
	struct buf out;

	if (!defer && ruling->disposition != ASSAY_REJECT)
		return SPAN_NONE;
	out = arena_buf(r->arena, LIMIT_REPLY + 40);
	p.text = arena_buf(r->arena, LIMIT_REPLY);
	say_all(&p, r, ruling);
	/* RFC 7372 4: several failed, so no single one is named */
	if (p.checks > 1)
		p.code = defer ? "7.1" : "7.26";
	buf_str(&out, defer ? "451 4." : "550 5.");
	buf_str(&out, p.code);
	buf_str(&out, defer ? " Try again later: " : " Refused: ");
	buf_put(&out, buf_span(&p.text));
	return buf_span(&out);
}

static enum assay_disposition
asked_for(enum dmarc_policy p)
{
	switch (p) {
	case POLICY_REJECT: return ASSAY_REJECT;
	case POLICY_QUARANTINE: return ASSAY_QUARANTINE;
	case POLICY_NONE: case POLICY_ABSENT: break;
	}
	return ASSAY_ACCEPT;
}

/* RFC 9990 knows of three; a field or a few hours make no other. */
static enum assay_disposition
reported(enum assay_disposition d)
{
	switch (d) {
	case ASSAY_TAG: case ASSAY_STRIP: return ASSAY_ACCEPT;
	case ASSAY_HOLD: return ASSAY_QUARANTINE;
	case ASSAY_ACCEPT: case ASSAY_QUARANTINE: case ASSAY_REJECT:
	case ASSAY_DEFER: case ASSAY_DEFER_ONCE:
		break;
	}
	return d;
}

const char *
reply_departure(const struct outcome *out, const struct ruling *ruling)
{
	const struct dmarc_outcome *d = &out->dmarc;
	bool pass = d->result == ASSAY_PASS, departed;

	/* a deferred message comes again and is reported then */
	if ((!pass && d->result != ASSAY_FAIL) ||
	    ruling->disposition == ASSAY_DEFER ||
	    ruling->disposition == ASSAY_DEFER_ONCE)
		return NULL;
	departed = reported(ruling->disposition) !=
	    (pass ? ASSAY_ACCEPT : asked_for(d->policy));
	if (ruling->excused != NULL && ruling->excused->except->as != NULL &&
	    departed)
		return ruling->excused->except->as;
	if (departed) {
		if ((ruling->spoke >> COND_ARC_TRUSTED & 1) != 0)
			return "trusted_forwarder";
		if ((ruling->spoke >> COND_LIST_ID & 1) != 0 ||
		    (ruling->spoke >> COND_LIST & 1) != 0)
			return "mailing_list";
		return "local_policy";
	}
	if (!pass && d->author[d->decisive].test_mode)
		return "policy_test_mode";
	return NULL;
}

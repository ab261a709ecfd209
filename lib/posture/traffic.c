/* SPDX-License-Identifier: Apache-2.0 */
/* traffic.c - which mail a finding concerns. */
#include "posture/traffic.h"

#include "posture/inner.h"
#include "wire/addr.h"

enum touch {
	TOUCH_NOTHING = 0,	/* reports do not tell                      */
	TOUCH_ALL, TOUCH_PASSING, TOUCH_FAILING, TOUCH_BELOW,
	TOUCH_NO_SPF, TOUCH_SPF_ALONE, TOUCH_UNSIGNED, TOUCH_SIGNED,
	TOUCH_SOURCE, TOUCH_SESSIONS
};

static const char *
words_of(enum touch t)
{
	switch (t) {
	case TOUCH_NOTHING: return "";
	case TOUCH_ALL: return "messages in all";
	case TOUCH_PASSING: return "messages that pass DMARC";
	case TOUCH_FAILING: return "messages that fail DMARC";
	case TOUCH_BELOW:
		return "messages from subdomains that fail DMARC";
	case TOUCH_NO_SPF: return "messages that SPF does not prove";
	case TOUCH_SPF_ALONE: return "messages that rest on SPF alone";
	case TOUCH_UNSIGNED: return "messages that DKIM does not prove";
	case TOUCH_SIGNED: return "messages signed with it";
	case TOUCH_SOURCE: return "messages from that address";
	case TOUCH_SESSIONS: return "sessions in TLS reports";
	}
	return "";
}

static enum touch
of_subject(enum subject s)
{
	switch (s) {
	case SUBJECT_SPF: return TOUCH_SPF_ALONE;
	case SUBJECT_DKIM: return TOUCH_SIGNED;
	case SUBJECT_DMARC: return TOUCH_FAILING;
	case SUBJECT_PTR: return TOUCH_SOURCE;
	case SUBJECT_MTA_STS:
	case SUBJECT_TLS_RPT: return TOUCH_SESSIONS;
	case SUBJECT_BIMI: return TOUCH_PASSING;
	case SUBJECT_DNSSEC: return TOUCH_ALL;
	case SUBJECT_MX:
	case SUBJECTS: break;
	}
	return TOUCH_NOTHING;
}

/* Those that concern other mail than the rest of their subject. */
static const struct { enum finding_code code; enum touch touch; } apart[] = {
	{ FOUND_SPF_NONE, TOUCH_NO_SPF },
	{ FOUND_SPF_NEUTRAL_ALL, TOUCH_FAILING },
	{ FOUND_SPF_NO_ALL, TOUCH_FAILING },
	{ FOUND_SPF_UNREACHABLE, TOUCH_NO_SPF },
	{ FOUND_SPF_PARKED, TOUCH_ALL },
	{ FOUND_DKIM_NONE, TOUCH_UNSIGNED },
	{ FOUND_DKIM_NOT_FOUND, TOUCH_UNSIGNED },
	{ FOUND_DMARC_UNANSWERED, TOUCH_ALL },
	{ FOUND_DMARC_SP_WEAK, TOUCH_BELOW },
	{ FOUND_DMARC_NP_WEAK, TOUCH_BELOW },
	{ FOUND_DMARC_NP_MISSING, TOUCH_BELOW },
	{ FOUND_DMARC_NO_RUA, TOUCH_ALL },
	{ FOUND_DMARC_URI, TOUCH_ALL },
	{ FOUND_DMARC_SCHEME, TOUCH_ALL },
	{ FOUND_DMARC_URI_SIZE, TOUCH_ALL },
	{ FOUND_DMARC_URI_MANY, TOUCH_ALL },
	{ FOUND_DMARC_REFUSED, TOUCH_ALL },
	{ FOUND_DMARC_MAILBOX, TOUCH_ALL },
	{ FOUND_DMARC_SPF_ALONE, TOUCH_SPF_ALONE },
	{ FOUND_DMARC_PARKED, TOUCH_ALL },
	{ FOUND_MX_NOWHERE, TOUCH_ALL },
	{ FOUND_MX_NULL_SENDS, TOUCH_ALL },
	{ FOUND_MX_NO_DOMAIN, TOUCH_ALL },
};

static enum touch
touch_of(const struct posture_finding *f)
{
	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		if (apart[i].code == f->text->code)
			return apart[i].touch;
	return of_subject(f->text->subject);
}

/* The name of a key is s= "._domainkey." d= (RFC 6376 3.6.2.1). */
static bool
is_key(struct span name, const struct posture_sig *sig)
{
	struct span middle = SPAN("._domainkey."), s = sig->s, d = sig->d;

	return s.len > 0 && name.len == s.len + middle.len + d.len &&
	    span_istarts(name, s) && span_istarts(span_skip(name, s.len),
	    middle) && span_ieq(span_skip(name, s.len + middle.len), d);
}

/* What is said of the domain is said of all its keys. */
static bool
signed_with(const struct posture *p, struct span about,
    const struct posture_row *row)
{
	bool all = span_ieq(about, p->domain.name);

	for (size_t i = 0; i < row->n_sig; i++)
		if (all ? span_ieq(row->sig[i].d, about) :
		    is_key(about, &row->sig[i]))
			return true;
	return false;
}

static bool
from_there(struct span about, const struct assay_addr *source)
{
	struct assay_addr a;

	return assay_addr_parse(&a, about) == ASSAY_OK &&
	    addr_eq(&a, source);
}

static bool
touches(const struct posture *p, const struct posture_finding *f,
    const struct posture_row *row)
{
	bool passed = row->dkim || row->spf;

	switch (touch_of(f)) {
	case TOUCH_ALL: return true;
	case TOUCH_PASSING: return passed;
	case TOUCH_FAILING: return !passed;
	case TOUCH_BELOW: return !passed && row->below;
	case TOUCH_NO_SPF: return !row->spf;
	case TOUCH_SPF_ALONE: return row->spf && !row->dkim;
	case TOUCH_UNSIGNED: return !row->dkim;
	case TOUCH_SIGNED: return signed_with(p, f->about, row);
	case TOUCH_SOURCE: return from_there(f->about, &row->source);
	case TOUCH_NOTHING:
	case TOUCH_SESSIONS: break;
	}
	return false;
}

void
posture_traffic(struct posture *p, unsigned days)
{
	for (size_t i = 0; i < p->n_sorted; i++) {
		struct posture_finding *f = &p->sorted[i];
		enum touch t = touch_of(f);

		f->traffic = (struct traffic){ .known = t != TOUCH_NOTHING,
			.days = days, .what = words_of(t) };
	}
}

void
posture_touch(struct posture *p, const struct posture_row *row)
{
	for (size_t i = 0; i < p->n_sorted; i++)
		if (touches(p, &p->sorted[i], row))
			p->sorted[i].traffic.messages += row->messages;
}

void
posture_touch_sessions(struct posture *p, uint64_t n)
{
	for (size_t i = 0; i < p->n_sorted; i++)
		if (touch_of(&p->sorted[i]) == TOUCH_SESSIONS)
			p->sorted[i].traffic.messages += n;
}

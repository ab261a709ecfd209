/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bulk.c - the rules for bulk senders, point by point, by what was told.
 */
#include "posture/inner.h"

const char *
bulk_state_name(enum bulk_state state)
{
	switch (state) {
	case BULK_MET: return "met";
	case BULK_UNMET: return "not-met";
	case BULK_UNKNOWN: return "unknown";
	case BULK_TOLD: return "told";
	}
	return "";
}

static const struct bulk_row rows[] = {
#define X(ID, name, who, sentence) \
	{ BULK_##ID, name, sentence, who, BULK_UNKNOWN, { NULL, 0 }, NULL, 0 },
#include "posture/bulk.def"
#undef X
};

static bool
has(const struct posture *p, enum finding_code code)
{
	const struct part *part = &p->part[finding_text(code)->subject];

	for (size_t i = 0; i < part->n; i++)
		if (part->f[i].text->code == code)
			return true;
	return false;
}

static void
set(struct posture *p, enum bulk_rule rule, enum bulk_state state,
    struct span evidence)
{
	p->row[rule].state = state;
	p->row[rule].evidence = evidence;
}

static void
judge_spf(struct posture *p)
{
	static const enum finding_code broken[] = { FOUND_SPF_SEVERAL,
		FOUND_SPF_SYNTAX, FOUND_SPF_LOOKUPS, FOUND_SPF_VOIDS,
		FOUND_SPF_DANGLING, FOUND_SPF_INCLUDE_BROKEN,
		FOUND_SPF_LOOP, FOUND_SPF_MX_MANY, FOUND_SPF_TOO_LARGE };

	if (has(p, FOUND_SPF_UNANSWERED)) {
		set(p, BULK_SPF, BULK_UNKNOWN, SPAN("DNS did not answer"));
		return;
	}
	if (p->spf.n_record == 0) {
		set(p, BULK_SPF, BULK_UNMET, SPAN("there is no record"));
		return;
	}
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		if (has(p, broken[i])) {
			set(p, BULK_SPF, BULK_UNMET,
			    assay_cstr(finding_text(broken[i])->name));
			return;
		}
	set(p, BULK_SPF, BULK_MET, p->part[SUBJECT_SPF].state);
}

static void
judge_dkim(struct posture *p)
{
	struct span state = p->part[SUBJECT_DKIM].state;

	if (p->dkim.usable > 0) {
		set(p, BULK_DKIM, BULK_MET, state);
	} else if (has(p, FOUND_DKIM_NONE) || p->parked || p->missing) {
		set(p, BULK_DKIM, BULK_UNMET, state);
		set(p, BULK_DKIM_SIZE, BULK_UNMET, SPAN("there is no key"));
		return;
	} else {
		set(p, BULK_DKIM, BULK_UNKNOWN, SPAN("needs --selector"));
		set(p, BULK_DKIM_SIZE, BULK_UNKNOWN,
		    SPAN("needs --selector"));
		if (p->dkim.broken > 0)
			set(p, BULK_DKIM, BULK_UNMET,
			    SPAN("no key found can be used"));
		return;
	}
	/* keys below 1024 bits are broken ones: nobody verifies with them */
	set(p, BULK_DKIM_SIZE, BULK_MET, p->dkim.small > 0 ?
	    SPAN("some below 2048 bits") : SPAN("all of 2048 bits or more"));
}

static void
judge_dmarc(struct posture *p)
{
	enum dmarc_policy policy = dmarc_policy_here(p);

	if (policy != POLICY_ABSENT)
		set(p, BULK_DMARC, BULK_MET, p->part[SUBJECT_DMARC].state);
	else if (p->dmarc.failed)
		set(p, BULK_DMARC, BULK_UNKNOWN, SPAN("DNS did not answer"));
	else
		set(p, BULK_DMARC, BULK_UNMET, p->part[SUBJECT_DMARC].state);
}

static void
judge_ptr(struct posture *p)
{
	size_t n = 0, good = 0, failed = 0;

	for (size_t i = 0; i < p->n_source; i++) {
		const struct source_known *s = &p->source[i];

		if (!span_absent(s->host) && s->spf != ASSAY_PASS)
			continue;
		n++;
		good += s->n_valid > 0;
		failed += s->n_valid == 0 &&
		    (s->failed || !answered(s->kind));
	}
	if (n == 0)
		set(p, BULK_PTR, BULK_UNKNOWN,
		    SPAN("needs --source, or reports"));
	else
		set(p, BULK_PTR, good == n ? BULK_MET :
		    good + failed == n ? BULK_UNKNOWN : BULK_UNMET,
		    p->part[SUBJECT_PTR].state);
}

static bool
is_gmail(struct domain d)
{
	return domain_within(d, (struct domain){ SPAN("gmail.com") }) ||
	    domain_within(d, (struct domain){ SPAN("googlemail.com") });
}

void
tell_bulk(struct posture *p)
{
	static const struct {
		enum bulk_rule rule;
		const char *needs;
	} needs[] = {
		{ BULK_PASS, "needs reports (--store)" },
		{ BULK_ALIGNED, "needs reports (--store)" },
		{ BULK_VOLUME, "needs reports (--store)" },
		{ BULK_TLS, "needs the log of the mail server" },
		{ BULK_SPAM, "needs the receivers' own figures" },
		{ BULK_ONE_CLICK, "needs a message" },
		{ BULK_FORMAT, "needs a message" },
	};

	for (size_t i = 0; i < BULK_RULES; i++)
		p->row[i] = rows[i];
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		set(p, needs[i].rule, BULK_UNKNOWN,
		    assay_cstr(needs[i].needs));
	judge_spf(p);
	judge_dkim(p);
	judge_dmarc(p);
	judge_ptr(p);
	if (p->mx.n > 0 || (p->mx.has_address && !p->mx.null))
		set(p, BULK_REPLY, BULK_MET, p->part[SUBJECT_MX].state);
	else
		set(p, BULK_REPLY, answered(p->mx.kind) ? BULK_UNMET :
		    BULK_UNKNOWN, p->part[SUBJECT_MX].state);
	set(p, BULK_NOT_GMAIL, is_gmail(p->domain) ? BULK_UNMET : BULK_MET,
	    p->domain.name);
}

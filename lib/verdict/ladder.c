/* SPDX-License-Identifier: Apache-2.0 */
/* ladder.c - who, what, and what is proven (ladder.h). */
#include "verdict/ladder.h"

#include "wire/day.h"

static const char one_axis[] = "suspicion of one kind goes no further than "
    "\"tag\"; name both who and what, or DMARC or structure as well";

/* Codes of reasons.def; the blocks of it are for ever. */
enum { FIRST_FINDING = 100, PAST_FINDINGS = 200, FIRST_SUSPICION = 900,
	FIRST_WHO = 940, PAST_WHO = 950,
	FIRST_OWN_WHO = 980, PAST_OWN_WHO = 985 };

static unsigned
axis_of_reason(enum assay_reason reason)
{
	if ((int)reason < FIRST_SUSPICION)
		return 0;
	return ((int)reason >= FIRST_WHO && (int)reason < PAST_WHO) ||
	    ((int)reason >= FIRST_OWN_WHO && (int)reason < PAST_OWN_WHO) ||
	    reason == ASSAY_R_OWN_NEW_COUNTRY ?
	    AXIS_WHO : AXIS_WHAT;
}

bool
ladder_behaves(enum assay_reason reason)
{
	return reason == ASSAY_R_BEHAVIOUR_UNUSUAL ||
	    reason == ASSAY_R_BEHAVIOUR_FIRST_CONTACT ||
	    reason == ASSAY_R_BEHAVIOUR_KNOWN_NAME;
}

/* A domain without a record has not failed anything. */
static unsigned
axis_of(const struct condition *c)
{
	switch (c->kind) {
	case COND_DMARC:
		return c->result == ASSAY_NONE ? 0 : AXIS_PROVEN;
	case COND_STRUCTURE: return AXIS_PROVEN;
	case COND_WHO: return AXIS_WHO;
	case COND_WHAT: case COND_IMPERSONATION: return AXIS_WHAT;
	case COND_EVIDENCE: return axis_of_reason(c->reason);
	/* unlike the account, and what is done with stolen ones */
	case COND_OWN:
		return c->own == OWN_OVER ? AXIS_WHO | AXIS_WHAT : 0;
	case COND_SPF: case COND_HELO: case COND_IPREV: case COND_DKIM:
	case COND_ARC: case COND_ARC_TRUSTED: case COND_SECOND_SIGNAL:
	case COND_LIST_ID: case COND_LIST: case COND_AUTHOR:
	case COND_SENDER: case COND_CLIENT:
		break;		/* narrow it, and are no grounds */
	}
	return 0;
}

unsigned
ladder_axes(const struct statement *s)
{
	unsigned axes = 0;

	for (size_t i = 0; i < s->n; i++)
		axes |= axis_of(&s->cond[i]);
	return axes;
}

bool
ladder_suspects(const struct statement *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->cond[i].kind != COND_OWN &&
		    (axis_of(&s->cond[i]) & (AXIS_WHO | AXIS_WHAT)) != 0)
			return true;
	return false;
}

static bool
is_half(unsigned axes)
{
	return axes == AXIS_WHO || axes == AXIS_WHAT;
}

static bool
is_rule(const struct statement *s)
{
	return s->except == NULL && s->mandate == NULL && !s->signal;
}

static bool
acts(const struct statement *s)
{
	return is_rule(s) && assay_disposition_strength(s->then) >
	    assay_disposition_strength(ASSAY_TAG);
}

const char *
ladder_objects(const struct statement *s)
{
	if (is_rule(s) && s->then == ASSAY_STRIP && statement_is_own(s))
		return "own mail is not stripped; it can be held";
	return acts(s) && is_half(ladder_axes(s)) ? one_axis : NULL;
}

bool
ladder_final(enum assay_disposition d)
{
	return d == ASSAY_DEFER || d == ASSAY_REJECT || d == ASSAY_STRIP;
}

static bool
has_signal(const struct statement *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->cond[i].kind == COND_SECOND_SIGNAL)
			return true;
	return false;
}

/* A signal may bring the axis that a statement lacks; it must not be all
 * that there is. */
const char *
ladder_objects_to_signals(const struct assay_policy *policy, unsigned *line)
{
	for (size_t i = 0; i < policy->n; i++) {
		const struct statement *s = &policy->statement[i];
		unsigned own = ladder_axes(s);

		if (!acts(s) || !has_signal(s))
			continue;
		for (size_t k = 0; k < policy->n; k++) {
			const struct statement *by = &policy->statement[k];
			unsigned axes = by->signal ? ladder_axes(by) : 0;

			if (axes == 0 || ((own | axes) & AXIS_PROVEN) != 0 ||
			    (!is_half(own | axes) && !ladder_final(s->then)))
				continue;
			*line = s->line;
			return "second-signal may be mere suspicion here, by "
			    "a \"then signal\"; name DMARC or structure as "
			    "well";
		}
	}
	return NULL;
}

bool
ladder_softens(const struct statement *s)
{
	unsigned axes = ladder_axes(s);

	return is_rule(s) &&
	    (axes & AXIS_PROVEN) == 0 && axes != 0 &&
	    ladder_final(s->then);
}

bool
ladder_reason(enum assay_reason *out, struct span name, const char **why)
{
	static const enum assay_reason all[] = {
#define X(code, ID, name, section, sentence, advice) ASSAY_R_##ID,
#include "assay/reasons.def"
#undef X
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!span_eq(assay_cstr(assay_reason_text(all[i])->name),
		    name))
			continue;
		*why = "this evidence is named by its check: dmarc, spf, "
		    "dkim, arc, iprev, list, ...";
		*out = all[i];
		return (int)all[i] >= FIRST_SUSPICION ||
		    ((int)all[i] >= FIRST_FINDING &&
		    (int)all[i] < PAST_FINDINGS);
	}
	*why = "there is no reason of that name: assay-reasons(7) has them";
	return false;
}

bool
check_gives(enum condition_kind kind, enum assay_result r)
{
	switch (r) {
	case ASSAY_NONE: case ASSAY_FAIL:
		return true;
	case ASSAY_TEMPERROR: case ASSAY_PERMERROR:
		return kind != COND_ARC;
	case ASSAY_SOFTFAIL:
		return kind == COND_SPF || kind == COND_HELO;
	case ASSAY_NEUTRAL: case ASSAY_POLICY:
		return kind == COND_SPF || kind == COND_HELO ||
		    kind == COND_DKIM;
	case ASSAY_PASS:
		break;
	}
	return false;
}

bool
names_somebody(const struct condition *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c[i].kind == COND_AUTHOR || c[i].kind == COND_SENDER ||
		    c[i].kind == COND_CLIENT || c[i].kind == COND_LIST ||
		    c[i].kind == COND_ARC_TRUSTED ||
		    c[i].own == OWN_ACCOUNT)
			return true;
	return false;
}

bool
until_expired(int64_t until, int64_t now)
{
	return now >= until + DAY_SECONDS;
}

static bool
is_spent(const struct facts *f, struct span name)
{
	for (size_t i = 0; i < f->n_spent; i++)
		if (span_eq(f->spent[i], name))
			return true;
	return f->n_spent == LIMIT_SPENT;
}

bool
ladder_may_use(const struct run *r, const struct statement *s)
{
	return s->mandate != NULL &&
	    !until_expired(s->mandate->until, r->session->now) &&
	    !is_spent(r->facts, s->mandate->name);
}

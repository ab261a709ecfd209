/* SPDX-License-Identifier: Apache-2.0 */
#include "report/arf_when.h"

#include "check/dmarc_record.h"

/* fo=d: "a signature that failed evaluation, regardless of its alignment".
 * One that could not be evaluated (temperror, and neutral: RFC 8601 2.7.1)
 * did not fail. */
static bool
dkim_failed(const struct arf_case *c)
{
	for (size_t i = 0; i < c->n_dkim; i++)
		if (c->dkim[i] == ASSAY_FAIL || c->dkim[i] == ASSAY_PERMERROR)
			return true;
	return false;
}

/* fo=s: "failed SPF evaluation".  RFC 6591 3.3 counts softfail as well. */
static bool
spf_failed(const struct arf_case *c)
{
	return c->spf == ASSAY_FAIL || c->spf == ASSAY_SOFTFAIL ||
	    c->spf == ASSAY_PERMERROR;
}

/* An answer that is missing may have been the one that passes. */
static bool
undecided(const struct arf_case *c)
{
	for (size_t i = 0; i < c->n_dkim; i++)
		if (c->dkim[i] == ASSAY_TEMPERROR && !c->aligned_dkim)
			return true;
	return c->spf == ASSAY_TEMPERROR && !c->aligned_spf;
}

static const char *
forbidden(const struct arf_case *c)
{
	if (!c->ruf)
		return "the record names nobody who wants them";
	if (c->psd)
		return "a public suffix gets none";
	/* RFC 9991 5.1: reports about reports go round for ever */
	if (c->null_path)
		return "the message has no sender to speak of";
	if (c->report)
		return "the message is a report itself";
	if (c->ours)
		return "the message comes from our own reporter";
	return NULL;
}

static unsigned
wanted(const struct arf_case *c)
{
	bool dkim = c->aligned_dkim, spf = c->aligned_spf;
	unsigned want = 0;

	if ((c->fo & FO_0) != 0 && !dkim && !spf && !undecided(c))
		want |= ARF_WANT_DMARC;
	if ((c->fo & FO_1) != 0 && (!dkim || !spf) && !undecided(c))
		want |= ARF_WANT_DMARC;
	if ((c->fo & FO_D) != 0 && dkim_failed(c))
		want |= ARF_WANT_DKIM;
	if ((c->fo & FO_S) != 0 && spf_failed(c))
		want |= ARF_WANT_SPF;
	return want;
}

unsigned
arf_when(const struct arf_case *c, const char **why)
{
	const char *no = forbidden(c);
	unsigned want = no == NULL ? wanted(c) : 0;

	if (why != NULL)
		*why = no != NULL ? no : want != 0 ? "the domain asks for it" :
		    undecided(c) ? "an answer is missing" :
		    "nothing failed that the domain asks about";
	return want;
}

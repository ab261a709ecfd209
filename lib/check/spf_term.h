/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spf_term.h - the inside of an SPF evaluation: its state, its limits, and
 * whether a term matches.
 *
 * Any function may find that an answer is missing; then .wait is set, what
 * it returns means nothing, and everybody returns.
 */
#ifndef CHECK_SPF_TERM_H
#define CHECK_SPF_TERM_H

#include "check/spf_macro.h"
#include "check/spf_record.h"

struct spf_eval {
	struct run *run;
	struct macro_values v;		/* v.domain is <domain>, as it goes */
	struct spf_net client;
	bool local_is_ascii;
	bool wait;
	unsigned lookups, voids;
	/* what was concluded last, which is what counts */
	enum assay_result result;
	enum assay_reason reason;
	struct span about;		/* a term or a name                 */
	struct span of;			/* the domain of that record        */
	bool anyone;			/* the match would match anybody    */
	struct span explanation;
};

enum spf_match { SPF_NO, SPF_YES, SPF_STOP };

/* A record and the text that it was parsed from. */
struct spf_policy {
	const struct spf_record *record;
	struct span text;
};

/* check_host() of RFC 7208 4.  outermost: not within an include. */
enum assay_result spf_check_host(struct spf_eval *ev, struct span domain,
    unsigned depth, bool outermost);

/* Notes a conclusion about a term or name of the current record; returns
 * the result. */
enum assay_result spf_conclude(struct spf_eval *ev, enum assay_result result,
    enum assay_reason reason, struct span about);

/* Does the term of this record match? */
enum spf_match spf_term_eval(struct spf_eval *ev, const struct spf_term *t,
    struct span record, unsigned depth);

/* Counts a term that looks something up, and its %{p}. */
enum spf_match spf_count(struct spf_eval *ev, const struct spf_spec *spec,
    struct span term);

/* Asks.  SPF_NO: there is nothing; not counted as a void look-up here. */
enum spf_match spf_lookup(const struct memo_row **out, struct spf_eval *ev,
    uint16_t type, struct span name);

/* <target-name> of RFC 7208 4.8.  SPF_NO: there is none. */
enum spf_match spf_target(struct span *out, struct spf_eval *ev,
    const struct spf_spec *spec, struct span record);

/* Sets v.ptr_name, or waits. */
enum spf_match spf_find_ptr_name(struct spf_eval *ev);

static inline bool
spf_uses(const struct spf_spec *spec, uint32_t letters)
{
	return spec != NULL && (spec->letters & letters) != 0;
}

/* RFC 7208 4.3: a multi-label name. */
static inline bool
spf_is_full_name(struct span name)
{
	return span_has(name, '.');
}

#endif

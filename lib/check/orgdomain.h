/* SPDX-License-Identifier: Apache-2.0 */
/*
 * orgdomain.h - the DNS tree walk and what follows from it (RFC 9989 4.10),
 * or the public suffix list of RFC 7489 3.2 under that profile.
 *
 * A walk is the literal list of queries and what each gave; the choice of
 * the organizational domain and of the policy record are functions of it.
 * All questions are asked at once, but only those of the literal walk show.
 */
#ifndef CHECK_ORGDOMAIN_H
#define CHECK_ORGDOMAIN_H

#include "check/check.h"
#include "check/dmarc_record.h"

struct walk_name {
	struct domain name;
	struct span query;			/* "_dmarc." and the name   */
	const struct dmarc_record *record;	/* the only one, or NULL    */
	size_t n_record;			/* 2 or more: all discarded */
	bool failed;				/* no definite answer       */
};

struct walk {
	struct domain start;
	struct walk_name at[LIMIT_WALK];	/* longest name first       */
	size_t n;
	bool failed;		/* an answer that the organizational domain
				 * needs is missing                         */
	bool no_list;		/* RFC 7489: nobody here has the list       */
	struct domain org;	/* absent when failed                       */
};

/* The walk of an author, with its records. */
enum step walk_author(struct walk *out, struct run *r, struct domain start);

/* The organizational domain alone: under RFC 7489 no record is asked for. */
enum step walk_identifier(struct walk *out, struct run *r,
    struct domain start);

/* The name whose record is applied to mail of w->start (RFC 9989 4.10.1,
 * RFC 7489 6.6.3), or NULL: there is none.  *failed: not known, because an
 * answer is missing. */
const struct walk_name *walk_policy(const struct walk *w,
    enum assay_profile profile, bool *failed);

/* The organizational domain by a walk in which every name at or above
 * suffix is taken as psd=y (RFC 9989 11.8): the guard against a registry
 * whose record aligns all its customers.  A single label always counts;
 * suffix may be absent. */
struct domain walk_guarded_org(const struct walk *w, struct domain suffix);

/* The public suffix of d by the list; absent when nobody knows. */
enum step suffix_of(struct domain *out, struct run *r, struct domain d);

/* The organisation that d is part of, by that; guessed when nobody knows. */
enum step suffix_org_of(struct domain *out, struct run *r, struct domain d);

/* Whether two walked domains share their organizational domain.  *guarded:
 * they do by the letter, and the guard says no. */
enum step walk_same_org(bool *same, bool *guarded, struct run *r,
    const struct walk *a, const struct walk *b);

#endif

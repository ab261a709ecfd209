/* SPDX-License-Identifier: Apache-2.0 */
/*
 * impersonate.h - who a message makes a reader believe it is from.
 *
 * SPF, DKIM and DMARC prove the domain of the From field, which most readers
 * never see: they see a display name, and answer to Reply-To.  What is found
 * here is what these pretend.  It rests on the bytes of the header and on
 * what the operator said is ours, on no result of authentication, so none
 * can lower it: a thief proves his own domain.
 */
#ifndef ORIGIN_IMPERSONATE_H
#define ORIGIN_IMPERSONATE_H

#include "facts/facts.h"
#include "lookalike/lookalike.h"
#include "origin/learned.h"
#include "origin/people.h"
#include "wire/message.h"

/* What is ours, made once and used for each message. */
struct ours {
	struct domain *domain;
	size_t n_domain;
	struct people people;
	struct name_fold *name;		/* of the organisation, its brands   */
	size_t n_name;
	struct lookalikes *alike;	/* of what is protected, or NULL     */
	const struct learned *learned;	/* besides, or NULL                  */
};

/* Texts as in struct assay_options.  False: no memory. */
bool ours_make(struct ours *out, const struct assay_options *o,
    struct arena *a);

struct impersonate_in {
	const struct header *header;
	const struct ours *ours;
	/* where earlier mail of this sender wanted its answers; n 0: there
	 * is none that we know */
	const struct domain *usual_reply;
	size_t n_usual_reply;
	struct span mail_from;		/* of SMTP, or absent                */
};

/* Fills f->guise, one for each thing found.  Levels say how much one thing
 * by itself is worth. */
void impersonate_read(struct facts *f, const struct impersonate_in *in,
    struct arena *a);

/* A domain that is read as a protected one, or not that. */
bool impersonate_is_alike(enum assay_reason reason);

/* Levels of independent findings taken together: as probabilities, none of
 * which needs the others. */
unsigned impersonate_sum(unsigned sum, unsigned level);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* guise.h - the inside of impersonate.h: the name, and where answers go. */
#ifndef ORIGIN_GUISE_H
#define ORIGIN_GUISE_H

#include "base/ascii.h"
#include "facts/display.h"
#include "origin/freemail.h"
#include "origin/impersonate.h"
#include "wire/address.h"
#include "wire/encword.h"
#include "wire/utf8.h"

struct guising {
	struct facts *facts;
	const struct impersonate_in *in;
	struct arena *arena;
	const struct field *reply_field;	/* or NULL                   */
	struct address_list reply;		/* n 0: there is none        */
	struct mailbox first;			/* of From                   */
	/* of what is looked at */
	struct domain author;
	struct place place;
	bool via;		/* the first author says "via"               */
	bool outside;		/* the author's domain is none of ours       */
};

bool guise_is_ours(const struct ours *ours, struct domain d);

/* shown: absent, or a domain which, if it belongs to the author's, makes the
 * finding void.  One of a kind is kept for each pair. */
void guise_add(struct guising *g, enum assay_reason reason, unsigned level,
    struct domain shown, struct span detail);

struct span guise_detail(struct guising *g, struct span shown,
    const char *more, struct span last);

/* Answers go to an address of that domain. */
bool guise_answers_to(const struct guising *g, struct domain d);

/* Look-alikes (guise_alike.c). */
void guise_alike_author(struct guising *g);
void guise_alike_reply(struct guising *g, struct domain to);
void guise_alike_shown(struct guising *g, struct span shown);
void guise_alike_behind(struct guising *g);

/* What Reply-To makes of the first author. */
void guise_reply(struct guising *g);

#endif

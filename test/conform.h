/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conform.h - the inside of the runner of published suites.
 *
 * A kind is one function: it reads a row of a manifest and returns what we
 * say about it as a JSON object.  The runner then takes the members that
 * the row's `expected` names, so a kind may tell more than was asked.
 */
#ifndef TEST_CONFORM_H
#define TEST_CONFORM_H

#include <jansson.h>

#include "base/arena.h"
#include "base/span.h"

struct row {
	const char *suite;	/* folder of the suite                       */
	const char *kind;
	json_t *row;		/* the manifest's object                     */
	json_t *input, *expected, *options;	/* NULL: absent          */
	struct arena *arena;
	enum assay_profile profile;
	char error[400];	/* not empty: the row could not be run       */
};

/* The folder of this program. */
extern char row_home[4096];

/* A new reference, or NULL with row->error set. */
typedef json_t *kind_fn(struct row *);

kind_fn kind_aggregate, kind_arc, kind_arc_sign, kind_arf, kind_authres;
kind_fn kind_dkim, kind_dmarc;
kind_fn kind_dmarc_record;
kind_fn kind_dmarc_report_auth, kind_message;
kind_fn kind_from_domain, kind_org_domain, kind_psl, kind_spf;
kind_fn kind_tlsrpt, kind_tlsrpt_record;

/* Member `name` of the row (or of o) as bytes; absent when it is none. */
struct span row_text(const struct row *r, const char *name);
struct span json_text(const json_t *o, const char *name);

/* The file that member `name` points to; absent with row->error set. */
struct span row_file(struct row *r, const char *name);
/* The same for a path. */
struct span row_read(struct row *r, const char *path);

/* A finished evaluation of the row's message, or NULL with row->error set.
 * sign: its body is hashed for a signature of ours. */
struct assay_eval *row_evaluate(struct row *r, bool sign);

/* s as a JSON string: UTF-8 as it is, anything else octet by octet
 * (U+0000..U+00FF); null when it is absent. */
json_t *text_json(struct span s);

/* Two tag lists are the same but for order and white space. */
bool same_tags(const char *want, const char *got);

void row_error(struct row *r, const char *what, const char *which);

#endif

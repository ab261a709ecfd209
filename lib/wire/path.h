/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path.h - the reverse-path of SMTP (RFC 5321 4.1.2, RFC 6531 3.3).
 *
 * Stricter than a From field: no comments, no white space, one "@" outside
 * of quotes.  What is not in the grammar has no domain (ATTACKS.md A2, A5).
 */
#ifndef WIRE_PATH_H
#define WIRE_PATH_H

#include "wire/domain.h"

struct path {
	struct span local;	/* unquoted                                   */
	struct domain domain;	/* absent: null path or domain literal        */
	bool null_path;
	bool has_domain_literal;
};

/* RFC 5321 4.1.2 Reverse-path without its <>; a source route is stripped
 * (4.1.1.3, appendix C).  Anything not in the grammar is false. */
bool path_parse(struct path *out, struct span text, struct arena *a);

#endif

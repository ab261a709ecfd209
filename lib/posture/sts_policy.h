/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sts_policy.h - what MTA-STS has: the record (RFC 8461 3.1) and the policy
 * file (3.2).
 */
#ifndef POSTURE_STS_POLICY_H
#define POSTURE_STS_POLICY_H

#include "base/limits.h"
#include "wire/domain.h"

/* "records that do not begin with "v=STSv1;" are discarded": false. */
bool sts_is_record(struct span text);

/* The id of a record; absent: the record is not valid, and *what is the
 * part that is not (of text), or text itself where the id is missing. */
struct span sts_record_id(struct span text, struct span *what);

enum sts_mode { STS_NO_MODE = 0, STS_MODE_NONE, STS_TESTING, STS_ENFORCE };

enum sts_flaw {
	STS_OK = 0,
	STS_TOO_LONG,
	STS_LINE,		/* a line that is no "name: value"          */
	STS_VERSION,		/* missing, or not STSv1                    */
	STS_BAD_MODE,
	STS_BAD_AGE,
	STS_BAD_MX,
	STS_NO_MX		/* only mode none may leave it out          */
};

/* "*.": one label more, at the left. */
struct sts_mx {
	struct domain name;
	bool wildcard;
};

struct sts_policy {
	enum sts_flaw flaw;		/* the first; not 0: nobody uses it */
	struct span what;		/* the line, as it stands there     */
	enum sts_mode mode;
	uint32_t max_age;
	struct sts_mx mx[LIMIT_STS_MX];
	size_t n_mx;
};

void sts_policy_parse(struct sts_policy *out, struct span text,
    struct arena *a);

/* RFC 8461 4.1: does the policy list this host? */
bool sts_covers(const struct sts_policy *p, struct domain host);
bool sts_mx_matches(const struct sts_mx *mx, struct domain host);

/* Static clauses. */
const char *sts_flaw_text(enum sts_flaw flaw);
const char *sts_mode_name(enum sts_mode mode);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.h - the SMTP reply of a message that is not taken, and the word of
 * RFC 9990 for not doing what the author's policy asks.
 */
#ifndef VERDICT_REPLY_H
#define VERDICT_REPLY_H

#include "verdict/policy.h"

/* "550 5.7.26 ..." for reject, "451 4..." for defer, one line without CRLF,
 * printable; absent for other dispositions.  Names the checks that failed
 * and their domains (RFC 9989 7.2, RFC 7372, RFC 8617 7). */
struct span reply_text(struct run *r, const struct ruling *ruling);

/* RFC 9990 3.1.6: why what is done differs from what the policy asks:
 * "local_policy", "policy_test_mode", "mailing_list", "trusted_forwarder";
 * NULL: it does not differ, or there is no policy to differ from. */
const char *reply_departure(const struct outcome *out,
    const struct ruling *ruling);

#endif

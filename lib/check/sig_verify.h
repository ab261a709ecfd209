/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sig_verify.h - one signature and its key: what RFC 6376 6.1.2 and 6.1.3
 * say of it.  Serves DKIM-Signature and the ARC fields alike.
 */
#ifndef CHECK_SIG_VERIFY_H
#define CHECK_SIG_VERIFY_H

#include "check/check.h"

/* What may be accepted.  The one value that exists in this library is in
 * sig_rules.c; a test program that reads mail of the last century is linked
 * with another one. */
struct sig_rules {
	bool sha1;		/* RFC 8301 3.1: never */
};
extern const struct sig_rules sig_rules;

struct sig_verdict {
	enum assay_result result;
	enum assay_reason reason;
	unsigned bits;		/* of the key; 0: none was read            */
	bool testing, secure;	/* t=y; the answer was DNSSEC-validated    */
	bool header_ok;		/* the header is as signed, maybe not the
				 * body                                    */
};

/* The signature can be judged without its key (flaw, expired). */
bool sig_settled(const struct run *r, const struct sig_facts *s);

/* Asks for the key.  NULL: not yet. */
const struct memo_row *sig_ask(struct run *r, const struct sig_facts *s);

/* The verdict; key is what sig_ask() gave, or NULL for one that is settled.
 * with_body is false for ARC-Seal. */
struct sig_verdict sig_verify(struct run *r, const struct sig_facts *s,
    const struct memo_row *key, bool with_body);

#endif

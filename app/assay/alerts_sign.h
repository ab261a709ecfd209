/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerts_sign.h - a body for a webhook, with proof of who made it and when.
 *
 *	Assay-Signature: t=UNIX,v1=HEX
 *
 * HEX is HMAC-SHA256 (RFC 2104) over the digits of t, ".", and the body to
 * its last octet, line end and all.  Who receives it compares in constant
 * time and refuses a t that is more than some minutes away, so that nothing
 * can be sent to him again.
 */
#ifndef ASSAY_ALERTS_SIGN_H
#define ASSAY_ALERTS_SIGN_H

#include "out.h"

enum {
	ALERTS_KEY_LEAST = 16,	/* octets: 128 bits, if they are random     */
	ALERTS_KEY_MOST = 1024,
	ALERTS_SIGNATURE = 128	/* the header: 17 octets, 20 digits, 64     */
};

/* Is there a key in the file, that others cannot read?  False: told. */
bool alerts_sign_check(const char *path);

/* The header without a line end.  False: told. */
bool alerts_signature(const char *path, int64_t now,
    const struct text *body, char out[ALERTS_SIGNATURE]);

/* Writes the header, an empty line and the body.  False: told. */
bool alerts_sign(const char *path, int64_t now, const struct text *body);

#endif

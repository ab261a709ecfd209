/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_sign.h - a body for a webhook, with proof of who made it and when.
 *
 *	Assay-Signature: t=UNIX,v1=HEX
 *
 * HEX is HMAC-SHA256 (RFC 2104) over the digits of t, ".", and the body to
 * its last octet, line end and all.  Who receives it compares in constant
 * time and refuses a t that is more than some minutes away, so that nothing
 * can be sent to him again.
 */
#ifndef SYS_HOOK_SIGN_H
#define SYS_HOOK_SIGN_H

#include "base/span.h"

enum {
	HOOK_KEY_LEAST = 16,	/* octets: 128 bits, if they are random     */
	HOOK_KEY_MOST = 1024,
	HOOK_SIGNATURE = 128	/* the header: 17 octets, 20 digits, 64     */
};

struct hook_key {
	uint8_t bytes[HOOK_KEY_MOST + 2];
	size_t n;
};

/* Of a file that its owner alone can read.  NULL, or what is wrong with it
 * (static text, or of errno). */
const char *hook_key_read(struct hook_key *out, int fd);
void hook_key_forget(struct hook_key *key);

/* The header without a line end. */
void hook_sign(char out[HOOK_SIGNATURE], const struct hook_key *key,
    int64_t now, struct span body);

#endif

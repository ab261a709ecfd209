/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_keys.h - are our public keys where everybody looks for them?
 */
#ifndef ASSAYD_SIGN_KEYS_H
#define ASSAYD_SIGN_KEYS_H

#include "p_eval.h"

/* DECISIONS 19: a key whose record is not in DNS is not used. */
enum key_state {
	KEY_UNASKED = 0,
	KEY_ABSENT,		/* there is no record                        */
	KEY_UNKNOWN,		/* DNS fails: perhaps                        */
	KEY_UNTRIED,		/* there is one, no signature was tried yet  */
	KEY_GOOD,		/* a signature of ours verified by it        */
	KEY_BAD			/* one did not: another key, or a broken one */
};

enum { KEY_RECORDS_ROOM = 8 << 10 };	/* TXT records kept of a selector */

struct sign_key {
	enum key_state state;
	bool asking;
	int64_t asked, fresh;	/* loop_ms(): when, and until when it holds  */
	struct buf records;	/* list of TXT records                       */
};

/* Asks for all of them at once, then every hour.  False: no memory. */
bool sign_keys_begin(struct evals *e);

/* What is known now; asks when that is old.  s: whose answers to look at,
 * or NULL. */
enum key_state sign_key_state(struct evals *e, uint16_t key,
    struct slot *s);

/* True: the answers were about our own keys. */
bool sign_keys_answers(struct evals *e, const struct msg_answers *m);

/* Is the signature over digest good by a record we know? */
bool sign_key_fits(struct evals *e, uint16_t key, const uint8_t digest[32],
    struct span signature);
/* The first one under a record decides whether the key is used. */
enum key_state sign_key_try(struct evals *e, uint16_t key,
    const uint8_t digest[32], struct span signature);

#endif

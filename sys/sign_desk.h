/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_desk.h - what may be signed with which key, and the keys.
 *
 * The rules of the role signer, without its wires.  Front, which sees
 * sessions and no message, opens a message by its id; eval, which may have
 * been taken over by one, asks for a signature over 32 octets.  What it
 * gets is bounded by what front said (DECISIONS 16):
 *
 *  - for an id that is open, nothing else;
 *  - for mail of our own, by keys of one domain that this user or client may
 *    use, each key once; for mail from outside none of these;
 *  - for a chain (ARC), by the keys of arc-seal, twice each (the message,
 *    then the seal);
 *  - by a key in its time.
 */
#ifndef SYS_SIGN_DESK_H
#define SYS_SIGN_DESK_H

#include "bus.h"
#include "daemon_conf.h"

enum sign_status {
	SIGN_DONE = 0,
	SIGN_NO_SESSION,	/* the id is not open                        */
	SIGN_NO_KEY,		/* no such key, or its file was refused      */
	SIGN_NOT_NOW,		/* the key is not in its time                */
	SIGN_NOT_ALLOWED,	/* this session may not use the domain       */
	SIGN_SPENT,		/* signed already as often as may be         */
	SIGN_MALFORMED,		/* not 32 octets, or not the key's domain    */
	SIGN_FAILED		/* the crypto library said no                */
};

/* A sentence for the log.  Static text. */
const char *sign_status_text(enum sign_status s);

struct sign_desk;

/* sessions: how many ids may be open at a time; the oldest go first.
 * NULL: no memory. */
struct sign_desk *sign_desk_new(const struct daemon_conf *conf,
    size_t sessions);
void sign_desk_free(struct sign_desk *d);

/* The private key with this number in conf; it must be of the algorithm
 * that was configured.  file is the caller's to wipe. */
bool sign_desk_key(struct sign_desk *d, size_t number, struct span file,
    const char **why);

void sign_desk_open(struct sign_desk *d, const struct msg_open *m);
void sign_desk_close(struct sign_desk *d, uint64_t id);
/* Front has died: what it had opened is closed. */
void sign_desk_close_all(struct sign_desk *d);

/* out: the signature, when SIGN_DONE. */
enum sign_status sign_desk_sign(struct sign_desk *d,
    const struct msg_sign *m, int64_t now, struct buf *out);

#endif

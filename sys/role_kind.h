/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role_kind.h - the processes of assayd, by name.
 *
 * One binary, each role a process with its own user and walls; there are
 * several of ROLE_EVAL and one of each other.
 */
#ifndef SYS_ROLE_KIND_H
#define SYS_ROLE_KIND_H

enum role_kind {
	ROLE_PARENT = 0,	/* reads, opens, starts; touches no mail    */
	ROLE_FRONT,		/* milter sockets                           */
	ROLE_EVAL,		/* judges; sees the bytes of strangers      */
	ROLE_RESOLVE,		/* DNS                                      */
	ROLE_STORE,		/* the only writer                          */
	ROLE_SIGNER,		/* private keys, and nothing else           */
	ROLE_WEB,		/* HTTP                                     */
	ROLE_READER,		/* reads reports; sees bytes of strangers   */
	ROLE_COURIER,		/* brings reports to the mail server        */
	ROLE_KINDS
};

/* "parent", "front", ...; static. */
const char *role_kind_name(enum role_kind kind);

/* ROLE_KINDS: no such role. */
enum role_kind role_kind_of(const char *name);

#endif

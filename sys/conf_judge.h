/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf_judge.h - the statements that say how to judge, as the library takes
 * them.  Used by the command and by the daemon.
 */
#ifndef SYS_CONF_JUDGE_H
#define SYS_CONF_JUDGE_H

#include "conf.h"

/* Borrows from the configuration and its arena. */
struct conf_judging {
	struct assay_options options;
	struct assay_limits limits;
	struct assay_resolver_conf resolver;	/* server NULL: the system's */
	const char *suffix_path;		/* NULL: the system's list   */
	const struct conf_net *relay;
	size_t n_relay;
};

/* Is the client a server of ours in front (trusted-relay)? */
bool conf_is_relay(const struct conf_net *relay, size_t n,
    const struct assay_addr *client);

/* False: no memory. */
bool conf_judging(struct conf_judging *out, const struct conf *conf);

/* The values of a statement that may be said more than once. */
const struct span *conf_texts(const struct conf *conf, enum conf_key key,
    size_t *n);
const struct conf_net *conf_nets(const struct conf *conf, enum conf_key key,
    size_t *n);

/* A value or its default as a C string of the configuration's arena; NULL:
 * there is none. */
const char *conf_string(const struct conf *conf, enum conf_key key);
/* Any bytes as a C string of an arena; NULL when it is full or text has a
 * NUL. */
const char *conf_cstr(struct arena *a, struct span text);

#endif

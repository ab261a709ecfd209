/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rdap_ask.h - a registry asked about one name, by a process of its own.
 *
 * That process has the network and no file, behind the walls of role
 * resolve; it parses what the registry says and gives back a few typed
 * words.  HTTPS, except to this machine.  Redirects are not followed: a
 * registry is where the list of registries says.
 */
#ifndef ASSAY_RDAP_ASK_H
#define ASSAY_RDAP_ASK_H

#include "rdap.h"

enum rdap_end {
	RDAP_ANSWERED = 1,	/* .says                                     */
	RDAP_UNKNOWN,		/* 404: the registry has no such name        */
	RDAP_BUSY,		/* 429: not to be asked again for now        */
	RDAP_FAILED		/* .why                                      */
};

struct rdap_got {
	enum rdap_end end;
	struct rdap_says says;
	char why[200];		/* foreign text may stand in it              */
};

/* url as rdap_url() makes it; ca: certificates as PEM. */
void rdap_ask(struct rdap_got *out, const char *url, struct domain name,
    struct span ca);

#endif

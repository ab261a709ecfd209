/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.h - how to judge: flags over the configuration over defaults.
 */
#ifndef ASSAY_SETTINGS_H
#define ASSAY_SETTINGS_H

#include "args.h"
#include "conf.h"
#include "text.h"

struct settings {
	struct assay_session session;	/* what the flags say of it        */
	struct assay_options options;
	struct assay_limits limits;
	struct assay_resolver_conf resolver;
	struct assay_policy *policy;	/* NULL: the built-in one          */
	const char *suffix_path;
	bool live;			/* no zone: ask the world          */
	struct text zone;
	bool from_headers;
	struct conf_net *trusted;	/* relays                          */
	size_t n_trusted;
	bool given_client, given_helo, given_mail_from;
	/* what the above borrows from */
	struct conf conf;
	struct text conf_text;
	char host[256], server[300];
};

/* False: what is wrong was told.  To be freed in either case. */
bool settings_make(struct settings *out, const struct args *args);
void settings_free(struct settings *s);

/* Reads a configuration, telling mistakes as FILE:LINE: ... on stderr. */
bool settings_conf(struct conf *out, struct text *text, const char *path);

/* Is this a domain name (U-labels too, one final dot)? */
bool settings_domain(const char *text);

/* Parses policy text whose first line is line of path; tells mistakes. */
bool settings_policy(struct assay_policy **out, struct assay_span text,
    const char *path, unsigned line);
/* The same of a file of such text. */
bool settings_policy_file(struct assay_policy **out, const char *path);

#endif

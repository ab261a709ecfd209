/* SPDX-License-Identifier: Apache-2.0 */
/* import_inner.h - what the two readers of import.c fill. */
#ifndef SYS_IMPORT_INNER_H
#define SYS_IMPORT_INNER_H

#include "daemon_conf.h"
#include "import.h"

/* A statement that was carried over, with where it stood. */
struct import_item {
	struct span text, from;
	struct import_item *next;
};

struct import_list { struct import_item *first, **end; size_t n; };

struct import_signer {
	struct domain domain;
	bool subdomains;
	struct import_list keys;	/* "sign ..." lines */
	struct import_signer *next;
};

struct import {
	struct arena *a;
	const char *host;
	import_read_fn *read;
	void *ctx;
	const char *file;		/* that is read now               */
	unsigned line;
	struct import_list plain;	/* statements                     */
	struct import_list sign;	/* statements of each domain block */
	struct import_list policy;	/* statements of the policy       */
	struct import_list note;	/* comments                       */
	struct import_signer *signer, **signer_end;
	struct span authserv;		/* absent: not said               */
	bool policy_said;		/* by opendmarc                   */
	bool verify_only;		/* Mode v                         */
	bool not_authenticated;		/* logged-in clients are checked  */
	/* of opendkim, which need each other */
	struct span domains, selector, keyfile, keytable, signingtable;
	unsigned domains_line, table_line;
	const char *algorithm;
	bool subdomains;
	const char *permissions;
};

/* A line of KEY VALUE, without comments. */
struct import_line { struct span key, value; };
bool import_next(struct span *rest, unsigned *line, struct import_line *out);

/* Carries over: the words joined with blanks; NULL ends them.  Values go
 * through import_quote(). */
void import_put(struct import *im, struct import_list *list,
    struct span text);
struct span import_join(struct import *im, const char *before,
    struct span value);
/* The line is not carried over; why is a clause. */
void import_note(struct import *im, struct import_line l, const char *why);

/* Value by value: "a, b c", or lines of a file that the value names
 * (file:, refile:, csl:, /path).  *rest is what import_values() returned. */
struct span import_values(struct import *im, struct import_line l);
bool import_value(struct span *rest, struct span *out);

/* yes, true, on, 1 */
bool import_true(struct span value);

/* The block of a domain, made if there is none. */
struct import_signer *import_signer(struct import *im, struct domain d);

/* Networks as local-network. */
void import_networks(struct import *im, struct import_line l);
/* DNSTimeout and the like: a statement with a time in seconds. */
void import_seconds(struct import *im, struct import_line l,
    const char *statement);
void import_authserv(struct import *im, struct import_line l);
void import_socket(struct import *im, struct import_line l);
void import_path(struct import *im, struct import_line l,
    const char *statement);

/* The table of a reader: what is done with a key, or why nothing is. */
struct import_key {
	const char *name;
	void (*take)(struct import *, struct import_line);
	const char *why;
};
extern const struct import_key import_dkim_keys[];
extern const struct import_key import_dmarc_keys[];
extern const size_t import_dkim_n, import_dmarc_n;

/* When all lines of an opendkim.conf are read. */
void import_dkim_finish(struct import *im);

#endif

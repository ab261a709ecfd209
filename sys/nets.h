/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nets.h - the files of asn-table as a process looks into them that has no
 * files: whose network an address is in (an AS number), and in which country.
 *
 * A file is a sealed descriptor that many processes map, and is not read when
 * it is opened: lines in order of their addresses,
 *
 *	FIRST,LAST,ASN[,NAME]	or	FIRST,LAST,CC[,...]
 *
 * are searched by halves where they stand; a database of MaxMind's form is
 * asked through its library, which is opened if there is one (doc/adr/0017).
 * sys/ipasn.h makes a table of the same files for who has the time.
 */
#ifndef SYS_NETS_H
#define SYS_NETS_H

#include "base/span.h"

enum {
	NETS_FILES = 8,			/* as ipasn.h                        */
	NETS_MOST = 512 << 20		/* octets of a file                  */
};

struct net_of {
	uint32_t number;		/* of the AS; 0: not known           */
	char country[2];		/* upper case; 0: not known          */
};

/* A sealed copy of the file, to be given to others.  -1: errno. */
int nets_copy(const char *path);

struct nets;

/* NULL: no memory. */
struct nets *nets_new(void);
void nets_free(struct nets *n);
/* Not after the walls; fd is not needed afterwards.  False: *why (static
 * text). */
bool nets_add(struct nets *n, int fd, const char **why);
/* The same of text in memory, which must live as long. */
bool nets_add_lines(struct nets *n, struct span text, const char **why);

/* What the first file says that says something. */
struct net_of nets_find(const struct nets *n, const struct assay_addr *a);

#endif

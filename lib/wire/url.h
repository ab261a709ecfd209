/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.h - where a link goes, read as a browser reads it.
 *
 * The URL Standard of the WHATWG (4.4, 3.5) rather than RFC 3986, because a
 * link is opened by a browser and senders know what browsers repair: tabs
 * and line ends inside, backslashes, one or five slashes, user names that
 * look like hosts, percent-encoded and full-width hosts, addresses as one
 * decimal or hexadecimal number.  The host is what a browser would connect
 * to; .odd says by which roads it went there.
 */
#ifndef WIRE_URL_H
#define WIRE_URL_H

#include "base/arena.h"
#include "wire/domain.h"

enum url_scheme {
	URL_OTHER = 0,		/* any that does not matter to us             */
	URL_HTTP, URL_HTTPS, URL_FTP, URL_FILE, URL_MAILTO, URL_TEL, URL_CID,
	URL_DATA,		/* carries its content                        */
	URL_JAVASCRIPT		/* ... or is a program: javascript, vbscript  */
};

enum url_host {
	URL_HOST_NONE = 0,
	URL_HOST_NAME,		/* .host; of mailto the domain                */
	URL_HOST_ADDR,		/* .addr                                      */
	URL_HOST_BAD		/* there is one and it names nothing          */
};

enum url_odd {
	URL_ODD_BLANKS = 1u << 0,	/* tabs or line ends inside           */
	URL_ODD_SLASHES = 1u << 1,	/* not two of them, or backslashes    */
	URL_ODD_USER = 1u << 2,		/* user@host                          */
	URL_ODD_ESCAPED = 1u << 3,	/* the host is percent-encoded        */
	URL_ODD_IDN = 1u << 4,		/* ... has letters beyond ASCII       */
	URL_ODD_MAPPED = 1u << 5,	/* ... written in look-alike forms    */
	URL_ODD_ADDR = 1u << 6,		/* an address not as a.b.c.d          */
	URL_ODD_PORT = 1u << 7,		/* a port that is not the usual one   */
	URL_ODD_RELATIVE = 1u << 8,	/* the host is that of the base       */
	URL_ODD_LONG = 1u << 9		/* longer than what was read          */
};

struct url {
	enum url_scheme scheme;
	enum url_host kind;
	struct domain host;
	struct assay_addr addr;
	unsigned port;		/* 0: none is named                           */
	unsigned odd;		/* enum url_odd                               */
	struct span rest;	/* path, query and fragment, as written,
				 * without tabs and line ends                 */
	struct span query;	/* of it, behind "?"; absent: none            */
	struct span text;	/* all of it again from what was understood:
				 * %x21-7E, may be cut; no user, no password  */
};

/* base may be NULL.  False: there is no URL, or the arena refused.  All
 * spans live in the arena. */
bool url_read(struct url *out, struct span text, const struct url *base,
    struct arena *a);

/* "http", ...; "other". */
const char *url_scheme_name(enum url_scheme scheme);

/* a and b are hosts of one owner, as far as labels tell: one lies within the
 * other, or the last two labels agree (three where a country's name stands
 * behind "co", "com", "ac", ...).  The list of public suffixes knows better. */
bool url_same_owner(struct domain a, struct domain b);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.h - addresses as a From field writes them (RFC 5322 3.4, 4.4;
 * RFC 6532; groups in From by RFC 6854).  As SMTP writes them: path.h.
 *
 * Obsolete syntax is read, because it must be (RFC 5322 4); what no grammar
 * derives is refused, because two readers would take it in two ways.  So a
 * list is either understood whole or not at all.
 */
#ifndef WIRE_ADDRESS_H
#define WIRE_ADDRESS_H

#include "wire/path.h"

enum address_error {
	ADDRESS_OK = 0,
	ADDRESS_JUNK,		/* an octet that cannot stand there           */
	ADDRESS_CONTROL,	/* a control character, or a lone CR or LF    */
	ADDRESS_QUOTE,		/* a quoted string that does not end          */
	ADDRESS_COMMENT,	/* a comment that does not end, or too deep   */
	ADDRESS_ANGLE,		/* something other than an address in <>      */
	ADDRESS_TRAILING,	/* text behind <...>                          */
	ADDRESS_NO_AT,		/* a name without an address                  */
	ADDRESS_LOCAL,		/* no local-part, or words without a dot      */
	ADDRESS_NO_DOMAIN,	/* nothing that could be one behind the @     */
	ADDRESS_BAD_DOMAIN,	/* a domain that is no name by DNS and IDNA   */
	ADDRESS_UTF8,		/* octets that are not UTF-8 in an address    */
	ADDRESS_TOO_MANY	/* more than LIMIT_MAILBOXES                  */
};

struct mailbox {
	struct span display;	/* the phrase as written, or absent           */
	struct span local;	/* local-part, unquoted, without CFWS         */
	struct domain domain;	/* absent: a domain literal                   */
	struct span literal;	/* "[...]" without FWS, or absent             */
	struct span addr;	/* the addr-spec as written                   */
	bool route;		/* a source route stood before it (obs-route) */
	bool in_group;
};

struct address_list {
	struct mailbox *box;
	size_t n, groups;
	enum address_error error;
	size_t error_at;	/* octet of the text                          */
	bool raw_8bit;		/* a phrase or comment is not UTF-8           */
};

/* Reads a mailbox-list or address-list, the value of a From field.  False:
 * it is none, or (error ADDRESS_OK) there was no memory; then n is 0.
 * An empty group makes a list without a mailbox. */
bool address_list_parse(struct address_list *out, struct span text,
    struct arena *a);

/* local@domain or local@[literal], quoted as far as needed. */
struct span mailbox_print(const struct mailbox *box, struct arena *a);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.h - who sends as a domain: what reports say of each sender, and
 * what we make of it.
 *
 * A source is one address, or one network (IPv4 /24, IPv6 /48) at which
 * another name than ours proved itself: the mail of many customers leaves
 * the same servers, so that name and the network together are told apart,
 * and mail that proved our name as well from mail that did not.
 *
 * fold.h gathers rows into sources; the caller adds to each what only the
 * world can say (struct source_place); judge.h gives its opinion.
 */
#ifndef SOURCES_SOURCE_H
#define SOURCES_SOURCE_H

#include "report/aggregate.h"
#include "wire/domain.h"

enum source_class {
	SOURCE_UNKNOWN = 0,	/* the evidence is not enough               */
	SOURCE_OURS,
	SOURCE_SERVICE,		/* a service that may send as us, and can   */
	SOURCE_SHADOW,		/* one that somebody of ours uses, it seems,
				 * and that nobody set up                   */
	SOURCE_FORWARDER,	/* or a list: our mail passed through it    */
	SOURCE_MISCONFIGURED,	/* ours, and fails                          */
	SOURCE_HOSTILE,
	SOURCE_CLASSES
};

/* ---- what is given ------------------------------------------------------ */

/* Messages that look alike, as the store sums them. */
struct source_row {
	int64_t day;			/* since 1970                       */
	struct span reporter;
	struct assay_addr source;
	struct span header_from;
	enum aggregate_aligned dkim, spf;
	enum aggregate_action disposition;
	uint32_t why;			/* 1 << enum aggregate_why          */
	bool arc;			/* a comment says that ARC passed   */
	const struct aggregate_dkim *auth_dkim;
	size_t n_dkim;
	const struct aggregate_spf *auth_spf;
	size_t n_spf;
	uint64_t messages;
};

struct source_own {			/* a domain of ours, and all below  */
	struct domain name;
	bool parked;			/* sends nothing ("v=spf1 -all")    */
};

enum source_listed {			/* today's SPF record of the domain */
	SOURCE_L_UNKNOWN = 0,		/* nobody asked, or no answer       */
	SOURCE_L_NO,
	SOURCE_L_DIRECT,		/* by ip4, ip6, a, mx of its own    */
	SOURCE_L_INCLUDE		/* by what it includes: shared      */
};

/* What the world says of a source's address; all of it may be missing. */
struct source_place {
	uint32_t asn;			/* 0: unknown                       */
	struct span as_name;
	bool asked_ptr;			/* then an absent name is no name   */
	struct domain ptr;
	bool confirmed;			/* and that name has this address   */
	enum source_listed listed;
	struct domain include;		/* with SOURCE_L_INCLUDE            */
	enum source_listed at_path;	/* the same, by the record that SPF
					 * asks: that of source_asked()     */
	bool mx;			/* a mail host of ours, by DNS      */
};

/* What a person said.  The narrowest that fits holds. */
enum source_scope { SOURCE_S_ADDRESS = 1, SOURCE_S_NETWORK, SOURCE_S_DKIM,
    SOURCE_S_ASN };
struct source_decision {
	enum source_scope scope;
	struct assay_addr net;
	unsigned bits;
	struct domain dkim;		/* a signer, or a return path       */
	uint32_t asn;
	enum source_class class;
	struct span who, note;
	int64_t day;
};

/* ---- what is known of a name -------------------------------------------- */

struct service;				/* services.h                       */

struct source_name {
	struct domain name;
	struct span group;		/* its owner, about: the part by
					 * which names are put together     */
	const struct service *service;	/* or NULL                          */
	bool ours, parked, missing;
	struct source_name *chain;
};

/* ---- a source ----------------------------------------------------------- */

enum {
	SOURCE_SIGS = 8,	/* signers told of one source: real ones
				 * have up to 5                             */
	SOURCE_PATHS = 8,	/* return paths: the same                   */
	SOURCE_FROMS = 6,	/* From domains shown                       */
	SOURCE_PARTS = 12,	/* bars of its volume over the days asked   */
	SOURCE_REASONS = 6	/* said of one: what a person will read     */
};

struct source_sig {
	const struct source_name *d;
	struct span s;			/* absent: the reporter left it out */
	uint64_t pass, fail;
};

struct source_path {
	const struct source_name *d;
	uint64_t pass, fail;
};

struct source_from {
	const struct source_name *name;
	uint64_t messages;
};

enum source_reason {
#define X(ID, name, text) SOURCE_R_##ID,
	SOURCE_R_NONE,
#include "sources/source_reasons.def"
#undef X
	SOURCE_R_COUNT
};

enum source_step {
#define X(ID, name, text) SOURCE_STEP_##ID,
#include "sources/source_steps.def"
#undef X
	SOURCE_STEP_COUNT
};

struct source_said {
	enum source_reason code;
	uint64_t a, b;
	struct span text;
};

struct source_opinion {
	enum source_class class;	/* a person's, where one decided    */
	enum source_class evidence;	/* ours, always                     */
	unsigned confidence;		/* of the evidence, in 100          */
	struct source_said said[SOURCE_REASONS];
	size_t n_said;
	enum source_step step;
	const struct source_decision *decision;	/* or NULL                  */
	bool disagrees;			/* the evidence, with that person   */
	const struct service *service;
};

/* How our name was proven by mail that also proved another one. */
enum source_hold { SOURCE_H_NOT = 0, SOURCE_H_SPF, SOURCE_H_DKIM };

struct source {
	struct assay_addr net;		/* its first bits bits              */
	unsigned bits;
	const struct source_name *partner;	/* NULL: an address alone   */
	enum source_hold hold;		/* with a partner                   */

	struct assay_addr busiest;	/* its address with most messages   */
	uint64_t busiest_messages, addresses;
	uint64_t messages;
	uint64_t passed;		/* DMARC, as the receiver judged    */
	uint64_t dkim_ours, dkim_broken;	/* signed as us: pass, fail */
	uint64_t spf_ours, spf_failed;	/* return path ours: pass, not      */
	uint64_t spf_theirs, dkim_theirs;	/* proved another name      */
	uint64_t spf_partner;		/* ... the partner's, by SPF        */
	uint64_t said_forwarded;	/* by the receiver                  */
	uint64_t refused;		/* quarantined or rejected          */
	uint64_t to_nowhere, to_parked;	/* From: a name that is not there,
					 * a domain that sends nothing      */
	int64_t first, last;		/* days                             */
	uint64_t days, reporters;	/* on how many, by how many         */
	uint64_t peak;			/* messages of its fullest day      */
	uint64_t part[SOURCE_PARTS];
	struct source_sig sig[SOURCE_SIGS];
	size_t n_sig;
	struct source_path path[SOURCE_PATHS];
	size_t n_path;
	struct source_from from[SOURCE_FROMS];
	size_t n_from;
	const struct source_name *helo;

	struct source_place place;	/* of .busiest, by the caller       */
	struct source_opinion opinion;	/* by sources_judge()               */
	uint64_t number;
	struct source *chain, *next;
};

/* The return path of ours that it uses most, whose record SPF asks; NULL:
 * none of its return paths is ours. */
const struct source_path *source_asked(const struct source *f);

/* "ours", "service", ...; static. */
const char *source_class_name(enum source_class class);
/* One of these words.  False: none of them. */
bool source_class_parse(enum source_class *out, struct span word);
/* "passed-through", ...; static. */
const char *source_reason_name(enum source_reason code);
const char *source_step_name(enum source_step step);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h - drawn from a seed: who sends mail as a domain, and what the
 * reporters of the world tell about it, with the truth beside it.
 *
 * Whoever judges sources is measured against this and has no part in it.
 * The same seed gives the same world on every machine: own generator, no
 * floating point library function but the four basic operations.
 *
 * What is drawn is what operators meet: own servers, some of them broken in
 * the usual ways; services with a signature of ours, with an aligned return
 * path, or with neither; forwarders that keep or break signatures, with and
 * without SRS; lists; spoofers of several trades, some of them next door to
 * honest servers or at the same service; and odd messages of which nobody
 * knows.  Some cannot be told apart by what reports say.  They are in here
 * because they are out there.
 */
#ifndef TEST_SOURCES_WORLD_H
#define TEST_SOURCES_WORLD_H

#include <stdio.h>

#include "report/aggregate.h"

enum world_truth {
	TRUTH_OURS = 0, TRUTH_SERVICE, TRUTH_SHADOW, TRUTH_FORWARDER,
	TRUTH_MISCONFIGURED, TRUTH_HOSTILE, TRUTH_UNKNOWN, TRUTHS
};

enum world_listed { LISTED_NO = 0, LISTED_DIRECT, LISTED_INCLUDE };

enum {
	WORLD_DAYS = 60,
	WORLD_FIRST = 20000,	/* day of 1970 on which it begins   */
	WORLD_REPORTERS = 10,
	WORLD_MAILS = 4		/* kinds of mail of one sender      */
};

/* Mail of one kind: what its checks say wherever it arrives. */
struct world_mail {
	unsigned weight;
	const char *from;		/* From domain                      */
	const char *d, *s;		/* our signature; NULL: none        */
	unsigned broken;		/* in 1000, of these signatures     */
	const char *vendor, *vendor_s;	/* theirs, which passes; NULL       */
	bool vendor_too;		/* breaks when ours breaks          */
	const char *mfrom;		/* domain of the return path        */
	enum aggregate_result spf;
	unsigned said;			/* in 1000: the receiver saw that it
					 * was forwarded, if it looks       */
	bool list;
};

struct world_sender {
	enum world_truth truth;
	const char *kind;		/* for people                       */
	struct world_mail mail[WORLD_MAILS];
	unsigned n_mail;
	unsigned first, last;		/* days of the world                */
	unsigned per_1000_days;		/* messages of all hosts            */
	bool weekdays;
	unsigned each;			/* sends on every nth day; 0, 1: all */
	unsigned reach[WORLD_REPORTERS];	/* where its mail goes      */
};

struct world_host {
	struct assay_addr addr;
	unsigned sender;
	uint32_t asn;
	const char *ptr;		/* NULL: none                       */
	bool confirmed;
	const char *helo;
	enum world_listed listed;	/* by the domain's SPF record       */
	const char *include;
};

struct world_reporter {
	const char *org, *domain, *email;
	unsigned size;			/* of all mail, in 1000             */
	bool no_selector;		/* leaves selectors out             */
	bool no_failed_dkim;		/* and signatures that fail         */
	bool helo;			/* tells SPF of HELO as well        */
	bool says_why;			/* gives a reason for forwarded mail */
	int shift;			/* hours its day begins late        */
	unsigned twice;			/* in 1000: sends a report again    */
	enum aggregate_dialect dialect;
};

struct world_row {
	struct aggregate_row row;
	unsigned host, reporter, day;	/* day of the world                 */
};

struct world_own {
	const char *name;
	bool parked;			/* sends nothing, says so in SPF    */
};

struct world {
	uint64_t seed, state;
	struct world_own own[4];	/* the first one is the domain      */
	unsigned n_own;
	const char *nowhere;		/* a name below it that is not there */
	bool signs;
	struct world_sender *sender;
	unsigned n_sender, max_sender;
	struct world_host *host;
	unsigned n_host, max_host;
	struct world_row *row;
	unsigned n_row, max_row;
	struct world_pool *pool;
	unsigned busy_net;		/* anybody may rent there, we did   */
	enum aggregate_action policy;
};

struct world_service {
	const char *name, *d, *path, *include;
	bool known;			/* is in the table of services      */
	unsigned net, nets;
};
extern const struct world_service world_service[];
extern const unsigned world_services;
extern const struct world_reporter world_reporter[WORLD_REPORTERS];

extern const char *const world_truth_name[TRUTHS];

struct world *world_new(uint64_t seed);
void world_free(struct world *w);

/* 0 .. n-1 */
unsigned world_draw(struct world *w, unsigned n);
/* yes in so many of 1000 cases */
bool world_yes(struct world *w, unsigned of_1000);
/* Text that lives as long as the world. */
const char *world_text(struct world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void *world_room(struct world *w, size_t size);

/* world_cast.c: who is there.  world_send.c: what they send. */
void world_cast(struct world *w);
void world_send(struct world *w);

/* world_write.c: reports as XML, one file each, and the truth as lines
 * "ADDRESS TAB TRUTH TAB KIND TAB ASN TAB PTR TAB LISTED".  False: errno. */
bool world_write_xml(struct world *w, const char *dir);
void world_write_truth(const struct world *w, FILE *out);

/* world_zone.c: a master file, and a table of networks. */
void world_write_zone(const struct world *w, FILE *out);
void world_write_networks(FILE *out);

#endif

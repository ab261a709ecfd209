/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traits.h - how one message was made: typed features, by which a sender is
 * told from somebody else with the same name.
 *
 *	traits_read(&t, &in, key, arena);
 *	t.one[TRAIT_MAILER].hash		to compare
 *	t.one[TRAIT_MAILER].text		to explain: "thunderbird"
 *
 * Pure: bytes and what the caller knows of the session go in.  Whatever the
 * bytes are, there is an answer, in time and memory that is linear in them
 * (limits: base/limits.h, LIMIT_TRAIT_*).  A message that says of itself how
 * it was authenticated (Authentication-Results) is not believed.
 *
 * A value is a hash under the key of the installation, of the trait's number
 * and a text: equal texts of two traits differ, and without the key nobody
 * finds a text again.  A hash of 0 is "there is none", which is a value too.
 * Texts live in the arena or in what was given; they may be shown.
 */
#ifndef TRAITS_TRAITS_H
#define TRAITS_TRAITS_H

#include "base/arena.h"
#include "wire/suffix.h"

enum trait {
#define X(id, name, kind, owner, words) TRAIT_##id,
#include "traits/traits.def"
#undef X
	N_TRAIT
};

/* ONE value; MANY, a set; NUMBER: ONE, of a class of sizes, as decimal. */
enum trait_kind { TRAIT_ONE, TRAIT_MANY, TRAIT_NUMBER };

/* Who chooses it: see traits.def. */
enum trait_owner {
	OWNER_PROVIDER, OWNER_ORIGIN, OWNER_CLIENT, OWNER_RELATION,
	OWNER_CONTENT
};

struct trait_info {
	struct span name, words;	/* "time-zone", for people          */
	enum trait_kind kind;
	enum trait_owner owner;
};

const struct trait_info *trait_info(enum trait t);
struct span trait_owner_name(enum trait_owner owner);

struct trait_value {
	uint64_t hash;			/* 0: there is none                 */
	struct span text;		/* printable; absent: there is none */
};

struct trait_values {
	struct trait_value *value;
	size_t n;			/* distinct, in order of appearance */
	bool cut;			/* there were more                  */
};

/* How the message came to be sent (RFC 2919, RFC 3834, RFC 5321 4.5.5). */
enum mail_class {
	MAIL_DIRECT,			/* by a person, or like one         */
	MAIL_LIST,			/* through a mailing list           */
	MAIL_BULK,			/* to many who subscribed           */
	MAIL_AUTO			/* by a program: bounces, vacations */
};

struct span mail_class_name(enum mail_class c);

enum { TRAIT_SKETCH = 128 };

struct traits {
	struct trait_value one[N_TRAIT];	/* ONE and NUMBER           */
	struct trait_values many[N_TRAIT];	/* MANY                     */

	struct span from;	/* the address in From: local@domain, lower
				 * case; absent: there is none              */
	/* Who wrote it.  A list that rewrites From (RFC 7960 3.1.2) is seen
	 * through: then .munged, and .from is the list.  All of it is the
	 * message's own word: who keeps profiles and knows .from as a person
	 * must judge the message as that person's too. */
	struct span sender;
	struct span sender_domain;	/* its organizational domain        */
	bool munged;
	struct span display;		/* decoded, white space folded      */
	enum mail_class mail_class;

	int64_t arrival, date;		/* Unix seconds                     */
	bool has_date;
	int hour;			/* 0..23 of arrival, UTC; -1        */
	int date_hour;			/* 0..23 as the author's clock has
					 * it; -1: no Date                  */
	/* What the text looks like in triples of letters: how often each of
	 * 128 classes of them is met, the most frequent as 255. */
	uint8_t sketch[TRAIT_SKETCH];
	bool has_sketch;
	/* Of MAIL_BULK: who sends for whom, to be judged as one: the signer,
	 * where one unsubscribes, the author's domain. */
	struct span service;
	struct span message_id, in_reply_to;	/* without <>               */
	struct span *reference;			/* last first               */
	size_t n_reference;
};

struct content;

struct traits_in {
	struct span header, body;	/* lines end with CRLF or LF; header
					 * without the empty line behind it */
	size_t border;			/* fields on top that our own servers
					 * wrote: what is read begins below */
	int64_t arrival;		/* 0: not known                     */
	bool has_client;
	struct assay_addr client;
	struct span helo, rdns;		/* absent: not known                */
	struct span tls;		/* "TLSv1.3 TLS_AES_256_GCM_SHA384" */
	struct span mail_args;		/* behind MAIL FROM: "SIZE=100 ..." */
	bool has_mail_from;
	struct span mail_from;		/* without <>; empty: null path     */
	enum assay_result spf, dkim, dmarc;
	const struct span *rcpt;	/* envelope: local@domain           */
	size_t n_rcpt;
	/* The d= of signatures that verified, if they were verified: others
	 * are then told as claims ("bank.example?"). */
	bool verified;
	const struct span *signer;
	size_t n_signer;
	const struct suffixes *suffixes; /* NULL: by rule of thumb          */
	const struct content *content;	/* NULL: a quick look at the body   */
};

/* How far two sketches are from each other: 0 the same, 1000 nothing in
 * common. */
unsigned traits_sketch_distance(const uint8_t a[TRAIT_SKETCH],
    const uint8_t b[TRAIT_SKETCH]);

/* False: no memory, and nothing else; the traits are then incomplete. */
bool traits_read(struct traits *out, const struct traits_in *in,
    const uint8_t key[16], struct arena *a);

#endif

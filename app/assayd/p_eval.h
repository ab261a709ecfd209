/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_eval.h - the inside of the role eval, shared by its files: p_eval.c
 * (slots, questions), finish.c (what becomes of the message), eval_letter.c
 * (report mail that came by LMTP).
 */
#ifndef ASSAYD_P_EVAL_H
#define ASSAYD_P_EVAL_H

#include "answers.h"
#include "budgets.h"
#include "daemon_conf.h"
#include "eval_house.h"
#include "habits.h"
#include "job.h"
#include "recall.h"
#include "role.h"

enum {
	PIECE = 64 << 10,	/* octets of a large message at once         */
	SLOTS = 64,		/* messages judged at the same time: those
				 * that wait cost memory, not time          */
	MAX_RCPT = 1000,	/* RFC 5321 4.5.3.1.8 wants 100; Postfix's
				 * smtpd_recipient_limit is 1000            */
	EDITS_ROOM = 96 << 10,	/* of all changes of a header               */
	TEXT_ROOM = 64 << 10,	/* of our own field                         */
	WORDS_ROOM = 1024,	/* of reasons by name                       */
	CUTS_ROOM = 48 << 10,	/* of LIMIT_STRIP texts and places           */
	SIGN_MS = 5000		/* a signature takes a millisecond; mail does
				 * not wait longer for one                  */
};

/* What was decided; the same twice unless policies differ. */
struct ending {
	const struct assay_verdict *v;		/* the mildest               */
	const struct assay_verdict *would;	/* the strictest             */
	size_t policy;				/* that gave v               */
	enum assay_disposition at_most;	/* .. were nothing only observed     */
};

/* Fields to sign beyond the usual, of one signer. */
enum { SIGN_FIELDS = 64, SIGN_FIELDS_ROOM = 2048 };
struct sign_fields {
	struct assay_span field[SIGN_FIELDS];
	size_t n;
	uint8_t room[SIGN_FIELDS_ROOM];
};

/* A signature that is being made. */
struct signing {
	struct assay_draft *draft;
	uint16_t key;			/* in daemon_conf                    */
	bool waits;
	bool dns;			/* ... to hear of the key's record   */
	bool again;			/* signer died: asked once more, so
					 * two answers may come              */
};

struct evals;

struct slot {
	bool used;
	struct evals *evals;
	struct assay_eval *ev;		/* kept for the next message         */
	struct answers_reader *answers;	/* ... and what it asks first        */
	struct assay_oracle warm;
	uint64_t id, record;		/* msgs.def                          */
	struct bus *from;		/* who wants the verdict             */
	enum job_kind kind;
	bool own;
	bool lf;			/* LF line ends: ev is made for it   */
	uint16_t listener;
	uint64_t policies;		/* of the recipients, a bit each     */
	struct ending end;
	struct signing signing[DAEMON_SIGN_KEYS];
	size_t n_signing;
	const struct daemon_signer *signer;
	bool sealing;
	struct assay_addr client;
	struct span user;		/* absent: nobody                    */
	uint8_t user_room[320];		/* RFC 5321 4.5.3.1: 64 + 1 + 255    */
	struct span queue_id, client_text;
	uint8_t queue_room[64], client_room[64];
	uint8_t *kept;			/* of it, for failure reports that   */
	size_t kept_len;		/* ... show texts                    */
	uint8_t *whole;			/* all of it, for a policy that strips;
					 * or where it is to be had          */
	int whole_fd;
	const struct strip *strip;	/* what goes out of it, or NULL      */
	uint8_t *seen;			/* of it, for behaviour              */
	size_t seen_len;
	uint8_t news[HABITS_NEWS];	/* words that go with its sample     */
	size_t news_len;
	uint32_t bounce[3];		/* whom mail from nobody came to     */
	size_t n_bounce;
	struct image *image;		/* what was learned, or NULL         */
	uint64_t size;
	size_t open, asked;		/* questions with resolve; in all    */
	unsigned passes;
	bool late;			/* the time for questions was over   */
	int64_t began;			/* clock_micros()                    */
	struct timer deadline;
};

/* What was learned of who belongs to us, and how many messages are judged by
 * it. */
struct image {
	struct assay_learned *learned;
	unsigned users;
};

struct evals {
	struct role *role;
	const struct daemon_conf *daemon;
	struct assay_keep *keep;
	struct answers_reader *answers;	/* NULL: there is no segment         */
	struct assay_oracle suffix;
	bool has_suffix;
	struct arena lists;
	const struct suffixes *suffixes; /* the same list, for traits        */
	struct bus *front, *web, *resolve, *signer;
	struct arena scratch;		/* items of one answer               */
	uint8_t *ask_room;
	uint8_t *piece;			/* of a large message                */
	uint8_t item_room[1040];	/* one question: DNAME_TEXT_MAX + 3  */
	uint8_t *edits_room, *text_room, *cuts_room;
	struct sign_fields *fields;	/* of each signer, then of the seal  */
	uint8_t words[WORDS_ROOM];
	struct spool *spool;		/* NULL: records are lost            */
	struct habits_reader *habits;	/* NULL: behaviour is off            */
	struct recall *recall;		/* NULL: nothing is remembered of
					 * domains                           */
	struct accounts *accounts;	/* NULL: own accounts are not known  */
	struct pledges *pledges;	/* NULL: as far as they are noted    */
	struct nets *nets;		/* NULL: nobody knows whose they are */
	struct partners *partners;	/* NULL: nor whom they write with    */
	struct image image[2];
	unsigned image_now;		/* the one that the next has         */
	uint64_t generation;		/* of it                             */
	int64_t image_at;		/* loop_ms(): until then it stays    */
	struct assay_options options;	/* of all messages                   */
	struct assay_ours *ours;	/* NULL: each makes its own          */
	int64_t began;			/* the first day of the installation */
	struct budgets *budgets;	/* NULL: mandates count as spent     */
	struct failures *failures;	/* NULL: nobody is told of them      */
	uint8_t *record_room;
	struct sign_key *sign_key;	/* of each key (sign_keys.h)         */
	struct timer key_round;
	uint64_t key_asked;
	bool signer_died;
	struct slot slot[SLOTS];
};

/* finish.c: the fields that have to go, into a list of edits. */
void put_removals(struct slot *s, struct buf *list);

/* eval_letter.c: where it came from; room for that is e->piece. */
void letter_arrival(struct evals *e, const struct msg_job *job, int fd,
    struct assay_session *session);
/* Who wrote it is told to front. */
void letter_author(struct slot *s);

/* eval_log.c */
void slot_log(struct slot *s, const struct ending *end);

/* eval_record.c: into the spool, if there is one. */
bool records_begin(struct evals *e);
void slot_record(struct slot *s, const struct ending *end);

/* eval_failure.c: reports about what failed, as items behind the record. */
bool failures_begin(struct evals *e);
void failures_keep(struct slot *s, struct span piece);
void put_failures(struct slot *s, const struct ending *end,
    struct buf *out);

/* eval_names.c */
void names_begin(struct evals *e);

/* eval_behave.c */
void behave_begin(struct evals *e);
void behave_keep(struct slot *s, struct span piece);
/* All checks but the last are done. */
enum assay_status slot_behave(struct slot *s);
/* As an item behind the record. */
void put_sample(struct slot *s, const struct ending *end, struct buf *out);
void put_recall(struct slot *s, const struct ending *end, struct buf *out);

/* eval_strip.c: the message of a slot, as it comes and when it is done. */
void strip_hold(struct slot *s, struct span message, int fd);
void strip_forget(struct slot *s);
enum assay_status slot_strip(struct slot *s);
bool strip_put(const struct slot *s, struct buf *out);

/* eval_own.c */
void own_begin(struct evals *e);
/* Is this mail of ours looked at at all? */
bool own_is_judged(const struct slot *s);
const uint8_t *own_key(const struct evals *e);
/* Whose network its client is in, for the reading; of lasts as long as it. */
struct net_of;
void own_network(const struct slot *s, struct net_of *of,
    struct assay_reading *what);
enum assay_status own_answer(struct slot *s, const struct assay_question *q);
void own_note_bounce(struct slot *s, const struct assay_session *session);
/* As items behind the record. */
void put_own(struct slot *s, const struct ending *end, struct buf *out);
void put_bounce(struct slot *s, struct buf *out);
void own_verdict(struct slot *s, struct msg_verdict *m);

/* eval_bonds.c */
void bonds_begin(struct evals *e);
/* While a message is there. */
void bonds_use(struct slot *s);
void bonds_leave(struct slot *s);
/* As an item behind the record. */
void put_bonds(struct slot *s, const struct ending *end, struct buf *out);

/* compare.c */
void slot_compare(struct slot *s, const struct ending *end);

void own_log(struct slot *s, size_t signatures);

bool finish_rooms(struct evals *e);
bool sign_rooms(struct evals *e);
/* finish.c: all checks are done. */
void slot_finish(struct slot *s);

/* eval_sign.c: mail of our own is not checked, but signed. */
void slot_own(struct slot *s);
/* Makes an ARC set of what was decided; false: none is wanted. */
bool slot_seal(struct slot *s);
void slot_signature(struct slot *s, const struct msg_signature *m);
/* Before any data: the forms of the body that will be needed. */
enum assay_status slot_will_sign(struct slot *s);
/* The fields that were made, into a list of edits; how many signatures. */
size_t put_signatures(struct slot *s, struct buf *list, struct buf *room);
/* The signer takes too long: without. */
void slot_unsigned(struct slot *s, const char *why);
/* The signer died and is there again. */
void slot_sign_again(struct slot *s);
/* More is known of the DNS record of a key. */
void slot_key_known(struct slot *s, uint16_t key);

/* finish.c: what was decided, and is signed, is told. */
void slot_answer(struct slot *s);
void insert_field(struct buf *list, struct span name, struct span body,
    struct buf *room);

/* Answers whoever asked and frees the slot. */
void slot_verdict(struct slot *s, const struct msg_verdict *v, int fd);

#endif

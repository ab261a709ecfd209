/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_front.h - the inside of the role front, shared by its files: p_front.c
 * (listening, start, drain), front_conn.c (one connection of a mail server),
 * front_job.c (one message on its way to a verdict), front_poison.c (that
 * does not go there again), front_answer.c (what the mail server is told),
 * front_letter.c (report mail is kept first), front_lmtp.c (report mail that
 * is brought by LMTP) and front_lmtp_mail.c (how it is kept).
 */
#ifndef ASSAYD_P_FRONT_H
#define ASSAYD_P_FRONT_H

#include "backlog.h"
#include "cut.h"
#include "job.h"
#include "role.h"
#include "sheet.h"
#include "stats.h"
#include "wire/lmtp.h"
#include "wire/milter_session.h"

enum {
	FRONT_READ = 128 << 10,	/* octets of one read(): a whole mail, most
				 * often, or two chunks of a body            */
	FRONT_OUT = 192 << 10,	/* what one read or one verdict may make us
				 * say: the edits of eval are below 96 KiB   */
	FRONT_BACKLOG = 1 << 20,	/* octets that wait for a mail server
					 * that does not read                */
	FRONT_SLATES = 1 << 30,	/* octets of all large messages together     */
	FRONT_BLANK = 4,	/* slates that are kept, and the octets of
				 * the largest of these                      */
	FRONT_BLANK_OCTETS = 2 << 20,
	FRONT_RCPTS = 88 << 10,	/* octets of recipients in one JOB           */
	FRONT_HEAP = 4 << 20,	/* octets of free memory kept, as of some 40
				 * messages                                  */
	FRONT_EVALS = 64,
	FRONT_LOAD = 56,	/* jobs of ours in one eval, which has some
				 * room more for web                         */
	FRONT_HAND = 4,		/* jobs, and octets of them, that an eval
				 * has at hand before another is woken: they
				 * take it less than the waking takes        */
	FRONT_HAND_OCTETS = 64 << 10,
	FRONT_IDS = 1024,	/* buckets of jobs by id                     */
	FRONT_POISONS = 32,
	FRONT_PATH = 2048,	/* octets of a path told to eval: no honest
				 * one has more than 256                     */
	PROGRESS_MS = 5000,	/* Sendmail waits 10 s for a word            */
	FRAME_MS = 300000,	/* for the rest of a packet                  */
	ENDING_IDLE_MS = 1000,	/* a quiet connection when we shall end      */
	LETTER_MS = 30000,	/* a disk that takes longer is as good as
				 * none: the mail server has time           */
	AGAIN_MS = 20,		/* until a full eval is asked again          */
	ANNOUNCE = 32,		/* ids that are said to store at once ...    */
	ANNOUNCE_MS = 20,	/* ... or those there are, after so long:
				 * store looks every 50 ms                   */
	FRONT_FILES_MORE = 512	/* descriptors: two a connection, and these  */
};

struct front;
struct conn;

struct eval_peer {
	struct bus *bus;
	unsigned index;
	bool up, full;
	bool alone;		/* has a job that killed another             */
	unsigned load;		/* jobs, and their octets                    */
	uint64_t octets;
};

/* A large message lies here.  What an eval has been given it can read ever
 * after, so that the slate is written again only for the same one; where it
 * has to go to another, which happens when one is full or dies, that is the
 * end of the slate. */
struct slate {
	struct slate *next;		/* of the blank ones                 */
	struct sheet sheet;
	const struct eval_peer *seen;	/* NULL: by nobody                   */
	bool spent;			/* or by others as well              */
};

/* A message that is whole.  Outlives its connection, if that goes, until
 * eval has answered or died. */
struct job {
	struct job *next_id;		/* of the same bucket                */
	struct job *next;		/* in a queue                        */
	struct front *front;
	struct conn *conn;		/* NULL: nobody waits any more       */
	struct eval_peer *eval;		/* NULL: in a queue                  */
	uint64_t id, octets;
	uint64_t record;		/* its id when it was first tried    */
	bool own, opened;
	bool suspect;			/* an eval died with it              */
	int64_t since, began;		/* loop_ms(), clock_micros()         */
};

struct queue {
	struct job *first, **last;
	unsigned n;
};

/* A report that store is writing; id 0: none. */
struct letter_wait {
	uint64_t id;
	int64_t since;			/* loop_ms()                         */
	struct buf held;		/* what will be said; malloc()ed     */
};

/* A message that goes on without some of its files; id 0: store has it, or
 * none is. */
struct strip_wait {
	uint64_t id;
	int64_t since;			/* loop_ms()                         */
	struct buf said, hold, list;	/* malloc()ed                        */
	bool going;			/* the new body is being said        */
	struct cuts cuts;		/* ... of it what is left            */
	struct span piece;
};

struct conn {
	struct front *front;
	struct conn *next, **prev;
	struct watch watch;
	struct timer timer;
	uint16_t listener;
	bool tcp;
	struct milter_session session;
	struct buf part;		/* of a packet; malloc()ed           */
	int64_t part_since, heard;	/* loop_ms()                         */
	struct backlog out;
	bool leaving;			/* close when out is gone            */
	struct slate *slate;		/* a large message; NULL: none       */
	struct job *job;
	struct letter_wait letter;
	struct strip_wait strip;
};

struct ear {
	struct front *front;
	struct watch watch;
	uint16_t listener;
	bool tcp, listening, is_lmtp;
	struct milter_terms terms;
	struct lmtp_terms lmtp;
};

/* Report mail of LMTP that is whole: judged, then kept.  Outlives its
 * connection while an eval has it. */
struct lmtp_mail {
	struct lmtp_mail *next, **prev;
	struct front *front;
	struct lmtp_conn *conn;		/* NULL: nobody waits any more       */
	struct eval_peer *eval;		/* NULL: waits for one, or is judged */
	uint64_t id, octets;
	unsigned deaths;		/* of evals that had it              */
	bool judged;			/* store has it                      */
	int64_t since;			/* loop_ms()                         */
};

struct lmtp_conn {
	struct front *front;
	struct lmtp_conn *next, **prev;
	struct watch watch;
	struct timer timer;
	uint16_t listener;
	bool leaving;			/* close when out is gone            */
	struct lmtp_session session;
	int64_t heard;			/* loop_ms()                         */
	struct buf rest;		/* read, and not looked at yet       */
	struct backlog out;
	struct buf text;		/* the mail, while it is small, ...  */
	struct slate *slate;		/* ... or all of it                  */
	bool failed;			/* no room for it                    */
	struct lmtp_mail *mail;
};

/* Who was told to come again, and when; key 0: nobody. */
enum { FRONT_ONCE_SETS = 1024, FRONT_ONCE_WAYS = 8 };
struct once { uint64_t key; int64_t at; };

/* What a message was made of that ended two evals. */
struct poison { uint64_t hash[2]; };

struct front {
	struct role *role;
	struct ear *ear;
	size_t n_ear;
	bool deaf;			/* no more connections for now       */
	struct timer hear;		/* ... until then                    */
	struct conn *conns;
	struct lmtp_conn *lmtps;
	struct lmtp_mail *lmtp_mails;
	unsigned n_conns;
	struct eval_peer eval[FRONT_EVALS];
	size_t n_eval;
	struct bus *signer, *store;
	uint64_t next_id, announced;	/* below which store knows them      */
	struct timer announce;
	struct job *by_id[FRONT_IDS];
	struct queue waiting, suspects;
	unsigned in_flight;
	struct timer again;
	struct poison poison[FRONT_POISONS];
	uint64_t seed[2];
	size_t n_poison;		/* ever                              */
	struct once once[FRONT_ONCE_SETS][FRONT_ONCE_WAYS];
	uint64_t slated;		/* octets in large messages          */
	struct slate *blank;		/* for the next ones                 */
	unsigned n_blank;
	struct arena scratch;
	uint8_t *in, *said, *rcpts;	/* FRONT_READ, _OUT, _RCPTS          */
};

/* p_front.c: a connection has gone; may be the last. */
void front_left(struct front *f);

/* front_conn.c */
void conn_open(struct ear *ear, int fd);
void conn_close(struct conn *c);
/* Sends; false: the connection is gone. */
bool conn_say(struct conn *c, struct span bytes);
/* The verdict was told: forgets the message. */
void conn_answered(struct conn *c);
/* When there is something to look at next. */
void conn_arm(struct conn *c);

/* front_job.c: the id of n in all roles. */
uint64_t front_id(uint64_t n);
/* The message of c is whole; false: the connection is gone. */
bool job_begin(struct conn *c);
/* The mail server does not want it any more. */
void job_drop(struct conn *c);
/* It took too long. */
void job_late(struct conn *c);
void jobs_message(void *ctx, struct bus *bus, struct msg *m);
void jobs_peer(struct front *f, unsigned eval, bool up);
/* Signer is there again and knows nothing of what is in work. */
void jobs_signer_again(struct front *f);
/* Store is to know now of all that was opened. */
void jobs_announce(struct front *f);
void jobs_init(struct front *f);
/* A list of bus.h in f->rcpts. */
struct span job_recipients(struct front *f, const struct milter_session *s);

/* front_letter.c: is it a report, to be kept before said goes out? */
bool letter_wanted(const struct conn *c, const struct msg_verdict *v);
/* id: of its job.  False: the connection is gone. */
bool letter_begin(struct conn *c, uint64_t id, const struct msg_verdict *v,
    struct span said);
void letter_drop(struct conn *c);
void letter_kept(struct front *f, const struct msg_kept *m);
bool letter_is_late(const struct conn *c, int64_t now);
void letter_late(struct conn *c);
/* Store died. */
void letters_lost(struct front *f);

/* front_strip.c: said before the new body, or instead of all.  False: the
 * connection is gone. */
bool strip_begin(struct conn *c, uint64_t id, const struct msg_verdict *v,
    struct span said, struct span instead);
bool strip_go_on(struct conn *c);
void strip_drop(struct conn *c);
/* Why a message is held that was to be stripped, for the operator. */
struct span strip_held(void);
/* False: it is of no message that is stripped. */
bool strip_kept(struct front *f, const struct msg_kept *m);
bool strip_is_late(const struct conn *c, int64_t now);
void strip_late(struct conn *c);
/* Store died. */
void strips_lost(struct front *f);

/* front_lmtp.c */
void lmtp_open(struct ear *ear, int fd);
void lmtp_arm(struct lmtp_conn *c);
/* What became of its mail, in words for the client, who then goes on. */
void lmtp_answer(struct lmtp_conn *c, struct span words);

/* front_lmtp_mail.c: the mail of c is whole. */
void lmtp_mail_begin(struct lmtp_conn *c);
/* Tries again, or gives up, as the time is. */
void lmtp_mail_time(struct lmtp_conn *c, int64_t now);
int64_t lmtp_mail_due(const struct lmtp_conn *c, int64_t now);
/* The client has gone. */
void lmtp_mail_drop(struct lmtp_conn *c);
void lmtp_verdict(struct front *f, struct eval_peer *e,
    const struct msg_verdict *v);
void lmtp_kept(struct front *f, const struct msg_kept *m);
void lmtp_eval_died(struct front *f, unsigned eval);
void lmtp_store_died(struct front *f);

/* front_slate.c; NULL, false: no memory. */
struct slate *slate_take(struct front *f);
bool slate_put(struct front *f, struct slate *p, struct span bytes);
void slate_give(struct front *f, struct slate *p);
/* The descriptor for e, which may then read all that stands there. */
int slate_show(struct slate *p, const struct eval_peer *e);

/* front_once.c: the mail server of the sender has to come again with the
 * message of c. */
bool once_defers(const struct conn *c);

/* front_poison.c: the message of c has ended two evals; has it? */
void poison_add(const struct conn *c);
bool poison_is(const struct conn *c);

/* front_answer.c; false: the connection is gone. */
bool answer_verdict(struct conn *c, const struct job *job,
    const struct msg_verdict *v);
void answer_count(struct conn *c, enum assay_disposition d);
/* No verdict could be had: as when-broken says. */
bool answer_broken(struct conn *c, const char *cause);
/* There was too much to do: as when-overloaded says. */
bool answer_overloaded(struct conn *c, const char *cause);
/* A recipient came under split defer; the answer goes into out. */
void answer_rcpt(struct conn *c, struct buf *out);
/* Whose mail is it: ours, or from outside? */
bool front_is_own(struct conn *c);

#endif

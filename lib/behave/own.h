/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own.h - is what an account of ours sends like that account?
 *
 * Mail that a person of ours submits is proven by the password, and a stolen
 * password proves as much.  What is left is how the account is used: from
 * which network, by which program, at which hour, in whose name, and to how
 * many people, who they are, and with what link.  The owner of the profile
 * is who logged in, whatever the From field says.
 *
 *	own_look(&view, profile, &fact, &news, &limits);	the answer
 *	own_judge(&score, &view, &fact);			pure
 *	...
 *	own_note(profile, &fact, &news, end, odd);	after the verdict
 *
 * A score rests on the view and the fact alone, so that a record of both
 * replays to the same.  A profile is one block without pointers, with no
 * words in it: hashes under the key of the installation, and counters.
 */
#ifndef BEHAVE_OWN_H
#define BEHAVE_OWN_H

#include "base/buf.h"
#include "behave/layout.h"

enum {
	OWN_RCPTS = 64,			/* of one message, remembered: who
					 * writes to more is told by that    */
	OWN_LINKS = 16,
	OWN_NETS = 12, OWN_PROGRAMS = 8, OWN_NAMES = 8,
	OWN_PROVIDERS = 8, OWN_COUNTRIES = 4,
	OWN_SLOTS = 12, OWN_SLOT_S = 300,	/* the last hour             */
	OWN_HOURS = 24,				/* the last day              */
	OWN_DAYS = 48,			/* days with mail: what is done once a
					 * month by somebody who writes on
					 * each working day is still there   */
	OWN_HABIT = 3,			/* days that make a habit            */
	OWN_DAYS_BACK = 62,		/* ... and no older than that        */
	OWN_ADDRESSES = 4,		/* that bounces come back to         */
	OWN_WORDS = 700,		/* octets of words about one message */
	OWN_FACT = 384,			/* octets of a fact, at most         */
	OWN_VIEW = 256			/* ... and of a view                 */
};

/* Levels from which on a message is not like its account: who it is by, and
 * what it does. */
enum { OWN_WHO_ODD = 40, OWN_WHAT_ODD = 60 };

/* One message.  A hash of 0: there is none. */
struct own_fact {
	uint64_t account;
	int64_t at;			/* seconds                           */
	uint32_t net;			/* of the client: /16, or /32 of IPv6 */
	uint32_t program, author, sender;
	uint32_t provider, country;	/* of the client, if a table says    */
	uint32_t n_rcpt, n_inside;	/* all of them; with us              */
	uint8_t n_met, n_link;
	uint32_t met[OWN_RCPTS], link[OWN_LINKS];
};

/* What of it nobody of ours has met before. */
struct own_news {
	uint32_t fresh;			/* people, of n_rcpt                 */
	uint32_t links;
};

struct own_seen {
	uint32_t value;			/* 0: free                           */
	uint16_t day, days;		/* the last, and how many            */
};
struct own_slot {
	uint32_t when;			/* seconds / OWN_SLOT_S              */
	uint16_t messages, people, fresh, inside, bounces;
	uint16_t let;			/* people whose mail we took         */
	uint16_t usual;			/* ... and learned                   */
};
struct own_hour {
	uint32_t when;			/* seconds / 3600                    */
	uint16_t people, let;
};
struct own_day {
	uint16_t day;
	uint16_t messages, people;
	uint16_t peak;			/* people within an hour             */
};

/* Asked for and not noted yet: what is on its way now. */
struct own_way {
	uint32_t messages, people, fresh, inside;
	uint32_t let;			/* people whose mail we may take     */
};

struct own_profile {
	uint64_t at;			/* how often it was written          */
	uint64_t account;		/* 0: free                           */
	uint64_t salt;			/* of whom it has met: gone with it  */
	uint64_t spool, number;		/* the entry that was noted last     */
	int64_t last;			/* seconds                           */
	uint32_t first_day, last_day, days;
	uint32_t messages, people, fresh;	/* that were learned         */
	uint16_t hour[24];
	struct own_seen net[OWN_NETS], program[OWN_PROGRAMS],
	    name[OWN_NAMES], provider[OWN_PROVIDERS],
	    country[OWN_COUNTRIES];
	uint32_t address[OWN_ADDRESSES];
	struct own_slot slot[OWN_SLOTS];
	struct own_hour hours[OWN_HOURS];
	struct own_day day[OWN_DAYS];
	/* what was told of it */
	uint32_t episode;		/* 0: none yet                       */
	int64_t episode_last;
	uint64_t sum;			/* of all before                     */
};

struct own_limits {
	uint32_t hour, day;		/* people that anybody may write to  */
	uint32_t most_hour, most_day;	/* ... and nobody more than that     */
	bool observe;			/* it is told, nothing is done       */
};

/* X(member): all that a score rests on, in the order of the wire. */
#define OWN_VIEW_MEMBERS \
	X(observe) X(messages) X(days) X(age) X(net_days) X(nets) \
	X(program_days) X(programs) X(name_days) X(names) \
	X(at_hour) X(hours) X(tried) X(tried_soon) X(sent) X(fresh) X(inside) \
	X(bounces) X(let_hour) X(let_day) X(usual_day) X(usual_hour) \
	X(best_day) X(best_hour) X(fresh_share) X(new_people) X(new_links) \
	X(limit_hour) X(limit_day) X(most_hour) X(most_day) X(episode) \
	X(provider_days) X(providers) X(country_days) X(countries)

struct own_view {
#define X(member) uint32_t member;
	OWN_VIEW_MEMBERS
#undef X
};

/* X(ID, member): what speaks, with its level, 1..100; 0: it does not. */
#define OWN_SIGNS(X) \
	X(NETWORK) X(PROGRAM) X(HOUR) X(AUTHOR) X(COUNTRY) \
	X(FAN_OUT) X(NEW_PEOPLE) X(NEW_LINK) X(LATERAL) X(BOUNCES)

enum own_sign {
#define X(id) OWN_S_##id,
	OWN_SIGNS(X)
#undef X
	OWN_N_SIGN
};

/* These say that it is somebody else; the others, what he does. */
static inline bool
own_sign_is_who(unsigned sign)
{
	return sign <= OWN_S_COUNTRY;
}

struct own_score {
	bool known;			/* enough to say who it is not       */
	uint8_t sign[OWN_N_SIGN];
	unsigned who, what;		/* 0..100                            */
	bool over;			/* more than may go out now          */
	uint32_t allowed_hour, allowed_day;
	bool odd;			/* unlike its account                */
	bool alert;			/* odd, or over: somebody is told    */
};

enum own_end { OWN_SENT, OWN_KEPT, OWN_REFUSED };

void own_look(struct own_view *out, const struct own_profile *p,
    const struct own_fact *f, const struct own_news *news,
    const struct own_limits *limits);
/* What is on its way counts as if it had been sent. */
void own_look_way(struct own_view *v, const struct own_way *way);
void own_judge(struct own_score *out, const struct own_view *v,
    const struct own_fact *f);

/* A message was answered.  What is odd is counted and not learned: what an
 * intruder does never becomes usual. */
void own_note(struct own_profile *p, const struct own_fact *f,
    const struct own_news *news, enum own_end end, bool odd);
/* Nobody will say what became of it: taken, and not learned. */
void own_note_way(struct own_profile *p, const struct own_way *way,
    int64_t at);
/* Mail came back to it. */
void own_bounce(struct own_profile *p, int64_t at);

/* "to 212 people in 10 minutes, usually 6 a day; ..." */
void own_words(struct buf *out, const struct own_view *v,
    const struct own_score *s, const struct own_fact *f);

struct layout own_fact_layout(struct span in);
struct layout own_view_layout(struct span in);
void own_fact_put(struct buf *out, const struct own_fact *f);
bool own_fact_get(struct own_fact *out, struct span in);
void own_view_put(struct buf *out, const struct own_view *v);
bool own_view_get(struct own_view *out, struct span in);

#endif

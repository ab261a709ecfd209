/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behave.h - is this message like its sender?
 *
 *	sample_of(&s, &traits, key);
 *	behave_view(&b, &s, &view);		the PROFILE answer
 *	behave_score(&score, b.judge, &view, &s);	pure
 *	...
 *	behave_learn(&b, &s, &score);		after the verdict
 *
 * A score rests on the view and on the judge (curves and windows) alone, so
 * that a record of both replays to the same.  Everything lies in one block
 * without pointers: a file.
 */
#ifndef BEHAVE_BEHAVE_H
#define BEHAVE_BEHAVE_H

#include "behave/alarm.h"
#include "behave/contact.h"
#include "behave/pending.h"
#include "behave/season.h"
#include "behave/trainer.h"
#include "behave/tune.h"
#include "behave/words.h"

enum {
	MAIL_CLASSES = 4,
	W_MIXTURE = N_HYPOTHESIS,	/* the window of all four together   */
	W_FOREST,			/* ... as the forests see it         */
	N_WINDOW
};

/* As many an odd message may stand for that is known to be genuine: most
 * that are, nobody answers or names. */
enum { LABEL_COUNTS = 3 };

/* How much of the suspicion is "other machines". */
#define BEHAVE_MACHINES 0.30f

#define UNSCORED (-1e6f)

/* What turns a view into a score. */
struct judge {
	struct shapes shapes;
	struct forest forest[N_FOREST];	/* none yet: curves alone decide     */
	struct window window[N_WINDOW][MAIL_CLASSES][SIZES];
	/* of all sizes together, and of all mail, while less is known */
	struct window pooled[N_WINDOW][MAIL_CLASSES];
	struct window all[N_WINDOW];
	struct tune tune;
	struct contact contact;
	struct burst burst;		/* who taught today                  */
};

struct score {
	bool known;			/* there is a profile, and a p       */
	float messages;			/* in it, faded                      */
	unsigned size;
	float x[N_FEATURE];		/* bits                              */
	float s[N_WINDOW];		/* nats; UNSCORED: by nothing        */
	float ph[N_WINDOW];		/* p of each                         */
	float p, e;			/* of the message; e-value           */
	float untuned;			/* p as the windows have it; 0: they
					 * do not decide yet                 */
	enum hypothesis h;		/* the likeliest of the four         */
	struct contact_score contact;	/* of whom hardly anything is known  */
};

/* What decides, in nats: the forests', or before they grow the curves'. */
static inline float
score_nats(const struct score *s)
{
	return s->s[W_FOREST] > UNSCORED ? s->s[W_FOREST] : s->s[W_MIXTURE];
}

struct behave_head {
	uint64_t magic, octets;
	uint64_t seed;
	uint8_t key[16];
	/* how far a run has come, for who reads mail into it */
	uint64_t run, lines, written;
};

struct behave {
	struct behave_head *head;
	struct judge *judge;
	struct trainer *trainer;
	struct season *season;
	struct pending *pending;
	struct alarm *alarm;
	struct house *house;
	struct words *words;
	struct memory memory;
	struct graph graph;
};

/* Above this many nats for somebody else (e^2 is 7 to 1), a message waits
 * before it is believed (pending.h).  Not p: a wave of attacks moves p. */
#define BEHAVE_BELIEVED 2.0f

size_t behave_size(const struct geometry *g);
/* A block of zeros becomes an empty state; g is NULL for an old one. */
bool behave_open(struct behave *b, uint64_t *block, size_t octets,
    const struct geometry *g);

/* What scoring s needs to be told: sets the rows of s that need memory. */
void behave_view(const struct behave *b, struct sample *s, struct view *v);

/* What the message before in a series (pending.h), or NULL, makes usual. */
void behave_series(struct view *v, const struct sample *s,
    const struct sample *before);

void behave_score(struct score *out, const struct judge *j,
    const struct view *v, const struct sample *s);
/* Whose record a message has, and whether it was delivered. */
struct origin {
	uint64_t spool, number;		/* 0: there is none                  */
	bool held;
	bool silent;			/* an answer in it proves nothing    */
};

void behave_learn(struct behave *b, const struct sample *s,
    const struct score *score);
/* In parts, for a state at which others look meanwhile: behave_grow(), if the
 * first says so, may take milliseconds and changes nothing that they see; if
 * it says so, behave_grown() puts what has grown where it decides. */
bool behave_grow(struct behave *b);
void behave_grown(struct behave *b);
bool behave_learn_of(struct behave *b, const struct sample *s,
    const struct score *score, const struct origin *from);

/* What waited counts as usual once, or once less. */
void behave_count(struct judge *j, const struct pending_one *o);
void behave_uncount(struct judge *j, const struct pending_one *o);

/* What news (words.h) it brought, if it taught. */
void behave_hear(struct behave *b, const struct sample *s,
    const struct score *score, struct span news);

/* So many alerts a day, in all. */
void behave_alerts(struct behave *b, float a_day);
/* The alert that a score makes, by its own share of them. */
struct alarm_said behave_alarm(struct behave *b, const struct sample *s,
    const struct score *score);

/* Such a message waits before it teaches. */
bool behave_waits(const struct score *score);

/* The curves that come with the program (start_weights.def), for a state
 * that has learned none. */
void behave_start(struct behave *b);
/* The i-th number of them as it was learned here; false: there are fewer. */
bool behave_curve(const struct behave *b, size_t i, int *out);

/* N_HYPOTHESIS: of a first contact, "new". */
struct span hypothesis_name(unsigned h);	/* "H2"         */
struct span hypothesis_words(unsigned h);	/* for people   */

#endif

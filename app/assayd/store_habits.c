/* SPDX-License-Identifier: Apache-2.0 */
#include "store_habits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "habits_erase.h"
#include "habits_keep.h"
#include "state_dir.h"
#include "store_opinions.h"

enum {
	OPEN_MS = 500,			/* until it is tried again           */
	BUSY_TELL = 10,			/* tries until it is told            */
	SHOW_MS = 1000
};

struct desk {
	struct role *role;
	struct habits_conf conf;
	struct habits *habits;		/* NULL: not open                    */
	int64_t open_at, show_at;	/* loop_ms()                         */
	bool ended, told;
	unsigned busy;			/* times that somebody had the lock  */
	bool waits;			/* words were taken in, no room yet  */
	struct habits_word word;
	struct opinions opinions;
};

struct desk *
desk_new(struct role *role, int state)
{
	const struct daemon_behaviour *b = &role->daemon.behaviour;
	struct desk *d = calloc(1, sizeof(*d));

	if (d == NULL || !opinions_begin(&d->opinions, state)) {
		free(d);
		return NULL;
	}
	d->role = role;
	d->conf = (struct habits_conf){ .fd = role_fd(role, "habits", 0),
		.dir = state_dir_below(state, "behaviour", 0700),
		.alerts = (float)b->alerts, .observe = b->observe_s };
	desk_work(d);
	/* it is opened again as another user, when who has it now lets go */
	if (!state_dir_give(d->conf.dir))
		log_say2(&role->log, "behaviour-not-given", strerror(errno),
		    "then", SPAN("nothing is learned after a reload"));
	return d;
}

/* ---- the log ------------------------------------------------------------- */

static void
tell(struct desk *d, const char *event, const char *why)
{
	if (!d->told)
		log_say2(&d->role->log, event, why, "then",
		    SPAN("nothing is learned until that is over"));
	d->told = true;
}

static void
tell_open(struct desk *d)
{
	struct habits_state s = habits_state(d->habits);
	struct log_line line;

	d->told = false;
	log_begin(&line, &d->role->log, "behaviour");
	log_str(&line, "state", s.started ? "begun with an archive" :
	    s.fresh && s.replayed == 0 ? "empty" : "restored");
	if (s.bad_snapshot)
		log_str(&line, "snapshot", "damaged, or of another version: "
		    "not believed; what senders do is learned anew, or "
		    "from an archive by assay learn --for-assayd");
	if (s.bad_start)
		log_str(&line, "start", "damaged, of another version or key, "
		    "or larger than behaviour-size: not taken; say assay "
		    "learn --for-assayd again");
	log_u64(&line, "senders", s.senders);
	log_u64(&line, "learned-again", s.replayed);
	if (s.discarded > 0)
		log_u64(&line, "discarded", s.discarded);
	if (loop_time(d->role->loop) < s.observe)
		log_u64(&line, "observing-until", (uint64_t)s.observe);
	log_end(&line);
}

static void
tell_alert(struct desk *d, uint64_t spool, uint64_t number,
    const struct habits_told *t)
{
	struct log_line line;
	char entry[48], p[32];

	snprintf(entry, sizeof(entry), "%016llx.%llu",
	    (unsigned long long)spool, (unsigned long long)number);
	snprintf(p, sizeof(p), "%.2g", (double)t->p);
	log_begin(&line, &d->role->log, "behaviour-alert");
	log_u64(&line, "episode", t->episode);
	log_str(&line, "p", p);
	log_span(&line, "h", hypothesis_name(t->h));
	log_str(&line, "entry", entry);
	log_end(&line);
}

static void
tell_word(struct desk *d, const struct habits_word *w, enum label_end end)
{
	struct log_line line;
	char entry[48];

	snprintf(entry, sizeof(entry), "%016llx.%llu",
	    (unsigned long long)w->spool, (unsigned long long)w->number);
	log_begin(&line, &d->role->log, "behaviour-label");
	log_str(&line, "label", w->bad ? "bad" : "good");
	log_str(&line, "entry", entry);
	log_span(&line, "became", label_end_words(end));
	log_end(&line);
}

/* ---- work ---------------------------------------------------------------- */

void
desk_take(struct desk *d, uint64_t spool, uint64_t number,
    struct span items)
{
	struct stats *st = &d->role->stats;
	struct span one;

	while (bus_list_next(&items, &one)) {
		struct habits_told t;

		if (span_at(one, 0) != HABITS_ITEM)
			continue;
		if (d->habits == NULL) {
			stats_count(st, STAT_BEHAVIOUR_UNLEARNED);
			continue;
		}
		t = habits_take(d->habits, spool, number, span_skip(one, 1));
		if (t.learned)
			stats_count(st, STAT_BEHAVIOUR_LEARNED);
		if (!t.alert)
			continue;
		stats_count(st, STAT_BEHAVIOUR_ALERTS);
		tell_alert(d, spool, number, &t);
	}
}

void
desk_flush(struct desk *d)
{
	/* of the real time: it is for the disk, not for days */
	if (d->habits == NULL)
		return;
	if (!habits_flush(d->habits, clock_micros() / 1000))
		tell(d, "behaviour-stuck", strerror(errno));
	else
		d->told = false;
}

/* What assay erase asked for. */
static void
erase(struct desk *d)
{
	struct erased e;
	struct log_line line;
	int done = habits_erase(d->habits, loop_time(d->role->loop), &e);

	if (done < 0)
		tell(d, errno == EBADMSG ? "behaviour-erase-refused" :
		    "behaviour-stuck", strerror(errno));
	if (done <= 0)
		return;
	log_begin(&line, &d->role->log, "behaviour-erased");
	log_str(&line, "known", e.known ? "yes" : "no");
	log_u64(&line, "values", e.values);
	log_u64(&line, "named", e.named);
	log_u64(&line, "messages", e.messages);
	log_end(&line);
}

/* What people said since. */
static void
hear(struct desk *d)
{
	enum label_end end;

	if (!d->waits && !opinions_look(&d->opinions))
		return;
	while (d->waits || opinions_next(&d->opinions, &d->word)) {
		d->waits = !habits_hear(d->habits, &d->word, &end);
		if (d->waits)		/* until the next flush */
			return;
		/* so that it is not told again after a kill */
		desk_flush(d);
		stats_count(&d->role->stats, d->word.bad ?
		    STAT_BEHAVIOUR_BAD : STAT_BEHAVIOUR_GOOD);
		tell_word(d, &d->word, end);
	}
}

/* Where nothing was learned before, no word can matter. */
static void
begin_opinions(struct desk *d)
{
	d->opinions.at = habits_heard(d->habits);
	if (d->opinions.at == 0 && habits_state(d->habits).fresh &&
	    habits_state(d->habits).replayed == 0)
		opinions_skip_all(&d->opinions);
}

static void
try_open(struct desk *d)
{
	int64_t now = loop_ms(d->role->loop);

	if (d->ended || now < d->open_at)
		return;
	d->open_at = now + OPEN_MS;
	d->habits = habits_open(&d->conf, loop_time(d->role->loop));
	if (d->habits != NULL) {
		begin_opinions(d);
		tell_open(d);
		erase(d);
	} else if (errno != EWOULDBLOCK) {
		tell(d, "behaviour-off", errno == ENOSPC ? "behaviour-size "
		    "is less than what is kept needs" : strerror(errno));
	} else if (++d->busy == BUSY_TELL) {
		/* at a reload the one before us is, for a moment */
		tell(d, "behaviour-waits", "another process has the "
		    "directory: assay learn --for-assayd?");
	}
}

void
desk_work(struct desk *d)
{
	struct stats *st = &d->role->stats;
	int64_t now = loop_ms(d->role->loop);
	int64_t time = loop_time(d->role->loop);
	struct habits_state s;

	if (d->habits == NULL)
		try_open(d);
	if (d->habits == NULL || now < d->show_at)
		return;
	d->show_at = now + SHOW_MS;
	erase(d);
	hear(d);
	s = habits_state(d->habits);
	stats_set(st, STAT_BEHAVIOUR_SENDERS, s.senders);
	stats_set(st, STAT_BEHAVIOUR_PENDING, s.waiting);
	stats_set(st, STAT_BEHAVIOUR_OBSERVE, s.observe <= time ? 0 :
	    (uint64_t)(s.observe - time + 86399) / 86400);
}

void
desk_end(struct desk *d, bool keep)
{
	d->ended = true;
	habits_close(d->habits, keep);
	d->habits = NULL;
}

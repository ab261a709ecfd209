/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_store.c - the only writer: takes records out of the spools and puts them
 * into the journal.
 *
 * A record counts only for a message that front has opened (OPENED), once; an
 * eval that was taken over cannot invent mail.  What was read is told to be
 * safe when the disk has said so.  When it does not, records stay in their
 * spool, which drops what no longer fits and counts that by day and policy
 * domain; here those counts become lines of the journal, too.
 *
 * Spools that an earlier life left behind are emptied and removed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "journal.h"
#include "open_ids.h"
#include "outbox.h"
#include "role.h"
#include "spool.h"
#include "state_dir.h"
#include "store_habits.h"
#include "store_letters.h"
#include "store_originals.h"
#include "store_own.h"
#include "store_shelf.h"

enum {
	RINGS = 64,
	LEFT = 64,			/* rings that an earlier life left   */
	SOON_MS = 50,			/* records of others come along      */
	QUIET = 40,			/* rounds without a word of front,
					 * after which it is asked rarely    */
	IDLE_MS = 250,			/* what front says meanwhile fits the
					 * socket, or waits in its bus       */
	DROPS_MS = 10000,		/* counts of drops are told so often */
	DROPS_ROOM = SPOOL_DROPS * 256,	/* all lines of one ring             */
	WAIT_MS = 2000,			/* a record may be here before front
					 * says that it opened the message   */
	GRACE_MS = 30000,		/* ... what it said to the one before
					 * us, or died with                  */
	RETRY_MS = 1000, RETRY_MOST_MS = 30000
};

static const char record_begins[] = "{\"format\":\"assay-record\",";

struct ring {
	struct spool_reader *reader;
	unsigned index;
	uint64_t torn;			/* as counted so far                 */
	uint64_t taken, written;	/* number of the last entry read, and
					 * of the last in the journal        */
	uint64_t waits;			/* number of the record that waits for
					 * front's word; 0: none             */
	int64_t since;
	bool left;			/* by an earlier life                */
	char name[40];			/* then: its file                    */
	int fd;
};

/* Which messages of an earlier life have their record. */
struct left_ids {
	char name[40];
	int fd;
};

struct keeper {
	struct role *role;
	struct bus *front, *web, *courier;
	unsigned quiet;			/* rounds in which it said nothing   */
	int64_t retry_at;		/* after trouble; loop_ms()          */
	struct journal *journal;
	struct letters *letters;
	struct keeping keeping;
	struct outbox *outbox;		/* NULL: no reports are sent         */
	struct desk *desk;		/* NULL: behaviour is off            */
	struct shelf *shelf;		/* NULL: domains are not remembered  */
	struct own_desk *own;		/* NULL: own accounts are not known  */
	struct open_ids *ids;
	struct left_ids left_ids[OPEN_IDS_LEFT];
	size_t n_left_ids;
	struct ring ring[RINGS + LEFT];
	size_t n;
	int spool_dir;
	struct timer pump;
	int64_t sure;			/* from when on an id that front did
					 * not say is no message; loop_ms()  */
	int64_t drops_at, retry_ms;
	bool trouble;			/* told once, until it is over       */
	bool counted;			/* the outbox has what it was given  */
	uint64_t refused;
	uint64_t removed;		/* files, as told so far             */
	struct { uint64_t records, octets, dropped; } batch;
};

/* ---- trouble ---- */

static void
tell_trouble(struct keeper *s, enum journal_status st)
{
	struct log_line line;

	if (s->trouble)
		return;
	s->trouble = true;
	log_begin(&line, &s->role->log, "journal-stuck");
	log_str(&line, "why", st == JOURNAL_FULL ? "journal-size is reached "
	    "and journal-full says stop" : strerror(errno));
	log_str(&line, "then", "records wait in the spool; when it is full "
	    "they are dropped and counted");
	log_end(&line);
}

static void
tell_well(struct keeper *s)
{
	if (s->trouble)
		log_say(&s->role->log, "journal-well",
		    "records are written again");
	s->trouble = false;
	s->retry_ms = RETRY_MS;
}

/* ---- records ---- */

enum taking { TAKE, REFUSE, LATER };

/* Whether this record may be taken now. */
static enum taking
may_take(struct keeper *s, struct ring *r, const struct spool_entry *e)
{
	int64_t now = loop_ms(s->role->loop);

	switch (open_ids_take(s->ids, e->id, e->number ^
	    spool_identity(r->reader))) {
	case OPEN_ID_YES:
		return TAKE;
	case OPEN_ID_TAKEN:
		return REFUSE;
	case OPEN_ID_UNKNOWN:
		break;
	}
	if (e->old || now < s->sure) {
		open_ids_add(s->ids, e->id);
		return may_take(s, r, e);
	}
	if (r->waits != e->number) {
		r->waits = e->number;
		r->since = now;
	}
	return now - r->since < WAIT_MS && !s->role->draining ? LATER :
	    REFUSE;
}

static void
refuse(struct keeper *s, const struct ring *r)
{
	stats_count(&s->role->stats, STAT_RECORDS_REFUSED);
	if (s->refused++ % 1000 == 0) {
		struct log_line line;
		log_begin(&line, &s->role->log, "record-refused");
		log_u64(&line, "eval", r->index);
		log_u64(&line, "refused", s->refused);
		log_end(&line);
	}
}

/* A record is a line; behind it is what goes into reports. */
static bool
put(struct keeper *s, struct ring *r, const struct spool_entry *e)
{
	char mark[48];
	struct span rest = e->record, text = span_cut(&rest, '\n');

	if (s->outbox != NULL && rest.len > 0)
		outbox_take(s->outbox, spool_identity(r->reader), e->number,
		    rest);
	if (s->desk != NULL)
		desk_take(s->desk, spool_identity(r->reader), e->number,
		    rest);
	if (s->shelf != NULL)
		shelf_take(s->shelf, rest);
	if (s->own != NULL)
		own_desk_take(s->own, spool_identity(r->reader), e->number,
		    rest);
	if (e->number <= r->written)
		return true;	/* the journal has it, the outbox had not */
	snprintf(mark, sizeof(mark), "%016llx.%llu",
	    (unsigned long long)spool_identity(r->reader),
	    (unsigned long long)e->number);
	if (e->old && journal_had(s->journal, assay_cstr(mark)))
		return true;	/* it was written before we died */
	if (!span_starts(text, assay_cstr(record_begins)) ||
	    !journal_put(s->journal, text, assay_cstr(mark)))
		return false;
	s->batch.records++;
	s->batch.octets += text.len;
	return true;
}

/* What comes again, because the outbox had not taken it, is behind that. */
static void
took(struct ring *r, const struct spool_entry *e)
{
	if (e->number > r->taken)
		r->taken = e->number;
}

/* As much as makes a batch.  True: there may be more. */
static bool
take_records(struct keeper *s, struct ring *r)
{
	struct spool_entry e;

	while (journal_waiting(s->journal) < JOURNAL_BATCH) {
		if (!spool_next(r->reader, &e))
			return false;
		switch (may_take(s, r, &e)) {
		case TAKE:
			took(r, &e);
			if (!put(s, r, &e))
				refuse(s, r);
			break;
		case REFUSE:
			took(r, &e);
			refuse(s, r);
			break;
		case LATER:
			spool_keep(r->reader);
			return false;
		}
	}
	return true;
}

static void
take_drops(struct keeper *s, struct ring *r)
{
	struct spool_drop d;
	char text[256], day[16];

	if (journal_waiting(s->journal) > JOURNAL_BATCH - DROPS_ROOM)
		return;		/* with the next round */
	while (spool_next_drop(r->reader, &d)) {
		struct log_line line;
		journal_day(day, d.day);
		snprintf(text, sizeof(text), "{\"format\":\"assay-drops\","
		    "\"version\":1,\"day\":\"%s\",\"domain\":\"%s\","
		    "\"dropped\":%llu,\"why\":\"spool-full\"}", day,
		    d.domain, (unsigned long long)d.count);
		journal_put(s->journal, assay_cstr(text), SPAN_NONE);
		s->batch.dropped += d.count;
		if (s->outbox != NULL)
			outbox_lost(s->outbox, spool_identity(r->reader),
			    d.day, assay_cstr(d.domain), d.total);
		if (s->trouble)		/* comes again */
			continue;
		log_begin(&line, &s->role->log, "records-dropped");
		log_str(&line, "day", day);
		log_str(&line, "domain", d.domain);
		log_u64(&line, "dropped", d.count);
		log_end(&line);
	}
}

/* ---- a round ---- */

static void
count_torn(struct keeper *s, struct ring *r)
{
	uint64_t torn = spool_state(r->reader).torn;

	for (; r->torn < torn; r->torn++)
		refuse(s, r);
}

/* Each of the two remembers what it has, so that it takes nothing twice when
 * the other one could not. */
static void
settle(struct keeper *s, bool safe, bool drops)
{
	for (size_t i = 0; i < s->n; i++) {
		struct ring *r = &s->ring[i];
		if (safe)
			r->written = r->taken;
		r->taken = r->written;
		if (!safe || !s->counted)
			spool_again(r->reader);
		else if (!spool_done(r->reader) ||
		    (drops && !spool_told(r->reader)))
			log_say2(&s->role->log, "spool-unusable",
			    strerror(errno), "eval", SPAN_NONE);
		count_torn(s, r);
	}
}

static enum journal_status
sync_now(struct keeper *s)
{
	size_t n = journal_waiting(s->journal);
	int64_t began = clock_micros();
	enum journal_status st = journal_sync(s->journal,
	    loop_time(s->role->loop));

	if (n > 0)
		stats_time(&s->role->stats, STAT_SYNC,
		    (uint64_t)(clock_micros() - began));
	if (st == JOURNAL_OK) {
		struct stats *t = &s->role->stats;
		stats_add(t, STAT_RECORDS, 0, s->batch.records);
		stats_add(t, STAT_RECORD_BYTES, 0, s->batch.octets);
		stats_add(t, STAT_RECORDS_DROPPED, 0, s->batch.dropped);
		tell_well(s);
	} else {
		tell_trouble(s, st);
	}
	memset(&s->batch, 0, sizeof(s->batch));
	return st;
}

static void
show(struct keeper *s)
{
	struct stats *t = &s->role->stats;
	struct journal_state j = journal_state(s->journal);
	uint64_t waiting = 0, size = 0;
	struct statvfs v;

	for (size_t i = 0; i < s->n; i++) {
		struct spool_state st = spool_state(s->ring[i].reader);
		waiting += st.waiting;
		size += st.size;
	}
	stats_set(t, STAT_SPOOL_BYTES, waiting);
	stats_set(t, STAT_SPOOL_SIZE, size);
	if (fstatvfs(role_fd(s->role, "state", 0), &v) == 0)
		stats_set(t, STAT_DISK_FREE, (uint64_t)v.f_bavail *
		    v.f_frsize);
	if (j.removed != s->removed) {
		struct log_line line;
		log_begin(&line, &s->role->log, "journal-removed");
		log_str(&line, "why", "journal-size is reached");
		log_u64(&line, "files", j.removed - s->removed);
		log_end(&line);
	}
	s->removed = j.removed;
}

/* True: there is more to do at once. */
static bool
round_of(struct keeper *s, bool *ok)
{
	int64_t now = loop_ms(s->role->loop);
	bool more = false, drops = s->counted && (now >= s->drops_at ||
	    s->role->draining);

	for (size_t i = 0; drops && i < s->n; i++)
		take_drops(s, &s->ring[i]);
	for (size_t i = 0; i < s->n; i++)
		more |= take_records(s, &s->ring[i]);
	if (drops)
		s->drops_at = now + DROPS_MS;
	s->counted = s->outbox == NULL || outbox_commit(s->outbox);
	if (s->desk != NULL)
		desk_flush(s->desk);
	*ok = sync_now(s) == JOURNAL_OK;
	settle(s, *ok, drops);
	*ok = *ok && s->counted;
	return more && *ok;
}

static void
drop_left(struct keeper *s)
{
	bool left = false;

	for (size_t i = s->n; i-- > 0; ) {
		struct ring *r = &s->ring[i];
		left |= r->left;
		if (!r->left || spool_state(r->reader).waiting > 0)
			continue;
		if (s->outbox != NULL)
			outbox_spool_gone(s->outbox,
			    spool_identity(r->reader));
		spool_reader_free(r->reader);
		unlinkat(s->spool_dir, r->name, 0);
		close(r->fd);
		*r = s->ring[--s->n];
	}
	if (left)		/* perhaps the last one; with the next round */
		return;
	open_ids_forget(s->ids);
	while (s->n_left_ids > 0) {
		struct left_ids *l = &s->left_ids[--s->n_left_ids];
		unlinkat(s->spool_dir, l->name, 0);
		close(l->fd);
	}
}

/* To be woken for each message would cost more than its record: what front
 * says stays in the socket, which outlives both of us, until the next
 * round. */
static void
learn(struct keeper *s, const struct msg_opened *m)
{
	if (m->count > OPEN_IDS)
		role_accuse(s->role, ROLE_FRONT, 0,
		    "more messages than can be");
	for (uint32_t i = 0; i < m->count && m->count <= OPEN_IDS; i++)
		open_ids_add(s->ids, m->first + i);
}

static void
hear_front(struct keeper *s)
{
	const char *what;
	struct msg m;
	int got;

	s->quiet++;
	while ((got = bus_receive(s->front, &m, &what)) > 0) {
		s->quiet = 0;
		if (m.kind == MSG_OPENED)
			learn(s, &m.opened);
		else if (m.kind == MSG_LETTER &&
		    (m.letter.way == LETTER_MAIL ||
		    m.letter.way == LETTER_LMTP))
			letters_take(s->letters, s->front, &m.letter, m.fd);
		else if (m.kind == MSG_ORIGINAL)
			keeping_take(&s->keeping, s->front, &m.original,
			    m.fd);
		if (m.fd >= 0)
			close(m.fd);
	}
	if (got == BUS_BROKEN)
		role_accuse(s->role, ROLE_FRONT, 0, what);
}

static void
on_pump(void *ctx)
{
	struct keeper *s = ctx;
	int64_t wait;
	bool ok = true;

	hear_front(s);
	wait = s->quiet > QUIET ? IDLE_MS : SOON_MS;
	if (loop_ms(s->role->loop) < s->retry_at) {
		loop_timer(s->role->loop, &s->pump, wait);
		return;
	}
	if (round_of(s, &ok)) {
		wait = 0;
	} else if (!ok) {
		s->retry_at = loop_ms(s->role->loop) + s->retry_ms;
		s->retry_ms = s->retry_ms * 2 > RETRY_MOST_MS ?
		    RETRY_MOST_MS : s->retry_ms * 2;
	} else {
		drop_left(s);
	}
	if (s->outbox != NULL)
		outbox_work(s->outbox);
	if (s->desk != NULL)
		desk_work(s->desk);
	if (s->shelf != NULL)
		shelf_work(s->shelf);
	if (s->own != NULL)
		own_desk_work(s->own);
	show(s);
	loop_timer(s->role->loop, &s->pump, wait);
}

/* A report that was posted, or a wish. */
static void
from_web(void *ctx, struct bus *bus, struct msg *m)
{
	struct keeper *s = ctx;

	/* who sent a mail, the milter alone can say */
	if (m->kind == MSG_LETTER && (m->letter.author.len > 0 ||
	    (m->letter.way != LETTER_HTTP && m->letter.way != LETTER_GIVEN)))
		role_accuse(s->role, ROLE_WEB, 0, "a letter that is no report "
		    "by HTTP");
	else if (m->kind == MSG_LETTER)
		letters_take(s->letters, bus, &m->letter, m->fd);
	else if (m->kind == MSG_HURRY && s->outbox != NULL)
		outbox_hurry(s->outbox, bus, &m->hurry);
}

/* What became of mails, and where reports may go. */
static void
from_courier(void *ctx, struct bus *bus, struct msg *m)
{
	struct keeper *s = ctx;

	(void)bus;
	if (s->own != NULL && m->kind == MSG_DELIVERED &&
	    own_desk_delivered(s->own, &m->delivered))
		return;
	if (s->outbox != NULL)
		outbox_hear(s->outbox, m);
}

/* What it opened last it may have had no time to say. */
static void
on_peer(void *ctx, enum role_kind kind, unsigned index, bool up)
{
	struct keeper *s = ctx;

	(void)index;
	if (s->outbox != NULL)
		outbox_peer(s->outbox, kind, up);
	if (s->own != NULL)
		own_desk_peer(s->own, kind, up);
	if (kind == ROLE_FRONT && !up)
		s->sure = loop_ms(s->role->loop) + GRACE_MS;
	else if (kind == ROLE_READER)
		letters_reader(s->letters, up);
}

static void
on_yield(void *ctx)
{
	struct keeper *s = ctx;

	if (s->desk != NULL)
		desk_end(s->desk, false);
	if (s->own != NULL)
		own_desk_end(s->own);
}

static void
on_drain(void *ctx)
{
	struct keeper *s = ctx;
	bool ok = true;

	hear_front(s);
	while (round_of(s, &ok))
		;
	if (s->desk != NULL)
		desk_end(s->desk, true);
	if (s->own != NULL)
		own_desk_end(s->own);
	/* a mail on its way is waited for: else it would be sent again */
	if (s->outbox == NULL || !outbox_busy(s->outbox))
		role_drained(s->role);
}

/* ---- start ---- */

static bool
open_rings(struct keeper *s)
{
	for (unsigned i = 0; i < RINGS; i++) {
		struct ring *r = &s->ring[s->n];
		int fd = role_fd(s->role, "ring", i);
		if (fd < 0)
			continue;
		r->reader = spool_reader_new(fd);
		if (r->reader == NULL)
			return false;
		r->index = i;
		r->fd = fd;
		s->n++;
	}
	return true;
}

/* Whose lock is free: nobody alive uses it.  -1: it is not. */
static int
open_left(struct keeper *s, const char *name)
{
	int fd = openat(s->spool_dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
adopt_ids(struct keeper *s, const char *name)
{
	struct left_ids *l = &s->left_ids[s->n_left_ids];

	if (s->n_left_ids == OPEN_IDS_LEFT || strlen(name) >=
	    sizeof(l->name) || (l->fd = open_left(s, name)) < 0)
		return;
	snprintf(l->name, sizeof(l->name), "%s", name);
	(void)open_ids_also(s->ids, l->fd);
	s->n_left_ids++;
}

static void
adopt_ring(struct keeper *s, const char *name)
{
	struct ring *r = &s->ring[s->n];
	int fd;

	if (s->n == RINGS + LEFT || strlen(name) >= sizeof(r->name) ||
	    (fd = open_left(s, name)) < 0)
		return;
	*r = (struct ring){ .reader = spool_reader_new(fd), .fd = fd,
		.left = true, .index = RINGS };
	snprintf(r->name, sizeof(r->name), "%s", name);
	if (r->reader != NULL) {
		s->n++;
		return;
	}
	close(fd);
	unlinkat(s->spool_dir, name, 0);
}

static void
adopt_all(struct keeper *s)
{
	int fd = openat(s->spool_dir, ".", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, "ring.", 5) == 0)
			adopt_ring(s, e->d_name);
		else if (strncmp(e->d_name, "ids.", 4) == 0)
			adopt_ids(s, e->d_name);
	}
	if (d != NULL)
		closedir(d);
}

static bool
open_all(struct keeper *s)
{
	const struct daemon_conf *d = &s->role->daemon;
	int state = role_fd(s->role, "state", 0);
	struct journal_conf conf = { .most = d->journal_bytes,
		.keep_all = d->journal_stop,
		.dir = state_dir_below(state, "records", 0750) };
	bool off;

	if (conf.dir < 0)
		return false;
	s->journal = journal_open(&conf);
	s->letters = letters_open(s->role, state);
	s->counted = true;
	if (!keeping_open(&s->keeping, s->role, state))
		return false;
	if (d->behaviour.on && (s->desk = desk_new(s->role, state)) == NULL)
		return false;
	if ((s->shelf = shelf_new(s->role, state, &off)) == NULL && !off)
		return false;
	if (d->outbound.count && (s->outbox = outbox_new(s->role,
	    s->courier)) == NULL)
		return false;
	if (d->own.on && (s->own = own_desk_new(s->role, s->courier,
	    state)) == NULL)
		return false;
	s->ids = open_ids_new(role_fd(s->role, "ids", 0));
	if (s->ids == NULL)	/* then in memory alone */
		s->ids = open_ids_new(-1);
	s->spool_dir = openat(state, "spool", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	if (s->journal == NULL || s->letters == NULL || s->ids == NULL ||
	    !open_rings(s))
		return false;
	if (s->spool_dir >= 0)
		adopt_all(s);
	if (journal_state(s->journal).mended)
		log_say(&s->role->log, "journal-mended",
		    "the last line was not whole and was cut off");
	return true;
}

int
role_store(struct role *role)
{
	struct keeper *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return 1;
	s->role = role;
	s->retry_ms = RETRY_MS;
	s->sure = loop_ms(role->loop) + GRACE_MS;
	s->pump = (struct timer){ .fn = on_pump, .ctx = s };
	role->ctx = s;
	role->on_drain = on_drain;
	role->on_yield = on_yield;
	role->on_peer = on_peer;
	s->web = role_bus(role, ROLE_WEB, 0, from_web, s);
	s->courier = role_bus(role, ROLE_COURIER, 0, from_courier, s);
	role->wall_dir = role_fd(role, "state", 0);
	/* for store_house.c: names are relative, files nobody else's */
	if (fchdir(role->wall_dir) != 0)
		return 1;
	umask(027);
	s->front = bus_new(role_fd(role, "front", 0), ROLE_STORE, ROLE_FRONT,
	    0);
	if (s->front == NULL || !open_all(s) ||
	    !loop_timer(role->loop, &s->pump, SOON_MS)) {
		log_say2(&role->log, "start-failed", strerror(errno),
		    "directory", assay_cstr(role->daemon.state_directory));
		return 1;
	}
	return role_run(role);
}

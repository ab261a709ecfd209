/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_read.c - one letter after the other through the reader into the
 * store of reports.
 */
#include "store_letters_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store_house.h"

enum {
	READ_MS = 120000,	/* the largest letter takes seconds         */
	AGAIN_MS = 30000,	/* after trouble with the disk; and to look
				 * for what another generation has left     */
	HELD_MS = 1000,		/* the generation before us still writes    */
	DEATHS = 2,		/* of readers, for one letter               */
	TAKE_MS = 30000,	/* into the store; honest ones take a second.
				 * Meanwhile mail waits in its spools       */
	REFUSALS = 3		/* of a letter, for a reason that may be its
				 * own: a minute, then it is set aside      */
};

/* ---- the end of a letter ------------------------------------------------- */

static void
put_down(struct letters *l)
{
	loop_untimer(l->role->loop, &l->timer);
	if (l->now.fd >= 0)
		close(l->now.fd);
	l->now.fd = -1;
	l->reading = false;
}

static void
wait(struct letters *l, int64_t ms)
{
	loop_timer(l->role->loop, &l->timer, ms);
}

static void
finished(struct letters *l)
{
	if (!inbox_done(l->inbox, l->now.name))
		log_say2(&l->role->log, "inbox-stuck", strerror(errno),
		    "letter", assay_cstr(l->now.name));
	l->deaths = l->refused = 0;
	put_down(l);
	stats_set(&l->role->stats, STAT_LETTERS_WAITING,
	    inbox_state(l->inbox).letters);
	wait(l, 1);
}

/* The store could not take it: later again, nothing is lost. */
static void
postpone(struct letters *l)
{
	if (!l->store_trouble)
		log_say2(&l->role->log, "reports-stuck",
		    store_why(l->store)->text, "then",
		    SPAN("report mail waits in the inbox"));
	l->store_trouble = true;
	inbox_again(l->inbox, l->now.name);
	put_down(l);
	wait(l, AGAIN_MS);
}

/* ---- into the store ------------------------------------------------------ */

/* What the reader said, in a descriptor that it cannot change any more.
 * False: the store failed. */
static bool
put_parcel(struct letters *l, int parcel)
{
	int64_t until = clock_micros() / 1000 + TAKE_MS;
	off_t at = 0;
	ssize_t n;

	do {
		size_t cap;
		uint8_t *room = ingest_room(l->ingest, &cap);

		n = pread(parcel, room, cap, at);
		if (n <= 0)
			break;
		at += n;
		role_beat(l->role);	/* it works, it does not hang */
		if (clock_micros() / 1000 > until) {
			ingest_refused(l->ingest, "it takes too long to "
			    "store");
			return true;
		}
		switch (ingest_got(l->ingest, (size_t)n)) {
		case INGEST_MORE: break;
		case INGEST_DONE: return true;
		case INGEST_LIED:
			role_accuse(l->role, ROLE_READER, 0,
			    "a parcel that breaks the form");
			return true;
		case INGEST_FAILED: return false;
		}
	} while (true);
	ingest_died(l->ingest, "it said less than a whole parcel");
	return true;
}

static void
tell_taken(struct letters *l, const struct ingest_counts *c)
{
	struct stats *t = &l->role->stats;
	struct log_line line;
	uint64_t asides = 0;

	for (size_t i = 0; i < STORE_A_REASONS; i++)
		asides += c->aside[i];
	stats_add(t, STAT_REPORTS, 0, c->outcome[STORE_NEW] +
	    c->outcome[STORE_REPLACED] + c->failures + c->tls);
	stats_add(t, STAT_REPORTS_ASIDE, 0, asides);
	log_begin(&line, &l->role->log, "report-read");
	log_str(&line, "letter", l->now.name);
	log_span(&line, "author", l->now.note.author);
	log_u64(&line, "new", c->outcome[STORE_NEW]);
	log_u64(&line, "again", c->outcome[STORE_DUPLICATE] + c->known);
	log_u64(&line, "replaced", c->outcome[STORE_REPLACED]);
	log_u64(&line, "failure-reports", c->failures);
	if (c->bounces > 0) {
		log_u64(&line, "came-back", c->bounces);
		log_u64(&line, "addresses-given-up", c->dead);
	}
	log_u64(&line, "set-aside", asides);
	log_u64(&line, "messages", c->messages);
	log_end(&line);
}

/* Whose word it is.  Reports of TLS failures come by HTTP without any proof
 * (RFC 8460 5.4). */
static struct store_origin
origin(const struct letters *l)
{
	const struct letter_note *n = &l->now.note;
	struct store_origin o = { .received = n->at * 1000000,
		.trust = STORE_T_UNKNOWN, .author = n->author };

	switch (n->way) {
	case LETTER_MAIL:
	case LETTER_LMTP:
	case LETTER_FETCHED:
		o.from = n->way == LETTER_MAIL ? SPAN("mail") :
		    n->way == LETTER_LMTP ? SPAN("lmtp") : SPAN("mailbox");
		if (!span_absent(n->author))
			o.trust = STORE_T_PASSED;
		break;
	case LETTER_HTTP:
		o.from = SPAN("http");
		o.posted = true;
		break;
	case LETTER_GIVEN:
		o.from = SPAN("given");
		o.trust = STORE_T_FILE;
		break;
	case LETTER_WAYS:
		break;
	}
	return o;
}

/* It is about what this letter says, or seems so, as it does not end; all
 * others wait behind it. */
static bool
is_hopeless(struct letters *l)
{
	enum store_status st = store_why(l->store)->status;

	return st == STORE_REFUSED || (st == STORE_FAILED &&
	    ++l->refused >= REFUSALS);
}

/* parcel: what the reader said, or -1: it died, or store would not have it;
 * why says how. */
static void
into_store(struct letters *l, int parcel, bool refused, const char *why)
{
	struct store_origin from = origin(l);
	struct ingest_counts counts = { .inputs = 0 };
	struct ingest_bytes bytes = { .fd = l->now.fd, .from = l->offset,
		.to = l->offset + l->now.size };
	bool ok = ingest_bytes_hash(&bytes);

	if (!inbox_try(l->inbox, &l->now)) {
		parcel = -1;
		refused = true;
		why = "store died of it, again and again";
	}
	ok = ok && ingest_begin(l->ingest, &from, bytes.hash,
	    bytes.compressed) && ingest_bytes_keep(l->ingest, &bytes);
	if (ok && parcel < 0 && refused)
		ingest_refused(l->ingest, why);
	else if (ok && parcel < 0)
		ingest_died(l->ingest, why);
	ok = ok && (parcel < 0 || put_parcel(l, parcel));
	if (!ok || !ingest_end(l->ingest, STORE_SYNCED, &counts)) {
		bool aside = parcel >= 0 && is_hopeless(l);

		ingest_abort(l->ingest);
		if (aside)
			into_store(l, -1, true, "the store cannot take what "
			    "it says");
		else
			postpone(l);
		return;
	}
	l->store_trouble = false;
	tell_taken(l, &counts);
	finished(l);
}

/* ---- the reader ---------------------------------------------------------- */

static bool
is_sealed(int fd)
{
	int seals = fd < 0 ? -1 : fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & F_SEAL_WRITE) != 0 &&
	    (seals & F_SEAL_SHRINK) != 0;
}

void
letters_parcel(void *ctx, struct bus *bus, struct msg *m)
{
	struct letters *l = ctx;

	(void)bus;
	if (m->kind != MSG_PARCEL || !l->reading || m->parcel.id != l->id)
		return;
	into_store(l, is_sealed(m->fd) ? m->fd : -1, false,
	    "it could not be read within bounds");
}

/* Told twice of one letter: the letter does it. */
static void
died(struct letters *l, const char *how)
{
	if (!l->reading)
		return;
	if (++l->deaths >= DEATHS) {
		into_store(l, -1, false, how);
		return;
	}
	inbox_again(l->inbox, l->now.name);
	put_down(l);
}

void
letters_reader(struct letters *l, bool up)
{
	l->up = up;
	if (!up)
		died(l, "the reader died of it, twice");
	else
		wait(l, 1);
}

/* Whose reports are taken: about the domains that are said to be ours, or
 * any when none is said. */
static struct ingest *
ingest_of(const struct role *role, struct store *store)
{
	const struct assay_options *o = &role->daemon.judging.options;
	struct ingest_conf conf = { .store = store, .own = o->own_domain,
		.n_own = o->n_own_domain,
		.any_domain = o->n_own_domain == 0 };

	return ingest_new(&conf);
}

/* Behind the walls, so that its files belong to the role's own user. */
static bool
store_is_open(struct letters *l)
{
	bool held = false;

	if (l->store == NULL)
		l->store = store_house_open(l->role, &held);
	if (l->store != NULL && l->ingest == NULL)
		l->ingest = ingest_of(l->role, l->store);
	if (l->ingest != NULL)
		return true;
	wait(l, held ? HELD_MS : AGAIN_MS);
	return false;
}

static void
next_letter(struct letters *l)
{
	struct msg_read m = { .id = ++l->id };

	/* opened without a letter, too: whoever finds it locked knows that
	 * letters may be given to us */
	if (!l->up || !store_is_open(l) || letters_full(l))
		return;
	if (!inbox_next(l->inbox, &l->now) && !(inbox_look(l->inbox) &&
	    inbox_next(l->inbox, &l->now))) {
		store_house_age(l->role, l->store, &l->aged);
		wait(l, AGAIN_MS);
		return;
	}
	l->offset = (uint64_t)lseek(l->now.fd, 0, SEEK_CUR);
	m.offset = l->offset;
	m.size = l->now.size;
	l->reading = true;
	if (!bus_send_read(l->reader, &m, l->now.fd)) {
		inbox_again(l->inbox, l->now.name);
		put_down(l);
		wait(l, AGAIN_MS);
		return;
	}
	wait(l, READ_MS);
}

void
letters_timer(void *ctx)
{
	struct letters *l = ctx;

	if (l->reading)		/* its death is told by the parent */
		role_accuse(l->role, ROLE_READER, 0,
		    "it reads one letter for too long");
	else
		next_letter(l);
}

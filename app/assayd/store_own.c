/* SPDX-License-Identifier: Apache-2.0 */
#include "store_own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "accounts.h"
#include "accounts_erase.h"
#include "base/cur.h"
#include "behave/weight.h"
#include "own_hook.h"
#include "own_letter.h"
#include "partners.h"
#include "wire/smtp.h"

enum {
	OPEN_MS = 500,			/* until it is tried again           */
	SHOW_MS = 1000,
	SYNC_MS = 60000,		/* partners: what of it is lost comes
					 * again with other mail             */
	BOUNCED = 3,			/* as eval_own.c says                */
	AGAIN_S = 900,			/* until a mail is tried again       */
	HOOK_S = 60, HOOK_MOST_S = 6 * 3600,	/* ... and a webhook: twice
					 * as long each time                 */
	HOOK_TRIES = 30,		/* which is five days                */
	ASK_MS = 200			/* whether there is one to be sent   */
};

#define POSTED_BY_US (UINT64_C(1) << 63)	/* in ids of POST            */

struct own_desk {
	struct role *role;
	struct bus *courier;
	struct accounts *accounts;	/* NULL: not open                    */
	struct pledges *pledges;	/* NULL: not known                   */
	struct partners *partners;	/* NULL: not open, or not to be had  */
	int fd, state;
	bool ended, told, stuck, courier_up;
	bool met;			/* partners not on the disk yet      */
	int64_t open_at, show_at, ask_at, sync_at;	/* loop_ms()         */
	uint64_t next_id;
	struct {
		uint64_t id;		/* 0: none is on its way             */
		uint32_t episode, tries;
	} posted[ACCOUNTS_TOLD_BY];
};

struct own_desk *
own_desk_new(struct role *role, struct bus *courier, int state)
{
	struct own_desk *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->role = role;
	d->courier = courier;
	d->state = state;
	d->fd = role_fd(role, "accounts", 0);
	d->pledges = role_fd(role, "pledges", 0) < 0 ? NULL :
	    pledges_open(role_fd(role, "pledges", 0));
	d->next_id = (uint64_t)loop_ms(role->loop) << 16;
	own_desk_work(d);
	return d;
}

/* ---- who is told --------------------------------------------------------- */

static bool
is_told_by(const struct own_desk *d, enum accounts_by by)
{
	const struct daemon_conf *c = &d->role->daemon;

	return d->courier != NULL && (by == ACCOUNTS_BY_MAIL ?
	    !span_absent(c->alerts.to) : daemon_tells_web(c));
}

/* A way that is no more in the configuration keeps no name. */
static void
drop_ways(struct own_desk *d)
{
	struct accounts_notice n;

	for (enum accounts_by by = 0; by < ACCOUNTS_TOLD_BY; by++)
		while (!is_told_by(d, by) && accounts_notice(d->accounts, by,
		    INT64_MAX, &n))
			accounts_notice_done(d->accounts, by, n.episode);
}

/* ---- the file ------------------------------------------------------------ */

static void
tell_open(struct own_desk *d, const struct accounts_bad *bad)
{
	int64_t until = accounts_began(d->accounts) +
	    d->role->daemon.own.observe_s;
	struct log_line line;

	d->told = false;
	log_begin(&line, &d->role->log, "own-accounts");
	log_u64(&line, "accounts", accounts_count(d->accounts));
	if (bad->profiles > 0)
		log_u64(&line, "damaged", bad->profiles);
	if (bad->others > 0)
		log_u64(&line, "damaged-entries", bad->others);
	if (loop_time(d->role->loop) < until)
		log_u64(&line, "observing-until", (uint64_t)until);
	log_end(&line);
}

/* What assay erase asked for. */
static void
erase(struct own_desk *d)
{
	struct accounts_erased e;
	struct log_line line;
	int done = accounts_erase_work(d->accounts, d->partners, d->state,
	    loop_time(d->role->loop), &e);

	if (done < 0 && !d->stuck)
		log_say2(&d->role->log, errno == EBADMSG ?
		    "own-accounts-erase-refused" : "own-accounts-stuck",
		    strerror(errno), "what", SPAN("a request to erase"));
	d->stuck = done < 0 && errno != EBADMSG;
	if (done <= 0)
		return;
	log_begin(&line, &d->role->log, "own-accounts-erased");
	log_u64(&line, "known", e.known);
	log_u64(&line, "named", e.named);
	log_u64(&line, "partners", e.partners);
	log_end(&line);
}

/* Whom they write with; without it accounts are looked after all the same. */
static void
open_partners(struct own_desk *d)
{
	int fd = role_fd(d->role, "partners", 0);

	d->partners = fd < 0 ? NULL : partners_open(fd,
	    accounts_key(d->accounts), true);
	if (d->partners == NULL)
		log_say2(&d->role->log, "partners-off", strerror(errno),
		    "then", SPAN("nobody becomes one"));
}

/* Generations have descriptors of their own, and one of them the lock. */
static void
try_open(struct own_desk *d)
{
	int64_t now = loop_ms(d->role->loop);
	struct accounts_bad bad;

	if (d->ended || now < d->open_at)
		return;
	d->open_at = now + OPEN_MS;
	if (flock(d->fd, LOCK_EX | LOCK_NB) == 0)
		d->accounts = accounts_open(d->fd, true, &bad);
	else if (errno == EWOULDBLOCK)
		return;
	if (d->accounts != NULL) {
		open_partners(d);
		accounts_begin(d->accounts, loop_time(d->role->loop));
		tell_open(d, &bad);
		drop_ways(d);
		erase(d);
		return;
	}
	if (!d->told)
		log_say2(&d->role->log, "own-accounts-off", strerror(errno),
		    "then", SPAN("nothing is noted until that is over"));
	d->told = true;
}

void
own_desk_end(struct own_desk *d)
{
	d->ended = true;
	accounts_close(d->accounts);
	d->accounts = NULL;
	partners_close(d->partners);
	d->partners = NULL;
	/* whoever comes after us counts them */
	stats_set(&d->role->stats, STAT_OWN_KNOWN, 0);
	stats_set(&d->role->stats, STAT_PARTNERS_DOMAINS, 0);
	stats_set(&d->role->stats, STAT_PARTNERS_PEOPLE, 0);
	stats_set(&d->role->stats, STAT_PARTNERS_FORWARDERS, 0);
	(void)flock(d->fd, LOCK_UN);
}

/* ---- what evals say ------------------------------------------------------ */

static struct own_limits
limits(const struct own_desk *d)
{
	const struct daemon_own *o = &d->role->daemon.own;

	return (struct own_limits){ o->hour, o->day, o->most_hour,
		o->most_day, loop_time(d->role->loop) <
		    accounts_began(d->accounts) + o->observe_s };
}

/* Behind the kind, the end and the id. */
static struct span
name_in(struct span item)
{
	struct span rest = span_skip(item, 10), name = SPAN_NONE;

	(void)bus_list_next(&rest, &name);
	return span_head(name, ACCOUNTS_NAME);
}

static void
tell_episode(struct own_desk *d, uint64_t spool, uint64_t number,
    const struct accounts_told *t, struct span item)
{
	struct log_line line;
	char entry[48];

	snprintf(entry, sizeof(entry), "%016llx.%llu",
	    (unsigned long long)spool, (unsigned long long)number);
	log_begin(&line, &d->role->log, "own-account-alert");
	log_u64(&line, "episode", t->episode);
	log_span(&line, "account", name_in(item));
	log_str(&line, "because", t->odd ? "unlike itself" : "over its rate");
	log_str(&line, "words", t->words);
	log_str(&line, "entry", entry);
	log_end(&line);
}

static void
take_own(struct own_desk *d, uint64_t spool, uint64_t number,
    struct span item)
{
	struct stats *st = &d->role->stats;
	bool locked = d->pledges != NULL && pledges_lock(d->pledges);
	struct accounts_told t = accounts_take(d->accounts, spool, number,
	    item, limits(d), locked ? d->pledges : NULL);

	if (locked)
		pledges_unlock(d->pledges);
	if (t.odd)
		stats_count(st, STAT_OWN_UNLIKE);
	if (t.over)
		stats_count(st, STAT_OWN_OVER);
	if (!t.begins)
		return;
	stats_count(st, STAT_OWN_EPISODES);
	tell_episode(d, spool, number, &t, item);
	/* a name is kept for no longer than somebody has to be told */
	drop_ways(d);
}

static void
take_bounce(struct own_desk *d, uint64_t spool, uint64_t number,
    struct span item)
{
	struct cur c = cur_of(span_skip(item, 1));
	uint32_t address[BOUNCED];
	size_t n = 0;

	while (!cur_end(&c) && n < BOUNCED)
		address[n++] = cur_u32(&c);
	if (!c.bad)
		accounts_bounced(d->accounts, spool, number, address, n,
		    loop_time(d->role->loop));
}

/* Each of them once a day, so it does not matter if they come twice. */
static void
take_bonds(struct own_desk *d, struct span bonds)
{
	bool failed = false;

	if (d->partners == NULL)
		return;
	stats_add(&d->role->stats, STAT_PARTNERS_MET, 0,
	    partners_take(d->partners, bonds,
	    day_of(loop_time(d->role->loop)), &failed));
	d->met = true;
	if (failed && !d->stuck)
		log_say2(&d->role->log, "own-accounts-stuck",
		    strerror(errno), "what", SPAN("the file of partners"));
	d->stuck = failed;
}

void
own_desk_take(struct own_desk *d, uint64_t spool, uint64_t number,
    struct span items)
{
	struct span one;

	while (d->accounts != NULL && bus_list_next(&items, &one)) {
		if (span_at(one, 0) == ACCOUNTS_ITEM)
			take_own(d, spool, number, one);
		else if (span_at(one, 0) == ACCOUNTS_BOUNCE)
			take_bounce(d, spool, number, one);
		else if (span_at(one, 0) == PARTNERS_ITEM)
			take_bonds(d, span_skip(one, 1));
	}
}

/* ---- notices ------------------------------------------------------------- */

/* Of a webhook its host: the path may be a secret. */
static void
tell_notice(struct own_desk *d, enum accounts_by by, const char *event,
    struct span why)
{
	const struct daemon_alerts *a = &d->role->daemon.alerts;
	struct log_line line;

	log_begin(&line, &d->role->log, event);
	log_u64(&line, "episode", d->posted[by].episode);
	log_str(&line, "by", by == ACCOUNTS_BY_MAIL ? "mail" : "webhook");
	log_span(&line, "to", by == ACCOUNTS_BY_MAIL ? a->to : a->web_host);
	if (why.len > 0)
		log_span(&line, "why", why);
	log_end(&line);
}

static void
delivered(struct own_desk *d, enum accounts_by by,
    const struct msg_delivered *m)
{
	bool sent = m->result == SMTP_SENT;

	d->posted[by].id = 0;
	if (m->result == SMTP_LATER && !(by == ACCOUNTS_BY_WEB &&
	    d->posted[by].tries >= HOOK_TRIES)) {
		tell_notice(d, by, "own-notice-delayed", m->text);
		return;			/* it is due again in a while */
	}
	if (sent)
		stats_count(&d->role->stats, STAT_OWN_NOTICES);
	tell_notice(d, by, sent ? "own-notice-sent" : "own-notice-failed",
	    m->text);
	accounts_notice_done(d->accounts, by, d->posted[by].episode);
}

bool
own_desk_delivered(struct own_desk *d, const struct msg_delivered *m)
{
	if ((m->id & POSTED_BY_US) == 0)
		return false;
	for (enum accounts_by by = 0; by < ACCOUNTS_TOLD_BY; by++)
		if (m->id == d->posted[by].id && d->accounts != NULL)
			delivered(d, by, m);
	return true;
}

static bool
post_mail(struct own_desk *d, const struct accounts_notice *n, uint64_t id)
{
	const struct daemon_alerts *to = &d->role->daemon.alerts;
	struct msg_post m = { .id = id, .from = to->from, .to = to->to };
	int fd = own_letter(n, &d->role->daemon, &m.size);
	bool ok = fd >= 0 && bus_send_post(d->courier, &m, fd);

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
post_web(struct own_desk *d, const struct accounts_notice *n, uint64_t id)
{
	char name[OWN_HOOK_NAME];
	ROOM(room, OWN_HOOK_BODY);
	struct buf body = BUF_ON(room);
	struct msg_hook m = { .id = id };

	own_hook_name(name, n, accounts_key(d->accounts));
	own_hook(&body, n, name);
	m.name = assay_cstr(name);
	m.body = buf_span(&body);
	return !body.full && bus_send_hook(d->courier, &m, -1);
}

static int64_t
pause_of(enum accounts_by by, uint32_t tries)
{
	int64_t s = HOOK_S;

	if (by == ACCOUNTS_BY_MAIL)
		return AGAIN_S;
	while (tries-- > 0 && s < HOOK_MOST_S)
		s *= 2;
	return s < HOOK_MOST_S ? s : HOOK_MOST_S;
}

/* One at a time by each way; noted as tried before it leaves.  Who kills us
 * between sends it once more, under the same name. */
static void
post_notice(struct own_desk *d, enum accounts_by by)
{
	int64_t now = loop_time(d->role->loop);
	uint64_t id = POSTED_BY_US | ++d->next_id;
	struct accounts_notice n;
	uint32_t tries;

	if (d->posted[by].id != 0 || !d->courier_up ||
	    !accounts_notice(d->accounts, by, now, &n))
		return;
	tries = accounts_notice_tries(d->accounts, by, n.episode);
	accounts_notice_later(d->accounts, by, n.episode,
	    now + pause_of(by, tries));
	if (by == ACCOUNTS_BY_MAIL ? !post_mail(d, &n, id) :
	    !post_web(d, &n, id))
		return;
	d->posted[by].id = id;
	d->posted[by].episode = n.episode;
	d->posted[by].tries = tries + 1;
}

void
own_desk_peer(struct own_desk *d, enum role_kind kind, bool up)
{
	if (kind != ROLE_COURIER)
		return;
	d->courier_up = up;
	for (int by = 0; by < ACCOUNTS_TOLD_BY && !up; by++)
		d->posted[by].id = 0;
}

/* ---- what is on its way -------------------------------------------------- */

static void
overdue(struct own_desk *d)
{
	int64_t now = loop_time(d->role->loop);
	struct pledge one;

	if (d->pledges == NULL || !pledges_lock(d->pledges))
		return;
	while (pledges_overdue(d->pledges, now, &one)) {
		accounts_overdue(d->accounts, &one);
		stats_count(&d->role->stats, STAT_OWN_OVERDUE);
	}
	pledges_unlock(d->pledges);
}

/* ---- work ---------------------------------------------------------------- */

static void
show_partners(struct own_desk *d, int64_t now)
{
	struct stats *st = &d->role->stats;
	unsigned known[PARTNERS_KINDS];

	if (d->partners == NULL)
		return;
	partners_count(d->partners, known);
	stats_set(st, STAT_PARTNERS_DOMAINS, known[PARTNER_DOMAIN]);
	stats_set(st, STAT_PARTNERS_PEOPLE, known[PARTNER_PERSON]);
	stats_set(st, STAT_PARTNERS_FORWARDERS, known[PARTNER_WAY]);
	if (!d->met || now < d->sync_at)
		return;
	d->sync_at = now + SYNC_MS;
	d->met = !partners_sync(d->partners);
}

void
own_desk_work(struct own_desk *d)
{
	struct stats *st = &d->role->stats;
	int64_t now = loop_ms(d->role->loop), left;

	if (d->accounts == NULL)
		try_open(d);
	if (d->accounts == NULL)
		return;
	if (now >= d->ask_at && d->courier != NULL) {
		d->ask_at = now + ASK_MS;
		for (enum accounts_by by = 0; by < ACCOUNTS_TOLD_BY; by++)
			post_notice(d, by);
	}
	if (now < d->show_at)
		return;
	d->show_at = now + SHOW_MS;
	erase(d);
	overdue(d);
	left = accounts_began(d->accounts) + d->role->daemon.own.observe_s -
	    loop_time(d->role->loop);
	stats_set(st, STAT_OWN_KNOWN, accounts_count(d->accounts));
	show_partners(d, now);
	stats_set(st, STAT_OWN_OBSERVE, left <= 0 ? 0 :
	    (uint64_t)(left + 86399) / 86400);
}

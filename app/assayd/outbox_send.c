/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox_send.c - what is due: reports to be made, ways to be asked for,
 * mails to be sent, sent again, given up.
 *
 * The attempt is on the disk before the mail leaves, its end as soon as it
 * is known.  Whoever kills us between sends the mail once more, which is the
 * same mail (DECISIONS 22: at least once, and the reader can tell).
 */
#include "outbox_inner.h"

#include <unistd.h>

#include "report/report_route.h"
#include "wire/smtp.h"

enum {
	MADE_MOST = 64,			/* reports made at a time            */
	LEASE_S = 3600,			/* an attempt nobody answers: longer
					 * than courier's patience           */
	AGAIN_S = 900, AGAIN_MOST_S = 6 * 3600,
	TRIES = 20,			/* over four days (RFC 5321 4.5.4.1) */
	FAILURE_TRIES = 8,		/* over a day: who wants one wants it
					 * now, and it holds personal data   */
	ROUTE_S = 3600, ROUTE_TRIES = 24,
	HOST_MAILS = 240,		/* to one host about one day, because
					 * of one domain and all below it: a
					 * record that is another one each
					 * hour, to ten addresses; or that
					 * of a thousand subdomains          */
	KEPT_DAYS = 60,			/* what became of them can be seen   */
	SECONDS_A_DAY = 86400
};

static bool
finish(struct outbox *o, bool ok)
{
	if (ok && store_commit(o->store, STORE_SYNCED))
		return true;
	store_rollback(o->store);
	outbox_trouble(o);
	return false;
}

static int64_t
now_of(const struct outbox *o)
{
	return loop_time(o->role->loop);
}

/* ---- making -------------------------------------------------------------- */

bool
outbox_excluded(struct outbox *o, struct span name)
{
	const struct daemon_outbound *d = &o->role->daemon.outbound;
	struct domain domain;

	if (!domain_parse(&domain, name, false, &o->arena))
		return true;
	for (size_t i = 0; i < d->n_exclude; i++)
		if (domain_within(domain, d->exclude[i]))
			return true;
	return false;
}

static bool
make(struct outbox *o, const struct outbound_report *r)
{
	const struct daemon_outbound *d = &o->role->daemon.outbound;

	if (outbox_excluded(o, r->domain))
		return outbound_none(o->store, r->id,
		    SPAN("report-exclude names this domain"));
	/* ATTACKS: two reporters would write each other for ever */
	if (r->messages == r->letters)
		return outbound_none(o->store, r->id, SPAN("all of it was "
		    "reports, or answers to ours"));
	if (!d->send)
		return outbound_none(o->store, r->id,
		    SPAN("send-reports is count: it was not sent"));
	return outbound_make(o->store, r, d->domain.name, d->old_form,
	    now_of(o));
}

static void
make_due(struct outbox *o)
{
	struct outbound_report r;
	bool ok;

	arena_reset(&o->arena);
	if (!outbound_next(o->store, OUTBOUND_COUNTS, now_of(o), 0, &r,
	    &o->arena) || !store_begin(o->store))
		return;
	ok = make(o, &r);
	for (int n = 1; ok && n < MADE_MOST; n++) {
		arena_reset(&o->arena);
		if (!outbound_next(o->store, OUTBOUND_COUNTS, now_of(o), 0,
		    &r, &o->arena))
			break;
		ok = make(o, &r);
	}
	if (finish(o, ok))
		o->work_at = 0;		/* there may be more */
}

/* ---- where to ------------------------------------------------------------ */

static bool
is_asked(const struct outbox *o, int64_t report)
{
	for (size_t i = 0; i < WAYS; i++)
		if (o->way[i].id != 0 && o->way[i].report == report)
			return true;
	return false;
}

static void
ask(struct outbox *o, size_t slot, const struct outbound_report *r)
{
	struct msg_route m = { .id = ++o->next_id, .domain = r->domain,
		.failures = r->kind == OUTBOUND_FAILURE,
		.addresses = r->rua };

	if (!bus_send_route(o->courier, &m, -1))
		return;
	o->way[slot].id = m.id;
	o->way[slot].report = r->id;
}

static void
ask_ways(struct outbox *o)
{
	struct outbound_report r = { .id = 0 };

	for (size_t i = 0; i < WAYS; i++) {
		if (o->way[i].id != 0)
			continue;
		do {
			arena_reset(&o->arena);
			if (!outbound_next(o->store, OUTBOUND_MADE,
			    now_of(o), r.id, &r, &o->arena))
				return;
		} while (is_asked(o, r.id));
		ask(o, i, &r);
	}
}

/* ATTACKS: records are free, and each is a report to ten addresses.  What is
 * beyond is not sent: tomorrow has its own. */
static bool
had_enough(struct outbox *o, const struct outbound_report *r,
    struct span address)
{
	struct span within = report_family(r->domain);
	struct span host = span_skip(address, span_rfind(address, '@') + 1);
	struct log_line line;

	if (outbound_mails_to(o->store, r->day, r->kind, within, host,
	    HOST_MAILS) < HOST_MAILS)
		return false;
	log_begin(&line, &o->role->log, "report-capped");
	log_span(&line, "domain", r->domain);
	log_span(&line, "within", within);
	log_span(&line, "to", address);
	log_span(&line, "report", r->report_id);
	log_end(&line);
	return true;
}

/* One destination; *unknown: it has to be asked for again. */
static bool
take_destination(struct outbox *o, const struct outbound_report *r,
    struct span item, bool *unknown)
{
	struct span address, why;
	uint64_t answer;

	if (!bus_get(&item, 1, &answer) || !bus_list_next(&item, &address) ||
	    !bus_list_next(&item, &why))
		return true;
	if (answer == DESTINATION_UNKNOWN && r->tries + 1 < ROUTE_TRIES) {
		*unknown = true;
		return true;
	}
	/* asked again here: its host may have named another one */
	if (answer == DESTINATION_YES && r->kind == OUTBOUND_FAILURE &&
	    !daemon_outbound_may_tell(&o->role->daemon.outbound, address,
	    &o->arena))
		return outbound_address(o->store, r->id, address, true,
		    SPAN("personal-data-to does not name its domain"),
		    now_of(o));
	if (answer == DESTINATION_YES && had_enough(o, r, address))
		return outbound_address(o->store, r->id, address, true,
		    SPAN("its host got 240 mails because of this domain and "
		    "its neighbours that day"), now_of(o));
	return outbound_address(o->store, r->id, address,
	    answer != DESTINATION_YES, why, now_of(o));
}

static bool
take_way(struct outbox *o, int64_t report, struct span list)
{
	struct outbound_report r;
	bool unknown = list.len == 0, ok = true;
	struct span item;

	arena_reset(&o->arena);
	if (!outbound_get(o->store, report, &r, &o->arena))
		return false;
	while (ok && bus_list_next(&list, &item))
		ok = take_destination(o, &r, item, &unknown);
	if (!ok)
		return false;
	return unknown && r.tries + 1 < ROUTE_TRIES ?
	    outbound_later(o->store, report, now_of(o) + ROUTE_S,
	    SPAN("the DNS of a destination did not answer")) :
	    outbound_routed(o->store, report);
}

void
outbox_routed(struct outbox *o, const struct msg_routed *m)
{
	for (size_t i = 0; i < WAYS; i++) {
		if (o->way[i].id != m->id || m->id == 0 || o->store == NULL)
			continue;
		o->way[i].id = 0;
		finish(o, store_begin(o->store) && take_way(o,
		    o->way[i].report, m->destinations));
		o->work_at = 0;
		return;
	}
}

/* ---- mails --------------------------------------------------------------- */

static void
tell(struct outbox *o, const char *event, const struct outbound_mail *mail,
    const struct outbound_report *r, struct span why)
{
	struct log_line line;

	log_begin(&line, &o->role->log, event);
	log_span(&line, "domain", r->domain);
	log_span(&line, "to", mail->address);
	log_span(&line, "report", r->report_id);
	if (r->kind == OUTBOUND_FAILURE)
		log_str(&line, "kind", "failure");
	log_u64(&line, "messages", r->messages);
	log_u64(&line, "tries", mail->tries);
	if (why.len > 0)
		log_span(&line, "why", why);
	log_end(&line);
}

static int64_t
again_at(const struct outbox *o, unsigned tries)
{
	int64_t wait = AGAIN_S;

	for (unsigned i = 1; i < tries && wait < AGAIN_MOST_S; i++)
		wait *= 2;
	return now_of(o) + (wait < AGAIN_MOST_S ? wait : AGAIN_MOST_S);
}

static bool
answered(struct outbox *o, const struct outbound_mail *mail,
    const struct outbound_report *r, const struct msg_delivered *m)
{
	unsigned most = r->kind == OUTBOUND_FAILURE ? FAILURE_TRIES : TRIES;
	enum outbound_mail_state state = m->result == SMTP_SENT ?
	    OUTBOUND_SENT : m->result == SMTP_LATER && mail->tries < most ?
	    OUTBOUND_DUE : OUTBOUND_FAILED;
	bool ok = outbound_answer(o->store, mail->id, state, m->code,
	    m->text, now_of(o), again_at(o, mail->tries));

	if (m->result == SMTP_NOBODY)
		ok = ok && outbound_suppress(o->store, mail->address,
		    now_of(o), now_of(o) + OUTBOUND_SUPPRESS_DAYS *
		    SECONDS_A_DAY, m->text);
	tell(o, state == OUTBOUND_SENT ? "report-sent" : state ==
	    OUTBOUND_DUE ? "report-delayed" : "report-failed", mail, r,
	    m->text);
	if (state != OUTBOUND_DUE)
		stats_count(&o->role->stats, state == OUTBOUND_SENT ?
		    STAT_REPORTS_SENT : STAT_REPORTS_FAILED);
	return ok;
}

static bool
take_answer(struct outbox *o, int64_t id, const struct msg_delivered *m)
{
	struct outbound_report r;
	struct outbound_mail mail;

	arena_reset(&o->arena);
	return outbound_mail_get(o->store, id, &mail, &o->arena) &&
	    outbound_get(o->store, mail.report, &r, &o->arena) &&
	    answered(o, &mail, &r, m);
}

/* It leaves: noted first. */
static bool
post(struct outbox *o, size_t slot, const struct outbound_mail *mail,
    const struct outbound_report *r)
{
	const struct daemon_outbound *d = &o->role->daemon.outbound;
	struct msg_post m = { .id = ++o->next_id, .from = d->from,
		.to = mail->address };
	struct msg_delivered unmade = { .result = SMTP_LATER,
		.text = SPAN("the report could not be made") };
	int fd;

	if (!finish(o, store_begin(o->store) && outbound_attempt(o->store,
	    mail->id, now_of(o), now_of(o) + LEASE_S)))
		return false;
	fd = outbox_letter(o, r, mail, &m.size);
	if (fd < 0)
		return finish(o, store_begin(o->store) && take_answer(o,
		    mail->id, &unmade));
	if (bus_send_post(o->courier, &m, fd)) {
		o->posted[slot].id = m.id;
		o->posted[slot].mail = mail->id;
	}
	close(fd);
	return true;
}

static bool
suppress(struct outbox *o, const struct outbound_mail *mail)
{
	stats_count(&o->role->stats, STAT_REPORTS_FAILED);
	return finish(o, store_begin(o->store) && outbound_answer(o->store,
	    mail->id, OUTBOUND_SUPPRESSED, 0, SPAN("mail did not reach this "
	    "address lately"), now_of(o), 0));
}

static void
post_mails(struct outbox *o)
{
	struct outbound_report r;
	struct outbound_mail mail;

	for (size_t i = 0; i < POSTED; i++) {
		bool ok = true;
		if (o->posted[i].id != 0)
			continue;
		arena_reset(&o->arena);
		if (!outbound_mail_next(o->store, now_of(o), &mail,
		    &o->arena) || !outbound_get(o->store, mail.report, &r,
		    &o->arena))
			return;
		ok = outbound_is_suppressed(o->store, mail.address,
		    now_of(o)) ? suppress(o, &mail) : post(o, i, &mail, &r);
		if (!ok)
			return;
	}
}

void
outbox_delivered(struct outbox *o, const struct msg_delivered *m)
{
	for (size_t i = 0; i < POSTED; i++) {
		if (o->posted[i].id != m->id || m->id == 0 ||
		    o->store == NULL)
			continue;
		o->posted[i].id = 0;
		finish(o, store_begin(o->store) && take_answer(o,
		    o->posted[i].mail, m));
		o->work_at = 0;
		if (!outbox_busy(o) && o->role->draining)
			role_drained(o->role);
		return;
	}
}

/* After a transaction that failed the store says nothing before another
 * one has begun. */
static bool
is_well(struct outbox *o)
{
	if (store_why(o->store)->status == STORE_OK)
		return true;
	if (!store_begin(o->store))
		return false;
	store_rollback(o->store);
	return true;
}

/* ---- at once ------------------------------------------------------------- */

static bool
hurry(struct outbox *o, struct span word, struct outbound_hurried *n)
{
	return span_has(word, '@') ?
	    outbound_lift(o->store, word, &n->mails) :
	    outbound_hurry(o->store, word, now_of(o), n);
}

void
outbox_hurry(struct outbox *o, struct bus *from, const struct msg_hurry *m)
{
	struct outbound_hurried n = { .reports = 0 };
	bool ok = o->role->daemon.outbound.send && outbox_open(o) &&
	    is_well(o) && finish(o, store_begin(o->store) &&
	    hurry(o, m->word, &n));
	struct msg_hurried answer = { .id = m->id, .status = !ok,
		.reports = n.reports, .mails = n.mails,
		.counting = n.counting };

	(void)bus_send_hurried(from, &answer, -1);
	o->work_at = 0;
}

/* ---- all of it ----------------------------------------------------------- */

static void
forget_old(struct outbox *o)
{
	int64_t today = now_of(o) / SECONDS_A_DAY;

	if (o->aged == today)
		return;
	if (finish(o, store_begin(o->store) && outbound_age(o->store,
	    today - KEPT_DAYS)))
		o->aged = today;
}

void
outbox_due(struct outbox *o)
{
	if (!is_well(o))
		return;
	make_due(o);
	forget_old(o);
	if (!o->courier_up)
		return;
	ask_ways(o);
	post_mails(o);
}

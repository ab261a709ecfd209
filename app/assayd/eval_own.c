/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_own.c - is an account of ours used like itself?  From a copy of the
 * first octets of what it submits, by what store has noted (sys/accounts.h);
 * what store may note of it goes into the spool beside the record, as does
 * mail that came back.
 */
#include "p_eval.h"

#include <unistd.h>

#include "accounts.h"
#include "nets.h"

enum { BOUNCE_RCPTS = 3 };	/* RFC 3464 2: a report is for who sent it   */

/* Before the walls: a database is opened by its library. */
static void
nets_begin(struct evals *e)
{
	const char *why;

	for (unsigned i = 0; i < NETS_FILES; i++) {
		int fd = role_fd(e->role, "nets", i);

		if (fd < 0)
			continue;
		if (e->nets == NULL)
			e->nets = nets_new();
		if (e->nets != NULL && !nets_add(e->nets, fd, &why))
			log_say2(&e->role->log, "asn-table-unread", why,
			    "file", assay_cstr(e->daemon->own.asn[i]));
		close(fd);
	}
}

void
own_begin(struct evals *e)
{
	int fd = role_fd(e->role, "accounts", 0);
	int way = role_fd(e->role, "pledges", 0);

	nets_begin(e);
	e->pledges = way < 0 ? NULL : pledges_open(way);
	if (fd >= 0)
		e->accounts = accounts_open(fd, false, NULL);
	if (fd >= 0 && e->accounts == NULL)
		log_say(&e->role->log, "own-accounts-off",
		    "the file of accounts cannot be read");
}

bool
own_is_judged(const struct slot *s)
{
	return s->own && s->kind == JOB_MAIL && s->evals->accounts != NULL &&
	    !span_absent(s->user) && s->user.len > 0;
}

const uint8_t *
own_key(const struct evals *e)
{
	return accounts_key(e->accounts);
}

void
own_network(const struct slot *s, struct net_of *of,
    struct assay_reading *what)
{
	if (s->evals->nets == NULL)
		return;
	*of = nets_find(s->evals->nets, &s->client);
	what->provider = of->number;
	if (of->country[0] != 0)
		what->country = (struct span){ (const uint8_t *)of->country,
		    sizeof(of->country) };
}

enum assay_status
own_answer(struct slot *s, const struct assay_question *q)
{
	struct evals *e = s->evals;
	const struct daemon_own *o = &e->daemon->own;
	struct own_limits limits = { o->hour, o->day, o->most_hour,
		o->most_day, false };
	struct assay_answer a = { .kind = ASSAY_A_TEMPFAIL };
	struct pledges *way = e->pledges != NULL &&
	    pledges_lock(e->pledges) ? e->pledges : NULL;
	struct span item = accounts_ask(e->accounts,
	    assay_eval_account(s->ev), limits, o->observe_s, way, s->record);

	if (way != NULL)
		pledges_unlock(way);
	else
		stats_count(&e->role->stats, STAT_OWN_UNPLEDGED);
	if (!span_absent(item))
		a = (struct assay_answer){ .kind = ASSAY_A_DATA,
			.item = &item, .n_item = 1 };
	stats_count(&e->role->stats, span_absent(item) ? STAT_OWN_MISSED :
	    STAT_OWN_SCORED);
	return assay_eval_answer(s->ev, q, &a);
}

/* ---- what store may note ------------------------------------------------- */

static void
put_item(struct buf *out, struct span item)
{
	bus_put_u32(out, (uint32_t)item.len);
	buf_put(out, item);
}

/* In mode observe everything went out. */
static enum own_end
end_of(const struct slot *s, const struct ending *end)
{
	if (s->evals->daemon->listener[s->listener].observe)
		return OWN_SENT;
	switch (end->v->disposition) {
	case ASSAY_ACCEPT: case ASSAY_TAG: case ASSAY_STRIP:
		return OWN_SENT;
	case ASSAY_QUARANTINE: case ASSAY_HOLD:
		return OWN_KEPT;
	case ASSAY_REJECT: case ASSAY_DEFER: case ASSAY_DEFER_ONCE:
		break;
	}
	return OWN_REFUSED;
}

void
put_own(struct slot *s, const struct ending *end, struct buf *out)
{
	struct span fact = assay_eval_account(s->ev);
	ROOM(room, OWN_FACT + ACCOUNTS_NAME + 16);
	struct buf item = BUF_ON(room);

	if (s->evals->accounts == NULL || span_absent(fact))
		return;
	/* store has seen more than we have, and may have to tell whose it is */
	accounts_put(&item, end_of(s, end), s->record, s->user,
	    fact);
	if (!item.full)
		put_item(out, buf_span(&item));
}

/* Of mail from nobody (RFC 5321 4.5.5), to few. */
void
own_note_bounce(struct slot *s, const struct assay_session *session)
{
	s->n_bounce = 0;
	if (s->evals->accounts == NULL || s->own || s->kind != JOB_MAIL ||
	    span_absent(session->mail_from) || session->mail_from.len > 0 ||
	    session->n_rcpt > BOUNCE_RCPTS)
		return;
	for (size_t i = 0; i < session->n_rcpt; i++)
		s->bounce[s->n_bounce++] = assay_account_address(
		    session->rcpt[i], own_key(s->evals));
}

void
put_bounce(struct slot *s, struct buf *out)
{
	ROOM(room, 1 + 4 * BOUNCE_RCPTS);
	struct buf item = BUF_ON(room);

	if (s->n_bounce == 0)
		return;
	buf_byte(&item, ACCOUNTS_BOUNCE);
	for (size_t i = 0; i < s->n_bounce; i++)
		buf_u32(&item, s->bounce[i]);
	put_item(out, buf_span(&item));
}

/* What a mail server is told of mail of our own that goes on. */
void
own_verdict(struct slot *s, struct msg_verdict *m)
{
	const struct assay_verdict *v = s->end.v;

	if (v == NULL)
		return;
	m->disposition = (uint8_t)v->disposition;
	m->reply = v->smtp_reply;
}

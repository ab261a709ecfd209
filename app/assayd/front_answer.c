/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_answer.c - what the mail server is told: changes of the header in
 * the order that eval gave them, then one word or reply.
 *
 * A listener that observes changes nothing, whatever eval says.
 */
#include "p_front.h"

#include <stdlib.h>

#include "base/limits.h"
#include "edit.h"
#include "wire/path.h"

static const char broken_reply[] =
    "451 4.3.0 The mail could not be checked now; please try again later";

/* ---- whose mail --------------- */

static struct daemon_party
party_of(const struct conn *c)
{
	const struct milter_session *s = &c->session;

	return (struct daemon_party){ .listener = c->listener,
	    .client = s->client, .user = s->auth_user };
}

/* No address is not the absence of a client, or a stranger would be one of
 * us.  Where a mail server does not know it (Postfix: XCLIENT with ADDR
 * [UNAVAILABLE]), the family is "U" and the name is "unknown"; mail that was
 * written on the host comes from "localhost" (sendmail -bs), by a unix socket
 * or with no word of a client. */
static bool
may_have_client(const struct milter_session *s)
{
	if (s->family == MILTER_FAMILY_NONE)
		return !span_ieq(milter_session_word(&s->client_name),
		    SPAN("localhost"));
	return s->family == MILTER_FAMILY_IPV4 ||
	    s->family == MILTER_FAMILY_IPV6;
}

bool
front_is_own(struct conn *c)
{
	const struct milter_session *s = &c->session;
	struct daemon_party party = party_of(c);

	if (s->client.family == 0 && may_have_client(s) &&
	    span_absent(s->auth_user) &&
	    !c->front->role->daemon.listener[c->listener].own)
		return false;
	return daemon_is_own(&c->front->role->daemon, &party);
}

/* ---- split defer --------------- */

static size_t
policy_of(struct conn *c, const struct milter_rcpt *r)
{
	struct front *f = c->front;
	struct daemon_party party = party_of(c);
	struct path path;

	arena_reset(&f->scratch);
	if (path_parse(&path, r->path, &f->scratch))
		party.recipient = path.domain;
	return daemon_policy_for(&f->role->daemon, &party);
}

/* DECISIONS 21: recipients under another policy come again by themselves. */
void
answer_rcpt(struct conn *c, struct buf *out)
{
	struct milter_session *s = &c->session;
	const struct milter_rcpt *newest = *s->rcpt_end;
	bool keep = newest == s->rcpt ||
	    policy_of(c, newest) == policy_of(c, s->rcpt);

	milter_session_rcpt(s, keep, SPAN("452 4.5.3 This recipient has "
	    "another policy; please send to it separately"), out);
}

/* ---- no verdict --------------- */

void
answer_count(struct conn *c, enum assay_disposition d)
{
	struct front *f = c->front;

	stats_disposition(&f->role->stats, STAT_MESSAGES, d);
	stats_add(&f->role->stats, STAT_MESSAGE_BYTES, 0, c->session.size);
}

static void
log_broken(const struct conn *c, const char *cause, bool defer)
{
	const struct milter_session *s = &c->session;
	struct log_line line;

	log_begin(&line, &c->front->role->log, "not-judged");
	log_str(&line, "cause", cause);
	log_str(&line, "act", defer ? "defer" : "accept");
	log_span(&line, "queue", s->queue_id);
	log_u64(&line, "size", s->size);
	log_end(&line);
}

static void
put_quarantine(struct conn *c, struct span why, struct buf *out)
{
	const struct milter_session *s = &c->session;

	if (milter_session_may(s, MILTER_MAY_QUARANTINE))
		milter_put_quarantine(out, why);
	else if (milter_session_may(s, MILTER_MAY_ADD_HEADERS))
		milter_put_append(out, s, SPAN("X-Assay-Quarantine"), why);
}

/* Nobody has looked at whose they are: all results that came with it go, as
 * RFC 8601 5 allows; if they cannot, somebody has to look. */
static void
put_unjudged(struct conn *c, struct buf *out)
{
	const struct milter_session *s = &c->session;
	unsigned n = s->results;

	if (n > LIMIT_REMOVALS || (n > 0 &&
	    !milter_session_may(s, MILTER_MAY_CHANGE_HEADERS)))
		put_quarantine(c, SPAN("assay: not judged, and results that "
		    "nobody checked cannot be removed"), out);
	else
		for (; n > 0; n--)
			milter_put_delete(out, n,
			    SPAN("Authentication-Results"));
}

static bool
answer_unjudged(struct conn *c, const char *cause, bool defer)
{
	struct front *f = c->front;
	bool observe = f->role->daemon.listener[c->listener].observe;
	struct buf out = { .ptr = f->said, .cap = FRONT_OUT };

	defer = defer && !observe;
	log_broken(c, cause, defer);
	stats_count(&f->role->stats, STAT_BROKEN);
	answer_count(c, defer ? ASSAY_DEFER : ASSAY_ACCEPT);
	if (defer)
		milter_put_code(&out, assay_cstr(broken_reply), false);
	else if (!observe)
		put_unjudged(c, &out);
	if (!defer)
		milter_print_word(&out, MILTER_CONTINUE);
	conn_answered(c);
	return conn_say(c, buf_span(&out));
}

bool
answer_broken(struct conn *c, const char *cause)
{
	return answer_unjudged(c, cause, c->front->role->daemon.broken_defer);
}

/* Load passes, so a second try is sound; and if it opened the door, whoever
 * wants in unchecked would only have to make some. */
bool
answer_overloaded(struct conn *c, const char *cause)
{
	return answer_unjudged(c, cause,
	    c->front->role->daemon.overloaded_defer);
}

/* ---- a verdict --------------- */

/* What could not be said, as the mail server does not offer it. */
struct unsaid {
	bool removal, addition;
	bool no_seal;		/* it is of a body that is not sent         */
};

static void
put_edit(struct conn *c, const struct edit *e, struct unsaid *no,
    struct buf *out)
{
	const struct milter_session *s = &c->session;
	struct stats *stats = &c->front->role->stats;

	switch (e->op) {
	case EDIT_DELETE:
		if (!milter_session_may(s, MILTER_MAY_CHANGE_HEADERS)) {
			no->removal = true;
			return;
		}
		milter_put_delete(out, e->index, e->name);
		stats_add(stats, STAT_EDITS, EDIT_REMOVED, 1);
		return;
	case EDIT_INSERT:
	case EDIT_APPEND:
		if (no->no_seal && span_istarts(e->name, SPAN("ARC-")))
			return;
		if (!milter_session_may(s, MILTER_MAY_ADD_HEADERS)) {
			no->addition = true;
			return;
		}
		stats_add(stats, STAT_EDITS, span_ieq(e->name,
		    SPAN("Authentication-Results")) ? EDIT_RESULTS :
		    EDIT_OTHER, 1);
		/* before version 3 nothing could be put on top */
		if (e->op == EDIT_APPEND || s->version < 3)
			milter_put_append(out, s, e->name, e->value);
		else
			milter_put_insert(out, s, e->index, e->name,
			    e->value);
		return;
	}
}

/* False: a list that no honest eval makes. */
static bool
put_edits(struct conn *c, struct span edits, struct unsaid *no,
    struct buf *out)
{
	struct edit e;
	bool some = edits.len > 0;

	while (edit_next(&edits, &e))
		put_edit(c, &e, no, out);
	return !out->full && (!some || !span_absent(edits));
}

/* Accepted, or kept apart: false: see put_edits(). */
static bool
put_kept(struct conn *c, const struct msg_verdict *v, struct buf *out)
{
	struct unsaid no = { .no_seal = v->disposition == ASSAY_HOLD &&
		v->cuts.len > 0 };

	if (!put_edits(c, v->edits, &no, out))
		return false;
	/* DECISIONS 21: a forged result that has to stay */
	if (!span_absent(v->quarantine))
		put_quarantine(c, v->quarantine, out);
	else if (no.removal)
		put_quarantine(c, SPAN("assay: forged results, and the mail "
		    "server cannot be told to remove them"), out);
	if (no.removal || no.addition)
		log_say2(&c->front->role->log, "not-changed", "the mail "
		    "server does not let a milter change headers", "queue",
		    c->session.queue_id);
	milter_print_word(out, MILTER_CONTINUE);
	return !out->full;
}

/* False: eval said what it cannot say. */
static bool
put_verdict(struct conn *c, const struct msg_verdict *v, struct buf *out)
{
	switch ((enum assay_disposition)v->disposition) {
	case ASSAY_ACCEPT:
	case ASSAY_TAG:
	case ASSAY_QUARANTINE:
	case ASSAY_HOLD:
	case ASSAY_STRIP:
		return put_kept(c, v, out);
	case ASSAY_REJECT:
		milter_put_code(out, v->reply, true);
		return true;
	case ASSAY_DEFER:
	case ASSAY_DEFER_ONCE:
		milter_put_code(out, v->reply, false);
		return true;
	}
	return false;
}

/* Who comes again after half an hour is let through, with the field. */
static void
relent(struct conn *c, struct msg_verdict *v)
{
	if (v->disposition != ASSAY_DEFER_ONCE || once_defers(c))
		return;
	v->disposition = ASSAY_TAG;
	log_say2(&c->front->role->log, "let-through", "it was deferred once, "
	    "or there are too many to remember", "queue",
	    c->session.queue_id);
}

/* Without its last word, which follows the new body; and what is said if that
 * cannot be. */
static bool
answer_strip(struct conn *c, const struct job *job,
    const struct msg_verdict *v, struct span said)
{
	struct buf instead = { .ptr = malloc(FRONT_OUT), .cap = FRONT_OUT };
	struct msg_verdict hold = *v;
	bool alive;

	hold.disposition = ASSAY_HOLD;
	hold.quarantine = strip_held();
	if (instead.ptr == NULL || !put_kept(c, &hold, &instead)) {
		free(instead.ptr);
		return answer_overloaded(c, "no-memory");
	}
	alive = strip_begin(c, job->id, v, span_head(said,
	    said.len - MILTER_HEAD), buf_span(&instead));
	free(instead.ptr);
	return alive;
}

bool
answer_verdict(struct conn *c, const struct job *job,
    const struct msg_verdict *v)
{
	struct front *f = c->front;
	struct buf out = { .ptr = f->said, .cap = FRONT_OUT };
	struct msg_verdict nothing = { .disposition = ASSAY_ACCEPT };
	struct msg_verdict act = *v;

	if (v->status != VERDICT_OK)
		return answer_broken(c, "not-possible");
	if (f->role->daemon.listener[c->listener].observe)
		act = nothing;
	else
		relent(c, &act);
	v = &act;
	if (!put_verdict(c, v, &out)) {
		role_accuse(f->role, ROLE_EVAL, job->eval->index,
		    "a verdict that cannot be");
		return answer_broken(c, "no-verdict");
	}
	if (v->disposition != ASSAY_STRIP)
		answer_count(c, (enum assay_disposition)v->disposition);
	stats_time(&f->role->stats, STAT_ANSWER,
	    (uint64_t)(clock_micros() - job->began));
	if (v->disposition == ASSAY_STRIP)
		return answer_strip(c, job, v, buf_span(&out));
	if (letter_wanted(c, v))
		return letter_begin(c, job->id, v, buf_span(&out));
	conn_answered(c);
	return conn_say(c, buf_span(&out));
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finish.c - all checks of a message are done: what becomes of it.
 *
 * Several recipients may stand under several policies; the mildest
 * disposition wins and what a stricter one would have done goes into a field
 * of its own, for nobody's mail is deleted by the policy of another
 * (DECISIONS 21).
 */
#include "p_eval.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "edit.h"
#include "report/report_author.h"

/* ---- the verdict --------------------------------------------------------- */

static bool
stronger(enum assay_disposition a, enum assay_disposition b)
{
	return assay_disposition_strength(a) > assay_disposition_strength(b);
}

static enum assay_status
decide(struct slot *s, struct ending *end)
{
	const struct daemon_conf *d = s->evals->daemon;
	const struct assay_verdict *v;
	enum assay_status st = ASSAY_MISUSE;

	for (size_t i = 0; i < d->n_policy; i++) {
		if ((s->policies >> i & 1) == 0)
			continue;
		st = assay_decide(&v, s->ev, d->policy[i].policy);
		if (st != ASSAY_OK)
			return st;
		if (end->v == NULL || stronger(end->v->disposition,
		    v->disposition)) {
			end->v = v;
			end->policy = i;
		}
		if (end->would == NULL || stronger(v->disposition,
		    end->would->disposition))
			end->would = v;
		if (stronger(v->would, end->at_most))
			end->at_most = v->would;
	}
	return st;
}

static bool
is_kept_apart(const struct assay_verdict *v)
{
	return v->disposition == ASSAY_QUARANTINE ||
	    v->disposition == ASSAY_HOLD;
}

/* Why, for the operator who looks into the quarantine, or sorts by it. */
static struct span
because_words(struct slot *s, const struct ending *end, const char *begin,
    struct buf out)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(s->ev, &e);

	buf_str(&out, begin);
	for (size_t i = 0; i < end->v->n_because; i++) {
		size_t k = end->v->because[i];
		const struct assay_reason_text *t = k >= n ? NULL :
		    assay_reason_text(e[k].reason);
		if (t == NULL || out.cap - out.len < 64)
			continue;
		buf_str(&out, out.len > 0 ? " " : "");
		buf_str(&out, t->name);
	}
	return buf_span(&out);
}

/* ---- mandates ------------------------------------------------------------ */

/* Of that name in that policy; the same after every start. */
static uint64_t
mandate_key(const struct slot *s, const struct ending *end)
{
	static const uint8_t key[crypto_shorthash_KEYBYTES] = "assay mandates";
	uint8_t room[512];
	struct buf b = BUF_ON(room);
	uint64_t out = 0;

	if (span_absent(end->v->mandate))
		return 0;
	buf_str(&b, s->evals->daemon->policy[end->policy].name);
	buf_byte(&b, 0);
	buf_put(&b, end->v->mandate);
	crypto_shorthash((uint8_t *)&out, b.ptr, b.len, key);
	return out == 0 ? 1 : out;
}

/* What a mandate allows is done so often a day.  False: it is spent, or nobody
 * can count. */
static bool
may_spend(struct slot *s)
{
	struct evals *e = s->evals;
	uint32_t day = (uint32_t)(loop_time(e->role->loop) / 86400);
	bool ok = e->budgets != NULL && budgets_take(e->budgets,
	    mandate_key(s, &s->end), s->end.v->mandate_budget, day);

	log_say2(&e->role->log, ok ? "mandate-used" : "mandate-spent", ok ?
	    "this cannot be taken back" : "the message is held instead",
	    "queue", s->queue_id);
	return ok;
}

/* Before anything is told or kept of it, so that all say the same. */
static enum assay_status
decide_spending(struct slot *s)
{
	static const struct ending nothing = { .at_most = ASSAY_ACCEPT };
	struct evals *e = s->evals;
	enum assay_status st;

	s->strip = NULL;
	eval_observe(s->ev, loop_time(e->role->loop) <
	    daemon_observes_until(e->daemon, e->began));
	for (;;) {
		s->end = nothing;
		st = decide(s, &s->end);
		if (st == ASSAY_OK && s->strip == NULL &&
		    s->end.v->disposition == ASSAY_STRIP) {
			st = slot_strip(s);
			if (st != ASSAY_OK)
				return st;
			continue;
		}
		if (st != ASSAY_OK || span_absent(s->end.v->mandate) ||
		    s->kind != JOB_MAIL ||
		    s->evals->daemon->listener[s->listener].observe ||
		    may_spend(s))
			return st;
		s->strip = NULL;
		st = assay_eval_spent(s->ev, s->end.v->mandate);
		if (st != ASSAY_OK)
			return st;
	}
}

/* ---- the header ---------------------------------------------------------- */

static void
insert(struct buf *list, const char *name, struct span value)
{
	struct edit e = { .op = EDIT_INSERT, .name = assay_cstr(name),
		.value = value };

	edit_put(list, &e);
}

/* Field bodies of the library are folded with CRLF; a mail server wants
 * LF. */
void
insert_field(struct buf *list, struct span name, struct span body,
    struct buf *room)
{
	struct edit e = { .op = EDIT_INSERT, .name = name };
	size_t from = room->len;

	for (size_t i = 0; i < body.len; i++)
		if (span_at(body, i) != '\r')
			buf_byte(room, (uint8_t)span_at(body, i));
	e.value = span_skip(buf_span(room), from);
	edit_put(list, &e);
	if (room->full)
		list->full = true;
}

void
put_removals(struct slot *s, struct buf *list)
{
	const struct assay_removal *r;
	size_t n = assay_eval_removals(s->ev, &r);

	/* more make the message S1: those on top, which are read first */
	if (n > LIMIT_REMOVALS)
		n = LIMIT_REMOVALS;
	while (n-- > 0) {
		struct edit e = { .op = EDIT_DELETE, .name = r[n].name,
			.index = (uint32_t)r[n].index };
		if (r[n].index > 0)
			edit_put(list, &e);
	}
}

static void
put_edits(struct slot *s, const struct ending *end, struct buf *list)
{
	const struct daemon_conf *d = s->evals->daemon;
	struct buf room = { .ptr = s->evals->text_room, .cap = TEXT_ROOM };

	put_removals(s, list);
	if (end->would != end->v || end->at_most != end->v->disposition)
		insert(list, "X-Assay-Would", assay_cstr(
		    assay_disposition_name(end->at_most)));
	if (d->behaviour.header && !span_absent(end->v->behaviour))
		insert(list, "X-Assay-Behaviour", end->v->behaviour);
	if (end->v->disposition == ASSAY_TAG ||
	    end->v->disposition == ASSAY_STRIP ||
	    end->v->disposition == ASSAY_DEFER_ONCE)
		insert(list, "X-Assay-Tag", because_words(s, end, "",
		    (struct buf){ .ptr = s->evals->words,
		    .cap = WORDS_ROOM }));
	if (is_kept_apart(end->v) && d->quarantine_header != NULL)
		insert(list, d->quarantine_header,
		    assay_cstr(d->quarantine_value));
	insert_field(list, SPAN("Authentication-Results"),
	    end->v->authentication_results, &room);
	put_signatures(s, list, &room);
}

/* ---- the answer ---------------------------------------------------------- */

/* RFC 5321 4.5.3.1.5: a reply line has at most 512 octets. */
static struct span
with_contact(struct slot *s, const struct assay_verdict *v)
{
	const char *contact = s->evals->daemon->contact;
	struct buf out = { .ptr = s->evals->words, .cap = 510 };

	if (contact == NULL || v->disposition != ASSAY_REJECT)
		return v->smtp_reply;
	buf_put(&out, v->smtp_reply);
	buf_str(&out, "; ask ");
	buf_str(&out, contact);
	return out.full ? v->smtp_reply : buf_span(&out);
}

/* What a listener that only observes tells is: nothing. */
static void
judged(struct slot *s, struct msg_verdict *m, struct buf *list)
{
	const struct daemon_conf *d = s->evals->daemon;
	const struct assay_verdict *v = s->end.v;

	m->disposition = (uint8_t)v->disposition;
	m->reply = with_contact(s, v);
	if (v->dmarc == ASSAY_PASS)
		m->author = report_author(s->ev);
	/* what is not taken is not changed, and never fails for that */
	if (v->disposition == ASSAY_REJECT || v->disposition == ASSAY_DEFER)
		return;
	put_edits(s, &s->end, list);
	/* the reply may lie in words, and our own field is in the list */
	if (is_kept_apart(v) && d->quarantine_header == NULL)
		m->quarantine = because_words(s, &s->end,
		    v->disposition == ASSAY_QUARANTINE ? "assay:" :
		    "assay: hold:", (struct buf){ .ptr =
		    s->evals->text_room, .cap = WORDS_ROOM });
}

/* Nothing of what was found about an account of ours goes out with its mail,
 * but if the operator wants it. */
static void
signed_own(struct slot *s, struct msg_verdict *m, struct buf *list)
{
	struct buf room = { .ptr = s->evals->text_room, .cap = TEXT_ROOM };
	const struct daemon_conf *d = s->evals->daemon;
	const struct assay_verdict *v = s->end.v;

	own_verdict(s, m);
	put_removals(s, list);
	own_log(s, put_signatures(s, list, &room));
	if (v == NULL || !is_kept_apart(v))
		return;
	if (d->quarantine_header != NULL)
		insert(list, d->quarantine_header,
		    assay_cstr(d->quarantine_value));
	else
		m->quarantine = because_words(s, &s->end, v->disposition ==
		    ASSAY_QUARANTINE ? "assay:" : "assay: hold:",
		    (struct buf){ .ptr = s->evals->words,
		    .cap = WORDS_ROOM });
}

void
slot_answer(struct slot *s)
{
	struct buf list = { .ptr = s->evals->edits_room,
		.cap = EDITS_ROOM };
	struct buf cuts = { .ptr = s->evals->cuts_room,
		.cap = CUTS_ROOM };
	struct msg_verdict m = { .id = s->id, .status = VERDICT_OK,
		.disposition = ASSAY_ACCEPT };

	if (!s->evals->daemon->listener[s->listener].observe) {
		if (s->own)
			signed_own(s, &m, &list);
		else
			judged(s, &m, &list);
		m.edits = buf_span(&list);
		if (m.disposition == ASSAY_STRIP && strip_put(s, &cuts))
			m.cuts = buf_span(&cuts);
	}
	if (list.full)		/* nothing half-said */
		m = (struct msg_verdict){ .id = s->id,
			.status = VERDICT_FAILED };
	slot_verdict(s, &m, -1);
}

static bool
write_fd(void *ctx, struct assay_span bytes)
{
	int fd = *(int *)ctx;

	return write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len;
}

static void
answer_check(struct slot *s, const struct ending *end)
{
	int fd = memfd_create("result", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct msg_verdict m = { .id = s->id, .status = VERDICT_FAILED };

	if (fd >= 0 && assay_result_write(s->ev, end->v, SPAN_NONE, write_fd,
	    &fd) == ASSAY_OK) {
		m.status = VERDICT_OK;
		m.disposition = (uint8_t)end->v->disposition;
		m.reply = end->v->smtp_reply;
	}
	slot_verdict(s, &m, m.status == VERDICT_OK ? fd : -1);
	if (fd >= 0)
		close(fd);
}

void
slot_finish(struct slot *s)
{
	struct msg_verdict failed = { .id = s->id,
		.status = VERDICT_FAILED };

	loop_untimer(s->evals->role->loop, &s->deadline);
	if (slot_behave(s) != ASSAY_OK || decide_spending(s) != ASSAY_OK) {
		slot_verdict(s, &failed, -1);
		return;
	}
	slot_log(s, &s->end);
	slot_record(s, &s->end);
	if (s->kind == JOB_CHECK)
		answer_check(s, &s->end);
	else if (s->kind == JOB_LETTER)
		letter_author(s);
	else if (s->own)
		slot_own(s);
	else if (!slot_seal(s))
		slot_answer(s);
}

/* The mapping is enough; the file stays with the parent. */
static void
open_budgets(struct evals *e)
{
	int fd = role_fd(e->role, "budget", 0);

	e->began = fd < 0 ? INT64_MAX : budgets_began(fd);
	if (fd < 0)
		return;
	e->budgets = budgets_open(fd);
	close(fd);
}

bool
finish_rooms(struct evals *e)
{
	open_budgets(e);
	for (unsigned i = 0; i < SLOTS; i++)
		e->slot[i].whole_fd = -1;
	e->edits_room = malloc(EDITS_ROOM);
	e->text_room = malloc(TEXT_ROOM);
	e->cuts_room = malloc(CUTS_ROOM);
	return e->edits_room != NULL && e->text_room != NULL &&
	    e->cuts_room != NULL;
}

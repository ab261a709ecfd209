/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_sign.c - signatures: mail of our own users and networks is not
 * checked (RFC 9989 speaks of mail from outside) but signed; what comes from
 * outside is sealed if arc-seal says so.
 *
 * Here are the drafts; the keys are with signer, which sees 32 octets and
 * knows from front what this message may be signed as.
 */
#include "p_eval.h"

#include <stdlib.h>

#include "sign_keys.h"

static const struct daemon_conf *
conf_of(const struct slot *s)
{
	return s->evals->daemon;
}

static bool
observes(const struct slot *s)
{
	return conf_of(s)->listener[s->listener].observe;
}

/* ---- what is wanted ------------------------------------------------------ */

static enum assay_status
want(struct slot *s, const struct daemon_signer *w)
{
	return assay_eval_will_sign(s->ev, w->body_simple ? ASSAY_SIMPLE :
	    ASSAY_RELAXED);
}

/* Whose mail it is stands in its header, so any signer may be asked. */
enum assay_status
slot_will_sign(struct slot *s)
{
	const struct daemon_conf *d = conf_of(s);
	enum assay_status st = ASSAY_OK;

	s->n_signing = 0;
	if (s->kind != JOB_MAIL || observes(s))
		return ASSAY_OK;
	if (!s->own)
		return d->seal == NULL ? ASSAY_OK : want(s, d->seal);
	for (size_t i = 0; i < d->n_signer && st == ASSAY_OK; i++)
		st = want(s, &d->signer[i]);
	return st;
}

/* "Name" and, once more than it is there, "Name+" (assay.h). */
static void
list_fields(struct sign_fields *out, const struct daemon_signer *w)
{
	struct buf room = BUF_ON(out->room);

	for (size_t i = 0; i < w->n_header && out->n < SIGN_FIELDS; i++)
		out->field[out->n++] = w->header[i];
	for (size_t i = 0; i < w->n_oversign && out->n < SIGN_FIELDS; i++) {
		size_t from = room.len;
		buf_put(&room, w->oversign[i]);
		buf_byte(&room, '+');
		out->field[out->n++] = span_skip(buf_span(&room), from);
	}
	if (room.full)
		out->n = 0;
}

bool
sign_rooms(struct evals *e)
{
	const struct daemon_conf *d = e->daemon;

	e->fields = calloc(d->n_signer + 1, sizeof(*e->fields));
	if (e->fields == NULL)
		return false;
	for (size_t i = 0; i < d->n_signer; i++)
		list_fields(&e->fields[i], &d->signer[i]);
	if (d->seal != NULL)
		list_fields(&e->fields[d->n_signer], d->seal);
	return true;
}

static struct assay_signing
wish_of(const struct daemon_signer *w, const struct daemon_key *key)
{
	return (struct assay_signing){ .domain = key->domain.name,
		.selector = key->selector.name,
		.algorithm = key->algorithm == SIGN_ED25519 ?
		    ASSAY_ED25519_SHA256 : ASSAY_RSA_SHA256,
		.header = w->header_simple ? ASSAY_SIMPLE : ASSAY_RELAXED,
		.body = w->body_simple ? ASSAY_SIMPLE : ASSAY_RELAXED,
		.lifetime = w->expire_s, .no_time = !w->timestamp };
}

/* ---- asking the signer --------------------------------------------------- */

static bool
ask_signer(struct slot *s, struct signing *g)
{
	const struct daemon_key *key = &conf_of(s)->key[g->key];
	struct msg_sign m = { .id = s->id, .key = g->key,
		.domain = key->domain.name,
		.digest = { assay_draft_digest(g->draft), 32 } };

	g->waits = s->evals->signer != NULL &&
	    bus_send_sign(s->evals->signer, &m, -1);
	return g->waits;
}

static void
refused(struct slot *s, const struct assay_draft *draft)
{
	struct assay_span detail;
	enum assay_reason r = assay_draft_refused(draft, &detail);
	const struct assay_reason_text *t = assay_reason_text(r);
	struct log_line line;

	if (r == ASSAY_R_NONE)
		return;
	log_begin(&line, &s->evals->role->log, "unsigned");
	log_span(&line, "queue", s->queue_id);
	log_str(&line, "because", t == NULL ? "?" : t->name);
	log_span(&line, "detail", detail);
	log_end(&line);
}

static bool
waits(const struct slot *s)
{
	for (size_t i = 0; i < s->n_signing; i++)
		if (s->signing[i].waits)
			return true;
	return false;
}

static void
too_slow(void *ctx)
{
	slot_unsigned(ctx, "signer or resolve did not answer in time");
}

static bool
wait_for_all(struct slot *s)
{
	if (!waits(s))
		return false;
	s->deadline = (struct timer){ .fn = too_slow, .ctx = s };
	loop_timer(s->evals->role->loop, &s->deadline, SIGN_MS);
	return true;
}

/* What is known of the key's record is enough.  False: nothing is to wait
 * for. */
static bool
begin_one(struct slot *s, struct signing *g)
{
	const struct daemon_conf *d = conf_of(s);
	const struct daemon_signer *w = s->signer;
	const struct sign_fields *fields = &s->evals->fields[s->sealing ?
	    d->n_signer : (size_t)(w - d->signer)];
	struct assay_signing wish = wish_of(w, &d->key[g->key]);
	enum assay_status st;

	wish.field = fields->field;
	wish.n_field = fields->n;
	st = s->sealing ? assay_seal_begin(&g->draft, s->ev, &wish,
	    s->end.v->authentication_results) :
	    assay_sign_begin(&g->draft, s->ev, &wish);
	if (st == ASSAY_OK)
		refused(s, g->draft);
	return st == ASSAY_PENDING && ask_signer(s, g);
}

static bool
usable(enum key_state state)
{
	return state != KEY_ABSENT && state != KEY_BAD;
}

/* One draft a key that is in its time and in DNS.  False: nothing is to
 * wait for. */
static bool
begin_all(struct slot *s, const struct daemon_signer *w, bool seal)
{
	const struct daemon_conf *d = conf_of(s);
	int64_t now = loop_time(s->evals->role->loop);

	s->signer = w;
	s->sealing = seal;
	for (size_t i = w->key; i < w->key + w->n_key && s->n_signing <
	    DAEMON_SIGN_KEYS; i++) {
		struct signing *g = &s->signing[s->n_signing];
		enum key_state state;
		if (!daemon_key_valid(&d->key[i], now))
			continue;
		state = sign_key_state(s->evals, (uint16_t)i, s);
		*g = (struct signing){ .key = (uint16_t)i };
		if (state == KEY_UNASKED)
			g->waits = g->dns = true;
		if (usable(state) && (g->dns || begin_one(s, g)))
			s->n_signing++;
		if (seal && s->n_signing > 0)	/* one set is enough */
			break;
	}
	return wait_for_all(s);
}

static void
end_if_done(struct slot *s)
{
	if (waits(s))
		return;
	loop_untimer(s->evals->role->loop, &s->deadline);
	slot_answer(s);
}

void
slot_key_known(struct slot *s, uint16_t key)
{
	bool any = false;

	for (size_t i = 0; i < s->n_signing; i++) {
		struct signing *g = &s->signing[i];
		if (!g->waits || !g->dns || g->key != key)
			continue;
		any = true;
		g->waits = g->dns = false;
		if (usable(s->evals->sign_key[key].state))
			(void)begin_one(s, g);
	}
	if (any)
		end_if_done(s);
}

/* ---- own mail, sealed mail ----------------------------------------------- */

/* What is not taken needs no signature. */
static bool
is_refused(const struct slot *s)
{
	const struct assay_verdict *v = s->end.v;

	return v != NULL && (v->disposition == ASSAY_REJECT ||
	    v->disposition == ASSAY_DEFER);
}

void
slot_own(struct slot *s)
{
	const struct daemon_conf *d = conf_of(s);
	struct daemon_party party = { .listener = s->listener,
		.client = s->client, .user = s->user };
	struct domain author = { assay_eval_author(s->ev) };
	const struct daemon_signer *w = domain_absent(author) ? NULL :
	    daemon_signer_for(d, author);

	if (observes(s) || is_refused(s) || w == NULL ||
	    !daemon_may_sign(d, w, &party) ||
	    !begin_all(s, w, false))
		slot_answer(s);
}

/* What is refused needs no seal. */
bool
slot_seal(struct slot *s)
{
	const struct daemon_signer *w = conf_of(s)->seal;

	if (w == NULL || observes(s) ||
	    s->end.v->disposition == ASSAY_REJECT ||
	    s->end.v->disposition == ASSAY_DEFER)
		return false;
	return begin_all(s, w, true);
}

void
slot_unsigned(struct slot *s, const char *why)
{
	if (!waits(s))
		return;
	log_say2(&s->evals->role->log, "unsigned", why, "queue",
	    s->queue_id);
	for (size_t i = 0; i < s->n_signing; i++)
		s->signing[i].waits = false;
	loop_untimer(s->evals->role->loop, &s->deadline);
	slot_answer(s);
}

void
slot_sign_again(struct slot *s)
{
	for (size_t i = 0; i < s->n_signing; i++)
		if (s->signing[i].waits && !s->signing[i].dns)
			s->signing[i].again = ask_signer(s, &s->signing[i]);
	/* what could not be asked is not waited for */
	if (s->n_signing > 0 && s->deadline.place != 0)
		end_if_done(s);
}

/* Asked twice, answered twice: is this the answer to the last question? */
static bool
is_late(struct slot *s, const struct signing *g,
    const struct msg_signature *m)
{
	return g->again && (m->status != 0 || !sign_key_fits(s->evals,
	    g->key, assay_draft_digest(g->draft), m->b));
}

void
slot_signature(struct slot *s, const struct msg_signature *m)
{
	struct signing *g = NULL;

	for (size_t i = 0; i < s->n_signing; i++)
		if (s->signing[i].waits && !s->signing[i].dns &&
		    s->signing[i].key == m->key)
			g = &s->signing[i];
	if (g == NULL || is_late(s, g, m))
		return;
	g->waits = false;
	/* PENDING: the set of ARC wants its second one */
	if (m->status == 0 && usable(sign_key_try(s->evals, g->key,
	    assay_draft_digest(g->draft), m->b)) &&
	    assay_draft_put(g->draft, m->b) == ASSAY_PENDING)
		(void)ask_signer(s, g);
	end_if_done(s);
}

size_t
put_signatures(struct slot *s, struct buf *list, struct buf *room)
{
	size_t made = 0;

	for (size_t i = 0; i < s->n_signing; i++) {
		const struct assay_field *f;
		size_t n = s->signing[i].draft == NULL ? 0 :
		    assay_draft_fields(s->signing[i].draft, &f);
		for (size_t k = 0; k < n; k++)
			insert_field(list, f[k].name, f[k].body, room);
		made += n > 0;
	}
	return made;
}

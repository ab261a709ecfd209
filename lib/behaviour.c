/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behaviour.c - is the message like its sender?  The last check.
 *
 * What the bytes and the session say of how the message was made becomes one
 * fact, the sample (behave/sample.h), once the other checks are done: what
 * they found is part of it.  What is known of the sender is one question,
 * PROFILE, whose answer holds all that the score rests on (behave/pack.h), so
 * that a record replays to the same p.
 *
 * No outcome of another check is read here: what authentication gave counts
 * in the sample alone, and there in the first of four suspicions.
 */
#include "behaviour.h"

#include "account.h"
#include "base/limits.h"
#include "behaviour_words.h"
#include "eval_house.h"
#include "bonds.h"
#include "wire/base64.h"

enum {
	KEY = 33			/* two hashes and a dot              */
};

/* ---- the sample ------------------------------------------------------ */

/* The d= of signatures that verified. */
static bool
signers(struct traits_in *in, const struct assay_eval *ev, struct arena *a)
{
	const struct dkim_outcome *d = &ev->out.dkim;
	struct span *name = arena_array(a, d->n_sig + 1, sizeof(*name));

	if (name == NULL)
		return false;
	for (size_t i = 0; i < d->n_sig; i++)
		if (d->sig[i].result == ASSAY_PASS)
			name[in->n_signer++] = d->sig[i].sig->d.name;
	in->signer = name;
	in->verified = true;
	return true;
}

bool
eval_sample(struct assay_eval *ev, const struct content_in *from,
    const struct content *c, const uint8_t key[16])
{
	const struct assay_session *s = &ev->session;
	struct traits_in in = { .header = from->header, .body = from->body,
		.arrival = s->now, .has_client = s->client.family != 0,
		.client = s->client, .helo = s->helo,
		.has_mail_from = s->mail_from.ptr != NULL,
		.mail_from = s->mail_from, .spf = ev->out.spf.result,
		.dkim = ev->out.dkim.overall, .dmarc = ev->out.dmarc.result,
		.rcpt = s->rcpt, .n_rcpt = s->n_rcpt,
		.rdns = ev->out.iprev.name.name, .content = c,
		.suffixes = ev->suffixes };
	struct traits *t = arena_alloc(&ev->side, sizeof(*t));
	struct sample *sample = arena_alloc(&ev->side, sizeof(*sample));
	struct buf out = arena_buf(&ev->arena, PACK_SAMPLE), said;
	struct span address = SPAN_NONE;

	eval_unwrap(ev, &in);
	if (t == NULL || sample == NULL || !signers(&in, ev, &ev->side) ||
	    !traits_read(t, &in, key, &ev->side))
		return false;
	if (s->own && s->auth_user.len > 0)
		address = account_traits(ev, t, s->auth_user);
	sample_of(sample, t, key);
	/* in pairs he is who gets the answers */
	if (address.len > 0)
		sample->person = (uint32_t)sample_person(key, address);
	if (sample->sender == 0)
		return false;
	sample_put(&out, sample);
	ev->facts.sample = out.full ? SPAN_NONE : arena_done(&ev->arena, &out);
	ev->facts.layout = sample_layout(ev->facts.sample).made;
	said = arena_buf(&ev->arena, SAID_ALL);
	said_put(&said, t);
	ev->said = arena_done(&ev->arena, &said);
	return !out.full;
}

struct assay_span
assay_eval_sample(const struct assay_eval *ev)
{
	return ev->facts.sample;
}

void
eval_suffixes(struct assay_eval *ev, const struct suffixes *list)
{
	ev->suffixes = list;
}

struct span
eval_said(const struct assay_eval *ev)
{
	return ev->said;
}

/* ---- words ----------------------------------------------------------- */

static void
put_hex(struct buf *out, uint64_t v)
{
	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned d = (unsigned)(v >> shift & 15);

		buf_byte(out, (uint8_t)(d < 10 ? '0' + d : 'a' + d - 10));
	}
}

/* ---- the check ------------------------------------------------------- */

unsigned
behaviour_level(float p)
{
	float v = num_log2(num_within(p, 1e-9f, 1)) * -6.0206f;

	return (unsigned)num_within(v + 0.5f, ALERT_LEAST, ALERT_MOST);
}

static struct span
subject(const struct run *r)
{
	const struct dmarc_outcome *d = &r->out->dmarc;

	return d->n_author == 0 ? SPAN_NONE :
	    d->author[d->decisive].domain.name;
}

void
behaviour_add(struct run *r, enum assay_result result,
    enum assay_reason reason, struct span detail)
{
	evidence_add(r, ASSAY_CHECK_BEHAVIOUR, result, reason, subject(r),
	    detail, (struct place){ 0, 0 });
}

static void
conclude(struct run *r, const struct known *a, const struct sample *s)
{
	struct behaviour_outcome *o = &r->out->behaviour;
	struct score score;

	excerpt_score(&score, &a->excerpt, &a->view, s);
	o->result = ASSAY_NEUTRAL;
	o->observed = a->observed;
	o->known = score.known;
	behaviour_contact(r, a, &score);
	if (!score.known)
		return;
	behaviour_words(o, a, &score, s, r->arena);
	if (!(score.p <= a->limit))
		return;
	o->alert = true;
	if (behaviour_level(score.p) > o->level)
		o->level = behaviour_level(score.p);
	if (!o->observed)
		o->result = ASSAY_POLICY;
	behaviour_add(r, o->result, ASSAY_R_BEHAVIOUR_UNUSUAL,
	    behaviour_sentence(o, r->arena));
}

/* The answer's one item is base64, so that it stands in records as it is. */
static bool
read_answer(struct known *out, const struct assay_answer *a,
    struct sample *s, struct layout *made, struct arena *arena)
{
	struct buf b;

	if (a->kind != ASSAY_A_DATA || a->n_item != 1)
		return false;
	b = arena_buf(arena, PACK_ANSWER + 3);
	if (!base64_decode(&b, a->item[0], false))
		return false;
	*made = known_layout(buf_span(&b));
	return known_get(out, buf_span(&b), s);
}

static const struct memo_row *
ask_sender(struct run *r, const struct sample *s)
{
	ROOM(room, KEY);
	struct buf key = BUF_ON(room);

	put_hex(&key, s->sender);
	buf_byte(&key, '.');
	put_hex(&key, s->domain);
	asked_reset(r);
	return ask(r, ASSAY_Q_PROFILE, ASSAY_PROFILE_SENDER, buf_span(&key));
}

static void
judge_sender(struct run *r, const struct memo_row *row, struct sample *s)
{
	struct known *a = arena_alloc(r->arena, sizeof(*a));
	struct layout made = { 0, 0 };

	r->out->behaviour.asked = true;
	if (a != NULL && read_answer(a, &row->a, s, &made, r->arena)) {
		conclude(r, a, s);
		return;
	}
	r->out->behaviour.result = ASSAY_TEMPERROR;
	if (!behaviour_aged(r, made))
		behaviour_add(r, ASSAY_TEMPERROR, ASSAY_R_BEHAVIOUR_UNAVAILABLE,
		    SPAN_NONE);
}

/* There is a sample, and nobody can read it. */
static void
tell_unread(struct run *r)
{
	r->out->behaviour.asked = true;
	r->out->behaviour.result = ASSAY_TEMPERROR;
	if (!behaviour_aged(r, sample_layout(r->facts->sample)))
		behaviour_add(r, ASSAY_TEMPERROR,
		    ASSAY_R_BEHAVIOUR_UNAVAILABLE, SPAN_NONE);
}

/* Both are asked before either is told. */
enum step
check_behaviour(struct run *r)
{
	enum step account = account_ask(r);
	const struct memo_row *row = NULL;
	struct sample s;
	bool sender = !span_absent(r->facts->sample) &&
	    sample_get(&s, r->facts->sample);

	/* in a replay its answer is there before theirs */
	if (sender && !r->session->own && !run_done(r, ASSAY_CHECK_DMARC))
		return STEP_WAIT;
	if (sender)
		row = ask_sender(r, &s);
	if (account == STEP_WAIT || (sender && row == NULL))
		return STEP_WAIT;
	account_conclude(r);
	if (sender)
		judge_sender(r, ask_sender(r, &s), &s);
	else if (!span_absent(r->facts->sample))
		tell_unread(r);
	return STEP_DONE;
}

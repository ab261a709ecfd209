/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account.c - mail that somebody of ours submits: is the account used like
 * itself, and for how much?
 *
 * The owner is who logged in (RFC 4954 4), not the From field: a name that
 * the account does not write under is one of the signs.  As in behaviour.c,
 * what the message says of itself becomes one fact of hashes, and what is
 * known of the account one question, PROFILE of a type of its own, so that a
 * record replays to the same.
 */
#include "account.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "behave/own.h"
#include "behaviour.h"
#include "crypto/siphash.h"
#include "traits/traits.h"
#include "wire/addr.h"
#include "wire/base64.h"
#include "wire/path.h"

enum { KEY = 16 };			/* a hash as text                    */

/* What a hash is of, so that no two kinds of things meet. */
enum kind { ACCOUNT = 'u', NETWORK = 'n', AUTHOR = 'f', ADDRESS = 'a',
	PROVIDER = 'p', COUNTRY = 'c' };

/* ---- the fact ------------------------------------------------------------ */

static uint64_t
named(const uint8_t key[16], enum kind kind, struct span name)
{
	ROOM(room, LIMIT_LOCAL_PART + LIMIT_NAME + 2);
	struct buf b = BUF_ON(room);

	if (name.len == 0)
		return 0;
	buf_byte(&b, (uint8_t)kind);
	buf_lower(&b, span_head(name, sizeof(room) - 1));
	return siphash(key, buf_span(&b));
}

/* 0 is for nothing. */
static uint32_t
brief(uint64_t hash)
{
	return hash == 0 ? 0 : (uint32_t)(hash >> 32) | 1;
}

/* As wide as a provider's pool is, most often: a telephone that gets another
 * address stays where it was. */
static uint32_t
network(const uint8_t key[16], const struct assay_addr *client)
{
	struct assay_addr a = addr_unmap(client);
	ROOM(room, 8);
	struct buf b = BUF_ON(room);

	if (a.family == 0)
		return 0;
	buf_byte(&b, NETWORK);
	buf_byte(&b, a.family);
	buf_put(&b, span_head(addr_octets(&a), a.family == 4 ? 2 : 4));
	return brief(siphash(key, buf_span(&b)));
}

/* By its number (RFC 6793). */
static uint32_t
provider(const uint8_t key[16], uint32_t number)
{
	ROOM(room, 8);
	struct buf b = BUF_ON(room);

	buf_byte(&b, PROVIDER);
	buf_u32(&b, number);
	return number == 0 ? 0 : brief(siphash(key, buf_span(&b)));
}

uint32_t
assay_account_address(struct span path, const uint8_t key[16])
{
	return brief(named(key, ADDRESS, path));
}

uint64_t
account_login(const uint8_t key[16], struct span login)
{
	return named(key, ACCOUNT, login);
}

uint32_t
account_author(const uint8_t key[16], struct span address)
{
	return brief(named(key, AUTHOR, address));
}

static bool
is_ours(const struct assay_eval *ev, struct span path, struct arena *a)
{
	const struct assay_options *o = &ev->options;
	struct arena_mark mark = arena_mark(a);
	struct path p;
	struct domain d;
	bool ours = false;

	if (path_parse(&p, path, a))
		for (size_t i = 0; i < o->n_own_domain && !ours; i++)
			ours = domain_parse(&d, o->own_domain[i], true, a) &&
			    domain_within(p.domain, d);
	arena_back(a, mark);
	return ours;
}

static void
recipients(struct own_fact *f, struct assay_eval *ev, const uint8_t key[16])
{
	const struct assay_session *s = &ev->session;

	f->n_rcpt = s->n_rcpt < UINT16_MAX ? (uint32_t)s->n_rcpt :
	    UINT16_MAX;
	for (size_t i = 0; i < f->n_rcpt; i++) {
		f->n_inside += is_ours(ev, s->rcpt[i], &ev->side);
		if (f->n_met < OWN_RCPTS)
			f->met[f->n_met++] = assay_account_address(s->rcpt[i],
			    key);
	}
}

static void
links(struct own_fact *f, const struct traits *t)
{
	const struct trait_values *m = &t->many[TRAIT_LINKS];

	for (size_t i = 0; i < m->n && f->n_link < OWN_LINKS; i++)
		f->link[f->n_link++] = brief(m->value[i].hash);
}

bool
eval_account(struct assay_eval *ev, const struct content_in *from,
    const struct content *c, const struct assay_reading *what)
{
	const struct assay_session *s = &ev->session;
	const uint8_t *key = what->account;
	struct traits_in in = { .header = from->header, .body = from->body,
		.arrival = s->now, .content = c };
	struct traits *t = arena_alloc(&ev->side, sizeof(*t));
	struct own_fact *f = arena_alloc(&ev->side, sizeof(*f));
	struct buf out = arena_buf(&ev->arena, OWN_FACT);

	if (t == NULL || f == NULL || s->auth_user.len == 0 ||
	    !traits_read(t, &in, key, &ev->side))
		return false;
	*f = (struct own_fact){ .account = account_login(key, s->auth_user),
		.at = s->now, .net = network(key, &s->client),
		/* a program that does not say what it is is one, too */
		.program = (uint32_t)t->one[TRAIT_MAILER].hash | 1,
		.author = account_author(key, t->from),
		.provider = provider(key, what->provider),
		.country = brief(named(key, COUNTRY, what->country)),
		.sender = assay_account_address(s->mail_from, key) };
	recipients(f, ev, key);
	links(f, t);
	own_fact_put(&out, f);
	ev->facts.account = out.full ? SPAN_NONE : arena_done(&ev->arena,
	    &out);
	return !out.full;
}

struct assay_span
assay_eval_account(const struct assay_eval *ev)
{
	return ev->facts.account;
}

/* Either axis is enough here: who answers with a stolen password does nothing
 * else that is odd. */
enum assay_standing
assay_eval_standing(const struct assay_eval *ev)
{
	const struct account_outcome *o = &ev->out.account;

	if (!o->asked)
		return ASSAY_STANDING_NONE;
	if (o->result == ASSAY_TEMPERROR || o->alert || o->over ||
	    o->who >= OWN_WHO_ODD || o->what >= OWN_WHAT_ODD)
		return ASSAY_STANDING_UNLIKE;
	return o->known ? ASSAY_STANDING_USUAL : ASSAY_STANDING_UNKNOWN;
}

/* Whom others know: where he writes under an address of ours, that; else the
 * name he logs in by, if it is one. */
static struct span
known_as(struct assay_eval *ev, const struct traits *t, struct span user)
{
	if (is_ours(ev, t->from, &ev->side))
		return t->from;
	return is_ours(ev, user, &ev->side) ? user : SPAN_NONE;
}

/* In the memory of senders, too, the owner is who logged in, and his machine
 * is what is asked of the origin; it is no sender from outside. */
struct span
account_traits(struct assay_eval *ev, struct traits *t, struct span user)
{
	struct buf b = arena_buf(&ev->side, user.len + 4);
	struct span address = known_as(ev, t, user);

	buf_str(&b, "own:");
	buf_lower(&b, user);
	t->sender = arena_done(&ev->side, &b);
	t->sender_domain = SPAN("own:");
	t->munged = false;
	t->from = SPAN_NONE;
	t->one[TRAIT_ORIGIN_NET] = t->one[TRAIT_CLIENT_NET];
	t->one[TRAIT_ORIGIN_HELO] = t->one[TRAIT_HELO_SHAPE];
	return address;
}

/* ---- the check ----------------------------------------------------------- */

static void
put_hex(struct buf *out, uint64_t v)
{
	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned d = (unsigned)(v >> shift & 15);

		buf_byte(out, (uint8_t)(d < 10 ? '0' + d : 'a' + d - 10));
	}
}

static const struct memo_row *
ask_account(struct run *r, const struct own_fact *f)
{
	ROOM(room, KEY);
	struct buf key = BUF_ON(room);

	put_hex(&key, f->account);
	asked_reset(r);
	return ask(r, ASSAY_Q_PROFILE, ASSAY_PROFILE_ACCOUNT, buf_span(&key));
}

enum step
account_ask(struct run *r)
{
	struct own_fact f;

	return own_fact_get(&f, r->facts->account) &&
	    ask_account(r, &f) == NULL ? STEP_WAIT : STEP_DONE;
}

/* Nobody is named here: records hide who. */
static void
add(struct run *r, enum assay_reason reason, struct span detail)
{
	evidence_add(r, ASSAY_CHECK_BEHAVIOUR, r->out->account.result, reason,
	    SPAN_NONE, detail, (struct place){ 0, 0 });
}

static void
add_sign(struct run *r, const struct own_score *s, unsigned sign)
{
	static const enum assay_reason reason[OWN_N_SIGN] = {
		[OWN_S_NETWORK] = ASSAY_R_OWN_NEW_NETWORK,
		[OWN_S_PROGRAM] = ASSAY_R_OWN_NEW_PROGRAM,
		[OWN_S_HOUR] = ASSAY_R_OWN_ODD_HOUR,
		[OWN_S_AUTHOR] = ASSAY_R_OWN_OTHER_NAME,
		[OWN_S_COUNTRY] = ASSAY_R_OWN_NEW_COUNTRY,
		[OWN_S_FAN_OUT] = ASSAY_R_OWN_FAN_OUT,
		[OWN_S_NEW_PEOPLE] = ASSAY_R_OWN_NEW_PEOPLE,
		[OWN_S_NEW_LINK] = ASSAY_R_OWN_NEW_LINK,
		[OWN_S_LATERAL] = ASSAY_R_OWN_LATERAL,
		[OWN_S_BOUNCES] = ASSAY_R_OWN_BOUNCES,
	};
	struct buf b = arena_buf(r->arena, 24);

	buf_str(&b, "weighs ");
	buf_u64(&b, s->sign[sign]);
	buf_str(&b, " of 100");
	add(r, reason[sign], arena_done(r->arena, &b));
}

static struct span
words(struct run *r, const struct own_view *v, const struct own_score *s,
    const struct own_fact *f)
{
	struct buf b = arena_buf(r->arena, OWN_WORDS + 20);

	own_words(&b, v, s, f);
	buf_str(&b, v->observe != 0 ? ", observed only" : "");
	return arena_done(r->arena, &b);
}

static void
conclude(struct run *r, const struct own_view *v, const struct own_fact *f)
{
	struct account_outcome *o = &r->out->account;
	struct own_score s;

	own_judge(&s, v, f);
	o->known = s.known;
	o->observed = v->observe != 0;
	o->over = s.over;
	o->alert = s.alert;
	o->who = s.who;
	o->what = s.what;
	o->words = words(r, v, &s, f);
	o->result = s.alert && !o->observed ? ASSAY_POLICY : ASSAY_NEUTRAL;
	if (!s.known)
		add(r, ASSAY_R_OWN_UNKNOWN, SPAN_NONE);
	if (s.odd)
		add(r, ASSAY_R_OWN_UNLIKE, o->words);
	if (s.over)
		add(r, ASSAY_R_OWN_OVER_RATE, o->words);
	for (unsigned i = 0; i < OWN_N_SIGN; i++)
		if (s.sign[i] > 0)
			add_sign(r, &s, i);
}

static bool
read_answer(struct own_view *v, const struct assay_answer *a,
    struct layout *made)
{
	ROOM(room, OWN_VIEW + 3);
	struct buf b = BUF_ON(room);

	if (a->kind != ASSAY_A_DATA || a->n_item != 1 ||
	    !base64_decode(&b, a->item[0], false))
		return false;
	*made = own_view_layout(buf_span(&b));
	return own_view_get(v, buf_span(&b));
}

void
account_conclude(struct run *r)
{
	const struct memo_row *row;
	struct layout made = { 0, 0 };
	struct own_fact f;
	struct own_view v;

	if (!own_fact_get(&f, r->facts->account)) {
		(void)behaviour_aged(r, own_fact_layout(r->facts->account));
		return;
	}
	row = ask_account(r, &f);
	r->out->account.asked = true;
	r->out->account.result = ASSAY_TEMPERROR;
	if (row != NULL && read_answer(&v, &row->a, &made))
		conclude(r, &v, &f);
	else if (!behaviour_aged(r, made))
		add(r, ASSAY_R_OWN_UNAVAILABLE, SPAN_NONE);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* accounts_note.c - what store writes of accounts. */
#include "accounts_inner.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "behave/num.h"
#include "behave/weight.h"
#include "bus.h"

void
accounts_begin(struct accounts *a, int64_t now)
{
	struct accounts_state s = *PAIR_NOW(&a->head->state);

	if (s.began != 0)
		return;
	s.began = now < 1 ? 1 : now;
	PAIR_WRITE(&a->head->state, &s);
}

int64_t
accounts_began(const struct accounts *a)
{
	struct accounts_state s = { .began = 0 };

	(void)PAIR_READ(&s, &a->head->state);
	return s.began;
}

unsigned
accounts_count(const struct accounts *a)
{
	unsigned n = 0;

	for (uint64_t i = 0; i < a->cells; i++)
		n += PAIR_NOW(&a->cell[i])->account != 0;
	return n;
}

/* ---- once and no more ---------------------------------------------------- */

static struct accounts_spools *
spool_of(struct accounts *a, uint64_t spool)
{
	struct accounts_spools *oldest = &a->head->spool[0];

	for (size_t i = 0; i < ACCOUNTS_SPOOLS; i++) {
		struct accounts_spools *at = &a->head->spool[i];
		const struct accounts_spool *s = PAIR_NOW(at);

		if (s->used != 0 && s->spool == spool)
			return at;
		if (s->used < PAIR_NOW(oldest)->used)
			oldest = at;
	}
	return oldest;
}

static bool
is_new(struct accounts *a, uint64_t spool, uint64_t number)
{
	const struct accounts_spool *s = PAIR_NOW(spool_of(a, spool));

	return s->used == 0 || s->spool != spool || number > s->number;
}

/* Behind the profile: who is killed between the two finds the number there. */
static void
taken(struct accounts *a, uint64_t spool, uint64_t number)
{
	struct accounts_spool s = { .spool = spool, .number = number,
		.used = ++a->uses };

	PAIR_WRITE(spool_of(a, spool), &s);
}

/* ---- a profile changes --------------------------------------------------- */

/* An account that nobody has used for longest makes room, one of which there
 * is something to tell last of all. */
static struct accounts_cell *
cell_for(struct accounts *a, uint64_t account)
{
	struct accounts_cell *c = accounts_find(a, account), *set, *got;
	int64_t least = INT64_MAX;

	if (c != NULL)
		return c;
	got = set = a->cell + account % (a->cells / ACCOUNTS_WAYS) *
	    ACCOUNTS_WAYS;
	for (size_t i = 0; i < ACCOUNTS_WAYS; i++) {
		const struct own_profile *p = PAIR_NOW(&set[i]);
		int64_t last = p->episode_last > 0 &&
		    p->episode_last <= INT64_MAX - ACCOUNTS_PAUSE_S &&
		    p->episode_last + ACCOUNTS_PAUSE_S > p->last ?
		    p->episode_last + ACCOUNTS_PAUSE_S : p->last;

		if (p->account == 0)
			return &set[i];
		if (last < least) {
			least = last;
			got = &set[i];
		}
	}
	return got;
}

void
accounts_write(struct accounts *a, struct accounts_cell *c,
    struct own_profile *p)
{
	PAIR_WRITE(c, p);
	memcpy(a->address[c - a->cell], p->address, sizeof(p->address));
}

static void
remember(struct accounts *a, const struct own_fact *f, uint64_t salt)
{
	uint16_t today = day_of(f->at);

	for (unsigned i = 0; i < f->n_met; i++)
		met_add(a->met, a->met_sets, accounts_met(salt, f->met[i]),
		    today);
	for (unsigned i = 0; i < f->n_link; i++)
		met_add(a->links, a->link_sets, num_mix(f->link[i]), today);
}

/* A link that came with something odd is new to the others still. */
static void
doubt(struct accounts *a, const struct own_fact *f)
{
	for (unsigned i = 0; i < f->n_link; i++)
		met_forget(a->links, a->link_sets, num_mix(f->link[i]),
		    day_of(f->at));
}

/* ---- episodes ------------------------------------------------------------ */

static struct accounts_owing *
owed(struct accounts *a, uint32_t episode)
{
	for (size_t i = 0; i < ACCOUNTS_NOTICES; i++)
		if (PAIR_NOW(&a->head->owed[i])->notice.episode == episode)
			return &a->head->owed[i];
	return NULL;
}

/* With no room the oldest is lost: it was due for longest. */
static void
owe(struct accounts *a, const struct accounts_told *t, struct span name,
    int64_t at)
{
	struct accounts_owing *to = owed(a, t->episode);
	struct accounts_owed n;

	memset(&n, 0, sizeof(n));
	if (to == NULL)			/* else from before we were killed */
		to = owed(a, 0);
	if (to == NULL)
		to = &a->head->owed[0];
	for (size_t i = 0; i < ACCOUNTS_NOTICES && PAIR_NOW(to)->notice.
	    episode != 0 && PAIR_NOW(to)->notice.episode != t->episode; i++)
		if (PAIR_NOW(&a->head->owed[i])->notice.episode <
		    PAIR_NOW(to)->notice.episode)
			to = &a->head->owed[i];
	for (int by = 0; by < ACCOUNTS_TOLD_BY; by++)
		n.due[by] = at < 1 ? 1 : at;
	n.notice.episode = t->episode;
	n.notice.at = at;
	memcpy(n.notice.name, name.ptr, name.len < ACCOUNTS_NAME ? name.len :
	    ACCOUNTS_NAME);
	memcpy(n.notice.words, t->words, sizeof(n.notice.words));
	PAIR_WRITE(to, &n);
}

static void
put_words(char out[OWN_WORDS + 1], const struct own_view *v,
    const struct own_score *s, const struct own_fact *f)
{
	struct buf b = { .ptr = (uint8_t *)out, .cap = OWN_WORDS };

	own_words(&b, v, s, f);
	out[b.len] = '\0';
}

/* What follows within three days is one. */
static void
hear(struct accounts *a, struct own_profile *p, const struct own_fact *f,
    struct accounts_told *t)
{
	if (!t->odd && !t->over)
		return;
	t->begins = p->episode == 0 || f->at - p->episode_last >
	    ACCOUNTS_PAUSE_S;
	if (t->begins)
		p->episode = (uint32_t)PAIR_NOW(&a->head->state)->
		    episodes + 1;
	p->episode_last = f->at;
	t->episode = p->episode;
}

/* ---- items --------------------------------------------------------------- */

void
accounts_put(struct buf *out, enum own_end end, uint64_t id,
    struct span name, struct span fact)
{
	buf_byte(out, ACCOUNTS_ITEM);
	buf_byte(out, (uint8_t)end);
	buf_be64(out, id);
	bus_list_put(out, span_head(name, ACCOUNTS_NAME));
	buf_put(out, fact);
}

struct item {
	enum own_end end;
	uint64_t id;
	struct span name;
	struct own_fact f;
};

static bool
split(struct item *out, struct span item)
{
	struct cur c = cur_of(span_skip(item, 1));
	int how = cur_byte(&c);

	out->id = cur_u64(&c);
	out->end = how == OWN_SENT ? OWN_SENT : how == OWN_KEPT ? OWN_KEPT :
	    OWN_REFUSED;
	return !c.bad && how >= 0 && how <= OWN_REFUSED &&
	    bus_list_next(&c.rest, &out->name) &&
	    own_fact_get(&out->f, c.rest);
}

/* A day that is not now is not by our eval, and nothing absurd is learned. */
static bool
sane(const struct own_fact *f)
{
	return f->at > 0 && f->at < INT64_C(1) << 40;
}

/* p is what it becomes. */
static struct accounts_told
note(struct accounts *a, struct own_profile *p, const struct item *m,
    struct own_limits limits)
{
	struct accounts_told t = { .noted = true };
	struct own_score score;
	struct own_news news;
	struct own_view v;

	if (p->salt == 0)
		randombytes_buf(&p->salt, sizeof(p->salt));
	accounts_look(a, &news, &m->f, p->salt);
	own_look(&v, p, &m->f, &news, &limits);
	own_judge(&score, &v, &m->f);
	t.odd = score.odd;
	t.over = score.over;
	own_note(p, &m->f, &news, m->end, score.odd);
	hear(a, p, &m->f, &t);
	if (t.begins) {
		put_words(t.words, &v, &score, &m->f);
		owe(a, &t, m->name, m->f.at);
	}
	return t;
}

static void
count_episode(struct accounts *a, uint32_t episode)
{
	struct accounts_state s = *PAIR_NOW(&a->head->state);

	s.episodes = episode;
	PAIR_WRITE(&a->head->state, &s);
}

static struct accounts_told
take(struct accounts *a, uint64_t spool, uint64_t number,
    const struct item *m, struct own_limits limits)
{
	struct accounts_told t = { .noted = false };
	struct own_profile p = { .account = 0 };
	struct accounts_cell *c;

	if (accounts_is_gone(a, &m->f)) {
		taken(a, spool, number);
		return t;
	}
	c = cell_for(a, m->f.account);
	if (PAIR_NOW(c)->account == m->f.account)
		p = *PAIR_NOW(c);
	if (p.account == 0 || p.spool != spool || p.number != number) {
		t = note(a, &p, m, limits);
		p.spool = spool;
		p.number = number;
		accounts_write(a, c, &p);
		if (t.begins)
			count_episode(a, t.episode);
		if (m->end == OWN_SENT && !t.odd)
			remember(a, &m->f, p.salt);
		if (t.odd)
			doubt(a, &m->f);
	}
	taken(a, spool, number);
	return t;
}

struct accounts_told
accounts_take(struct accounts *a, uint64_t spool, uint64_t number,
    struct span item, struct own_limits limits, struct pledges *way)
{
	struct accounts_told t = { .noted = false };
	struct item m;

	if (!split(&m, item))
		return t;
	if (sane(&m.f) && is_new(a, spool, number))
		t = take(a, spool, number, &m, limits);
	if (way != NULL)
		pledges_settle(way, m.id);
	return t;
}

/* Of an account that nobody knows there is nothing to count on. */
void
accounts_overdue(struct accounts *a, const struct pledge *one)
{
	struct accounts_cell *c = accounts_find(a, one->account);
	struct own_profile p;

	if (c == NULL || one->at < 1 || one->at >= INT64_C(1) << 40)
		return;
	p = *PAIR_NOW(c);
	own_note_way(&p, &one->way, one->at);
	accounts_write(a, c, &p);
}

static bool
has_address(const struct accounts *a, uint64_t cell, const uint32_t *address,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < OWN_ADDRESSES && address[i] != 0; k++)
			if (a->address[cell][k] == address[i])
				return true;
	return false;
}

void
accounts_bounced(struct accounts *a, uint64_t spool, uint64_t number,
    const uint32_t *address, size_t n, int64_t at)
{
	if (at < 1 || !is_new(a, spool, number))
		return;
	for (uint64_t i = 0; i < a->cells; i++) {
		struct own_profile p;

		if (!has_address(a, i, address, n))
			continue;
		p = *PAIR_NOW(&a->cell[i]);
		own_bounce(&p, at);
		accounts_write(a, &a->cell[i], &p);
	}
	taken(a, spool, number);
}

/* ---- notices ------------------------------------------------------------- */

bool
accounts_notice(struct accounts *a, enum accounts_by by, int64_t now,
    struct accounts_notice *out)
{
	const struct accounts_owed *got = NULL;

	for (size_t i = 0; i < ACCOUNTS_NOTICES; i++) {
		const struct accounts_owed *o = PAIR_NOW(&a->head->owed[i]);

		if (o->notice.episode != 0 && o->due[by] > 0 &&
		    o->due[by] <= now && (got == NULL ||
		    o->notice.episode < got->notice.episode))
			got = o;
	}
	if (got == NULL)
		return false;
	*out = got->notice;
	out->name[ACCOUNTS_NAME] = out->words[OWN_WORDS] = '\0';
	return true;
}

uint32_t
accounts_notice_tries(struct accounts *a, enum accounts_by by,
    uint32_t episode)
{
	struct accounts_owing *at = episode == 0 ? NULL : owed(a, episode);

	return at == NULL ? 0 : PAIR_NOW(at)->tries[by];
}

void
accounts_notice_later(struct accounts *a, enum accounts_by by,
    uint32_t episode, int64_t due)
{
	struct accounts_owing *at = episode == 0 ? NULL : owed(a, episode);
	struct accounts_owed o;

	if (at == NULL)
		return;
	o = *PAIR_NOW(at);
	o.due[by] = due;
	o.tries[by] += o.tries[by] < UINT32_MAX;
	PAIR_WRITE(at, &o);
}

/* By the last way: with it goes the name. */
void
accounts_notice_done(struct accounts *a, enum accounts_by by,
    uint32_t episode)
{
	struct accounts_owing *at = episode == 0 ? NULL : owed(a, episode);
	struct accounts_owed o;
	bool left = false;

	if (at == NULL)
		return;
	o = *PAIR_NOW(at);
	o.due[by] = 0;
	for (int i = 0; i < ACCOUNTS_TOLD_BY; i++)
		left |= o.due[i] > 0;
	if (left)
		PAIR_WRITE(at, &o);
	else
		PAIR_CLEAR(at);
}

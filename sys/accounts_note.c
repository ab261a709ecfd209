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
	if (a->head->began == 0)
		a->head->began = now < 1 ? 1 : now;
}

int64_t
accounts_began(const struct accounts *a)
{
	return a->head->began;
}

unsigned
accounts_count(const struct accounts *a)
{
	unsigned n = 0;

	for (uint64_t i = 0; i < a->cells; i++)
		n += a->cell[i].p[a->cell[i].turn & 1].account != 0;
	return n;
}

/* ---- once and no more ---------------------------------------------------- */

static struct accounts_spool *
spool_of(struct accounts *a, uint64_t spool)
{
	struct accounts_spool *oldest = &a->head->spool[0];

	for (size_t i = 0; i < ACCOUNTS_SPOOLS; i++) {
		struct accounts_spool *s = &a->head->spool[i];

		if (s->used != 0 && s->spool == spool)
			return s;
		if (s->used < oldest->used)
			oldest = s;
	}
	*oldest = (struct accounts_spool){ .spool = spool };
	return oldest;
}

static bool
is_new(struct accounts *a, uint64_t spool, uint64_t number)
{
	const struct accounts_spool *s = spool_of(a, spool);

	return s->used == 0 || number > s->number;
}

/* Behind the profile: who is killed between the two finds the number there. */
static void
taken(struct accounts *a, uint64_t spool, uint64_t number)
{
	struct accounts_spool *s = spool_of(a, spool);

	s->number = number;
	s->used = ++a->head->uses;
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
		const struct own_profile *p = &set[i].p[set[i].turn & 1];
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
	uint64_t turn = c->turn;

	p->sum = accounts_sum(a, p);
	memcpy(&c->p[~turn & 1], p, sizeof(*p));
	__atomic_store_n(&c->turn, turn + 1, __ATOMIC_RELEASE);
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

/* With no room the oldest is lost: it was due for longest. */
static void
owe(struct accounts *a, const struct accounts_told *t, struct span name,
    int64_t at)
{
	struct accounts_owed *o = &a->head->owed[0], n = { .due = at };

	for (size_t i = 0; i < ACCOUNTS_NOTICES; i++) {
		struct accounts_owed *x = &a->head->owed[i];
		if (x->notice.episode == t->episode) {
			o = x;		/* before we were killed */
			break;
		}
		if (x->notice.episode == 0 || (o->notice.episode != 0 &&
		    x->notice.episode < o->notice.episode))
			o = x;
	}
	n.notice = (struct accounts_notice){ .episode = t->episode,
		.at = at };
	memcpy(n.notice.name, name.ptr, name.len < ACCOUNTS_NAME ? name.len :
	    ACCOUNTS_NAME);
	memcpy(n.notice.words, t->words, sizeof(n.notice.words));
	o->notice.episode = 0;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	o->due = n.due;
	memcpy(o->notice.name, n.notice.name, sizeof(n.notice.name));
	memcpy(o->notice.words, n.notice.words, sizeof(n.notice.words));
	o->notice.at = at;
	__atomic_store_n(&o->notice.episode, n.notice.episode,
	    __ATOMIC_RELEASE);
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
		p->episode = a->head->episodes + 1;
	p->episode_last = f->at;
	t->episode = p->episode;
}

/* ---- items --------------------------------------------------------------- */

void
accounts_put(struct buf *out, enum own_end end, struct span name,
    struct span fact)
{
	buf_byte(out, ACCOUNTS_ITEM);
	buf_byte(out, (uint8_t)end);
	bus_list_put(out, span_head(name, ACCOUNTS_NAME));
	buf_put(out, fact);
}

static bool
split(struct span item, enum own_end *end, struct span *name,
    struct own_fact *f)
{
	int how = span_at(item, 1);

	*end = how == OWN_SENT ? OWN_SENT : how == OWN_KEPT ? OWN_KEPT :
	    OWN_REFUSED;
	item = span_skip(item, 2);
	return how >= 0 && how <= OWN_REFUSED &&
	    bus_list_next(&item, name) && own_fact_get(f, item);
}

/* A day that is not now is not by our eval, and nothing absurd is learned. */
static bool
sane(const struct own_fact *f)
{
	return f->at > 0 && f->at < INT64_C(1) << 40;
}

struct accounts_told
accounts_take(struct accounts *a, uint64_t spool, uint64_t number,
    struct span item, struct own_limits limits)
{
	struct accounts_told t = { .noted = false };
	struct own_profile p = { .account = 0 };
	struct accounts_cell *c;
	struct own_score score;
	struct own_news news;
	struct own_fact f;
	struct own_view v;
	struct span name;
	enum own_end end;

	if (!split(item, &end, &name, &f) || !sane(&f) ||
	    !is_new(a, spool, number))
		return t;
	if (accounts_is_gone(a, &f)) {
		taken(a, spool, number);
		return t;
	}
	c = cell_for(a, f.account);
	if (c->p[c->turn & 1].account == f.account)
		p = c->p[c->turn & 1];
	if (p.account == 0 || p.spool != spool || p.number != number) {
		if (p.salt == 0)
			randombytes_buf(&p.salt, sizeof(p.salt));
		accounts_look(a, &news, &f, p.salt);
		own_look(&v, &p, &f, &news, &limits);
		own_judge(&score, &v, &f);
		t = (struct accounts_told){ .noted = true, .odd = score.odd,
			.over = score.over };
		own_note(&p, &f, &news, end, score.odd);
		p.spool = spool;
		p.number = number;
		hear(a, &p, &f, &t);
		if (t.begins) {
			put_words(t.words, &v, &score, &f);
			owe(a, &t, name, f.at);
		}
		accounts_write(a, c, &p);
		if (t.begins)
			a->head->episodes++;
		if (end == OWN_SENT && !score.odd)
			remember(a, &f, p.salt);
		if (score.odd)
			doubt(a, &f);
	}
	taken(a, spool, number);
	return t;
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
		p = a->cell[i].p[a->cell[i].turn & 1];
		own_bounce(&p, at);
		accounts_write(a, &a->cell[i], &p);
	}
	taken(a, spool, number);
}

/* ---- notices ------------------------------------------------------------- */

static struct accounts_owed *
owed(struct accounts *a, uint32_t episode)
{
	for (size_t i = 0; i < ACCOUNTS_NOTICES; i++)
		if (a->head->owed[i].notice.episode == episode)
			return &a->head->owed[i];
	return NULL;
}

bool
accounts_notice(struct accounts *a, int64_t now,
    struct accounts_notice *out)
{
	const struct accounts_owed *got = NULL;

	for (size_t i = 0; i < ACCOUNTS_NOTICES; i++) {
		const struct accounts_owed *o = &a->head->owed[i];
		if (o->notice.episode != 0 && o->due <= now && (got == NULL ||
		    o->notice.episode < got->notice.episode))
			got = o;
	}
	if (got == NULL)
		return false;
	*out = got->notice;
	out->name[ACCOUNTS_NAME] = out->words[OWN_WORDS] = '\0';
	return true;
}

void
accounts_notice_later(struct accounts *a, uint32_t episode, int64_t due)
{
	struct accounts_owed *o = episode == 0 ? NULL : owed(a, episode);

	if (o != NULL)
		o->due = due;
}

/* With it goes the name. */
void
accounts_notice_done(struct accounts *a, uint32_t episode)
{
	struct accounts_owed *o = episode == 0 ? NULL : owed(a, episode);

	if (o != NULL)
		memset(o, 0, sizeof(*o));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* contact_place.c - where a first contact stands, by each of his ties. */
#include "behave/contact_inner.h"

#include "behave/num.h"

enum {
	WEEK = 7,
	LARGE = 20,			/* senders of a domain               */
	FEW_OTHERS = 2,			/* addresses of one person           */
	KNOWN_LETTERS = 3,		/* under a name, to be known by it   */
	LINKS_KNOWN = 2, LINKS_NEW = 3	/* what memory_use.c says of links   */
};

/* Words of a place, of which tie, how likely of who stands alone. */
static const struct place_is {
	uint8_t tie;
	float alone;
	struct span words;
} places[N_PLACE] = {
#define T(id, n, d)
#define P(t, id, a, w) { TIE_##t, (float)(a) / 100, SPAN_INIT(w) },
#include "behave/ties.def"
#undef P
#undef T
};

static const struct tie_is {
	struct span name;
	bool drawn;
} ties[N_TIE] = {
#define T(id, n, d) { SPAN_INIT(n), d },
#define P(t, id, a, w)
#include "behave/ties.def"
#undef P
#undef T
};

struct span
tie_name(unsigned tie)
{
	return tie < N_TIE ? ties[tie].name : SPAN("-");
}

struct span
place_words(unsigned place)
{
	return place < N_PLACE ? places[place].words : SPAN("-");
}

unsigned
place_tie(unsigned place)
{
	return places[place].tie;
}

float
place_alone(unsigned place)
{
	return places[place].alone;
}

bool
tie_is_drawn(unsigned tie)
{
	return ties[tie].drawn;
}

bool
place_of(unsigned place, unsigned tie)
{
	return place < N_PLACE && places[place].tie == tie;
}

uint64_t
contact_strangers(void)
{
	return UINT64_C(0x7374726167726573);
}

uint64_t
contact_bearer(const struct graph *g, const struct sample *s)
{
	const struct bearer *b = graph_name(g, s->name);

	return b == NULL ? 0 : b->who;
}

/* ---- where it stands ------------------------------------------------- */

static unsigned
domain_place(struct contact_view *out, const struct graph *g,
    const struct record *d, const struct view *v, const struct sample *s)
{
	const struct someone *p = graph_person(g, graph_domain(s));

	if (d == NULL || d->messages == 0)
		return TIE_DOMAIN_NEW;
	out->domain_day = d->first_day;
	out->domain_senders = (float)d->messages;
	if (v->today - d->first_day < WEEK)
		return TIE_DOMAIN_YOUNG;
	if (d->messages >= LARGE)
		return TIE_DOMAIN_LARGE;
	return p != NULL && (p->flags & PERSON_ANSWERS) != 0 ?
	    TIE_DOMAIN_ANSWERED : TIE_DOMAIN_HEARD;
}

/* The rows that tell machines, whatever authentication gave. */
static const uint8_t machine_rows[] = { ROW_CLIENT_NET, ROW_CLIENT_ORG,
	ROW_FIRST_SERVER };

static unsigned
machines_place(const struct record *d, const struct view *v,
    const struct sample *s)
{
	unsigned n = 0, known = 0;

	if (v->one[ROW_CLIENT_NET].domain > 0 ||
	    v->one[ROW_CLIENT_ORG].domain > 0)
		return TIE_MACHINES_OWN;
	if (d != NULL && d->messages >= KNOWN_LETTERS)
		return TIE_MACHINES_OTHERS;
	for (unsigned i = 0; i < sizeof(machine_rows); i++) {
		if (s->one[machine_rows[i]] == 0)
			continue;
		known += v->one[machine_rows[i]].seen;
		n++;
	}
	return known == 0 ? TIE_MACHINES_NEW :
	    known < n ? TIE_MACHINES_PARTLY : TIE_MACHINES_KNOWN;
}

/* Three in four habits of a mail program are known of the one whose name it
 * is: then he has a new address. */
static bool
writes_alike(const struct record *bearer, const struct sample *s)
{
	struct record_look k;
	unsigned n = 0, same = 0;

	record_look(&k, bearer);
	for (unsigned r = 0; r < N_ROW; r++) {
		record_row(&k, r);
		if (row_is_set(r) || r == ROW_DISPLAY_NAME ||
		    row_info(r)->owner != OWNER_CLIENT)
			continue;
		same += record_find(&k, s->one[r]).count > 0;
		n++;
	}
	return n > 0 && same * 4 >= n * 3;
}

static unsigned
name_place(struct contact_view *out, const struct graph *g,
    const struct record *bearer, const struct view *v,
    const struct sample *s)
{
	const struct bearer *b = graph_name(g, s->name);
	float letters;

	if (s->name == 0)
		return TIE_NAME_NONE;
	letters = b == NULL ? 0 : weight_read(b->letters, v->today);
	if (b == NULL || b->who == s->sender || letters < KNOWN_LETTERS / 2)
		return TIE_NAME_NEW;
	out->name_day = b->first_day;
	out->name_letters = letters;
	if (b->domain == (uint16_t)graph_domain(s))
		return TIE_NAME_COLLEAGUE;
	if (letters < KNOWN_LETTERS || b->others > FEW_OTHERS)
		return TIE_NAME_COMMON;
	return writes_alike(bearer, s) ? TIE_NAME_ALIKE : TIE_NAME_PERSON;
}

static unsigned
thread_place(const struct sample *s)
{
	switch (s->one[ROW_THREAD]) {
	case THREAD_UNKNOWN:
		return TIE_THREAD_UNKNOWN;
	case THREAD_KNOWN:
		return TIE_THREAD_KNOWN;
	case THREAD_MINE:
		return TIE_THREAD_MINE;
	}
	return TIE_THREAD_NEW;
}

static unsigned
people_place(const struct graph *g, const struct view *v,
    const struct sample *s)
{
	const struct someone *p = graph_person(g, s->person);

	for (unsigned i = 0; i < s->n[ROW_RECIPIENTS]; i++)
		if (v->reverse[i] > 0)
			return TIE_PEOPLE_WROTE;
	return p != NULL && (p->flags & PERSON_NAMED) != 0 ?
	    TIE_PEOPLE_NAMED : TIE_PEOPLE_NOBODY;
}

static unsigned
wants_place(const struct sample *s)
{
	if ((s->asks & ASKS_ANSWER) != 0)
		return TIE_WANTS_ANSWER;
	if (s->one[ROW_LINK_NEWS] == LINKS_NEW)
		return TIE_WANTS_NEW_LINK;
	if ((s->asks & ASKS_FILE) != 0)
		return TIE_WANTS_FILE;
	return s->one[ROW_LINK_NEWS] == LINKS_KNOWN ? TIE_WANTS_LINK :
	    TIE_WANTS_NOTHING;
}

/* ---- among people ---------------------------------------------------- */

static unsigned
circle_place(const struct memory *m, const struct company *to)
{
	unsigned tied = 0, all = to->n * (to->n - 1) / 2;

	if (to->n < 2)
		return TIE_CIRCLE_ONE;
	for (unsigned i = 0; i < to->n; i++)
		for (unsigned k = i + 1; k < to->n; k++)
			tied += graph_tied(m, to->who[i], to->who[k]);
	return tied == 0 ? TIE_CIRCLE_NONE : tied * 2 < all ?
	    TIE_CIRCLE_SOME : TIE_CIRCLE_ALL;
}

/* Of the author, if people here wrote to him, or of his domain, if that is
 * not everybody's. */
static uint32_t
own_group(const struct graph *g, const struct sample *s, bool large)
{
	const struct someone *p = graph_person(g, s->person);
	const struct someone *d = graph_person(g, graph_domain(s));

	if (p != NULL && p->votes > 0)
		return p->group;
	return !large && d != NULL && d->votes > 0 ? d->group : 0;
}

static unsigned
group_place(const struct graph *g, uint32_t group,
    const struct company *to)
{
	bool any = false;

	for (unsigned i = 0; i < to->n; i++) {
		const struct someone *p = graph_person(g, to->who[i]);

		if (p == NULL || p->votes == 0 || group == 0)
			continue;
		any = true;
		if (p->group == group)
			return TIE_GROUP_SAME;
	}
	return any ? TIE_GROUP_OTHER : TIE_GROUP_UNKNOWN;
}

/* How much of what the most open of them gets is from strangers, against
 * what is usual here; two letters of the usual kind stand before all. */
static unsigned
open_place(const struct graph *g, const struct company *to, uint16_t today,
    float usual)
{
	float most = -1;

	for (unsigned i = 0; i < to->n; i++) {
		const struct someone *p = graph_person(g, to->who[i]);

		if (p != NULL && p->letters != 0)
			most = num_most(most, (weight_read(p->strangers,
			    today) + 2 * usual) / (weight_read(p->letters,
			    today) + 2));
	}
	if (most < 0)
		return TIE_OPEN_UNKNOWN;
	return most < usual / 2 ? TIE_OPEN_SELDOM : most > usual * 2 ?
	    TIE_OPEN_OFTEN : TIE_OPEN_USUAL;
}

void
contact_among(uint8_t place[N_TIE], const struct contact *c,
    const struct graph *g, const struct memory *m, const struct sample *s,
    const struct company *to)
{
	bool large = place[TIE_DOMAIN] == TIE_DOMAIN_LARGE;
	float usual = c->strangers / num_most(c->mail, 1);

	place[TIE_CIRCLE] = (uint8_t)circle_place(m, to);
	place[TIE_GROUP] = (uint8_t)group_place(g, own_group(g, s, large),
	    to);
	place[TIE_OPEN] = (uint8_t)open_place(g, to, day_of(s->arrival),
	    num_most(usual, 1e-3f));
}

void
company_of(struct company *out, const struct sample *s)
{
	out->n = 0;
	for (; out->n < s->n[ROW_RECIPIENTS] && out->n < GRAPH_NEAR; out->n++)
		out->who[out->n] = s->value[s->first[ROW_RECIPIENTS] +
		    out->n];
}

void
contact_place(struct contact_view *out, const struct graph *g,
    const struct contact_with *with, const struct view *v,
    const struct sample *s)
{
	uint8_t *p = out->place;

	p[TIE_DOMAIN] = (uint8_t)domain_place(out, g, with->domain, v, s);
	p[TIE_MACHINES] = (uint8_t)machines_place(with->domain, v, s);
	p[TIE_NAME] = (uint8_t)name_place(out, g, with->bearer, v, s);
	p[TIE_THREAD] = (uint8_t)thread_place(s);
	p[TIE_PEOPLE] = (uint8_t)people_place(g, v, s);
	p[TIE_WANTS] = (uint8_t)wants_place(s);
}

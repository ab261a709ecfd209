/* SPDX-License-Identifier: Apache-2.0 */
#include "behave/house.h"

#include "behave/num.h"

/* What a message is by itself, and not its sender. */
static const uint64_t no_habit = UINT64_C(1) << ROW_DISPLAY_NAME |
    UINT64_C(1) << ROW_FROM_SHAPE | UINT64_C(1) << ROW_LINK_COUNT |
    UINT64_C(1) << ROW_LINK_NEWS | UINT64_C(1) << ROW_OWN_HOUR;

static const uint64_t of_people = 0
#define T(id) | (uint64_t)((int)ROW_OWNER_##id == (int)OWNER_RELATION) << \
	ROW_##id
#define X(id, name, kind, owner, words) T(id)
#include "behave/rows.def"
#undef X
#undef T
;

bool
mate_counts(unsigned row)
{
	return ((row_sets | of_people | no_habit) >> row % ROWS_MOST & 1) == 0;
}

static uint16_t
short_of(uint32_t value)
{
	return (uint16_t)(value ^ value >> 16) | 1;
}

static uint32_t
tag_of(uint64_t domain)
{
	return (uint32_t)(domain >> 32) | 1;
}

static size_t
place_of(uint64_t domain)
{
	return num_mix(domain) % HOUSES;
}

static uint64_t
same_rows(const struct mate *m, const uint16_t value[N_ROW])
{
	uint64_t same = 0;

	for (unsigned r = 0; r < N_ROW; r++)
		same |= (uint64_t)(m->value[r] == value[r]) << r;
	return same;
}

void
house_look(struct mates *out, const struct house *h, const struct sample *s)
{
	const struct mate *m = h->mate[place_of(s->domain)];
	uint16_t value[N_ROW];

	out->n = 0;
	for (unsigned r = 0; r < N_ROW; r++)
		value[r] = short_of(s->one[r]);
	for (unsigned i = 0; i < HOUSE_MATES; i++) {
		if (m[i].domain != tag_of(s->domain) ||
		    m[i].person == s->person)
			continue;
		out->who[out->n] = m[i].person;
		out->same[out->n] = same_rows(&m[i], value);
		out->n++;
	}
}

void
mates_without(struct mates *m, uint32_t person)
{
	for (unsigned i = 0; i < m->n; i++) {
		if (m->who[i] != person)
			continue;
		m->n--;
		m->who[i] = m->who[m->n];
		m->same[i] = m->same[m->n];
		return;
	}
}

/* His place, or that of who has not written for longest. */
static struct mate *
mate_of(struct mate m[HOUSE_MATES], uint32_t domain, uint32_t person)
{
	struct mate *oldest = &m[0];

	for (unsigned i = 0; i < HOUSE_MATES; i++) {
		if (m[i].domain == domain && m[i].person == person)
			return &m[i];
		if (m[i].stamp < oldest->stamp)
			oldest = &m[i];
	}
	*oldest = (struct mate){ .domain = domain, .person = person };
	return oldest;
}

void
house_learn(struct house *h, const struct sample *s, uint64_t had)
{
	struct mate *m;

	if (s->domain == 0 || had == 0)
		return;
	m = mate_of(h->mate[place_of(s->domain)], tag_of(s->domain),
	    s->person);
	h->stamp++;
	m->stamp = h->stamp;
	for (unsigned r = 0; r < N_ROW; r++)
		if (mate_counts(r) && (had >> r & 1) != 0)
			m->value[r] = short_of(s->one[r]);
}

void
house_forget(struct house *h, uint32_t person)
{
	for (unsigned p = 0; p < HOUSES; p++)
		for (unsigned i = 0; i < HOUSE_MATES; i++)
			if (h->mate[p][i].person == person)
				h->mate[p][i] = (struct mate){ .domain = 0 };
}

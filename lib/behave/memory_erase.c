/* SPDX-License-Identifier: Apache-2.0 */
/* memory_erase.c - a person goes out of the tables of everybody. */
#include "behave/erase.h"
#include "behave/memory_inner.h"
#include "behave/num.h"

enum { HIGH = 256 };	/* a slot keeps 24 bits of 32: what they can be */

/* One sender less uses it.  The cell knows all 32 bits. */
static void
uncount(struct memory *m, unsigned row, uint32_t value)
{
	struct cell *c = NULL;

	for (uint32_t i = 0; i < HIGH && c == NULL; i++)
		c = memory_cell(m->value, m->head->geometry.values,
		    memory_value_key(row, i << 24 | value));
	if (c == NULL)
		return;
	if (c->count > 0)
		c->count--;
	if (m->head->total[row] > 0)
		m->head->total[row]--;
	if (c->count > 0)
		return;
	if (m->head->types[row] > 0)
		m->head->types[row]--;
	*c = (struct cell){ .tag = 0 };
}

static bool
no_pair(struct memory *m, uint32_t from, uint32_t to)
{
	struct cell *c = memory_cell(m->pair, m->head->geometry.pairs,
	    memory_pair_key(from, to));

	if (c == NULL)
		return false;
	*c = (struct cell){ .tag = 0 };
	return true;
}

/* What he usually did. */
static void
own_values(struct memory *m, const struct profile *p, struct profile *d,
    uint32_t person, struct erased *out)
{
	for (size_t i = 0; i < p->n_slot; i++) {
		unsigned row = p->slot[i].what >> 24;
		uint32_t value = p->slot[i].what & SLOT_VALUE;

		if (row >= N_ROW)
			continue;
		uncount(m, row, value);
		profile_uncount(d, row, value);
		for (uint32_t k = 0; row == ROW_RECIPIENTS && k < HIGH; k++)
			out->named += no_pair(m, person, k << 24 | value);
		out->values++;
	}
}

static const unsigned people[] = { ROW_RECIPIENTS, ROW_FIRST_RECIPIENT };

static bool
names(const struct record *r, uint32_t person)
{
	struct record_look k;
	bool found = false;

	record_look(&k, r);
	for (unsigned row = 0; row < N_ROW; row++) {
		record_row(&k, row);
		if (row == people[0] || row == people[1])
			found |= record_find(&k, person).count > 0;
	}
	return found;
}

/* Whoever wrote to him did not. */
static void
unname_in(struct memory *m, const struct record *r, uint32_t person,
    struct erased *out)
{
	uint64_t room[PROFILE_WORDS(DOMAIN_SLOTS)];
	struct profile *p = (struct profile *)(void *)room;

	memory_profile(p, m, r->key, r->of_domain);
	for (unsigned k = 0; k < 2; k++)
		out->named += profile_drop(p, people[k], person);
	(void)memory_keep(m, p);
}

/* To others, he is a recipient. */
static void
as_recipient(struct memory *m, uint32_t person, struct erased *out)
{
	for (uint32_t i = 0; i < m->head->geometry.index; i++) {
		const struct record *r = memory_nth(m, i);

		if (r == NULL)
			continue;
		if (!r->of_domain) {
			out->named += no_pair(m, (uint32_t)r->key, person);
			out->named += no_pair(m, person, (uint32_t)r->key);
		}
		if (names(r, person))
			unname_in(m, r, person, out);
	}
	for (unsigned k = 0; k < 2; k++) {
		unsigned row = people[k];
		struct cell *c = memory_cell(m->value,
		    m->head->geometry.values,
		    memory_value_key(row, person));

		if (c == NULL)
			continue;
		m->head->total[row] -= c->count <= m->head->total[row] ?
		    c->count : m->head->total[row];
		m->head->types[row] -= m->head->types[row] > 0;
		*c = (struct cell){ .tag = 0 };
	}
}

static void
conversations(struct memory *m, uint32_t person, struct erased *out)
{
	size_t n = (size_t)m->head->geometry.letters * BUCKET;

	for (size_t i = 0; i < n; i++) {
		if (m->letter[i].tag == 0 || m->letter[i].author != person)
			continue;
		m->letter[i] = (struct letter){ .tag = 0 };
		out->messages++;
	}
}

/* He himself, and what his domain has of him. */
static void
as_sender(struct memory *m, const struct erase_who *who, struct erased *out)
{
	uint64_t room[PROFILE_WORDS(SENDER_SLOTS)],
	    domain_room[PROFILE_WORDS(DOMAIN_SLOTS)];
	struct profile *p = (struct profile *)(void *)room;
	struct profile *d = (struct profile *)(void *)domain_room;
	bool has = memory_find(m, who->domain) != NULL;

	memory_profile(p, m, who->sender, false);
	memory_profile(d, m, who->domain, true);
	own_values(m, p, d, who->person, out);
	memory_forget(m, who->sender);
	d->messages = (weight)(d->messages - (d->messages > 0));
	/* a domain of one person is known by nobody else */
	if (has && d->messages == 0)
		memory_forget(m, who->domain);
	else if (has)
		(void)memory_keep(m, d);
}

void
memory_erase(struct memory *m, const struct erase_who *who,
    struct erased *out)
{
	if (memory_find(m, who->sender) != NULL) {
		out->known = true;
		as_sender(m, who, out);
	}
	as_recipient(m, who->person, out);
	conversations(m, who->person, out);
	if (m->house != NULL)
		house_forget(m->house, who->person);
	memory_wipe(m);
}

void
memory_drop_row(struct memory *m, unsigned row)
{
	uint64_t room[PROFILE_WORDS(DOMAIN_SLOTS)];
	struct profile *p = (struct profile *)(void *)room;

	for (uint32_t i = 0; i < m->head->geometry.index; i++) {
		const struct record *r = memory_nth(m, i);

		if (r == NULL)
			continue;
		memory_profile(p, m, r->key, r->of_domain);
		for (size_t k = p->n_slot; k > 0; k--)
			if (p->slot[k - 1].what >> 24 == row) {
				uncount(m, row, p->slot[k - 1].what &
				    SLOT_VALUE);
				(void)profile_drop(p, row,
				    p->slot[k - 1].what & SLOT_VALUE);
			}
		p->total[row] = p->types[row] = 0;
		(void)memory_keep(m, p);
	}
	m->head->total[row] = m->head->types[row] = 0;
}

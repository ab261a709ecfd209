/* SPDX-License-Identifier: Apache-2.0 */
/* tell.c - what speaks for or against a sender, in words. */
#include "behave/explain.h"
#include "behave/num.h"

void
put_bits(struct buf *out, float bits)
{
	float most = num_within(bits, -999, 999);
	unsigned tenths = (unsigned)((most < 0 ? -most : most) * 10 + 0.5f);

	buf_str(out, bits < 0 ? "-" : "+");
	buf_u64(out, tenths / 10);
	buf_str(out, ".");
	buf_u64(out, tenths % 10);
}

/* What is left of a count that fades, as a number of messages. */
static void
put_times(struct buf *out, float n)
{
	buf_u64(out, (uint64_t)num_within(n + 0.5f, 1, 1e9f));
}

static void
put_last(struct buf *out, uint16_t day, uint16_t today)
{
	unsigned ago = day < today ? today - day : 0;

	if (ago < 2) {
		buf_str(out, ago == 0 ? ", last today" : ", last yesterday");
		return;
	}
	buf_str(out, ", last ");
	buf_u64(out, ago);
	buf_str(out, " days ago");
}

static void
put_label(struct buf *out, const struct label *l, const char *none)
{
	if (l->len > 0)
		buf_put(out, label_span(l));
	else
		buf_str(out, none);
}

static void
put_usual(struct buf *out, const struct because *b, uint16_t today)
{
	const struct usual *u = &b->usual[0];
	bool always = u->seen > 0.98f * b->total;

	buf_str(out, always ? "; always " : "; usually ");
	put_label(out, &u->label, "another");
	buf_str(out, " (");
	put_times(out, u->seen);
	buf_str(out, " of ");
	put_times(out, num_most(b->total, u->seen));
	put_last(out, u->day, today);
	buf_str(out, ")");
	if (always || b->n_usual < 2 || b->usual[1].label.len == 0 ||
	    b->usual[1].value == (b->value & SLOT_VALUE))
		return;
	buf_str(out, " or ");
	buf_put(out, label_span(&b->usual[1].label));
	buf_str(out, " (");
	put_times(out, b->usual[1].seen);
	buf_str(out, ")");
}

static void
tell_value(struct buf *out, const struct because *b, uint16_t today)
{
	bool same = b->n_usual > 0 &&
	    b->usual[0].value == (b->value & SLOT_VALUE);

	put_label(out, &b->label, b->seen > 0 ? "one used before" :
	    "one never used before");
	if (!(b->seen > 0)) {
		buf_str(out, b->label.len > 0 ? ", never before" : "");
	} else {
		buf_str(out, same ? ", as usual (" : " (");
		put_times(out, b->seen);
		buf_str(out, " of ");
		put_times(out, num_most(b->total, b->seen));
		put_last(out, b->seen_day, today);
		buf_str(out, ")");
	}
	if (b->n_usual > 0 && !same)
		put_usual(out, b, today);
}

/* Of people, how many; of anything else the strangest. */
static void
tell_people(struct buf *out, unsigned n_new, unsigned n)
{
	buf_u64(out, n);
	buf_str(out, n == 1 ? " person" : " people");
	if (n_new == 0) {
		buf_str(out, ", all of them written to before");
		return;
	}
	buf_str(out, n == 1 ? ", never written to before" : ", ");
	if (n == 1)
		return;
	buf_u64(out, n_new);
	buf_str(out, " never written to before");
}

static bool
mates_ask(unsigned row, bool way)
{
	return mate_counts(row) && (way || term_owner(row) != OWNER_PROVIDER);
}

static unsigned
new_people(const struct view *v, const struct sample *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n[ROW_RECIPIENTS]; i++)
		n += !(v->many[s->first[ROW_RECIPIENTS] + i].sender > 0);
	return n;
}

/* At this hour, of all that is known. */
static void
tell_clock(struct buf *out, const struct view *v, const struct sample *s)
{
	float all = 0, here = 0;

	for (unsigned h = 0; h < PROFILE_HOURS; h++) {
		unsigned away = h > s->hour ? h - s->hour : s->hour - h;

		all += v->hour[h];
		if (away < 2 || away > 22)
			here += v->hour[h];
	}
	if (s->hour >= PROFILE_HOURS) {
		buf_str(out, "not known");
		return;
	}
	buf_u64(out, s->hour);
	buf_str(out, " h UTC; within an hour of that ");
	buf_u64(out, (uint64_t)num_within(here + 0.5f, 0, 1e9f));
	buf_str(out, " of ");
	put_times(out, all);
	buf_str(out, " messages");
}

/* Of the one who has most of them. */
static void
tell_mates(struct buf *out, const struct mates *m, bool way)
{
	uint64_t most = 0, of = 0;

	for (unsigned r = 0; r < N_ROW; r++)
		of += mates_ask(r, way);
	for (unsigned i = 0; i < m->n; i++) {
		uint64_t n = 0;

		for (unsigned r = 0; r < N_ROW; r++)
			n += mates_ask(r, way) && (m->same[i] >> r & 1) != 0;
		most = n > most ? n : most;
	}
	buf_u64(out, most);
	buf_str(out, " of ");
	buf_u64(out, of);
}

void
because_tell(struct buf *out, const struct because *b, const struct view *v,
    const struct sample *s)
{
	buf_put(out, term_words(b->term));
	if (b->term == TERM_CLOCK) {
		buf_str(out, ": ");
		tell_clock(out, v, s);
	} else if (b->term == ROW_RECIPIENTS ||
	    b->term == TERM_WORST_RECIPIENT ||
	    b->term == TERM_BEST_RECIPIENT) {
		buf_str(out, ": ");
		tell_people(out, new_people(v, s), s->n[ROW_RECIPIENTS]);
	} else if (b->term == HINT_MATE || b->term == HINT_MATE_WAY) {
		buf_str(out, ": ");
		tell_mates(out, &v->mates, b->term == HINT_MATE_WAY);
	} else if (b->counted) {
		buf_str(out, ": ");
		tell_value(out, b, v->today);
	}
}

static void
quote(struct buf *out, const char *before, const struct label *l)
{
	if (l->len == 0)
		return;
	buf_str(out, before);
	buf_str(out, "\"");
	buf_put(out, label_span(l));
	buf_str(out, "\"");
}

void
because_name(struct buf *out, const struct because *b)
{
	buf_put(out, term_name(b->term));
	if (!b->counted)
		return;
	quote(out, " ", &b->label);
	if (b->n_usual > 0 && b->usual[0].value != (b->value & SLOT_VALUE))
		quote(out, " not ", &b->usual[0].label);
}

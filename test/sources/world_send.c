/* SPDX-License-Identifier: Apache-2.0 */
/* world_send.c - sixty days of mail, and the rows that reporters make of it. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

/* A message is told apart by host, reporter, kind of mail, whether its
 * signature broke, and whether the receiver saw that it was forwarded. */
enum { VARIANTS = WORLD_MAILS * 4 };

static struct span
text(const char *s)
{
	return s == NULL ? SPAN_NONE :
	    (struct span){ (const uint8_t *)s, strlen(s) };
}

/* At or below the domain, by its letters. */
static bool
ours(const struct world *w, const char *name)
{
	return span_ends(text(name), text(w->own[0].name));
}

static unsigned
pick(struct world *w, const unsigned *weight, unsigned n)
{
	unsigned sum = 0, at, i;

	for (i = 0; i < n; i++)
		sum += weight[i];
	at = world_draw(w, sum);
	for (i = 0; i < n - 1 && at >= weight[i]; i++)
		at -= weight[i];
	return i;
}

/* About so many: half of them for sure, the others by chance. */
static unsigned
about(struct world *w, unsigned of_1000)
{
	unsigned n = of_1000 / 2000, left = of_1000 - n * 1000;

	for (unsigned i = 0; i < left / 500; i++)
		n += world_draw(w, 2);
	return n + world_yes(w, left % 500);
}

static void
signatures(struct world *w, struct aggregate_row *row,
    const struct world_mail *m, const struct world_reporter *r, bool broken)
{
	struct aggregate_dkim *sig = world_room(w, 2 * sizeof(*sig));

	if (m->d != NULL && !(broken && r->no_failed_dkim))
		sig[row->n_dkim++] = (struct aggregate_dkim){
			.domain = text(m->d),
			.selector = r->no_selector ? SPAN_NONE : text(m->s),
			.result = !broken ? AGGREGATE_R_PASS :
			    world_yes(w, 850) ? AGGREGATE_R_FAIL :
			    AGGREGATE_R_PERMERROR };
	if (m->vendor != NULL && !(broken && m->vendor_too &&
	    r->no_failed_dkim))
		sig[row->n_dkim++] = (struct aggregate_dkim){
			.domain = text(m->vendor),
			.selector = r->no_selector ? SPAN_NONE :
			    text(m->vendor_s),
			.result = broken && m->vendor_too ?
			    AGGREGATE_R_FAIL : AGGREGATE_R_PASS };
	row->auth_dkim = sig;
}

static void
paths(struct world *w, struct aggregate_row *row, const struct world_mail *m,
    const struct world_host *h, const struct world_reporter *r)
{
	struct aggregate_spf *spf = world_room(w, 2 * sizeof(*spf));

	spf[row->n_spf++] = (struct aggregate_spf){ .domain = text(m->mfrom),
		.scope = AGGREGATE_MFROM, .result = m->spf };
	if (r->helo && h->helo != NULL)
		spf[row->n_spf++] = (struct aggregate_spf){
			.domain = text(h->helo), .scope = AGGREGATE_HELO,
			.result = AGGREGATE_R_NONE };
	row->auth_spf = spf;
}

static void
reasons(struct world *w, struct aggregate_row *row,
    const struct world_mail *m)
{
	struct aggregate_reason *why = world_room(w, sizeof(*why));
	unsigned k = world_draw(w, 3);

	*why = k == 0 ? (struct aggregate_reason){ AGGREGATE_LOCAL_POLICY,
	    SPAN("arc=pass") } : (struct aggregate_reason){ m->list ?
	    AGGREGATE_MAILING_LIST : k == 1 ? AGGREGATE_FORWARDED :
	    AGGREGATE_TRUSTED_FORWARDER, SPAN_NONE };
	row->reason = why;
	row->n_reason = 1;
}

static void
add_row(struct world *w, unsigned host, unsigned reporter, unsigned day,
    unsigned variant, unsigned count)
{
	const struct world_host *h = &w->host[host];
	const struct world_mail *m =
	    &w->sender[h->sender].mail[variant / 4];
	bool broken = (variant & 2) != 0, said = (variant & 1) != 0;
	struct aggregate_row row = { .source = h->addr, .count = count,
		.header_from = text(m->from) };

	signatures(w, &row, m, &world_reporter[reporter], broken);
	paths(w, &row, m, h, &world_reporter[reporter]);
	row.dkim = m->d != NULL && !broken ? AGGREGATE_ALIGNED_PASS :
	    AGGREGATE_ALIGNED_FAIL;
	row.spf = m->spf == AGGREGATE_R_PASS && ours(w, m->mfrom) ?
	    AGGREGATE_ALIGNED_PASS : AGGREGATE_ALIGNED_FAIL;
	row.disposition = row.dkim == AGGREGATE_ALIGNED_PASS ||
	    row.spf == AGGREGATE_ALIGNED_PASS ? AGGREGATE_NONE : w->policy;
	if (said && row.dkim == AGGREGATE_ALIGNED_FAIL) {
		row.disposition = AGGREGATE_NONE;
		reasons(w, &row, m);
	}
	if (w->n_row == w->max_row) {
		w->max_row = w->max_row * 2 + 4096;
		w->row = realloc(w->row, w->max_row * sizeof(*w->row));
		if (w->row == NULL)
			abort();
	}
	w->row[w->n_row++] = (struct world_row){ row, host, reporter, day };
}

/* One message: into which cell of the day it falls. */
static unsigned
cell(struct world *w, const struct world_sender *s, unsigned hosts)
{
	unsigned weight[WORLD_MAILS] = { 0 }, reporter, mail, host;
	const struct world_mail *m;
	bool broken, said;

	for (unsigned i = 0; i < s->n_mail; i++)
		weight[i] = s->mail[i].weight;
	mail = pick(w, weight, s->n_mail);
	m = &s->mail[mail];
	reporter = pick(w, s->reach, WORLD_REPORTERS);
	host = world_draw(w, hosts);
	broken = m->d != NULL && world_yes(w, m->broken);
	said = world_reporter[reporter].says_why && world_yes(w, m->said);
	return (host * WORLD_REPORTERS + reporter) * VARIANTS + mail * 4 +
	    broken * 2u + said;
}

/* The reporter's day may begin when ours is nearly over. */
static unsigned
day_of(struct world *w, unsigned reporter, unsigned day)
{
	unsigned shift = (unsigned)world_reporter[reporter].shift;

	return day + (shift > 0 && world_draw(w, 24) < shift);
}

static void
send_day(struct world *w, unsigned at, unsigned first, unsigned hosts,
    unsigned day)
{
	const struct world_sender *s = &w->sender[at];
	size_t cells = (size_t)hosts * WORLD_REPORTERS * VARIANTS;
	unsigned *count = calloc(cells, sizeof(*count));
	unsigned per = s->per_1000_days * s->each;

	if (count == NULL)
		abort();
	if (s->weekdays && (day + WORLD_FIRST) % 7 >= 5)
		per /= 8;
	for (unsigned n = about(w, per); n > 0; n--)
		count[cell(w, s, hosts)]++;
	for (unsigned i = 0; i < cells; i++) {
		unsigned reporter = i / VARIANTS % WORLD_REPORTERS;

		if (count[i] > 0)
			add_row(w, first + i / VARIANTS / WORLD_REPORTERS,
			    reporter, day_of(w, reporter, day),
			    i % VARIANTS, count[i]);
	}
	free(count);
}

void
world_send(struct world *w)
{
	unsigned first = 0;

	for (unsigned at = 0; at < w->n_sender; at++) {
		const struct world_sender *s = &w->sender[at];
		unsigned last = first;

		while (last < w->n_host && w->host[last].sender == at)
			last++;
		for (unsigned d = s->first; d <= s->last; d++)
			if (d % s->each == at % s->each || s->last - s->first
			    < s->each)
				send_day(w, at, first, last - first, d);
		first = last;
	}
}

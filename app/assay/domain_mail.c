/* SPDX-License-Identifier: Apache-2.0 */
/* domain_mail.c - one pass over the sums of a month, and the TLS reports. */
#include "domain_mail.h"

#include <stdlib.h>
#include <string.h>

#include "report_cells.h"
#include "source_cmd.h"
#include "sources/words.h"

enum {
	DAYS = 30,
	OWN = 200,	/* sources of ours told apart, and one for the rest  */
	NAME = 300,	/* octets of a source's name with its network        */
	SIGS = 32	/* signatures of a message looked at: four times
			 * what real ones have                              */
};

/* ---- sources of ours ---------------------------------------------------- */

static bool
is_own(enum source_class c)
{
	return c == SOURCE_OURS || c == SOURCE_SERVICE ||
	    c == SOURCE_SHADOW || c == SOURCE_MISCONFIGURED;
}

static struct span
name_of(struct domain_mail *m, const struct source *f)
{
	struct buf b = arena_buf(&m->source.arena, NAME);

	source_name_print(&b, f);
	buf_str(&b, " (");
	source_net_print(&b, f);
	buf_str(&b, "), ");
	buf_str(&b, source_class_name(f->opinion.class));
	return arena_done(&m->source.arena, &b);
}

static bool
own_sources(struct domain_mail *m)
{
	struct sources *s = m->source.s;
	size_t n = 0;

	m->own = calloc(OWN, sizeof(*m->own));
	m->of = calloc(s->n + 1, sizeof(struct bulk_source *));
	if (m->own == NULL || m->of == NULL)
		return false;
	for (struct source *f = s->first; f != NULL; f = f->next) {
		if (!is_own(f->opinion.class) || f->number >= s->n)
			continue;
		if (n < OWN) {
			m->own[n].name = n == OWN - 1 ? SPAN("(others)") :
			    name_of(m, f);
			n++;
		}
		m->of[f->number] = &m->own[n - 1];
	}
	m->bulk.source = m->own;
	m->bulk.n_source = n;
	return !m->source.arena.failed;
}

/* ---- rows --------------------------------------------------------------- */

static bool
passed_both(const struct source_row *row)
{
	bool dkim = row->dkim == AGGREGATE_ALIGNED_PASS;
	bool spf = row->spf == AGGREGATE_ALIGNED_PASS;

	for (size_t i = 0; i < row->n_dkim; i++)
		dkim = dkim || row->auth_dkim[i].result == AGGREGATE_R_PASS;
	for (size_t i = 0; i < row->n_spf; i++)
		spf = spf || row->auth_spf[i].result == AGGREGATE_R_PASS;
	return dkim && spf;
}

/* Rows come day by day. */
static void
count_day(struct domain_mail *m, const struct source_row *row)
{
	enum bulk_receiver r = bulk_receiver_of(row->reporter);

	if (r == BULK_RECEIVERS)
		return;
	if (m->day[r] != row->day)
		m->that_day[r] = 0;
	m->day[r] = row->day;
	m->that_day[r] += row->messages;
	if (m->that_day[r] > m->bulk.fullest[r])
		m->bulk.fullest[r] = m->that_day[r];
}

static void
count_own(struct domain_mail *m, const struct source_row *row)
{
	const struct source *f = sources_find(m->source.s, row);
	struct bulk_source *own = f == NULL || f->number >= m->source.s->n ?
	    NULL : m->of[f->number];

	if (own == NULL)
		return;
	own->messages += row->messages;
	if (row->dkim == AGGREGATE_ALIGNED_PASS ||
	    row->spf == AGGREGATE_ALIGNED_PASS)
		own->aligned += row->messages;
	if (passed_both(row))
		own->both += row->messages;
	/* what others forge is not what the domain sends */
	count_day(m, row);
}

static void
touch(struct domain_mail *m, struct posture *p, const struct source_row *row)
{
	struct posture_sig sig[SIGS];
	struct posture_row r = { .messages = row->messages,
		.dkim = row->dkim == AGGREGATE_ALIGNED_PASS,
		.spf = row->spf == AGGREGATE_ALIGNED_PASS,
		.below = row->header_from.len > 0 && !span_ieq(
		row->header_from, m->source.domain.name),
		.source = row->source, .sig = sig };

	for (; r.n_sig < row->n_dkim && r.n_sig < SIGS; r.n_sig++)
		sig[r.n_sig] = (struct posture_sig){
			row->auth_dkim[r.n_sig].domain,
			row->auth_dkim[r.n_sig].selector };
	posture_touch(p, &r);
}

static bool
rows(struct domain_mail *m, struct posture *p)
{
	struct source_rows r;

	if (!source_rows_begin(&r, &m->source))
		return false;
	while (source_rows_next(&r)) {
		touch(m, p, &r.row);
		count_own(m, &r.row);
	}
	return source_rows_end(&r);
}

/* ---- TLS reports -------------------------------------------------------- */

static uint64_t
number(const struct store_cell *cell, size_t n, const char *name)
{
	const struct store_cell *c = report_cell(cell, n, name);

	return c == NULL || c->type != STORE_NUMBER || c->number < 0 ? 0 :
	    (uint64_t)c->number;
}

static bool
sessions(struct domain_mail *m, struct posture *p)
{
	struct store_ask ask = { .domain = m->source.domain.name,
		.day_from = m->source.day_from, .day_to = m->source.day_to,
		.trust = STORE_T_UNKNOWN };
	struct store_cursor *c = store_list(m->store, STORE_L_TLS, &ask);
	char last[REPORT_TLS_SAME] = "";
	const struct store_cell *cell;
	size_t n;

	while (c != NULL && store_list_next(c, &cell, &n))
		if (!report_tls_same(last, cell, n)) {
			posture_touch_sessions(p, number(cell, n, "good"));
			posture_touch_sessions(p, number(cell, n, "bad"));
		}
	return c != NULL && store_cursor_end(c);
}

/* ---- all of it ---------------------------------------------------------- */

static int
failed(const struct domain_mail *m)
{
	if (store_why(m->store)->status != STORE_OK)
		return store_file_wrong(m->file->path, store_why(m->store));
	fprintf(stderr, "assay domain: not enough memory for so many "
	    "sources\n");
	return EXIT_TEMPORARY;
}

int
domain_mail_load(struct domain_mail *m, const struct args *args,
    struct posture *p)
{
	struct source_none q = { args->name, m->store, m->file, 0, 0,
		false };
	bool none;
	int status;

	if (m->store == NULL)
		return EXIT_ACCEPTED;
	m->source = (struct source_load){ .settings = m->settings,
		.file = m->file, .store = m->store };
	if (!source_cmd_days(args, &q.from, &q.to))
		return EXIT_USAGE;
	q.from = q.to - DAYS + 1;
	m->source.day_from = q.from;
	m->source.day_to = q.to;
	m->loaded = true;
	status = source_load(&m->source, posture_domain(p));
	if (status == 0)
		status = source_none(&q, posture_domain(p), &none);
	if (status != 0)
		return status;
	m->bulk.days = DAYS;
	posture_traffic(p, DAYS);
	if (!own_sources(m) || !rows(m, p) || !sessions(m, p))
		return failed(m);
	posture_bulk(p, &m->bulk);
	return EXIT_ACCEPTED;
}

void
domain_mail_free(struct domain_mail *m)
{
	if (m->loaded)
		source_load_free(&m->source);
	free(m->own);
	free(m->of);
}

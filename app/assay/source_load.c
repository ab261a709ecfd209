/* SPDX-License-Identifier: Apache-2.0 */
/* source_load.c - sums of the store become sources with an opinion. */
#include "source_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/limits.h"
#include "demo.h"
#include "report_cells.h"
#include "wire/addr.h"
#include "wire/day.h"

/* ---- rows --------------------------------------------------------------- */

/* Sets of results come again and again: each is read once. */
enum { MEMO = 1 << 14 };
struct auth_memo {
	struct span text;
	struct auth_set set;
	struct auth_memo *chain;
};

static bool
auth_of(struct source_load *l, struct span text, struct auth_set *out)
{
	struct sums key = { .secret = l->ground_secret };
	struct auth_memo **bucket = &l->memo[sums_key(&key, 0, text.len,
	    text) & (MEMO - 1)], *m = *bucket;

	while (m != NULL && !span_eq(m->text, text))
		m = m->chain;
	if (m == NULL) {
		m = arena_alloc(&l->arena, sizeof(*m));
		if (m == NULL || !source_auth_read(&m->set, text, &l->arena))
			return false;
		m->text = arena_dup(&l->arena, text);
		m->chain = *bucket;
		*bucket = m;
	}
	*out = m->set;
	return !l->arena.failed;
}

bool
source_rows_begin(struct source_rows *r, struct source_load *l)
{
	struct store_ask ask = { .by = STORE_BY_DAY | STORE_BY_SOURCE |
		STORE_BY_REPORTER | STORE_BY_FROM | STORE_BY_RESULT |
		STORE_BY_DONE | STORE_BY_AUTH, .domain = l->domain.name,
		.day_from = l->day_from, .day_to = l->day_to,
		.trust = STORE_T_UNKNOWN };

	*r = (struct source_rows){ .l = l,
		.cursor = store_tallies(l->store, &ask) };
	r->failed = r->cursor == NULL;
	return !r->failed;
}

bool
source_rows_next(struct source_rows *r)
{
	struct store_tally t;
	struct auth_set set;

	do {
		if (r->failed || !store_tally_next(r->cursor, &t))
			return false;
	} while (t.source.family == 0);
	if (!auth_of(r->l, t.auth, &set)) {
		r->failed = true;
		return false;
	}
	r->row = (struct source_row){ .day = t.day, .reporter = t.reporter,
		.source = t.source, .header_from = t.header_from,
		.dkim = t.dkim, .spf = t.spf, .disposition = t.disposition,
		.why = t.why, .auth_dkim = set.dkim, .n_dkim = set.n_dkim,
		.auth_spf = set.spf, .n_spf = set.n_spf,
		.messages = t.messages };
	return true;
}

bool
source_rows_end(struct source_rows *r)
{
	bool ok = r->cursor == NULL || store_cursor_end(r->cursor);

	return ok && !r->failed;
}

/* ---- what is ours ------------------------------------------------------- */

static bool
own_domains(struct source_load *l)
{
	const struct conf_item *v = l->file->conf.first[CONF_K_OWN_DOMAIN];
	struct domain d;

	l->own[l->n_own++] = (struct source_own){ l->domain, false };
	for (; v != NULL && l->n_own < SOURCE_OWN; v = v->next)
		if (domain_parse(&d, v->text, true, &l->arena))
			l->own[l->n_own++] = (struct source_own){ d, false };
	return !l->arena.failed;
}

/* The names that mail claimed to be from, those with most mail first. */
static bool
from_names(struct source_load *l, struct domain *out, size_t *n)
{
	struct store_ask ask = { .by = STORE_BY_FROM,
		.domain = l->domain.name, .day_from = l->day_from,
		.day_to = l->day_to, .trust = STORE_T_UNKNOWN,
		.limit = SOURCE_NAMES };
	struct store_cursor *c = store_tallies(l->store, &ask);
	struct store_tally t;

	*n = 0;
	if (c == NULL)
		return false;
	while (*n < SOURCE_NAMES && store_tally_next(c, &t))
		if (domain_parse(&out[*n], t.header_from, true, &l->arena) &&
		    domain_within(out[*n], l->domain))
			(*n)++;
	return store_cursor_end(c) && !l->arena.failed;
}

/* ---- what people said --------------------------------------------------- */

static bool
network(struct span text, struct source_decision *d)
{
	struct span addr = span_cut(&text, '/');
	uint64_t bits;

	if (assay_addr_parse(&d->net, addr) != ASSAY_OK)
		return false;
	d->bits = d->net.family == 4 ? 32 : 128;
	if (text.len == 0)
		return true;
	if (!span_u64(text, d->bits, &bits))
		return false;
	d->bits = (unsigned)bits;
	return true;
}

static bool
decision_of(struct source_load *l, const struct store_cell *c, size_t n,
    struct source_decision *d)
{
	struct span scope = report_text(c, n, "scope");
	struct span what = report_text(c, n, "what");
	uint64_t asn;
	bool good;

	*d = (struct source_decision){ .who = arena_dup(&l->arena,
	    report_text(c, n, "who")), .note = arena_dup(&l->arena,
	    report_text(c, n, "note")) };
	if (!source_class_parse(&d->class, report_text(c, n, "class")))
		return false;
	(void)day_parse(&d->day, span_head(report_text(c, n, "at"), DAY_TEXT));
	d->day /= DAY_SECONDS;
	if (span_eq(scope, SPAN("dkim"))) {
		d->scope = SOURCE_S_DKIM;
		return domain_parse(&d->dkim, what, true, &l->arena);
	}
	if (span_eq(scope, SPAN("asn"))) {
		d->scope = SOURCE_S_ASN;
		good = span_u64(what, UINT32_MAX, &asn);
		d->asn = good ? (uint32_t)asn : 0;
		return good;
	}
	d->scope = span_eq(scope, SPAN("network")) ? SOURCE_S_NETWORK :
	    SOURCE_S_ADDRESS;
	return network(what, d);
}

static bool
about_same(const struct source_decision *a, const struct source_decision *b)
{
	return a->scope == b->scope && a->bits == b->bits && a->asn ==
	    b->asn && (a->scope == SOURCE_S_DKIM ? domain_eq(a->dkim,
	    b->dkim) : a->scope == SOURCE_S_ASN || addr_eq(&a->net,
	    &b->net));
}

/* They come in order, the latest about one thing last: it alone holds, and
 * "unknown" takes back what was decided. */
static void
take_decision(struct source_load *l, const struct source_decision *d)
{
	size_t i = 0;

	while (i < l->n_decision && !about_same(&l->decision[i], d))
		i++;
	if (d->class != SOURCE_UNKNOWN)
		l->decision[i] = *d;
	else if (i < l->n_decision)
		l->decision[i] = l->decision[l->n_decision - 1];
	if (d->class == SOURCE_UNKNOWN && i < l->n_decision)
		l->n_decision--;
	else if (d->class != SOURCE_UNKNOWN && i == l->n_decision)
		l->n_decision++;
}

static bool
decisions(struct source_load *l)
{
	struct store_ask ask = { .domain = l->domain.name };
	struct store_cursor *c = store_list(l->store, STORE_L_DECISIONS,
	    &ask);
	const struct store_cell *cells;
	struct source_decision d;
	size_t n, cap = 0;

	while (c != NULL && store_list_next(c, &cells, &n)) {
		if (l->n_decision == cap) {
			struct source_decision *bigger;

			cap = cap * 2 + 64;
			bigger = realloc(l->decision, cap *
			    sizeof(*bigger));
			if (bigger == NULL)
				break;
			l->decision = bigger;
		}
		if (decision_of(l, cells, n, &d))
			take_decision(l, &d);
	}
	return c != NULL && store_cursor_end(c) && !l->arena.failed;
}

/* ---- all of it ---------------------------------------------------------- */

static bool
tables(struct source_load *l)
{
	const struct conf_item *v = l->file->conf.first[CONF_K_ASN_TABLE];
	char path[4096], why[IPASN_WHY];

	if (!services_read(&l->services, (struct span){ demo_services_txt,
	    demo_services_txt_len }, &l->arena))
		return false;
	for (; v != NULL; v = v->next) {
		if (l->asn == NULL)
			l->asn = ipasn_new();
		snprintf(path, sizeof(path), "%.*s", (int)v->text.len,
		    (const char *)v->text.ptr);
		if (l->asn != NULL && ipasn_add(l->asn, path, why))
			continue;
		fprintf(stderr, "assay: asn-table %s: %s\n", path,
		    l->asn == NULL ? "no memory" : why);
		return false;
	}
	return true;
}

static bool
fold(struct source_load *l)
{
	struct source_ground g = { .own = l->own, .n_own = l->n_own,
		.missing = l->missing, .n_missing = l->n_missing,
		.services = &l->services, .day_from = l->day_from,
		.day_to = l->day_to };
	struct source_rows r;

	memcpy(g.secret, l->ground_secret, sizeof(g.secret));
	l->s = sources_new(&g, &l->arena);
	if (l->s == NULL || !source_rows_begin(&r, l))
		return false;
	while (source_rows_next(&r))
		if (!sources_add(l->s, &r.row)) {
			r.failed = true;
			break;
		}
	return source_rows_end(&r);
}

static int
failed(const struct source_load *l)
{
	if (!l->arena.failed && store_why(l->store)->status != STORE_OK)
		return store_file_wrong(l->file->path, store_why(l->store));
	fprintf(stderr, "assay: not enough memory for so many sources; ask "
	    "for fewer --days\n");
	return EXIT_TEMPORARY;
}

int
source_load(struct source_load *l, struct span domain)
{
	struct source_court court;
	struct domain *from;
	size_t n;

	arena_init(&l->arena, LIMIT_SOURCES_MEMORY);
	l->memo = calloc(MEMO, sizeof(struct auth_memo *));
	if (l->memo == NULL || getrandom(l->ground_secret,
	    sizeof(l->ground_secret), 0) != sizeof(l->ground_secret))
		return failed(l);
	if (!domain_parse(&l->domain, domain, true, &l->arena)) {
		fprintf(stderr, "assay: this is no domain name\n");
		return EXIT_USAGE;
	}
	l->org = l->domain;
	if (!tables(l) || !source_dns_open(l))
		return EXIT_USAGE;
	from = arena_array(&l->arena, SOURCE_NAMES, sizeof(*from));
	if (from == NULL || !own_domains(l) || !from_names(l, from, &n))
		return failed(l);
	source_dns_names(l, from, n);
	if (!fold(l))
		return failed(l);
	source_dns_places(l);
	if (!decisions(l))
		return failed(l);
	court = (struct source_court){ l->decision, l->n_decision,
		l->asn != NULL };
	return sources_judge(l->s, &court) ? 0 : failed(l);
}

void
source_load_free(struct source_load *l)
{
	if (l->has_dns)
		assay_oracle_free(&l->dns);
	ipasn_free(l->asn);
	arena_free(&l->arena);
	free(l->memo);
	free(l->decision);
}

int
source_domains(struct store *s, const struct store_file *file,
    struct arena *a, struct span *out, size_t max, size_t *n)
{
	struct store_ask ask = { .by = STORE_BY_DOMAIN,
		.trust = STORE_T_UNKNOWN, .limit = (uint32_t)max };
	struct store_cursor *c = store_tallies(s, &ask);
	struct store_tally t;

	*n = 0;
	while (c != NULL && *n < max && store_tally_next(c, &t))
		out[(*n)++] = arena_dup(a, t.domain);
	if (c == NULL || !store_cursor_end(c))
		return store_file_wrong(file->path, store_why(s));
	return 0;
}

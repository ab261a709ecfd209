/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c - a posture as one line of JSON (doc/assay-posture.schema.json).
 *
 * Its answers are rows of assay-zone(5), so that what was found can be found
 * again: jq .answers gives a zone.
 */
#include "wire/json.h"

#include "posture/inner.h"
#include "verdict/phrase.h"

/* ---- findings ------------------------------------------------------------ */

static void
put_records(struct jw *w, struct span lines)
{
	jw_key(w, "record");
	jw_array(w);
	while (lines.len > 0)
		jw_str(w, span_cut(&lines, '\n'));
	jw_end_array(w);
}

static void
put_finding(struct jw *w, const struct posture_finding *f)
{
	jw_object(w);
	jw_put_u64(w, "code", f->text->code);
	jw_put_cstr(w, "name", f->text->name);
	jw_put_cstr(w, "subject", subject_name(f->text->subject));
	jw_put_cstr(w, "severity", grade_name(f->grade));
	jw_put_cstr(w, "section", f->text->section);
	jw_put_str(w, "about", f->about);
	jw_put_cstr(w, "sentence", f->text->sentence);
	jw_put_str(w, "detail", f->detail);
	jw_put_cstr(w, "consequence", *f->text->consequence == '\0' ? NULL :
	    f->text->consequence);
	jw_put_cstr(w, "advice", f->advice);
	put_records(w, f->record);
	jw_key(w, "traffic");
	if (f->traffic.known) {
		jw_object(w);
		jw_put_u64(w, "messages", f->traffic.messages);
		jw_put_u64(w, "days", f->traffic.days);
		jw_put_cstr(w, "what", f->traffic.what);
		jw_end_object(w);
	} else {
		jw_null(w);
	}
	jw_end_object(w);
}

static void
put_subjects(struct jw *w, const struct posture *p)
{
	jw_key(w, "subjects");
	jw_object(w);
	for (size_t s = 0; s < SUBJECTS; s++) {
		jw_key(w, subject_name((enum subject)s));
		jw_object(w);
		jw_put_cstr(w, "severity", grade_name(
		    posture_worst_of(p, (enum subject)s)));
		jw_put_str(w, "state", p->part[s].state);
		jw_end_object(w);
	}
	jw_end_object(w);
}

/* ---- SPF, keys, rules ---------------------------------------------------- */

static void
put_spf(struct jw *w, struct posture *p)
{
	jw_key(w, "spf");
	jw_object(w);
	jw_put_u64(w, "lookups", p->spf.cost);
	jw_put_u64(w, "voids", p->spf.voids);
	jw_key(w, "terms");
	jw_array(w);
	for (size_t i = 0; i < p->spf.n; i++) {
		const struct spf_line *l = &p->spf.line[i];

		jw_object(w);
		jw_put_str(w, "record", l->of);
		jw_put_u64(w, "depth", l->depth);
		jw_put_str(w, "term", shown(p, l->text));
		jw_put_u64(w, "lookups", l->cost);
		jw_put_bool(w, "reached", !l->behind_all);
		jw_end_object(w);
	}
	jw_end_array(w);
	jw_end_object(w);
}

/* How old a key is, only a history of DNS can tell. */
static void
put_keys(struct jw *w, const struct posture *p)
{
	jw_key(w, "selectors");
	jw_array(w);
	for (size_t i = 0; i < p->dkim.n; i++) {
		const struct selector_known *k = &p->dkim.key[i];

		if (!k->given && k->a->kind != ASSAY_A_DATA)
			continue;
		jw_object(w);
		jw_put_str(w, "selector", k->selector);
		jw_put_bool(w, "given", k->given);
		jw_put_cstr(w, "answer", phrase_answer(k->a->kind));
		jw_put_cstr(w, "since", NULL);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
put_shares(struct jw *w, const struct bulk_row *r)
{
	jw_key(w, "sources");
	jw_array(w);
	for (size_t i = 0; i < r->n_share; i++) {
		jw_object(w);
		jw_put_str(w, "source", r->share[i].name);
		jw_put_u64(w, "messages", r->share[i].messages);
		jw_put_u64(w, "good", r->share[i].good);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
put_rules(struct jw *w, const struct posture *p)
{
	jw_key(w, "rules");
	jw_array(w);
	for (size_t i = 0; i < BULK_RULES; i++) {
		const struct bulk_row *r = &p->row[i];

		jw_object(w);
		jw_put_cstr(w, "name", r->name);
		jw_put_cstr(w, "sentence", r->sentence);
		jw_key(w, "asked_by");
		jw_array(w);
		if ((r->who & BULK_GOOGLE) != 0)
			jw_cstr(w, "google");
		if ((r->who & BULK_YAHOO) != 0)
			jw_cstr(w, "yahoo");
		if ((r->who & BULK_MICROSOFT) != 0)
			jw_cstr(w, "microsoft");
		jw_end_array(w);
		jw_put_cstr(w, "state", bulk_state_name(r->state));
		jw_put_str(w, "evidence", r->evidence);
		put_shares(w, r);
		jw_end_object(w);
	}
	jw_end_array(w);
}

/* ---- answers ------------------------------------------------------------- */

static void
put_item(struct jw *w, struct posture *p, const struct memo_row *row,
    struct span item)
{
	if (row->q.type == ASSAY_T_DS || row->q.type == ASSAY_T_DNSKEY)
		jw_hex(w, item);
	else
		jw_octets(w, phrase_item(&p->arena, &row->q, item));
}

static const char *
rcode_of(enum assay_akind kind)
{
	switch (kind) {
	case ASSAY_A_DATA: break;
	case ASSAY_A_NODATA: return "NODATA";
	case ASSAY_A_NXDOMAIN: return "NXDOMAIN";
	case ASSAY_A_BOGUS: return "BOGUS";
	case ASSAY_A_TEMPFAIL:
	case ASSAY_A_UNKNOWN: return "SERVFAIL";
	}
	return NULL;
}

/* By name and type: the order of asking depends on that of answers. */
static bool
comes_before(const struct memo_row *a, const struct memo_row *b)
{
	int order = span_cmp(a->q.key, b->q.key);

	return order != 0 ? order < 0 : a->q.type < b->q.type;
}

static const struct memo_row **
sorted_rows(struct posture *p, size_t *n)
{
	const struct memo_row **rows = arena_array(&p->arena, p->memo.n,
	    sizeof(*rows));

	*n = 0;
	for (size_t i = 0; rows != NULL && i < p->memo.n; i++) {
		const struct memo_row *row = p->memo.row[i];
		size_t at = *n;

		if (row->q.kind != ASSAY_Q_DNS || row->a.kind == 0)
			continue;
		while (at > 0 && comes_before(row, rows[at - 1])) {
			rows[at] = rows[at - 1];
			at--;
		}
		rows[at] = row;
		++*n;
	}
	return rows;
}

static bool
is_alias(const struct memo_row *row)
{
	return !span_absent(row->a.canonical) &&
	    !span_eq(row->a.canonical, row->q.key);
}

/* Rows of one name and type add up, so what an alias leads to is written
 * once: not if it was asked for itself, or by an alias above. */
static bool
is_given(const struct memo_row **rows, size_t n, size_t at)
{
	const struct memo_row *row = rows[at];

	for (size_t i = 0; i < n; i++) {
		if (rows[i]->q.type != row->q.type || i == at)
			continue;
		if (span_eq(rows[i]->q.key, row->a.canonical) ||
		    (i < at && is_alias(rows[i]) &&
		    span_eq(rows[i]->a.canonical, row->a.canonical)))
			return true;
	}
	return false;
}

/* An alias, once for all types. */
static void
put_alias(struct jw *w, const struct memo_row **rows, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_alias(rows[i]) &&
		    span_eq(rows[i]->q.key, rows[at]->q.key))
			return;
	jw_object(w);
	jw_put_str(w, "name", rows[at]->q.key);
	jw_put_cstr(w, "type", "CNAME");
	jw_key(w, "values");
	jw_array(w);
	jw_str(w, rows[at]->a.canonical);
	jw_end_array(w);
	jw_put_u64(w, "ttl", rows[at]->a.ttl > INT32_MAX ? 0 :
	    rows[at]->a.ttl);
	jw_put_bool(w, "secure", rows[at]->a.secure);
	jw_end_object(w);
}

static void
put_row(struct jw *w, struct posture *p, const struct memo_row *row)
{
	const struct assay_answer *a = &row->a;

	jw_object(w);
	jw_put_str(w, "name", is_alias(row) ? a->canonical : row->q.key);
	jw_put_cstr(w, "type", phrase_type(row->q.type));
	if (rcode_of(a->kind) != NULL) {
		jw_put_cstr(w, "rcode", rcode_of(a->kind));
	} else {
		jw_key(w, "values");
		jw_array(w);
		for (size_t k = 0; k < a->n_item; k++)
			put_item(w, p, row, a->item[k]);
		jw_end_array(w);
		jw_put_u64(w, "ttl", a->ttl > INT32_MAX ? 0 : a->ttl);
		jw_put_bool(w, "secure", a->secure);
	}
	jw_end_object(w);
}

static void
put_answers(struct jw *w, struct posture *p)
{
	size_t n;
	const struct memo_row **rows = sorted_rows(p, &n);

	jw_key(w, "answers");
	jw_array(w);
	for (size_t i = 0; i < n; i++) {
		if (is_alias(rows[i]))
			put_alias(w, rows, i);
		if (!is_alias(rows[i]) || !is_given(rows, n, i))
			put_row(w, p, rows[i]);
	}
	jw_end_array(w);
}

enum assay_status
posture_json_write(struct posture *p, assay_write_fn *write, void *ctx)
{
	struct jw w;

	if (!p->told)
		return ASSAY_MISUSE;
	jw_start(&w, write, ctx);
	jw_object(&w);
	jw_put_cstr(&w, "format", "assay-posture-0.1");
	jw_put_cstr(&w, "assay", assay_version());
	jw_put_str(&w, "domain", p->domain.name);
	jw_put_i64(&w, "time", p->session.now);
	jw_put_bool(&w, "parked", p->parked);
	jw_put_cstr(&w, "worst", grade_name(posture_worst(p)));
	put_subjects(&w, p);
	jw_key(&w, "findings");
	jw_array(&w);
	for (size_t i = 0; i < p->n_sorted; i++)
		put_finding(&w, &p->sorted[i]);
	jw_end_array(&w);
	put_spf(&w, p);
	put_keys(&w, p);
	put_rules(&w, p);
	put_answers(&w, p);
	jw_end_object(&w);
	return jw_finish(&w) ? ASSAY_OK : ASSAY_IO;
}

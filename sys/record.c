/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c - a finished message out of a record.
 *
 * session, options and facts are read by the table of facts/shape; a member
 * that is missing is zero or absent, one that is not known is ignored.  The
 * raw header, if it is there, is read again and must give the same authors
 * and signatures: then what is verified are the signatures of that header,
 * else those of the digests that the record states.
 */
#include "record.h"

#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "eval.h"
#include "facts/shape.h"
#include "facts/stream.h"
#include "octets.h"
#include "wire/addr.h"
#include "wire/base64.h"
#include "wire/dnsrr.h"
#include "wire/printable.h"

enum { DEPTH = 6, VERSION = 1 };

struct reader {
	struct arena *arena;
	const char *why;
};

static bool
wrong(struct reader *r, const char *why)
{
	if (r->why == NULL)
		r->why = why;
	return false;
}

/* ---- single values ------------- */

static bool
read_octets(struct reader *r, const json_t *j, struct span *out)
{
	struct buf b;

	*out = SPAN_NONE;
	if (json_is_null(j))
		return true;
	b = arena_buf(r->arena, json_string_length(j) + 1);
	if (!octets_of(&b, j))
		return r->arena->failed ? false :
		    wrong(r, "a text is no string of octets");
	*out = arena_done(r->arena, &b);
	return true;
}

/* What the writer made safe to print stays so. */
static bool
read_clean(struct reader *r, const json_t *j, struct span *out)
{
	if (!read_octets(r, j, out))
		return false;
	for (size_t i = 0; i < out->len; i++)
		if (span_at(*out, i) != ' ' && !is_vchar(span_at(*out, i))) {
			*out = printable(r->arena, *out, out->len);
			break;
		}
	return true;
}

static bool
read_base64(struct reader *r, const json_t *j, struct span *out)
{
	struct span text = { (const uint8_t *)json_string_value(j),
		json_string_length(j) };
	struct buf b;

	*out = SPAN_NONE;
	if (json_is_null(j))
		return true;
	b = arena_buf(r->arena, base64_room(text.len));
	if (!json_is_string(j) || !base64_decode(&b, text, false))
		return r->arena->failed ? false : wrong(r, "not base64");
	*out = arena_done(r->arena, &b);
	return true;
}

static bool
read_domain(struct reader *r, const json_t *j, struct domain *out)
{
	struct span text = { (const uint8_t *)json_string_value(j),
		json_string_length(j) };

	out->name = SPAN_NONE;
	if (json_is_null(j))
		return true;
	if (!json_is_string(j) ||
	    !domain_parse(out, text, false, r->arena) ||
	    !span_eq(out->name, text))
		return wrong(r, "not a domain");
	return true;
}

static bool
read_digest(struct reader *r, const json_t *j, uint8_t out[32])
{
	const char *s = json_string_value(j);

	if (!json_is_string(j) || json_string_length(j) != 64)
		return wrong(r, "not a digest");
	for (size_t i = 0; i < 32; i++) {
		int high = hex_value(s[2 * i]), low = hex_value(s[2 * i + 1]);

		if (high < 0 || low < 0)
			return wrong(r, "not a digest");
		out[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

/* The largest may be a string: RFC 8259 6. */
static bool
read_number(struct reader *r, const json_t *j, uint64_t max, uint64_t *out)
{
	json_int_t v = json_integer_value(j);

	if (json_is_string(j) && json_string_length(j) > 0 &&
	    span_u64((struct span){ (const uint8_t *)json_string_value(j),
	    json_string_length(j) }, max, out))
		return true;
	*out = (uint64_t)v;
	return (json_is_integer(j) && v >= 0 && (uint64_t)v <= max) ||
	    wrong(r, "a number is out of its range");
}

static bool
read_place(struct reader *r, const json_t *j, struct place *out)
{
	uint64_t at, len;

	if (json_array_size(j) != 2)
		return wrong(r, "a place is two numbers");
	if (!read_number(r, json_array_get(j, 0), SIZE_MAX / 2, &at) ||
	    !read_number(r, json_array_get(j, 1), SIZE_MAX / 2, &len))
		return false;
	*out = (struct place){ (size_t)at, (size_t)len };
	return true;
}

static bool
read_address(struct reader *r, const json_t *j, struct assay_addr *out)
{
	*out = (struct assay_addr){ .family = 0 };
	if (json_is_null(j))
		return true;
	if (!json_is_string(j) || assay_addr_parse(out, (struct span){
	    (const uint8_t *)json_string_value(j),
	    json_string_length(j) }) != ASSAY_OK)
		return wrong(r, "not an address");
	return true;
}

static bool
read_reason(struct reader *r, const json_t *j, enum assay_reason *out)
{
	static const enum assay_reason all[] = {
#define X(code, ID, name, section, sentence, advice) ASSAY_R_##ID,
#include <assay/reasons.def>
#undef X
	};

	*out = ASSAY_R_NONE;
	if (json_is_null(j))
		return true;
	for (size_t i = 0; json_is_string(j) &&
	    i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(assay_reason_text(all[i])->name,
		    json_string_value(j)) == 0) {
			*out = all[i];
			return true;
		}
	return wrong(r, "no such reason");
}

static bool
read_word(struct reader *r, const json_t *j, const char *const *word,
    unsigned *out)
{
	int v = !json_is_string(j) ? -1 : shape_value(word, (struct span){
	    (const uint8_t *)json_string_value(j), json_string_length(j) });

	*out = v < 0 ? 0 : (unsigned)v;
	return v >= 0 || wrong(r, "a word that is not known");
}

static bool
read_spans(struct reader *r, const json_t *j, size_t max,
    const struct span **out, size_t *n)
{
	struct span *s;

	*n = json_array_size(j);
	if (!json_is_array(j) || *n > max)
		return wrong(r, "a list is too long, or none");
	s = arena_array(r->arena, *n, sizeof(*s));
	*out = s;
	for (size_t i = 0; s != NULL && i < *n; i++)
		if (!read_octets(r, json_array_get(j, i), &s[i]))
			return false;
	return s != NULL;
}

/* ---- by the table ------------- */

static bool read_struct(struct reader *r, const struct shape *shape,
    const json_t *j, void *to, unsigned depth);

static void *
member(void *base, size_t at)
{
	return (char *)base + at;
}

static bool
read_size(struct reader *r, const struct shape_field *f, const json_t *j,
    void *p)
{
	uint64_t v, max = f->kind == SHAPE_U8 ? UINT8_MAX :
	    f->kind == SHAPE_UINT ? INT32_MAX :
	    f->kind == SHAPE_SIZE ? SIZE_MAX / 2 : UINT64_MAX;

	if (!read_number(r, j, max, &v))
		return false;
	if (f->kind == SHAPE_U8)
		*(uint8_t *)p = (uint8_t)v;
	else if (f->kind == SHAPE_UINT)
		*(unsigned *)p = (unsigned)v;
	else if (f->kind == SHAPE_SIZE)
		*(size_t *)p = (size_t)v;
	else
		*(uint64_t *)p = v;
	return true;
}

static bool
read_structs(struct reader *r, const struct shape_field *f, const json_t *j,
    void *base, unsigned depth)
{
	size_t n = json_array_size(j);
	void *first = member(base, f->at);

	if (!json_is_array(j) || n > f->max)
		return wrong(r, "a list is too long, or none");
	if (f->kind == SHAPE_LIST) {
		first = arena_array(r->arena, n, f->of->size);
		if (first == NULL)
			return false;
		*(void **)member(base, f->at) = first;
	}
	for (size_t i = 0; i < n; i++)
		if (!read_struct(r, f->of, json_array_get(j, i),
		    member(first, i * f->of->size), depth))
			return false;
	*(size_t *)member(base, f->count_at) = n;
	return true;
}

static bool
read_field(struct reader *r, const struct shape_field *f, const json_t *j,
    void *base, unsigned depth)
{
	void *p = member(base, f->at);

	switch (f->kind) {
	case SHAPE_BOOL:
		*(bool *)p = json_is_true(j);
		return json_is_boolean(j) || wrong(r, "not true or false");
	case SHAPE_U8:
	case SHAPE_UINT:
	case SHAPE_SIZE:
	case SHAPE_U64:
		return read_size(r, f, j, p);
	case SHAPE_I64:
		*(int64_t *)p = json_integer_value(j);
		return json_is_integer(j) || wrong(r, "not a number");
	case SHAPE_OCTETS:
		return read_octets(r, j, p);
	case SHAPE_CLEAN:
		return read_clean(r, j, p);
	case SHAPE_BASE64:
		return read_base64(r, j, p);
	case SHAPE_DOMAIN:
		return read_domain(r, j, p);
	case SHAPE_DIGEST:
		return read_digest(r, j, p);
	case SHAPE_ADDRESS:
		return read_address(r, j, p);
	case SHAPE_PLACE:
		return read_place(r, j, p);
	case SHAPE_REASON:
		return read_reason(r, j, p);
	case SHAPE_WORD:
		return read_word(r, j, f->word, p);
	case SHAPE_SPANS:
		return read_spans(r, j, f->max, p,
		    member(base, f->count_at));
	case SHAPE_OBJECT:
		return read_struct(r, f->of, j, p, depth);
	case SHAPE_ARRAY:
	case SHAPE_LIST:
		return read_structs(r, f, j, base, depth);
	}
	return false;
}

static bool
read_struct(struct reader *r, const struct shape *shape, const json_t *j,
    void *to, unsigned depth)
{
	if (!json_is_object(j) || depth == 0)
		return wrong(r, "an object is missing");
	for (size_t i = 0; i < shape->n; i++) {
		const struct shape_field *f = &shape->field[i];
		const json_t *value = json_object_get(j, f->name);

		if (value != NULL && !read_field(r, f, value, to, depth - 1))
			return false;
	}
	return true;
}

/* ---- what checks rely on ------------- */

/* The name of the key is made of these two. */
static bool
sound_sig(const struct sig_facts *s)
{
	return s->flaw != ASSAY_R_NONE ||
	    (!domain_absent(s->d) && !domain_absent(s->selector));
}

static bool
sound(struct reader *r, struct facts *f)
{
	for (size_t i = 0; i < f->n_finding; i++)
		if (f->finding[i].reason == ASSAY_R_NONE ||
		    f->finding[i].severity == 0)
			return wrong(r, "a finding without a reason");
	for (size_t i = 0; i < f->n_guise; i++)
		if (f->guise[i].reason == ASSAY_R_NONE ||
		    f->guise[i].level > 100)
			return wrong(r, "a guise without a reason or weight");
	for (size_t i = 0; i < f->n_act; i++)
		if (f->act[i].reason == ASSAY_R_NONE ||
		    f->act[i].level > 100)
			return wrong(r, "an act without a reason or weight");
	for (size_t i = 0; i < f->from.n_author; i++)
		if (domain_absent(f->from.author[i].domain))
			return wrong(r, "an author without a domain");
	for (size_t i = 0; i < f->dkim.n_sig; i++) {
		f->dkim.sig[i].slot = -1;
		if (!sound_sig(&f->dkim.sig[i]))
			return wrong(r, "a signature lacks a part");
	}
	for (size_t i = 0; i < f->arc.n_set; i++) {
		struct arc_set *set = &f->arc.set[i];

		set->ams.slot = set->seal.slot = -1;
		if (f->arc.flaw == ASSAY_R_NONE && (set->instance != i + 1 ||
		    !sound_sig(&set->ams) || !sound_sig(&set->seal)))
			return wrong(r, "a set of the chain lacks a part");
	}
	return true;
}

/* ---- answers ------------- */

static bool
mx_item(struct span text, struct span *out, struct arena *a)
{
	struct span host = text, word = span_cut(&host, ' ');
	uint64_t n;
	struct buf b;

	if (!span_u64(word, UINT16_MAX, &n) || word.len == 0 ||
	    host.len == 0)
		return false;
	b = arena_buf(a, host.len + 2);
	buf_byte(&b, (uint8_t)(n >> 8));
	buf_byte(&b, (uint8_t)(n & 255));
	buf_put(&b, host);
	*out = buf_span(&b);
	return true;
}

static bool
read_item(struct reader *r, const struct record_answer *row,
    const json_t *j, struct span *out)
{
	struct assay_addr addr;
	struct span text;

	if (!read_octets(r, j, &text) || span_absent(text))
		return wrong(r, "an item is missing");
	*out = text;
	if (row->q.kind != ASSAY_Q_DNS || row->a.kind != ASSAY_A_DATA)
		return true;
	if (row->q.type == ASSAY_T_MX)
		return mx_item(text, out, r->arena) ||
		    wrong(r, "not the item of an MX");
	if (row->q.type != ASSAY_T_A && row->q.type != ASSAY_T_AAAA)
		return true;
	if (row->q.type == ASSAY_T_A ? !addr_parse4(&addr, text) :
	    !addr_parse6(&addr, text))
		return wrong(r, "not an address");
	*out = arena_dup(r->arena, addr_octets(&addr));
	return true;
}

static bool
read_items(struct reader *r, struct record_answer *row, const json_t *j)
{
	size_t n = json_array_size(j);
	struct span *item;

	if (!json_is_array(j) || n > LIMIT_ITEMS)
		return wrong(r, "a list is too long, or none");
	item = arena_array(r->arena, n, sizeof(*item));
	for (size_t i = 0; item != NULL && i < n; i++)
		if (!read_item(r, row, json_array_get(j, i), &item[i]))
			return false;
	row->a.item = item;
	row->a.n_item = n;
	return item != NULL;
}

static bool
read_type(struct reader *r, struct record_answer *row, const json_t *j)
{
	uint64_t n;

	if (row->q.kind != ASSAY_Q_DNS) {
		if (!read_number(r, j, UINT16_MAX, &n))
			return false;
		row->q.type = (uint16_t)n;
		return true;
	}
	if (json_is_string(j))
		row->q.type = rr_type((struct span){
		    (const uint8_t *)json_string_value(j),
		    json_string_length(j) });
	return row->q.type != 0 || wrong(r, "no such record type");
}

static bool
read_answer(struct reader *r, struct record_answer *row, const json_t *j)
{
	const json_t *answer = json_object_get(j, "answer");
	unsigned kind;
	uint64_t ttl;

	if (!json_is_object(j) ||
	    !read_word(r, json_object_get(j, "kind"), shape_qkind, &kind))
		return wrong(r, "a question lacks a part");
	row->q.kind = (enum assay_qkind)kind;
	if (!read_type(r, row, json_object_get(j, "type")) ||
	    !read_octets(r, json_object_get(j, "key"), &row->q.key))
		return false;
	if (json_is_null(answer))
		return true;
	if (!read_word(r, answer, shape_akind, &kind) ||
	    !read_number(r, json_object_get(j, "ttl"), UINT32_MAX, &ttl) ||
	    !read_octets(r, json_object_get(j, "canonical"),
	    &row->a.canonical))
		return wrong(r, "an answer lacks a part");
	row->a.kind = (enum assay_akind)kind;
	row->a.ttl = (uint32_t)ttl;
	row->a.secure = json_is_true(json_object_get(j, "secure"));
	return read_items(r, row, json_object_get(j, "items"));
}

bool
record_answers(struct record_answers *out, const json_t *root,
    struct arena *a, const char **why)
{
	const json_t *list = json_object_get(root, "questions");
	struct reader r = { .arena = a };
	size_t n = json_array_size(list);
	bool ok = true;

	*out = (struct record_answers){ .n = 0 };
	if (!json_is_array(list) || n > LIMIT_QUESTIONS)
		ok = wrong(&r, "too many questions, or none");
	if (ok)
		out->row = arena_array(a, n, sizeof(*out->row));
	ok = ok && out->row != NULL;
	for (size_t i = 0; ok && i < n; i++, out->n++)
		ok = read_answer(&r, &out->row[i], json_array_get(list, i));
	*why = r.why;
	return ok && !a->failed;
}

/* ---- the record ------------- */

json_t *
record_load(struct span record, const char **why)
{
	json_t *root = octets_load(record, NULL, why);
	const json_t *version = json_object_get(root, "version");
	const char *format = json_string_value(json_object_get(root,
	    "format"));

	if (root == NULL)
		return NULL;
	if (format == NULL || strcmp(format, "assay-record") != 0)
		*why = "not a record of assay";
	else if (json_integer_value(version) != VERSION)
		*why = "a version that this assay does not read";
	else
		return root;
	json_decref(root);
	return NULL;
}

static bool
same_sig(const struct sig_facts *a, const struct sig_facts *b)
{
	return a->flaw == b->flaw && a->place.at == b->place.at &&
	    domain_eq(a->d, b->d) && domain_eq(a->selector, b->selector) &&
	    domain_eq(a->identity, b->identity) && a->alg == b->alg &&
	    span_eq(a->b, b->b) && span_eq(a->bh, b->bh) &&
	    a->has_l == b->has_l && a->l == b->l && a->has_x == b->has_x &&
	    a->x == b->x &&
	    memcmp(a->header_hash, b->header_hash, 32) == 0;
}

/* Whether what the header says (a) is what the record says of it (b).  The
 * body may have made the author unusable as well. */
static bool
same_facts(const struct facts *a, const struct facts *b)
{
	if (a->fields != b->fields || a->from.fields != b->from.fields ||
	    (a->from.unusable && !b->from.unusable) ||
	    a->from.n_author != b->from.n_author ||
	    a->dkim.n_sig != b->dkim.n_sig || a->arc.n_set != b->arc.n_set ||
	    a->arc.flaw != b->arc.flaw || a->n_claim != b->n_claim)
		return false;
	for (size_t i = 0; i < a->from.n_author; i++)
		if (!domain_eq(a->from.author[i].domain,
		    b->from.author[i].domain))
			return false;
	for (size_t i = 0; i < a->dkim.n_sig; i++)
		if (!same_sig(&a->dkim.sig[i], &b->dkim.sig[i]))
			return false;
	for (size_t i = 0; i < a->arc.n_set; i++)
		if (!same_sig(&a->arc.set[i].ams, &b->arc.set[i].ams) ||
		    !same_sig(&a->arc.set[i].seal, &b->arc.set[i].seal) ||
		    a->arc.set[i].cv != b->arc.set[i].cv)
			return false;
	return true;
}

/* Reads the raw header again and compares. */
static bool
check_header(struct reader *r, const struct assay_eval *ev)
{
	struct arena arena;
	struct facts again = { .fields = 0 };
	struct assay_options options = ev->options;
	struct stream *s;
	bool ok = false;

	/* the header was kept with CRLF, whatever came in */
	options.lf_input = false;
	arena_init(&arena, LIMIT_EVAL_MEMORY);
	s = stream_new(&again, &arena, &ev->session, &options, &ev->limits);
	if (s != NULL) {
		stream_data(s, ev->header);
		stream_end(s);
		ok = same_facts(&again, &ev->facts);
	}
	arena_free(&arena);
	return ok || wrong(r, "the header says other than the facts");
}

/* The digests of what is kept: see the top. */
static bool
read_header(struct reader *r, const json_t *root, struct assay_eval *ev,
    const char **how)
{
	const json_t *header = json_object_get(root, "header");

	*how = "the facts and signatures as recorded";
	if (header == NULL || json_is_null(header))
		return true;
	*how = "the raw header, its signatures hashed again";
	return read_base64(r, header, &ev->header) &&
	    check_header(r, ev);
}

static enum assay_status
status_of(const struct reader *r, const struct arena *a)
{
	if (r->why != NULL)
		return ASSAY_FORMAT;
	return a->nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
}

/* An evaluation that knows its session, options and limits. */
static enum assay_status
make_eval(struct assay_eval **out, struct reader *r, const json_t *root,
    struct assay_keep *keep)
{
	struct assay_session session = { .now = 0 };
	struct assay_options options = { .lf_input = false };
	struct assay_limits limits = { .questions = 0 };

	if (!read_struct(r, &shape_session, json_object_get(root, "session"),
	    &session, DEPTH) ||
	    !read_struct(r, &shape_options, json_object_get(root, "options"),
	    &options, DEPTH) ||
	    !read_struct(r, &shape_limits, json_object_get(root, "limits"),
	    &limits, DEPTH))
		return status_of(r, r->arena);
	if (limits.signatures > LIMIT_SIGS_PARSED)
		limits.signatures = LIMIT_SIGS_PARSED;
	return assay_eval_new(out, &session, &options, &limits, keep);
}

static enum assay_status
fill(struct assay_eval *ev, struct reader *r, const json_t *root,
    const char **how)
{
	ev->stream = NULL;
	r->arena = &ev->arena;
	if (!read_struct(r, &shape_facts, json_object_get(root, "facts"),
	    &ev->facts, DEPTH) || !sound(r, &ev->facts) ||
	    !read_header(r, root, ev, how))
		return status_of(r, &ev->arena);
	if (ev->arena.failed)
		return status_of(r, &ev->arena);
	eval_begin_checks(ev);
	return ASSAY_OK;
}

enum assay_status
assay_record_replay(struct assay_eval **out, struct assay_span record,
    struct assay_keep *keep, const char **why)
{
	struct reader r = { .why = NULL };
	struct assay_eval *ev = NULL;
	struct arena scratch;
	const char *text = NULL;
	json_t *root = record_load(record, &text);
	enum assay_status st = ASSAY_FORMAT;

	*out = NULL;
	if (root != NULL) {
		arena_init(&scratch, LIMIT_EVAL_MEMORY);
		r.arena = &scratch;
		st = make_eval(&ev, &r, root, keep);
		if (st == ASSAY_OK)
			st = fill(ev, &r, root, &text);
		if (st != ASSAY_OK) {
			assay_eval_free(ev);
			text = r.why;
		} else
			*out = ev;
		arena_free(&scratch);
		json_decref(root);
	}
	if (why != NULL)
		*why = text;
	return st;
}

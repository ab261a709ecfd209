/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c - the record of an evaluation as one line of JSON.
 *
 * doc/assay-record.schema.json is its contract, assay-record(5) tells it.
 * Texts hold one character for one octet, so that whatever stood in a
 * message comes back as it was.  Evidence stands in the order of checks,
 * questions in that of their names, those first that evidence rests on: how
 * an evaluation came to its answers changes no line of the evidence.  What
 * session, options and facts are made of is the table of facts/shape.
 */
#include "eval.h"
#include "facts/shape.h"
#include "verdict/phrase.h"
#include "verdict/record_veil.h"
#include "wire/addr.h"
#include "wire/json.h"

enum { DEPTH = 6, VERSION = 1 };

struct writer {
	struct jw jw;
	struct assay_eval *ev;
	const struct veil *veil;	/* NULL: nothing is hidden          */
	struct arena *arena;		/* scratch                          */
	uint16_t *question;		/* rows in order                    */
	uint16_t *question_at;		/* where a row stands               */
	bool *rests;			/* some evidence rests on the row   */
	uint16_t *evidence;
	uint16_t *evidence_at;
};

/* ---- by the table ------------- */

static void write_struct(struct jw *w, const struct shape *shape,
    const void *from, unsigned depth);

static const void *
member(const void *base, size_t at)
{
	return (const char *)base + at;
}

static void
write_u64(struct jw *w, uint64_t v)
{
	ROOM(room, 20);
	struct buf b = BUF_ON(room);

	/* RFC 8259 6: beyond 2^53 numbers lose digits */
	if (v <= UINT64_C(1) << 53) {
		jw_u64(w, v);
		return;
	}
	buf_u64(&b, v);
	jw_str(w, buf_span(&b));
}

static void
write_place(struct jw *w, const struct place *p)
{
	jw_array(w);
	jw_u64(w, p->at);
	jw_u64(w, p->len);
	jw_end_array(w);
}

static void
write_address(struct jw *w, const struct assay_addr *a)
{
	ROOM(room, ADDR_TEXT);
	struct buf b = BUF_ON(room);

	addr_print(&b, a);
	jw_str(w, b.len > 0 ? buf_span(&b) : SPAN_NONE);
}

static void
write_reason(struct jw *w, enum assay_reason r)
{
	const struct assay_reason_text *text = assay_reason_text(r);

	jw_word(w, text == NULL ? NULL : text->name);
}

static void
write_spans(struct jw *w, const struct span *s, size_t n)
{
	jw_array(w);
	for (size_t i = 0; i < n; i++)
		jw_octets(w, s[i]);
	jw_end_array(w);
}

static void
write_structs(struct jw *w, const struct shape *of, const void *first,
    size_t n, unsigned depth)
{
	jw_array(w);
	for (size_t i = 0; i < n; i++)
		write_struct(w, of, member(first, i * of->size), depth);
	jw_end_array(w);
}

static void
write_scalar(struct jw *w, const struct shape_field *f, const void *p)
{
	switch (f->kind) {
	case SHAPE_BOOL:
		jw_bool(w, *(const bool *)p);
		break;
	case SHAPE_U8:
		jw_u64(w, *(const uint8_t *)p);
		break;
	case SHAPE_UINT:
		jw_u64(w, *(const unsigned *)p);
		break;
	case SHAPE_SIZE:
		jw_u64(w, *(const size_t *)p);
		break;
	case SHAPE_U64:
		write_u64(w, *(const uint64_t *)p);
		break;
	case SHAPE_I64:
		jw_i64(w, *(const int64_t *)p);
		break;
	case SHAPE_OCTETS:
	case SHAPE_CLEAN:
		jw_octets(w, *(const struct span *)p);
		break;
	case SHAPE_BASE64:
		jw_base64(w, *(const struct span *)p);
		break;
	case SHAPE_DOMAIN:
		jw_str(w, ((const struct domain *)p)->name);
		break;
	case SHAPE_DIGEST:
		jw_hex(w, (struct span){ p, 32 });
		break;
	case SHAPE_ADDRESS:
		write_address(w, p);
		break;
	case SHAPE_PLACE:
		write_place(w, p);
		break;
	case SHAPE_REASON:
		write_reason(w, *(const enum assay_reason *)p);
		break;
	case SHAPE_WORD:
		jw_word(w, f->word[*(const unsigned *)p]);
		break;
	case SHAPE_SPANS:
	case SHAPE_OBJECT:
	case SHAPE_ARRAY:
	case SHAPE_LIST:
		jw_null(w);
		break;
	}
}

static void
write_field(struct jw *w, const struct shape_field *f, const void *base,
    unsigned depth)
{
	const void *p = member(base, f->at);
	size_t n = f->max == 0 ? 0 :
	    *(const size_t *)member(base, f->count_at);

	jw_name(w, f->key);
	if (f->kind == SHAPE_SPANS)
		write_spans(w, *(const struct span *const *)p, n);
	else if (f->kind == SHAPE_OBJECT)
		write_struct(w, f->of, p, depth);
	else if (f->kind == SHAPE_ARRAY)
		write_structs(w, f->of, p, n, depth);
	else if (f->kind == SHAPE_LIST)
		write_structs(w, f->of, *(const void *const *)p, n, depth);
	else
		write_scalar(w, f, p);
}

static void
write_struct(struct jw *w, const struct shape *shape, const void *from,
    unsigned depth)
{
	jw_object(w);
	for (size_t i = 0; depth > 0 && i < shape->n; i++)
		write_field(w, &shape->field[i], from, depth - 1);
	jw_end_object(w);
}

static void
part(struct writer *w, struct span key, const struct shape *shape,
    const void *from)
{
	jw_name(&w->jw, key);
	write_struct(&w->jw, shape, from, DEPTH);
}

/* ---- order ------------- */

static int
compare_questions(const struct assay_question *a,
    const struct assay_question *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return span_cmp(a->key, b->key);
}

/* The right places of the n things of order, by insertion: at most some
 * hundred of them, most often sorted nearly. */
static void
insert(uint16_t *order, size_t n, const struct writer *w,
    int (*compare)(const struct writer *, uint16_t, uint16_t))
{
	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		while (at > 0 && compare(w, order[at - 1], (uint16_t)i) > 0) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = (uint16_t)i;
	}
}

static int
by_question(const struct writer *w, uint16_t a, uint16_t b)
{
	if (w->rests[a] != w->rests[b])
		return w->rests[a] ? -1 : 1;
	return compare_questions(&w->ev->memo.row[a]->q,
	    &w->ev->memo.row[b]->q);
}

static int
by_check(const struct writer *w, uint16_t a, uint16_t b)
{
	const struct assay_evidence *e = w->ev->run.evidence;

	return (int)e[a].check - (int)e[b].check;
}

static void
mark_rests(const struct writer *w)
{
	for (size_t i = 0; i < w->ev->run.n_evidence; i++) {
		const struct assay_evidence *e = &w->ev->run.evidence[i];

		for (size_t k = 0; k < e->n_asked; k++)
			w->rests[e->asked[k]] = true;
	}
}

static bool
make_order(struct writer *w)
{
	size_t q = w->ev->memo.n, e = w->ev->run.n_evidence;

	w->question = arena_array(w->arena, q, sizeof(uint16_t));
	w->question_at = arena_array(w->arena, q, sizeof(uint16_t));
	w->evidence = arena_array(w->arena, e, sizeof(uint16_t));
	w->evidence_at = arena_array(w->arena, e, sizeof(uint16_t));
	w->rests = arena_array(w->arena, q, sizeof(bool));
	if (w->question == NULL || w->question_at == NULL ||
	    w->rests == NULL ||
	    w->evidence == NULL || w->evidence_at == NULL || e > UINT16_MAX)
		return false;
	mark_rests(w);
	insert(w->question, q, w, by_question);
	insert(w->evidence, e, w, by_check);
	for (size_t i = 0; i < q; i++)
		w->question_at[w->question[i]] = (uint16_t)i;
	for (size_t i = 0; i < e; i++)
		w->evidence_at[w->evidence[i]] = (uint16_t)i;
	return true;
}

/* ---- the rest ------------- */

static void
write_type(struct jw *w, const struct assay_question *q)
{
	ROOM(room, 16);
	struct buf b = BUF_ON(room);
	const char *name = phrase_type(q->type);

	jw_name(w, JW_KEY("type"));
	if (q->kind != ASSAY_Q_DNS) {
		jw_u64(w, q->type);
		return;
	}
	if (name != NULL) {
		jw_word(w, name);
		return;
	}
	buf_str(&b, "TYPE");	/* RFC 3597 5 */
	buf_u64(&b, q->type);
	jw_str(w, buf_span(&b));
}

/* As a row of a zone says it: an address, "10 mx.example", a text. */
static void
write_item(struct writer *w, const struct assay_question *q,
    enum assay_akind kind, struct span item)
{
	struct arena_mark m = arena_mark(w->arena);

	if (q->kind == ASSAY_Q_DNS && kind == ASSAY_A_DATA)
		jw_octets(&w->jw, phrase_item(w->arena, q, item));
	else
		jw_octets(&w->jw, item);
	arena_back(w->arena, m);
}

static void
write_question(struct writer *w, const struct memo_row *row)
{
	const struct assay_answer *a = &row->a;
	struct jw *jw = &w->jw;

	jw_object(jw);
	jw_name(jw, JW_KEY("kind"));
	jw_word(jw, shape_qkind[row->q.kind]);
	write_type(jw, &row->q);
	jw_name(jw, JW_KEY("key"));
	jw_octets(jw, w->veil == NULL ? row->q.key :
	    veil_key(w->veil, row->q.key));
	jw_name(jw, JW_KEY("answer"));
	jw_word(jw, a->kind == 0 ? NULL : shape_akind[a->kind]);
	jw_name(jw, JW_KEY("secure"));
	jw_bool(jw, a->secure);
	jw_name(jw, JW_KEY("ttl"));
	jw_u64(jw, a->ttl);
	jw_name(jw, JW_KEY("canonical"));
	jw_octets(jw, a->canonical);
	jw_name(jw, JW_KEY("items"));
	jw_array(jw);
	for (size_t i = 0; i < a->n_item; i++)
		write_item(w, &row->q, a->kind, a->item[i]);
	jw_end_array(jw);
	jw_end_object(jw);
}

static void
write_evidence(struct writer *w, const struct assay_evidence *e)
{
	struct jw *jw = &w->jw;

	jw_object(jw);
	jw_name(jw, JW_KEY("check"));
	jw_word(jw, assay_check_name(e->check));
	jw_name(jw, JW_KEY("result"));
	jw_word(jw, assay_result_name(e->result));
	jw_name(jw, JW_KEY("reason"));
	write_reason(jw, e->reason);
	jw_name(jw, JW_KEY("subject"));
	jw_octets(jw, e->subject);
	jw_name(jw, JW_KEY("detail"));
	jw_octets(jw, w->veil == NULL ? e->detail :
	    veil_text(e, e->detail));
	jw_name(jw, JW_KEY("place"));
	write_place(jw, &(struct place){ e->at, e->at_len });
	jw_name(jw, JW_KEY("asked"));
	jw_array(jw);
	for (size_t i = 0; i < e->n_asked; i++)
		jw_u64(jw, w->question_at[e->asked[i]]);
	jw_end_array(jw);
	jw_end_object(jw);
}

static void
write_verdict(struct writer *w, const struct assay_verdict *v)
{
	struct jw *jw = &w->jw;

	jw_name(jw, JW_KEY("verdict"));
	if (v == NULL) {
		jw_null(jw);
		return;
	}
	jw_object(jw);
	jw_name(jw, JW_KEY("disposition"));
	jw_word(jw, assay_disposition_name(v->disposition));
	jw_name(jw, JW_KEY("would"));
	jw_word(jw, assay_disposition_name(v->would));
	jw_name(jw, JW_KEY("from_domain"));
	jw_str(jw, v->from_domain);
	jw_name(jw, JW_KEY("dmarc"));
	jw_word(jw, assay_result_name(v->dmarc));
	jw_name(jw, JW_KEY("suspicion_who"));
	jw_u64(jw, v->suspicion_who);
	jw_name(jw, JW_KEY("suspicion_what"));
	jw_u64(jw, v->suspicion_what);
	jw_name(jw, JW_KEY("because"));
	jw_array(jw);
	for (size_t i = 0; i < v->n_because; i++)
		jw_u64(jw, w->evidence_at[v->because[i]]);
	jw_end_array(jw);
	jw_name(jw, JW_KEY("smtp_reply"));
	jw_octets(jw, w->veil == NULL ? v->smtp_reply :
	    veil_reply(v->smtp_reply));
	jw_name(jw, JW_KEY("departure"));
	jw_cstr(jw, v->departure);
	jw_name(jw, JW_KEY("authentication_results"));
	jw_octets(jw, v->authentication_results);
	jw_end_object(jw);
}

static void
write_record(struct writer *w, const struct assay_verdict *v,
    bool with_message)
{
	struct assay_eval *ev = w->ev;

	jw_object(&w->jw);
	jw_name(&w->jw, JW_KEY("format"));
	jw_word(&w->jw, "assay-record");
	jw_name(&w->jw, JW_KEY("version"));
	jw_u64(&w->jw, VERSION);
	jw_name(&w->jw, JW_KEY("assay"));
	jw_word(&w->jw, assay_version());
	part(w, JW_KEY("session"), &shape_session, w->veil == NULL ?
	    &ev->session : &w->veil->session);
	part(w, JW_KEY("options"), &shape_options, &ev->options);
	part(w, JW_KEY("limits"), &shape_limits, &ev->limits);
	part(w, JW_KEY("facts"), &shape_facts, w->veil == NULL ? &ev->facts :
	    &w->veil->facts);
	jw_name(&w->jw, JW_KEY("questions"));
	jw_array(&w->jw);
	for (size_t i = 0; i < ev->memo.n; i++)
		write_question(w, ev->memo.row[w->question[i]]);
	jw_end_array(&w->jw);
	jw_name(&w->jw, JW_KEY("evidence"));
	jw_array(&w->jw);
	for (size_t i = 0; i < ev->run.n_evidence; i++)
		write_evidence(w, &ev->run.evidence[w->evidence[i]]);
	jw_end_array(&w->jw);
	write_verdict(w, v);
	if (with_message) {
		jw_name(&w->jw, JW_KEY("header"));
		jw_base64(&w->jw, ev->header);
	}
	jw_end_object(&w->jw);
}

/* The arena is used as scratch. */
static enum assay_status
write_all(struct writer *w, const struct assay_verdict *v,
    bool with_message, assay_write_fn *write, void *ctx)
{
	if (!make_order(w))
		return ASSAY_LIMIT;
	jw_start(&w->jw, write, ctx);
	write_record(w, v, with_message);
	return jw_finish(&w->jw) ? ASSAY_OK : ASSAY_IO;
}

enum assay_status
assay_record_write(struct assay_eval *ev, const struct assay_verdict *v,
    bool with_message, assay_write_fn *write, void *ctx)
{
	struct writer w = { .ev = ev, .arena = &ev->arena };
	struct arena_mark mark = arena_mark(&ev->arena);
	enum assay_status st = ASSAY_MISUSE;

	if (ev->phase == EVAL_DONE)
		st = write_all(&w, v, with_message, write, ctx);
	arena_back(&ev->arena, mark);
	return st;
}

enum assay_status
assay_record_write_veiled(struct assay_eval *ev,
    const struct assay_verdict *v, const uint8_t salt[16],
    assay_write_fn *write, void *ctx)
{
	struct arena_mark mark = arena_mark(&ev->arena);
	struct veil veil;
	struct writer w = { .ev = ev, .arena = &ev->arena, .veil = &veil };
	enum assay_status st = ASSAY_MISUSE;

	if (ev->phase == EVAL_DONE)
		st = veil_make(&veil, &ev->arena, ev, salt) ?
		    write_all(&w, v, false, write, ctx) : ASSAY_LIMIT;
	arena_back(&ev->arena, mark);
	return st;
}

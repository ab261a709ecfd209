/* SPDX-License-Identifier: Apache-2.0 */
#include "sign/arc_seal.h"

#include "base/ascii.h"
#include "crypto/sha.h"
#include "facts/arc_set.h"
#include "facts/canon.h"
#include "wire/base64.h"
#include "wire/taglist.h"

/* The sets that are there, by instance. */
struct chain {
	const struct field *field[LIMIT_ARC_SETS + 1][ARC_KINDS];
	unsigned top;
};

static const struct span field_name[ARC_KINDS] = {
	[ARC_AAR] = SPAN_INIT("ARC-Authentication-Results"),
	[ARC_AMS] = SPAN_INIT("ARC-Message-Signature"),
	[ARC_SEAL] = SPAN_INIT("ARC-Seal"),
};

static bool
refuse(struct arc_new *set, enum assay_reason why)
{
	set->refused = why;
	return false;
}

static struct chain *
read_chain(const struct sign_source *m)
{
	struct chain *c = arena_alloc(m->arena, sizeof(*c));

	for (size_t i = 0; c != NULL && i < m->header->n; i++) {
		const struct field *f = &m->header->field[i];
		enum arc_kind kind = arc_kind(f);
		unsigned n = arc_field_instance(f, kind, m->arena);

		if (n == 0)
			continue;
		if (n > c->top)
			c->top = n;
		c->field[n][kind] = f;
	}
	return c;
}

/* RFC 8617 5.1 step 2: "the most recent AS reporting cv=fail" */
static bool
closed(const struct chain *c, struct arena *a)
{
	const struct field *seal = c->field[c->top][ARC_SEAL];
	struct taglist list;

	if (seal == NULL)
		return false;
	/* flawed or not: what it says can be read */
	(void)taglist_parse(&list, seal->value, a);
	return span_ieq(taglist_value(&list, SPAN("cv")), SPAN("fail"));
}

/* ---- ARC-Authentication-Results ---- */

/* Runs of white space and folds become one space; true when c is part of
 * one. */
static bool
squeeze(struct buf *b, int c, bool *space)
{
	if (is_fws(c)) {
		*space = true;
		return true;
	}
	if (*space && b->len > 0)
		buf_byte(b, ' ');
	*space = false;
	return false;
}

/* The end of the result that text begins with: a ";" outside of comments
 * and quoted strings (RFC 8601 2.2). */
static size_t
result_end(struct span text)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		int c = span_at(text, i);

		if (c == '\\')
			i++;
		else if (c == '"' && depth == 0)
			quoted = !quoted;
		else if (c == '(' && !quoted)
			depth++;
		else if (c == ')' && !quoted && depth > 0)
			depth--;
		else if (c == ';' && !quoted && depth == 0)
			return i;
	}
	return text.len;
}

/* One result as a word; the last without its semicolon. */
static void
put_result(struct sheet *s, struct span result, bool last, struct arena *a)
{
	struct buf b = arena_buf(a, result.len + 1);
	bool space = false;

	for (size_t i = 0; i < result.len; i++) {
		int c = span_at(result, i);

		if (!squeeze(&b, c, &space))
			buf_byte(&b, (uint8_t)c);
	}
	if (!last)
		buf_byte(&b, ';');
	sheet_word(s, arena_done(a, &b), true);
}

/* RFC 8617 4.1.1: instance ";" authres-payload */
static bool
put_results(struct arc_new *set, struct sign_source *m,
    const struct sign_wish *w, struct span results)
{
	struct buf b = arena_buf(m->arena, LIMIT_SEAL_RESULTS);
	struct sheet s = sheet_of(&b, field_name[ARC_AAR], w->plain);

	sheet_number(&s, "i", set->instance);
	results = span_trim_fws(results);
	while (results.len > 0) {
		size_t end = result_end(results);
		struct span one = span_trim_fws(span_head(results, end));

		results = span_trim_fws(span_skip(results, end + 1));
		if (one.len > 0)
			put_result(&s, one, results.len == 0, m->arena);
	}
	set->aar = arena_done(m->arena, &b);
	return !b.full || refuse(set, ASSAY_R_SIGN_TOO_MUCH);
}

/* ---- ARC-Message-Signature ---- */

static void
put_bh(struct sheet *s, const struct body_digest *d)
{
	uint8_t room[48];
	struct buf b = BUF_ON(room);

	base64_encode(&b, (struct span){ d->sha256, sizeof(d->sha256) });
	sheet_tag(s, "bh", buf_span(&b));
}

/* RFC 8617 4.1.2: "SHOULD include any DKIM-Signature header fields already
 * present"; each of them, and not one more, as others may sign later. */
static struct span
with_signatures(struct sign_source *m, const struct sign_wish *w,
    struct span h)
{
	size_t n = field_index_use(m->index, SPAN("DKIM-Signature")).present;
	struct buf b = arena_buf(m->arena, h.len + 16 * (LIMIT_SIGS_PARSED +
	    1));

	if (w->plain || n > LIMIT_SIGS_PARSED)
		return h;
	buf_put(&b, h);
	for (; n > 0; n--)
		buf_str(&b, ":DKIM-Signature");
	return arena_done(m->arena, &b);
}

/* i= first, as the grammar has it (RFC 8617 4.1.2). */
static void
put_ams(struct arc_new *set, struct sign_source *m,
    const struct sign_wish *w, struct span h, struct sheet *s)
{
	sheet_number(s, "i", set->instance);
	sheet_tag(s, "a", sign_alg_name(w->alg));
	sheet_tag(s, "c", SPAN("relaxed/relaxed"));
	sheet_tag(s, "d", w->d.name);
	sheet_tag(s, "s", w->selector.name);
	if (w->t > 0)
		sheet_number(s, "t", (uint64_t)w->t);
	sign_put_h(s, h);
	put_bh(s, &m->body[CANON_RELAXED]);
	sheet_word(s, SPAN("b="), true);
}

/* The same with its tags in the order of their names; returns what stands
 * before b= and leaves *out behind it. */
static struct span
put_ams_plain(struct arc_new *set, struct sign_source *m,
    const struct sign_wish *w, struct span h, struct buf *out)
{
	struct sheet s = sheet_of(out, field_name[ARC_AMS], true);
	struct span before;

	sheet_tag(&s, "a", sign_alg_name(w->alg));
	sheet_word(&s, SPAN("b="), true);
	before = arena_dup(m->arena, buf_span(out));
	out->len = 0;
	sheet_word(&s, SPAN(";"), false);
	put_bh(&s, &m->body[CANON_RELAXED]);
	sheet_tag(&s, "c", SPAN("relaxed/relaxed"));
	sheet_tag(&s, "d", w->d.name);
	sheet_tag(&s, "h", h);
	sheet_number(&s, "i", set->instance);
	sheet_tag(&s, "s", w->selector.name);
	sheet_number(&s, "t", (uint64_t)w->t);
	return before;
}

/* Ends a list without its last semicolon. */
static struct span
without_last(struct span s)
{
	return span_ends(s, SPAN(";")) ? span_head(s, s.len - 1) : s;
}

static bool
draft_ams(struct arc_new *set, struct sign_source *m,
    const struct sign_wish *w)
{
	struct draft *d = &set->ams;
	struct buf text = arena_buf(m->arena, LIMIT_SIGN_FIELD);
	struct sheet s = sheet_of(&text, field_name[ARC_AMS], false);
	struct span h;

	if (!sign_names(&h, d, m, w))
		return refuse(set, d->refused);
	h = with_signatures(m, w, h);
	d->name = field_name[ARC_AMS];
	d->plain = w->plain;
	if (w->plain) {
		d->before = put_ams_plain(set, m, w, h, &text);
		d->after = without_last(arena_done(m->arena, &text));
	} else {
		put_ams(set, m, w, h, &s);
		d->before = arena_done(m->arena, &text);
		d->after = SPAN("");
	}
	if (text.full)
		return refuse(set, ASSAY_R_SIGN_TOO_MUCH);
	return sign_digest(d, m, CANON_RELAXED, h) ||
	    refuse(set, d->refused);
}

/* RFC 8617 5.1 steps 2 to 4, 5.1.2 */
bool
arc_begin(struct arc_new *out, struct sign_source *m,
    const struct sign_wish *w, enum assay_result chain, struct span results)
{
	struct sign_wish relaxed = *w;
	struct chain *c;

	*out = (struct arc_new){ .cv = chain };
	relaxed.body = CANON_RELAXED;
	if (!sign_possible(&out->ams, m, &relaxed))
		return refuse(out, out->ams.refused);
	c = read_chain(m);
	if (c == NULL)
		return refuse(out, ASSAY_R_SIGN_INCOMPLETE);
	if (closed(c, m->arena))
		return refuse(out, ASSAY_R_SEAL_AFTER_FAIL);
	if (c->top >= LIMIT_ARC_SETS)	/* RFC 8617 4.2.1 */
		return refuse(out, ASSAY_R_SEAL_TOO_MANY);
	if (span_trim_fws(results).len == 0)
		return refuse(out, ASSAY_R_SEAL_NO_RESULTS);
	/* two From fields: what AMS would cover is anybody's guess */
	if (m->facts->from.fields > 1)
		return refuse(out, ASSAY_R_SIGN_AUTHOR);
	/* its first line would go on with what we put above it */
	if (m->header->notice[NOTICE_LEADING_WSP].count > 0)
		return refuse(out, ASSAY_R_SIGN_MALFORMED);
	out->instance = c->top + 1;
	return put_results(out, m, &relaxed, results) &&
	    draft_ams(out, m, &relaxed);
}

/* ---- ARC-Seal ---- */

static struct span
cv_name(enum assay_result cv)
{
	return cv == ASSAY_PASS ? SPAN("pass") :
	    cv == ASSAY_NONE ? SPAN("none") : SPAN("fail");
}

static void
put_seal(struct arc_new *set, const struct sign_wish *w, struct sheet *s)
{
	sheet_number(s, "i", set->instance);
	sheet_tag(s, "a", sign_alg_name(w->alg));
	sheet_tag(s, "cv", cv_name(set->cv));
	sheet_tag(s, "d", w->d.name);
	sheet_tag(s, "s", w->selector.name);
	if (w->t > 0)
		sheet_number(s, "t", (uint64_t)w->t);
	sheet_word(s, SPAN("b="), true);
}

static struct span
put_seal_plain(struct arc_new *set, struct sign_source *m,
    const struct sign_wish *w, struct buf *out)
{
	struct sheet s = sheet_of(out, field_name[ARC_SEAL], true);
	struct span before;

	sheet_tag(&s, "a", sign_alg_name(w->alg));
	sheet_word(&s, SPAN("b="), true);
	before = arena_dup(m->arena, buf_span(out));
	out->len = 0;
	sheet_word(&s, SPAN(";"), false);
	sheet_tag(&s, "cv", cv_name(set->cv));
	sheet_tag(&s, "d", w->d.name);
	sheet_number(&s, "i", set->instance);
	sheet_tag(&s, "s", w->selector.name);
	sheet_number(&s, "t", (uint64_t)w->t);
	return before;
}

/* A field as it will stand in the message. */
static struct span
raw_field(struct span name, struct span body, struct span more,
    struct arena *a)
{
	struct buf b = arena_buf(a, name.len + body.len + more.len + 4);

	buf_put(&b, name);
	buf_str(&b, ": ");
	buf_put(&b, body);
	buf_put(&b, more);
	buf_str(&b, "\r\n");
	return buf_span(&b);
}

/* RFC 8617 5.1.1: the sets 1 to n, each as AAR, AMS, AS; 5.1.2: of a chain
 * that failed, the new set alone. */
static bool
seal_digest(struct arc_new *set, struct sign_source *m)
{
	const struct chain *c = read_chain(m);
	struct draft *d = &set->seal;
	struct span own = raw_field(d->name, d->before, d->after, m->arena);
	size_t b_at = d->name.len + 2 + d->before.len;
	struct sha256 sha;

	if (c == NULL || !sha256_init(&sha))
		return refuse(set, ASSAY_R_SIGN_INCOMPLETE);
	for (unsigned i = 1; set->cv != ASSAY_FAIL && i <= c->top; i++)
		for (size_t k = 0; k < ARC_KINDS; k++)
			if (c->field[i][k] != NULL)
				canon_field(&sha, CANON_RELAXED,
				    c->field[i][k]->raw);
	canon_field(&sha, CANON_RELAXED, raw_field(field_name[ARC_AAR],
	    set->aar, SPAN_NONE, m->arena));
	canon_field(&sha, CANON_RELAXED, raw_field(field_name[ARC_AMS],
	    set->ams_text, SPAN_NONE, m->arena));
	canon_sig_field(&sha, CANON_RELAXED, own, b_at, b_at);
	sha256_end(&sha, d->digest);
	return !m->arena->failed;
}

bool
arc_message_signed(struct arc_new *set, struct sign_source *m,
    const struct sign_wish *w, struct span signature)
{
	struct draft *d = &set->seal;
	struct buf text = arena_buf(m->arena, LIMIT_SIGN_FIELD);
	struct sheet s = sheet_of(&text, field_name[ARC_SEAL], false);

	set->ams_text = draft_finish(&set->ams, signature, m->arena);
	if (span_absent(set->ams_text))
		return refuse(set, ASSAY_R_SIGN_INCOMPLETE);
	*d = (struct draft){ .name = field_name[ARC_SEAL],
		.plain = w->plain };
	if (w->plain) {
		d->before = put_seal_plain(set, m, w, &text);
		d->after = without_last(arena_done(m->arena, &text));
	} else {
		put_seal(set, w, &s);
		d->before = arena_done(m->arena, &text);
		d->after = SPAN("");
	}
	return seal_digest(set, m);
}

bool
arc_sealed(struct arc_new *set, struct sign_source *m, struct span signature)
{
	set->seal_text = draft_finish(&set->seal, signature, m->arena);
	return !span_absent(set->seal_text) ||
	    refuse(set, ASSAY_R_SIGN_INCOMPLETE);
}

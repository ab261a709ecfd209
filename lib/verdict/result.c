/* SPDX-License-Identifier: Apache-2.0 */
/*
 * result.c - the JSON object of a message, for programs.
 *
 * doc/assay-result.schema.json is its contract.  Every member is always
 * there; what is not known is null, what there is none of is [].  Whoever
 * reads it must ignore members he does not know.
 */
#include "eval.h"

#include "content/strip.h"
#include "verdict/phrase.h"
#include "wire/json.h"

static void
member_result(struct jw *w, enum assay_result r)
{
	jw_put_cstr(w, "result", assay_result_name(r));
}

static void
member_reason(struct jw *w, enum assay_reason r)
{
	const struct assay_reason_text *text = assay_reason_text(r);

	jw_put_cstr(w, "reason", text == NULL ? NULL : text->name);
}

/* ---- what was judged ----------------------------------------------------- */

static void
session(struct jw *w, struct assay_eval *ev)
{
	const struct assay_session *s = &ev->session;

	jw_key(w, "session");
	jw_object(w);
	jw_put_str(w, "client", phrase_client(&ev->arena, &s->client));
	jw_put_str(w, "helo", s->helo);
	jw_put_str(w, "mail_from", s->mail_from);
	jw_put_str(w, "receiver", s->receiver);
	jw_put_i64(w, "time", s->now);
	jw_put_str(w, "origin", s->origin);
	jw_end_object(w);
}

static void
message(struct jw *w, const struct assay_eval *ev)
{
	const struct facts *f = &ev->facts;

	jw_key(w, "message");
	jw_object(w);
	jw_put_u64(w, "header_bytes", f->header_bytes);
	jw_put_u64(w, "body_bytes", f->body_bytes);
	jw_put_u64(w, "fields", f->fields);
	jw_put_bool(w, "lf_input", f->lf_input);
	jw_put_str(w, "list_id", f->list_id);
	jw_key(w, "parts");
	jw_array(w);
	for (size_t i = 0; i < f->n_part; i++) {
		jw_object(w);
		jw_put_str(w, "type", f->part[i].type);
		jw_put_u64(w, "depth", f->part[i].depth);
		jw_put_bool(w, "attachment", f->part[i].attachment);
		jw_put_u64(w, "at", f->part[i].place.at);
		jw_put_u64(w, "at_len", f->part[i].place.len);
		jw_end_object(w);
	}
	jw_end_array(w);
	jw_end_object(w);
}

/* ---- the checks ---------------------------------------------------------- */

static void
spf(struct jw *w, const char *key, const struct spf_outcome *o)
{
	jw_key(w, key);
	jw_object(w);
	member_result(w, o->result);
	member_reason(w, o->reason);
	jw_put_str(w, "domain", o->domain.name);
	jw_put_str(w, "explanation", o->explanation);
	jw_put_u64(w, "lookups", o->lookups);
	jw_put_u64(w, "void_lookups", o->voids);
	jw_end_object(w);
}

static void
iprev(struct jw *w, const struct iprev_outcome *o)
{
	jw_key(w, "iprev");
	jw_object(w);
	member_result(w, o->result);
	member_reason(w, o->reason);
	jw_put_str(w, "name", o->name.name);
	jw_end_object(w);
}

static void
signature(struct jw *w, const struct sig_outcome *s)
{
	jw_object(w);
	member_result(w, s->result);
	jw_put_str(w, "domain", s->sig->d.name);
	jw_put_str(w, "selector", s->sig->selector.name);
	jw_put_str(w, "algorithm", s->sig->alg_text);
	member_reason(w, s->reason);
	jw_put_str(w, "identity", s->sig->identity.name);
	jw_key(w, "key_bits");
	if (s->key_bits > 0)
		jw_u64(w, s->key_bits);
	else
		jw_null(w);
	jw_put_bool(w, "testing", s->testing);
	jw_put_bool(w, "secure", s->secure);
	jw_put_bool(w, "alignable", s->alignable);
	jw_put_u64(w, "unsigned_tail", s->sig->unsigned_tail);
	jw_put_str(w, "not_signed", s->sig->not_signed);
	jw_end_object(w);
}

static void
dkim(struct jw *w, const struct dkim_outcome *o)
{
	jw_key(w, "dkim");
	jw_object(w);
	jw_put_cstr(w, "overall", assay_result_name(o->overall));
	jw_key(w, "signatures");
	jw_array(w);
	for (size_t i = 0; i < o->n_sig; i++)
		signature(w, &o->sig[i]);
	jw_end_array(w);
	jw_end_object(w);
}

static void
arc(struct jw *w, const struct arc_outcome *o)
{
	jw_key(w, "arc");
	jw_object(w);
	member_result(w, o->result);
	member_reason(w, o->reason);
	jw_put_u64(w, "instances", o->instances);
	jw_put_u64(w, "oldest_pass", o->oldest_pass);
	jw_put_bool(w, "sealers_trusted", o->sealers_trusted);
	jw_end_object(w);
}

/* ---- DMARC --------------------------------------------------------------- */

/* What the author who decided and each author have in common. */
static void
author_members(struct jw *w, const struct dmarc_author *a)
{
	static const struct dmarc_author nobody = { .n_query = 0 };

	if (a == NULL)
		a = &nobody;
	jw_put_str(w, "record_domain", a->record_domain.name);
	jw_put_str(w, "org_domain", a->org_domain.name);
	jw_put_bool(w, "aligned_spf", a->aligned_spf);
	jw_put_bool(w, "aligned_dkim", a->aligned_dkim);
	jw_put_bool(w, "test_mode", a->test_mode);
	jw_put_bool(w, "guarded", a->guarded);
	jw_put_cstr(w, "published_policy", phrase_policy(a->published));
	jw_key(w, "queries");
	jw_array(w);
	for (size_t i = 0; i < a->n_query; i++)
		jw_str(w, a->query[i]);
	jw_end_array(w);
}

static void
author(struct jw *w, const struct dmarc_author *a)
{
	jw_object(w);
	jw_put_str(w, "domain", a->domain.name);
	member_result(w, a->result);
	member_reason(w, a->reason);
	jw_put_cstr(w, "policy", phrase_policy(a->policy));
	author_members(w, a);
	jw_end_object(w);
}

static void
dmarc(struct jw *w, const struct assay_eval *ev)
{
	const struct dmarc_outcome *o = &ev->out.dmarc;
	const struct from_facts *from = &ev->facts.from;

	jw_key(w, "dmarc");
	jw_object(w);
	member_result(w, o->result);
	member_reason(w, o->reason);
	jw_put_cstr(w, "policy", phrase_policy(o->policy));
	jw_key(w, "from_domains");
	jw_array(w);
	for (size_t i = 0; i < from->n_author; i++)
		jw_str(w, from->author[i].domain.name);
	jw_end_array(w);
	author_members(w, phrase_author(ev));
	jw_key(w, "authors");
	jw_array(w);
	for (size_t i = 0; i < o->n_author; i++)
		author(w, &o->author[i]);
	jw_end_array(w);
	jw_end_object(w);
}

/* ---- structure, evidence, questions -------------------------------------- */

static const char *
severity(enum severity s)
{
	switch (s) {
	case SEVERITY_S1: return "S1";
	case SEVERITY_S2: return "S2";
	case SEVERITY_S3: return "S3";
	}
	return NULL;
}

static void
structure(struct jw *w, const struct facts *f)
{
	jw_key(w, "structure");
	jw_array(w);
	for (size_t i = 0; i < f->n_finding; i++) {
		jw_object(w);
		member_reason(w, f->finding[i].reason);
		jw_put_cstr(w, "severity", severity(f->finding[i].severity));
		jw_put_str(w, "detail", f->finding[i].detail);
		jw_put_u64(w, "at", f->finding[i].place.at);
		jw_put_u64(w, "at_len", f->finding[i].place.len);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
line_of_evidence(struct jw *w, const struct assay_evidence *e)
{
	const struct assay_reason_text *r = assay_reason_text(e->reason);

	jw_object(w);
	jw_put_cstr(w, "check", assay_check_name(e->check));
	member_result(w, e->result);
	member_reason(w, e->reason);
	jw_put_u64(w, "code", (uint64_t)e->reason);
	jw_put_cstr(w, "section", r == NULL ? NULL : r->section);
	jw_put_str(w, "subject", e->subject);
	jw_put_str(w, "detail", e->detail);
	jw_put_u64(w, "at", e->at);
	jw_put_u64(w, "at_len", e->at_len);
	jw_key(w, "asked");
	jw_array(w);
	for (size_t i = 0; i < e->n_asked; i++)
		jw_u64(w, e->asked[i]);
	jw_end_array(w);
	jw_end_object(w);
}

static void
evidence(struct jw *w, const struct assay_eval *ev)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(ev, &e);

	jw_key(w, "evidence");
	jw_array(w);
	for (size_t i = 0; i < n; i++)
		line_of_evidence(w, &e[i]);
	jw_end_array(w);
}

static void
item(struct jw *w, struct arena *a, const struct assay_question *q,
    struct span text)
{
	struct span shown = phrase_item(a, q, text);

	/* TXT is octets, not characters. */
	if (q->kind == ASSAY_Q_DNS && q->type == ASSAY_T_TXT)
		jw_octets(w, shown);
	else
		jw_str(w, shown);
}

static void
question(struct jw *w, struct assay_eval *ev, size_t id)
{
	struct assay_question q;
	struct assay_answer a;

	(void)assay_eval_asked(ev, id, &q, &a);
	jw_object(w);
	jw_put_cstr(w, "kind", phrase_kind(q.kind));
	jw_put_cstr(w, "type", q.kind == ASSAY_Q_DNS ? phrase_type(q.type) :
	    NULL);
	jw_put_str(w, "name", q.key);
	jw_put_cstr(w, "answer", phrase_answer(a.kind));
	jw_put_bool(w, "secure", a.secure);
	jw_put_u64(w, "ttl", a.ttl);
	jw_put_str(w, "canonical", a.canonical);
	jw_key(w, "items");
	jw_array(w);
	for (size_t i = 0; i < a.n_item; i++)
		item(w, &ev->arena, &q, a.item[i]);
	jw_end_array(w);
	jw_end_object(w);
}

static void
questions(struct jw *w, struct assay_eval *ev)
{
	jw_key(w, "questions");
	jw_array(w);
	for (size_t i = 0; i < ev->memo.n; i++)
		question(w, ev, i);
	jw_end_array(w);
}

/* ---- the verdict --------------------------------------------------------- */

static void
because(struct jw *w, const struct assay_eval *ev,
    const struct assay_verdict *v)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(ev, &e);

	jw_key(w, "because");
	jw_array(w);
	for (size_t i = 0; i < v->n_because; i++) {
		size_t at = v->because[i];
		const struct assay_reason_text *r;

		if (at >= n)
			continue;
		r = assay_reason_text(e[at].reason);
		jw_object(w);
		jw_put_u64(w, "evidence", at);
		jw_put_cstr(w, "check", assay_check_name(e[at].check));
		member_reason(w, e[at].reason);
		jw_put_cstr(w, "sentence", r == NULL ? NULL : r->sentence);
		if (e[at].reason == ASSAY_R_EXCEPTION)
			jw_put_str(w, "exception", e[at].detail);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
verdict(struct jw *w, struct assay_eval *ev, const struct assay_verdict *v)
{
	jw_key(w, "verdict");
	jw_object(w);
	jw_put_cstr(w, "disposition", assay_disposition_name(v->disposition));
	jw_put_cstr(w, "would", assay_disposition_name(v->would));
	jw_put_str(w, "from_domain", v->from_domain);
	jw_put_str(w, "why", phrase_why(ev, v));
	because(w, ev, v);
	jw_put_u64(w, "suspicion_who", v->suspicion_who);
	jw_put_u64(w, "suspicion_what", v->suspicion_what);
	jw_put_str(w, "smtp_reply", v->smtp_reply);
	jw_put_cstr(w, "departure", v->departure);
	jw_put_str(w, "statement", v->statement);
	jw_put_u64(w, "statement_line", v->statement_line);
	jw_put_bool(w, "second_signal", v->second_signal);
	jw_end_object(w);
	jw_put_str(w, "authentication_results", v->authentication_results);
}

static void
head(struct jw *w, struct assay_eval *ev, struct span name)
{
	jw_put_cstr(w, "format", "assay-result-0.1");
	jw_put_cstr(w, "assay", assay_version());
	jw_put_str(w, "name", name);
	jw_put_cstr(w, "profile", ev->options.profile == ASSAY_RFC7489 ?
	    "rfc7489" : "rfc9989");
	session(w, ev);
	message(w, ev);
}

static void
because_of(struct jw *w, const struct behaviour_why *b)
{
	jw_object(w);
	jw_put_str(w, "row", b->name);
	jw_put_str(w, "bits", b->bits);
	jw_put_str(w, "value", b->value);
	jw_put_u64(w, "seen", b->seen);
	jw_put_u64(w, "of", b->of);
	jw_put_str(w, "usual", b->usual);
	jw_put_u64(w, "usual_seen", b->usual_seen);
	jw_put_str(w, "words", b->text);
	jw_end_object(w);
}

static void
behaviour(struct jw *w, const struct behaviour_outcome *o)
{
	if (!o->asked)
		return;
	jw_key(w, "behaviour");
	jw_object(w);
	jw_put_cstr(w, "result", assay_result_name(o->result));
	jw_put_bool(w, "known", o->known);
	jw_put_bool(w, "alert", o->alert);
	jw_put_bool(w, "observed", o->observed);
	jw_put_u64(w, "level", o->level);
	jw_put_u64(w, "messages", o->messages);
	jw_put_u64(w, "days", o->days);
	jw_put_str(w, "p", o->p);
	jw_put_str(w, "hypothesis", o->hypothesis);
	jw_put_str(w, "words", o->words);
	jw_put_str(w, "why", o->why);
	jw_key(w, "because");
	jw_array(w);
	for (size_t i = 0; i < o->n_because; i++)
		because_of(w, &o->because[i]);
	jw_end_array(w);
	jw_end_object(w);
}

static void
account(struct jw *w, const struct account_outcome *o)
{
	if (!o->asked)
		return;
	jw_key(w, "account");
	jw_object(w);
	jw_put_cstr(w, "result", assay_result_name(o->result));
	jw_put_bool(w, "known", o->known);
	jw_put_bool(w, "alert", o->alert);
	jw_put_bool(w, "over_rate", o->over);
	jw_put_bool(w, "observed", o->observed);
	jw_put_u64(w, "who", o->who);
	jw_put_u64(w, "what", o->what);
	jw_put_str(w, "words", o->words);
	jw_end_object(w);
}

/* For assistants: what a person sees, and how much there is beside it. */
static void
text(struct jw *w, const struct assay_eval *ev)
{
	if (span_absent(ev->text))
		return;
	jw_key(w, "content");
	jw_object(w);
	jw_put_str(w, "text", ev->text);
	jw_put_bool(w, "cut", ev->text_cut);
	jw_put_u64(w, "hidden_share", ev->hidden_share);
	jw_put_u64(w, "level", ev->out.content.level);
	jw_end_object(w);
}

/* What has to be done to the message's octets, for who does it. */
static void
strip(struct jw *w, const struct assay_eval *ev)
{
	const struct strip *s = ev->strip;

	if (s == NULL)
		return;
	jw_key(w, "strip");
	jw_array(w);
	for (size_t i = 0; i < s->n; i++) {
		const struct strip_cut *c = &s->cut[i];

		jw_object(w);
		jw_put_u64(w, "begin", c->begin);
		jw_put_u64(w, "end", c->end);
		jw_put_str(w, "instead", c->text);
		jw_put_str(w, "name", c->name);
		jw_put_cstr(w, "type", content_type_name(c->type));
		jw_put_cstr(w, "why", c->why);
		jw_put_u64(w, "size", c->size);
		jw_put_str(w, "sha256", ev->facts.stripped[i].sha256);
		jw_end_object(w);
	}
	jw_end_array(w);
}

enum assay_status
assay_result_write(struct assay_eval *ev, const struct assay_verdict *v,
    struct assay_span name, assay_write_fn *write, void *ctx)
{
	struct jw w;

	if (ev->phase != EVAL_DONE)
		return ASSAY_MISUSE;
	jw_start(&w, write, ctx);
	jw_object(&w);
	head(&w, ev, name);
	verdict(&w, ev, v);
	spf(&w, "helo", &ev->out.helo);
	spf(&w, "spf", &ev->out.spf);
	iprev(&w, &ev->out.iprev);
	dkim(&w, &ev->out.dkim);
	arc(&w, &ev->out.arc);
	dmarc(&w, ev);
	behaviour(&w, &ev->out.behaviour);
	account(&w, &ev->out.account);
	strip(&w, ev);
	text(&w, ev);
	structure(&w, &ev->facts);
	evidence(&w, ev);
	questions(&w, ev);
	jw_end_object(&w);
	if (!jw_finish(&w))
		return ASSAY_IO;
	if (ev->arena.failed)
		return ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	return ASSAY_OK;
}

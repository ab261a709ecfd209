/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole pipeline: a zone, a line "%%", a message.  Whatever they are:
 *
 *  - how the message is cut, and in which order answers come, changes
 *    nothing of evidence, verdict and Authentication-Results;
 *  - a DMARC pass has one Author Domain and an aligned identifier that
 *    passed (ATTACKS.md 12, 1);
 *  - a second From field never turns anything into a pass (12, 4);
 *  - the record replays to the same.
 */
#include "eval.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum feed { WHOLE, OCTETS, ODD };

struct told { uint8_t *text; size_t len, cap; };

static void
tell(struct told *t, struct span s)
{
	if (t->cap - t->len < s.len + 1) {
		t->cap = (t->cap + s.len + 64) * 2;
		t->text = realloc(t->text, t->cap);
		if (t->text == NULL)
			abort();
	}
	if (s.len > 0)
		memcpy(t->text + t->len, s.ptr, s.len);
	t->len += s.len;
	t->text[t->len++] = '\n';
}

static bool
keep_text(void *ctx, struct span s)
{
	struct told *t = ctx;

	tell(t, s);
	t->len--;
	return true;
}

/* What a person would call the result; not the order of questions. */
static void
summarise(struct told *t, struct assay_eval *ev)
{
	const struct assay_evidence *e;
	const struct assay_verdict *v;

	if (assay_decide(&v, ev, NULL) != ASSAY_OK)
		return;
	tell(t, assay_cstr(assay_disposition_name(v->disposition)));
	tell(t, v->authentication_results);
	tell(t, v->smtp_reply);
	for (size_t i = 0, n = assay_eval_evidence(ev, &e); i < n; i++) {
		tell(t, assay_cstr(assay_check_name(e[i].check)));
		tell(t, assay_cstr(assay_result_name(e[i].result)));
		tell(t, assay_cstr(assay_reason_text(e[i].reason)->name));
		tell(t, e[i].subject);
		tell(t, e[i].detail);
	}
}

static void
feed(struct assay_eval *ev, struct span mail, enum feed how)
{
	size_t step = how == OCTETS ? 1 : how == ODD ? 7 : mail.len + 1;

	for (size_t at = 0; at < mail.len; at += step)
		if (assay_eval_data(ev, span_slice(mail, at, at + step)))
			return;
}

/* One answer a pass, the newest question first. */
static enum assay_status
run_backwards(struct assay_eval *ev, const struct assay_oracle *zone)
{
	enum assay_status st = assay_eval_end(ev);
	const struct assay_question *q;

	if (st != ASSAY_OK)
		return st;
	while ((st = assay_eval_step(ev)) == ASSAY_PENDING) {
		size_t n = assay_eval_questions(ev, &q);
		struct assay_answer a = { .kind = ASSAY_A_UNKNOWN };
		if (zone->ask(zone->self, &q[n - 1], &a) != ASSAY_OK)
			a = (struct assay_answer){ .kind = ASSAY_A_UNKNOWN };
		st = assay_eval_answer(ev, &q[n - 1], &a);
		if (st != ASSAY_OK)
			return st;
	}
	return st;
}

static struct assay_session
session(void)
{
	struct assay_session s = { .now = 1700000000,
		.helo = SPAN("mx.example.org"),
		.mail_from = SPAN("alice@example.org"),
		.receiver = SPAN("mx.test") };

	if (assay_addr_parse(&s.client, SPAN("192.0.2.1")) != ASSAY_OK)
		abort();
	return s;
}

static void
invariants(const struct assay_eval *ev)
{
	const struct outcome *o = &ev->out;
	const struct dmarc_author *a = &o->dmarc.author[0];
	bool aligned = false;

	if (o->dmarc.result != ASSAY_PASS)
		return;
	if (ev->facts.from.unusable || o->dmarc.n_author == 0 ||
	    ev->facts.from.fields != 1)
		__builtin_trap();
	if (a->aligned_spf && o->spf.result == ASSAY_PASS)
		aligned = true;
	for (size_t i = 0; i < o->dkim.n_sig; i++)
		if (o->dkim.sig[i].alignable && a->aligned_dkim)
			aligned = true;
	if (!aligned)
		__builtin_trap();
}

static enum assay_status
judge(struct told *t, const struct assay_oracle *zone, struct span mail,
    enum feed how, struct told *record)
{
	struct assay_session s = session();
	struct assay_eval *ev;
	const struct assay_verdict *v;
	enum assay_status st;

	if (assay_eval_new(&ev, &s, NULL, NULL, NULL) != ASSAY_OK)
		return ASSAY_NOMEM;
	if (how == WHOLE && assay_eval_warm(ev, zone) != ASSAY_OK)
		abort();
	feed(ev, mail, how);
	st = how == OCTETS ? run_backwards(ev, zone) :
	    assay_eval_run(ev, zone, 1);
	if (st == ASSAY_OK) {
		invariants(ev);
		summarise(t, ev);
		if (record != NULL && (assay_decide(&v, ev, NULL) ||
		    assay_record_write(ev, v, true, keep_text, record)))
			__builtin_trap();
	} else if (st == ASSAY_MISUSE || st == ASSAY_FORMAT) {
		__builtin_trap();
	}
	assay_eval_free(ev);
	return st;
}

static void
replay(const struct told *was, const struct told *record)
{
	struct span line = { record->text, record->len };
	struct told again = { .text = NULL };
	struct assay_oracle trace;
	struct assay_eval *ev;
	const char *why;

	if (assay_record_replay(&ev, line, NULL, &why) != ASSAY_OK ||
	    assay_oracle_trace(&trace, line) != ASSAY_OK ||
	    assay_eval_run(ev, &trace, 1) != ASSAY_OK)
		__builtin_trap();
	summarise(&again, ev);
	if (again.len != was->len ||
	    memcmp(again.text, was->text, was->len) != 0)
		__builtin_trap();
	assay_oracle_free(&trace);
	assay_eval_free(ev);
	free(again.text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size }, zone_text, mail;
	size_t cut = span_search(in, SPAN("\n%%\n"));
	struct told t[3] = { { .text = NULL } }, record = { .text = NULL };
	struct assay_oracle zone;
	enum assay_status st[3];

	zone_text = span_head(in, cut);
	mail = span_skip(in, cut + 4);
	if (assay_oracle_zone(&zone, zone_text, NULL, NULL) != ASSAY_OK)
		return 0;
	st[0] = judge(&t[0], &zone, mail, WHOLE, &record);
	st[1] = judge(&t[1], &zone, mail, OCTETS, NULL);
	st[2] = judge(&t[2], &zone, mail, ODD, NULL);
	for (int i = 1; i < 3; i++)
		if (st[i] != st[0] || t[i].len != t[0].len ||
		    (t[0].len > 0 &&
		    memcmp(t[i].text, t[0].text, t[0].len) != 0))
			__builtin_trap();
	if (st[0] == ASSAY_OK)
		replay(&t[0], &record);
	for (int i = 0; i < 3; i++)
		free(t[i].text);
	free(record.text);
	assay_oracle_free(&zone);
	return 0;
}

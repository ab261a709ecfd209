/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suspicion.h - what a message asks for, judged in several worlds: those in
 * which SPF and DMARC find nothing, fail or pass, and those in which there was
 * more mail of its author before.
 *
 * The invariant: a pass lowers the suspicion of content and guise never, nor
 * does more mail of before that has not the links and accounts of this one.
 */
#ifndef TEST_SUSPICION_H
#define TEST_SUSPICION_H

#include "eval.h"
#include "origin/remember.h"
#include "wire/suffix.h"

enum suspicion_dns { DNS_NONE, DNS_FAIL, DNS_PASS };

enum { SUSPICION_TODAY = 20513 };

struct suspicion_world {
	enum suspicion_dns dns;
	bool more;			/* mail of its author before         */
	uint32_t seed;			/* of what is known of domains       */
	struct dealt dealt;		/* ... of the author                 */
	const struct facts *facts;
	struct span item;
	uint8_t room[REMEMBER_TEXT], dmarc[24];
};

static inline bool
suspicion_is_own(const struct facts *f, struct span org)
{
	for (size_t i = 0; i < f->n_named; i++)
		if (f->named[i].place != NAMED_LINK && span_eq(org,
		    suffix_org(NULL, f->named[i].domain.name, SUFFIX_ICANN)))
			return true;
	return false;
}

/* By the name, so that it is the same in each world. */
static inline void
suspicion_age(struct suspicion_world *w, struct span org, struct buf *out)
{
	uint32_t h = w->seed * 2654435761u;
	struct age_facts f = { .memory_since = SUSPICION_TODAY - 400 };

	for (size_t i = 0; i < org.len; i++)
		h = (h ^ (uint8_t)span_at(org, i)) * 16777619u;
	f.registered = h % 3 == 0 ? SUSPICION_TODAY - h / 8 % 50 : 0;
	f.listed = h % 5 == 0 ? SUSPICION_TODAY - h / 64 % 50 : 0;
	f.first_seen = h % 7 < 3 ? SUSPICION_TODAY - h / 128 % 300 : 0;
	f.senders = f.first_seen == 0 ? 0 : 1 + h / 32 % 9;
	if (w->more && suspicion_is_own(w->facts, org)) {
		f.first_seen = f.memory_since;
		f.senders += 20;
	}
	age_put(out, &f);
}

static inline void
suspicion_dealt(struct suspicion_world *w, struct buf *out)
{
	struct dealt d = w->dealt;

	if (w->more) {
		d.since = SUSPICION_TODAY - 500;
		d.days += 9;
		d.sort = SUSPICION_TODAY - 450;
	}
	dealt_put(out, &d);
}

static inline void
suspicion_dns(struct suspicion_world *w, const struct assay_question *q,
    struct assay_answer *a)
{
	bool dmarc = span_starts(q->key, SPAN("_dmarc."));

	a->kind = ASSAY_A_NXDOMAIN;
	if (w->dns == DNS_NONE || q->type != ASSAY_T_TXT)
		return;
	w->item = dmarc ? SPAN("v=DMARC1; p=reject") :
	    w->dns == DNS_PASS ? SPAN("v=spf1 +all") : SPAN("v=spf1 -all");
	*a = (struct assay_answer){ .kind = ASSAY_A_DATA, .item = &w->item,
		.n_item = 1 };
}

static inline enum assay_status
suspicion_ask(void *self, const struct assay_question *q,
    struct assay_answer *a)
{
	struct suspicion_world *w = self;
	struct buf b = BUF_ON(w->room);

	*a = (struct assay_answer){ .kind = ASSAY_A_UNKNOWN };
	if (q->kind == ASSAY_Q_DNS) {
		suspicion_dns(w, q, a);
		return ASSAY_OK;
	}
	if (q->kind == ASSAY_Q_INTEL)
		suspicion_age(w, q->key, &b);
	else if (q->kind == ASSAY_Q_PROFILE)
		suspicion_dealt(w, &b);
	else
		return ASSAY_OK;
	w->item = buf_span(&b);
	*a = (struct assay_answer){ .kind = ASSAY_A_DATA, .item = &w->item,
		.n_item = 1 };
	return ASSAY_OK;
}

struct suspicion {
	bool judged;
	unsigned impersonation, content, age, what;
	enum assay_result dmarc;
};

/* Judges message in world w. */
static inline struct suspicion
suspicion_of(struct span message, struct span mail_from,
    const struct assay_options *options, struct suspicion_world *w)
{
	static const uint8_t key[16] = "a key of a test";
	struct assay_session session = { .now = SUSPICION_TODAY * 86400,
		.helo = SPAN_INIT("mail.out.test"), .mail_from = mail_from,
		.receiver = SPAN_INIT("mx.here.test"),
		.client = { 4, { 192, 0, 2, 1 } } };
	struct assay_oracle o = { .ask = suspicion_ask, .self = w };
	struct assay_reading what = { .content = true, .memory = key };
	struct suspicion out = { .judged = false };
	const struct assay_verdict *v;
	struct assay_eval *ev;

	if (assay_eval_new(&ev, &session, options, NULL, NULL) != ASSAY_OK)
		return out;
	w->facts = &ev->facts;
	if (assay_eval_data(ev, message) == ASSAY_OK &&
	    assay_eval_run(ev, &o, 1) == ASSAY_OK &&
	    assay_eval_read(ev, message, &what) == ASSAY_OK &&
	    assay_eval_run(ev, &o, 1) == ASSAY_OK &&
	    assay_decide(&v, ev, NULL) == ASSAY_OK)
		out = (struct suspicion){ .judged = true,
			.impersonation = ev->out.impersonation.level,
			.content = ev->out.content.level,
			.age = ev->out.age.level, .what = v->suspicion_what,
			.dmarc = ev->out.dmarc.result };
	assay_eval_free(ev);
	return out;
}

#endif

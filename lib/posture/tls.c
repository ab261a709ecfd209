/* SPDX-License-Identifier: Apache-2.0 */
/* tls.c - are reports about TLS asked for, and do they arrive (RFC 8460)? */
#include "posture/inner.h"

enum step
learn_tls(struct posture *p)
{
	struct tls_known *t = &p->tls;
	enum step step;

	*t = (struct tls_known){ .record.flaw = TLSRPT_OK };
	step = learn_texts(&t->txt, p, name_below(p, "_smtp._tls",
	    p->domain), tlsrpt_is_record, "v=tlsrpt");
	if (step == STEP_WAIT || t->txt.n != 1)
		return step;
	tlsrpt_record_parse(&t->record, t->txt.first, &p->arena);
	for (size_t i = 0; i < t->record.n_rua; i++) {
		const struct dmarc_uri *uri = &t->record.rua[i];

		t->takes[i] = MAIL_YES;
		if (!span_absent(uri->address) && learn_takes_mail(
		    &t->takes[i], p, uri->host) == STEP_WAIT)
			step = STEP_WAIT;
	}
	return step;
}

/* ---- to tell ------------------------------------------------------------- */

static void
mend(struct posture *p, struct posture_finding *f)
{
	struct buf b = arena_buf(&p->arena, LIMIT_NAME + 60);

	buf_str(&b, "v=TLSRPTv1; rua=mailto:tls-reports@");
	buf_put(&b, p->domain.name);
	mend_txt(p, f, p->tls.txt.query, arena_done(&p->arena, &b));
}

static void
tell_record(struct posture *p)
{
	const struct tls_known *t = &p->tls;
	struct buf b = clause(p);

	state_set(p, SUBJECT_TLS_RPT, "reports are asked for");
	if (t->txt.n > 1) {
		mend_txt(p, found(p, FOUND_TLSRPT_SEVERAL, t->txt.query,
		    SPAN_NONE), t->txt.query, t->txt.first);
		return;
	}
	if (t->record.flaw != TLSRPT_OK) {
		buf_str(&b, tlsrpt_flaw_text(t->record.flaw));
		buf_str(&b, ": ");
		clause_put(p, &b, t->record.what);
		mend(p, found(p, FOUND_TLSRPT_SYNTAX, t->txt.query,
		    clause_done(p, &b)));
	}
	for (size_t i = 0; i < t->record.n_rua; i++) {
		struct span uri = shown(p, t->record.rua[i].text);

		if (t->takes[i] == MAIL_NO)
			found(p, FOUND_TLSRPT_MAILBOX, t->txt.query, uri);
		else if (t->takes[i] == MAIL_UNKNOWN)
			found(p, FOUND_TLSRPT_UNANSWERED, t->txt.query, uri);
	}
}

void
tell_tls(struct posture *p)
{
	const struct tls_known *t = &p->tls;
	struct posture_finding *f;

	if (t->txt.n > 0) {
		tell_record(p);
	} else if (t->txt.a == NULL || !domain_takes_mail(p)) {
		state_set(p, SUBJECT_TLS_RPT, "takes no mail");
	} else if (!answered(t->txt.a->kind)) {
		state_set(p, SUBJECT_TLS_RPT, "not known");
		found(p, FOUND_TLSRPT_UNANSWERED, t->txt.query, SPAN_NONE);
	} else {
		state_set(p, SUBJECT_TLS_RPT, "no record");
		f = found(p, span_absent(t->txt.near) ? FOUND_TLSRPT_NONE :
		    FOUND_TLSRPT_NEAR_MISS, t->txt.query,
		    shown(p, t->txt.near));
		mend(p, f);
		/* who enforces must hear of what fails */
		if (p->sts.txt.n > 0 && f->grade == GRADE_NOTE)
			f->grade = GRADE_WARN;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sts.c - MTA-STS (RFC 8461) as far as DNS tells, and the policy file where
 * it is at hand.
 */
#include "posture/inner.h"

#include "wire/day.h"

enum { WEEK = 604800 };		/* RFC 8461 3.2: "weeks or greater" */

enum step
learn_sts(struct posture *p)
{
	struct sts_known *s = &p->sts;
	struct span host = name_below(p, "mta-sts", p->domain);
	const struct memo_row *four, *six;
	enum step step;

	*s = (struct sts_known){ .has_address = false };
	step = learn_texts(&s->txt, p, name_below(p, "_mta-sts", p->domain),
	    sts_is_record, "v=sts");
	if (step == STEP_WAIT || s->txt.n == 0 || span_absent(host))
		return step;
	four = ask_dns(&p->run, ASSAY_T_A, host);
	six = ask_dns(&p->run, ASSAY_T_AAAA, host);
	if (four == NULL || six == NULL)
		return STEP_WAIT;
	s->has_address = four->a.kind == ASSAY_A_DATA ||
	    six->a.kind == ASSAY_A_DATA;
	s->address_failed = !answered(four->a.kind) ||
	    !answered(six->a.kind);
	return STEP_DONE;
}

/* ---- to tell ------------------------------------------------------------- */

/* An id that was not there before: the day and the second of it. */
static void
put_id(struct buf *b, int64_t now)
{
	ROOM(room, DAY_TEXT);
	struct buf day = BUF_ON(room);

	if (now < 0)
		now = 0;
	day_print(&day, now);
	for (size_t i = 0; i < day.len; i++)
		if (span_at(buf_span(&day), i) != '-')
			buf_byte(b, (uint8_t)span_at(buf_span(&day), i));
	buf_byte(b, 'T');
	buf_u64(b, (uint64_t)now % DAY_SECONDS);
}

static void
mend_record(struct posture *p, struct posture_finding *f)
{
	struct buf b = arena_buf(&p->arena, 80);

	buf_str(&b, "v=STSv1; id=");
	put_id(&b, p->session.now);
	mend_txt(p, f, p->sts.txt.query, arena_done(&p->arena, &b));
}

/* The file that goes with the record, as comments of the zone. */
static void
mend_file(struct posture *p, struct posture_finding *f, const char *mode)
{
	struct buf b = arena_buf(&p->arena, 400 + LIMIT_NAME +
	    p->mx.n_host * (LIMIT_NAME * 4 + 10));

	buf_str(&b, "; and at https://mta-sts.");
	buf_put(&b, p->domain.name);
	buf_str(&b, "/.well-known/mta-sts.txt:\n; version: STSv1\n; mode: ");
	buf_str(&b, mode);
	for (size_t i = 0; i < p->mx.n_host; i++) {
		if (!p->mx.host[i].asked)
			continue;
		buf_str(&b, "\n; mx: ");
		buf_put(&b, p->mx.host[i].name);
	}
	buf_str(&b, "\n; max_age: 1209600\n");
	mend_lines(p, f, &b);
}

static bool
is_used(const struct posture *p, const struct sts_mx *mx)
{
	for (size_t i = 0; i < p->mx.n_host; i++)
		if (sts_mx_matches(mx,
		    (struct domain){ p->mx.host[i].name }))
			return true;
	return false;
}

static void
tell_hosts(struct posture *p)
{
	const struct sts_policy *file = &p->policy;

	for (size_t i = 0; i < p->mx.n_host; i++) {
		struct span name = p->mx.host[i].name;
		struct posture_finding *f;

		if (sts_covers(file, (struct domain){ name }))
			continue;
		f = found(p, FOUND_STS_UNCOVERED, name, SPAN_NONE);
		if (file->mode != STS_ENFORCE)
			f->grade = GRADE_WARN;
		f->advice = "Add it to the policy file, and give the record "
		    "a new id.";
		mend_record(p, f);
		mend_file(p, f, sts_mode_name(file->mode));
	}
	for (size_t i = 0; i < file->n_mx; i++)
		if (!is_used(p, &file->mx[i]))
			found(p, FOUND_STS_UNUSED, file->mx[i].name.name,
			    SPAN_NONE);
}

static void
tell_file(struct posture *p)
{
	const struct sts_policy *file = &p->policy;
	struct buf b = clause(p);

	if (p->sts.txt.n == 0 && answered(p->sts.txt.a->kind))
		mend_record(p, found(p, FOUND_STS_NO_TXT, p->sts.txt.query,
		    SPAN_NONE));
	if (file->flaw != STS_OK) {
		buf_str(&b, sts_flaw_text(file->flaw));
		if (!span_absent(file->what)) {
			buf_str(&b, ": ");
			clause_put(p, &b, file->what);
		}
		found(p, FOUND_STS_FILE, p->domain.name,
		    clause_done(p, &b));
		return;
	}
	buf_str(&b, "mode ");
	buf_str(&b, sts_mode_name(file->mode));
	state_put(p, SUBJECT_MTA_STS, &b);
	if (file->mode != STS_ENFORCE)
		found(p, FOUND_STS_MODE, p->domain.name,
		    p->part[SUBJECT_MTA_STS].state)->advice = "When TLS "
		    "reports show no failures, mode enforce may follow.";
	if (file->mode != STS_MODE_NONE)
		tell_hosts(p);
	if (file->mode == STS_ENFORCE && file->max_age < WEEK)
		found(p, FOUND_STS_AGE, p->domain.name, SPAN_NONE);
}

static void
tell_record(struct posture *p)
{
	const struct sts_known *s = &p->sts;
	struct span what;

	state_set(p, SUBJECT_MTA_STS, "a record; the policy file was not "
	    "looked at");
	if (s->txt.n > 1) {
		mend_txt(p, found(p, FOUND_STS_SEVERAL, s->txt.query,
		    SPAN_NONE), s->txt.query, s->txt.first);
		return;
	}
	if (span_absent(sts_record_id(s->txt.first, &what))) {
		mend_record(p, found(p, FOUND_STS_SYNTAX, s->txt.query,
		    shown(p, what)));
		return;
	}
	if (!s->has_address && !s->address_failed)
		found(p, FOUND_STS_NO_HOST, name_below(p, "mta-sts",
		    p->domain), SPAN_NONE);
	else if (!s->has_address)
		found(p, FOUND_STS_UNANSWERED, name_below(p, "mta-sts",
		    p->domain), SPAN_NONE);
}

void
tell_sts(struct posture *p)
{
	const struct sts_known *s = &p->sts;
	struct posture_finding *f;

	if (s->txt.n > 0) {
		tell_record(p);
	} else if (s->txt.a == NULL || !domain_takes_mail(p)) {
		state_set(p, SUBJECT_MTA_STS, "takes no mail");
	} else if (!answered(s->txt.a->kind)) {
		state_set(p, SUBJECT_MTA_STS, "not known");
		found(p, FOUND_STS_UNANSWERED, s->txt.query, SPAN_NONE);
	} else if (!span_absent(s->txt.near)) {
		state_set(p, SUBJECT_MTA_STS, "no record");
		mend_record(p, found(p, FOUND_STS_SYNTAX, s->txt.query,
		    shown(p, s->txt.near)));
	} else if (span_absent(p->sts_text)) {
		state_set(p, SUBJECT_MTA_STS, "no record");
		f = found(p, FOUND_STS_NONE, p->domain.name, SPAN_NONE);
		mend_record(p, f);
		mend_file(p, f, "testing");
	}
	if (!span_absent(p->sts_text) && s->txt.a != NULL)
		tell_file(p);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.c - one message after another through one evaluation object.
 *
 * Two of them: options hold for the life of an evaluation, and whether the
 * input has LF line ends differs from message to message.
 */
#include "judge_inner.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "conf_judge.h"
#include "eval_house.h"
#include "fault.h"

/* ---- sources of answers -------------------------------------------------- */

static bool
open_sources(struct judge *j)
{
	const struct settings *s = j->conf.settings;
	enum assay_status st;

	/* Without a list of suffixes that guard and the old profile say so. */
	j->has_suffix = assay_oracle_suffix(&j->suffix, s->suffix_path) ==
	    ASSAY_OK;
	if (s->live) {
		st = assay_oracle_resolver(&j->live, &s->resolver);
		if (st == ASSAY_OK)
			return true;
		fprintf(stderr, "assay: cannot start the resolver: %s\n",
		    assay_status_str(st));
		return false;
	}
	st = assay_oracle_zone(&j->zone, (struct assay_span){
	    (const uint8_t *)s->zone.ptr, s->zone.len }, NULL, NULL);
	if (st != ASSAY_OK)
		fprintf(stderr, "assay: cannot read the zone: %s\n",
		    assay_status_str(st));
	return st == ASSAY_OK;
}

struct judge *
judge_new(const struct judge_conf *conf)
{
	struct judge *j = calloc(1, sizeof(*j));
	uint8_t seed[16] = { 0 };

	if (j == NULL)
		return NULL;
	j->conf = *conf;
	j->reader = (struct reader)READER_INIT;
	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed) ||
	    assay_keep_new(&j->keep, 0, seed) != ASSAY_OK ||
	    !open_sources(j)) {
		judge_free(j);
		return NULL;
	}
	return j;
}

void
judge_free(struct judge *j)
{
	if (j == NULL)
		return;
	assay_eval_free(j->eval[0]);
	assay_eval_free(j->eval[1]);
	assay_keep_free(j->keep);
	assay_oracle_free(&j->zone);
	assay_oracle_free(&j->suffix);
	assay_oracle_free(&j->live);
	together_free(j->together);
	reader_close(&j->reader);
	text_free(&j->message);
	free(j);
}

/* ---- one evaluation ------------------------------------------------------ */

static enum assay_status
fresh(struct judge *j, struct assay_eval **ev, enum line_ends ends,
    const struct assay_session *session)
{
	const struct settings *s = j->conf.settings;
	struct assay_options options = s->options;
	enum assay_status st;

	options.lf_input = ends == ENDS_LF;
	options.lf_converted = ends == ENDS_CONVERTED;
	st = assay_eval_new(ev, session, &options, &s->limits, j->keep);
	if (st == ASSAY_OK && !s->live)
		st = assay_eval_warm(*ev, &j->zone);
	if (st == ASSAY_OK && j->has_suffix)
		st = assay_eval_warm(*ev, &j->suffix);
	return st;
}

enum assay_status
judge_begin(struct judge *j, struct assay_eval **ev, enum line_ends ends,
    const struct assay_session *session)
{
	enum assay_status st;

	if (*ev == NULL)
		return fresh(j, ev, ends, session);
	st = assay_eval_reset(*ev, session);
	if (st != ASSAY_OK) {
		assay_eval_free(*ev);
		*ev = NULL;
	}
	return st;
}

static enum assay_status
show(const struct judge *j, struct assay_eval *ev,
    const struct assay_verdict *v, struct assay_span name,
    struct report *report)
{
	const struct out *o = j->conf.out;
	struct text *to = &report->shown;

	switch (j->conf.view) {
	case VIEW_SUMMARY:
	case VIEW_BRIEF:
		return assay_summary_write(ev, v, name,
		    j->conf.view == VIEW_BRIEF, o->width, o->colour,
		    text_write, to);
	case VIEW_EXPLAIN:
		return assay_explain_write(ev, v, o->width, o->colour,
		    text_write, to);
	case VIEW_CHECK:
		return assay_check_write(ev, j->conf.check, o->width,
		    o->colour, text_write, to);
	case VIEW_JSON:
		return assay_result_write(ev, v, name, text_write, to);
	}
	return ASSAY_MISUSE;
}

/* When one check was asked for, its result is the answer: a pass, or for
 * DMARC a policy that was found. */
static void
end_by_check(struct report *out, enum assay_check check,
    enum assay_result result)
{
	bool found = result == ASSAY_PASS || (check == ASSAY_CHECK_DMARC &&
	    result == ASSAY_FAIL);

	out->check = result;
	out->ending = found ? END_ACCEPTED :
	    result == ASSAY_TEMPERROR ? END_TEMPORARY : END_REFUSED;
}

/* What the message carries, behind the checks that do not need it. */
static enum assay_status
read_content(struct judge *j, struct assay_eval *ev)
{
	enum assay_status st = assay_eval_content(ev, (struct assay_span){
	    (const uint8_t *)(j->message.ptr != NULL ? j->message.ptr : ""),
	    j->message.len });

	return st != ASSAY_OK ? st : assay_eval_run(ev, &j->live,
	    j->conf.settings->live ? 1 : 0);
}

static bool
has_lf_lines(struct assay_span message)
{
	const uint8_t *lf = message.len == 0 ? NULL : memchr(message.ptr,
	    '\n', message.len);

	return lf != NULL && (lf == message.ptr || lf[-1] != '\r');
}

/* What would be taken out of it, where the whole of it was read; decided anew,
 * as it may be that nothing can be. */
static enum assay_status
look_to_strip(struct judge *j, struct assay_eval *ev,
    const struct assay_verdict **v)
{
	struct strip_in in = { .message = { (const uint8_t *)(j->message.ptr !=
	    NULL ? j->message.ptr : ""), j->message.len } };
	const struct strip *strip;
	enum assay_status st = ASSAY_OK;

	if (!j->conf.content || (*v)->disposition != ASSAY_STRIP)
		return st;
	in.lf = has_lf_lines(in.message);
	st = eval_strip(ev, &in, &strip);
	return st != ASSAY_OK ? st : assay_decide(v, ev,
	    j->conf.settings->policy);
}

enum assay_status
judge_finish(struct judge *j, struct assay_eval *ev, struct assay_span name,
    struct report *out)
{
	const struct settings *s = j->conf.settings;
	const struct assay_verdict *v;
	enum assay_status st;

	st = assay_eval_run(ev, &j->live, s->live ? 1 : 0);
	if (st == ASSAY_OK && j->conf.content)
		st = read_content(j, ev);
	if (st == ASSAY_OK)
		st = assay_decide(&v, ev, s->policy);
	if (st == ASSAY_OK)
		st = look_to_strip(j, ev, &v);
	if (st != ASSAY_OK)
		return st;
	out->disposition = v->disposition;
	out->dmarc = v->dmarc;
	out->ending = v->disposition == ASSAY_ACCEPT ||
	    v->disposition == ASSAY_TAG ||
	    v->disposition == ASSAY_STRIP ? END_ACCEPTED :
	    v->disposition == ASSAY_DEFER ||
	    v->disposition == ASSAY_DEFER_ONCE ? END_TEMPORARY : END_REFUSED;
	if (j->conf.check != 0)
		end_by_check(out, j->conf.check,
		    assay_check_result(ev, j->conf.check));
	st = show(j, ev, v, name, out);
	if (st == ASSAY_OK && j->conf.record)
		st = assay_record_write(ev, v, j->conf.with_message,
		    text_write, &out->record);
	return st;
}

void
judge_status(struct judge *j, const char *name, enum assay_status st,
    struct report *out)
{
	enum ending ending = st == ASSAY_IO ? END_TEMPORARY : END_LIMIT;

	judge_fault(&j->conf, name, ending, assay_status_str(st), out);
}

void
report_clear(struct report *r)
{
	text_clear(&r->shown);
	text_clear(&r->record);
	r->disposition = (enum assay_disposition)0;
	r->dmarc = ASSAY_NONE;
	r->ending = END_UNREADABLE;
}

/* ---- one message --------------------------------------------------------- */

struct taking { struct judge *judge; struct assay_eval *ev; };

static bool
take(void *ctx, struct assay_span piece)
{
	struct taking *t = ctx;

	if (t->judge->conf.content)
		text_put(&t->judge->message, piece.ptr, piece.len);
	/* A limit that was reached is told at the end. */
	return assay_eval_data(t->ev, piece) != ASSAY_MISUSE;
}

struct assay_session
judge_session(const struct judge *j, const struct reader *r,
    struct arrival *arrival)
{
	const struct settings *s = j->conf.settings;
	struct assay_session session = s->session;

	session.relay = conf_is_relay(s->trusted, s->n_trusted,
	    &session.client);
	if (!s->from_headers)
		return session;
	arrival_read(arrival, (struct assay_span){ r->head, r->n_head },
	    s->trusted, s->n_trusted);
	if (!s->given_client)
		session.client = arrival->client;
	session.relay = conf_is_relay(s->trusted, s->n_trusted,
	    &session.client);
	if (!s->given_helo)
		session.helo = arrival->helo;
	if (!s->given_mail_from)
		session.mail_from = arrival->mail_from;
	session.origin = arrival_origin(arrival, !s->given_client,
	    !s->given_helo, !s->given_mail_from);
	return session;
}

void
judge_item(struct judge *j, const struct input *in, size_t item,
    struct report *out)
{
	struct arrival arrival = { .field = 0 };
	struct assay_session session;
	const char *why = "it could not be read to its end";
	char name[4096];
	enum assay_status st;
	bool lf;

	report_clear(out);
	input_name(in, item, name, sizeof(name));
	if (!reader_open(&j->reader, in, item, &why)) {
		judge_fault(&j->conf, name, END_UNREADABLE, why, out);
		return;
	}
	lf = reader_is_lf(&j->reader);
	session = judge_session(j, &j->reader, &arrival);
	st = judge_begin(j, &j->eval[lf], lf ? ENDS_LF : ENDS_CRLF, &session);
	text_clear(&j->message);
	if (st == ASSAY_OK && !reader_feed(&j->reader, take, &(struct taking){
	    j, j->eval[lf] })) {
		judge_fault(&j->conf, name, END_UNREADABLE, why, out);
		return;
	}
	if (st == ASSAY_OK)
		st = judge_finish(j, j->eval[lf], assay_cstr(name), out);
	if (st != ASSAY_OK)
		judge_status(j, name, st, out);
}

void
judge_bytes(struct judge *j, struct assay_span name, struct assay_span bytes,
    bool lf, struct report *out)
{
	enum assay_status st;

	report_clear(out);
	st = judge_begin(j, &j->eval[lf], lf ? ENDS_LF : ENDS_CRLF,
	    &j->conf.settings->session);
	text_clear(&j->message);
	if (j->conf.content)
		text_put(&j->message, bytes.ptr, bytes.len);
	if (st == ASSAY_OK)
		st = assay_eval_data(j->eval[lf], bytes);
	if (st == ASSAY_OK)
		st = judge_finish(j, j->eval[lf], name, out);
	if (st != ASSAY_OK)
		judge_status(j, "message", st, out);
}

void
judge_fault(const struct judge_conf *conf, const char *name,
    enum ending ending, const char *why, struct report *out)
{
	const struct out *o = conf->out;

	report_clear(out);
	out->ending = ending;
	if (conf->view == VIEW_JSON) {
		fault_json(assay_cstr(name), ending == END_UNREADABLE ?
		    "unreadable" : ending == END_TEMPORARY ? "temporary" :
		    "not-judged", assay_cstr(why), text_write, &out->shown);
		return;
	}
	text_printf(&out->shown, "%s%-11s%s ", o->colour ? "\033[1;31m" : "",
	    ending == END_UNREADABLE ? "unreadable" : "not judged",
	    out_plain(o));
	fault_printable(assay_cstr(name), text_write, &out->shown);
	text_printf(&out->shown, ": %s\n", why);
}

int
judge_exit(const size_t ended[END_KINDS])
{
	if (ended[END_UNREADABLE] > 0)
		return EXIT_UNREADABLE;
	if (ended[END_REFUSED] + ended[END_LIMIT] > 0)
		return EXIT_NOT_ACCEPTED;
	return ended[END_TEMPORARY] > 0 ? EXIT_TEMPORARY : EXIT_ACCEPTED;
}

void
report_free(struct report *r)
{
	text_free(&r->shown);
	text_free(&r->record);
}

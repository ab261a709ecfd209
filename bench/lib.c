/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib DIR SIZE REPEAT MODE: every message through libassay, the zone in
 * memory, keys and records kept.
 *
 *   dkim   facts of the message, then the DKIM check alone
 *   check  everything: SPF, DKIM, ARC, DMARC, structure, evidence, verdict
 *   record the same, and its record as assayd keeps it
 *   batch  the same as check, 64 messages at once, bodies hashed side by side
 *   spf    the SPF check alone, no message
 *   cold   the same without kept records, one answer a pass; a round is
 *          over when all have come (only senders of ten look-ups)
 *   ten    the same senders, warm, for comparison with cold
 */
#include "bench/corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "eval.h"

enum { BATCH = 64 };

static struct assay_eval *eval, *batch_eval[BATCH];
static struct assay_oracle zone;
static struct assay_session session = { .helo = { NULL, 0 } };
static size_t passes;

static void
must(enum assay_status s)
{
	if (s != ASSAY_OK) {
		fprintf(stderr, "bench: %s\n", assay_status_str(s));
		exit(1);
	}
}

static void
load_zone(struct corpus *c)
{
	struct assay_span text;
	unsigned line = 0;
	const char *why = "";

	text.ptr = (uint8_t *)corpus_file(c, "zone.txt", &text.len);
	if (assay_oracle_zone(&zone, text, &line, &why) != ASSAY_OK) {
		fprintf(stderr, "zone.txt:%u: %s\n", line, why);
		exit(1);
	}
	session.now = time(NULL);
	session.receiver = assay_cstr("mx.rcpt.test");
}

static void
begin_warm(struct corpus *c)
{
	static const uint8_t seed[16] = { 1 };
	struct assay_keep *keep;

	load_zone(c);
	must(assay_keep_new(&keep, 0, seed));
	must(assay_eval_new(&eval, &session, NULL, NULL, keep));
	must(assay_eval_warm(eval, &zone));
}

static void
begin_batch(struct corpus *c)
{
	begin_warm(c);
	for (size_t i = 0; i < BATCH; i++) {
		must(assay_eval_new(&batch_eval[i], &session, NULL, NULL,
		    eval->run.keep));
		must(assay_eval_warm(batch_eval[i], &zone));
	}
}

static void
begin_cold(struct corpus *c)
{
	load_zone(c);
	must(assay_eval_new(&eval, &session, NULL, NULL, NULL));
}

static void
envelope(const struct item *i)
{
	must(assay_addr_parse(&session.client, assay_cstr(i->ip)));
	session.helo = assay_cstr(i->helo);
	session.mail_from = assay_cstr(i->mail_from);
	must(assay_eval_reset(eval, &session));
}

static void
feed(const struct item *i)
{
	envelope(i);
	must(assay_eval_data(eval, (struct assay_span){
	    (const uint8_t *)i->text, i->len }));
	must(assay_eval_end(eval));
}

static bool
dkim(const struct item *i)
{
	feed(i);
	return check_dkim(&eval->run) == STEP_DONE &&
	    (eval->out.dkim.overall == ASSAY_PASS) == i->dkim_pass;
}

static bool
spf_right(const struct item *i)
{
	enum assay_result r = eval->out.spf.result;

	if (strcmp(i->shape, "none") == 0)
		return r == ASSAY_NONE;
	if (strcmp(i->shape, "deep") == 0)
		return r == ASSAY_PERMERROR;
	if (strncmp(i->ip, "100.64.", 7) == 0)
		return r == ASSAY_FAIL || r == ASSAY_SOFTFAIL;
	return r == ASSAY_PASS;
}

static bool
judge(const struct item *i)
{
	const struct assay_verdict *v;

	must(assay_eval_step(eval));
	must(assay_decide(&v, eval, NULL));
	return spf_right(i) &&
	    (eval->out.dkim.overall == ASSAY_PASS) == i->dkim_pass &&
	    strcmp(assay_result_name(eval->out.arc.result), i->arc) == 0;
}

static bool
check(const struct item *i)
{
	feed(i);
	return judge(i);
}

static bool
swallow(void *ctx, struct assay_span bytes)
{
	static uint8_t room[1 << 20];
	size_t *at = ctx;

	if (bytes.len > sizeof(room) - *at)
		return false;
	memcpy(room + *at, bytes.ptr, bytes.len);
	*at += bytes.len;
	return true;
}

static bool
record(const struct item *i)
{
	static const uint8_t salt[16] = { 7 };
	const struct assay_verdict *v;
	bool right = check(i);
	size_t at = 0;

	must(assay_decide(&v, eval, NULL));
	must(assay_record_write_veiled(eval, v, salt, swallow, &at));
	return right;
}

static size_t
batch(const struct item *item, size_t n)
{
	size_t right = 0;

	for (size_t i = 0; i < n; i++) {
		eval = batch_eval[i];
		envelope(&item[i]);
		must(assay_eval_stays(eval));
		must(assay_eval_data(eval, (struct assay_span){
		    (uint8_t *)item[i].text, item[i].len }));
	}
	must(assay_eval_end_all(batch_eval, n));
	for (size_t i = 0; i < n; i++) {
		eval = batch_eval[i];
		right += judge(&item[i]);
	}
	return right;
}

static bool
spf(const struct item *i)
{
	envelope(i);
	eval_begin_checks(eval);
	return check_spf(&eval->run) == STEP_DONE && spf_right(i);
}

static bool
ten(const struct item *i)
{
	return strcmp(i->shape, "ten") != 0 || spf(i);
}

/* Answers the first open question. */
static void
answer_one(struct memo *m)
{
	struct assay_answer a = { .ttl = 0 };

	for (size_t i = 0; i < m->n; i++)
		if (m->row[i]->a.kind == 0) {
			must(zone.ask(zone.self, &m->row[i]->q, &a));
			if (!memo_answer(m, &m->row[i]->q, &a))
				exit(1);
			return;
		}
}

static bool
cold(const struct item *i)
{
	if (strcmp(i->shape, "ten") != 0)
		return true;
	envelope(i);
	eval_begin_checks(eval);
	passes++;
	while (check_spf(&eval->run) != STEP_DONE) {
		answer_one(&eval->memo);
		asked_reset(&eval->run);
		passes++;
	}
	return spf_right(i);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*begin)(struct corpus *);
		bool (*one)(const struct item *);
	} modes[] = {
		{ "dkim", begin_warm, dkim }, { "check", begin_warm, check },
		{ "record", begin_warm, record },
		{ "spf", begin_warm, spf }, { "ten", begin_warm, ten },
		{ "cold", begin_cold, cold },
	};
	int status = 2;

	if (argc > 4 && strcmp(argv[4], "batch") == 0)
		return corpus_serve_many(argc, argv, begin_batch, batch,
		    BATCH);
	for (size_t m = 0; argc > 4 && m < sizeof(modes) / sizeof(modes[0]);
	    m++)
		if (strcmp(argv[4], modes[m].name) == 0)
			status = corpus_serve(argc, argv, modes[m].begin,
			    modes[m].one);
	if (passes > 0)
		fprintf(stderr, "%zu passes\n", passes);
	return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of builds that wrote samples and answers in another way: replayed,
 * they say so, and are never silent about what was found that day.
 */
#include "eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "behave/pack.h"
#include "test/t.h"
#include "wire/base64.h"

static const uint8_t key[16] = { 9 };

static const char letter[] =
    "Received: from [10.1.0.1] by out.example.org; "
    "Mon, 6 Nov 2023 10:00:00 +0100\r\n"
    "From: Ada <ada@example.org>\r\nTo: bob@example.net\r\n"
    "Message-ID: <1@example.org>\r\nDate: Mon, 6 Nov 2023 10:00:00 +0100\r\n"
    "X-Mailer: mutt 2.2\r\n\r\nhello\r\n";

static char page[64 << 10];
static size_t page_len;

static bool
collect(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	if (bytes.len > sizeof(page) - 1 - page_len)
		return false;
	memcpy(page + page_len, bytes.ptr, bytes.len);
	page_len += bytes.len;
	page[page_len] = '\0';
	return true;
}

/* The record of a message whose sender nobody knows. */
static void
record(void)
{
	static uint8_t room[PACK_ANSWER], text[PACK_ANSWER * 2];
	static struct known known;
	struct span m = { (const uint8_t *)letter, sizeof(letter) - 1 }, item;
	struct assay_session session = { .now = 1700000000,
		.client = { .family = 4, .bytes = { 192, 0, 2, 1 } },
		.mail_from = SPAN("ada@example.org") };
	struct buf b = BUF_ON(room), out = BUF_ON(text);
	const struct assay_verdict *v;
	const struct assay_question *q;
	struct assay_answer a = { .kind = ASSAY_A_DATA, .item = &item,
		.n_item = 1 };
	struct assay_eval *ev;
	struct sample s;

	if (assay_eval_new(&ev, &session, NULL, NULL, NULL) != ASSAY_OK ||
	    assay_eval_data(ev, m) != ASSAY_OK ||
	    assay_eval_run(ev, NULL, 0) != ASSAY_OK ||
	    assay_eval_behaviour(ev, m, key) != ASSAY_OK ||
	    assay_eval_step(ev) != ASSAY_PENDING ||
	    assay_eval_questions(ev, &q) != 1 ||
	    !sample_get(&s, assay_eval_sample(ev)))
		abort();
	known_put(&b, &known, &s);
	base64_encode(&out, buf_span(&b));
	item = buf_span(&out);
	page_len = 0;
	if (assay_eval_answer(ev, q, &a) != ASSAY_OK ||
	    assay_eval_step(ev) != ASSAY_OK ||
	    assay_decide(&v, ev, NULL) != ASSAY_OK ||
	    assay_record_write(ev, v, false, collect, NULL) != ASSAY_OK)
		abort();
	assay_eval_free(ev);
}

/* The first octet of base64 that follows begin is n from now on. */
static void
relabel(const char *begin, unsigned n)
{
	static uint8_t room[PACK_ANSWER], text[PACK_ANSWER * 2];
	struct buf b = BUF_ON(room), out = BUF_ON(text);
	char *at = strstr(page, begin);
	size_t len;

	if (at == NULL)
		abort();
	at += strlen(begin);
	len = strcspn(at, "\"");
	if (!base64_decode(&b, (struct span){ (uint8_t *)at, len }, false))
		abort();
	room[0] = (uint8_t)n;
	base64_encode(&out, buf_span(&b));
	if (out.len != len)
		abort();
	memcpy(at, text, len);
}

/* What the replay says of behaviour. */
static const struct assay_evidence *
told(struct assay_eval **ev)
{
	struct span in = { (const uint8_t *)page, page_len };
	const struct assay_verdict *v;
	const struct assay_evidence *e;
	struct assay_oracle trace;
	const char *why = NULL;
	size_t n;

	if (assay_record_replay(ev, in, NULL, &why) != ASSAY_OK ||
	    assay_oracle_trace(&trace, in) != ASSAY_OK ||
	    assay_eval_run(*ev, &trace, 1) != ASSAY_OK ||
	    assay_decide(&v, *ev, NULL) != ASSAY_OK) {
		fprintf(stderr, "%s\n", why != NULL ? why : "?");
		abort();
	}
	T_INT(v->suspicion_who, 0, "nothing is held against anybody");
	assay_oracle_free(&trace);
	n = assay_eval_evidence(*ev, &e);
	for (size_t i = 0; i < n; i++)
		if (e[i].check == ASSAY_CHECK_BEHAVIOUR)
			return &e[i];
	return NULL;
}

static void
is_told(enum assay_reason reason, const char *detail, const char *label)
{
	struct assay_eval *ev;
	const struct assay_evidence *e = told(&ev);

	T_OK(reason == 0 ? e == NULL : e != NULL && e->reason == reason,
	    label);
	if (e != NULL && detail != NULL)
		T_SPAN(e->detail, assay_cstr(detail), "and which ones");
	assay_eval_free(ev);
}

int
main(void)
{
	struct layout now = sample_layout(SPAN_NONE);
	char want[100];

	record();
	snprintf(want, sizeof(want), "\"layout\":%u", now.read);
	T_OK(strstr(page, want) != NULL, "the record says its layout");
	is_told(0, NULL, "as it was");
	relabel("\"sample\":\"", now.read - 1);
	snprintf(want, sizeof(want), "made under layout %u, this version "
	    "reads %u: cannot be judged again", now.read - 1, now.read);
	is_told(ASSAY_R_BEHAVIOUR_LAYOUT, want, "an older sample");
	record();
	now = known_layout(SPAN_NONE);
	relabel("\"items\":[\"", now.read + 1);
	snprintf(want, sizeof(want), "made under layout %u, this version "
	    "reads %u: cannot be judged again", now.read + 1, now.read);
	is_told(ASSAY_R_BEHAVIOUR_LAYOUT, want, "a newer answer");
	record();
	relabel("\"sample\":\"", sample_layout(SPAN_NONE).read);
	is_told(0, NULL, "what is labelled as it was reads as it did");
	return t_done();
}

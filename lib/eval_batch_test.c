/* SPDX-License-Identifier: Apache-2.0 */
/* A batch says the same as one message after another. */
#include <stdlib.h>

#include "eval.h"
#include "test/t.h"

enum { N = 40, ROOM = 1 << 16 };

static struct assay_eval *
begin(bool lf)
{
	struct assay_session s = { .now = 1700000000 };
	struct assay_options o = { .lf_input = lf };
	struct assay_eval *ev;

	if (assay_eval_new(&ev, &s, &o, NULL, NULL) != ASSAY_OK)
		abort();
	return ev;
}

/* Signatures whose hashes are wrong: what matters is that they are made. */
static struct span
make(uint8_t *room, unsigned i, bool lf)
{
	static const char *const canon[] = { "relaxed/relaxed",
		"simple/simple", "relaxed/simple", "simple" };
	struct buf b = { room, 0, ROOM, false };
	const char *eol = lf ? "\n" : "\r\n";

	for (unsigned k = 0; k < i % 4; k++) {
		buf_str(&b, "DKIM-Signature: v=1; a=rsa-sha256; "
		    "d=example.org; s=a; h=from; bh=AAAAAAAAAAAAAAAAAAAAAAAA"
		    "AAAAAAAAAAAAAAAAAAA=; b=AAAA; c=");
		buf_str(&b, canon[(i + k) % 4]);
		buf_str(&b, k == 2 ? "; l=30" : "");
		buf_str(&b, eol);
	}
	buf_str(&b, "From: a@example.org");
	buf_str(&b, eol);
	if (i % 11 == 10)
		return buf_span(&b);	/* no body at all */
	buf_str(&b, eol);
	for (unsigned line = 0; line < i * i % 300; line++) {
		buf_str(&b, line % 7 == 0 ? " two  spaces\t" :
		    "an ordinary line of text that goes on");
		buf_str(&b, line % 50 == 3 && !lf ? "\n" : eol);
	}
	buf_str(&b, eol);
	buf_str(&b, i % 5 == 0 ? "." : eol);
	return buf_span(&b);
}

static bool
take(void *ctx, struct assay_span s)
{
	buf_put(ctx, s);
	return !((struct buf *)ctx)->full;
}

static struct span
told(struct assay_eval *ev, uint8_t *room)
{
	struct buf out = { room, 0, ROOM, false };
	const struct assay_verdict *v;
	struct assay_question q;
	struct assay_answer none = { .kind = ASSAY_A_NXDOMAIN };
	const struct assay_question *open;

	while (assay_eval_step(ev) == ASSAY_PENDING)
		for (size_t n = assay_eval_questions(ev, &open); n > 0; n--) {
			q = open[n - 1];
			if (assay_eval_answer(ev, &q, &none) != ASSAY_OK)
				abort();
		}
	if (assay_decide(&v, ev, NULL) != ASSAY_OK ||
	    assay_result_write(ev, v, SPAN("m"), take, &out) != ASSAY_OK)
		abort();
	return buf_span(&out);
}

static bool
same_facts(const struct assay_eval *a, const struct assay_eval *b)
{
	bool same = a->facts.dkim.n_sig == b->facts.dkim.n_sig &&
	    a->facts.body_bytes == b->facts.body_bytes &&
	    a->facts.lf_input == b->facts.lf_input;

	for (size_t i = 0; same && i < a->facts.dkim.n_sig; i++)
		same = memcmp(a->facts.dkim.sig[i].body_hash,
		    b->facts.dkim.sig[i].body_hash, 32) == 0 &&
		    a->facts.dkim.sig[i].unsigned_tail ==
		    b->facts.dkim.sig[i].unsigned_tail;
	return same;
}

static void
compare(bool lf, size_t n)
{
	static uint8_t text[N][ROOM], one_room[ROOM], many_room[ROOM];
	struct assay_eval *ev[N], *one;
	struct assay_span message[N];
	unsigned bad = 0, sigs = 0;

	for (unsigned i = 0; i < n; i++) {
		ev[i] = begin(lf);
		message[i] = make(text[i], i, lf);
	}
	for (unsigned i = 0; i < n; i++)
		if (assay_eval_stays(ev[i]) != ASSAY_OK ||
		    assay_eval_data(ev[i], message[i]) != ASSAY_OK)
			abort();
	T_INT(assay_eval_end_all(ev, n), ASSAY_OK, "a batch");
	for (unsigned i = 0; i < n; i++) {
		one = begin(lf);
		if (assay_eval_data(one, message[i]) != ASSAY_OK ||
		    assay_eval_end(one) != ASSAY_OK)
			abort();
		if (!same_facts(one, ev[i]) ||
		    !span_eq(told(one, one_room), told(ev[i], many_room)))
			bad++;
		sigs += (unsigned)one->facts.dkim.n_sig;
		assay_eval_free(one);
		assay_eval_free(ev[i]);
	}
	T_INT(bad, 0, lf ? "LF: the same as one by one" :
	    "CRLF: the same as one by one");
	T_OK(n < 4 || sigs > n, "there was something to hash");
}

int
main(void)
{
	compare(false, N);
	compare(true, N);
	compare(false, 1);
	compare(true, 3);
	T_INT(assay_eval_end_all(NULL, 0), ASSAY_OK, "no message");
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/record_veil.h"

#include <stdlib.h>

#include "test/t.h"

static const uint8_t salt[16] = "sixteen octets.";

static const char zone_text[] =
    "[{\"name\":\"example.org\",\"type\":\"TXT\",\"values\":"
    "[\"v=spf1 exists:%{l}.who.%{d} -all\"]},"
    "{\"name\":\"alice.smith.who.example.org\",\"type\":\"A\","
    "\"values\":[\"127.0.0.2\"]},"
    "{\"name\":\"_dmarc.example.org\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=reject\"]}]";

static const char message[] =
    "Authentication-Results: other.example; spf=pass\r\n"
    "  smtp.mailfrom=alice.smith@example.org\r\n"
    "From: \"Alice Q. Smith <boss@bank.example>\" <alice.smith@example.org>"
    "\r\n"
    "Subject: the merger\r\n"
    "Subject: is secret\r\n"
    "To: bob.jones@rcpt.example\r\n"
    "\r\nHello\r\n";

struct text {
	uint8_t room[64 << 10];
	size_t len;
};

static bool
collect(void *ctx, struct assay_span s)
{
	struct text *t = ctx;

	if (s.len > sizeof(t->room) - t->len)
		return false;
	memcpy(t->room + t->len, s.ptr, s.len);
	t->len += s.len;
	return true;
}

static bool
holds(const struct text *t, const char *needle)
{
	struct assay_span s = { t->room, t->len };

	return span_search(s, assay_cstr(needle)) < s.len;
}

static const struct assay_verdict *
judge(struct assay_eval *ev, const struct assay_oracle *o)
{
	const struct assay_verdict *v = NULL;

	if (assay_eval_run(ev, o, 1) != ASSAY_OK ||
	    assay_decide(&v, ev, NULL) != ASSAY_OK) {
		printf("Bail out! not judged\n");
		exit(1);
	}
	return v;
}

static struct assay_eval *
fresh(void)
{
	static struct assay_span rcpt[2];
	struct assay_session s = { .now = 1700000000,
		.helo = assay_cstr("mx.example.org"),
		.mail_from = assay_cstr("alice.smith@example.org"),
		.auth_user = assay_cstr("carol"), .rcpt = rcpt,
		.n_rcpt = 2, .receiver = assay_cstr("mx.rcpt.example") };
	struct assay_eval *ev;

	rcpt[0] = assay_cstr("bob.jones@rcpt.example");
	rcpt[1] = assay_cstr("");
	if (assay_addr_parse(&s.client, assay_cstr("192.0.2.1")) != ASSAY_OK ||
	    assay_eval_new(&ev, &s, NULL, NULL, NULL) != ASSAY_OK ||
	    assay_eval_data(ev, assay_cstr(message)) != ASSAY_OK)
		exit(1);
	return ev;
}

/* The same results, by the same reasons. */
static void
compare(const struct assay_eval *a, const struct assay_eval *b)
{
	const struct assay_evidence *x, *y;
	size_t n = assay_eval_evidence(a, &x), same = 0;

	T_INT(assay_eval_evidence(b, &y), n, "as many findings");
	for (size_t i = 0; i < n; i++)
		same += x[i].check == y[i].check &&
		    x[i].result == y[i].result && x[i].reason == y[i].reason;
	T_INT(same, n, "the same ones");
}

int
main(void)
{
	static const char *const gone[] = { "alice", "smith", "Smith", "boss",
	    "bob", "jones", "carol", "merger", "secret", "Hello" };
	static const char *const there[] = { "example.org", "rcpt.example",
	    "192.0.2.1", "v=spf1 exists" };
	static struct text veiled, again, plain;
	struct assay_eval *ev = fresh(), *back;
	struct assay_oracle zone, trace;
	const struct assay_verdict *v, *w;
	const char *why;

	if (assay_oracle_zone(&zone, assay_cstr(zone_text), NULL, NULL) !=
	    ASSAY_OK)
		return 1;
	T_SPAN(assay_eval_policy_domain(ev), SPAN_NONE, "not judged yet");
	v = judge(ev, &zone);
	T_INT(assay_check_result(ev, ASSAY_CHECK_SPF), ASSAY_PASS, "SPF");
	T_SPAN(assay_eval_policy_domain(ev), SPAN("example.org"),
	    "the policy domain");
	T_INT(assay_record_write_veiled(ev, v, salt, collect, &veiled),
	    ASSAY_OK, "written");
	T_INT(assay_record_write(ev, v, false, collect, &plain), ASSAY_OK,
	    "and plain");
	T_OK(holds(&plain, "alice.smith"), "which names her");
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		T_OK(!holds(&veiled, gone[i]), gone[i]);
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		T_OK(holds(&veiled, there[i]), there[i]);
	T_INT(assay_record_write_veiled(ev, v, salt, collect, &again),
	    ASSAY_OK, "once more");
	T_SPAN(((struct assay_span){ again.room, again.len }),
	    ((struct assay_span){ veiled.room, veiled.len }), "the same");
	T_INT(assay_record_replay(&back, (struct assay_span){ veiled.room,
	    veiled.len }, NULL, &why), ASSAY_OK, "read again");
	T_INT(assay_oracle_trace(&trace, (struct assay_span){ veiled.room,
	    veiled.len }), ASSAY_OK, "with its answers");
	w = judge(back, &trace);
	T_INT(w->disposition, v->disposition, "the same verdict");
	compare(ev, back);
	assay_eval_free(back);
	assay_oracle_free(&trace);
	assay_oracle_free(&zone);
	assay_eval_free(ev);
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/authres_out.h"

#include "test/t.h"
#include "wire/authres.h"

#define DOMAIN(s) ((struct domain){ SPAN(s) })

static struct assay_eval ev;

static void
start(void)
{
	arena_free(&ev.arena);
	ev = (struct assay_eval){ .session.receiver = SPAN("mx.us.example"),
		.session.mail_from = SPAN("a@ex.example") };
	arena_init(&ev.arena, 1 << 20);
	if (assay_addr_parse(&ev.session.client, SPAN("2001:db8::9")) !=
	    ASSAY_OK)
		T_OK(false, "address");
}

static void
test_nothing(void)
{
	start();
	T_SPAN(authres_out(&ev), SPAN("mx.us.example;\r\n\tspf=none;"
	    "\r\n\tdkim=none;\r\n\tdmarc=none"), "nothing known");
	ev.session.receiver = SPAN_NONE;
	T_OK(span_starts(authres_out(&ev), SPAN("localhost;\r\n")),
	    "no receiver name");
}

static void
test_full(void)
{
	static struct sig_facts f[3];
	static struct sig_outcome s[3];
	const struct sig_facts facts[3] = {
		{ .d = DOMAIN("ex.example"), .identity = DOMAIN("a.ex.example"),
		  .selector = DOMAIN("s1._x"), .alg_text = SPAN("rsa-sha256"),
		  .b_text = SPAN("AbCdEf/hIJ") },
		{ .d = DOMAIN("ex.example"), .selector = DOMAIN("s2"),
		  .alg_text = SPAN("ed25519-sha256"),
		  .b_text = SPAN("AbCdEf/hij") },
		{ .flaw = ASSAY_R_NO_CLIENT_ADDRESS },
	};
	const struct sig_outcome outcomes[3] = {
		{ .result = ASSAY_PASS, .sig = &f[0] },
		{ .result = ASSAY_FAIL, .sig = &f[1] },
		{ .result = ASSAY_PERMERROR, .sig = &f[2],
		  .reason = ASSAY_R_NO_CLIENT_ADDRESS },
	};

	/* test_readable() looks at them again */
	memcpy(f, facts, sizeof(f));
	memcpy(s, outcomes, sizeof(s));
	start();
	ev.out = (struct outcome){
		.iprev.result = ASSAY_PASS,
		.spf = { .result = ASSAY_PASS,
		    .domain = DOMAIN("ex.example") },
		.helo = { .result = ASSAY_SOFTFAIL,
		    .domain = DOMAIN("mail.ex.example") },
		.dkim = { .sig = s, .n_sig = 3 },
		.arc = { .result = ASSAY_PASS, .oldest_pass = 2 },
		.dmarc = { .result = ASSAY_FAIL, .policy = POLICY_REJECT,
		    .n_author = 1,
		    .author[0].domain = DOMAIN("ex.example") } };
	T_SPAN(authres_out(&ev), SPAN("mx.us.example;"
	    "\r\n\tiprev=pass policy.iprev=\"2001:db8::9\";"
	    "\r\n\tspf=pass smtp.mailfrom=ex.example;"
	    "\r\n\tspf=softfail smtp.helo=mail.ex.example;"
	    "\r\n\tdkim=pass header.d=ex.example header.i=@a.ex.example"
	    " header.s=s1._x\r\n\theader.a=rsa-sha256"
	    " header.b=\"AbCdEf/hI\";"
	    "\r\n\tdkim=fail header.d=ex.example header.s=s2"
	    " header.a=ed25519-sha256\r\n\theader.b=\"AbCdEf/hi\";"
	    "\r\n\tdkim=permerror reason=no-client-address;"
	    "\r\n\tarc=pass header.oldest-pass=2;"
	    "\r\n\tdmarc=fail policy.dmarc=reject header.from=ex.example"),
	    "everything");
}

static void
test_null_path(void)
{
	start();
	ev.session.mail_from = SPAN("");
	ev.out.spf = ev.out.helo = (struct spf_outcome){ .result = ASSAY_PASS,
		.domain = DOMAIN("mail.ex.example") };
	T_OK(span_starts(authres_out(&ev), SPAN("mx.us.example;\r\n\tspf=pass"
	    " smtp.helo=mail.ex.example;\r\n\tdkim=none")),
	    "null reverse-path: the HELO identity, once");
}

/* RFC 8601 2.2: what we write can be read, line by line short. */
static void
test_readable(void)
{
	struct authres ar;
	struct span s, line;

	test_full();
	s = authres_out(&ev);
	T_OK(authres_parse(&ar, s, &ev.arena), "parses");
	T_INT(ar.n_result, 8, "as many results");
	while (s.len > 0) {
		line = span_cut(&s, '\n');
		if (line.len > 72)
			T_OK(false, "line too long");
	}
}

int
main(void)
{
	test_nothing();
	test_full();
	test_null_path();
	test_readable();
	arena_free(&ev.arena);
	return t_done();
}

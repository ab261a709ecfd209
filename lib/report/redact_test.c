/* SPDX-License-Identifier: Apache-2.0 */
#include "report/redact.h"

#include "test/t.h"

/* In the expectation "{a@b}" stands for the token of a@b. */
static const struct {
	const char *label, *in, *out;
} cases[] = {
	{ "plain", "To: a.b+c@x.test", "To: {a.b+c@x.test}@x.test" },
	{ "case", "A.B@X.Test a.b@x.test.",
	    "{a.b@x.test}@X.Test {a.b@x.test}@x.test." },
	{ "in angles", "Bob <bob@x.test>, <eve@x.test>",
	    "Bob <{bob@x.test}@x.test>, <{eve@x.test}@x.test>" },
	{ "quoted", "\"bo b\"@x.test", "{bo b@x.test}@x.test" },
	{ "quoted, as it need not be", "\"bob\"@x.test",
	    "{bob@x.test}@x.test" },
	{ "a quote in quotes", "\"b\\\"ob\"@x.test",
	    "{b\\\"ob@x.test}@x.test" },
	{ "a quote that was not opened", "<bob\"@x.test>",
	    "<{bob\"@x.test}@x.test>" },
	{ "a quote of prose", "'bob@x.test'", "'{bob@x.test}@x.test'" },
	{ "Received", "for <bob@x.test>; Thu, 1 Jan",
	    "for <{bob@x.test}@x.test>; Thu, 1 Jan" },
	{ "results", "spf=fail smtp.mailfrom=bob@x.test; dkim=pass header.i"
	    "=@x.test", "spf=fail smtp.mailfrom={bob@x.test}@x.test; "
	    "dkim=pass header.i=@x.test" },
	{ "signature", "d=x.test; i=bob@x.test",
	    "d=x.test; i={bob@x.test}@x.test" },
	{ "somebody called like a property", "to@x.test",
	    "{to@x.test}@x.test" },
	{ "SRS", "<SRS0=hh=tt=y.test=bob@x.test>",
	    "<{SRS0=hh=tt=y.test=bob@x.test}@x.test>" },
	{ "percent hack", "a%40b@x.test", "{a@b}%40{b@x.test}@x.test" },
	{ "URL", "https://x.test/u?e=bob%40y.test&k=1",
	    "hxxps://x.test/u?e={bob@y.test}%40y.test&k=1" },
	{ "URL with a port", "<http://x.test:8080/u/bob@y.test>",
	    "<hxxp://x.test:8080/u/{bob@y.test}@y.test>" },
	{ "user in a URL", "http://bob@x.test/",
	    "hxxp://{bob@x.test}@x.test/" },
	{ "mailto", "mailto:bob@x.test?subject=a",
	    "mailto:{bob@x.test}@x.test?subject=a" },
	{ "X.400", "/S=bob/@x.test", "{/S=bob/@x.test}@x.test" },
	{ "UTF-8", "\xc3\xa4@x.test", "{\xc3\xa4@x.test}@x.test" },
	{ "no local part", "@x.test a @ b", "@x.test a @ b" },
	{ "encoded-word", "=?utf-8?Q?bob=40x.test?= <bob@x.test>",
	    "hidden <{bob@x.test}@x.test>" },
	{ "encoded-word, base64", "=?utf-8?B?Ym9iQHgudGVzdA==?=", "hidden" },
	{ "encoded-word without", "=?utf-8?Q?b=C3=A4?= x",
	    "=?utf-8?Q?b=C3=A4?= x" },
	{ "encoded-word as a local part", "=?utf-8?Q?bob?=@x.test",
	    "hidden@x.test" },
	{ "many", "a@b@c@d", "{a@b}@{b@c}@{c@d}@d" },
	{ "schemes", "HTTP://x https%3A//y http;//z xhttps:", "HxxP://x "
	    "hxxps%3A//y http;//z xhxxps:" },
	{ "nothing", "", "" },
};

static const struct redact hide = { .locals = true, .key = { 1, 2, 3 } };
static const struct redact show = { .locals = false, .key = { 1, 2, 3 } };

static void
expand(struct buf *out, struct span s)
{
	while (s.len > 0) {
		struct span rest, local;

		buf_put(out, span_cut(&s, '{'));
		if (s.len == 0)
			return;
		rest = span_cut(&s, '}');
		local = span_head(rest, span_rfind(rest, '@'));
		redact_token(out, local, span_skip(rest, local.len + 1),
		    &hide);
	}
}

int
main(void)
{
	ROOM(got_room, 1000);
	ROOM(want_room, 1000);
	struct buf b = BUF_ON(got_room), small = { .ptr = want_room,
	    .cap = 10 };
	struct redact other = { .locals = true };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf got = BUF_ON(got_room), want = BUF_ON(want_room);

		redact_put(&got, assay_cstr(cases[i].in), &hide);
		expand(&want, assay_cstr(cases[i].out));
		T_SPAN(buf_span(&got), buf_span(&want), cases[i].label);
	}
	redact_token(&b, SPAN("Bob"), SPAN("x.test"), &hide);
	/* Python: base64.b32encode(hmac.new(key, b"bob\0x.test", "sha256")
	 * .digest()[:10]).lower() */
	T_SPAN(buf_span(&b), SPAN("5ar5hy2stcob5vsb"), "HMAC-SHA256");
	redact_token(&b, SPAN("bob"), SPAN("x.test"), &other);
	T_OK(b.len == 32 && !span_eq(span_head(buf_span(&b), 16),
	    span_skip(buf_span(&b), 16)), "another key, another token");
	b.len = 0;
	redact_put(&b, SPAN("bob@x.test =?utf-8?Q?=40?= http://x"), &show);
	T_SPAN(buf_span(&b), SPAN("bob@x.test =?utf-8?Q?=40?= hxxp://x"),
	    "nothing hidden, but defanged");
	redact_put(&small, SPAN("bob@x.test"), &hide);
	T_OK(small.full && small.len <= 10, "no room");
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/authres.h"

#include "base/limits.h"
#include "test/t.h"

/* One line that says all that was read: id/version; then each result as
 * method/version=result(reason)[ptype.property=value,...]. */
static struct span
print(const struct authres *ar, struct arena *a)
{
	struct buf b = arena_buf(a, 4096);

	buf_put(&b, ar->authserv_id);
	buf_str(&b, "/");
	buf_u64(&b, ar->version);
	for (size_t i = 0; i < ar->n_result; i++) {
		const struct authres_result *r = &ar->result[i];
		buf_str(&b, "|");
		buf_put(&b, r->method);
		buf_str(&b, r->version == 1 ? "=" : "/?=");
		buf_put(&b, r->result);
		if (!span_absent(r->reason)) {
			buf_str(&b, "{");
			buf_put(&b, r->reason);
			buf_str(&b, "}");
		}
		for (size_t k = 0; k < r->n_prop; k++) {
			buf_str(&b, " ");
			buf_put(&b, r->prop[k].ptype);
			buf_str(&b, ".");
			buf_put(&b, r->prop[k].property);
			buf_str(&b, "=");
			buf_put(&b, r->prop[k].value);
		}
	}
	if (ar->none)
		buf_str(&b, "|none");
	return arena_done(a, &b);
}

static const struct {
	const char *label, *input, *want;	/* want NULL: unparsable */
} reads[] = {
	{ "none", "example.org 1; none", "example.org/1|none" },
	{ "none in capitals", "example.org; NONE", "example.org/1|none" },
	{ "RFC 8601 B.3", "example.com;\r\n spf=pass smtp.mailfrom="
	    "example.net", "example.com/1|spf=pass smtp.mailfrom="
	    "example.net" },
	{ "RFC 8601 B.6", "example.com;\r\n\tdkim=pass reason=\"good signature"
	    "\"\r\n\theader.i=@mail-router.example.net;\r\n\tdkim=fail reason="
	    "\"bad signature\" header.i=@newyork.example.com", "example.com/1"
	    "|dkim=pass{good signature} header.i=@mail-router.example.net"
	    "|dkim=fail{bad signature} header.i=@newyork.example.com" },
	{ "RFC 8601 B.7, comments everywhere", "foo.example.net (foobar) 1 "
	    "(baz);\r\n    dkim (Because I like it) / 1 (One yay) = (wait for "
	    "it) fail\r\n      policy (A dot can go here) . (like that) expired"
	    "\r\n      (this surprised me) = (as I wasn't expecting it) "
	    "1362471462", "foo.example.net/1|dkim=fail policy.expired="
	    "1362471462" },
	{ "a comment is never data", "a.example (; dkim=pass); spf=fail "
	    "(smtp.mailfrom=x)", "a.example/1|spf=fail" },
	{ "quoted id", "\"victim.example\" 1; none", "victim.example/1|none" },
	{ "escapes in quotes", "a; x=y p.q=\"a\\\"; dkim=pass\"",
	    "a/1|x=y p.q=a\"; dkim=pass" },
	{ "quoted local part", "a; auth=pass smtp.auth=\"a b\"@c.example",
	    "a/1|auth=pass smtp.auth=\"a b\"@c.example" },
	{ "unknown words are kept", "a; foo=bar x-y.z-1=v", "a/1|foo=bar "
	    "x-y.z-1=v" },
	{ "method version", "a; dkim/2=pass", "a/1|dkim/?=pass" },
	{ "final ;", "a; spf=pass;", "a/1|spf=pass" },
	{ "unquoted base64 and address", "a; dkim=pass header.b=a/b+c=; "
	    "spf=pass smtp.mailfrom=<x@y>", "a/1|dkim=pass header.b=a/b+c="
	    "|spf=pass smtp.mailfrom=<x@y>" },
	{ "no ptype", "a; dmarc=pass action=none header.from=b",
	    "a/1|dmarc=pass .action=none header.from=b" },
	{ "empty quoted value", "a; x=y p.q=\"\"", "a/1|x=y p.q=" },
	{ "UTF-8 id", "b\xc3\xbc" "cher.example; none",
	    "b\xc3\xbc" "cher.example/1|none" },
	{ "version 2 stops the reader", "a 2; !!!", "a/2" },
	{ "nothing behind the id", "example.org", NULL },
	{ "only ;", "example.org;", NULL },
	{ "no id", "; spf=pass", NULL },
	{ "no id, as one large provider writes", "spf=pass (x) smtp.mailfrom="
	    "a; dkim=none", NULL },
	{ "id folded in two", "victim\r\n .example; spf=pass", NULL },
	{ "junk behind a quoted id", "\"a\"b; none", NULL },
	{ "open comment", "a (; none", NULL },
	{ "deep comment", "a ((((((((((())))))))))); none", NULL },
	{ "open quote", "a; x=y p.q=\"b", NULL },
	{ "no result", "a; dkim=; spf=pass", NULL },
	{ "result behind none", "a; none; spf=pass", NULL },
	{ "none behind a result", "a; spf=pass; none", NULL },
	{ "two ;", "a;; spf=pass", NULL },
	{ "huge version", "a 99999999999999999999; none", NULL },
	{ "empty", "", NULL },
	{ "control in quotes", "a; x=y p.q=\"\x01\"", NULL },
};

static void
test_read(void)
{
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		struct arena a;
		struct authres ar;
		bool ok;

		arena_init(&a, 1 << 20);
		ok = authres_parse(&ar, assay_cstr(reads[i].input), &a);
		T_SPAN(ok ? print(&ar, &a) : SPAN_NONE,
		    assay_cstr(reads[i].want), reads[i].label);
		arena_free(&a);
	}
}

static void
test_limits(void)
{
	static uint8_t room[64000];
	struct buf b = BUF_ON(room);
	struct arena a;
	struct authres ar;

	arena_init(&a, 1 << 20);
	buf_str(&b, "a");
	for (unsigned i = 0; i < LIMIT_AUTHRES_RESULTS; i++)
		buf_str(&b, ";a=b c.d=e");
	T_OK(authres_parse(&ar, buf_span(&b), &a), "as many results as may");
	T_INT(ar.n_result, LIMIT_AUTHRES_RESULTS, "all of them");
	buf_str(&b, ";a=b");
	T_OK(!authres_parse(&ar, buf_span(&b), &a), "one more");
	b.len = 0;
	buf_str(&b, "a;b=c");
	for (unsigned i = 0; i <= LIMIT_AUTHRES_PROPS; i++)
		buf_str(&b, " c.d=e");
	T_OK(!authres_parse(&ar, buf_span(&b), &a), "too many properties");
	T_OK(!authres_parse(&ar, SPAN("a\0b; none"), &a), "NUL in the id");
	T_OK(!authres_parse(&ar, SPAN("a (\0); none"), &a),
	    "NUL in a comment");
	arena_free(&a);
}

static const struct {
	const char *label, *input, *want;	/* "!": unparsable */
} receivers[] = {
	{ "RFC 7208 9.1", "pass (mybox.example.org: domain of\r\n "
	    "myname@example.com designates 192.0.2.1 as permitted sender)\r\n"
	    " receiver=mybox.example.org; client-ip=192.0.2.1;\r\n "
	    "envelope-from=\"myname@example.com\"; helo=foo.example.com;",
	    "mybox.example.org" },
	{ "quoted, last", "fail identity=helo; RECEIVER=\"mx.example\"",
	    "mx.example" },
	{ "none", "none client-ip=2001:db8::1", NULL },
	{ "bare", "neutral", NULL },
	{ "in a comment", "pass (receiver=mx.example) helo=a", NULL },
	{ "broken", "pass receiver mx.example", "!" },
};

static void
test_receiver(void)
{
	for (size_t i = 0; i < sizeof(receivers) / sizeof(receivers[0]); i++) {
		struct arena a;
		struct span got;

		arena_init(&a, 1 << 20);
		if (!received_spf_receiver(&got,
		    assay_cstr(receivers[i].input), &a))
			got = SPAN("!");
		T_SPAN(got, assay_cstr(receivers[i].want),
		    receivers[i].label);
		arena_free(&a);
	}
}

static const struct {
	const char *label, *id, *value, *want;
} writes[] = {
	{ "token", "mx.example", "a.example",
	    "mx.example;\r\n\tspf=pass smtp.mailfrom=a.example" },
	{ "address", "mx.example", "@a.example",
	    "mx.example;\r\n\tspf=pass smtp.mailfrom=@a.example" },
	{ "a comment begins", "mx.example", "legit.example(.attack.example",
	    "mx.example;\r\n\tspf=pass smtp.mailfrom=\"legit.example"
	    "(.attack.example\"" },
	{ "quote and backslash", "mx", "a\"\\;",
	    "mx;\r\n\tspf=pass smtp.mailfrom=\"a\\\"\\\\;\"" },
	{ "CR LF", "mx", "a\r\nX: y", "mx;\r\n\tspf=pass" },
	{ "8 bit", "mx", "\xc3\xbc.example", "mx;\r\n\tspf=pass" },
	{ "absent", "mx", NULL, "mx;\r\n\tspf=pass" },
	{ "empty", "mx", "", "mx;\r\n\tspf=pass smtp.mailfrom=\"\"" },
	{ "id with a space", "a b", "c",
	    "\"a b\";\r\n\tspf=pass smtp.mailfrom=c" },
	{ "id with LF", "a\nb", "c", "invalid;\r\n\tspf=pass smtp.mailfrom=c" },
	{ "id like an address", "a@b", "c",
	    "\"a@b\";\r\n\tspf=pass smtp.mailfrom=c" },
	{ "IPv6", "mx", "2001:db8::1",
	    "mx;\r\n\tspf=pass smtp.mailfrom=\"2001:db8::1\"" },
};

static void
test_write(void)
{
	uint8_t room[2000];

	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		struct buf b = BUF_ON(room);
		struct authres_writer w;

		authres_begin(&w, &b, assay_cstr(writes[i].id));
		authres_method(&w, SPAN("spf"), SPAN("pass"));
		(void)authres_prop(&w, SPAN("smtp"), SPAN("mailfrom"),
		    assay_cstr(writes[i].value));
		authres_end(&w);
		T_SPAN(buf_span(&b), assay_cstr(writes[i].want),
		    writes[i].label);
	}
}

static void
test_write_rest(void)
{
	uint8_t room[2000];
	struct buf b = BUF_ON(room);
	struct authres_writer w;
	static uint8_t big[LIMIT_AUTHRES_VALUE + 1];

	authres_begin(&w, &b, SPAN("mx"));
	authres_end(&w);
	T_SPAN(buf_span(&b), SPAN("mx; none"), "nothing to say");
	b.len = 0;
	authres_begin(&w, &b, SPAN("mx"));
	authres_method(&w, SPAN("dkim"), SPAN("fail"));
	T_OK(authres_reason(&w, SPAN("a@b")), "a reason is a value");
	memset(big, 'a', sizeof(big));
	T_OK(!authres_prop(&w, SPAN("header"), SPAN("d"),
	    (struct span){ big, sizeof(big) }), "too long is left out");
	T_OK(authres_prop(&w, SPAN("header"), SPAN("d"),
	    (struct span){ big, 70 }), "long goes on its own line");
	T_OK(span_starts(buf_span(&b), SPAN("mx;\r\n\tdkim=fail reason=\"a@b\""
	    "\r\n\theader.d=aaa")), "folded before it");
}

int
main(void)
{
	test_read();
	test_limits();
	test_receiver();
	test_write();
	test_write_rest();
	return t_done();
}

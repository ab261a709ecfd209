/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/address.h"

#include "base/limits.h"
#include "test/t.h"

/* want: every mailbox as mailbox_print, joined by spaces; NULL: refused. */
static const struct {
	const char *label;
	struct span in;
	const char *want;
	enum address_error error;
} cases[] = {
	{ "bare", SPAN_INIT("user@example.com"), "user@example.com", 0 },
	{ "angle", SPAN_INIT(" <user@example.com > "), "user@example.com", 0 },
	{ "phrase", SPAN_INIT("Joe Q. Public <joe@x.test>"), "joe@x.test", 0 },
	{ "quoted", SPAN_INIT("\"Mandel, Bob\" <joe@joe.com>"), "joe@joe.com",
	    0 },
	{ "escaped quotes", SPAN_INIT("\"Giant; \\\"Big\\\" Box\" <a@x.test>"),
	    "a@x.test", 0 },
	{ "two", SPAN_INIT("a@x.test, B <b@y.test>"), "a@x.test b@y.test", 0 },
	{ "RFC 5322 A.1.3 group", SPAN_INIT("A Group:Ed Jones <c@a.test>,"
	    "joe@where.test,John <jdoe@one.test>;"),
	    "c@a.test joe@where.test jdoe@one.test", 0 },
	{ "empty group", SPAN_INIT("Undisclosed recipients:;"), "", 0 },
	{ "RFC 5322 A.5 comments", SPAN_INIT("Pete(A nice \\) chap) "
	    "<pete(his account)@silly.test(his host)>"),
	    "pete@silly.test", 0 },
	{ "A.5 group with comments", SPAN_INIT("A Group(Some people)\r\n     "
	    ":Chris Jones <c@(Chris's host.)public.example>,\r\n   "
	    "joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); "
	    "(the end of the group)"),
	    "c@public.example joe@example.org jdoe@one.test", 0 },
	{ "A.6.1 obsolete",
	    SPAN_INIT("Joe Q. Public <john.q.public@example.com>"),
	    "john.q.public@example.com", 0 },
	{ "A.6.1 routes and empty places", SPAN_INIT("Mary Smith <@node.test:"
	    "mary@example.net>, , jdoe@test  . example"),
	    "mary@example.net jdoe@test.example", 0 },
	{ "A.6.3 white space", SPAN_INIT("John Doe <jdoe@machine(comment).  "
	    "example>"), "jdoe@machine.example", 0 },
	{ "spaced local-part", SPAN_INIT("john . doe @ x.test"),
	    "john.doe@x.test", 0 },
	{ "obs local-part", SPAN_INIT("a.\"b c\".d@x.test"),
	    "\"a.b c.d\"@x.test", 0 },
	{ "comment only", SPAN_INIT("(,) joe@joe.com"), "joe@joe.com", 0 },
	{ "empty group places", SPAN_INIT("g:,a@x.test,,;"), "a@x.test", 0 },
	{ "literal", SPAN_INIT("a@[192.0.2.1]"), "a@[192.0.2.1]", 0 },
	{ "literal with FWS", SPAN_INIT("a@[ 192.0.2.1 ]"), "a@[192.0.2.1]",
	    0 },
	{ "UTF-8", SPAN_INIT("J\xc3\xb6rg <j\xc3\xb6@b\xc3\xbc" "cher.test>"),
	    "j\xc3\xb6@xn--bcher-kva.test", 0 },
	{ "Latin-1 phrase", SPAN_INIT("J\xf6rg <j@x.test>"), "j@x.test", 0 },
	{ "encoded word", SPAN_INIT("=?utf-8?Q?J=C3=B6rg?= <j@x.test>"),
	    "j@x.test", 0 },
	{ "quoted display that is an address",
	    SPAN_INIT("\"admin@legit.example\" <x@attack.example>"),
	    "x@attack.example", 0 },
	{ "comment in local-part",
	    SPAN_INIT("admin(x@legit.example)@attack.example"),
	    "admin@attack.example", 0 },
	{ "comments around", SPAN_INIT("(a)<x@attack.example>(b)"),
	    "x@attack.example", 0 },
	{ "A11", SPAN_INIT("<@attack.example,@any.com:admin@legit.example>"),
	    "admin@legit.example", 0 },
	{ "A9", SPAN_INIT("<first@attack.example>, <admin@legit.example>"),
	    "first@attack.example admin@legit.example", 0 },
	{ "A13a", SPAN_INIT("admin@legit.example,<second@attack.example>"),
	    "admin@legit.example second@attack.example", 0 },
	{ "A10: phrase without address",
	    SPAN_INIT("=?utf-8?B?PGFkbWluQGxlZ2l0LmV4YW1wbGU+?=, "
	    "<second@attack.example>"), NULL, ADDRESS_NO_AT },
	{ "A10: only a phrase",
	    SPAN_INIT("=?utf-8?B?PGFkbWluQGxlZ2l0LmV4YW1wbGU+?="), NULL,
	    ADDRESS_NO_AT },
	{ "A12", SPAN_INIT("<admin@legit.example>\\,<second@attack.example>"),
	    NULL, ADDRESS_TRAILING },
	{ "A13b", SPAN_INIT("<any@attack.example>admin@legit.example"), NULL,
	    ADDRESS_TRAILING },
	{ "B1", SPAN_INIT("admin@legit.example\xe2\x80\x80"), NULL,
	    ADDRESS_BAD_DOMAIN },
	{ "soft hyphen", SPAN_INIT("admin@le\xc2\xadgit.example"), NULL,
	    ADDRESS_BAD_DOMAIN },
	{ "bidi in local-part", SPAN_INIT("<\xe2\x80\xaemoc@x.test>"), NULL,
	    ADDRESS_UTF8 },
	{ "two @", SPAN_INIT("admin@test.example\xff@test2.example"), NULL,
	    ADDRESS_BAD_DOMAIN },
	{ "NUL in address", SPAN_INIT("<a\0@x.test>"), NULL, ADDRESS_ANGLE },
	{ "NUL in phrase", SPAN_INIT("a\0b <a@x.test>"), NULL,
	    ADDRESS_CONTROL },
	{ "NUL in quotes", SPAN_INIT("\"a\0b\" <a@x.test>"), NULL,
	    ADDRESS_CONTROL },
	{ "NUL in comment", SPAN_INIT("(a\0b) a@x.test"), NULL,
	    ADDRESS_CONTROL },
	{ "bare LF", SPAN_INIT("a@x.test,\nb@y.test"), NULL, ADDRESS_CONTROL },
	{ "bare CR", SPAN_INIT("a@x.test,\r b@y.test"), NULL, ADDRESS_CONTROL },
	{ "open quote", SPAN_INIT("\"Joe <a@x.test>"), NULL, ADDRESS_QUOTE },
	{ "open comment", SPAN_INIT("a@x.test (b"), NULL, ADDRESS_COMMENT },
	{ "closed comment alone", SPAN_INIT("a@x.test )"), NULL,
	    ADDRESS_TRAILING },
	{ "open angle", SPAN_INIT("Joe <a@x.test"), NULL, ADDRESS_ANGLE },
	{ "empty angle", SPAN_INIT("Joe <>"), NULL, ADDRESS_ANGLE },
	{ "double angle", SPAN_INIT("<<a@x.test>>"), NULL, ADDRESS_ANGLE },
	{ "unquoted @ in phrase", SPAN_INIT("a@x.test <a@x.test>"), NULL,
	    ADDRESS_TRAILING },
	{ "no domain", SPAN_INIT("a@"), NULL, ADDRESS_NO_DOMAIN },
	{ "final dot", SPAN_INIT("a@x.test."), NULL, ADDRESS_NO_DOMAIN },
	{ "empty label", SPAN_INIT("a@x..test"), NULL, ADDRESS_NO_DOMAIN },
	{ "no local-part", SPAN_INIT("@x.test"), NULL, ADDRESS_LOCAL },
	{ "two dots", SPAN_INIT("a..b@x.test"), NULL, ADDRESS_LOCAL },
	{ "dot first", SPAN_INIT(".a@x.test"), NULL, ADDRESS_LOCAL },
	{ "two words", SPAN_INIT("a b@x.test"), NULL, ADDRESS_LOCAL },
	{ "empty", SPAN_INIT(""), NULL, ADDRESS_NO_AT },
	{ "commas", SPAN_INIT(" , ,"), NULL, ADDRESS_NO_AT },
	{ "only a comment", SPAN_INIT("(a@x.test)"), NULL, ADDRESS_NO_AT },
	{ "quoted text", SPAN_INIT("\"Test 1.1.5\""), NULL, ADDRESS_NO_AT },
	{ "group not closed", SPAN_INIT("g: a@x.test"), NULL,
	    ADDRESS_TRAILING },
	{ "group in group", SPAN_INIT("g: h: a@x.test;;"), NULL, ADDRESS_JUNK },
	{ "text behind group", SPAN_INIT("g: a@x.test; b"), NULL,
	    ADDRESS_TRAILING },
	{ "semicolon", SPAN_INIT("a@x.test;"), NULL, ADDRESS_TRAILING },
	{ "encoded word in address", SPAN_INIT("<=?utf-8?Q?a?=@=?b?=>"), NULL,
	    ADDRESS_BAD_DOMAIN },
	{ "route without colon", SPAN_INIT("<@a.test,b@c.test>"), NULL,
	    ADDRESS_ANGLE },
	{ "script", SPAN_INIT("<script>@x.test"), NULL, ADDRESS_ANGLE },
	{ "backslash", SPAN_INIT("a\\@x.test"), NULL, ADDRESS_JUNK },
};

static void
one(struct arena *a, size_t i)
{
	struct address_list l;
	bool ok = address_list_parse(&l, cases[i].in, a);
	uint8_t room[300];
	struct buf b = BUF_ON(room);

	T_OK(ok == (cases[i].want != NULL), cases[i].label);
	T_INT(l.error, cases[i].error, cases[i].label);
	for (size_t k = 0; k < l.n; k++) {
		buf_str(&b, k > 0 ? " " : "");
		buf_put(&b, mailbox_print(&l.box[k], a));
	}
	if (cases[i].want != NULL)
		T_SPAN(buf_span(&b), assay_cstr(cases[i].want),
		    cases[i].label);
}

static void
limits(struct arena *a)
{
	struct buf b = arena_buf(a, 1 << 20);
	struct address_list l;

	for (unsigned i = 0; i < LIMIT_COMMENT_DEPTH; i++)
		buf_byte(&b, '(');
	for (unsigned i = 0; i < LIMIT_COMMENT_DEPTH; i++)
		buf_byte(&b, ')');
	buf_str(&b, "a@x.test");
	T_OK(address_list_parse(&l, buf_span(&b), a), "comments, 10 deep");
	b.len = 0;
	for (unsigned i = 0; i < 200000; i++)
		buf_byte(&b, '(');
	T_OK(!address_list_parse(&l, buf_span(&b), a) &&
	    l.error == ADDRESS_COMMENT, "200,000 open comments");
	b.len = 0;
	for (unsigned i = 0; i < LIMIT_MAILBOXES; i++)
		buf_str(&b, "a@x.test,");
	T_OK(address_list_parse(&l, buf_span(&b), a) &&
	    l.n == LIMIT_MAILBOXES, "500 mailboxes");
	buf_str(&b, "a@x.test,");
	T_OK(!address_list_parse(&l, buf_span(&b), a) &&
	    l.error == ADDRESS_TOO_MANY && l.n == 0, "501 mailboxes");
	b.len = 0;
	for (unsigned i = 0; i < LIMIT_LOCAL_PART + 1; i++)
		buf_byte(&b, 'a');
	buf_str(&b, "@x.test");
	T_OK(!address_list_parse(&l, buf_span(&b), a) &&
	    l.error == ADDRESS_LOCAL, "long local-part");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 8 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		one(&a, i);
	limits(&a);
	arena_free(&a);
	return t_done();
}

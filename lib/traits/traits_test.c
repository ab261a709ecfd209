/* SPDX-License-Identifier: Apache-2.0 */
/* One field, or two, and what a trait makes of them. */
#include "traits/traits.h"

#include "test/t.h"

static const uint8_t key[16] = { 7 };
static struct arena arena;

static struct span
s(const char *text)
{
	return text == NULL ? SPAN_NONE :
	    (struct span){ (const uint8_t *)text, strlen(text) };
}

static struct traits
read_in(struct traits_in in)
{
	struct traits t;

	if (!traits_read(&t, &in, key, &arena))
		T_OK(false, "memory");
	return t;
}

static struct traits
read_one(const char *header, const char *body)
{
	return read_in((struct traits_in){ .header = s(header),
	    .body = s(body) });
}

/* The text of a trait; of many, with spaces between. */
static struct span
text_of(const struct traits *t, enum trait trait)
{
	const struct trait_values *m = &t->many[trait];
	struct buf b;

	if (trait_info(trait)->kind != TRAIT_MANY)
		return t->one[trait].text;
	if (m->n == 0)
		return SPAN_NONE;
	b = arena_buf(&arena, 20000);
	for (size_t i = 0; i < m->n; i++) {
		if (i > 0)
			buf_byte(&b, ' ');
		buf_put(&b, m->value[i].text);
	}
	return arena_done(&arena, &b);
}

/* ---- header -------------------------------------------------------------- */

struct header_case {
	enum trait trait;
	const char *header, *want;	/* NULL: there is none */
};

static const struct header_case headers[] = {
	{ TRAIT_MESSAGE_ID_DOMAIN, "Message-ID: <a@mx.Example.CO.UK>\r\n",
	    "example.co.uk" },
	{ TRAIT_MESSAGE_ID_DOMAIN, "Message-ID: <a@laptop>\r\n", "a" },
	{ TRAIT_MESSAGE_ID_DOMAIN, "Message-ID: <a>\r\n", NULL },
	{ TRAIT_MESSAGE_ID_DOMAIN, "Subject: x\r\n", NULL },
	{ TRAIT_MESSAGE_ID_SHAPE,
	    "Message-ID: <f5dac58d-2001-7e38-1cfa-7a2c6936e4d3@x>\r\n",
	    "h8-h4-h4-h4-h12" },
	{ TRAIT_MESSAGE_ID_SHAPE, "Message-ID: <20240102.2.GA17@x>\r\n",
	    "d8.d1.w" },
	{ TRAIT_MESSAGE_ID_SHAPE, "Message-ID: <DB7PR04MB12A.zQ@x>\r\n",
	    "w.m" },
	{ TRAIT_MESSAGE_ID_SHAPE, "Message-ID: <CAA1b2C3d4E5f6G7h8I9j0K1l2M3"
	    "n4o5p6q7R8s9T0u1v2W3x4=y+z_Q@mail.gmail.com>\r\n", "CA+m" },
	{ TRAIT_MESSAGE_ID_SHAPE, "Message-ID: <----....@x>\r\n", "--" },
	{ TRAIT_MAILER, "User-Agent: Mozilla/5.0 (X11; Linux)\r\n"
	    " Gecko/20100101 Thunderbird/60.7.1\r\n", "thunderbird" },
	{ TRAIT_MAILER, "X-Mailer: Apple Mail (2.3445)\r\n", "apple" },
	{ TRAIT_MAILER, "X-Mailer: git-send-email 2.1\r\n",
	    "git-send-email" },
	{ TRAIT_MAILER_VERSION, "X-Mailer: git-send-email 2.1\r\n",
	    "git-send-email 2.1" },
	{ TRAIT_MAILER_VERSION, "X-Mailer: a\xff\tb\r\n", "a\\xff\\x09b" },
	{ TRAIT_MAILER, "X-Mailer:\r\n", NULL },
	{ TRAIT_TIME_ZONE, "Date: Mon, 1 Jan 2024 10:00:00 -0730\r\n",
	    "-0730" },
	{ TRAIT_TIME_ZONE, "Date: Mon, 1 Jan 2024 10:00:00 GMT\r\n", "GMT" },
	{ TRAIT_TIME_ZONE, "Date: Mon, 1 Jan 2024 10:00:00\r\n", NULL },
	{ TRAIT_TIME_ZONE, "Date: yesterday\r\n", NULL },
	{ TRAIT_DATE_SHAPE, "Date: Mon, 1 Jan 2024 10:00:00 +0000 (UTC)\r\n",
	    "paren a, 9 a 9 9:9:9 +9 (a" },
	{ TRAIT_DATE_SHAPE, "Date: 1 Jan 2024 10:00 +0000\r\n",
	    "9 a 9 9:9 +9" },
	{ TRAIT_FIELD_ORDER, "To: a@b\r\nX-Y: z\r\nFROM: a@b\r\nDate: x\r\n",
	    "to from date" },
	{ TRAIT_FIELD_CASE, "Message-Id: <a@b>\r\nMime-Version: 1.0\r\n"
	    "Content-type: text/plain\r\nFrom: a@b\r\n",
	    "Message-Id Mime-Version Content-type" },
	{ TRAIT_HEADER_NAMES, "From: a@b\r\nX-Priority: 3\r\n"
	    "X-Spam-Status: No\r\nx-priority: 1\r\nThread-Index: x\r\n"
	    "X-Google-Smtp-Source: y\r\nLines: 3\r\nLinesman: 3\r\n",
	    "x-priority thread-index linesman" },
	{ TRAIT_CONTENT_TYPE, "Content-Type: TEXT/Plain; charset=X\r\n",
	    "text/plain" },
	{ TRAIT_CONTENT_TYPE, "From: a@b\r\n", NULL },
	{ TRAIT_CHARSET, "Content-Type: text/plain;\r\n charset=\"UTF-8\"\r\n",
	    "utf-8" },
	{ TRAIT_FORMAT, "Content-Type: text/plain; format=Flowed\r\n",
	    "flowed" },
	{ TRAIT_BOUNDARY_SHAPE,
	    "Content-Type: multipart/mixed; boundary=\"--=_P_123.9\"\r\n",
	    "--w_d3.d1" },
	{ TRAIT_TRANSFER_ENCODING, "Content-Transfer-Encoding: 8BIT\r\n",
	    "8bit" },
	{ TRAIT_FROM_SHAPE, "From: Ann Lee <a@b.example>\r\n", "Aa Aa" },
	{ TRAIT_FROM_SHAPE, "From: \"Lee, Ann\" <a@b.example>\r\n",
	    "qAa, Aa" },
	{ TRAIT_FROM_SHAPE, "From: =?UTF-8?q?=C3=84nn?= <a@b.example>\r\n",
	    "UTF-8?q" },
	{ TRAIT_FROM_SHAPE, "From: a@b.example\r\n", NULL },
	{ TRAIT_DISPLAY_NAME, "From: =?UTF-8?q?=C3=84NN?= <a@b.example>\r\n",
	    "\xc3\x84nn" },
	{ TRAIT_DISPLAY_NAME, "From: \"Lee, Ann\" <a@b.example>\r\n",
	    "lee, ann" },
	{ TRAIT_DISPLAY_NAME, "From: <a@b.example>\r\n", NULL },
	{ TRAIT_SUBJECT_PREFIX, "Subject: RE: x\r\n", "re" },
	{ TRAIT_SUBJECT_PREFIX, "Subject: Aw: [list] x\r\n", "aw[]" },
	{ TRAIT_SUBJECT_PREFIX, "Subject: [PATCH 1/2] x\r\n", "[]" },
	{ TRAIT_SUBJECT_PREFIX, "Subject: Report: x\r\n", "new" },
	{ TRAIT_SUBJECT_PREFIX, "To: x\r\n", "none" },
	{ TRAIT_REPLY_TO, "From: a@b.example\r\nReply-To: A@b.example\r\n",
	    "same" },
	{ TRAIT_REPLY_TO, "From: a@b.example\r\nReply-To: a@x.c.test\r\n",
	    "c.test" },
	{ TRAIT_REPLY_TO, "From: a@b.example\r\n", NULL },
	{ TRAIT_RECIPIENTS, "From: a@b.example\r\n"
	    "To: \"x@y.example\" <B@c.example>, a@b.example\r\n"
	    "Cc: b@c.example, g:d@e.example;\r\n",
	    "b@c.example d@e.example" },
	{ TRAIT_RECIPIENTS, "To: <<< junk b@c.example @@ .. (\r\n",
	    "b@c.example" },
	{ TRAIT_RECIPIENT_COUNT, "To: a@b.example, c@d.example\r\n"
	    "Cc: e@f.example\r\n", "2" },
	{ TRAIT_RECIPIENT_COUNT, "To: undisclosed-recipients:;\r\n", "0" },
	{ TRAIT_HOPS, "From: a@b\r\n", "0" },
	{ TRAIT_HOPS, "Received: by a\r\nReceived: by b\r\n", "2" },
	{ TRAIT_FIRST_SERVER, "Received: by a.example\r\n"
	    "Received: from me ([192.0.2.1]) by out.b.example with ESMTPSA\r\n",
	    "b.example" },
	{ TRAIT_FIRST_SERVER, "Received: by 2002:a05:6402:: with SMTP; x\r\n",
	    "[ip6]" },
	{ TRAIT_ORIGIN_NET, "Received: from me ([192.0.2.1]) by b.example\r\n",
	    "192.0.0.0/16" },
	{ TRAIT_ORIGIN_NET, "Received: from me ([10.0.2.1]) by b.example\r\n",
	    "private" },
	{ TRAIT_ORIGIN_NET,
	    "Received: from me ([IPv6:2001:db8:1::2]) by b.example\r\n",
	    "2001:db8::/32" },
	{ TRAIT_ORIGIN_NET, "Received: by b.example\r\n", NULL },
	{ TRAIT_ORIGIN_HELO, "Received: from DESKTOP-12AB (x [192.0.2.1])\r\n"
	    "\tby b.example\r\n", "A-9A" },
	{ TRAIT_ORIGIN_HELO, "Received: from [10.1.2.3] (x [192.0.2.1])\r\n"
	    "\tby b.example\r\n", "[ip4]" },
	{ TRAIT_ORIGIN_HELO, "Received: from pc.lan.example.org by b\r\n",
	    "example.org" },
	{ TRAIT_DKIM_DOMAINS, "DKIM-Signature: v=1; d=b.example; s=k2\r\n"
	    "DKIM-Signature: v=1; d=mail.A.example;\r\n\ts=k1\r\n"
	    "DKIM-Signature: v=1; d=a.example; s=k1\r\n",
	    "a.example,b.example" },
	{ TRAIT_DKIM_SELECTORS, "DKIM-Signature: v=1; d=b.example; s=k2\r\n"
	    "DKIM-Signature: v=1; d=a.example; s=k1\r\n", "k1,k2" },
	{ TRAIT_DKIM_DOMAINS, "DKIM-Signature: garbage\r\n", NULL },
	/* what another server claims is not read */
	{ TRAIT_AUTH, "Authentication-Results: x; dkim=pass; dmarc=pass\r\n",
	    "dmarc=- dkim=- spf=-" },
};

static void
test_headers(void)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		const struct header_case *c = &headers[i];
		struct traits t = read_one(c->header, "");

		T_SPAN(text_of(&t, c->trait), s(c->want), c->header);
		arena_reset(&arena);
	}
}

/* ---- body ---------------------------------------------------------------- */

struct body_case {
	enum trait trait;
	const char *header, *body, *want;
};

#define PLAIN "Content-Type: text/plain\r\n"
#define QP "Content-Type: text/plain\r\n" \
	"Content-Transfer-Encoding: quoted-printable\r\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"
#define PAGE "Content-Type: text/html\r\n"

static const struct body_case bodies[] = {
	{ TRAIT_GREETING, PLAIN, "Hi Ann,\r\n\r\ntext\r\n", "hi" },
	{ TRAIT_GREETING, PLAIN, "> quoted\n\nHello\n", "hello" },
	{ TRAIT_GREETING, PLAIN, "On Monday Bo <b@c.example> wrote:\n> x\n"
	    "Dear all,\n", "dear" },
	{ TRAIT_GREETING, PLAIN, "a line that is far too long for somebody "
	    "to be greeted\n", NULL },
	{ TRAIT_GREETING, PLAIN, "", NULL },
	{ TRAIT_SIGN_OFF, PLAIN, "text\n\nBest regards,\nAnn\n",
	    "best regards," },
	{ TRAIT_SIGN_OFF, PLAIN, "text\n-- \nAnn\n", "--" },
	{ TRAIT_SIGN_OFF, PLAIN, "text\n______\n", NULL },
	{ TRAIT_SIGN_OFF, QP, "text\r\nViele Gr=C3=BC=C3=9Fe\r\n",
	    "viele gr\xc3\xbc\xc3\x9f" "e" },
	{ TRAIT_ATTRIBUTION, PLAIN,
	    "On 1/2/24 3:04 PM, Ann Lee wrote:\n> x\n",
	    "A 9/9/9 9:9 A," },
	{ TRAIT_ATTRIBUTION, PLAIN, "Am 1. Mai, Bo:\n> x\n", "A 9. A, A:" },
	{ TRAIT_ATTRIBUTION, PLAIN, "see this:\nx\n", NULL },
	{ TRAIT_LENGTH, PLAIN, "12345678", "4" },
	{ TRAIT_LENGTH, PLAIN, "", "0" },
	{ TRAIT_LINKS, PLAIN, "see https://www.Example.co.uk/x and "
	    "HTTP://a.b.test:80/ ftp://c.example xhttp://d.example "
	    "https://", "example.co.uk b.test d.example" },
	{ TRAIT_LINKS, QP, "https://www.exam=\r\nple.org/", "example.org" },
	{ TRAIT_LINKS, PLAIN "Content-Transfer-Encoding: base64\r\n",
	    "aHR0cHM6Ly9hLnRlc3QvCg==\r\n", "a.test" },
	{ TRAIT_LINKS, PLAIN, "https://192.0.2.1/", "9.9.9.9" },
	{ TRAIT_LINK_COUNT, PLAIN, "http://a.test http://b.test http://c.a.test"
	    " http://d.test", "2" },
	{ TRAIT_HTML, PLAIN, "<html>", "no" },
	{ TRAIT_HTML, PAGE, "x", "yes" },
	{ TRAIT_GREETING, PAGE, "<html><head><title>no</title></head>"
	    "<style>b{}</style><body>\n<p>Moin,<br>x", "moin" },
	{ TRAIT_MIME_TREE, MIXED, "--b\r\n\r\nhi\r\n--b\r\n"
	    "Content-Type: multipart/alternative; boundary=c\r\n\r\n"
	    "--c\r\nContent-Type: text/html\r\n\r\nx\r\n--c--\r\n--b\r\n"
	    "Content-Type: image/PNG; name=x.png\r\n\r\n\r\n--b--\r\n",
	    "multipart/mixed text/plain multipart/alternative text/html "
	    "image/png" },
	{ TRAIT_ATTACHMENTS, MIXED, "--b\n\nhi\n--b\n"
	    "Content-Disposition: attachment;\n filename=\"a.b.PDF\"\n\n\n--b\n"
	    "Content-Type: x/y; name=noext\n\n--b\n"
	    "Content-Disposition: inline; filename*=UTF-8''b%2Epdf\n\n--b--\n",
	    "pdf (none)" },
	{ TRAIT_GREETING, MIXED, "preamble\n--b\n\nhi\n--b--\nepilogue\n",
	    "hi" },
	{ TRAIT_LINKS, MIXED, "http://before.test\n--b\n\nhi\n--b--\n"
	    "http://behind.test", NULL },
};

static void
test_bodies(void)
{
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		const struct body_case *c = &bodies[i];
		struct traits t = read_one(c->header, c->body);

		T_SPAN(text_of(&t, c->trait), s(c->want), c->body);
		arena_reset(&arena);
	}
}

/* ---- who ----------------------------------------------------------------- */

struct who_case {
	const char *header, *from, *sender;
	enum mail_class mail_class;
};

static const struct who_case people[] = {
	{ "From: Ann <Ann@Mail.Example.org>\r\n", "ann@mail.example.org",
	    "ann@mail.example.org", MAIL_DIRECT },
	{ "From: \"ann@good.example\" <bo@bad.example>\r\n",
	    "bo@bad.example", "bo@bad.example", MAIL_DIRECT },
	{ "From: ann@good.example <bo@bad.example>\r\n",
	    "ann@good.example", "ann@good.example", MAIL_DIRECT },
	{ "From: nobody\r\n", NULL, NULL, MAIL_DIRECT },
	{ "From:\r\n", NULL, NULL, MAIL_DIRECT },
	{ "To: a@b.example\r\n", NULL, NULL, MAIL_DIRECT },
	{ "From: a@b.example\r\nList-Id: X <x.l.example>\r\n"
	    "List-Unsubscribe: <https://l.example/u>\r\n", "a@b.example",
	    "a@b.example", MAIL_LIST },
	{ "From: a@b.example\r\nList-Unsubscribe: <https://l.example/u>\r\n",
	    "a@b.example", "a@b.example", MAIL_BULK },
	{ "From: a@b.example\r\nList-Id: <n.l.example>\r\nFeedback-ID: x\r\n"
	    "List-Unsubscribe: <https://l.example/u>\r\n",
	    "a@b.example", "a@b.example", MAIL_BULK },
	{ "From: a@b.example\r\nPrecedence: bulk\r\n", "a@b.example",
	    "a@b.example", MAIL_BULK },
	{ "From: a@b.example\r\nPrecedence: list\r\n", "a@b.example",
	    "a@b.example", MAIL_LIST },
	{ "From: a@b.example\r\nAuto-Submitted: auto-replied\r\n",
	    "a@b.example", "a@b.example", MAIL_AUTO },
	{ "From: a@b.example\r\nAuto-Submitted: no\r\n", "a@b.example",
	    "a@b.example", MAIL_DIRECT },
	{ "From: a@b.example\r\nContent-Type: multipart/report; boundary=x\r\n",
	    "a@b.example", "a@b.example", MAIL_AUTO },
	/* a list that rewrites From, three ways of telling so */
	{ "From: 'Ann' via X <x@l.example>\r\nTo: x@l.example\r\n"
	    "Reply-To: Ann <ann@b.example>\r\n", "x@l.example",
	    "ann@b.example", MAIL_LIST },
	{ "From: Ann <x@l.example>\r\nList-Id: <x.l.example>\r\n"
	    "X-Original-From: Ann <ann@b.example>\r\n", "x@l.example",
	    "ann@b.example", MAIL_LIST },
	{ "From: Ann <x@l.example>\r\nList-Post: <mailto:X@l.example>\r\n"
	    "Reply-To: x@l.example, ann@b.example\r\n", "x@l.example",
	    "ann@b.example", MAIL_LIST },
	/* a stolen account that names somebody else to be judged by */
	{ "From: Ann <ann@b.example>\r\nList-Id: <x.l.example>\r\n"
	    "Reply-To: evil@c.example\r\n", "ann@b.example",
	    "ann@b.example", MAIL_LIST },
	{ "From: Ann via X <ann@b.example>\r\nTo: x@l.example\r\n"
	    "Reply-To: evil@c.example\r\n", "ann@b.example",
	    "ann@b.example", MAIL_DIRECT },
};

static void
test_people(void)
{
	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		const struct who_case *c = &people[i];
		struct traits t = read_one(c->header, "");

		T_SPAN(t.from, s(c->from), c->header);
		T_SPAN(t.sender, s(c->sender), "... its sender");
		T_OK(t.mail_class == c->mail_class, "... its class");
		T_OK(t.munged == !span_eq(t.from, t.sender),
		    "... seen through");
		arena_reset(&arena);
	}
}

int
main(void)
{
	arena_init(&arena, 16u << 20);
	test_headers();
	test_bodies();
	test_people();
	arena_free(&arena);
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A header, and whose message it is. */
#include "test/traits_fixture.h"

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
	{ "From: a@b.example\r\nPrecedence: bulk\r\n"
	    "List-Subscribe: <mailto:x+subscribe@l.example>\r\n",
	    "a@b.example", "a@b.example", MAIL_LIST },
	{ "From: a@b.example\r\nPrecedence: bulk\r\n"
	    "X-Mailing-List: x@l.example\r\n", "a@b.example", "a@b.example",
	    MAIL_LIST },
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
	arena_init(&arena, 64u << 20);
	test_people();
	arena_free(&arena);
	return t_done();
}

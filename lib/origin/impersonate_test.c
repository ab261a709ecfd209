/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/freemail.h"
#include "origin/impersonate.h"

#include "test/t.h"

static const struct span own[] = { SPAN_INIT("bank.example"),
	SPAN_INIT("bank.test") };
static const struct span person[] = {
	SPAN_INIT("Erika Mustermann <erika@home.example>"),
	SPAN_INIT("J\xc3\xbcrgen M\xc3\xb6ller") };
static const struct span name[] = { SPAN_INIT("Example Bank"),
	SPAN_INIT("EB") };

/* The words of a finding: reason:level, and :shown if there is one. */
static const struct {
	const char *label, *header, *want;
} cases[] = {
	{ "honest", "From: Bob Miller <bob@firm.example>\r\n", "" },
	{ "no name", "From: bob@firm.example\r\n", "" },
	{ "no From", "To: bob@firm.example\r\n", "" },
	{ "its own address as a name",
	  "From: \"bob@firm.example\" <bob@firm.example>\r\n", "" },
	{ "another address as a name",
	  "From: \"ceo@other.example\" <bob@firm.example>\r\n",
	  "shows-other-address:30:other.example " },
	{ "another address, encoded",
	  "From: =?utf-8?q?ceo=40other.example?= <bob@firm.example>\r\n",
	  "shows-other-address:45:other.example " },
	{ "an address of ours",
	  "From: \"erika@bank.example\" <x@firm.example>\r\n",
	  "shows-own-address:70:bank.example " },
	{ "an address of ours below",
	  "From: \"e@mail.bank.test\" <x@firm.example>\r\n",
	  "shows-own-address:70:mail.bank.test " },
	{ "an address of ours from us",
	  "From: \"erika@bank.example\" <x@bank.example>\r\n", "" },
	{ "a colleague from outside",
	  "From: Erika Mustermann <erika@firm.example>\r\n",
	  "shows-person:50 " },
	{ "... of a provider for everybody",
	  "From: \"Mustermann, Erika\" <ceo77@gmail.com>\r\n",
	  "shows-person:60 " },
	{ "... from her home", "From: Erika Mustermann "
	  "<Erika@Home.example>\r\n", "" },
	{ "... from us", "From: Erika Mustermann <e@bank.example>\r\n", "" },
	{ "... with initials", "From: E. Mustermann <e@firm.example>\r\n",
	  "shows-person-roughly:20 " },
	{ "... and a title", "From: \"Erika Mustermann, CEO\" "
	  "<e@web.de>\r\n", "shows-person-roughly:30 " },
	{ "... in another alphabet", "From: =?utf-8?b?"
	  "RXLRlmvQsCBNdXN0ZXJtYW5u?= <e@firm.example>\r\n",
	  "name-in-disguise:40 shows-person:50 " },
	{ "... with an umlaut written out",
	  "From: Juergen Moeller <x@firm.example>\r\n", "shows-person:50 " },
	{ "a namesake in part", "From: Erika Muster <e@firm.example>\r\n",
	  "" },
	{ "our name", "From: Example Bank Support <x@firm.example>\r\n",
	  "shows-own-name:50 " },
	{ "our name at a provider", "From: \"ExampleBank\" <x@gmx.de>\r\n",
	  "shows-own-name:65 " },
	{ "our name from us", "From: Example Bank <x@bank.example>\r\n", "" },
	{ "two letters are no name", "From: EB <x@firm.example>\r\n", "" },
	{ "our domain as a name",
	  "From: \"www.Bank.Example\" <x@firm.example>\r\n",
	  "shows-own-name:50 " },
	{ "a domain that ends like ours",
	  "From: \"notbank.example\" <x@firm.example>\r\n", "" },
	{ "a domain that begins like ours",
	  "From: \"bank.example.org\" <x@firm.example>\r\n",
	  "lookalike-shown:40:bank.example " },
	{ "blanks push it away", "From: \"Bob          \" "
	  "<bob@firm.example>\r\n", "address-pushed-away:50 " },
	{ "... of another kind", "From: =?utf-8?q?Bob"
	  "=C2=A0=E3=80=80=C2=A0=E3=80=80=C2=A0=E3=80=80=C2=A0=E3=80=80"
	  "x?= <bob@firm.example>\r\n", "address-pushed-away:50 " },
	{ "... by folding", "From: Bob\r\n <bob@firm.example>\r\n", "" },
	{ "characters not shown", "From: =?utf-8?q?Bob=E2=80=AE?= "
	  "<bob@firm.example>\r\n", "name-hides-characters:20 " },
	{ "letters in a dress", "From: =?utf-8?b?8J2QjvCdkKHwnZCy?= "
	  "<bob@firm.example>\r\n", "name-in-disguise:20 " },
	{ "two authors of two domains",
	  "From: a@one.example, b@two.example\r\n",
	  "shows-several-addresses:30 " },
	{ "two authors of one", "From: a@one.example, b@one.example\r\n",
	  "" },

	{ "answers to itself", "From: a@one.example\r\n"
	  "Reply-To: b@one.example\r\n", "" },
	{ "answers below itself", "From: a@one.example\r\n"
	  "Reply-To: b@mail.one.example\r\n", "" },
	{ "answers elsewhere", "From: a@one.example\r\n"
	  "Reply-To: b@two.example\r\n", "reply-to-other:5:two.example " },
	{ "answers to a provider for everybody", "From: a@one.example\r\n"
	  "Reply-To: b@gmail.com\r\n", "reply-to-freemail:30:gmail.com " },
	{ "answers from one provider to another", "From: a@gmail.com\r\n"
	  "Reply-To: b@outlook.com\r\n", "reply-to-other:15:outlook.com " },
	{ "answers to another account", "From: a@gmail.com\r\n"
	  "Reply-To: b@gmail.com\r\n", "reply-to-other:15 " },
	{ "answers to the same account", "From: a@gmail.com\r\n"
	  "Reply-To: A@gmail.com\r\n", "" },
	{ "answers that leave us", "From: a@bank.example\r\n"
	  "Reply-To: b@two.example\r\n", "reply-to-leaves:40:two.example " },
	{ "answers that leave us for a provider",
	  "From: a@bank.example\r\nReply-To: b@proton.me\r\n",
	  "reply-to-leaves:60:proton.me " },
	{ "a form on our site: answers to us", "From: a@one.example\r\n"
	  "Reply-To: b@bank.example\r\n", "" },
	{ "a Reply-To that is none", "From: a@one.example\r\n"
	  "Reply-To: gibberish\r\n", "" },

	{ "a list: answers to it", "From: a@one.example\r\n"
	  "Reply-To: list@lists.example\r\n"
	  "List-Post: <mailto:list@lists.example>\r\n", "" },
	{ "a list by its name", "From: a@one.example\r\n"
	  "Reply-To: list@lists.example\r\n"
	  "List-Id: A list <dev.lists.example>\r\n", "" },
	{ "a list elsewhere", "From: a@one.example\r\n"
	  "Reply-To: list@lists.example\r\n"
	  "List-Id: A list <dev.notlists.example>\r\n",
	  "reply-to-other:5:lists.example " },
	{ "a provider for everybody is no list", "From: a@one.example\r\n"
	  "Reply-To: ceo@gmail.com\r\n"
	  "List-Id: A list <dev.gmail.com>\r\n",
	  "reply-to-freemail:30:gmail.com " },
	{ "a list writes for a colleague, answers to her",
	  "From: Erika Mustermann via Dev <dev@lists.example>\r\n"
	  "Reply-To: erika@bank.example\r\n", "name-by-list:0 " },
	{ "... to her at home",
	  "From: Erika Mustermann via Dev <dev@lists.example>\r\n"
	  "Reply-To: erika@home.example\r\n",
	  "name-by-list:0 reply-to-other:5:home.example " },
	{ "... to somebody else",
	  "From: Erika Mustermann via Dev <dev@lists.example>\r\n"
	  "Reply-To: erika@evil.example\r\n",
	  "shows-person:50 reply-to-other:5:evil.example " },
	{ "... to somebody else as well",
	  "From: Erika Mustermann via Dev <dev@lists.example>\r\n"
	  "Reply-To: erika@bank.example, erika@evil.example\r\n",
	  "shows-person:50 reply-to-other:5:evil.example " },
	{ "... to nobody",
	  "From: Erika Mustermann via Dev <dev@lists.example>\r\n",
	  "shows-person:50 " },
	{ "a list writes for a stranger at a provider for everybody",
	  "From: Bob via Dev <dev@lists.example>\r\n"
	  "Reply-To: bob@gmail.com\r\nList-Id: <dev.lists.example>\r\n",
	  "reply-to-other:5:gmail.com " },
	{ "... without a list", "From: Bob via Dev <dev@lists.example>\r\n"
	  "Reply-To: bob@gmail.com\r\nList-Id: <dev.other.example>\r\n",
	  "reply-to-freemail:30:gmail.com " },
	{ "a list shows the address of who wrote",
	  "From: \"bob@firm.example via Dev\" <dev@lists.example>\r\n"
	  "Reply-To: bob@firm.example\r\n",
	  "reply-to-other:5:firm.example " },
};

static void
print(struct buf *b, const struct facts *f)
{
	for (size_t i = 0; i < f->n_guise; i++) {
		const struct guise *g = &f->guise[i];

		buf_str(b, assay_reason_text(g->reason)->name);
		buf_str(b, ":");
		buf_u64(b, g->level);
		if (!domain_absent(g->shown)) {
			buf_str(b, ":");
			buf_put(b, g->shown.name);
		}
		buf_str(b, " ");
	}
}

static void
read(struct facts *f, struct impersonate_in *in, struct span text,
    struct arena *a)
{
	struct header h;

	*f = (struct facts){ .fields = 0 };
	T_OK(header_parse(&h, text, 100, a), "a header");
	in->header = &h;
	impersonate_read(f, in, a);
}

static void
test_cases(struct impersonate_in *in, struct arena *a)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ROOM(room, 1000);
		struct buf b = BUF_ON(room);
		struct facts f;
		struct span text = assay_cstr(cases[i].header);

		read(&f, in, text, a);
		print(&b, &f);
		T_SPAN(buf_span(&b), assay_cstr(cases[i].want),
		    cases[i].label);
		for (size_t k = 0; k < f.n_guise; k++)
			T_OK(f.guise[k].place.at + f.guise[k].place.len <=
			    text.len && f.guise[k].place.len > 0,
			    "its place");
	}
}

/* What others know: the profile of the sender, and look-alikes. */
static void
test_inputs(struct impersonate_in *in, struct arena *a)
{
	static const struct domain usual[] = {
		{ SPAN_INIT("one.example") }, { SPAN_INIT("desk.example") } };
	static const struct {
		const char *label, *to, *want;
		bool known;
	} inputs[] = {
		{ "as ever", "b@desk.example",
		  "reply-to-other:5:desk.example ", true },
		{ "below what is usual", "b@eu.desk.example",
		  "reply-to-other:5:eu.desk.example ", true },
		{ "switched", "b@two.example", "reply-to-switched:40:"
		  "two.example reply-to-other:5:two.example ", true },
		{ "switched to us", "b@bank.example", "", true },
		{ "nothing known", "b@two.example",
		  "reply-to-other:5:two.example ", false },
		{ "looks like us", "b@bank.example.org", "reply-to-alike:60:"
		  "bank.example reply-to-other:5:bank.example.org ", false },
	};

	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		char text[200];
		ROOM(room, 1000);
		struct buf b = BUF_ON(room);
		struct facts f;

		(void)snprintf(text, sizeof(text), "From: a@one.example\r\n"
		    "Reply-To: %s\r\n", inputs[i].to);
		in->usual_reply = usual;
		in->n_usual_reply = inputs[i].known ? 2 : 0;
		read(&f, in, assay_cstr(text), a);
		print(&b, &f);
		T_SPAN(buf_span(&b), assay_cstr(inputs[i].want),
		    inputs[i].label);
	}
	in->n_usual_reply = 0;
}

static void
test_details(struct impersonate_in *in, struct arena *a)
{
	struct facts f;

	read(&f, in, SPAN("From: =?utf-8?q?Erika_=22M=22_Mustermann?= "
	    "<e@evil.example>\r\n"), a);
	T_INT(f.n_guise, 1, "one finding");
	T_SPAN(f.guise[0].detail, SPAN("\"Erika \"M\" Mustermann\" is read "
	    "as Erika Mustermann"), "in words");
	read(&f, in, SPAN("From: \"a@b.example\x1b[2J\" "
	    "<e@evil.example>\r\n"), a);
	for (size_t i = 0; i < f.n_guise; i++)
		for (size_t k = 0; k < f.guise[i].detail.len; k++)
			T_OK(span_at(f.guise[i].detail, k) >= 0x20 &&
			    span_at(f.guise[i].detail, k) < 0x7f, "safe");
}

static void
test_sum(void)
{
	T_INT(impersonate_sum(0, 0), 0, "nothing");
	T_INT(impersonate_sum(0, 50), 50, "one");
	T_INT(impersonate_sum(50, 50), 75, "two");
	T_INT(impersonate_sum(100, 5), 100, "all");
	for (unsigned a = 0; a <= 100; a++)
		for (unsigned b = 0; b <= 100; b++)
			if (impersonate_sum(a, b) < a ||
			    impersonate_sum(a, b) < b ||
			    impersonate_sum(a, b) > 100)
				T_OK(false, "a finding more never lowers");
}

static void
test_freemail(void)
{
	static const char *const yes[] = { "gmail.com", "yahoo.co.jp",
		"hotmail.de", "outlook.com", "yahoo.com.br" };
	static const char *const no[] = { "mail.gmail.com", "yahoo.example",
		"gmail.com.evil.example", "live.evil.example", "com" };

	for (size_t i = 0; i < 5; i++) {
		T_OK(is_freemail((struct domain){ assay_cstr(yes[i]) }),
		    yes[i]);
		T_OK(!is_freemail((struct domain){ assay_cstr(no[i]) }),
		    no[i]);
	}
}

int
main(void)
{
	struct assay_options o = { .own_domain = own, .n_own_domain = 2,
		.person = person, .n_person = 2, .own_name = name,
		.n_own_name = 2 };
	struct ours ours;
	struct impersonate_in in = { .ours = &ours };
	struct arena a;

	arena_init(&a, 4 << 20);
	T_OK(ours_make(&ours, &o, &a), "what is ours");
	test_cases(&in, &a);
	test_inputs(&in, &a);
	test_details(&in, &a);
	test_sum();
	test_freemail();
	arena_free(&a);
	return t_done();
}

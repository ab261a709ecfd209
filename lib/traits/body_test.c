/* SPDX-License-Identifier: Apache-2.0 */
/* A body, and what a trait makes of it by a quick look. */
#include "test/traits_fixture.h"

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
	{ TRAIT_LINKS, PLAIN, "https://192.0.2.1/", "192.0.2.1" },
	{ TRAIT_LINK_COUNT, PLAIN, "http://a.test http://b.test http://c.a.test"
	    " http://d.test", "2" },
	{ TRAIT_POSTING, PLAIN, "x\n", "nothing quoted" },
	{ TRAIT_POSTING, PLAIN, "yes\n\nBo wrote:\n> x\n> y\n", "above" },
	{ TRAIT_POSTING, PLAIN, "Bo wrote:\n> x\n\nyes\n", "below" },
	{ TRAIT_POSTING, PLAIN, "Bo wrote:\n> x\nyes\n> y\nno\n",
	    "between" },
	{ TRAIT_POSTING, PLAIN, "yes\n\nFrom: Bo\nSent: x\n\nhi\n",
	    "above a whole message" },
	{ TRAIT_POSTING, PLAIN, "> x\n", "nothing of its own" },
	{ TRAIT_QUOTED, PLAIN, "a\n> b\n> c\n> d\n", "6" },
	{ TRAIT_OWN_LENGTH, PLAIN, "1234\n> 12345678901234567890\n", "3" },
	{ TRAIT_WRAP, PLAIN,
	    "a line that was wrapped by hand because it is long, aa\n"
	    "a line that was wrapped by hand because it is long, aab\n"
	    "a line that was wrapped by hand because it is long, aabb\n",
	    "56" },
	{ TRAIT_WRAP, PLAIN, "one line that is much longer than what anybody "
	    "would wrap by hand, as programs that leave it to the reader "
	    "write it\n", "0" },
	{ TRAIT_WRAP, PLAIN, "short\n", NULL },
	{ TRAIT_DOUBLE_SPACE, PLAIN, "One.  Two.  Three. Four\n", "two" },
	{ TRAIT_DOUBLE_SPACE, PLAIN, "One. Two. Three. 4\n", "one" },
	{ TRAIT_SIG_DELIMITER, PLAIN, "x\n-- \nAnn\n", "dashes and space" },
	{ TRAIT_SIG_DELIMITER, PLAIN, "x\r\n--\r\nAnn\r\n", "dashes" },
	{ TRAIT_SIGNATURE, PLAIN, "x\n-- \nAnn Lee\n+49 30 1\n\n> q\n",
	    "Ann Lee / +49 30 1" },
	{ TRAIT_SCRIPT, PLAIN, "caf\xc3\xa9\n", "latin marked" },
	{ TRAIT_LANGUAGE, PLAIN, "This is the text for you and that of it\n",
	    "en" },
	{ TRAIT_LANGUAGE, PLAIN, "das ist nicht die Rechnung, und wir\n",
	    "de" },
	{ TRAIT_LANGUAGE, PLAIN, "the und\n", NULL },
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

/* Linear, whatever is repeated: a quarter of a megabyte of each takes no
 * time that anybody notices, or the test does not end in its time. */
static void
test_hostile(void)
{
	static const struct { const char *header, *again; } cases[] = {
		{ PLAIN, "--\n" }, { PLAIN, "-- \r\n" }, { PLAIN, "\n>" },
		{ PLAIN, "x:\n>\n" }, { PLAIN, "From:\nx\n" },
		{ PLAIN, ". " }, { PLAIN, "http://" },
		{ PLAIN, "http://a.b.c.d.e/" }, { PLAIN, "\xff" },
		{ PLAIN, "-----Original Message-----\n" },
		{ MIXED, "--b\n" }, { MIXED, "--b--\n" },
		{ MIXED, "--b\nContent-Type: multipart/x; boundary=c\n\n" },
		{ MIXED, "--b\nContent-Type: a/b; name=x.y\n\n" },
		{ PAGE, "<" }, { PAGE, "<style>" }, { PAGE, "<head><" },
		{ PAGE, "<br>" }, { PAGE, "</style" },
		{ QP, "=" }, { QP, "=\n" }, { "", "" } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = arena_buf(&arena, 300000);
		struct traits t;

		for (size_t n = 0; n < 270000 && cases[i].again[0] != '\0';
		    n += strlen(cases[i].again))
			buf_str(&b, cases[i].again);
		t = read_in((struct traits_in){ .header = s(cases[i].header),
		    .body = buf_span(&b) });
		T_OK(t.many[TRAIT_LINKS].n <= 64 &&
		    t.many[TRAIT_ATTACHMENTS].n <= 64, cases[i].again);
		arena_reset(&arena);
	}
}

int
main(void)
{
	arena_init(&arena, 64u << 20);
	test_bodies();
	test_hostile();
	arena_free(&arena);
	return t_done();
}

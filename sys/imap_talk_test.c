/* SPDX-License-Identifier: Apache-2.0 */
#include "imap_talk.h"

#include "test/t.h"

/* ---- pieces: the same whatever comes at once ----------------------------- */

static const char talk[] =
    "* OK [UIDVALIDITY 7] ready\r\n"
    "* 3 FETCH (UID 9 BODY[] {11}\r\nab\r\na1 OK x FLAGS (\\Seen))\r\n"
    "* 4 FETCH (BODY[] {0}\r\n UID 10)\r\n"
    "a1 OK done\r\n";

static const struct { enum imap_kind kind; bool first; const char *text; }
    pieces[] = {
	{ IMAP_END, true, "* OK [UIDVALIDITY 7] ready" },
	{ IMAP_TEXT, true, "* 3 FETCH (UID 9 BODY[] " },
	{ IMAP_OCTETS, false, "ab\r\na1 OK x" },
	{ IMAP_END, false, " FLAGS (\\Seen))" },
	{ IMAP_TEXT, true, "* 4 FETCH (BODY[] " },
	{ IMAP_END, false, " UID 10)" },
	{ IMAP_END, true, "a1 OK done" },
};
enum { PIECES = sizeof(pieces) / sizeof(*pieces) };

static void
in_steps(size_t step)
{
	static struct imap_reader r;
	struct span all = { (const uint8_t *)talk, sizeof(talk) - 1 };
	struct span came;
	uint8_t room[64];
	struct buf octets = BUF_ON(room);
	struct imap_piece p;
	size_t n = 0;
	bool same = true;

	imap_start(&r);
	while (all.len > 0) {
		came = span_head(all, step);
		all = span_skip(all, step);
		while (imap_next(&r, &came, &p) != IMAP_MORE) {
			if (p.kind == IMAP_OCTETS) {
				buf_put(&octets, p.text);
				if (octets.len < 11)
					continue;
				p.text = buf_span(&octets);
			}
			same = same && n < PIECES &&
			    p.kind == pieces[n].kind &&
			    p.first == pieces[n].first &&
			    span_eq(p.text, assay_cstr(pieces[n].text));
			n++;
		}
	}
	T_OK(same && n == PIECES, "pieces, by any step");
}

static void
broken(void)
{
	static struct imap_reader r;
	static uint8_t x[IMAP_TEXT_MAX + 1];
	struct span came = { x, sizeof(x) };
	struct imap_piece p;

	memset(x, 'x', sizeof(x));
	imap_start(&r);
	T_INT(imap_next(&r, &came, &p), IMAP_BROKEN, "a line past its bound");
	/* lines of one response add up */
	imap_start(&r);
	for (size_t i = 0; i < 9; i++) {
		came = span_head((struct span){ x, sizeof(x) }, 2000);
		memcpy(x + 1994, " {0}\r\n", 6);
		if (imap_next(&r, &came, &p) == IMAP_BROKEN)
			break;
	}
	T_INT(p.kind, IMAP_BROKEN, "and many lines of one response");
}

/* ---- what a response says ------------------------------------------------ */

static void
answers(void)
{
	static const struct { const char *text; enum imap_status s; } t[] = {
		{ "a7 OK", IMAP_S_OK }, { "a7 ok fine", IMAP_S_OK },
		{ "a7 NO [X] y", IMAP_S_NO }, { "a7 BAD", IMAP_S_BAD },
		{ "a7 OKAY", IMAP_S_BAD }, { "a77 OK", IMAP_S_NONE },
		{ "* OK", IMAP_S_NONE }, { "a7", IMAP_S_NONE },
	};
	struct span words;
	uint32_t n = 0;

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++)
		T_INT(imap_answer(assay_cstr(t[i].text), SPAN("a7"), &words),
		    t[i].s, t[i].text);
	(void)imap_answer(SPAN("a7 NO no such"), SPAN("a7"), &words);
	T_SPAN(words, SPAN("no such"), "its words");
	T_OK(imap_uidvalidity(SPAN("* ok [uidvalidity 4294967295] x"), &n) &&
	    n == UINT32_MAX, "UIDVALIDITY");
	T_OK(!imap_uidvalidity(SPAN("* OK [UIDVALIDITY 0]"), &n) &&
	    !imap_uidvalidity(SPAN("* OK [UIDVALIDITY 4294967296]"), &n) &&
	    !imap_uidvalidity(SPAN("* OK UIDVALIDITY 7"), &n), "or none");
	T_OK(imap_exists(SPAN("* 12 EXISTS"), &n) && n == 12, "EXISTS");
	T_OK(!imap_exists(SPAN("* 12 RECENT"), &n), "or not");
}

static const struct {
	const char *text;
	enum imap_kind kind;
	bool good, literal, seen, sized;
	uint32_t uid;
	const char *body;
} fetches[] = {
	{ "* 3 FETCH (UID 9 RFC822.SIZE 5 FLAGS (\\Seen $x))", IMAP_END, true,
	    false, true, true, 9, NULL },
	{ "* 3 FETCH (FLAGS () UID 9)", IMAP_END, true, false, false, false,
	    9, NULL },
	{ "* 3 FETCH (UID 9 BODY[] ", IMAP_TEXT, true, true, false, false, 9,
	    NULL },
	{ "* 3 FETCH (BODY[] \"a\\\"b\" UID 9)", IMAP_END, true, false, false,
	    false, 9, "a\\\"b" },
	{ "* 3 FETCH (BODY[] NIL UID 9)", IMAP_END, true, false, false, false,
	    9, NULL },
	{ "* 3 FETCH (X-Y (a (b \")\") c) UID 9)", IMAP_END, true, false,
	    false, false, 9, NULL },
	{ "* 3 FETCH (X-NAME ", IMAP_TEXT, true, false, false, false, 0,
	    NULL },
	{ "* 3 FETCH (UID 9 BODY[] {5}", IMAP_END, false, false, false,
	    false, 9, NULL },
	{ "* 3 FETCH (UID 9", IMAP_END, false, false, false, false, 9, NULL },
	{ "* 3 FETCH (UID x)", IMAP_END, false, false, false, false, 0,
	    NULL },
	{ "* 3 FETCH (UID 0)", IMAP_END, false, false, false, false, 0,
	    NULL },
	{ "* 3 FETCH (BODY[] \"a)", IMAP_END, false, false, false, false, 0,
	    NULL },
	{ "* 3 FETCH (FLAGS ((((", IMAP_END, false, false, false, false, 0,
	    NULL },
	{ "* 3 EXPUNGE", IMAP_END, false, false, false, false, 0, NULL },
};

static void
fetch(void)
{
	for (size_t i = 0; i < sizeof(fetches) / sizeof(*fetches); i++) {
		struct imap_piece p = { .kind = fetches[i].kind,
			.first = true,
			.text = assay_cstr(fetches[i].text) };
		struct imap_fetch f;
		bool good = imap_fetch_read(&f, &p);

		T_OK(good == fetches[i].good && f.uid == fetches[i].uid,
		    fetches[i].text);
		if (!good)
			continue;
		T_OK(f.literal == fetches[i].literal &&
		    f.seen == fetches[i].seen && f.sized == fetches[i].sized,
		    "what it has");
		T_SPAN(f.text, fetches[i].body == NULL ? SPAN_NONE :
		    assay_cstr(fetches[i].body), "a body in quotes");
	}
}

/* ---- what we say --------------------------------------------------------- */

static const struct { const char *url, *user, *host, *port, *folder; }
    urls[] = {
	{ "imaps://d@h.example/INBOX", "d", "h.example", "", "INBOX" },
	{ "imap://d@x.example@h:143/a/b", "d@x.example", "h", "143", "a/b" },
	{ "IMAPS://d%40x@[::1]:1/a%20b%25", "d@x", "[::1]", "1", "a b%" },
	{ "imaps://d@[2001:db8::1]/I", "d", "[2001:db8::1]", "", "I" },
	{ "imaps://d:pw@h/I", NULL, NULL, NULL, NULL },
	{ "imaps://h/I", NULL, NULL, NULL, NULL },
	{ "imaps://@h/I", NULL, NULL, NULL, NULL },
	{ "imaps://d@h", NULL, NULL, NULL, NULL },
	{ "imaps://d@h/", NULL, NULL, NULL, NULL },
	{ "imaps://d@/I", NULL, NULL, NULL, NULL },
	{ "imaps://d@h:0/I", NULL, NULL, NULL, NULL },
	{ "imaps://d@h:65536/I", NULL, NULL, NULL, NULL },
	{ "imaps://d@h x/I", NULL, NULL, NULL, NULL },
	{ "imaps://d@[::1/I", NULL, NULL, NULL, NULL },
	{ "imaps://d@h/a%0d%0ab", NULL, NULL, NULL, NULL },
	{ "imaps://d@h/a%", NULL, NULL, NULL, NULL },
	{ "imaps://d@h/\xc3\xa4", NULL, NULL, NULL, NULL },
	{ "http://d@h/I", NULL, NULL, NULL, NULL },
};

static void
ours(void)
{
	uint8_t room[64];
	struct buf b = BUF_ON(room);
	struct imap_url u;
	const char *why;

	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		b = BUF_ON(room);
		T_OK(imap_url_read(&u, assay_cstr(urls[i].url), &b, &why) ==
		    (urls[i].user != NULL), urls[i].url);
		if (urls[i].user == NULL)
			continue;
		T_SPAN(u.user, assay_cstr(urls[i].user), "user");
		T_SPAN(u.host, assay_cstr(urls[i].host), "host");
		T_SPAN(u.port, assay_cstr(urls[i].port), "port");
		T_SPAN(u.folder, assay_cstr(urls[i].folder), "folder");
	}
	b = BUF_ON(room);
	T_OK(imap_quote(&b, SPAN("a \"b\\")), "quoted");
	T_SPAN(buf_span(&b), SPAN("\"a \\\"b\\\\\""), "as it must be");
	T_OK(!imap_quote(&b, SPAN("a\r\nb")), "no line end");
}

int
main(void)
{
	for (size_t step = 1; step < sizeof(talk); step++)
		in_steps(step);
	broken();
	answers();
	fetch();
	ours();
	return t_done();
}

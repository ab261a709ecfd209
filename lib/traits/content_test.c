/* SPDX-License-Identifier: Apache-2.0 */
/* What lib/content/ found, written down by hand, and its traits. */
#include "content/content.h"
#include "test/traits_fixture.h"

static struct content_link
link_to(enum content_link_kind kind, const char *url)
{
	struct content_link l = { .kind = kind };

	if (!url_read(&l.url, s(url), NULL, &arena))
		T_OK(false, url);
	return l;
}

static struct traits
with(const struct content *c)
{
	return read_in((struct traits_in){ .header = SPAN("From: a@b.test\n"),
	    .content = c });
}

static void
test_links(void)
{
	struct content_link link[] = {
		link_to(CONTENT_LINK_ANCHOR, "https://x.b.test/a/b?c=d"),
		link_to(CONTENT_LINK_TEXT, "http://u@192.0.2.1:81/"),
		link_to(CONTENT_LINK_PIXEL, "https://i.c.test/1.png"),
		link_to(CONTENT_LINK_ANCHOR, "https://bit.ly/1"),
		link_to(CONTENT_LINK_ANCHOR, "https://notbit.ly/1"),
		link_to(CONTENT_LINK_ANCHOR, "mailto:a@b.test"),
	};
	struct content c = { .link = link, .n_link = 6 };
	struct traits t = with(&c);

	T_SPAN(text_of(&t, TRAIT_LINKS),
	    SPAN("b.test 192.0.2.1 bit.ly notbit.ly"), "where it leads");
	T_SPAN(text_of(&t, TRAIT_LINK_COUNT), SPAN("3"), "... to four");
	T_SPAN(text_of(&t, TRAIT_FETCHES), SPAN("c.test"),
	    "what is loaded unasked");
	T_SPAN(text_of(&t, TRAIT_LINK_KINDS), SPAN("anchor text pixel"),
	    "kinds");
	T_SPAN(text_of(&t, TRAIT_LINK_SHAPES), SPAN("https 2 ? "
	    "http address disguised port 0 https 1"), "shapes");
	T_SPAN(text_of(&t, TRAIT_LINK_HOSTS), SPAN("shortener"),
	    "a service by its whole name");
	T_SPAN(text_of(&t, TRAIT_LINK_LIES), SPAN("no"), "none lies");
	link[3].lies = true;
	t = with(&c);
	T_SPAN(text_of(&t, TRAIT_LINK_LIES), SPAN("yes"), "one lies");
	c.n_link = 0;
	t = with(&c);
	T_SPAN(text_of(&t, TRAIT_LINK_LIES), SPAN_NONE, "nothing to lie");
	arena_reset(&arena);
}

static void
test_files(void)
{
	struct content_attachment file[] = {
		{ .name = SPAN("Rechnung-12.pdf"), .extension = SPAN("pdf"),
		    .type = CONTENT_TYPE_EXE, .mismatch = true, .runs = true,
		    .sha256 = { 0x12, 0xab } },
		{ .type = CONTENT_TYPE_ZIP, .encrypted = true },
	};
	struct content c = { .attachment = file, .n_attachment = 2 };
	struct traits t = with(&c);

	T_SPAN(text_of(&t, TRAIT_ATTACHMENTS), SPAN("pdf (none)"),
	    "extensions");
	T_SPAN(text_of(&t, TRAIT_FILE_TYPES), SPAN("exe zip"), "true types");
	T_SPAN(text_of(&t, TRAIT_FILE_FLAGS), SPAN("mismatch runs encrypted"),
	    "risks");
	T_SPAN(text_of(&t, TRAIT_FILE_SHAPES), SPAN("m-d2"), "names");
	T_SPAN(t.many[TRAIT_FILES].value[0].text,
	    SPAN("12ab0000000000000000000000000000"), "what is in it");
	arena_reset(&arena);
}

static void
test_rest(void)
{
	struct content_id id[] = {
		{ .kind = CONTENT_ID_IBAN, .value = SPAN("DE8937") },
		{ .kind = CONTENT_ID_PHONE, .value = SPAN("+4930901820") },
	};
	struct content c = { .id = id, .n_id = 2, .hidden_share = 600,
	    .invisible = { .tags = 3, .bidi = 1 }, .machine_score = 260,
	    .html = { .present = true, .generator = 0x1234,
	    .generator_name = SPAN("Word 15"), .generator_css = 7 },
	    .text = SPAN("Moin Ann,\n\nyes\n> x\n") };
	struct traits t = with(&c);

	T_SPAN(text_of(&t, TRAIT_PAYMENTS), SPAN("DE8937"), "an account");
	T_SPAN(text_of(&t, TRAIT_PHONES), SPAN("+4930901820"), "a phone");
	T_SPAN(text_of(&t, TRAIT_HIDDEN), SPAN("10"), "hidden text");
	T_SPAN(text_of(&t, TRAIT_INVISIBLE), SPAN("3"), "four characters");
	T_SPAN(text_of(&t, TRAIT_MACHINE), SPAN("5"), "speaks to a program");
	T_SPAN(text_of(&t, TRAIT_HTML), SPAN("yes"), "HTML");
	T_SPAN(text_of(&t, TRAIT_HTML_GENERATOR),
	    SPAN("word 15 0000000000001234"), "made with");
	T_SPAN(text_of(&t, TRAIT_HTML_STYLE), SPAN("0000000000000007"),
	    "style");
	T_SPAN(text_of(&t, TRAIT_GREETING), SPAN("moin"), "greeting");
	T_SPAN(text_of(&t, TRAIT_POSTING), SPAN("above"), "posting");
	arena_reset(&arena);
}

static void
test_most(void)
{
	struct content_link *link = arena_array(&arena, 5000, sizeof(*link));
	struct content c = { .link = link, .n_link = 5000 };
	struct traits t;

	if (link == NULL)
		return;
	for (size_t i = 0; i < 5000; i++) {
		ROOM(room, 60);
		struct buf b = BUF_ON(room);

		buf_str(&b, "http://a");
		buf_u64(&b, i);
		buf_str(&b, ".test/");
		(void)url_read(&link[i].url, buf_span(&b), NULL, &arena);
	}
	t = with(&c);
	T_OK(t.many[TRAIT_LINKS].n == 64 && t.many[TRAIT_LINKS].cut,
	    "five thousand links, of which 64 are kept");
	arena_reset(&arena);
}

int
main(void)
{
	arena_init(&arena, 64u << 20);
	test_links();
	test_files();
	test_rest();
	test_most();
	arena_free(&arena);
	return t_done();
}

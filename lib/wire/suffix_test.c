/* SPDX-License-Identifier: Apache-2.0 */
#include "test/t.h"
#include "wire/suffix.h"

static const struct span list_text = SPAN_INIT(
    "// ===BEGIN ICANN DOMAINS===\r\n"
    "com\r\n"
    "uk\n"
    "co.uk  trailing words are no rule\n"
    "*.ck\n"
    "!www.ck\n"
    "jp\n"
    "*.kawasaki.jp\n"
    "!city.kawasaki.jp\n"
    "\n"
    "no..rule\n"
    "\xe4\xb8\xad\xe5\x9b\xbd\n"
    "// ===BEGIN PRIVATE DOMAINS===\n"
    "github.io\n"
    "*.compute.amazonaws.com\n");

struct row { const char *name, *icann, *private; };

/* The last three: no rule matches, so that "*" does. */
static const struct row with[] = {
	{ "..co.uk", ".co.uk", ".co.uk" },	/* a label may be empty */
	{ "example.com", "example.com", "example.com" },
	{ "a.b.example.com", "example.com", "example.com" },
	{ "com", "com", "com" },
	{ "www.bbc.co.uk", "bbc.co.uk", "bbc.co.uk" },
	{ "co.uk", "co.uk", "co.uk" },
	{ "parliament.uk", "parliament.uk", "parliament.uk" },
	{ "a.b.c.ck", "b.c.ck", "b.c.ck" },
	{ "c.ck", "c.ck", "c.ck" },
	{ "mail.www.ck", "www.ck", "www.ck" },
	{ "x.city.kawasaki.jp", "city.kawasaki.jp", "city.kawasaki.jp" },
	{ "x.y.other.kawasaki.jp", "y.other.kawasaki.jp",
	    "y.other.kawasaki.jp" },
	{ "a.xn--fiqs8s", "a.xn--fiqs8s", "a.xn--fiqs8s" },
	{ "me.github.io", "github.io", "me.github.io" },
	{ "h.eu-west-1.compute.amazonaws.com", "amazonaws.com",
	    "h.eu-west-1.compute.amazonaws.com" },
	{ "compute.amazonaws.com", "amazonaws.com",
	    "compute.amazonaws.com" },
	{ "a.b.invalid", "b.invalid", "b.invalid" },
	{ "localhost", "localhost", "localhost" },
	{ "", "", "" },
};

static const struct row without[] = {
	{ "a.example.com", "example.com", NULL },
	{ "a.b.example.co.uk", "example.co.uk", NULL },
	{ "mail.db.de", "db.de", NULL },
	{ "www.t.co", "t.co", NULL },
	{ "x.gov.in", "x.gov.in", NULL },
	{ "com.br", "com.br", NULL },
	{ "localhost", "localhost", NULL },
	{ "...", ".", NULL },
	{ "", "", NULL },
};

static struct span
s(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static void
hostile(struct arena *a)
{
	struct buf b = arena_buf(a, 4000);
	struct span org;

	while (b.len < 4000)
		buf_str(&b, b.len % 2 == 0 ? "a" : ".");
	org = suffix_org(suffixes_read(list_text, a), buf_span(&b),
	    SUFFIX_PRIVATE);
	T_OK(org.len <= 4, "two thousand labels");
	T_OK(suffixes_count(suffixes_read(SPAN_NONE, a)) == 0,
	    "an empty list");
	T_SPAN(suffix_org(suffixes_read(SPAN_NONE, a), s("a.b.co.uk"),
	    SUFFIX_ICANN), s("b.co.uk"), "is as no list");
}

int
main(void)
{
	struct suffixes *list;
	struct arena a;

	arena_init(&a, 1u << 20);
	list = suffixes_read(list_text, &a);
	T_OK(list != NULL && suffixes_count(list) == 11, "eleven rules");
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++) {
		T_SPAN(suffix_org(list, s(with[i].name), SUFFIX_ICANN),
		    s(with[i].icann), with[i].name);
		T_SPAN(suffix_org(list, s(with[i].name), SUFFIX_PRIVATE),
		    s(with[i].private), with[i].name);
	}
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		T_SPAN(suffix_org(NULL, s(without[i].name), SUFFIX_ICANN),
		    s(without[i].icann), without[i].name);
	hostile(&a);
	arena_free(&a);
	return t_done();
}

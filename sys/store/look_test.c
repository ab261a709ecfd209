/* SPDX-License-Identifier: Apache-2.0 */
#include "look.h"

#include <stdlib.h>

#include "test/t.h"

static const struct {
	const char *label, *text, *person;
	bool want;
} names[] = {
	{ "as it is", "x jo@example.org y", "jo@example.org", true },
	{ "all of it", "jo@example.org", "jo@example.org", true },
	{ "case", "<JO@Example.ORG>", "jo@example.org", true },
	{ "a longer local part", "xjo@example.org", "jo@example.org", false },
	{ "a longer one with a dot", "a.jo@example.org", "jo@example.org",
	    false },
	{ "a longer domain", "jo@example.org.uk", "jo@example.org", false },
	{ "a longer label", "jo@example.org-x", "jo@example.org", false },
	{ "a full stop", "jo@example.org.", "jo@example.org", true },
	{ "the second of two", "ann@example.org,jo@example.org",
	    "jo@example.org", true },
	{ "a path", "/var/in/jo@example.org.eml", "jo@example.org", false },
	{ "a path that ends", "/var/in/jo@example.org/1", "jo@example.org",
	    true },
	{ "a result", "smtp.mailfrom=jo@example.org", "jo@example.org", true },
	{ "a quote", "'jo@example.org'", "jo@example.org", true },
	{ "a local part", "jo@a.example", "jo@", true },
	{ "the end of one", "xjo@a.example", "jo@", false },
	{ "no sign", "jo example.org", "jo@example.org", false },
	{ "nobody", "@", "@", false },
	{ "at the end", "jo@", "jo@example.org", false },
};

/* "jo@example.org" in base64 is am9AZXhhbXBsZS5vcmc= */
static const struct {
	const char *label, *text;
	bool want;
} looks[] = {
	{ "plain", "From: jo@example.org\r\n", true },
	{ "nobody", "From: ann@example.org\r\n", false },
	{ "quoted-printable", "To: jo=40example=2Eorg\r\n", true },
	{ "with a soft break", "jo@exam=\r\nple.org", true },
	{ "with a bare one", "jo@exam=\nple.org", true },
	{ "an = that is none", "a=jo@example.org =zz", true },
	{ "== and a break", "a==\r\njo@example.org", true },
	{ "base64", "Content-Transfer-Encoding: base64\r\n\r\n"
	    "am9AZXhhbXBsZS5vcmc=\r\n", true },
	{ "without CR", "x: base64\n\nam9AZXhhbXBsZS5vcmc=\n", true },
	{ "in two lines", "x\r\n\r\nam9AZXhh\r\nbXBsZS5vcmc=\r\n", true },
	{ "an encoded word", "From: =?utf-8?B?am9AZXhhbXBsZS5vcmc=?=", true },
	{ "base64 of base64", "\n\nCgphbTlBWlhoaGJYQnNaUzV2Y21jPQ==", true },
	{ "quoted-printable of base64", "\n\nam9AZXhh=\nbXBsZS5vcmc=3D\n",
	    true },
	{ "base64 of somebody", "\n\nYW5uQGV4YW1wbGUub3Jn\n", false },
};

static bool
look(struct look *l, struct span text, size_t step)
{
	look_start(l, SPAN("jo@example.org"));
	for (size_t i = 0; i < text.len; i += step)
		look_take(l, span_head(span_skip(text, i), step));
	return look_found(l);
}

/* Wherever it lies, and whatever went before. */
static void
anywhere(struct look *l)
{
	enum { BEFORE = 40000 };
	char *big = malloc(BEFORE + 20);

	if (big == NULL)
		exit(1);
	for (size_t at = BEFORE - 9000; at < BEFORE; at += 97) {
		memset(big, ' ', BEFORE + 20);
		memcpy(big + at, "jo@example.org", 14);
		if (!look(l, (struct span){ (uint8_t *)big, BEFORE + 20 },
		    4096))
			T_OK(false, "found across windows");
	}
	T_OK(!look(l, (struct span){ (uint8_t *)big, 100 }, 7),
	    "and nothing is left of the last one");
	free(big);
}

int
main(void)
{
	struct look *l = look_new();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		T_OK(look_names(assay_cstr(names[i].text),
		    assay_cstr(names[i].person)) == names[i].want,
		    names[i].label);
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		T_OK(look(l, assay_cstr(looks[i].text), 1) ==
		    looks[i].want && look(l, assay_cstr(looks[i].text), 99) ==
		    looks[i].want, looks[i].label);
	anywhere(l);
	look_free(l);
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "token.h"

#include <stdlib.h>
#include <string.h>

#include "test/t.h"

/* SHA-256 of "abc" (FIPS 180-2, B.1) */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const struct {
	const char *text;
	size_t n;
	unsigned line;		/* of the mistake; 0: none */
} table[] = {
	{ "", 0, 0 }, { "\n# nothing\n\n", 0, 0 },
	{ "exim sha256:" ABC "\n", 1, 0 }, { "exim sha256:" ABC, 1, 0 },
	{ "exim   sha256:" ABC "\r\n", 1, 0 },
	{ "a sha256:" ABC "\nb sha256:" ABC "\n", 2, 0 },
	{ "a sha256:" ABC "\nb\n", 0, 2 }, { "sha256:" ABC "\n", 0, 1 },
	{ "a sha256:abc\n", 0, 1 }, { "a sha1:" ABC "\n", 0, 1 },
	{ "a sha256:" ABC "0\n", 0, 1 }, { "\na/b sha256:" ABC "\n", 0, 2 },
	{ "a sha256:zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f"
	    "20015ad\n", 0, 1 },
	{ "a sha256:" ABC " more\n", 0, 1 },
};

static void
test_files(struct tokens *t)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		unsigned line;
		const char *why;
		bool ok = tokens_parse(t, assay_cstr(table[i].text), &line,
		    &why);

		T_OK(ok == (table[i].line == 0), "good or not");
		if (ok)
			T_INT(t->n, table[i].n, "tokens");
		else
			T_INT(line, table[i].line, "line");
	}
}

static void
test_match(struct tokens *t)
{
	unsigned line;
	const char *why;

	T_OK(tokens_parse(t, SPAN("exim sha256:" ABC), &line, &why), "file");
	T_SPAN(assay_cstr(tokens_match(t, SPAN("abc"))), SPAN("exim"), "fits");
	T_OK(tokens_match(t, SPAN("abd")) == NULL, "another");
	T_OK(tokens_match(t, SPAN("ab")) == NULL, "a part");
	T_OK(tokens_match(t, SPAN("abc ")) == NULL, "more");
	T_OK(tokens_match(t, SPAN("")) == NULL, "empty");
	T_OK(tokens_match(t, SPAN_NONE) == NULL, "none");
	T_OK(tokens_match(t, SPAN(ABC)) == NULL, "the hash is no token");
	t->n = 0;
	T_OK(tokens_match(t, SPAN("abc")) == NULL, "nobody may");
}

static void
test_new(struct tokens *t)
{
	char text[2][TOKEN_TEXT], line[TOKEN_LINE];
	unsigned at;
	const char *why;

	T_OK(token_new(SPAN("exim-1"), text[0], line), "one");
	T_INT(strlen(text[0]), TOKEN_TEXT - 1, "length");
	T_OK(tokens_parse(t, assay_cstr(line), &at, &why), "its line");
	T_SPAN(assay_cstr(tokens_match(t, assay_cstr(text[0]))),
	    SPAN("exim-1"), "fits");
	T_OK(strstr(line, text[0] + 6) == NULL, "and does not hold it");
	T_OK(token_new(SPAN("b"), text[1], line), "another");
	T_OK(strcmp(text[0], text[1]) != 0, "is another");
	T_OK(!token_new(SPAN("a b"), text[1], line), "no name");
	T_OK(!token_new(SPAN(""), text[1], line), "nothing");
}

int
main(void)
{
	struct tokens *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return 1;
	test_files(t);
	test_match(t);
	test_new(t);
	free(t);
	return t_done();
}

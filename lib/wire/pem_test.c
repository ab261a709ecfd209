/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/pem.h"

#include "test/t.h"

static const struct {
	const char *label, *input, *want, *text;
	bool headers;
} rows[] = {
	{ "plain", "-----BEGIN X KEY-----\nAAAA\n-----END X KEY-----\n",
	    "X KEY", "\nAAAA\n", false },
	{ "CRLF and text around", "hello\r\n-----BEGIN X-----\r\nAAAA\r\n"
	    "-----END X-----\r\nbye", "X", "\r\nAAAA\r\n", false },
	{ "an empty label", "-----BEGIN -----\nAA\n-----END -----", "",
	    "\nAA\n", false },
	{ "headers of RFC 1421", "-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\n"
	    "DEK-Info: A,00\n\nAAAA\n-----END X-----\n", "X", "\nAAAA\n",
	    true },
	{ "the second is whole", "-----BEGIN X-----\nAA\n-----END Y-----\n"
	    "-----BEGIN Z-----\nBB\n-----END Z-----\n", "Z", "\nBB\n",
	    false },
	{ "no end", "-----BEGIN X-----\nAAAA\n", NULL, NULL, false },
	{ "another end", "-----BEGIN X-----\nAAAA\n-----END Y-----", NULL,
	    NULL, false },
	{ "cut in the label", "-----BEGIN X", NULL, NULL, false },
	{ "a label over two lines", "-----BEGIN X\nY-----\n-----END X\nY-----",
	    NULL, NULL, false },
	{ "half an end", "-----BEGIN X-----\nAAAA\n-----END X----", NULL, NULL,
	    false },
	{ "an empty label without an end", "-----BEGIN -----\nAA\n", NULL,
	    NULL, false },
	{ "no block", "AAAA", NULL, NULL, false },
	{ "nothing", "", NULL, NULL, false },
};

static void
reads(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span rest = assay_cstr(rows[i].input);
		struct pem p = { .headers = false };
		bool ok = pem_next(&p, &rest);

		T_OK(ok == (rows[i].want != NULL), rows[i].label);
		if (!ok)
			continue;
		T_SPAN(p.label, assay_cstr(rows[i].want), rows[i].label);
		T_SPAN(p.text, assay_cstr(rows[i].text), rows[i].label);
		T_OK(p.headers == rows[i].headers, rows[i].label);
	}
}

static void
writes(void)
{
	uint8_t room[300];
	struct buf b = BUF_ON(room);

	pem_write(&b, SPAN("PRIVATE KEY"), SPAN("0123456789abcdef0123456789"
	    "abcdef0123456789abcdef0123456789abcdef"));
	T_SPAN(buf_span(&b), SPAN("-----BEGIN PRIVATE KEY-----\n"
	    "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm"
	    "\nMDEyMzQ1Njc4OWFiY2RlZg==\n-----END PRIVATE KEY-----\n"),
	    "lines of 64");
}

int
main(void)
{
	reads();
	writes();
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: characters are scalar values, as many as a label can have, and
 * what libidn2 made of them reads as it was. */
#include "wire/punycode.h"

#include "ext/idn.h"
#include "wire/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

/* A label that IDNA makes of UTF-8 and we read back: made again, the same. */
static void
there_and_back(struct span text)
{
	ROOM(made, 600);
	ROOM(shown, 300);
	ROOM(again, 600);
	struct buf a = BUF_ON(made), u = BUF_ON(shown), b = BUF_ON(again);
	struct points p;

	if (text.len > 200 || span_has(text, '.') ||
	    !idn_to_ascii(&a, text) || span_has(buf_span(&a), '.') ||
	    !span_starts(buf_span(&a), SPAN("xn--")))
		return;
	must(label_read(&p, buf_span(&a)));
	for (size_t i = 0; i < p.n; i++)
		utf8_put(&u, p.c[i]);
	must(idn_to_ascii(&b, buf_span(&u)));
	must(span_eq(buf_span(&a), buf_span(&b)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct points p;

	if (punycode_read(&p, in))
		for (size_t i = 0; i < p.n; i++)
			must(p.c[i] <= 0x10ffff &&
			    (p.c[i] < 0xd800 || p.c[i] > 0xdfff));
	must(p.n <= 64);
	(void)label_read(&p, in);
	must(p.n <= 64);
	there_and_back(in);
	return 0;
}

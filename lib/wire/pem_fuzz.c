/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks lie inside of the text, one behind the other; what is written is
 * read again as it was. */
#include "wire/pem.h"

#include "wire/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t room[16384], again[8192];

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
round_trip(struct span bytes)
{
	struct buf text = BUF_ON(room), back = BUF_ON(again);
	struct span rest;
	struct pem p;

	pem_write(&text, SPAN("A B"), bytes);
	rest = buf_span(&text);
	must(!text.full && pem_next(&p, &rest));
	must(span_eq(p.label, SPAN("A B")) && !p.headers);
	must(base64_decode(&back, p.text, true));
	must(span_eq(buf_span(&back), bytes));
	must(!pem_next(&p, &rest));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { data, size }, rest = all;
	size_t behind = 0;
	struct pem p;

	if (size > 4096)
		return 0;
	while (pem_next(&p, &rest)) {
		size_t at = span_offset(all, p.label);

		must(at >= behind + 11);
		must(span_offset(all, p.text) >= at + p.label.len ||
		    p.text.len == 0);
		must(!span_has(p.text, ':'));
		must(rest.len < all.len);
		behind = at;
	}
	round_trip(all);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: whatever a registry answers, a day comes with its kind and no
 * other; whatever a file of registries says, a URL is one that we may ask,
 * printable, and ends in the name. */
#include "rdap.h"

#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct domain name = { SPAN("shop.example") };
	struct rdap_says says;
	ROOM(room, RDAP_URL);
	struct buf b = BUF_ON(room);
	const char *why;
	struct span url;

	rdap_read(&says, (struct span){ data, size }, name);
	must((says.kind == RDAP_REGISTERED) == (says.day != 0));
	if (!rdap_url(&b, (struct span){ data, size }, name, &why))
		return 0;
	url = buf_span(&b);
	must(span_istarts(url, SPAN("http://")) ||
	    span_istarts(url, SPAN("https://")));
	must(span_ends(url, SPAN("/domain/shop.example")));
	for (size_t i = 0; i < url.len; i++)
		must(is_vchar(span_at(url, i)));
	return 0;
}

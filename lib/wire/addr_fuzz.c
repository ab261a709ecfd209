/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: what parses prints and parses again to itself; the address is
 * in every network of its own; libc reads the same addresses. */
#include "wire/addr.h"

#include <arpa/inet.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
against_libc(struct span text)
{
	char z[64] = { 0 };
	uint8_t want[16];
	struct assay_addr a;
	struct span octets;
	int four, six;

	if (text.len >= sizeof(z) || span_has(text, 0))
		return;
	bytes_move((uint8_t *)z, text.ptr, text.len);
	six = inet_pton(AF_INET6, z, want);
	if ((six == 1) != addr_parse6(&a, text))
		__builtin_trap();
	if (six == 1) {
		octets = addr_octets(&a);
		if (!span_eq(octets, (struct span){ want, 16 }))
			__builtin_trap();
	}
	four = inet_pton(AF_INET, z, want);
	if ((four == 1) != addr_parse4(&a, text))
		__builtin_trap();
	if (four == 1 && !span_eq(addr_octets(&a), (struct span){ want, 4 }))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { data, size };
	uint8_t room[ADDR_TEXT], room2[ADDR_REVERSE];
	struct buf b = BUF_ON(room), r = BUF_ON(room2);
	struct assay_addr a, again;

	against_libc(text);
	if (assay_addr_parse(&a, text) != ASSAY_OK)
		return 0;
	addr_print(&b, &a);
	if (b.full || assay_addr_parse(&again, buf_span(&b)) != ASSAY_OK ||
	    !addr_eq(&a, &again))
		__builtin_trap();
	for (unsigned bits = 0; bits <= addr_octets(&a).len * 8; bits++)
		if (!addr_within(&a, &again, bits))
			__builtin_trap();
	addr_reverse_name(&r, &a);
	if (r.full)
		__builtin_trap();
	return 0;
}

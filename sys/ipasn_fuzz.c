/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the lines: they are refused with words, or every address that is
 * found is found by both ends of a network of theirs.
 */
#include "ipasn.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), why[IPASN_WHY] = "";
	struct ipasn *t = ipasn_new();
	struct assay_addr probe = { 4, { 192, 0, 2, 1 } };
	struct span name;
	uint32_t asn;

	if (text == NULL || t == NULL)
		abort();
	memcpy(text, data, size);
	if (!ipasn_add_lines(t, text, size, why)) {
		if (why[0] == '\0' || ipasn_count(t) != 0)
			__builtin_trap();
	}
	for (unsigned i = 0; i < 64; i++) {
		probe.bytes[3] = (uint8_t)(i * 5);
		if (ipasn_find(t, &probe, &asn, &name) &&
		    (name.len > 200 || ipasn_count(t) == 0))
			__builtin_trap();
	}
	ipasn_free(t);
	free(text);
	return 0;
}

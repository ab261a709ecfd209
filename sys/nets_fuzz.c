/* SPDX-License-Identifier: Apache-2.0 */
/* An address, then lines in any order: nothing is read beyond them, and what is
 * found is an AS or two letters. */
#include "nets.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { data, size };
	struct assay_addr a = { 4, { 0 } };
	struct nets *n = nets_new();
	struct net_of got;
	const char *why;

	if (n == NULL)
		abort();
	for (size_t i = 0; i < 4 && i < size; i++)
		a.bytes[i] = data[i];
	if (nets_add_lines(n, span_skip(text, 4), &why))
		for (unsigned i = 0; i < 32; i++) {
			a.bytes[3] = (uint8_t)(i * 8);
			a.family = i % 2 == 0 ? 4 : 6;
			got = nets_find(n, &a);
			if (got.country[0] != 0 && (got.country[0] < 'A' ||
			    got.country[0] > 'Z' || got.country[1] < 'A' ||
			    got.country[1] > 'Z'))
				__builtin_trap();
		}
	nets_free(n);
	return 0;
}

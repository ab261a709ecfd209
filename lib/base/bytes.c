/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <string.h>

size_t
bytes_find(const uint8_t *p, size_t n, uint8_t c)
{
	const uint8_t *at;

	if (n == 0)
		return 0;
	at = memchr(p, c, n);
	return at == NULL ? n : (size_t)(at - p);
}

bool
bytes_eq(const uint8_t *a, const uint8_t *b, size_t n)
{
	return n == 0 || memcmp(a, b, n) == 0;
}

void
bytes_move(uint8_t *to, const uint8_t *from, size_t n)
{
	if (n > 0)
		memmove(to, from, n);
}

void
bytes_clear(uint8_t *p, size_t n)
{
	if (n > 0)
		memset(p, 0, n);
}

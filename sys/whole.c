/* SPDX-License-Identifier: Apache-2.0 */
#include "whole.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* What a call did, of *n octets still to do.  False: it is over. */
static bool
went_on(ssize_t done, size_t *n, size_t *step)
{
	*step = done > 0 ? (size_t)done : 0;
	*n -= *step;
	if (done == 0)
		errno = EIO;
	return done > 0 || (done < 0 && errno == EINTR);
}

bool
whole_write(int fd, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	size_t step;

	for (; n > 0; p += step)
		if (!went_on(write(fd, p, n), &n, &step))
			return false;
	return true;
}

bool
whole_read(int fd, void *bytes, size_t n)
{
	uint8_t *p = bytes;
	size_t step;

	for (; n > 0; p += step)
		if (!went_on(read(fd, p, n), &n, &step))
			return false;
	return true;
}

void
whole_sum(uint8_t out[WHOLE_SUM], const void *bytes, size_t n)
{
	crypto_generichash(out, WHOLE_SUM, bytes, n, NULL, 0);
}

bool
whole_read_summed(int fd, void *bytes, size_t n)
{
	uint8_t sum[WHOLE_SUM], is[WHOLE_SUM];

	if (!whole_read(fd, bytes, n) || !whole_read(fd, is, sizeof(is)))
		return false;
	whole_sum(sum, bytes, n);
	if (memcmp(sum, is, sizeof(sum)) == 0)
		return true;
	errno = EBADMSG;
	return false;
}

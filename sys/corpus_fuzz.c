/* SPDX-License-Identifier: Apache-2.0 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* memfd_create() */
#endif
/* Any octets as a file of recorded mail: records, an end, or an error. */
#include "corpus.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("corpus", MFD_CLOEXEC);
	struct corpus_record r;
	char path[64];
	struct corpus *c;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	c = corpus_open(path);
	while (c != NULL && corpus_next(c, &r) == 1)
		if (r.header.len + r.body.len > 2 * size)
			abort();
	if (c != NULL)
		corpus_close(c);
	close(fd);
	return 0;
}

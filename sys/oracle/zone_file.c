/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle/zone_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The zone keeps what it needs of the text. */
static enum assay_status
parse(struct assay_oracle *out, int fd)
{
	enum assay_status st;
	struct stat s;
	void *text;

	if (fstat(fd, &s) != 0)
		return ASSAY_IO;
	if (s.st_size == 0)
		return assay_oracle_zone(out, assay_cstr(""), NULL, NULL);
	text = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		return ASSAY_IO;
	st = assay_oracle_zone(out, (struct assay_span){ text,
	    (size_t)s.st_size }, NULL, NULL);
	munmap(text, (size_t)s.st_size);
	return st;
}

enum assay_status
zone_file(struct assay_oracle *out, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum assay_status st = fd < 0 ? ASSAY_IO : parse(out, fd);

	if (fd >= 0)
		close(fd);
	return st;
}

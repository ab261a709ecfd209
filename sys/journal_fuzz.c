/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of records as a disk may give it back: what is open after it is whole
 * lines, all those that were there, and what is written comes behind them.
 */
#include "journal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DAY = 20000, NOW = DAY * 86400 };

static const char name[] = "2024-10-04.000.jsonl";
static const char line[] = "{\"a\":1}";
static int dir = -1;
/* In memory, where there is such a place: each run waits for the disk. */
static char shm[] = "/dev/shm/journal_fuzz.XXXXXX",
    tmp[] = "/tmp/journal_fuzz.XXXXXX";
static const char *path;

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
clean(void)
{
	unlinkat(dir, name, 0);
	rmdir(path);
}

static bool
make(void)
{
	path = mkdtemp(shm);
	if (path == NULL)
		path = mkdtemp(tmp);
	return path != NULL && atexit(clean) == 0 &&
	    (dir = open(path, O_RDONLY | O_DIRECTORY)) >= 0;
}

static void
put_file(const uint8_t *data, size_t size)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

/* Where the last whole line ends. */
static size_t
whole(const uint8_t *data, size_t size)
{
	while (size > 0 && data[size - 1] != '\n')
		size--;
	return size;
}

static void
compare(const uint8_t *data, size_t size, size_t more)
{
	int fd = openat(dir, name, O_RDONLY);
	uint8_t *got = malloc(size + more + 2);
	ssize_t n = fd < 0 ? -1 : read(fd, got, size + more + 2);

	must(got != NULL && n == (ssize_t)(size + more));
	must(size == 0 || memcmp(got, data, size) == 0);
	must(more == 0 || (memcmp(got + size, line, more - 1) == 0 &&
	    got[size + more - 1] == '\n'));
	free(got);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal_conf conf = { .most = 100 << 20 };
	size_t n = whole(data, size);
	struct journal *j;

	if (dir < 0 && !make())
		abort();
	conf.dir = dir;
	put_file(data, size);
	j = journal_open(&conf);
	must(j != NULL);
	must(journal_state(j).mended == (n != size));
	(void)journal_had(j, SPAN("00000000000000aa.7"));
	(void)journal_had(j, (struct span){ data, size < 9 ? size : 9 });
	compare(data, n, 0);
	must(journal_put(j, assay_cstr(line), SPAN_NONE) &&
	    journal_sync(j, NOW) == JOURNAL_OK);
	compare(data, n, sizeof(line));
	journal_close(j);
	return 0;
}

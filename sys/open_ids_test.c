/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "open_ids.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/t.h"

static void
in_memory(void)
{
	struct open_ids *ids = open_ids_new(-1);
	unsigned known = 0, unknown = 0;

	T_INT(open_ids_take(ids, 1, 1), OPEN_ID_UNKNOWN, "nobody said so");
	open_ids_add(ids, 1);
	T_INT(open_ids_take(ids, 1, 7), OPEN_ID_YES, "the first");
	T_INT(open_ids_take(ids, 1, 7), OPEN_ID_YES, "the same again");
	T_INT(open_ids_take(ids, 1, 8), OPEN_ID_TAKEN, "another");
	open_ids_add(ids, 1);
	T_INT(open_ids_take(ids, 1, 8), OPEN_ID_TAKEN, "said twice");
	for (uint64_t i = 0; i < 200000; i++)
		open_ids_add(ids, (UINT64_C(3) << 56) + i);
	T_INT(open_ids_take(ids, 1, 7), OPEN_ID_UNKNOWN, "long ago");
	for (uint64_t i = 200000 - OPEN_IDS; i < 200000; i++)
		known += open_ids_take(ids, (UINT64_C(3) << 56) + i, i) ==
		    OPEN_ID_YES;
	T_OK(known > OPEN_IDS - 8, "the latest are all known");
	for (uint64_t i = 300000; i < 400000; i++)
		unknown += open_ids_take(ids, (UINT64_C(3) << 56) + i, i) ==
		    OPEN_ID_UNKNOWN;
	T_OK(unknown > 99990, "others are not");
	open_ids_free(ids);
}

/* Lives, one after the other. */
static void
in_files(int dir)
{
	int fd = open_ids_make(dir, "ids.1"), other;
	struct open_ids *ids = open_ids_new(fd);

	T_OK(fd >= 0 && ids != NULL, "a file");
	T_OK(open_ids_make(dir, "ids.1") < 0, "is nobody else's");
	open_ids_add(ids, 1);
	open_ids_add(ids, 2);
	T_INT(open_ids_take(ids, 1, 7), OPEN_ID_YES, "has its record");
	open_ids_free(ids);
	ids = open_ids_new(fd);		/* store died */
	T_INT(open_ids_take(ids, 1, 8), OPEN_ID_TAKEN, "had it");
	T_INT(open_ids_take(ids, 1, 7), OPEN_ID_YES, "it is read again");
	T_INT(open_ids_take(ids, 2, 8), OPEN_ID_YES, "had none");
	open_ids_free(ids);
	close(fd);			/* all of assayd died */
	fd = open_ids_make(dir, "ids.1");
	other = open_ids_make(dir, "ids.2");
	ids = open_ids_new(other);
	T_INT(open_ids_take(ids, 1, 8), OPEN_ID_UNKNOWN, "another's");
	T_OK(open_ids_also(ids, fd), "which an earlier life left");
	T_INT(open_ids_take(ids, 1, 8), OPEN_ID_TAKEN, "is known then");
	T_INT(open_ids_take(ids, 2, 8), OPEN_ID_YES, "by whom it was taken");
	open_ids_forget(ids);
	T_INT(open_ids_take(ids, 1, 8), OPEN_ID_UNKNOWN, "until it is gone");
	open_ids_free(ids);
	close(fd);
	close(other);
}

/* A file that somebody else wrote leads nowhere. */
static void
believes_nothing(int dir)
{
	int fd = open_ids_make(dir, "ids.1");
	struct open_ids *ids;
	struct stat st;
	uint32_t *all;

	T_INT(fstat(fd, &st), 0, "its size");
	all = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	for (size_t i = 1; i < (size_t)st.st_size / 4; i++)
		all[i] = 0xfffffff0;
	ids = open_ids_new(fd);
	T_INT(open_ids_take(ids, 5, 1), OPEN_ID_UNKNOWN, "full of nonsense");
	open_ids_add(ids, 5);
	T_INT(open_ids_take(ids, 5, 1), OPEN_ID_YES, "it goes on");
	open_ids_free(ids);
	all[0] = 1;
	ids = open_ids_new(-1);
	T_OK(!open_ids_also(ids, fd), "another layout");
	open_ids_free(ids);
	ids = open_ids_new(fd);
	T_INT(open_ids_take(ids, 5, 1), OPEN_ID_UNKNOWN, "begins anew");
	open_ids_free(ids);
	munmap(all, (size_t)st.st_size);
	T_INT(ftruncate(fd, 100), 0, "cut");
	T_OK(open_ids_new(fd) == NULL, "is none");
	close(fd);
	fd = open_ids_make(dir, "ids.1");
	ids = open_ids_new(fd);
	T_OK(ids != NULL, "is made again");
	open_ids_free(ids);
	close(fd);
}

int
main(void)
{
	char name[] = "/tmp/assay-ids.XXXXXX";
	int dir = mkdtemp(name) == NULL ? -1 : open(name, O_RDONLY);

	in_memory();
	in_files(dir);
	believes_nothing(dir);
	unlinkat(dir, "ids.1", 0);
	unlinkat(dir, "ids.2", 0);
	close(dir);
	rmdir(name);
	return t_done();
}

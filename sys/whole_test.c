/* SPDX-License-Identifier: Apache-2.0 */
/* A pipe takes and gives less than was asked; the whole comes all the same. */
#include "whole.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/t.h"

enum { MANY = 300000 };		/* several times what a pipe holds */

static unsigned char out[MANY], in[MANY];

static void
summed(void)
{
	uint8_t sum[WHOLE_SUM], is[5];
	FILE *f = tmpfile();
	int fd = f == NULL ? -1 : fileno(f);

	whole_sum(sum, "apple", 5);
	T_OK(fd >= 0 && whole_write(fd, "apple", 5) &&
	    whole_write(fd, sum, sizeof(sum)) && lseek(fd, 0, SEEK_SET) == 0 &&
	    whole_read_summed(fd, is, 5) && memcmp(is, "apple", 5) == 0,
	    "what was written comes with its sum");
	T_OK(pwrite(fd, "b", 1, 2) == 1 && lseek(fd, 0, SEEK_SET) == 0 &&
	    !whole_read_summed(fd, is, 5) && errno == EBADMSG,
	    "and nothing else does");
	T_OK(lseek(fd, 1, SEEK_SET) == 1 && !whole_read_summed(fd, is, 5) &&
	    errno == EIO, "nor what is cut short");
	if (f != NULL)
		fclose(f);
}

int
main(void)
{
	int p[2], status = -1;
	pid_t child;

	for (size_t i = 0; i < MANY; i++)
		out[i] = (unsigned char)(i * 7 + i / 256);
	if (pipe(p) != 0 || (child = fork()) < 0)
		return 1;
	if (child == 0)
		_exit(whole_write(p[1], out, MANY) ? 0 : 1);
	close(p[1]);
	T_OK(whole_read(p[0], in, MANY), "read whole");
	waitpid(child, &status, 0);
	T_OK(status == 0, "written whole");
	T_OK(memcmp(in, out, MANY) == 0, "the same octets");
	errno = 0;
	T_OK(!whole_read(p[0], in, 1) && errno == EIO, "the end is no octet");
	T_OK(whole_read(p[0], in, 0), "nothing is there always");
	T_OK(!whole_write(p[0], out, 1) && errno == EBADF, "nowhere");
	summed();
	return t_done();
}

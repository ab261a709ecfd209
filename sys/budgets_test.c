/* SPDX-License-Identifier: Apache-2.0 */
#include "budgets.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/t.h"

static int dir;
static int64_t now = 1700000000;

static struct budgets *
again(void)
{
	int fd = budgets_make(dir, "b", now);
	struct budgets *b = fd < 0 ? NULL : budgets_open(fd);

	close(fd);
	return b;
}

static void
counts(void)
{
	struct budgets *b = again();

	T_OK(b != NULL, "made");
	T_OK(budgets_take(b, 7, 2, 100) && budgets_take(b, 7, 2, 100), "two");
	T_OK(!budgets_take(b, 7, 2, 100), "and no third");
	T_OK(budgets_take(b, 8, 1, 100), "another has its own");
	T_OK(budgets_take(b, 7, 3, 100), "a larger budget has one left");
	T_OK(budgets_take(b, 7, 2, 101), "the next day");
	T_OK(budgets_take(b, 7, 2, 100) && !budgets_take(b, 7, 2, 100),
	    "a clock that goes back counts on that of the later day");
	budgets_close(b);
	b = again();
	T_OK(!budgets_take(b, 7, 2, 101), "it is remembered");
	budgets_close(b);
}

static void
full(void)
{
	struct budgets *b = again();
	size_t taken = 0;

	for (uint64_t k = 1000; k < 1000 + 2 * BUDGETS; k++)
		taken += budgets_take(b, k, 1, 200);
	T_INT(taken, BUDGETS, "so many on one day, and no more");
	T_OK(budgets_take(b, 9, 1, 201), "on the next there is room");
	budgets_close(b);
}

/* Killed while it counts, by two at once: none too many. */
static void
killed(void)
{
	struct budgets *b = again();
	size_t left = 0;
	pid_t pid[2];
	int fd[2];

	if (pipe(fd) != 0)
		exit(1);
	for (int i = 0; i < 2; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			while (budgets_take(b, 11, 1000000, 300))
				(void)!write(fd[1], "x", 1);
			_exit(0);
		}
	}
	for (int i = 0; i < 500; i++) {
		char c;
		(void)!read(fd[0], &c, 1);
	}
	for (int i = 0; i < 2; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	budgets_close(b);
	b = again();
	T_OK(!budgets_take(b, 11, 500, 300), "500 at least are counted");
	while (left < 2000000 && budgets_take(b, 11, 1000000, 300))
		left++;
	T_OK(left > 0 && left <= 1000000 - 500, "and it counts on");
	budgets_close(b);
}

static int64_t
began(int64_t at)
{
	int fd = budgets_make(dir, "d", at);
	int64_t day = budgets_began(fd);

	close(fd);
	return day;
}

/* A file as builds before wrote it: without a first day. */
static void
former(int64_t written)
{
	uint64_t head = 0x31746462;
	struct timespec at[2] = { { .tv_sec = written },
	    { .tv_sec = written } };
	int fd = openat(dir, "d", O_RDWR | O_CREAT | O_TRUNC, 0600);

	(void)!ftruncate(fd, 8 + BUDGETS * 16);
	(void)!pwrite(fd, &head, sizeof(head), 0);
	head = 7;
	(void)!pwrite(fd, &head, sizeof(head), 8);
	head = UINT64_C(500) << 32 | 3;
	(void)!pwrite(fd, &head, sizeof(head), 16);
	futimens(fd, at);
	close(fd);
}

static void
first_day(void)
{
	struct budgets *b;
	int fd;

	T_INT(began(now), now, "the first day is the first start");
	T_INT(began(now + 86400), now, "and stays");
	T_INT(began(now - 86400), now, "also when the clock is set back");
	former(now - 900000);
	T_INT(began(now), now - 900000, "of an older build: as old as it is");
	fd = budgets_make(dir, "d", now);
	b = budgets_open(fd);
	T_OK(b != NULL && !budgets_take(b, 7, 3, 500) &&
	    budgets_take(b, 7, 4, 500), "and what was spent stays spent");
	budgets_close(b);
	close(fd);
	former(now + 900000);
	T_INT(began(now), now, "but not of a day to come");
	T_INT(budgets_began(dir), INT64_MAX, "what is no such file: unknown");
	unlinkat(dir, "d", 0);
}

static void
wrong(void)
{
	int fd = openat(dir, "w", O_RDWR | O_CREAT, 0600);

	T_OK(budgets_open(fd) == NULL, "an empty file is none");
	(void)!write(fd, "nonsense", 8);
	close(fd);
	fd = budgets_make(dir, "w", now);
	T_OK(fd >= 0, "what is no such file is made anew");
	budgets_close(budgets_open(fd));
	close(fd);
	T_INT(budgets_make(dir, "no/such", now), -1, "no directory");
}

int
main(void)
{
	char name[] = "/tmp/budgets.XXXXXX";

	if (mkdtemp(name) == NULL)
		return 1;
	dir = open(name, O_RDONLY | O_DIRECTORY);
	counts();
	full();
	killed();
	wrong();
	first_day();
	unlinkat(dir, "b", 0);
	unlinkat(dir, "w", 0);
	rmdir(name);
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "pledges.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/t.h"

enum { NOW = 1700000000, ASKERS = 8, EACH = 50, LIMIT = 100 };

static int dir, fd;
static const struct own_way one = { .messages = 1, .people = 1, .fresh = 1,
	.let = 1 };

static void
alone(void)
{
	struct pledges *p = pledges_open(fd);
	struct own_way all;
	struct pledge got;

	T_OK(p != NULL && pledges_lock(p), "a list, locked");
	T_OK(pledges_put(p, 1, 7, NOW, &one) && pledges_put(p, 2, 7, NOW,
	    &one) && pledges_put(p, 3, 8, NOW, &one), "three");
	pledges_sum(p, 7, 0, &all);
	T_OK(all.messages == 2 && all.people == 2 && all.fresh == 2 &&
	    all.let == 2 && all.inside == 0, "two of them of one account");
	pledges_sum(p, 7, 2, &all);
	T_INT(all.messages, 1, "one beside that which asks");
	T_OK(pledges_put(p, 2, 7, NOW, &(struct own_way){ .messages = 1 }),
	    "once more, after its eval was killed");
	pledges_sum(p, 7, 0, &all);
	T_OK(all.messages == 2 && all.people == 1, "is one message");
	T_OK(!pledges_put(p, 0, 7, NOW, &one), "no id, no pledge");
	pledges_settle(p, 1);
	pledges_settle(p, 1);
	pledges_settle(p, 99);
	pledges_sum(p, 7, 0, &all);
	T_OK(all.messages == 1 && all.people == 0, "settled once");
	T_OK(!pledges_overdue(p, NOW + PLEDGES_DUE_S - 1, &got),
	    "nothing is overdue");
	T_OK(pledges_overdue(p, NOW + PLEDGES_DUE_S, &got) &&
	    pledges_overdue(p, NOW + PLEDGES_DUE_S, &got) &&
	    got.way.messages == 1 && !pledges_overdue(p, NOW +
	    PLEDGES_DUE_S, &got), "then each is, once");
	T_OK(pledges_put(p, 4, 7, NOW + 1000, &one) &&
	    pledges_overdue(p, NOW, &got) && got.id == 4,
	    "from a time to come it is none");
	pledges_unlock(p);
	pledges_close(p);
}

static void
full(void)
{
	struct pledges *p = pledges_open(fd);
	struct own_way all;
	uint64_t id = 1;
	struct pledge got;

	while (pledges_put(p, id, 9, NOW, &one))
		id++;
	T_INT(id - 1, PLEDGES, "so many, and no more");
	pledges_settle(p, 77);
	T_OK(pledges_put(p, id, 9, NOW, &one) && !pledges_put(p, id + 1, 9,
	    NOW, &one), "one goes, one comes");
	pledges_sum(p, 9, 0, &all);
	T_INT(all.people, PLEDGES, "all are counted");
	while (pledges_overdue(p, NOW + 1000, &got))
		;
	pledges_sum(p, 9, 0, &all);
	T_INT(all.people, 0, "and none for ever");
	pledges_close(p);
}

/* Each octet of one: it counts, or it does not. */
static void
damaged(void)
{
	struct pledges *p = pledges_open(fd);
	uint8_t *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0), whole[256];
	struct own_way all;
	unsigned wrong = 0;
	struct pledge got;

	pledges_put(p, 1, 7, NOW, &(struct own_way){ .messages = 1,
		.people = 5, .let = 5 });
	memcpy(whole, at, sizeof(whole));
	for (size_t i = 8; i < sizeof(whole); i++) {
		at[i] ^= (uint8_t)(1 + i % 255);
		pledges_sum(p, 7, 0, &all);
		wrong += !(all.messages == 1 && all.people == 5) &&
		    !(all.messages == 0 && all.people == 0);
		memcpy(at, whole, sizeof(whole));
	}
	T_INT(wrong, 0, "whichever octet is another one");
	at[16 + 8] ^= 1;
	T_OK(!pledges_overdue(p, NOW, &got), "what is damaged is no message");
	pledges_sum(p, 7, 0, &all);
	T_OK(all.messages == 0 && pledges_put(p, 2, 7, NOW, &one),
	    "and its room is free");
	pledges_settle(p, 2);
	munmap(at, 4096);
	pledges_close(p);
}

/* As an eval does; of those who are killed, too. */
static void
asks(unsigned who, volatile unsigned *let)
{
	struct pledges *p = pledges_open(fd);
	struct own_way all, no = one;

	no.let = 0;
	for (unsigned i = 0; i < EACH; i++) {
		if (!pledges_lock(p))
			_exit(1);
		pledges_sum(p, 7, 0, &all);
		if (all.let < LIMIT)
			__atomic_add_fetch(let, 1, __ATOMIC_SEQ_CST);
		pledges_put(p, 1 + who * EACH + i, 7, NOW,
		    all.let < LIMIT ? &one : &no);
		pledges_unlock(p);
	}
	_exit(0);
}

static void
at_once(void)
{
	volatile unsigned *let = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct pledges *p = pledges_open(fd);
	pid_t pid[ASKERS];
	bool ok = true;
	struct own_way all;

	for (unsigned i = 0; i < ASKERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			asks(i, let);
	}
	for (unsigned i = 0; i < ASKERS; i++) {
		int status = 1;

		waitpid(pid[i], &status, 0);
		ok = ok && status == 0;
	}
	T_OK(ok, "processes ask at once");
	T_INT(*let, LIMIT, "exactly so many may");
	pledges_sum(p, 7, 0, &all);
	T_OK(all.messages == ASKERS * EACH && all.let == LIMIT,
	    "each is counted");
	pledges_close(p);
}

static void
killed(void)
{
	struct pledges *p = pledges_open(fd);
	pid_t pid = fork();

	if (pid == 0) {
		struct pledges *q = pledges_open(fd);

		if (pledges_lock(q))
			raise(SIGKILL);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	T_OK(pledges_lock(p), "the lock of who was killed is free");
	pid = fork();
	if (pid == 0)
		_exit(pledges_lock(p));
	waitpid(pid, (int *)&pid, 0);
	T_OK(WIFEXITED(pid) && WEXITSTATUS(pid) == 0,
	    "that of who lives is not, and is not waited for for long");
	pledges_unlock(p);
	pledges_close(p);
}

static void
files(void)
{
	int again = pledges_make(dir, "pledges");
	struct pledges *p;

	T_OK(again >= 0, "made once more");
	T_OK(ftruncate(again, 100) == 0 && pledges_open(again) == NULL,
	    "a piece of one is none");
	close(again);
	again = pledges_make(dir, "pledges");
	p = pledges_open(again);
	T_OK(p != NULL, "and begins anew");
	pledges_close(p);
	close(again);
}

int
main(void)
{
	char path[] = "/tmp/pledges.XXXXXX";

	if (mkdtemp(path) == NULL)
		return 1;
	dir = open(path, O_RDONLY | O_DIRECTORY);
	fd = pledges_make(dir, "pledges");
	alone();
	full();
	damaged();
	at_once();
	killed();
	files();
	unlinkat(dir, "pledges", 0);
	rmdir(path);
	return t_done();
}

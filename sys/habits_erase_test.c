/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who was erased is in no file and known to nobody, whenever the one who
 * does it was killed; and mail from before does not bring him back.
 */
#define _GNU_SOURCE		/* memmem() */
#include "habits_erase.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "habits_inner.h"
#include "test/t.h"

enum { START = 1700000000, ROOM = 40 << 20, PEOPLE = 20, MESSAGES = 400,
	WHO = 3 };

static char base[64];

static struct sample
message(unsigned who, unsigned n)
{
	uint64_t key = num_mix(who + 500);
	struct sample s = { .sender = key, .person = (uint32_t)key,
		.domain = num_mix(who % 4 + 99), .id = num_mix(n) | 1,
		.arrival = START + n * 600, .hour = (uint8_t)(n % 24) };

	for (unsigned r = 0; r < N_ROW; r++) {
		uint32_t v = (uint32_t)num_mix(r * 1000 + who % 11) | 1;

		if (!row_is_set(r)) {
			s.one[r] = v;
			continue;
		}
		s.first[r] = s.n_value;
		s.n[r] = 1;
		s.value[s.n_value++] = r == ROW_RECIPIENTS ?
		    (uint32_t)num_mix((who + n) % PEOPLE + 500) : v;
	}
	s.one[ROW_FIRST_RECIPIENT] = s.value[s.first[ROW_RECIPIENTS]];
	s.one[ROW_THREAD] = s.one[ROW_LINK_NEWS] = 0;
	return s;
}

static bool
take(struct habits *h, unsigned who, unsigned n)
{
	static uint8_t room[PACK_SAMPLE], lesson_room[HABITS_LESSON];
	struct buf b = BUF_ON(room), out = BUF_ON(lesson_room);
	struct sample s = message(who, n);
	struct lesson l;

	sample_put(&b, &s);
	l = (struct lesson){ .sample = buf_span(&b) };
	lesson_put(&out, &l);
	return habits_take(h, 7, n + 1, buf_span(&out)).learned;
}

static struct habits *
begun(int dir)
{
	struct habits_conf c = { .dir = dir, .alerts = 5 };
	int reader;
	struct habits *h;

	if (!habits_make(ROOM, &c.fd, &reader))
		abort();
	close(reader);
	h = habits_open(&c, START);
	close(c.fd);			/* it is mapped */
	if (h == NULL)
		abort();
	return h;
}

static int
new_dir(unsigned n)
{
	char path[100];

	snprintf(path, sizeof(path), "%s/%u", base, n);
	if (mkdir(path, 0700) != 0)
		abort();
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool
in_file(int dir, const char *name, const void *what, size_t n)
{
	int fd = openat(dir, name, O_RDONLY);
	struct stat st;
	uint8_t *all;
	bool is;

	if (fd < 0 || fstat(fd, &st) != 0)
		abort();
	all = malloc((size_t)st.st_size + 1);
	if (all == NULL || read(fd, all, (size_t)st.st_size) != st.st_size)
		abort();
	is = memmem(all, (size_t)st.st_size, what, n) != NULL;
	free(all);
	close(fd);
	return is;
}

/* In how many files his key stands, as memory and as samples have it. */
static unsigned
files_with(int dir, unsigned who)
{
	uint64_t key = num_mix(who + 500);
	uint64_t swapped = __builtin_bswap64(key);
	DIR *d = fdopendir(openat(dir, ".", O_RDONLY | O_DIRECTORY));
	struct dirent *e;
	unsigned n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += e->d_name[0] != '.' && (in_file(dir, e->d_name, &key, 8)
		    || in_file(dir, e->d_name, &swapped, 8));
	if (d != NULL)
		closedir(d);
	return n;
}

static bool
is_known(struct habits *h, unsigned who)
{
	return memory_find(&h->b.memory, num_mix(who + 500)) != NULL;
}

static struct erase_who
whom(unsigned who)
{
	uint64_t key = num_mix(who + 500);

	return (struct erase_who){ key, (uint32_t)key,
		num_mix(who % 4 + 99) };
}

static void
fill(struct habits *h, unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++)
		(void)take(h, n % PEOPLE, n);
	if (!habits_flush(h, to))
		abort();
}

static void
once(int dir)
{
	struct habits *h = begun(dir);
	struct erase_who who = whom(WHO), other = whom(5);
	struct erased e;
	unsigned n = MESSAGES;

	T_OK(!habits_erase_waits(dir) && habits_erase(h, START, &e) == 0,
	    "nothing is asked for");
	fill(h, 0, n);
	T_OK(is_known(h, WHO) && files_with(dir, WHO) > 0, "he is known");
	T_OK(habits_in_use(dir), "somebody learns there");
	T_OK(habits_erase_ask(dir, &who, 1), "to erase him is asked for");
	T_OK(!habits_erase_ask(dir, &other, 1) && errno == EEXIST,
	    "one request at a time");
	T_INT(habits_erase(h, START + n * 600, &e), 1, "it is done");
	T_OK(e.known && !habits_erase_waits(dir), "and no request is left");
	T_OK(!is_known(h, WHO) && is_known(h, 5), "nothing is known of him");
	T_INT(files_with(dir, WHO), 0, "and no file has his key");
	T_OK(!take(h, WHO, n - 1) && !take(h, WHO, n),
	    "what came before is not learned");
	T_OK(habits_flush(h, n + 1) && files_with(dir, WHO) == 0,
	    "nor written");
	T_OK(take(h, 5, n + 1), "of others it is");
	habits_close(h, true);
	h = begun(dir);
	T_OK(!is_known(h, WHO) && !take(h, WHO, n),
	    "a start brings nothing back");
	T_OK(!take(h, WHO, n) && take(h, WHO, n + 500) && is_known(h, WHO),
	    "what he writes later is his to be learned");
	habits_close(h, false);
	T_OK(!habits_in_use(dir), "nobody is there");
}

static void
not_ours(int dir)
{
	struct erase_who who = whom(WHO);
	struct habits *h = begun(dir);
	struct erased e;
	int fd;

	if (!habits_erase_ask(dir, &who, 1))
		abort();
	fd = openat(dir, "erase", O_RDWR);
	if (fd < 0 || pwrite(fd, "x", 1, 20) != 1)
		abort();
	close(fd);
	T_OK(habits_erase(h, START, &e) == -1 && errno == EBADMSG &&
	    !habits_erase_waits(dir), "a request that is not ours is refused");
	habits_close(h, false);
}

/* Killed while it is done; then somebody else begins. */
static void
killed(void)
{
	struct chance chance = { (uint64_t)getpid() };
	unsigned back = 0, undone = 0, early = 0;

	printf("# seed %d\n", (int)getpid());
	for (unsigned round = 0; round < 12; round++) {
		int dir = new_dir(100 + round);
		struct erase_who who = whom(WHO);
		struct erased e;
		struct habits *h;
		char word;
		int fd[2];
		pid_t pid;

		if (pipe(fd) != 0 || (pid = fork()) < 0)
			abort();
		if (pid == 0) {
			h = begun(dir);
			fill(h, 0, MESSAGES);
			if (!habits_erase_ask(dir, &who, 1) ||
			    write(fd[1], "a", 1) != 1)
				abort();
			(void)habits_erase(h, START + MESSAGES * 600, &e);
			for (unsigned n = MESSAGES;; n++) {
				(void)take(h, 5, n);
				(void)habits_flush(h, n);
			}
		}
		close(fd[1]);
		/* however long a loaded machine takes to come to it */
		if (read(fd[0], &word, 1) != 1)
			abort();
		close(fd[0]);
		usleep(chance_below(&chance, 500000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		early += habits_erase_waits(dir);
		h = begun(dir);
		(void)habits_erase(h, START + MESSAGES * 600, &e);
		back += is_known(h, WHO) || files_with(dir, WHO) > 0;
		undone += habits_erase_waits(dir) || !is_known(h, 5);
		habits_close(h, false);
		close(dir);
	}
	printf("# of 12 kills %u came before it was done\n", early);
	T_INT(back, 0, "kills after which he was known");
	T_INT(undone, 0, "kills after which it was not done");
}

int
main(void)
{
	char command[100];

	snprintf(base, sizeof(base), "/tmp/erase.%d", (int)getpid());
	if (mkdir(base, 0700) != 0)
		return 1;
	once(new_dir(0));
	not_ours(new_dir(1));
	killed();
	snprintf(command, sizeof(command), "rm -rf %s", base);
	return system(command) != 0 ? 1 : t_done();
}

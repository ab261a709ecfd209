/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was learned outlives every kill, to the bit, and nothing that is
 * damaged is believed; who looks meanwhile sees whole things or nothing.
 */
#include "habits_keep.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "habits_inner.h"
#include "test/t.h"
#include "whole.h"
#include "wire/base64.h"

enum { START = 1700000000, ROOM = 40 << 20, PEOPLE = 30 };

static char base[64];
static unsigned dirs;

/* ---- a small world ------------------------------------------------------- */

/* The n-th message: a few people with habits, new ones in a flood. */
static struct sample
message(unsigned n, bool flood)
{
	uint64_t who = flood ? 1000 + n : num_mix(n) % PEOPLE;
	struct sample s = { .sender = num_mix(who) | 1,
		.person = (uint32_t)num_mix(who) | 1,
		.domain = num_mix(who % 7 + 99) | 1, .id = num_mix(n) | 1,
		.arrival = START + n * 600, .hour = (uint8_t)(n % 24) };

	for (unsigned r = 0; r < N_ROW; r++) {
		uint32_t v = (uint32_t)num_mix(r * 1000 + who % 11 +
		    (r % 5 == 0 ? n % 3 : 0)) | 1;

		if (!row_is_set(r)) {
			s.one[r] = v;
			continue;
		}
		s.first[r] = s.n_value;
		s.n[r] = 1;
		s.value[s.n_value++] = v;
	}
	s.one[ROW_THREAD] = s.one[ROW_LINK_NEWS] = 0;
	return s;
}

static struct span
octets(unsigned n, bool flood)
{
	static uint8_t room[PACK_SAMPLE];
	struct buf b = BUF_ON(room);
	struct sample s = message(n, flood);

	sample_put(&b, &s);
	return buf_span(&b);
}

/* As store gets it. */
static struct span
lesson(unsigned n, bool flood)
{
	static uint8_t room[HABITS_LESSON];
	struct buf b = BUF_ON(room);
	struct lesson l = { .sample = octets(n, flood) };

	lesson_put(&b, &l);
	return buf_span(&b);
}

/* One that a policy held. */
static struct span
held_back(unsigned n)
{
	static uint8_t room[HABITS_LESSON];
	struct buf b = BUF_ON(room);
	struct lesson l = { .sample = octets(n, true), .kept = true };

	lesson_put(&b, &l);
	return buf_span(&b);
}

static int
new_dir(void)
{
	char path[100];

	snprintf(path, sizeof(path), "%s/%u", base, dirs++);
	if (mkdir(path, 0700) != 0)
		abort();
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct world {
	struct habits_conf conf;
	int reader;
};

static struct world
world(int dir)
{
	struct world w = { .conf = { .dir = dir, .alerts = 5,
		.observe = 14 * 86400 } };

	if (!habits_make(ROOM, &w.conf.fd, &w.reader))
		abort();
	return w;
}

static struct habits *
begun(const struct world *w)
{
	struct habits *h = habits_open(&w->conf, START);

	if (h == NULL) {
		perror("# habits_open");
		abort();
	}
	return h;
}

static void
left(struct world *w)
{
	close(w->conf.fd);
	close(w->reader);
}

static void
learn(struct habits *h, unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++) {
		if (!habits_take(h, 7, n + 1, lesson(n, false)).learned)
			abort();
		if (n % 16 == 15 && !habits_flush(h, n))
			abort();
	}
	if (!habits_flush(h, to))
		abort();
}

/* Everything but the key, which is by chance. */
static bool
same(struct habits *a, struct habits *b)
{
	if (a->octets != b->octets)
		return false;
	memcpy(b->b.head->key, a->b.head->key, HABITS_KEY);
	return memcmp(a->block, b->block, a->octets) == 0;
}

/* As if nothing had ever happened to the first n. */
static bool
as_undisturbed(struct habits *h, unsigned n)
{
	struct world w = world(new_dir());
	struct habits *u = begun(&w);
	bool ok;

	learn(u, 0, n);
	ok = same(h, u);
	habits_close(u, false);
	left(&w);
	return ok;
}

/* ---- ------------------------------------------------------------------- */

static void
sizes(void)
{
	struct geometry g;

	T_OK(!habits_geometry(&g, 1 << 20), "a megabyte is too little");
	for (size_t n = 32; n <= 1024; n *= 2) {
		bool ok = habits_geometry(&g, n << 20);
		size_t size = ok ? behave_size(&g) : 0;

		T_OK(ok && size <= n << 20 && size > (n << 20) / 10 * 9,
		    "a block as large as may be");
	}
}

static void
kept(void)
{
	struct world w = world(new_dir()), v = w;
	struct habits *h = begun(&w), *again;

	T_OK(habits_state(h).fresh, "nothing was there");
	T_OK(habits_state(h).observe == START + 14 * 86400,
	    "the days of observing begin");
	learn(h, 0, 700);
	errno = 0;
	T_OK(habits_open(&w.conf, START) == NULL && errno == EWOULDBLOCK,
	    "one at a time");
	habits_close(h, false);
	w = world(v.conf.dir);
	again = begun(&w);
	T_INT(habits_state(again).replayed, 700, "learned again at start");
	T_OK(as_undisturbed(again, 700), "the same state from files");
	T_OK(!habits_take(again, 7, 700, lesson(699, false)).learned,
	    "what comes twice is learned once");
	learn(again, 700, 900);
	habits_close(again, true);
	left(&w);
	w = world(v.conf.dir);
	again = begun(&w);
	T_INT(habits_state(again).replayed, 0, "all is in the snapshot");
	T_OK(as_undisturbed(again, 900), "the same state from a snapshot");
	T_OK(habits_state(again).observe == START + 14 * 86400,
	    "and the same first day");
	T_OK(!habits_take(again, 7, 900, lesson(899, false)).learned,
	    "it knows what it had");
	T_OK(!habits_take(again, 8, 1, SPAN("nonsense")).learned,
	    "what is no sample is refused");
	habits_close(again, false);
	left(&w);
	left(&v);
}

/* An odd message of somebody who is known, by another's hand. */
static struct span
odd(unsigned n)
{
	static uint8_t octets_room[PACK_SAMPLE], room[HABITS_LESSON];
	struct buf o = BUF_ON(octets_room), b = BUF_ON(room);
	struct sample s = message(n, false);
	struct lesson l;

	for (unsigned r = 0; r < N_ROW; r++)
		if (!row_is_set(r))
			s.one[r] = (uint32_t)num_mix(r + 77777) | 1;
	sample_put(&o, &s);
	l = (struct lesson){ .sample = buf_span(&o), .kept = n % 4 == 0 };
	lesson_put(&b, &l);
	return buf_span(&b);
}

static unsigned
waiting(struct habits *h)
{
	return (unsigned)habits_state(h).waiting;
}

/* A word on each of so many messages; every second is bad. */
static unsigned
say(struct habits *h, unsigned from, unsigned to)
{
	unsigned did = 0;

	for (unsigned n = from; n < to; n++) {
		struct habits_word w = { 7, n + 1, START + n * 600, 100 * n,
			n % 2 == 0 };
		enum label_end end;

		if (!habits_hear(h, &w, &end))
			abort();
		did += end != LABEL_NOT_KEPT;
	}
	return did;
}

static void
words(void)
{
	struct world w = world(new_dir()), v = world(new_dir());
	struct habits *h = begun(&w), *u = begun(&v), *all[2] = { h, u };

	for (unsigned i = 0; i < 2; i++) {
		learn(all[i], 0, 3000);
		for (unsigned n = 3000; n < 3020; n++)
			(void)habits_take(all[i], 7, n + 1, odd(n));
		T_OK(say(all[i], 3000, 3020) > 10,
		    "odd messages are kept for a word");
		(void)habits_flush(all[i], 3020);
	}
	T_OK(waiting(h) > 5 && waiting(h) < 20,
	    "what was called bad waits on, what was called good does not");
	habits_close(h, false);
	h = begun(&w);
	T_OK(same(h, u), "words are heard again at start, to the bit");
	T_INT(habits_heard(h), 301900, "and are not heard once more");
	if (!habits_snapshot(h))
		abort();
	habits_close(h, true);
	h = begun(&w);
	T_INT(habits_heard(h), 301900, "nor after a snapshot");
	habits_close(h, false);
	habits_close(u, false);
	left(&w);
	left(&v);
}

/* Learns for ever, with snapshots, until somebody kills it. */
static void
until_killed(int dir, int said, unsigned from)
{
	struct world w = world(dir);
	struct habits *h = begun(&w);

	for (unsigned n = from;; n++) {
		(void)habits_take(h, 7, n + 1, lesson(n, false));
		if (n % 8 != 7)
			continue;
		if (!habits_flush(h, n) || (n % 512 == 511 &&
		    !habits_snapshot(h)))
			_exit(1);
		/* so many it has written */
		if (write(said, &n, sizeof(n)) != sizeof(n))
			_exit(1);
	}
}

static void
killed(void)
{
	int dir = new_dir();
	unsigned at = 0, lost = 0, torn = 0;
	struct chance chance = { (uint64_t)getpid() };

	printf("# seed %d\n", (int)getpid());
	for (unsigned round = 0; round < 12; round++) {
		struct world w;
		struct habits *h;
		unsigned told = at, n;
		int fd[2];
		pid_t pid;

		if (pipe(fd) != 0 || (pid = fork()) < 0)
			abort();
		if (pid == 0)
			until_killed(dir, fd[1], at);
		close(fd[1]);
		/* the first word: it is there */
		if (read(fd[0], &n, sizeof(n)) == sizeof(n))
			told = n + 1;
		usleep(chance_below(&chance, 60000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		while (read(fd[0], &n, sizeof(n)) == sizeof(n))
			told = n + 1;
		close(fd[0]);
		w = world(dir);
		h = begun(&w);
		at = (unsigned)h->seen[0].number;
		lost += at < told;
		torn += !as_undisturbed(h, at);
		habits_close(h, false);
		left(&w);
	}
	printf("# %u messages over 12 kills\n", at);
	T_INT(lost, 0, "kills that lost what was written");
	T_INT(torn, 0, "kills after which the state was another");
}

static void
damage(int dir, const char *name, off_t at)
{
	int fd = openat(dir, name, O_RDWR);
	uint8_t c;

	if (at < 0)			/* from the end */
		at += lseek(fd, 0, SEEK_END);
	if (fd < 0 || pread(fd, &c, 1, at) != 1)
		abort();
	c ^= 0x10;
	if (pwrite(fd, &c, 1, at) != 1)
		abort();
	close(fd);
}

static void
damaged(void)
{
	struct world w = world(new_dir());
	struct habits *h = begun(&w);

	learn(h, 0, 300);
	if (!habits_snapshot(h))
		abort();
	learn(h, 300, 400);
	habits_close(h, false);
	damage(w.conf.dir, "learned.00000002", 64 + 50 * 300);
	h = begun(&w);
	T_OK(habits_state(h).discarded > 0 && habits_state(h).replayed > 20 &&
	    habits_state(h).replayed < 80, "behind the damage nothing counts");
	T_OK(as_undisturbed(h, 300 + (unsigned)habits_state(h).replayed),
	    "what stands before it does");
	habits_close(h, true);
	damage(w.conf.dir, "snapshot", 20 << 20);
	h = begun(&w);
	T_OK(habits_state(h).bad_snapshot, "a damaged snapshot is told");
	T_INT(habits_state(h).senders, 0, "and not believed");
	learn(h, 1000, 1010);
	habits_close(h, false);
	left(&w);
}

/* What assay learn --for-assayd leaves: what h has, and its sum. */
static void
leave_start(int dir, const struct habits *h)
{
	uint8_t sum[WHOLE_SUM];
	int fd;

	if (mkdirat(dir, "start", 0700) != 0)
		abort();
	fd = openat(dir, "start/state", O_WRONLY | O_CREAT | O_EXCL, 0600);
	whole_sum(sum, h->block, h->octets);
	if (fd < 0 || !whole_write(fd, h->block, h->octets) ||
	    !whole_write(fd, sum, sizeof(sum)))
		abort();
	close(fd);
}

/* One bit anywhere: links of records lie there, and numbers of places. */
static void
started(void)
{
	struct world from = world(new_dir());
	struct habits *taught = begun(&from);
	unsigned believed = 0;

	learn(taught, 0, 300);
	for (unsigned i = 0; i < 7; i++) {
		struct world w = world(new_dir());
		struct habits *h;

		leave_start(w.conf.dir, taught);
		if (i > 0)
			damage(w.conf.dir, "start/state", i == 6 ? -9 :
			    4099 + (off_t)i * 1000003);
		h = begun(&w);
		if (i == 0)
			T_OK(habits_state(h).started &&
			    habits_state(h).senders > 0,
			    "what an archive taught is taken");
		else
			believed += !habits_state(h).bad_start ||
			    habits_state(h).senders > 0;
		habits_close(h, false);
		left(&w);
	}
	habits_close(taught, false);
	left(&from);
	T_INT(believed, 0, "damaged starts that were believed");
}

static void
flooded(void)
{
	struct world w = world(new_dir());
	struct habits *h = begun(&w);
	struct stat st;

	learn(h, 0, 2000);
	for (unsigned n = 2000; n < 60000; n++) {
		(void)habits_take(h, 9, n, lesson(n, true));
		if (n % 512 == 0)
			(void)habits_flush(h, n);
	}
	printf("# %llu senders\n",
	    (unsigned long long)habits_state(h).senders);
	T_OK(habits_state(h).senders < 40000, "a flood finds its bound");
	T_OK(memory_find(&h->b.memory, message(1, false).sender) != NULL,
	    "and drives nobody out who is known");
	T_OK(habits_flush(h, 1 << 20) && habits_snapshot(h) &&
	    fstatat(w.conf.dir, "snapshot", &st, 0) == 0 &&
	    st.st_size <= ROOM + (16 << 10), "nor does the file grow");
	habits_close(h, false);
	left(&w);
}

/* Somebody learns as fast as he can. */
static void
looked_at(void)
{
	struct world w = world(new_dir());
	struct habits *h = begun(&w);
	struct habits_reader *r = habits_reader_new(w.reader);
	static struct known k;
	static uint8_t room[PACK_ANSWER];
	uint8_t key[HABITS_KEY];
	unsigned whole = 0, broken = 0;
	pid_t pid;

	learn(h, 0, 600);
	T_OK(habits_key(r, key) && memcmp(key, h->b.head->key, 16) == 0,
	    "the key is there");
	pid = fork();
	if (pid == 0)
		for (unsigned n = 600;; n++) {
			(void)habits_take(h, 7, n + 1, lesson(n, n % 2 == 0));
			(void)habits_flush(h, n);
			if (n % 4 == 0)
				usleep(50);
		}
	for (unsigned i = 0; i < 20000; i++) {
		struct sample s = message(i % 600, false);
		struct buf out = BUF_ON(room);
		struct span said = habits_ask(r, octets(i % 600, false),
		    SPAN_NONE);

		if (span_absent(said))
			continue;
		whole++;
		if (!base64_decode(&out, said, false) ||
		    !known_get(&k, buf_span(&out), &s) ||
		    !(k.view.n > 0))
			broken++;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	printf("# of 20000 looks %u were whole\n", whole);
	T_OK(whole > 10000, "most looks see something");
	T_INT(broken, 0, "looks that saw nonsense");
	atomic_fetch_or(&h->head->sequence, 1);
	T_OK(span_absent(habits_ask(r, octets(3, false), SPAN_NONE)),
	    "whoever was killed in between is not believed");
	habits_reader_free(r);
	habits_close(h, false);
	left(&w);
}

/* Of what is kept from its reader nothing is usual. */
static void
teaches_nothing(void)
{
	struct world w = world(new_dir()), v = w;
	struct habits *h = begun(&w);
	static uint8_t room[HABITS_LESSON];
	struct buf b = BUF_ON(room);
	uint64_t senders, waiting;
	struct habits_told t;
	struct lesson l;

	learn(h, 0, 300);
	senders = habits_state(h).senders;
	waiting = habits_state(h).waiting;
	for (unsigned n = 300; n < 400; n++) {
		t = habits_take(h, 7, n + 1, held_back(n));
		if (t.learned)
			T_OK(false, "what is held is not learned");
	}
	T_INT(habits_state(h).senders, senders, "no sender more");
	T_INT(habits_state(h).waiting, waiting, "nor waits any of it");
	T_OK(habits_flush(h, 1), "but it is written down");
	habits_close(h, false);
	w = world(v.conf.dir);
	h = begun(&w);
	T_INT(habits_state(h).replayed, 400, "with what was learned");
	T_INT(habits_state(h).senders, senders, "and teaches nothing then");
	T_OK(lesson_get(&l, held_back(1)) && l.kept && !l.silent &&
	    lesson_get(&l, lesson(1, true)) && !l.kept,
	    "what was kept is told from what was not");
	l.silent = true;
	lesson_put(&b, &l);
	T_OK(lesson_get(&l, buf_span(&b)) && !l.kept && l.silent,
	    "and what proves nothing");
	room[0] = 4;
	T_OK(!lesson_get(&l, buf_span(&b)), "of more nobody knows");
	T_OK(habits_take(h, 7, 401, lesson(399, true)).learned &&
	    habits_state(h).senders == senders + 1,
	    "delivered, it would have");
	habits_close(h, false);
	left(&w);
	left(&v);
}

int
main(void)
{
	char command[100];

	snprintf(base, sizeof(base), "/tmp/habits.%d", (int)getpid());
	if (mkdir(base, 0700) != 0)
		return 1;
	sizes();
	kept();
	killed();
	words();
	damaged();
	started();
	teaches_nothing();
	flooded();
	looked_at();
	snprintf(command, sizeof(command), "rm -rf %s", base);
	return system(command) != 0 ? 1 : t_done();
}

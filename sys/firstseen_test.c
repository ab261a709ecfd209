/* SPDX-License-Identifier: Apache-2.0 */
#include "firstseen.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/t.h"

/* So few names in so much room that no salt fills a bucket of four. */
enum { TODAY = 20513, ROOMY = 1 << 18, NAMES = 500 };

static char dir[] = "/tmp/assay-firstseen.XXXXXX", path[64], other[64];
static char why[FIRSTSEEN_WHY];

static struct seen
named(const struct firstseen *f, const char *word, int i)
{
	char name[64];
	int n = snprintf(name, sizeof(name), "%s%d.example", word,
	    i);

	return (struct seen){ .hash = firstseen_hash(f,
	    (struct span){ (uint8_t *)name, (size_t)n }), .first = TODAY };
}

static void
test_use(void)
{
	struct firstseen *f = firstseen_open(path, true, 64, TODAY, why), *g;
	struct firstseen_count n;
	struct seen s, got;

	T_OK(f != NULL, "made");
	T_INT(firstseen_since(f), TODAY, "begins today");
	s = named(f, "shop", 1);
	T_OK(!firstseen_get(f, s.hash, &got), "not known");
	T_OK(firstseen_put(f, &s) && firstseen_get(f, s.hash, &got) &&
	    got.first == TODAY, "put");
	s.first = TODAY - 5;
	s.registered = TODAY - 9;
	seen_sender(&s, 77);
	T_OK(firstseen_put(f, &s) && firstseen_get(f, s.hash, &got) &&
	    got.first == TODAY - 5 && got.registered == TODAY - 9 &&
	    seen_senders(&got) == 1, "merged");
	s.first = TODAY;
	T_OK(firstseen_put(f, &s) && firstseen_get(f, s.hash, &got) &&
	    got.first == TODAY - 5, "an earlier day stays");
	T_OK(firstseen_open(path, true, 64, TODAY, why) == NULL &&
	    strstr(why, "another process") != NULL, "one writes");
	g = firstseen_open(path, false, 0, 0, why);
	T_OK(g != NULL && firstseen_get(g, s.hash, &got), "others read");
	firstseen_close(g);
	T_OK(firstseen_sync(f), "on the disk");
	firstseen_close(f);
	f = firstseen_open(path, true, 4096, TODAY + 9, why);
	T_OK(f != NULL && firstseen_get(f, s.hash, &got), "still known");
	T_INT(firstseen_since(f), TODAY, "since then");
	firstseen_count(f, &n);
	T_OK(n.used == 1 && n.slots == 64 && n.torn == 0, "counted");
	T_OK(firstseen_forget(f, s.hash) && !firstseen_get(f, s.hash, &got),
	    "forgotten");
	firstseen_close(f);
}

/*
 * A flood of names seen once drives out none that many have seen: as many as
 * a bucket holds, since the salt may put them all into one.
 */
static void
test_flood(void)
{
	struct firstseen *f = firstseen_open(path, true, 64, TODAY, why);
	struct firstseen_count n;
	unsigned lost = 0;

	for (int i = 0; i < 4; i++) {
		struct seen s = named(f, "known", i);

		for (uint64_t k = 0; k < 64; k++)
			seen_sender(&s, k * UINT64_C(0x9e3779b97f4a7c15));
		s.first -= 100;
		T_OK(firstseen_put(f, &s), "known");
	}
	for (int i = 0; i < 20000; i++) {
		struct seen s = named(f, "flood", i);

		if (!firstseen_put(f, &s))
			lost++;
	}
	T_INT(lost, 0, "a flood");
	for (int i = 0; i < 4; i++) {
		struct seen s = named(f, "known", i), got;

		T_OK(firstseen_get(f, s.hash, &got) && got.first == TODAY -
		    100, "still known");
	}
	firstseen_count(f, &n);
	T_OK(n.used <= 64, "bounded");
	firstseen_close(f);
	unlink(path);
}

static void
copy(const char *from, const char *to)
{
	char line[200];

	(void)snprintf(line, sizeof(line), "cp %s %s", from, to);
	T_INT(system(line), 0, "a copy");
}

static bool
same(const struct firstseen *a, const struct firstseen *b)
{
	for (int i = 0; i < 300; i++) {
		struct seen s = named(a, "node", i), x, y;
		bool in = firstseen_get(a, s.hash, &x);

		if (in != firstseen_get(b, s.hash, &y) || (in &&
		    (x.first != y.first || x.senders != y.senders)))
			return false;
	}
	return true;
}

/* Two nodes that began as one copy; either into the other gives the same. */
static void
test_merge(void)
{
	struct firstseen *a = firstseen_open(path, true, ROOMY, TODAY, why),
	    *b;
	struct firstseen *c;

	firstseen_close(a);
	copy(path, other);
	a = firstseen_open(path, true, 0, TODAY, why);
	b = firstseen_open(other, true, 0, TODAY, why);
	for (int i = 0; i < 300; i++) {
		struct seen s = named(a, "node", i);

		s.first -= (uint32_t)(i * 7 % 50);
		seen_sender(&s, (uint64_t)i * 31);
		if (i % 3 != 0)
			T_OK(firstseen_put(a, &s), "one node");
		s.first -= (uint32_t)(i * 13 % 50);
		seen_sender(&s, (uint64_t)i * 37);
		if (i % 5 != 0)
			T_OK(firstseen_put(b, &s), "the other");
	}
	T_OK(!same(a, b), "they differ");
	T_OK(firstseen_merge(a, b) && firstseen_merge(b, a) && same(a, b),
	    "in either order the same");
	unlink(other);
	c = firstseen_open(other, true, 64, TODAY, why);
	T_OK(!firstseen_merge(a, c) && errno == EINVAL,
	    "another salt is another memory");
	firstseen_close(a);
	firstseen_close(b);
	firstseen_close(c);
	unlink(path);
	unlink(other);
}

/* Killed while it writes: what was written before is there. */
static void
test_killed(void)
{
	volatile int *done = mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct firstseen *f = firstseen_open(path, true, ROOMY, TODAY, why);
	struct firstseen_count n;
	unsigned missing = 0;
	pid_t pid;
	int last;

	firstseen_close(f);
	pid = fork();
	if (pid == 0) {
		f = firstseen_open(path, true, 0, TODAY, why);
		for (int i = 0; ; i++) {
			struct seen s = named(f, "killed", i % NAMES);

			seen_sender(&s, (uint64_t)i * UINT64_C(2654435761));
			if (!firstseen_put(f, &s))
				_exit(1);
			*done = i;
		}
	}
	while (*done < 3000)
		usleep(500);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	last = *done < NAMES ? *done : NAMES - 1;
	f = firstseen_open(path, true, 0, TODAY, why);
	T_OK(f != NULL, "opened, and the lock is gone");
	for (int i = 0; i <= last; i++) {
		struct seen s = named(f, "killed", i), got;

		missing += !firstseen_get(f, s.hash, &got);
	}
	firstseen_count(f, &n);
	T_INT(missing, 0, "nothing is lost");
	T_INT(n.torn, 0, "nothing is torn");
	firstseen_close(f);
}

static void
damage(off_t at, const char *octets, size_t n)
{
	int fd = open(path, O_RDWR);

	T_OK(pwrite(fd, octets, n, at) == (ssize_t)n, "damage");
	close(fd);
}

static void
test_damage(void)
{
	struct firstseen *f = firstseen_open(path, false, 0, 0, why);
	struct firstseen_count n;

	firstseen_count(f, &n);
	firstseen_close(f);
	for (off_t at = 64 + 9; at < 64 + 16 * 4096; at += 16)
		damage(at, "\x77", 1);
	f = firstseen_open(path, false, 0, 0, why);
	firstseen_count(f, &n);
	T_OK(f != NULL && n.torn > 0 && n.used > 0, "told, the rest is read");
	firstseen_close(f);
	damage(35, "\x01", 1);
	T_OK(firstseen_open(path, true, 0, 0, why) == NULL, "a broken head");
	T_INT(truncate(path, 30), 0, "cut");
	T_OK(firstseen_open(path, false, 0, 0, why) == NULL, "too short");
	unlink(path);
	T_OK(firstseen_open(path, false, 0, 0, why) == NULL, "not there");
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/seen", dir);
	(void)snprintf(other, sizeof(other), "%s/other", dir);
	test_use();
	test_flood();
	test_merge();
	test_killed();
	test_damage();
	rmdir(dir);
	return t_done();
}

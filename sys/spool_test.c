/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spool_file.h"
#include "test/t.h"

static const uint8_t salt[SPOOL_SALT] = { 's', 'a', 'l', 't' };
static char dir_name[] = "/tmp/assay-spool.XXXXXX";
static int dir;

static struct span
text_of(uint8_t *room, uint32_t n)
{
	size_t len = n % 31 == 0 ? 20000 + n % 3000 : n * 7919u % 900;
	uint32_t v = n * 2654435761u;

	for (size_t i = 0; i < len; i++) {
		v = v * 1664525u + 1013904223u;
		room[i] = (uint8_t)(v >> 24);
	}
	return (struct span){ room, len };
}

static bool
put(struct spool *s, uint32_t n)
{
	static uint8_t room[32000];

	return spool_put(s, n, SPAN("example.org"), 20000, text_of(room, n));
}

static bool
is_number(const struct spool_entry *e, uint32_t n)
{
	static uint8_t room[32000];
	struct span want = text_of(room, n);

	return e->id == n && e->record.len == want.len &&
	    (want.len == 0 || memcmp(e->record.ptr, want.ptr, want.len) == 0);
}

struct pair {
	int fd;
	struct spool *w;
	struct spool_reader *r;
};

static struct pair
pair_new(const char *name, uint64_t octets)
{
	struct pair p = { .fd = spool_make(dir, name, octets, salt) };

	p.w = p.fd < 0 ? NULL : spool_open(p.fd);
	p.r = p.fd < 0 ? NULL : spool_reader_new(p.fd);
	if (p.w == NULL || p.r == NULL) {
		printf("Bail out! no spool: %s\n", strerror(errno));
		exit(1);
	}
	return p;
}

static void
pair_free(struct pair *p)
{
	spool_close(p->w);
	spool_reader_free(p->r);
	close(p->fd);
}

static void
in_order(void)
{
	struct pair p = pair_new("a", 0);
	struct spool_entry e;
	uint32_t n = 0, right = 0, next = 1;

	T_OK(!spool_next(p.r, &e), "empty");
	T_SPAN(((struct span){ spool_salt(p.w), SPOOL_SALT }),
	    ((struct span){ salt, SPOOL_SALT }), "the salt");
	for (uint32_t i = 1; i <= 3000; i++) {
		if (!put(p.w, i)) {
			T_OK(false, "there is room");
			break;
		}
		if (i % 10 != 0)
			continue;
		while (spool_next(p.r, &e)) {
			n++;
			right += is_number(&e, next++) && e.number == n &&
			    !e.old;
		}
		if (i % 20 == 0)
			spool_again(p.r);
		else if (!spool_done(p.r))
			T_OK(false, "done");
		if (i % 20 == 0) {
			next -= 10;
			n -= 10;
			right -= 10;
		}
	}
	while (spool_next(p.r, &e))
		right += is_number(&e, next++);
	T_INT(right, 3000, "each comes, whole and in order, over the edge");
	T_INT(spool_state(p.r).torn, 0, "none was torn");
	T_OK(spool_state(p.r).waiting > 0, "the last are not safe yet");
	spool_done(p.r);
	T_INT(spool_state(p.r).waiting, 0, "now they are");
	pair_free(&p);
	p = pair_new("a", 0);
	T_OK(!spool_next(p.r, &e), "and do not come again");
	put(p.w, 77);
	T_OK(spool_next(p.r, &e) && e.number == 3001, "numbers go on");
	pair_free(&p);
	p = pair_new("a", 0);
	T_OK(spool_next(p.r, &e) && e.old && e.number == 3001,
	    "what was not safe comes once more");
	pair_free(&p);
}

static void
full(void)
{
	struct pair p = pair_new("b", 0);
	static const uint8_t big[SPOOL_RECORD + 1];
	struct spool_entry e;
	struct spool_drop d;
	uint32_t fit = 0, got = 0;
	uint64_t others = 0, pairs = 0;
	char name[80];

	while (put(p.w, fit))
		fit++;
	T_OK(fit > 100, "it is full at last");
	T_OK(!spool_put(p.w, 1, SPAN("other.example"), 20001,
	    (struct span){ big, sizeof(big) }), "too long at any time");
	put(p.w, 31);
	T_OK(spool_next_drop(p.r, &d) && d.count == 2 && d.day == 20000 &&
	    strcmp(d.domain, "example.org") == 0, "drops by domain");
	T_OK(spool_next_drop(p.r, &d) && d.count == 1 && d.day == 20001 &&
	    strcmp(d.domain, "other.example") == 0, "and day");
	T_OK(!spool_next_drop(p.r, &d), "no more");
	T_OK(spool_told(p.r), "told");
	spool_reader_free(p.r);
	p.r = spool_reader_new(p.fd);
	T_OK(!spool_next_drop(p.r, &d), "once");
	put(p.w, 31);
	T_OK(spool_next_drop(p.r, &d) && d.count == 1, "what came since");
	while (spool_next_drop(p.r, &d))
		;
	spool_told(p.r);
	for (unsigned i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "d%u.example", i);
		spool_put(p.w, 1, assay_cstr(name), 20002,
		    (struct span){ big, 200000 });
	}
	memset(name, 'x', sizeof(name));
	spool_put(p.w, 1, (struct span){ (uint8_t *)name, sizeof(name) },
	    20002, (struct span){ big, 200000 });
	spool_put(p.w, 1, SPAN("a b\nc"), 20002,
	    (struct span){ big, 200000 });
	while (spool_next_drop(p.r, &d)) {
		pairs += d.domain[0] != 0;
		others += d.domain[0] == 0 ? d.count : 0;
	}
	T_INT(pairs, SPOOL_DROPS - 1, "as many names as there is room for");
	T_INT(pairs + others, 302, "and none is lost from the count");
	while (spool_next(p.r, &e))
		got++;
	T_INT(got, fit, "what fitted is there");
	spool_done(p.r);
	T_OK(put(p.w, 1), "and there is room again");
	pair_free(&p);
}

/* Kills the producer at any moment, again and again. */
static void
kills(void)
{
	struct pair p = pair_new("c", 1 << 20);
	uint32_t right = 0, wrong = 0, gaps = 0;
	uint64_t last = 0;
	struct spool_entry e;

	for (int round = 0; round < 25; round++) {
		pid_t pid = fork();
		if (pid == 0) {
			struct spool *w = spool_open(p.fd);
			if (w == NULL)
				_exit(1);
			for (uint32_t i = 1;; i++)
				put(w, i);
		}
		for (int i = 0; i < 5; i++) {
			usleep(300 + (unsigned)round * 37);
			while (spool_next(p.r, &e)) {
				right += is_number(&e, (uint32_t)e.id);
				wrong += !is_number(&e, (uint32_t)e.id);
				gaps += e.number <= last;
				last = e.number;
			}
			spool_done(p.r);
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		/* the consumer dies too */
		spool_reader_free(p.r);
		p.r = spool_reader_new(p.fd);
	}
	printf("# %u records over 25 kills, %llu torn\n", right,
	    (unsigned long long)spool_state(p.r).torn);
	T_OK(right > 100, "records came through");
	T_INT(wrong, 0, "all of them whole");
	T_INT(gaps, 0, "none twice, none out of order");
	T_INT(spool_state(p.r).torn, 0, "nothing torn");
	pair_free(&p);
}

/* The consumer and the producer are killed; what was told to be safe was
 * read, what was read and not safe comes again, nothing is missing. */
static void
death_of_the_consumer(void)
{
	struct pair p = pair_new("d", 1 << 20);
	uint64_t seen = 0;
	uint32_t missing = 0;
	struct spool_entry e;
	uint32_t n = 0;

	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 30; i++)
			put(p.w, ++n);
		if (fork() == 0) {
			for (int i = 0; i < 7 + round; i++)
				spool_next(p.r, &e);
			if (round % 2 == 0)
				spool_done(p.r);
			kill(getpid(), SIGKILL);
		}
		wait(NULL);
		spool_reader_free(p.r);
		p.r = spool_reader_new(p.fd);
		if (round % 2 == 0)
			seen += 7 + (uint64_t)round;
		for (int i = 0; i < 3 && spool_next(p.r, &e); i++)
			missing += e.number != ++seen;
		spool_done(p.r);
	}
	T_INT(missing, 0, "no record is lost by a consumer's death");
	pair_free(&p);
}

static void
torn(void)
{
	struct pair p = pair_new("e", 0);
	struct spool_entry e;
	uint32_t got = 0, junk = 0x41414141;
	uint64_t place = 0, head;
	uint8_t room[32000];

	for (uint32_t i = 1; i <= 20; i++)
		put(p.w, i);
	for (uint32_t i = 1; i < 5; i++)
		place += spool_item_size(text_of(room, i).len);
	/* an octet of the fifth, the head of the ninth */
	(void)!pwrite(p.fd, &junk, 4, (off_t)(SPOOL_AT_RING + place +
	    sizeof(struct spool_item) + 9));
	for (uint32_t i = 5; i < 9; i++)
		place += spool_item_size(text_of(room, i).len);
	(void)!pwrite(p.fd, &junk, 4, (off_t)(SPOOL_AT_RING + place));
	while (spool_next(p.r, &e))
		got += is_number(&e, (uint32_t)e.id);
	T_INT(got, 18, "the others are read");
	T_INT(spool_state(p.r).torn, 2, "two torn ones are counted");
	spool_done(p.r);
	/* a producer that lies */
	head = UINT64_MAX - 7;
	(void)!pwrite(p.fd, &head, 8, offsetof(struct spool_head, head));
	T_OK(!spool_next(p.r, &e), "an impossible head is nothing new");
	T_OK(ftruncate(p.fd, 5000) == 0 && !spool_next(p.r, &e),
	    "nor is a file that was cut short; and no signal");
	spool_reader_free(p.r);
	p.r = spool_reader_new(p.fd);
	T_OK(p.r == NULL, "which is no spool any more");
	close(p.fd);
	T_OK(spool_make(dir, "e", 0, salt) < 0 && errno == EWOULDBLOCK,
	    "a mapping holds the lock, too");
	spool_close(p.w);
	p = pair_new("e", 0);
	T_OK(put(p.w, 1) && spool_next(p.r, &e), "and is made anew");
	pair_free(&p);
}

/* Octets of this process's memory that are pages of a spool. */
static long
resident(void)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[400];
	bool ours = false;
	long sum = 0, kib;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strchr(line, '-') != NULL && strstr(line, "-xp") == NULL &&
		    strstr(line, " rw-s ") != NULL)
			ours = strstr(line, "assay-spool") != NULL;
		if (ours && sscanf(line, "Rss: %ld", &kib) == 1) {
			sum += kib * 1024;
			ours = false;
		}
	}
	if (f != NULL)
		fclose(f);
	return sum;
}

static void
memory(void)
{
	struct pair p = pair_new("i", 16 << 20);
	struct spool_entry e;
	uint32_t right = 0;
	long most = 0;

	for (uint32_t i = 1; i <= 20000; i++) {
		put(p.w, i);
		if (spool_next(p.r, &e))
			right += is_number(&e, i);
		spool_done(p.r);
		if (i % 1000 == 0 && resident() > most)
			most = resident();
	}
	printf("# %ld octets resident\n", most);
	T_INT(right, 20000, "twenty thousand records through the ring");
	T_OK(most > 0 && most < 1 << 20,
	    "what was written is the file's, not our memory");
	pair_free(&p);
}

static void
files(void)
{
	struct pair p = pair_new("f", 0);
	struct rlimit small = { 100000, 100000 };
	struct spool_entry e;
	int fd;

	T_OK(spool_make(dir, "f", 0, salt) < 0 && errno == EWOULDBLOCK,
	    "somebody else has it");
	put(p.w, 5);
	pair_free(&p);
	p = pair_new("f", 1 << 20);
	T_OK(spool_state(p.r).size == SPOOL_LEAST && spool_next(p.r, &e) &&
	    is_number(&e, 5), "one that is not empty keeps its size");
	spool_done(p.r);
	pair_free(&p);
	p = pair_new("f", 1 << 20);
	T_INT(spool_state(p.r).size, 1 << 20, "an empty one does not");
	pair_free(&p);
	if (fork() == 0) {
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &small);
		fd = spool_make(dir, "g", 0, salt);
		_exit(fd < 0 && errno == EFBIG ? 0 : 1);
	}
	int status = 1;
	wait(&status);
	T_INT(status, 0, "no room on the disk: said at once");
	fd = openat(dir, "h", O_RDWR | O_CREAT, 0600);
	T_OK(spool_open(fd) == NULL && spool_reader_new(fd) == NULL,
	    "an empty file is no spool");
	close(fd);
}

int
main(void)
{
	alarm(100);
	if (mkdtemp(dir_name) == NULL)
		return 1;
	dir = open(dir_name, O_RDONLY | O_DIRECTORY);
	in_order();
	full();
	kills();
	death_of_the_consumer();
	torn();
	memory();
	files();
	for (char c[2] = "a"; c[0] <= 'i'; c[0]++)
		unlinkat(dir, c, 0);
	rmdir(dir_name);
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/t.h"

enum { DAY = 86400, NOW = 20000 * DAY };	/* 2024-10-04 */

static char dir_name[] = "/tmp/assay-journal.XXXXXX";
static int dir;

static void
empty(void)
{
	DIR *d = fdopendir(dup(dir));
	struct dirent *e;

	rewinddir(d);
	while ((e = readdir(d)) != NULL)
		unlinkat(dir, e->d_name, 0);
	closedir(d);
}

static struct journal *
open_it(uint64_t most, bool keep_all)
{
	struct journal_conf conf = { .dir = dir, .most = most,
		.keep_all = keep_all };
	struct journal *j = journal_open(&conf);

	if (j == NULL) {
		printf("Bail out! no journal: %s\n", strerror(errno));
		exit(1);
	}
	return j;
}

static struct span
contents(const char *name)
{
	static uint8_t room[1 << 20];
	int fd = openat(dir, name, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, room, sizeof(room));

	if (fd >= 0)
		close(fd);
	return n < 0 ? SPAN_NONE : (struct span){ room, (size_t)n };
}

static void
lines(void)
{
	struct journal *j = open_it(100 << 20, false);

	T_OK(journal_put(j, SPAN("{\"a\":1}"), SPAN_NONE), "a line");
	T_OK(journal_put(j, SPAN("{\"b\":2}"), SPAN("x.1")), "one marked");
	T_OK(!journal_put(j, SPAN("{\"b\":\n2}"), SPAN_NONE), "two lines");
	T_OK(!journal_put(j, SPAN("{\"b\":\0002}"), SPAN_NONE), "a NUL");
	T_OK(!journal_put(j, SPAN("{\"b\":\"\xff\"}"), SPAN_NONE),
	    "no UTF-8");
	T_OK(!journal_put(j, SPAN("[1]"), SPAN_NONE), "no object");
	T_OK(!journal_put(j, SPAN("{"), SPAN_NONE), "half of one");
	T_SPAN(contents("2024-10-04.000.jsonl"), SPAN_NONE, "not yet");
	T_INT(journal_sync(j, NOW), JOURNAL_OK, "written");
	T_SPAN(contents("2024-10-04.000.jsonl"),
	    SPAN("{\"a\":1}\n{\"b\":2,\"entry\":\"x.1\"}\n"), "as it was said");
	journal_put(j, SPAN("{\"c\":3}"), SPAN_NONE);
	T_INT(journal_sync(j, NOW + DAY), JOURNAL_OK, "the next day");
	T_SPAN(contents("2024-10-05.000.jsonl"), SPAN("{\"c\":3}\n"),
	    "has a file of its own");
	journal_put(j, SPAN("{\"d\":4}"), SPAN_NONE);
	T_INT(journal_sync(j, NOW), JOURNAL_OK, "a clock that goes back");
	T_SPAN(contents("2024-10-05.000.jsonl"),
	    SPAN("{\"c\":3}\n{\"d\":4}\n"), "changes no file of before");
	journal_close(j);
	empty();
}

static void
torn(void)
{
	struct journal *j = open_it(100 << 20, false);
	int fd;

	for (int i = 0; i < 3; i++) {
		char line[40], mark[16];
		snprintf(line, sizeof(line), "{\"n\":%d}", i);
		snprintf(mark, sizeof(mark), "ab.%d", i);
		journal_put(j, assay_cstr(line), assay_cstr(mark));
	}
	T_INT(journal_sync(j, NOW), JOURNAL_OK, "three lines");
	journal_close(j);
	fd = openat(dir, "2024-10-04.000.jsonl", O_WRONLY | O_APPEND);
	T_OK(write(fd, "{\"n\":3,\"half\":\"", 15) == 15, "and a half");
	close(fd);
	j = open_it(100 << 20, false);
	T_OK(journal_state(j).mended, "is mended");
	T_OK(journal_had(j, SPAN("ab.0")) && journal_had(j, SPAN("ab.2")),
	    "marks are known");
	T_OK(!journal_had(j, SPAN("ab.3")) && !journal_had(j, SPAN("ab")),
	    "others are not");
	journal_put(j, SPAN("{\"n\":4}"), SPAN_NONE);
	T_INT(journal_sync(j, NOW), JOURNAL_OK, "goes on");
	T_SPAN(contents("2024-10-04.000.jsonl"), SPAN(
	    "{\"n\":0,\"entry\":\"ab.0\"}\n{\"n\":1,\"entry\":\"ab.1\"}\n"
	    "{\"n\":2,\"entry\":\"ab.2\"}\n{\"n\":4}\n"), "behind whole lines");
	journal_close(j);
	fd = openat(dir, "2024-10-04.000.jsonl", O_WRONLY | O_TRUNC);
	T_OK(write(fd, "no line at all", 14) == 14, "only half a line");
	close(fd);
	j = open_it(100 << 20, false);
	T_SPAN(contents("2024-10-04.000.jsonl"), SPAN(""), "all of it goes");
	journal_close(j);
	empty();
}

static uint64_t
on_disk(size_t *n)
{
	DIR *d = fdopendir(dup(dir));
	struct dirent *e;
	struct stat st;
	uint64_t sum = 0;

	rewinddir(d);
	*n = 0;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && fstatat(dir, e->d_name, &st,
		    0) == 0) {
			sum += (uint64_t)st.st_size;
			++*n;
		}
	closedir(d);
	return sum;
}

static void
bound(void)
{
	static uint8_t text[100000];
	struct journal *j = open_it(8 << 20, false);
	bool ok = true;
	size_t n;

	memset(text, ' ', sizeof(text));
	text[0] = '{';
	text[sizeof(text) - 1] = '}';
	for (int i = 0; i < 300 && ok; i++)
		ok = journal_put(j, (struct span){ text, sizeof(text) },
		    SPAN_NONE) && journal_sync(j, NOW + i * 3600) ==
		    JOURNAL_OK;
	T_OK(ok, "thirty megabytes are written");
	T_OK(on_disk(&n) <= 8 << 20, "eight are kept");
	T_OK(n > 4 && n == journal_state(j).files && journal_state(j).removed
	    > 5, "the oldest files went");
	T_INT(journal_state(j).octets, on_disk(&n), "as counted");
	journal_close(j);
	j = open_it(8 << 20, true);
	T_INT(journal_state(j).octets, on_disk(&n), "and counted again");
	ok = true;
	for (int i = 0; i < 300 && ok; i++)
		ok = journal_put(j, (struct span){ text, sizeof(text) },
		    SPAN_NONE) && journal_sync(j, NOW + i) == JOURNAL_OK;
	journal_put(j, (struct span){ text, sizeof(text) }, SPAN_NONE);
	T_INT(journal_sync(j, NOW), JOURNAL_FULL, "or nothing goes: full");
	T_OK(on_disk(&n) <= 8 << 20, "within the bound");
	journal_close(j);
	empty();
}

/* A disk on which no more than so much of a file fits. */
static void
no_room(void)
{
	pid_t pid = fork();
	int status = 1;

	if (pid == 0) {
		struct rlimit few = { 1000, 1000 };
		struct journal *j = open_it(100 << 20, false);
		enum journal_status first, second, third;
		char line[700];

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &few);
		memset(line, 'x', sizeof(line));
		memcpy(line, "{\"", 2);
		memcpy(line + sizeof(line) - 4, "\":1}", 4);
		journal_put(j, (struct span){ (uint8_t *)line,
		    sizeof(line) }, SPAN_NONE);
		first = journal_sync(j, NOW);
		journal_put(j, (struct span){ (uint8_t *)line,
		    sizeof(line) }, SPAN_NONE);
		second = journal_sync(j, NOW);
		journal_put(j, SPAN("{}"), SPAN_NONE);
		third = journal_sync(j, NOW);
		_exit(first == JOURNAL_OK && second == JOURNAL_FAILED &&
		    third == JOURNAL_OK &&
		    contents("2024-10-04.000.jsonl").len == 704 ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	T_INT(status, 0, "a full disk: no half line, and on when there is "
	    "room");
	empty();
}

/* Killed at any moment: whole lines, in order, none twice. */
static void
kills(void)
{
	struct journal *j;
	unsigned next = 0, bad = 0, lines_seen = 0;
	struct span text = SPAN_NONE, line;

	for (int round = 0; round < 15; round++) {
		pid_t pid = fork();
		if (pid == 0) {
			char out[60];
			j = open_it(100 << 20, false);
			for (unsigned i = 0;; i++) {
				snprintf(out, sizeof(out),
				    "{\"round\":%02d,\"n\":%06u}", round, i);
				journal_put(j, assay_cstr(out), SPAN_NONE);
				if (i % 7 == 0)
					journal_sync(j, NOW);
			}
		}
		/* so that some of it is on the disk, however slow that is */
		for (int i = 0; i < 3000 && contents("2024-10-04.000.jsonl").len
		    <= text.len; i++)
			usleep(1000);
		usleep((unsigned)round * 900);
		text.len = contents("2024-10-04.000.jsonl").len;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	j = open_it(100 << 20, false);
	text = contents("2024-10-04.000.jsonl");
	while (text.len > 0) {
		char want[40];
		int round;
		line = span_cut(&text, '\n');
		lines_seen++;
		if (sscanf((const char *)line.ptr, "{\"round\":%d", &round)
		    != 1)
			round = -1;
		if (span_search(line, SPAN("\"n\":000000}")) < line.len)
			next = 0;
		snprintf(want, sizeof(want), "{\"round\":%02d,\"n\":%06u}",
		    round, next++);
		bad += !span_eq(line, assay_cstr(want));
	}
	printf("# %u lines over 15 kills\n", lines_seen);
	T_OK(lines_seen > 15, "lines were written");
	T_INT(bad, 0, "whole, in order, each once");
	journal_close(j);
	empty();
}

int
main(void)
{
	char day[16];

	alarm(100);
	if (mkdtemp(dir_name) == NULL)
		return 1;
	dir = open(dir_name, O_RDONLY | O_DIRECTORY);
	journal_day(day, 20000);
	T_OK(strcmp(day, "2024-10-04") == 0, "a day by name");
	lines();
	torn();
	bound();
	no_room();
	kills();
	rmdir(dir_name);
	return t_done();
}

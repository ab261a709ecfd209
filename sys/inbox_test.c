/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/t.h"

static char dir_name[] = "/tmp/assay-inbox.XXXXXX";
static int dir;

static const struct letter_note genuine = { .way = LETTER_MAIL,
	.at = 1780000000, .author = SPAN_INIT("dmarc@reporter.example"),
	.client = SPAN_INIT("2001:db8::1") };
static const struct letter_note posted = { .way = LETTER_HTTP,
	.at = 1780000001 };

static const struct letter_note liar = { .way = LETTER_MAIL,
	.at = 1, .author = SPAN_INIT("a.example\nassay-letter") };

static int
bytes(const void *p, size_t n)
{
	int fd = memfd_create("letter", MFD_CLOEXEC);

	if (fd < 0 || write(fd, p, n) != (ssize_t)n) {
		printf("Bail out! no memfd\n");
		exit(1);
	}
	return fd;
}

static struct inbox *
open_it(uint64_t most)
{
	struct inbox *in = inbox_open(dir, most);

	if (in == NULL) {
		printf("Bail out! no inbox: %s\n", strerror(errno));
		exit(1);
	}
	return in;
}

static enum inbox_status
put(struct inbox *in, const struct letter_note *note, const char *text)
{
	int fd = bytes(text, strlen(text));
	enum inbox_status st = inbox_put(in, note, fd, strlen(text));

	close(fd);
	return st;
}

static unsigned
files(void)
{
	DIR *d = fdopendir(dup(dir));
	struct dirent *e;
	unsigned n = 0;

	rewinddir(d);
	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
says(struct letter *l, const char *want, const char *label)
{
	uint8_t room[256];
	ssize_t n = read(l->fd, room, sizeof(room));

	T_SPAN(((struct span){ room, n < 0 ? 0 : (size_t)n }),
	    assay_cstr(want), label);
	T_INT(l->size, strlen(want), "its size");
	close(l->fd);
}

static void
notes(void)
{
	static const struct { const char *line; bool good; } row[] = {
		{ "assay-letter 1 mail 1 - -\n", true },
		{ "assay-letter 1 http 0 a.example 192.0.2.1\n", true },
		{ "assay-letter 1 fetched 1 - ::1\n", true },
		{ "assay-letter 1 mail 1 - -", false },
		{ "assay-letter 2 mail 1 - -\n", false },
		{ "assay-letter 1 pigeon 1 - -\n", false },
		{ "assay-letter 1 mail x - -\n", false },
		{ "assay-letter 1 mail 1 A.example -\n", false },
		{ "assay-letter 1 mail 1  -\n", false },
		{ "assay-letter 1 mail 1 - 192.0.2\n", false },
		{ "assay-letter 1 mail 1 - - -\n", false },
		{ "assay-letter 1 mail 1 -\n", false },
		{ "\n", false },
		{ "", false },
	};
	struct letter_note n;
	uint8_t room[INBOX_LINE];
	struct buf b = BUF_ON(room);

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		T_OK(letter_note_read(&n, assay_cstr(row[i].line)) ==
		    row[i].good, row[i].line);
	letter_note_write(&b, &genuine);
	T_OK(letter_note_read(&n, buf_span(&b)), "what was written");
	T_SPAN(n.author, genuine.author, "the author");
	T_SPAN(n.client, genuine.client, "the client");
	T_INT(n.at, genuine.at, "the time");
}

static void
life(void)
{
	struct inbox *in = open_it(1 << 20);
	struct letter l;

	T_INT(put(in, &genuine, "first"), INBOX_OK, "a letter");
	T_INT(put(in, &posted, "second"), INBOX_OK, "another");
	T_OK(inbox_next(in, &l), "the oldest comes first");
	says(&l, "first", "as it came");
	T_SPAN(l.note.author, genuine.author, "who wrote it");
	inbox_again(in, l.name);
	T_OK(inbox_next(in, &l), "given back, it comes again");
	says(&l, "first", "the same");
	T_OK(inbox_done(in, l.name), "it is safe elsewhere");
	T_OK(!inbox_done(in, l.name), "once");
	inbox_close(in);

	in = open_it(1 << 20);
	T_INT(inbox_state(in).letters, 1, "after a restart: the other");
	T_INT(put(in, &posted, "third"), INBOX_OK, "numbers go on");
	T_OK(inbox_next(in, &l), "handed out");
	says(&l, "second", "the second");
	T_SPAN(l.note.author, SPAN_NONE, "nobody proved who wrote it");
	T_OK(inbox_aside(in, l.name), "it kills its readers");
	T_OK(inbox_next(in, &l), "and the third");
	says(&l, "third", "as it came");
	T_OK(!inbox_next(in, &l), "no more");
	inbox_close(in);

	in = open_it(1 << 20);
	T_INT(inbox_state(in).letters, 1, "not done: it is there again");
	T_INT(inbox_state(in).aside, 1, "what is aside stays there");
	T_OK(inbox_next(in, &l) && inbox_done(in, l.name), "the third, done");
	close(l.fd);
	T_INT(inbox_state(in).octets, 4096, "octets: a block, of the one "
	    "aside");
	inbox_close(in);
	T_INT(files(), 1, "no other file");
}

static void
bounds(void)
{
	struct inbox *in = open_it(20000);
	struct inbox_state st = inbox_state(in);
	struct letter l;
	int fd = bytes("abc", 3);

	T_INT(put(in, &posted, "0123456789"), INBOX_OK, "one fits");
	T_INT(inbox_put(in, &posted, fd, 20001), INBOX_FULL, "too much");
	T_INT(inbox_put(in, &posted, fd, 5), INBOX_FAILED,
	    "less is there than was promised");
	T_INT(inbox_put(in, &liar, fd, 3), INBOX_FAILED, "an author that "
	    "is no domain");
	T_INT(inbox_state(in).letters, st.letters + 1, "nothing was kept");
	close(fd);
	T_OK(inbox_next(in, &l) && inbox_done(in, l.name), "cleared");
	close(l.fd);
	inbox_close(in);
}

/* Files that nobody here wrote, and one that was cut short. */
static void
strangers(void)
{
	int fd = openat(dir, "letter.1.new", O_CREAT | O_WRONLY, 0600);
	struct inbox *in;
	struct letter l;

	close(fd);
	close(openat(dir, "0000000000000099.letter", O_CREAT | O_WRONLY,
	    0600));
	close(openat(dir, "notes.txt", O_CREAT | O_WRONLY, 0600));
	in = open_it(1 << 20);
	T_OK(!inbox_next(in, &l), "no letter: it is laid aside");
	T_OK(faccessat(dir, "0000000000000099.aside", F_OK, 0) == 0,
	    "by name");
	T_OK(faccessat(dir, "letter.1.new", F_OK, 0) != 0, "half a letter "
	    "goes");
	T_INT(put(in, &posted, "x"), INBOX_OK, "the next one");
	T_OK(faccessat(dir, "0000000000000100.letter", F_OK, 0) == 0,
	    "has the next number");
	inbox_close(in);
}

/* Two generations write and read side by side. */
static void
two(void)
{
	struct inbox *a = open_it(1 << 20), *b = open_it(1 << 20);
	struct letter l;
	int fd = openat(dir, "letter.2.new", O_CREAT | O_WRONLY, 0600);

	while (inbox_next(a, &l)) {	/* of the tests before */
		close(l.fd);
		inbox_done(a, l.name);
	}
	T_OK(flock(fd, LOCK_EX) == 0 && inbox_look(b) &&
	    faccessat(dir, "letter.2.new", F_OK, 0) == 0,
	    "what is being written by another stays");
	close(fd);
	T_INT(put(a, &posted, "of a"), INBOX_OK, "one");
	T_INT(put(b, &posted, "of b"), INBOX_OK, "the other");
	T_OK(inbox_next(b, &l), "its own");
	says(&l, "of b", "not written over");
	T_OK(inbox_done(b, l.name) && !inbox_next(b, &l), "and no more");
	T_OK(inbox_look(b) && inbox_next(b, &l), "but when it looks again");
	says(&l, "of a", "that of the other");
	T_OK(inbox_done(b, l.name), "done");
	T_OK(!inbox_next(a, &l) && inbox_state(a).letters == 0,
	    "who wrote it does not miss it");
	inbox_close(a);
	inbox_close(b);
}

/* Taking it ends the process, whoever takes it. */
static void
deadly(void)
{
	struct letter l;
	struct inbox *in = open_it(1 << 20);
	int last;

	T_INT(put(in, &posted, "deadly"), INBOX_OK, "a letter");
	for (last = 0; last < 5; last++) {
		if (!inbox_next(in, &l))
			break;
		close(l.fd);
		if (!inbox_try(in, &l))
			break;
		inbox_close(in);	/* without a word */
		in = open_it(1 << 20);
	}
	T_INT(last, INBOX_TRIES - 1, "is tried twice");
	T_OK(inbox_done(in, l.name), "the third time it is known");
	T_INT(put(in, &posted, "harmless"), INBOX_OK, "another");
	T_OK(inbox_next(in, &l) && inbox_try(in, &l), "is tried");
	close(l.fd);
	inbox_again(in, l.name);
	T_OK(inbox_next(in, &l) && inbox_try(in, &l), "cannot be taken now");
	close(l.fd);
	inbox_again(in, l.name);
	T_OK(inbox_next(in, &l) && inbox_try(in, &l), "and is not blamed");
	close(l.fd);
	T_OK(inbox_done(in, l.name), "done");
	inbox_close(in);
}

/* A full disk: nothing is there afterwards. */
static void
full_disk(void)
{
	struct inbox *in = open_it(1 << 20);
	struct rlimit old, none = { 100, 100 };
	static char big[4096];
	unsigned before = files();
	int fd = bytes(big, sizeof(big));
	enum inbox_status st;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	none.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &none);
	st = inbox_put(in, &posted, fd, sizeof(big));
	T_INT(errno, EFBIG, "the disk says why");
	setrlimit(RLIMIT_FSIZE, &old);
	T_INT(st, INBOX_FAILED, "not taken");
	T_INT(files(), before, "nothing half-written");
	T_INT(inbox_put(in, &posted, fd, sizeof(big)), INBOX_OK, "later");
	close(fd);
	inbox_close(in);
}

/* Killed at any time: whole letters only. */
static void
killed(void)
{
	static char big[300000];
	unsigned whole = 0;

	memset(big, 'x', sizeof(big));
	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			struct inbox *in = open_it(1 << 28);
			int fd = bytes(big, sizeof(big));
			while (inbox_put(in, &posted, fd, sizeof(big)) ==
			    INBOX_OK)
				;
			_exit(0);
		}
		usleep((useconds_t)(1000 + i * 700));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	struct inbox *in = open_it(1 << 28);
	struct letter l;
	bool ok = true;
	while (inbox_next(in, &l)) {
		ok &= l.size == sizeof(big) || l.size < 5000;
		whole += l.size == sizeof(big);
		close(l.fd);
		ok &= inbox_done(in, l.name);
	}
	T_OK(ok, "all letters are whole");
	printf("# %u letters outlived 20 kills\n", whole);
	inbox_close(in);
}

int
main(void)
{
	if (mkdtemp(dir_name) == NULL)
		return 1;
	dir = open(dir_name, O_RDONLY | O_DIRECTORY);
	notes();
	life();
	bounds();
	strangers();
	two();
	deadly();
	full_disk();
	killed();
	char command[64];
	snprintf(command, sizeof(command), "rm -rf %s", dir_name);
	return system(command) == 0 ? t_done() : 1;
}

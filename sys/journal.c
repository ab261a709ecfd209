/* SPDX-License-Identifier: Apache-2.0 */
#include "journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/scan.h"
#include "base/ascii.h"
#include "wire/utf8.h"

enum { NAME = 32, PARTS = 8, CHUNK = 64 << 10 };

struct file {
	char name[NAME];
	uint64_t size;
};

struct journal {
	struct journal_conf conf;
	int fd;				/* of the newest file, or -1         */
	struct file *file;		/* by name, the oldest first         */
	size_t n, cap;
	uint64_t total, removed;
	bool mended;
	struct buf batch;
	uint64_t *mark;			/* hashes, sorted                    */
	size_t n_mark, cap_mark;
};

void
journal_day(char out[16], int64_t day)
{
	time_t t = (time_t)(day * 86400);
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(out, 16, "%Y-%m-%d",
	    &tm) == 0)
		memcpy(out, "0000-00-00", 11);
}

/* ---- marks ---- */

static uint64_t
hash(struct span s)
{
	uint64_t h = s.len;

	for (size_t i = 0; i < s.len; i++) {
		h = (h ^ s.ptr[i]) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	return h;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

bool
journal_had(const struct journal *j, struct span mark)
{
	uint64_t h = hash(mark);

	return j->n_mark > 0 && bsearch(&h, j->mark, j->n_mark,
	    sizeof(uint64_t), compare) != NULL;
}

/* The value of the member "entry" at the end of a line. */
static struct span
mark_of(struct span line)
{
	static const char key[] = ",\"entry\":\"";
	struct span tail = span_skip(line, line.len < 120 ? 0 :
	    line.len - 120);
	size_t at = span_search(tail, assay_cstr(key));

	tail = span_skip(tail, at);
	if (tail.len < sizeof(key) - 1 + 2)
		return SPAN_NONE;
	tail = span_skip(tail, sizeof(key) - 1);
	return span_head(tail, tail.len - 2);
}

static void
note_mark(struct journal *j, struct span line)
{
	struct span mark = mark_of(line);
	size_t cap = j->cap_mark == 0 ? 1024 : j->cap_mark * 2;
	uint64_t *more;

	if (span_absent(mark))
		return;
	if (j->n_mark == j->cap_mark) {
		more = realloc(j->mark, cap * sizeof(*more));
		if (more == NULL)
			return;
		j->mark = more;
		j->cap_mark = cap;
	}
	j->mark[j->n_mark++] = hash(mark);
}

/* ---- the newest file, opened again ---- */

static bool
cut_back(struct journal *j, struct file *f, uint64_t whole)
{
	if (whole == f->size)
		return true;
	if (ftruncate(j->fd, (off_t)whole) != 0)
		return false;
	j->mended = true;
	j->total -= f->size - whole;
	f->size = whole;
	return fdatasync(j->fd) == 0;
}

/* Reads its end: where the last whole line ends, and the marks there.
 * Without any line end there, all of that goes: no line is so long. */
static bool
read_end(struct journal *j, struct file *f)
{
	uint64_t from = f->size > JOURNAL_MARKS ? f->size - JOURNAL_MARKS :
	    0;
	size_t n = (size_t)(f->size - from);
	uint8_t *room = malloc(n + 1);
	struct span text = { room, n }, line;
	size_t whole;
	bool ok;

	if (room == NULL || pread(j->fd, room, n, (off_t)from) !=
	    (ssize_t)n) {
		free(room);
		return false;
	}
	whole = span_rfind(text, '\n');
	whole = whole == n ? 0 : whole + 1;
	ok = cut_back(j, f, from + whole);
	text = span_head(text, whole);
	while (text.len > 0) {
		line = span_cut(&text, '\n');
		note_mark(j, line);
	}
	free(room);
	if (j->n_mark > 0)
		qsort(j->mark, j->n_mark, sizeof(uint64_t), compare);
	return ok;
}

/* ---- the directory ---- */

/* "2026-11-22.000.jsonl" */
static bool
is_name(const char *s)
{
	static const char shape[] = "0000-00-00.000.jsonl";

	for (size_t i = 0; i < sizeof(shape); i++)
		if (shape[i] == '0' ? s[i] < '0' || s[i] > '9' :
		    s[i] != shape[i])
			return false;
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name,
	    ((const struct file *)b)->name);
}

static bool
add_file(struct journal *j, const char *name, uint64_t size)
{
	size_t cap = j->cap == 0 ? 64 : j->cap * 2;
	struct file *more;

	if (j->n == j->cap) {
		more = realloc(j->file, cap * sizeof(*more));
		if (more == NULL)
			return false;
		j->file = more;
		j->cap = cap;
	}
	snprintf(j->file[j->n].name, NAME, "%s", name);
	j->file[j->n++].size = size;
	j->total += size;
	return true;
}

static bool
list(struct journal *j)
{
	int fd = openat(j->conf.dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	struct stat st;
	bool ok = true;

	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (ok && (e = readdir(d)) != NULL)
		if (is_name(e->d_name) && fstatat(j->conf.dir, e->d_name,
		    &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
			ok = add_file(j, e->d_name, (uint64_t)st.st_size);
	closedir(d);
	if (j->n > 0)
		qsort(j->file, j->n, sizeof(*j->file), by_name);
	return ok;
}

static bool
open_newest(struct journal *j)
{
	struct file *f = &j->file[j->n - 1];

	j->fd = openat(j->conf.dir, f->name, O_RDWR | O_CLOEXEC |
	    O_NOFOLLOW);
	return j->fd >= 0 && read_end(j, f);
}

struct journal *
journal_open(const struct journal_conf *conf)
{
	struct journal *j = calloc(1, sizeof(*j));
	size_t cap = JOURNAL_BATCH + JOURNAL_LINE + 4096;

	if (j == NULL)
		return NULL;
	j->conf = *conf;
	j->fd = -1;
	j->batch = (struct buf){ .ptr = malloc(cap), .cap = cap };
	if (j->batch.ptr == NULL || !list(j) ||
	    (j->n > 0 && !open_newest(j))) {
		journal_close(j);
		return NULL;
	}
	return j;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->fd >= 0)
		close(j->fd);
	free(j->file);
	free(j->mark);
	free(j->batch.ptr);
	free(j);
}

struct journal_state
journal_state(const struct journal *j)
{
	return (struct journal_state){ .octets = j->total, .files = j->n,
		.removed = j->removed, .mended = j->mended };
}

/* ---- lines ---- */

/* Whoever wrote it may have been taken over: nothing that ends a line or
 * moves a cursor, and the outside of an object. */
static bool
is_line(struct span s)
{
	static const struct byteset visible = { {
		0xffffffff00000000, 0x7fffffffffffffff, ~0ull, ~0ull } };

	size_t n = scan_visible(s);

	/* beyond ASCII seldom: then all of it, the slow way */
	if (n < s.len && (span_run_set(s, &visible) != s.len ||
	    !utf8_valid(s)))
		return false;
	return s.len >= 2 && s.len <= JOURNAL_LINE && span_at(s, 0) == '{' &&
	    span_at(s, s.len - 1) == '}';
}

bool
journal_put(struct journal *j, struct span line, struct span mark)
{
	if (!is_line(line) || j->batch.len >= JOURNAL_BATCH)
		return false;
	buf_put(&j->batch, span_head(line, line.len - 1));
	if (!span_absent(mark)) {
		buf_str(&j->batch, ",\"entry\":\"");
		buf_put(&j->batch, mark);
		buf_byte(&j->batch, '"');
	}
	buf_str(&j->batch, "}\n");
	return true;
}

size_t
journal_waiting(const struct journal *j)
{
	return j->batch.len;
}

/* ---- writing ---- */

static void
remove_oldest(struct journal *j)
{
	unlinkat(j->conf.dir, j->file[0].name, 0);
	j->total -= j->file[0].size;
	j->removed++;
	j->n--;
	memmove(j->file, j->file + 1, j->n * sizeof(*j->file));
	if (j->n == 0) {
		close(j->fd);
		j->fd = -1;
	}
}

/* The name of the next file of a day; "": a thousand are enough. */
static void
next_name(const struct journal *j, const char *day, char out[NAME])
{
	unsigned part = 0;

	if (j->n > 0 && strncmp(j->file[j->n - 1].name, day, 10) == 0)
		part = (unsigned)strtoul(j->file[j->n - 1].name + 11, NULL,
		    10) + 1;
	out[0] = '\0';
	if (part <= 999)
		snprintf(out, NAME, "%s.%03u.jsonl", day, part);
}

static bool
begin_file(struct journal *j, const char *day)
{
	char name[NAME];
	int fd;

	next_name(j, day, name);
	errno = ENOSPC;
	if (name[0] == '\0')
		return false;
	fd = openat(j->conf.dir, name, O_RDWR | O_CREAT | O_EXCL |
	    O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return false;
	if (fsync(j->conf.dir) != 0 || !add_file(j, name, 0)) {
		close(fd);
		unlinkat(j->conf.dir, name, 0);
		return false;
	}
	if (j->fd >= 0)
		close(j->fd);
	j->fd = fd;
	return true;
}

/* A file of that day with room in it.  A clock that goes back changes
 * nothing: names are in order. */
static bool
right_file(struct journal *j, int64_t now)
{
	const struct file *f = j->n == 0 ? NULL : &j->file[j->n - 1];
	char day[16];

	journal_day(day, now / 86400);
	if (f != NULL && strncmp(f->name, day, 10) > 0)
		snprintf(day, sizeof(day), "%.10s", f->name);
	if (f != NULL && strncmp(f->name, day, 10) == 0 &&
	    f->size < j->conf.most / PARTS)
		return true;
	return begin_file(j, day);
}

static bool
write_batch(struct journal *j)
{
	struct file *f = &j->file[j->n - 1];
	size_t at = 0;
	int err;

	while (at < j->batch.len) {
		ssize_t n = pwrite(j->fd, j->batch.ptr + at,
		    j->batch.len - at, (off_t)(f->size + at));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		at += (size_t)n;
	}
	if (at == j->batch.len && fdatasync(j->fd) == 0) {
		f->size += at;
		j->total += at;
		return true;
	}
	err = errno;
	(void)!ftruncate(j->fd, (off_t)f->size);
	errno = err;
	return false;
}

static enum journal_status
sync_batch(struct journal *j, int64_t now)
{
	if (!right_file(j, now))
		return JOURNAL_FAILED;
	while (j->total + j->batch.len > j->conf.most) {
		if (j->conf.keep_all)
			return JOURNAL_FULL;
		if (j->n < 2)	/* a file is an eighth of it at most */
			break;
		remove_oldest(j);
	}
	return write_batch(j) ? JOURNAL_OK : JOURNAL_FAILED;
}

enum journal_status
journal_sync(struct journal *j, int64_t now)
{
	enum journal_status st = JOURNAL_OK;

	if (j->batch.len > 0)
		st = sync_batch(j, now);
	j->batch.len = 0;
	j->batch.full = false;
	return st;
}

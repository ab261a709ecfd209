/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_list_import.c - from lines of text to a sorted file.
 *
 * Entries are appended to a file beside the list, sorted there through a
 * mapping, so that a hundred million names need no memory that could run
 * out, and moved into place when all is on the disk.
 */
#include "name_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "name_list_file.h"
#include "origin/name_line.h"
#include "origin/seen.h"

enum {
	BATCH = 1 << 13,	/* entries of one write                      */
	LINE = 4096		/* octets: a longer line is no line of a list */
};

struct making {
	struct name_list_import *how;
	char *why;
	char fresh[4096];
	int fd;
	struct name_list_head head;
	uint64_t batch[BATCH];
	size_t n_batch;
	uint64_t written;
	bool second;		/* the text of names that are left out       */
};

static bool
wrong(struct making *m, const char *path, const char *what)
{
	snprintf(m->why, NAME_LIST_WHY, "%.200s: %.90s", path, what);
	return false;
}

/* ---- entries ------------------------------------------------------------- */

static bool
write_all(int fd, const void *data, size_t size, off_t at)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = pwrite(fd, p, size, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

static bool
flush(struct making *m)
{
	off_t at = (off_t)(sizeof(m->head) + m->written * sizeof(uint64_t));

	if (!write_all(m->fd, m->batch, m->n_batch * sizeof(uint64_t), at))
		return wrong(m, m->fresh, strerror(errno));
	m->written += m->n_batch;
	m->n_batch = 0;
	return true;
}

static bool
add(struct making *m, uint64_t entry)
{
	m->batch[m->n_batch++] = entry;
	return m->n_batch < BATCH || flush(m);
}

/* ---- text ---------------------------------------------------------------- */

static bool
take_line(struct making *m, struct name_lines *file, struct span line,
    struct arena *a)
{
	struct name_line l;
	enum name_line_kind kind;
	uint32_t day;

	arena_reset(a);
	m->how->lines += !m->second;
	kind = name_line_read(&l, file, line, a);
	if (kind != NAME_LINE_NAME) {
		m->how->junk += kind == NAME_LINE_JUNK && !m->second;
		return true;
	}
	day = l.day == 0 && (m->how->dated || m->how->not_in != NULL) ?
	    m->how->today : l.day;
	/* day 0 sorts first: the mark of what is to be left out */
	return add(m, name_list_entry(seen_hash(m->head.salt, l.name.name),
	    m->second ? 0 : day));
}

static bool
read_text(struct making *m, const char *path, gzFile in)
{
	static uint8_t room[NAME_LIST_PIECE + LINE];
	struct name_lines file = { .origin = { SPAN_NONE } };
	struct arena a;
	size_t have = 0;
	bool ok = true, skip = false;
	int n;

	arena_init(&a, 1 << 20);
	while (ok && (n = gzread(in, room + have, NAME_LIST_PIECE)) > 0) {
		struct span rest = { room, have + (size_t)n };
		size_t end;

		while (ok && (end = span_find(rest, '\n')) < rest.len) {
			ok = skip || take_line(m, &file, span_head(rest, end),
			    &a);
			skip = false;
			rest = span_skip(rest, end + 1);
		}
		/* the rest of a line that is too long is passed over */
		skip = skip || rest.len >= LINE;
		have = skip ? 0 : rest.len;
		memmove(room, rest.ptr, have);
		if (m->how->step != NULL)
			m->how->step(m->how->ctx);
	}
	ok = ok && (have == 0 || skip || take_line(m, &file,
	    (struct span){ room, have }, &a));
	arena_free(&a);
	if (ok && n < 0)
		return wrong(m, path, "this cannot be read to its end");
	return ok;
}

static bool
read_file(struct making *m, const char *path)
{
	gzFile in = gzopen(path, "rbe");
	int code = Z_OK;
	bool ok;

	if (in == NULL)
		return wrong(m, path, strerror(errno));
	gzbuffer(in, NAME_LIST_PIECE);
	ok = read_text(m, path, in);
	if (ok)
		(void)gzerror(in, &code);
	/* a gzip file that was cut ends without an error, but is not whole */
	if (gzclose(in) != Z_OK || code == Z_BUF_ERROR)
		return ok && wrong(m, path, "this cannot be read to its end");
	return ok;
}

/* ---- what is there already ----------------------------------------------- */

static bool
take_old(struct making *m)
{
	struct stat st;
	const struct name_list_head *h = NULL;
	int fd = open(m->how->path, O_RDONLY | O_CLOEXEC);
	bool ok = true;

	if (fd < 0)
		return errno == ENOENT || wrong(m, m->how->path,
		    strerror(errno));
	if (fstat(fd, &st) == 0 && (size_t)st.st_size >= sizeof(*h))
		h = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd,
		    0);
	close(fd);
	if (h == NULL || h == MAP_FAILED ||
	    memcmp(h->magic, name_list_magic, sizeof(h->magic)) != 0 ||
	    (size_t)st.st_size != sizeof(*h) + h->count * sizeof(uint64_t))
		return wrong(m, m->how->path, "what is there is no list of "
		    "names, so it is not replaced");
	memcpy(m->head.salt, h->salt, sizeof(m->head.salt));
	for (uint64_t i = 0; ok && i < h->count; i++) {
		uint64_t entry = ((const uint64_t *)(h + 1))[i];
		uint32_t day = name_list_day(entry);

		if (m->how->keep_days == 0 || day == 0 ||
		    day + m->how->keep_days < m->how->today)
			continue;
		m->how->kept++;
		ok = add(m, entry);
	}
	munmap((void *)(uintptr_t)h, (size_t)st.st_size);
	return ok;
}

/* ---- in order ------------------------------------------------------------ */

/* One entry a name: the earliest day, any before none; with not_in, none of
 * a name that has the mark, unless it was on the list before. */
static uint64_t
compact(struct name_list_import *how, uint64_t *entry, uint64_t n)
{
	uint64_t out = 0, i = 0;

	while (i < n) {
		uint64_t begin = i, best = entry[i];
		bool marked = (best & UINT16_MAX) == 0;

		while (i < n && entry[i] >> 16 == entry[begin] >> 16) {
			if ((best & UINT16_MAX) == 0)
				best = entry[i];
			i++;
		}
		if (how->not_in != NULL && marked &&
		    (name_list_day(best) == 0 ||
		    name_list_day(best) >= how->today)) {
			how->left_out += name_list_day(best) != 0;
			continue;
		}
		entry[out++] = best;
	}
	return out;
}

static bool
put_in_order(struct making *m)
{
	size_t size = sizeof(m->head) + m->written * sizeof(uint64_t);
	struct name_list_head *h;
	bool ok;

	if (ftruncate(m->fd, (off_t)size) != 0)
		return wrong(m, m->fresh, strerror(errno));
	h = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd, 0);
	if (h == MAP_FAILED)
		return wrong(m, m->fresh, strerror(errno));
	name_list_sort((uint64_t *)(h + 1), m->written);
	m->head.count = compact(m->how, (uint64_t *)(h + 1), m->written);
	m->how->names = m->head.count;
	memcpy(h, &m->head, sizeof(*h));
	ok = msync(h, size, MS_SYNC) == 0;
	munmap(h, size);
	return (ok && ftruncate(m->fd, (off_t)(sizeof(m->head) +
	    m->head.count * sizeof(uint64_t))) == 0 && fsync(m->fd) == 0) ||
	    wrong(m, m->fresh, strerror(errno));
}

static bool
begin(struct making *m)
{
	int n = snprintf(m->fresh, sizeof(m->fresh), "%s.new", m->how->path);

	if (n < 0 || (size_t)n >= sizeof(m->fresh))
		return wrong(m, m->how->path, strerror(ENAMETOOLONG));
	memcpy(m->head.magic, name_list_magic, sizeof(m->head.magic));
	m->head.order = NAME_LIST_ORDER;
	m->head.made = m->how->today;
	if (getrandom(m->head.salt, sizeof(m->head.salt), 0) !=
	    (ssize_t)sizeof(m->head.salt))
		return wrong(m, m->how->path, strerror(errno));
	m->fd = open(m->fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	return m->fd >= 0 || wrong(m, m->fresh, strerror(errno));
}

bool
name_list_import(struct name_list_import *how, const char *const *file,
    size_t n, char why[NAME_LIST_WHY])
{
	static struct making m;
	bool ok;

	m = (struct making){ .how = how, .why = why, .fd = -1 };
	ok = begin(&m) && take_old(&m);
	for (size_t i = 0; ok && i < n; i++)
		ok = read_file(&m, file[i]);
	m.second = true;
	if (ok && m.written + m.n_batch > UINT32_MAX)
		ok = wrong(&m, how->path, "more than 4,294,967,295 names");
	ok = ok && (how->not_in == NULL || read_file(&m, how->not_in));
	ok = ok && flush(&m) && put_in_order(&m);
	if (ok && rename(m.fresh, how->path) != 0)
		ok = wrong(&m, how->path, strerror(errno));
	if (m.fd >= 0)
		close(m.fd);
	if (!ok && m.fd >= 0)
		unlink(m.fresh);
	return ok;
}

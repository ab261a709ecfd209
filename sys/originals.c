/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "originals.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "whole.h"

enum { CHUNK = 64 << 10, NAME = 80, BLOCK = 4096 };

static const char kept[] = ".original", gone[] = ".released",
    fresh[] = "fresh.new";

/* ---- the head ------------------------------------------------------------ */

static bool
is_line(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		if (c < 32 || c == 127)
			return false;
	}
	return true;
}

static bool
is_id(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(span_at(s, i)))
			return false;
	return s.len > 0 && s.len < ORIGINAL_ID;
}

static void
put_line(struct buf *out, const char *key, struct span value)
{
	buf_str(out, key);
	buf_put(out, value);
	buf_byte(out, '\n');
}

bool
original_head_put(struct buf *out, const struct original *o)
{
	struct span rest = o->rcpt, rcpt;

	if (!is_id(o->id) || !is_line(o->sender) || o->at < 0)
		return false;
	buf_str(out, "assay-original 1 ");
	buf_u64(out, (uint64_t)o->at);
	buf_str(out, " ");
	buf_u64(out, o->size);
	put_line(out, " ", o->id);
	if (o->has_sender)
		put_line(out, "from ", o->sender);
	while (original_rcpt_next(&rest, &rcpt)) {
		if (!is_line(rcpt) || rcpt.len == 0)
			return false;
		put_line(out, "to ", rcpt);
	}
	buf_byte(out, '\n');
	return !out->full;
}

/* A line up to its LF, which has to be there. */
static bool
take_line(struct span *in, struct span *out)
{
	if (!span_has(*in, '\n'))
		return false;
	*out = span_cut(in, '\n');
	return true;
}

bool
original_head_take(struct span *in, struct original *out)
{
	struct span line, first;
	const uint8_t *begin;
	uint64_t at;

	*out = (struct original){ .at = 0 };
	if (!take_line(in, &line) ||
	    !span_eq(span_cut(&line, ' '), SPAN("assay-original")) ||
	    !span_eq(span_cut(&line, ' '), SPAN("1")) ||
	    !span_u64(span_cut(&line, ' '), INT64_MAX, &at) ||
	    !span_u64(span_cut(&line, ' '), INT64_MAX, &out->size) ||
	    !is_id(line))
		return false;
	out->at = (int64_t)at;
	out->id = line;
	first = *in;
	if (!take_line(&first, &line))
		return false;
	if (span_starts(line, SPAN("from "))) {
		out->has_sender = true;
		out->sender = span_skip(line, 5);
		*in = first;
	}
	begin = in->ptr;
	while (take_line(in, &line) && line.len > 0)
		if (!span_starts(line, SPAN("to ")) || line.len == 3)
			return false;
	if (line.len > 0)
		return false;
	out->rcpt = (struct span){ begin, (size_t)(in->ptr - begin) - 1 };
	return is_line(out->sender);
}

bool
original_rcpt_next(struct span *rest, struct span *out)
{
	if (rest->len == 0)
		return false;
	*out = span_cut(rest, '\n');
	if (span_starts(*out, SPAN("to ")))
		*out = span_skip(*out, 3);
	return true;
}

/* ---- the directory ------------------------------------------------------- */

/* "0000001700000000.4ABC.original".  False: it is none of ours. */
static bool
read_name(const char *name, int64_t *at, char id[ORIGINAL_ID], bool *is_kept)
{
	struct span s = assay_cstr(name), time, word;
	uint64_t n;

	time = span_cut(&s, '.');
	word = span_cut(&s, '.');
	if (!span_u64(time, INT64_MAX, &n) || !is_id(word))
		return false;
	*at = (int64_t)n;
	snprintf(id, ORIGINAL_ID, "%.*s", (int)word.len,
	    (const char *)word.ptr);
	*is_kept = span_eq(s, assay_cstr(kept + 1));
	return *is_kept || span_eq(s, assay_cstr(gone + 1));
}

static DIR *
list(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (d == NULL && fd >= 0)
		close(fd);
	return d;
}

static uint64_t
octets_of(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_size > 0 ? (uint64_t)st.st_size + BLOCK : BLOCK;
}

bool
originals_each(int dir, originals_fn *fn, void *ctx)
{
	DIR *d = list(dir);
	struct dirent *e;

	if (d == NULL)
		return false;
	while ((e = readdir(d)) != NULL) {
		char id[ORIGINAL_ID];
		bool is_kept;
		int64_t at;

		if (read_name(e->d_name, &at, id, &is_kept) && is_kept)
			fn(ctx, e->d_name, id, at, octets_of(dir,
			    e->d_name));
	}
	closedir(d);
	return true;
}

void
originals_age(int dir, int64_t before)
{
	DIR *d = list(dir);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		char id[ORIGINAL_ID];
		bool is_kept;
		int64_t at;

		if (read_name(e->d_name, &at, id, &is_kept) && at < before)
			(void)unlinkat(dir, e->d_name, 0);
	}
	if (d != NULL)
		closedir(d);
}

/* Of all files, those that were let go too. */
static bool
sum(int dir, uint64_t *octets, uint64_t *n)
{
	DIR *d = list(dir);
	struct dirent *e;

	*octets = *n = 0;
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		*octets += octets_of(dir, e->d_name);
		++*n;
	}
	if (d != NULL)
		closedir(d);
	return d != NULL;
}

/* ---- writing ------------------------------------------------------------- */

static bool
copy(int to, int from, uint64_t size)
{
	uint8_t *chunk = malloc(CHUNK);
	uint64_t at = 0;
	bool ok = chunk != NULL;

	while (ok && at < size) {
		uint64_t want = size - at < CHUNK ? size - at : CHUNK;
		ssize_t n = pread(from, chunk, (size_t)want, (off_t)at);

		if (n <= 0)
			errno = n == 0 ? EIO : errno;
		ok = n > 0 && whole_write(to, chunk, (size_t)n);
		at += n > 0 ? (uint64_t)n : 0;
	}
	free(chunk);
	return ok;
}

static bool
write_fresh(int dir, struct span head, int from, uint64_t size)
{
	int fd = openat(dir, fresh, O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok = fd >= 0 && whole_write(fd, head.ptr, head.len) &&
	    copy(fd, from, size) && fdatasync(fd) == 0;
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return ok;
}

/* An id that comes again in the same second is another message. */
static bool
give_name(int dir, const struct original *o)
{
	char name[NAME];

	for (int64_t at = o->at; at < o->at + 60; at++) {
		snprintf(name, sizeof(name), "%016lld.%.*s%s",
		    (long long)at, (int)o->id.len, (const char *)o->id.ptr,
		    kept);
		if (renameat2(dir, fresh, dir, name, RENAME_NOREPLACE) == 0)
			return fsync(dir) == 0;
		if (errno != EEXIST)
			return false;
	}
	return false;
}

enum originals_status
originals_put(int dir, const struct original *o, int fd, uint64_t most)
{
	struct buf head = { .ptr = malloc(ORIGINAL_HEAD),
		.cap = ORIGINAL_HEAD };
	uint64_t used, n;
	bool ok = false;

	if (head.ptr == NULL || !original_head_put(&head, o) ||
	    !sum(dir, &used, &n)) {
		free(head.ptr);
		return ORIGINALS_FAILED;
	}
	if (n >= ORIGINALS_MOST || used > most || o->size > most - used) {
		free(head.ptr);
		return ORIGINALS_FULL;
	}
	ok = write_fresh(dir, buf_span(&head), fd, o->size) &&
	    give_name(dir, o);
	free(head.ptr);
	if (!ok) {
		int error = errno;

		(void)unlinkat(dir, fresh, 0);
		errno = error;
	}
	return ok ? ORIGINALS_OK : ORIGINALS_FAILED;
}

bool
originals_done(int dir, const char *name)
{
	char other[NAME + 16];
	size_t n = strlen(name);

	if (n < sizeof(kept) || n > NAME)
		return false;
	snprintf(other, sizeof(other), "%.*s%s", (int)(n - sizeof(kept) + 1),
	    name, gone);
	return renameat(dir, name, dir, other) == 0 && fsync(dir) == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "report/report_author.h"
#include "whole.h"

enum {
	CHUNK = 64 << 10,
	MOST = 100000,		/* letters: weeks of the largest domains  */
	BLOCK = 4096		/* octets that any file takes of a disk   */
};

/* "letter.PID.new": two generations of store may write at once. */
static const char fresh_begins[] = "letter.", fresh_ends[] = ".new";

struct item {
	uint64_t number, octets;
	unsigned tries;		/* that were not ended: in its name       */
	bool out;		/* handed out                             */
};

/* A letter that store is about to take, for the first and the last time: if
 * it ends the process, its name says so afterwards. */
static const char *const kind[INBOX_TRIES + 1] = { "letter", "second",
	"third", "aside" };

struct inbox {
	int dir;
	uint64_t most, octets, last;
	uint64_t aside, aside_octets;
	char fresh[INBOX_NAME];
	struct item *item;	/* by number                              */
	size_t n, cap;
	uint8_t chunk[CHUNK];
};

/* ---- the line in front --------------------------------------------------- */

static const char *const way_name[LETTER_WAYS] = {
	[LETTER_MAIL] = "mail", [LETTER_HTTP] = "http",
	[LETTER_FETCHED] = "fetched", [LETTER_GIVEN] = "given",
	[LETTER_LMTP] = "lmtp" };

static void
put_word(struct buf *out, struct span word)
{
	buf_byte(out, ' ');
	buf_put(out, span_absent(word) ? SPAN("-") : word);
}

void
letter_note_write(struct buf *out, const struct letter_note *note)
{
	buf_str(out, "assay-letter 1 ");
	buf_str(out, way_name[note->way]);
	buf_byte(out, ' ');
	buf_u64(out, note->at < 0 ? 0 : (uint64_t)note->at);
	put_word(out, note->author);
	put_word(out, note->client);
	buf_byte(out, '\n');
}

static bool
way_of(enum letter_way *out, struct span word)
{
	for (int w = LETTER_MAIL; w < LETTER_WAYS; w++)
		if (span_eq(word, assay_cstr(way_name[w]))) {
			*out = (enum letter_way)w;
			return true;
		}
	return false;
}

/* "-" is absent. */
static bool
author_of(struct span *out, struct span word)
{
	*out = span_eq(word, SPAN("-")) ? SPAN_NONE : word;
	return span_absent(*out) || report_author_valid(word);
}

static bool
client_of(struct span *out, struct span word)
{
	struct assay_addr a;

	*out = SPAN_NONE;
	if (span_eq(word, SPAN("-")))
		return true;
	*out = word;
	return assay_addr_parse(&a, word) == ASSAY_OK;
}

bool
letter_note_read(struct letter_note *out, struct span line)
{
	uint64_t at = 0;

	*out = (struct letter_note){ .way = LETTER_MAIL };
	if (line.len == 0 || span_at(line, line.len - 1) != '\n')
		return false;
	line = span_head(line, line.len - 1);
	if (!span_eq(span_cut(&line, ' '), SPAN("assay-letter")) ||
	    !span_eq(span_cut(&line, ' '), SPAN("1")) ||
	    !way_of(&out->way, span_cut(&line, ' ')) ||
	    !span_u64(span_cut(&line, ' '), INT64_MAX, &at) ||
	    !author_of(&out->author, span_cut(&line, ' ')) ||
	    !client_of(&out->client, span_cut(&line, ' ')))
		return false;
	out->at = (int64_t)at;
	return line.len == 0;
}

/* ---- the list ------------------------------------------------------------ */

static void
name_of(char out[INBOX_NAME], uint64_t number, unsigned tries)
{
	snprintf(out, INBOX_NAME, "%016llu.%s", (unsigned long long)number,
	    kind[tries]);
}

/* False: it is none.  INBOX_TRIES: aside. */
static bool
number_of(const char *name, uint64_t *number, unsigned *tries)
{
	struct span s = assay_cstr(name);
	char again[INBOX_NAME];

	if (!span_u64(span_head(s, 16), INT64_MAX, number))
		return false;
	for (*tries = 0; *tries <= INBOX_TRIES; ++*tries) {
		name_of(again, *number, *tries);
		if (strcmp(again, name) == 0)
			return true;
	}
	return false;
}

static int
by_number(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* Among the first n, which are sorted. */
static struct item *
find(struct inbox *in, size_t n, uint64_t number)
{
	struct item key = { .number = number };

	return n == 0 ? NULL : bsearch(&key, in->item, n, sizeof(key),
	    by_number);
}

static struct item *
item_of(struct inbox *in, const char *name)
{
	uint64_t number;
	unsigned tries;

	if (!number_of(name, &number, &tries) || tries == INBOX_TRIES)
		return NULL;
	return find(in, in->n, number);
}

/* Of the bound: small files cost a disk more than they hold. */
static uint64_t
cost(uint64_t octets)
{
	return octets < BLOCK ? BLOCK : octets;
}

static bool
add(struct inbox *in, uint64_t number, uint64_t octets, unsigned tries)
{
	size_t cap = in->cap == 0 ? 64 : in->cap * 2;
	struct item *more;

	if (in->n == MOST) {
		errno = ENOSPC;
		return false;
	}
	if (in->n == in->cap) {
		more = realloc(in->item, cap * sizeof(*more));
		if (more == NULL)
			return false;
		in->item = more;
		in->cap = cap;
	}
	in->item[in->n++] = (struct item){ number, cost(octets),
		tries, false };
	in->octets += cost(octets);
	return true;
}

static void
take_out(struct inbox *in, struct item *i)
{
	size_t at = (size_t)(i - in->item);

	memmove(i, i + 1, (in->n - at - 1) * sizeof(*i));
	in->n--;
}

/* ---- the directory ------------------------------------------------------- */

static bool
note_file(struct inbox *in, const char *name, size_t sorted)
{
	uint64_t number;
	unsigned tries;
	struct stat st;

	if (!number_of(name, &number, &tries) || fstatat(in->dir, name, &st,
	    AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
		return true;
	if (number > in->last)
		in->last = number;
	if (tries < INBOX_TRIES)
		return find(in, sorted, number) != NULL || add(in, number,
		    (uint64_t)st.st_size, tries);
	in->aside++;
	in->aside_octets += cost((uint64_t)st.st_size);
	return true;
}

/* What a kill left behind counts for nothing; who still writes it has its
 * lock. */
static void
drop_fresh(struct inbox *in, const char *name)
{
	int fd;

	if (!span_starts(assay_cstr(name), assay_cstr(fresh_begins)) ||
	    !span_ends(assay_cstr(name), assay_cstr(fresh_ends)))
		return;
	fd = openat(in->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(in->dir, name, 0);
	close(fd);
}

static bool
list(struct inbox *in)
{
	int fd = openat(in->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t sorted = in->n;
	struct dirent *e;
	bool ok = true;

	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	in->aside = in->aside_octets = 0;
	while (ok && (e = readdir(d)) != NULL) {
		drop_fresh(in, e->d_name);
		ok = note_file(in, e->d_name, sorted);
	}
	closedir(d);
	if (in->n > 0)
		qsort(in->item, in->n, sizeof(*in->item), by_number);
	return ok;
}

struct inbox *
inbox_open(int dir, uint64_t most)
{
	struct inbox *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->dir = dir;
	in->most = most;
	snprintf(in->fresh, sizeof(in->fresh), "%s%ld%s", fresh_begins,
	    (long)getpid(), fresh_ends);
	if (list(in))
		return in;
	inbox_close(in);
	return NULL;
}

bool
inbox_look(struct inbox *in)
{
	return list(in);
}

void
inbox_close(struct inbox *in)
{
	if (in == NULL)
		return;
	free(in->item);
	free(in);
}

struct inbox_state
inbox_state(const struct inbox *in)
{
	return (struct inbox_state){ .letters = in->n,
		.octets = in->octets + in->aside_octets,
		.aside = in->aside };
}

/* ---- writing ------------------------------------------------------------- */

/* Who reads less than was promised has no letter. */
static bool
copy(struct inbox *in, int to, int from, uint64_t size)
{
	uint64_t at = 0;

	while (at < size) {
		uint64_t want = size - at < CHUNK ? size - at : CHUNK;
		ssize_t n = pread(from, in->chunk, (size_t)want, (off_t)at);
		if (n <= 0) {
			errno = n == 0 ? EIO : errno;
			return false;
		}
		if (!whole_write(to, in->chunk, (size_t)n))
			return false;
		at += (uint64_t)n;
	}
	return true;
}

static bool
write_fresh(struct inbox *in, struct span line, int from, uint64_t size)
{
	int fd = openat(in->dir, in->fresh, O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC | O_NOFOLLOW, 0640);
	bool ok;
	int error;

	if (fd < 0)
		return false;
	ok = flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    whole_write(fd, line.ptr, line.len) &&
	    copy(in, fd, from, size) && fdatasync(fd) == 0;
	error = errno;
	close(fd);
	errno = error;
	return ok;
}

static void
forget_fresh(struct inbox *in)
{
	int error = errno;

	unlinkat(in->dir, in->fresh, 0);
	errno = error;
}

/* The next number that nobody else has taken.  The new name is as safe as
 * the octets only when the directory is. */
static bool
give_name(struct inbox *in, char name[INBOX_NAME])
{
	int error;

	do {
		name_of(name, ++in->last, 0);
		if (renameat2(in->dir, in->fresh, in->dir, name,
		    RENAME_NOREPLACE) == 0)
			break;
		if (errno != EEXIST)
			return false;
	} while (true);
	if (fsync(in->dir) == 0)
		return true;
	error = errno;
	unlinkat(in->dir, name, 0);
	errno = error;
	return false;
}

enum inbox_status
inbox_put(struct inbox *in, const struct letter_note *note, int fd,
    uint64_t size)
{
	ROOM(room, INBOX_LINE);
	struct buf line = BUF_ON(room);
	struct letter_note again;
	uint64_t used;
	char name[INBOX_NAME];

	/* what could not be read again is not written */
	letter_note_write(&line, note);
	if (line.full || !letter_note_read(&again, buf_span(&line))) {
		errno = EINVAL;
		return INBOX_FAILED;
	}
	used = inbox_state(in).octets;
	if (used > in->most || cost(size) > in->most - used || in->n == MOST)
		return INBOX_FULL;
	if (!write_fresh(in, buf_span(&line), fd, size) ||
	    !give_name(in, name)) {
		forget_fresh(in);
		return INBOX_FAILED;
	}
	if (add(in, in->last, size + line.len, 0))
		return INBOX_OK;
	unlinkat(in->dir, name, 0);
	return INBOX_FAILED;
}

/* ---- reading ------------------------------------------------------------- */

static bool
open_letter(struct inbox *in, const struct item *i, struct letter *out)
{
	struct span line = { out->line, 0 };
	struct stat st;
	ssize_t n;

	name_of(out->name, i->number, i->tries);
	out->fd = openat(in->dir, out->name, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW);
	if (out->fd < 0)
		return false;
	n = pread(out->fd, out->line, sizeof(out->line), 0);
	line.len = n < 0 ? 0 : (size_t)n;
	line.len = span_find(line, '\n') + (span_has(line, '\n') ? 1 : 0);
	if (letter_note_read(&out->note, line) && fstat(out->fd, &st) == 0 &&
	    st.st_size >= (off_t)line.len &&
	    lseek(out->fd, (off_t)line.len, SEEK_SET) >= 0) {
		out->size = (uint64_t)st.st_size - line.len;
		return true;
	}
	close(out->fd);
	out->fd = -1;
	errno = EINVAL;
	return false;
}

static void
forget(struct inbox *in, struct item *i)
{
	in->octets -= i->octets;
	take_out(in, i);
}

bool
inbox_next(struct inbox *in, struct letter *out)
{
	for (size_t i = 0; i < in->n; i++) {
		char name[INBOX_NAME];
		if (in->item[i].out)
			continue;
		in->item[i].out = true;
		if (open_letter(in, &in->item[i], out))
			return true;
		if (errno == ENOENT) {	/* another generation has read it */
			forget(in, &in->item[i--]);
			continue;
		}
		/* not one that we wrote */
		name_of(name, in->item[i].number, in->item[i].tries);
		if (inbox_aside(in, name))
			i--;
	}
	return false;
}

static bool
rename_to(struct inbox *in, struct item *i, const char *name,
    unsigned tries)
{
	char to[INBOX_NAME];

	name_of(to, i->number, tries);
	if (strcmp(name, to) != 0 &&
	    renameat(in->dir, name, in->dir, to) != 0)
		return false;
	i->tries = tries;
	return true;
}

void
inbox_again(struct inbox *in, const char *name)
{
	struct item *i = item_of(in, name);

	if (i == NULL)
		return;
	(void)rename_to(in, i, name, 0);
	i->out = false;
}

bool
inbox_try(struct inbox *in, struct letter *l)
{
	struct item *i = item_of(in, l->name);

	if (i == NULL || i->tries + 1 >= INBOX_TRIES ||
	    !rename_to(in, i, l->name, i->tries + 1))
		return false;
	name_of(l->name, i->number, i->tries);
	return true;
}

bool
inbox_done(struct inbox *in, const char *name)
{
	struct item *i = item_of(in, name);

	if (i == NULL) {
		errno = ENOENT;
		return false;
	}
	if (unlinkat(in->dir, name, 0) != 0 && errno != ENOENT)
		return false;
	forget(in, i);
	return true;
}

bool
inbox_aside(struct inbox *in, const char *name)
{
	struct item *i = item_of(in, name);
	char to[INBOX_NAME];

	if (i == NULL) {
		errno = ENOENT;
		return false;
	}
	name_of(to, i->number, INBOX_TRIES);
	if (renameat(in->dir, name, in->dir, to) != 0)
		return false;
	in->aside++;
	in->aside_octets += i->octets;
	forget(in, i);
	return true;
}

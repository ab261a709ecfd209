/* SPDX-License-Identifier: Apache-2.0 */
#include "habits_inner.h"
#include "whole.h"

#include <dirent.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SNAPSHOT UINT64_C(0x35746f6873706e53)
#define LEARNED UINT64_C(0x3464656e7261654c)

enum {
	FILES = 1024,			/* more starts, and snapshots that
					 * failed, than there are in a week  */
	FILE_MOST = 512 << 20,		/* octets of one that is read        */
	CHUNK = 64 << 10,		/* of a hole                         */
	SUM = 8,
	WORD = 17			/* octets of what a person said      */
};

struct snapshot_head {
	uint64_t magic, octets, generation;
	int64_t first;
	struct habits_seen seen[HABITS_SPOOLS];
	uint64_t uses, heard;
	struct habits_gone gone[HABITS_GONE];
	uint8_t sum[32];		/* of all, with zeros here           */
};

struct file_head {
	uint64_t magic, generation;
	int64_t first;
	uint8_t key[HABITS_KEY];
	uint8_t sum[SUM];
};

static int
open_file(const struct habits *h, uint64_t generation, int flags)
{
	char name[40];

	snprintf(name, sizeof(name), "learned.%08llu",
	    (unsigned long long)generation);
	return openat(h->conf.dir, name, flags | O_CLOEXEC | O_NOFOLLOW,
	    0600);
}

/* ---- the snapshot -------------------------------------------------------- */

static void
sum_of(uint8_t sum[32], const struct snapshot_head *head,
    const uint64_t *block)
{
	crypto_generichash_state st;
	struct snapshot_head bare = *head;

	memset(bare.sum, 0, sizeof(bare.sum));
	crypto_generichash_init(&st, NULL, 0, 32);
	crypto_generichash_update(&st, (const uint8_t *)&bare, sizeof(bare));
	crypto_generichash_update(&st, (const uint8_t *)block,
	    head->octets);
	crypto_generichash_final(&st, sum, 32);
}

bool
habits_load(struct habits *h)
{
	struct snapshot_head head;
	uint8_t sum[32];
	int fd = openat(h->conf.dir, "snapshot", O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW);
	bool ok;

	if (fd < 0)
		return false;
	ok = whole_read(fd, &head, sizeof(head)) &&
	    head.magic == SNAPSHOT && head.octets % 8 == 0 &&
	    head.octets <= h->room - HABITS_HEAD;
	if (ok)
		memset(h->block, 0, h->room - HABITS_HEAD);
	ok = ok && whole_read(fd, h->block, head.octets);
	close(fd);
	if (ok)
		sum_of(sum, &head, h->block);
	ok = ok && memcmp(sum, head.sum, sizeof(sum)) == 0 &&
	    behave_open(&h->b, h->block, head.octets, NULL);
	h->state.bad_snapshot = !ok;
	if (!ok)
		return false;
	h->octets = head.octets;
	h->generation = head.generation;
	h->first = head.first;
	memcpy(h->seen, head.seen, sizeof(h->seen));
	h->uses = head.uses;
	memcpy(h->gone, head.gone, sizeof(h->gone));
	h->heard = head.heard;
	return true;
}

bool
habits_start(struct habits *h)
{
	uint8_t key[HABITS_KEY];
	int64_t now = h->first;
	struct stat st;
	size_t n = 0;
	int fd = openat(h->conf.dir, "start/state", O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW);
	bool ok;

	if (fd < 0)
		return false;
	ok = fstat(fd, &st) == 0 && st.st_size > WHOLE_SUM &&
	    st.st_size % 8 == 0;
	if (ok)
		n = (size_t)st.st_size - WHOLE_SUM;
	ok = ok && n <= h->room - HABITS_HEAD;
	if (ok)
		memset(h->block, 0, h->room - HABITS_HEAD);
	ok = ok && whole_read_summed(fd, h->block, n) &&
	    behave_open(&h->b, h->block, n, NULL);
	close(fd);
	/* files of another key are of somebody who began by himself */
	ok = ok && (!habits_first_key(h, key) ||
	    memcmp(key, h->b.head->key, HABITS_KEY) == 0);
	h->first = now;
	h->state.bad_start = !ok;
	h->octets = ok ? n : 0;
	return ok;
}

void
habits_started(struct habits *h)
{
	unlinkat(h->conf.dir, "start/state", 0);
}

static bool
is_zero(const uint8_t *p, size_t n)
{
	return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

/* What was never used stays a hole. */
static bool
write_block(int fd, const struct habits *h)
{
	uint8_t *p = (uint8_t *)h->block;

	for (size_t at = 0; at < h->octets; at += CHUNK) {
		size_t n = h->octets - at < CHUNK ? h->octets - at : CHUNK;

		if (is_zero(p + at, n) ? lseek(fd, (off_t)n, SEEK_CUR) < 0 :
		    !whole_write(fd, p + at, n))
			return false;
	}
	return ftruncate(fd, (off_t)(sizeof(struct snapshot_head) +
	    h->octets)) == 0;
}

static bool
write_snapshot(const struct habits *h, struct snapshot_head *head)
{
	int fd = openat(h->conf.dir, "snapshot.new", O_WRONLY | O_CREAT |
	    O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok;

	if (fd < 0)
		return false;
	sum_of(head->sum, head, h->block);
	ok = whole_write(fd, head, sizeof(*head)) && write_block(fd, h) &&
	    fsync(fd) == 0;
	close(fd);
	return ok && renameat(h->conf.dir, "snapshot.new", h->conf.dir,
	    "snapshot") == 0 && fsync(h->conf.dir) == 0;
}

/* ---- files --------------------------------------------------------------- */

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Their numbers, in order. */
static size_t
list(const struct habits *h, uint64_t out[FILES])
{
	int fd = openat(h->conf.dir, ".", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	size_t n = 0;

	while (d != NULL && (e = readdir(d)) != NULL && n < FILES)
		if (strncmp(e->d_name, "learned.", 8) == 0)
			out[n++] = strtoull(e->d_name + 8, NULL, 10);
	if (d != NULL)
		closedir(d);
	qsort(out, n, sizeof(out[0]), by_number);
	return n;
}

static void
remove_before(const struct habits *h, uint64_t generation)
{
	uint64_t number[FILES];
	size_t n = list(h, number);
	char name[40];

	for (size_t i = 0; i < n && number[i] < generation; i++) {
		snprintf(name, sizeof(name), "learned.%08llu",
		    (unsigned long long)number[i]);
		unlinkat(h->conf.dir, name, 0);
	}
}

static void
head_sum(uint8_t sum[SUM], const struct file_head *f)
{
	crypto_shorthash(sum, (const uint8_t *)f,
	    offsetof(struct file_head, sum), f->key);
}

static bool
read_head(int fd, struct file_head *f)
{
	uint8_t sum[SUM];

	if (!whole_read(fd, f, sizeof(*f)) || f->magic != LEARNED)
		return false;
	head_sum(sum, f);
	return memcmp(sum, f->sum, SUM) == 0;
}

bool
habits_first_key(struct habits *h, uint8_t key[HABITS_KEY])
{
	uint64_t number[FILES];
	size_t n = list(h, number);
	struct file_head f;
	bool ok = false;

	for (size_t i = 0; i < n && !ok; i++) {
		int fd = open_file(h, number[i], O_RDONLY);

		ok = fd >= 0 && read_head(fd, &f);
		if (fd >= 0)
			close(fd);
	}
	if (ok) {
		memcpy(key, f.key, HABITS_KEY);
		h->first = f.first;
	}
	return ok;
}

bool
habits_begin_file(struct habits *h)
{
	struct file_head f = { .magic = LEARNED, .first = h->first };
	uint64_t number[FILES], last = h->generation;
	size_t n = list(h, number);

	if (n > 0 && number[n - 1] > last)
		last = number[n - 1];
	if (h->journal >= 0)
		close(h->journal);
	h->generation = f.generation = last + 1;
	memcpy(f.key, h->b.head->key, HABITS_KEY);
	head_sum(f.sum, &f);
	h->journal = open_file(h, f.generation, O_WRONLY | O_CREAT | O_EXCL);
	h->end = sizeof(f);
	return h->journal >= 0 && whole_write(h->journal, &f, sizeof(f)) &&
	    fsync(h->journal) == 0 && fsync(h->conf.dir) == 0;
}

/* What is learned from now on is in the next file, and not in it. */
bool
habits_snapshot(struct habits *h)
{
	struct snapshot_head head = { .magic = SNAPSHOT,
		.octets = h->octets, .first = h->first };

	if (h->batch.len > 0 || !habits_begin_file(h))
		return false;
	head.generation = h->generation;
	memcpy(head.seen, h->seen, sizeof(head.seen));
	head.uses = h->uses;
	memcpy(head.gone, h->gone, sizeof(head.gone));
	head.heard = h->heard;
	h->dirty = false;
	if (!write_snapshot(h, &head))
		return false;
	h->changed = false;
	remove_before(h, head.generation);
	return true;
}

/* ---- entries ------------------------------------------------------------- */

/* What an entry is and its length, spool, number, what it says, sum of all of
 * it. */
enum { KIND_LENGTH = 1 << 14 };		/* less is a length                  */
enum kind { KIND_LESSON, KIND_WORD };

static void
entry_sum(uint8_t sum[SUM], struct span entry, const uint8_t key[HABITS_KEY])
{
	crypto_shorthash(sum, entry.ptr, entry.len, key);
}

static void
put_entry(struct habits *h, enum kind kind, uint64_t spool, uint64_t number,
    struct span what)
{
	struct buf *b = &h->batch;
	size_t at = b->len, n = (size_t)kind * KIND_LENGTH + what.len;
	uint8_t sum[SUM];

	buf_byte(b, (uint8_t)(n >> 8));
	buf_byte(b, (uint8_t)(n & 255));
	buf_be64(b, spool);
	buf_be64(b, number);
	buf_put(b, what);
	entry_sum(sum, span_skip(buf_span(b), at), h->b.head->key);
	buf_put(b, (struct span){ sum, SUM });
}

void
habits_put_entry(struct habits *h, uint64_t spool, uint64_t number,
    struct span lesson)
{
	put_entry(h, KIND_LESSON, spool, number, lesson);
}

void
habits_put_word(struct habits *h, const struct habits_word *w)
{
	uint8_t octets[WORD];
	struct buf b = BUF_ON(octets);

	buf_be64(&b, (uint64_t)w->at);
	buf_be64(&b, w->end);
	buf_byte(&b, w->bad);
	put_entry(h, KIND_WORD, w->spool, w->number, buf_span(&b));
}

static uint64_t
get_u64(struct span s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8; i++)
		v = v << 8 | (uint64_t)span_at(s, i);
	return v;
}

static bool
replay_word(struct habits *h, const struct origin *from, struct span what)
{
	struct habits_word w = { .spool = from->spool,
		.number = from->number };

	if (what.len != WORD)
		return false;
	w.at = (int64_t)get_u64(what);
	w.end = get_u64(span_skip(what, 8));
	w.bad = span_at(what, 16) == 1;
	(void)habits_apply(h, &w, false);
	return true;
}

static bool
replay_what(struct habits *h, enum kind kind, struct origin *from,
    struct span what)
{
	struct lesson l;
	struct sample s;

	if (kind == KIND_WORD)
		return replay_word(h, from, what);
	if (kind != KIND_LESSON || !lesson_get(&l, what) ||
	    !sample_get(&s, l.sample))
		return false;
	from->held = l.kept;
	from->silent = l.silent;
	if (habits_is_new(h, from->spool, from->number)) {
		(void)habits_learn(h, &s, &l, from, false);
		h->state.replayed++;
		h->changed = true;
	}
	return true;
}

/* Takes one off the front; false: what is there is none. */
static bool
replay_one(struct habits *h, struct span *in)
{
	size_t n = in->len < 2 ? 0 : (size_t)span_at(*in, 0) << 8 |
	    (size_t)span_at(*in, 1), len = n % KIND_LENGTH;
	struct span entry = span_head(*in, 18 + len);
	struct span sum = span_head(span_skip(*in, 18 + len), SUM);
	struct origin from = { .held = false };
	uint8_t want[SUM];

	if (entry.len != 18 + len || sum.len != SUM)
		return false;
	entry_sum(want, entry, h->b.head->key);
	if (memcmp(want, sum.ptr, SUM) != 0)
		return false;
	from.spool = get_u64(span_skip(entry, 2));
	from.number = get_u64(span_skip(entry, 10));
	if (!replay_what(h, (enum kind)(n / KIND_LENGTH), &from,
	    span_skip(entry, 18)))
		return false;
	*in = span_skip(*in, 18 + len + SUM);
	return true;
}

static void
replay_file(struct habits *h, int fd)
{
	struct file_head f;
	struct stat st;
	struct span rest;
	uint8_t *all;
	size_t n;

	if (fstat(fd, &st) != 0 || st.st_size == 0)
		return;
	n = (size_t)st.st_size;
	if (n > FILE_MOST || !read_head(fd, &f) ||
	    memcmp(f.key, h->b.head->key, HABITS_KEY) != 0) {
		h->state.discarded += n;
		return;
	}
	n -= sizeof(f);
	all = malloc(n + 1);
	if (all == NULL || !whole_read(fd, all, n)) {
		h->state.discarded += n;
		free(all);
		return;
	}
	rest = (struct span){ all, n };
	while (rest.len > 0 && replay_one(h, &rest))
		;
	h->state.discarded += rest.len;
	free(all);
}

void
habits_replay(struct habits *h)
{
	uint64_t number[FILES];
	size_t n = list(h, number);

	for (size_t i = 0; i < n; i++) {
		int fd = number[i] < h->generation ? -1 :
		    open_file(h, number[i], O_RDONLY);

		if (fd < 0)
			continue;
		replay_file(h, fd);
		close(fd);
	}
}

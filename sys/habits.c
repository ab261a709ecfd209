/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE		/* memfd_create() */
#include "habits.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "behave/peek.h"
#include "wire/base64.h"

#define MAGIC UINT64_C(0x3173746962616821)

/* A message is learned in some 50 us, and who asks meanwhile asks again; what
 * a person says, or erases, may take milliseconds. */
enum { TRIES = 400, YIELDS = 20, WAIT_US = 100 };

enum { RECORD_USUAL = 640 };	/* octets, and fewer than most have */

/* ---- making -------------------------------------------------------------- */

bool
habits_make(size_t octets, int *writer, int *reader)
{
	struct habits_head head = { .magic = MAGIC, .sequence = 1 };
	char path[40];

	*reader = -1;
	*writer = memfd_create("habits", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*writer < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", *writer);
	if (ftruncate(*writer, (off_t)(HABITS_HEAD + octets)) == 0 &&
	    pwrite(*writer, &head, sizeof(head), 0) ==
	    (ssize_t)sizeof(head) &&
	    fcntl(*writer, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_SEAL) == 0 &&
	    (*reader = open(path, O_RDONLY | O_CLOEXEC)) >= 0)
		return true;
	close(*writer);
	*writer = -1;
	return false;
}

/* An eighth for the tables, the rest for records: as many of one as of the
 * other are then in use.  The index has room for all records. */
bool
habits_geometry(struct geometry *out, size_t octets)
{
	struct geometry g = { .index = 1u << 8, .values = 1u << 7,
		.pairs = 1u << 7, .letters = 1u << 4 };
	size_t least = behave_size(&g), rest;

	if (octets < least + (1u << 20))
		return false;
	rest = octets - least;
	while (g.values < 1u << 27 && memory_size(&(struct geometry){
	    .index = g.index, .values = g.values * 2,
	    .pairs = g.pairs * 2, .letters = g.letters * 2 }) < rest / 8) {
		g.values *= 2;
		g.pairs *= 2;
		g.letters *= 2;
	}
	while (g.index / 4 * 3 < rest / RECORD_USUAL)
		g.index *= 2;
	rest -= behave_size(&g) - least;
	g.units = (uint32_t)(rest / (UNIT_WORDS * 8));
	*out = g;
	return behave_size(&g) <= octets;
}

/* ---- looking ------------------------------------------------------------- */

struct habits_reader {
	const struct habits_head *head;
	const uint64_t *block;
	size_t room;			/* octets of all                     */
	bool open, has_key;
	uint8_t key[HABITS_KEY];
	struct peek peek;
	struct known known;
	uint8_t octets[PACK_ANSWER], text[PACK_ANSWER * 4 / 3 + 8];
	uint8_t news[HABITS_NEWS];
	size_t news_len;
};

struct habits_reader *
habits_reader_new(int fd)
{
	struct habits_reader *r = calloc(1, sizeof(*r));
	struct stat st;
	void *map = MAP_FAILED;

	if (r != NULL && fstat(fd, &st) == 0 && st.st_size > HABITS_HEAD)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED,
		    fd, 0);
	if (map == MAP_FAILED) {
		free(r);
		return NULL;
	}
	r->head = map;
	r->block = (const uint64_t *)map + HABITS_HEAD / 8;
	r->room = (size_t)st.st_size;
	if (r->head->magic == MAGIC)
		return r;
	habits_reader_free(r);
	return NULL;
}

void
habits_reader_free(struct habits_reader *r)
{
	if (r == NULL)
		return;
	munmap((void *)(uintptr_t)r->head, r->room);
	free(r);
}

static bool
begin(const struct habits_reader *r, uint64_t *sequence)
{
	*sequence = atomic_load_explicit(&r->head->sequence,
	    memory_order_acquire);
	return (*sequence & 1) == 0;
}

/* Whether what was read since then is whole. */
static bool
held(const struct habits_reader *r, uint64_t sequence)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&r->head->sequence,
	    memory_order_relaxed) == sequence;
}

/* Once: a block stays where and as large as it is. */
static bool
opened(struct habits_reader *r)
{
	uint64_t sequence, octets = r->head->octets;

	if (r->open)
		return true;
	if (!begin(r, &sequence) || octets == 0 ||
	    octets > r->room - HABITS_HEAD)
		return false;
	r->open = peek_open(&r->peek, r->block, octets) && held(r, sequence);
	return r->open;
}

static void
pause_a_while(unsigned i)
{
	if (i < YIELDS)
		sched_yield();
	else
		usleep(WAIT_US);
}

/* It never changes. */
bool
habits_key(struct habits_reader *r, uint8_t key[HABITS_KEY])
{
	uint64_t sequence;

	for (unsigned i = 0; i < TRIES && !r->has_key; i++) {
		if (opened(r) && begin(r, &sequence)) {
			memcpy(r->key, r->peek.behave.head->key, HABITS_KEY);
			r->has_key = held(r, sequence);
		}
		if (r->head->octets == 0)	/* nothing for a while */
			break;
		if (!r->has_key)
			pause_a_while(i);
	}
	memcpy(key, r->key, HABITS_KEY);
	return r->has_key;
}

struct span
habits_ask(struct habits_reader *r, struct span sample, struct span said)
{
	struct buf out = BUF_ON(r->octets), text = BUF_ON(r->text), news;
	struct sample s;
	uint64_t sequence;

	r->news_len = 0;
	for (unsigned i = 0; i < TRIES; i++) {
		if (!sample_get(&s, sample))
			return SPAN_NONE;
		news = BUF_ON(r->news);
		if (opened(r) && begin(r, &sequence)) {
			peek_known(&r->peek, &s, said, &r->known, &news);
			if (held(r, sequence))
				break;
		}
		if (i == TRIES - 1)
			return SPAN_NONE;
		pause_a_while(i);
	}
	r->news_len = news.len;
	r->known.observed = s.arrival < r->head->observe;
	known_put(&out, &r->known, &s);
	base64_encode(&text, buf_span(&out));
	return out.full || text.full ? SPAN_NONE : buf_span(&text);
}

struct span
habits_news(const struct habits_reader *r)
{
	return (struct span){ r->news, r->news_len };
}

void
lesson_put(struct buf *out, const struct lesson *l)
{
	buf_byte(out, (uint8_t)(l->kept | l->silent << 1));
	buf_byte(out, (uint8_t)(l->sample.len >> 8));
	buf_byte(out, (uint8_t)(l->sample.len & 255));
	buf_put(out, l->sample);
	buf_put(out, l->news);
}

bool
lesson_get(struct lesson *out, struct span in)
{
	struct cur c = cur_of(in);
	int flags = cur_byte(&c);
	size_t n = cur_u16(&c);

	out->kept = (flags & 1) != 0;
	out->silent = (flags & 2) != 0;
	out->sample = cur_take(&c, n);
	out->news = c.rest;
	return !c.bad && flags < 4 && n <= PACK_SAMPLE &&
	    in.len <= HABITS_LESSON;
}

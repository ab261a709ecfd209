/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The consumer.  All that stands in the file may be anything, and may change
 * at any time; nothing is used that was not copied and checked first.
 */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool_file.h"

enum {
	WINDOW = 64 << 10,		/* octets of items read at once      */
	LONGEST = SPOOL_RECORD + (int)sizeof(struct spool_item),
	SEARCH = 4096,			/* octets read at once behind what is
					 * torn                              */
	SEARCH_MOST = 2 << 20		/* then all the rest is given up     */
};

struct spool_reader {
	int fd;
	uint64_t size, identity;
	uint64_t place;			/* the next item                     */
	uint64_t done;			/* as the tail in the file           */
	uint64_t last;			/* of the item that was read last    */
	uint64_t old;			/* what lies below was there before  */
	uint64_t torn;
	uint64_t dropped;		/* as seen last                      */
	uint64_t seen[SPOOL_DROPS], told[SPOOL_DROPS];
	size_t slot;			/* to be looked at next              */
	struct spool_slot table[SPOOL_DROPS];
	uint64_t head;			/* as seen last                      */
	uint64_t at;			/* what was copied lies there ...    */
	size_t have;			/* ... and is so long                */
	uint8_t *room;			/* LONGEST                           */
};

static bool
read_at(int fd, void *to, size_t n, uint64_t at)
{
	return pread(fd, to, n, (off_t)at) == (ssize_t)n;
}

static bool
read_ring(const struct spool_reader *r, uint64_t place, void *to, size_t n)
{
	uint64_t at = place % r->size;
	size_t first = n < r->size - at ? n : (size_t)(r->size - at);

	return read_at(r->fd, to, first, SPOOL_AT_RING + at) &&
	    (n == first || read_at(r->fd, (uint8_t *)to + first, n - first,
	    SPOOL_AT_RING));
}

/* Where the producer stands; a lie becomes "nowhere further". */
static uint64_t
head_of(const struct spool_reader *r)
{
	uint64_t head = 0;

	if (!read_at(r->fd, &head, sizeof(head),
	    offsetof(struct spool_head, head)) ||
	    head - r->place > r->size || head % 8 != 0)
		return r->place;
	return head;
}

static bool
write_tail(struct spool_reader *r, uint64_t tail)
{
	if (pwrite(r->fd, &tail, sizeof(tail), SPOOL_AT_TAIL) !=
	    (ssize_t)sizeof(tail))
		return false;
	r->done = tail;
	return true;
}

struct spool_reader *
spool_reader_new(int fd)
{
	struct spool_reader *r = calloc(1, sizeof(*r));
	struct spool_head head;
	struct stat st;

	if (r == NULL)
		return NULL;
	r->room = malloc(LONGEST);
	r->fd = fd;
	if (r->room == NULL || fstat(fd, &st) != 0 ||
	    !read_at(fd, &head, sizeof(head), 0) ||
	    head.magic != SPOOL_MAGIC || head.version != 1 ||
	    head.size < SPOOL_LEAST || head.size % 8 != 0 ||
	    (uint64_t)st.st_size < SPOOL_AT_RING + head.size ||
	    !read_at(fd, r->told, sizeof(r->told), SPOOL_AT_TOLD)) {
		spool_reader_free(r);
		errno = EINVAL;
		return NULL;
	}
	memcpy(r->seen, r->told, sizeof(r->seen));
	r->size = head.size;
	r->identity = head.identity;
	r->place = r->done = r->last = r->head = head.tail;
	if (head.tail % 8 != 0 || head.head - head.tail > head.size) {
		/* that cannot be: begin where the producer is */
		r->place = r->head = head.head / 8 * 8;
		r->torn++;
		write_tail(r, r->place);
	}
	r->old = head_of(r);
	return r;
}

void
spool_reader_free(struct spool_reader *r)
{
	if (r == NULL)
		return;
	free(r->room);
	free(r);
}

uint64_t
spool_identity(const struct spool_reader *r)
{
	return r->identity;
}

/* ---- records ------------------------------------------------------------- */

/* A copy of n octets that lie at place, below head, and as a rule of what
 * lies behind them, too. */
static const uint8_t *
copy_of(struct spool_reader *r, uint64_t place, size_t n)
{
	uint64_t before = place - r->at;
	size_t more = r->head - place < WINDOW ?
	    (size_t)(r->head - place) : WINDOW;

	if (before <= r->have && r->have - before >= n)
		return r->room + before;
	if (more < n)
		more = n;
	r->have = 0;
	if (!read_ring(r, place, r->room, more))
		return NULL;
	r->at = place;
	r->have = more;
	return r->room;
}

/* A whole item at place, below head. */
static bool
item_at(struct spool_reader *r, uint64_t place, struct spool_item *item,
    struct span *record)
{
	uint64_t left = r->head - place;
	const uint8_t *p;

	if (left < sizeof(*item) ||
	    (p = copy_of(r, place, sizeof(*item))) == NULL)
		return false;
	memcpy(item, p, sizeof(*item));
	if (item->magic != SPOOL_ITEM_MAGIC || item->len > SPOOL_RECORD ||
	    spool_item_size(item->len) > left ||
	    (p = copy_of(r, place, sizeof(*item) + item->len)) == NULL)
		return false;
	*record = (struct span){ p + sizeof(*item), item->len };
	/* what was copied again may be another */
	return memcmp(item, p, sizeof(*item)) == 0 &&
	    spool_check(item, *record) == item->check;
}

/* Where behind place something begins that looks like an item; head: no
 * more. */
static uint64_t
search(struct spool_reader *r, uint64_t place, uint64_t head)
{
	uint8_t room[SEARCH];
	uint64_t left = head - place < SEARCH_MOST ? head - place :
	    SEARCH_MOST;
	uint32_t magic;

	while (left > 0) {
		size_t n = left < SEARCH ? (size_t)left : SEARCH;
		if (!read_ring(r, place, room, n))
			return head;
		for (size_t i = 0; i + 8 <= n; i += 8) {
			memcpy(&magic, room + i, sizeof(magic));
			if (magic == SPOOL_ITEM_MAGIC)
				return place + i;
		}
		place += n;
		left -= n;
	}
	return head;
}

bool
spool_next(struct spool_reader *r, struct spool_entry *out)
{
	struct spool_item item;
	struct span record;
	bool torn = false;

	if (r->place == r->head)
		r->head = head_of(r);
	while (r->place != r->head) {
		uint64_t place = r->place;
		if (item_at(r, place, &item, &record)) {
			r->last = place;
			r->place += spool_item_size(item.len);
			*out = (struct spool_entry){ .id = item.id,
				.number = item.number,
				.old = (int64_t)(r->old - place) > 0,
				.record = record };
			r->torn += torn;
			return true;
		}
		torn = true;
		r->place = search(r, place + 8, r->head);
	}
	r->torn += torn;
	return false;
}

void
spool_keep(struct spool_reader *r)
{
	r->place = r->last;
}

bool
spool_done(struct spool_reader *r)
{
	return r->place == r->done || write_tail(r, r->place);
}

void
spool_again(struct spool_reader *r)
{
	r->place = r->done;
	r->dropped = 0;
	r->slot = 0;
}

struct spool_state
spool_state(struct spool_reader *r)
{
	return (struct spool_state){ .waiting = head_of(r) - r->done,
		.size = r->size, .torn = r->torn };
}

/* ---- what was dropped ---------------------------------------------------- */

/* A name that a log may show. */
static void
clean(char out[SPOOL_DOMAIN + 1], const uint8_t in[SPOOL_DOMAIN])
{
	size_t n = 0;

	while (n < SPOOL_DOMAIN && ((in[n] >= '0' && in[n] <= '9') ||
	    (in[n] >= 'a' && in[n] <= 'z') || in[n] == '.' ||
	    in[n] == '-' || in[n] == '_')) {
		out[n] = (char)in[n];
		n++;
	}
	if (n < SPOOL_DOMAIN && in[n] != 0)
		n = 0;
	out[n] = '\0';
}

bool
spool_next_drop(struct spool_reader *r, struct spool_drop *out)
{
	uint64_t dropped = 0;

	if (r->slot == 0) {
		if (!read_at(r->fd, &dropped, sizeof(dropped),
		    offsetof(struct spool_head, dropped)) ||
		    dropped == r->dropped ||
		    !read_at(r->fd, r->table, sizeof(r->table),
		    SPOOL_AT_DROPS))
			return false;
		r->dropped = dropped;
	}
	while (r->slot < SPOOL_DROPS) {
		size_t i = r->slot++;
		uint64_t n = r->table[i].count;
		r->seen[i] = n;
		if (n == r->told[i])
			continue;
		/* less than before: not by our producer */
		out->count = n > r->told[i] ? n - r->told[i] : n;
		out->total = n;
		out->day = r->table[i].day;
		clean(out->domain, r->table[i].domain);
		return true;
	}
	r->slot = 0;
	return false;
}

bool
spool_told(struct spool_reader *r)
{
	if (memcmp(r->told, r->seen, sizeof(r->told)) == 0)
		return true;
	if (pwrite(r->fd, r->seen, sizeof(r->seen), SPOOL_AT_TOLD) !=
	    (ssize_t)sizeof(r->seen))
		return false;
	memcpy(r->told, r->seen, sizeof(r->told));
	return true;
}

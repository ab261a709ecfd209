/* SPDX-License-Identifier: Apache-2.0 */
#include "habits_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- learning ------------------------------------------------------------ */

void
habits_change(struct habits *h, bool begins)
{
	uint64_t n = h->head->sequence;

	if (!begins) {
		atomic_store_explicit(&h->head->sequence, (n | 1) + 1,
		    memory_order_release);
		return;
	}
	/* odd already: somebody was killed, or nothing is there yet */
	atomic_store_explicit(&h->head->sequence, n | 1,
	    memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
}

/* A tree takes a hundred times as long as a message to learn, and nobody has
 * to wait for it. */
static void
grow(struct habits *h, bool live)
{
	if (!behave_grow(&h->b))
		return;
	habits_change(h, true);
	behave_grown(&h->b);
	if (live)
		habits_change(h, false);
}

struct habits_told
habits_learn(struct habits *h, struct sample *s, const struct lesson *l,
    const struct origin *from, bool live)
{
	struct habits_told told = { .learned = !l->kept };
	struct alarm_said said;
	struct score score;
	struct view v;
	bool grows;

	/* to look changes nothing: others may look, too */
	behave_view(&h->b, s, &v);
	behave_score(&score, h->b.judge, &v, s);
	habits_change(h, true);
	said = behave_alarm(&h->b, s, &score);
	grows = behave_learn_of(&h->b, s, &score, from);
	if (!l->kept)
		behave_hear(&h->b, s, &score, l->news);
	if (live)
		habits_change(h, false);
	if (grows)
		grow(h, live);
	told.scored = score.known || score.contact.scored;
	told.alert = said.alert;
	told.episode = said.episode;
	told.p = said.contact ? score.contact.p : score.p;
	told.h = said.contact ? N_HYPOTHESIS : (unsigned)score.h;
	return told;
}

bool
habits_is_new(struct habits *h, uint64_t spool, uint64_t number)
{
	size_t oldest = 0;

	for (size_t i = 0; i < HABITS_SPOOLS; i++) {
		struct habits_seen *s = &h->seen[i];

		if (s->spool == spool && s->used != 0) {
			if (number <= s->number)
				return false;
			s->number = number;
			s->used = ++h->uses;
			return true;
		}
		if (s->used < h->seen[oldest].used)
			oldest = i;
	}
	h->seen[oldest] = (struct habits_seen){ spool, number, ++h->uses };
	return true;
}

struct habits_told
habits_take(struct habits *h, uint64_t spool, uint64_t number,
    struct span lesson)
{
	struct origin from = { .spool = spool, .number = number };
	struct habits_told none = { .learned = false };
	struct lesson l;
	struct sample s;

	if (!lesson_get(&l, lesson) || !sample_get(&s, l.sample) ||
	    s.sender == 0 ||
	    h->batch.cap - h->batch.len < HABITS_ENTRY) {
		h->state.refused++;
		return none;
	}
	if (!habits_is_new(h, spool, number) || habits_is_gone(h, &s))
		return none;
	habits_put_entry(h, spool, number, lesson);
	h->state.learned++;
	h->changed = true;
	from.held = l.kept;
	from.silent = l.silent;
	return habits_learn(h, &s, &l, &from, true);
}

/* ---- what people say ----------------------------------------------------- */

enum label_end
habits_apply(struct habits *h, const struct habits_word *w, bool live)
{
	enum label_end end;

	habits_change(h, true);
	end = behave_label(&h->b, w->spool, w->number, w->bad, w->at);
	if (live)
		habits_change(h, false);
	h->heard = w->end;
	h->changed = true;
	return end;
}

bool
habits_hear(struct habits *h, const struct habits_word *w,
    enum label_end *end)
{
	if (h->batch.cap - h->batch.len < HABITS_ENTRY)
		return false;
	habits_put_word(h, w);
	*end = habits_apply(h, w, true);
	return true;
}

uint64_t
habits_heard(const struct habits *h)
{
	return h->heard;
}

/* ---- the disk ------------------------------------------------------------ */

bool
habits_write(struct habits *h)
{
	ssize_t n = h->batch.len == 0 ? 0 : pwrite(h->journal, h->batch.ptr,
	    h->batch.len, h->end);

	if (n != (ssize_t)h->batch.len) {
		if (n >= 0)
			errno = ENOSPC;
		return false;
	}
	h->end += n;
	h->batch.len = 0;
	h->dirty = h->dirty || n > 0;
	return true;
}

static bool
sync_file(struct habits *h)
{
	if (h->dirty && fdatasync(h->journal) != 0)
		return false;
	h->dirty = false;
	return true;
}

bool
habits_flush(struct habits *h, int64_t ms)
{
	if (!habits_write(h))
		return false;
	if (h->dirty && ms >= h->sync_at) {
		if (!sync_file(h))
			return false;
		h->sync_at = ms + HABITS_SYNC_MS;
	}
	if (h->snapshot_at == 0)
		h->snapshot_at = ms + HABITS_SNAPSHOT_MS;
	if (!h->changed || ms < h->snapshot_at)
		return true;
	h->snapshot_at = ms + HABITS_SNAPSHOT_MS;
	return habits_snapshot(h);
}

/* ---- begin and end ------------------------------------------------------- */

static bool
map(struct habits *h)
{
	struct stat st;
	void *p;

	if (fstat(h->conf.fd, &st) != 0 || st.st_size <= HABITS_HEAD)
		return false;
	h->room = (size_t)st.st_size;
	p = mmap(NULL, h->room, PROT_READ | PROT_WRITE, MAP_SHARED,
	    h->conf.fd, 0);
	if (p == MAP_FAILED)
		return false;
	h->head = p;
	h->block = (uint64_t *)p + HABITS_HEAD / 8;
	return true;
}

static bool
lock(struct habits *h)
{
	h->lock = openat(h->conf.dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	return h->lock >= 0 && flock(h->lock, LOCK_EX | LOCK_NB) == 0;
}

/* An empty state, with the curves that come with the program. */
bool
habits_fresh(struct habits *h, const uint8_t key[HABITS_KEY], int64_t first)
{
	struct geometry g;
	size_t room = h->room - HABITS_HEAD;

	if (!habits_geometry(&g, room)) {
		errno = ENOSPC;
		return false;
	}
	memset(h->block, 0, room);
	h->octets = behave_size(&g);
	if (!behave_open(&h->b, h->block, h->octets, &g))
		return false;
	memcpy(h->b.head->key, key, HABITS_KEY);
	h->b.trainer->chance.state = num_mix(0);
	behave_start(&h->b);
	h->first = first;
	return true;
}

/* There is no snapshot: what an archive taught, or nothing. */
static bool
begin(struct habits *h, int64_t now)
{
	uint8_t key[HABITS_KEY];

	h->first = now;
	h->state.started = habits_start(h);
	if (h->state.started)
		return true;
	h->state.fresh = true;
	if (!habits_first_key(h, key) &&
	    getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return false;
	return habits_fresh(h, key, h->first);
}

static bool
restore(struct habits *h, int64_t now)
{
	habits_change(h, true);
	if (!habits_load(h) && !begin(h, now))
		return false;
	behave_alerts(&h->b, h->conf.alerts);
	habits_replay(h);
	h->head->octets = h->octets;
	h->state.observe = h->first + h->conf.observe;
	h->head->observe = h->state.observe;
	if (!habits_begin_file(h))
		return false;
	habits_change(h, false);
	/* before a snapshot has it, the next start would take it again */
	if (h->state.started && habits_snapshot(h))
		habits_started(h);
	return true;
}

struct habits *
habits_open(const struct habits_conf *conf, int64_t now)
{
	struct habits *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->conf = *conf;
	h->lock = h->journal = -1;
	h->batch = (struct buf){ .ptr = malloc(HABITS_BATCH),
		.cap = HABITS_BATCH };
	if (h->batch.ptr != NULL && lock(h) && map(h) && restore(h, now))
		return h;
	habits_close(h, false);
	return NULL;
}

void
habits_close(struct habits *h, bool keep)
{
	int error = errno;

	if (h == NULL)
		return;
	if (h->journal >= 0) {
		if (habits_write(h) && sync_file(h) && keep && h->changed)
			(void)habits_snapshot(h);
		close(h->journal);
	}
	if (h->head != NULL)
		munmap(h->head, h->room);
	if (h->lock >= 0)
		close(h->lock);
	free(h->batch.ptr);
	free(h);
	errno = error;
}

struct habits_state
habits_state(const struct habits *h)
{
	struct habits_state s = h->state;

	s.senders = h->b.memory.head->senders;
	for (unsigned i = 0; i < PENDING; i++)
		s.waiting += h->b.pending->sender[i] != 0;
	return s;
}

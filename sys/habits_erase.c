/* SPDX-License-Identifier: Apache-2.0 */
#include "habits_erase.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "habits_inner.h"
#include "request.h"

#define ASKED UINT64_C(0x3165736172452e31)

static const char name[] = "erase";

struct request {
	uint64_t magic;
	uint64_t n;
	struct erase_who who[HABITS_ERASE_MOST];
};

/* ---- asking -------------------------------------------------------------- */

bool
habits_dir_key(int dir, uint8_t key[HABITS_KEY])
{
	struct habits h = { .conf = { .dir = dir } };

	return habits_first_key(&h, key);
}

bool
habits_erase_waits(int dir)
{
	return request_waits(dir, name);
}

bool
habits_in_use(int dir)
{
	int fd = openat(dir, "lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool used = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 &&
	    errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	return used;
}

bool
habits_erase_ask(int dir, const struct erase_who *who, size_t n)
{
	struct request r = { .magic = ASKED, .n = n };
	uint8_t key[HABITS_KEY];

	if (n == 0 || n > HABITS_ERASE_MOST || !habits_dir_key(dir, key)) {
		errno = ENOENT;
		return false;
	}
	memcpy(r.who, who, n * sizeof(*who));
	return request_ask(dir, name, &r, sizeof(r), key);
}

/* ---- doing --------------------------------------------------------------- */

static uint64_t
mark_of(const struct habits *h, uint64_t who)
{
	uint8_t sum[crypto_shorthash_BYTES], text[9] = { 'g' };
	uint64_t mark;

	memcpy(text + 1, &who, 8);
	crypto_shorthash(sum, text, sizeof(text), h->b.head->key);
	memcpy(&mark, sum, sizeof(mark));
	return mark;
}

static void
keep_mark(struct habits *h, uint64_t who, int64_t now)
{
	struct habits_gone *oldest = &h->gone[0];

	for (size_t i = 0; i < HABITS_GONE; i++)
		if (h->gone[i].before < oldest->before)
			oldest = &h->gone[i];
	*oldest = (struct habits_gone){ mark_of(h, who), now };
}

bool
habits_is_gone(const struct habits *h, const struct sample *s)
{
	uint64_t sender = 0, person = 0;

	for (size_t i = 0; i < HABITS_GONE; i++) {
		const struct habits_gone *g = &h->gone[i];

		if (g->before == 0 || s->arrival > g->before)
			continue;
		if (sender == 0) {
			sender = mark_of(h, s->sender);
			person = mark_of(h, s->person);
		}
		if (g->mark == sender || g->mark == person)
			return true;
	}
	return false;
}

/* Marks whose time is over go. */
static void
tidy(struct habits *h, int64_t now)
{
	for (size_t i = 0; i < HABITS_GONE; i++)
		if (h->gone[i].before < now - HABITS_GONE_S)
			h->gone[i] = (struct habits_gone){ .mark = 0 };
}

int
habits_erase(struct habits *h, int64_t now, struct erased *out)
{
	struct request r;
	int got = request_read(h->conf.dir, name, &r, sizeof(r),
	    h->b.head->key);

	*out = (struct erased){ .known = false };
	if (got <= 0)
		return got;
	if (r.magic != ASKED || r.n > HABITS_ERASE_MOST) {
		unlinkat(h->conf.dir, name, 0);
		errno = EBADMSG;
		return -1;
	}
	tidy(h, now);
	habits_change(h, true);
	for (size_t i = 0; i < r.n; i++) {
		behave_erase(&h->b, &r.who[i], out);
		keep_mark(h, r.who[i].sender, now);
		keep_mark(h, r.who[i].person, now);
	}
	habits_change(h, false);
	h->changed = true;
	if (!habits_write(h) || !habits_snapshot(h))
		return -1;
	return request_done(h->conf.dir, name) ? 1 : -1;
}

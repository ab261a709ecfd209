/* SPDX-License-Identifier: Apache-2.0 */
/* accounts.c - the file, and what an eval sees of it. */
#include "accounts_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "behave/num.h"
#include "behave/weight.h"
#include "wire/base64.h"

/* Of this layout, whose number is the last octet ("3"). */
static const uint64_t magic = 0x3373746e756f6363u;
static const uint64_t magics = 0x0073746e756f6363u;

/* ---- the file ------------------------------------------------------------ */

static size_t
octets_of(const struct accounts_frame *f)
{
	return sizeof(struct accounts_head) + sizeof(*f) +
	    f->cells * sizeof(struct accounts_cell) +
	    (f->met_sets + f->link_sets) * MET_WAYS * sizeof(uint64_t);
}

static struct accounts_frame
frame_for(unsigned n)
{
	struct accounts_frame f = { .magic = magic };

	f.cells = ((uint64_t)n + ACCOUNTS_WAYS - 1) / ACCOUNTS_WAYS *
	    ACCOUNTS_WAYS;
	f.met_sets = f.cells * ACCOUNTS_MET;
	f.link_sets = f.cells * ACCOUNTS_LINKS;
	f.octets = octets_of(&f);
	return f;
}

static bool
put_frame(int fd, const struct accounts_frame *f)
{
	off_t end = (off_t)(f->octets - sizeof(*f));

	if (pwrite(fd, f, sizeof(*f), end) == (ssize_t)sizeof(*f) &&
	    pwrite(fd, f, sizeof(*f), 0) == (ssize_t)sizeof(*f))
		return true;
	errno = EIO;
	return false;
}

/* Allocated now: a page without room is a signal later. */
static bool
make_new(int fd, unsigned n)
{
	struct accounts_frame f = frame_for(n);
	int err;

	if (getrandom(f.key, sizeof(f.key), 0) != (ssize_t)sizeof(f.key) ||
	    ftruncate(fd, 0) != 0)
		return false;
	err = posix_fallocate(fd, 0, (off_t)f.octets);
	if (err != 0) {
		errno = err;
		return false;
	}
	f.sum = accounts_sum(&f, sizeof(f));
	return put_frame(fd, &f);
}

static bool
get_frame(struct accounts_frame *f, int fd, off_t at)
{
	return at >= 0 && pread(fd, f, sizeof(*f), at) ==
	    (ssize_t)sizeof(*f) && f->magic == magic &&
	    f->sum == accounts_sum(f, sizeof(*f));
}

/* Of another size or layout it begins anew: what is known of accounts can be
 * learned again within weeks. */
static enum accounts_was
what_it_was(int fd, unsigned n)
{
	struct accounts_frame front, back, want = frame_for(n);
	uint64_t first = 0;
	bool ahead, behind;
	struct stat st;

	if (fstat(fd, &st) != 0 || st.st_size == 0)
		return ACCOUNTS_NONE;
	if (pread(fd, &first, sizeof(first), 0) == (ssize_t)sizeof(first) &&
	    first != magic && first << 8 == magics << 8)
		return ACCOUNTS_OTHER_LAYOUT;
	ahead = get_frame(&front, fd, 0);
	behind = get_frame(&back, fd, st.st_size - (off_t)sizeof(back));
	if (!ahead && !behind)
		return ACCOUNTS_DAMAGED;
	if (!ahead)
		front = back;
	if ((uint64_t)st.st_size != front.octets)
		return ACCOUNTS_DAMAGED;
	if (front.octets != want.octets)
		return ACCOUNTS_OTHER_SIZE;
	return (ahead && behind) || put_frame(fd, &front) ? ACCOUNTS_KEPT :
	    ACCOUNTS_DAMAGED;
}

bool
accounts_make(int dir, const char *name, unsigned n, int *writer,
    int *reader, enum accounts_was *was)
{
	int err;

	*reader = -1;
	*was = ACCOUNTS_NONE;
	*writer = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (*writer < 0)
		return false;
	*was = what_it_was(*writer, n);
	if (*was == ACCOUNTS_KEPT || make_new(*writer, n))
		*reader = openat(dir, name, O_RDONLY | O_CLOEXEC |
		    O_NOFOLLOW);
	if (*reader >= 0)
		return true;
	err = errno;
	close(*writer);
	*writer = -1;
	errno = err;
	return false;
}

/* ---- a map of it --------------------------------------------------------- */

static bool
map(struct accounts *a, int fd, bool write)
{
	const struct accounts_frame *f;
	struct stat st;
	void *p;

	if (fstat(fd, &st) != 0 || (size_t)st.st_size < sizeof(*a->head))
		return false;
	a->room = (size_t)st.st_size;
	p = mmap(NULL, a->room, write ? PROT_READ | PROT_WRITE : PROT_READ,
	    MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return false;
	a->head = p;
	f = &a->head->frame;
	return f->magic == magic && f->sum == accounts_sum(f, sizeof(*f)) &&
	    f->octets == a->room &&
	    f->cells % ACCOUNTS_WAYS == 0 && f->cells > 0 &&
	    f->cells < a->room && f->met_sets < a->room &&
	    f->link_sets < a->room && octets_of(f) == a->room &&
	    f->met_sets > 0 && f->link_sets > 0;
}

static void
mend_head(struct accounts *a, struct accounts_bad *bad)
{
	struct accounts_head *h = a->head;

	bad->others += !PAIR_MEND(&h->state);
	for (size_t i = 0; i < ACCOUNTS_SPOOLS; i++) {
		bad->others += !PAIR_MEND(&h->spool[i]);
		if (PAIR_NOW(&h->spool[i])->used > a->uses)
			a->uses = PAIR_NOW(&h->spool[i])->used;
	}
	for (size_t i = 0; i < ACCOUNTS_NOTICES; i++)
		bad->others += !PAIR_MEND(&h->owed[i]);
	for (size_t i = 0; i < ACCOUNTS_GONE; i++)
		bad->others += !PAIR_MEND(&h->gone[i]);
}

/* After the end of a machine. */
static void
look_through(struct accounts *a, struct accounts_bad *bad)
{
	struct accounts_state state;
	uint64_t episodes = 0;

	mend_head(a, bad);
	for (uint64_t i = 0; i < a->cells; i++) {
		const struct own_profile *p;

		bad->profiles += !PAIR_MEND(&a->cell[i]);
		p = PAIR_NOW(&a->cell[i]);
		if (p->episode > episodes)
			episodes = p->episode;
		memcpy(a->address[i], p->address, sizeof(a->address[i]));
	}
	state = *PAIR_NOW(&a->head->state);
	if (episodes > state.episodes) {
		state.episodes = episodes;
		PAIR_WRITE(&a->head->state, &state);
	}
	bad->others += met_mend(a->met, a->met_sets);
	bad->others += met_mend(a->links, a->link_sets);
}

struct accounts *
accounts_open(int fd, bool write, struct accounts_bad *bad)
{
	struct accounts *a = calloc(1, sizeof(*a));

	if (a == NULL || !map(a, fd, write)) {
		accounts_close(a);
		return NULL;
	}
	/* as it is now: nobody moves it under us later */
	a->cells = a->head->frame.cells;
	a->met_sets = a->head->frame.met_sets;
	a->link_sets = a->head->frame.link_sets;
	a->cell = (struct accounts_cell *)(a->head + 1);
	a->met = (uint64_t *)(a->cell + a->cells);
	a->links = a->met + a->met_sets * MET_WAYS;
	if (!write)
		return a;
	a->address = calloc(a->cells, sizeof(*a->address));
	if (a->address == NULL) {
		accounts_close(a);
		return NULL;
	}
	*bad = (struct accounts_bad){ 0, 0 };
	look_through(a, bad);
	return a;
}

void
accounts_close(struct accounts *a)
{
	if (a != NULL && a->head != NULL)
		munmap(a->head, a->room);
	if (a != NULL)
		free(a->address);
	free(a);
}

const uint8_t *
accounts_key(const struct accounts *a)
{
	return a->head->frame.key;
}

/* ---- looking ------------------------------------------------------------- */

struct accounts_cell *
accounts_find(const struct accounts *a, uint64_t account)
{
	struct accounts_cell *set = a->cell + account % (a->cells /
	    ACCOUNTS_WAYS) * ACCOUNTS_WAYS;

	for (size_t i = 0; i < ACCOUNTS_WAYS; i++) {
		uint64_t turn = __atomic_load_n(&set[i].turn,
		    __ATOMIC_ACQUIRE);

		if (set[i].p[turn & 1].account == account)
			return &set[i];
	}
	return NULL;
}

/* By the salt of a profile, so that nobody can say any more whose it was when
 * that profile is away. */
uint64_t
accounts_met(uint64_t salt, uint32_t address)
{
	return num_mix(salt ^ address);
}

/* Whom this account has never written to, and which links nobody of ours had
 * sent before today. */
void
accounts_look(const struct accounts *a, struct own_news *out,
    const struct own_fact *f, uint64_t salt)
{
	uint16_t today = day_of(f->at);
	uint32_t fresh = 0;

	*out = (struct own_news){ 0, 0 };
	for (unsigned i = 0; i < f->n_met; i++)
		fresh += salt == 0 || met_first(a->met, a->met_sets,
		    accounts_met(salt, f->met[i])) == 0;
	/* those that there was no room to name are like the others */
	if (f->n_met > 0)
		out->fresh = (uint32_t)((uint64_t)fresh * f->n_rcpt /
		    f->n_met);
	for (unsigned i = 0; i < f->n_link; i++) {
		uint16_t first = met_first(a->links, a->link_sets,
		    num_mix(f->link[i]));

		out->links += first == 0 || first >= today;
	}
}

/* What is on its way counts, and this message with it from now on, if it may
 * go out. */
static void
pledge(struct pledges *way, uint64_t id, struct own_view *v,
    const struct own_fact *f, const struct own_news *news)
{
	struct own_way others = { 0, 0, 0, 0, 0 };
	struct own_way mine = { .messages = 1, .people = f->n_rcpt,
		.fresh = news->fresh, .inside = f->n_inside };
	struct own_score s;

	pledges_sum(way, f->account, id, &others);
	own_look_way(v, &others);
	own_judge(&s, v, f);
	mine.let = s.over ? 0 : f->n_rcpt;
	pledges_put(way, id, f->account, f->at, &mine);
}

struct span
accounts_ask(struct accounts *a, struct span fact, struct own_limits limits,
    int64_t observe_s, struct pledges *way, uint64_t id)
{
	struct own_profile p = { .account = 0 };
	struct buf out = { .ptr = a->answer, .cap = sizeof(a->answer) };
	ROOM(room, OWN_VIEW);
	struct buf b = BUF_ON(room);
	const struct accounts_cell *c;
	struct accounts_state state;
	struct own_news news;
	struct own_fact f;
	struct own_view v;

	if (!own_fact_get(&f, fact))
		return SPAN_NONE;
	c = accounts_find(a, f.account);
	if ((c != NULL && !PAIR_READ(&p, c)) ||
	    !PAIR_READ(&state, &a->head->state))
		return SPAN_NONE;
	if (p.account != f.account)	/* it made room for another */
		p = (struct own_profile){ .account = 0 };
	accounts_look(a, &news, &f, p.salt);
	limits.observe = state.began == 0 || f.at < state.began + observe_s;
	own_look(&v, &p, &f, &news, &limits);
	if (way != NULL)
		pledge(way, id, &v, &f, &news);
	own_view_put(&b, &v);
	base64_encode(&out, buf_span(&b));
	return b.full || out.full ? SPAN_NONE : buf_span(&out);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* accounts.c - the file, and what an eval sees of it. */
#include "accounts_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "behave/num.h"
#include "behave/weight.h"
#include "wire/base64.h"

enum { TRIES = 16 };
static const uint64_t magic = 0x3273746e756f6363u;	/* of this layout */

/* ---- the file ------------------------------------------------------------ */

static size_t
octets_of(const struct accounts_head *h)
{
	return sizeof(*h) + h->cells * sizeof(struct accounts_cell) +
	    (h->met_sets + h->link_sets) * MET_WAYS * sizeof(uint64_t);
}

static struct accounts_head
head_for(unsigned n)
{
	struct accounts_head h = { .magic = magic };

	h.cells = ((uint64_t)n + ACCOUNTS_WAYS - 1) / ACCOUNTS_WAYS *
	    ACCOUNTS_WAYS;
	h.met_sets = h.cells * ACCOUNTS_MET;
	h.link_sets = h.cells * ACCOUNTS_LINKS;
	h.octets = octets_of(&h);
	return h;
}

/* Allocated now: a page without room is a signal later. */
static bool
make_new(int fd, unsigned n)
{
	struct accounts_head h = head_for(n);
	int err;

	if (getrandom(h.key, sizeof(h.key), 0) != (ssize_t)sizeof(h.key) ||
	    ftruncate(fd, 0) != 0)
		return false;
	err = posix_fallocate(fd, 0, (off_t)h.octets);
	if (err != 0) {
		errno = err;
		return false;
	}
	if (pwrite(fd, &h, sizeof(h), 0) == (ssize_t)sizeof(h))
		return true;
	errno = EIO;
	return false;
}

/* Of another size it begins anew: what is known of accounts can be learned
 * again within weeks. */
static bool
is_one(int fd, unsigned n)
{
	struct accounts_head want = head_for(n);
	uint64_t got[5];
	struct stat st;

	return fstat(fd, &st) == 0 && (uint64_t)st.st_size == want.octets &&
	    pread(fd, got, sizeof(got), 0) == (ssize_t)sizeof(got) &&
	    memcmp(got, &want, sizeof(got)) == 0;
}

bool
accounts_make(int dir, const char *name, unsigned n, int *writer,
    int *reader)
{
	int err;

	*reader = -1;
	*writer = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (*writer < 0)
		return false;
	if (is_one(*writer, n) || make_new(*writer, n))
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
	return a->head->magic == magic && a->head->octets == a->room &&
	    a->head->cells % ACCOUNTS_WAYS == 0 && a->head->cells > 0 &&
	    a->head->cells < a->room && a->head->met_sets < a->room &&
	    a->head->link_sets < a->room && octets_of(a->head) == a->room &&
	    a->head->met_sets > 0 && a->head->link_sets > 0;
}

uint64_t
accounts_sum(const struct accounts *a, const struct own_profile *p)
{
	uint64_t sum;

	crypto_shorthash((uint8_t *)&sum, (const uint8_t *)p,
	    offsetof(struct own_profile, sum), a->head->key);
	return sum;
}

static bool
is_whole(const struct accounts *a, const struct own_profile *p)
{
	return p->account == 0 || p->sum == accounts_sum(a, p);
}

/* After the end of a machine. */
static unsigned
look_through(struct accounts *a)
{
	unsigned bad = 0;

	for (uint64_t i = 0; i < a->cells; i++) {
		struct accounts_cell *c = &a->cell[i];

		if (!is_whole(a, &c->p[c->turn & 1])) {
			bad++;
			if (is_whole(a, &c->p[~c->turn & 1]))
				c->turn++;
			else
				memset(c, 0, sizeof(*c));
		}
		if (c->p[c->turn & 1].episode > a->head->episodes)
			a->head->episodes = c->p[c->turn & 1].episode;
		memcpy(a->address[i], c->p[c->turn & 1].address,
		    sizeof(a->address[i]));
	}
	return bad;
}

struct accounts *
accounts_open(int fd, bool write, unsigned *bad)
{
	struct accounts *a = calloc(1, sizeof(*a));

	if (a == NULL || !map(a, fd, write)) {
		accounts_close(a);
		return NULL;
	}
	/* as it is now: nobody moves it under us later */
	a->cells = a->head->cells;
	a->met_sets = a->head->met_sets;
	a->link_sets = a->head->link_sets;
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
	*bad = look_through(a);
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
	return a->head->key;
}

/* ---- looking ------------------------------------------------------------- */

bool
accounts_read(struct own_profile *out, const struct accounts_cell *c)
{
	for (int i = 0; i < TRIES; i++) {
		uint64_t turn = __atomic_load_n(&c->turn, __ATOMIC_ACQUIRE);

		memcpy(out, &c->p[turn & 1], sizeof(*out));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&c->turn, __ATOMIC_RELAXED) == turn)
			return true;
	}
	return false;
}

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

struct span
accounts_ask(struct accounts *a, struct span fact, struct own_limits limits,
    int64_t observe_s)
{
	struct own_profile p = { .account = 0 };
	struct buf out = { .ptr = a->answer, .cap = sizeof(a->answer) };
	ROOM(room, OWN_VIEW);
	struct buf b = BUF_ON(room);
	const struct accounts_cell *c;
	struct own_news news;
	struct own_fact f;
	struct own_view v;

	if (!own_fact_get(&f, fact))
		return SPAN_NONE;
	c = accounts_find(a, f.account);
	if (c != NULL && !accounts_read(&p, c))
		return SPAN_NONE;
	if (p.account != f.account)	/* it made room for another */
		p = (struct own_profile){ .account = 0 };
	accounts_look(a, &news, &f, p.salt);
	limits.observe = a->head->began == 0 || f.at < a->head->began +
	    observe_s;
	own_look(&v, &p, &f, &news, &limits);
	own_view_put(&b, &v);
	base64_encode(&out, buf_span(&b));
	return b.full || out.full ? SPAN_NONE : buf_span(&out);
}

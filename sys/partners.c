/* SPDX-License-Identifier: Apache-2.0 */
#include "partners.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HEAD = 4096, WAYS = 8, FEW = 4, TRIES = 4,
	RECORDS = PARTNERS_ANSWERED + PARTNERS_PEOPLE + PARTNERS_WAYS
};

static const uint64_t magic = 0x3173726e74726170u;	/* of this layout */

struct partner {
	uint64_t hash;			/* 0: free                           */
	uint16_t first, out, in;	/* days: the first, the last         */
	uint16_t days_out, days_in;
	uint16_t known;			/* since; 0: not yet                 */
	/* some of those who wrote: accounts, and addresses of others; of a
	 * way the recipient, and domains of authors */
	uint32_t ours[FEW], theirs[FEW];
	uint8_t kind, len, name[62];
	uint64_t sum;
};

_Static_assert(sizeof(struct partner) == 128, "no holes");
_Static_assert((int)BOND_DOMAIN <= 62, "a name has room");

struct partners_head {
	uint64_t magic, octets, key;
	_Atomic uint64_t generation;
};

struct partners {
	int fd;
	struct partners_head *head;
	const struct partner *at;
	uint8_t key[ACCOUNTS_KEY];
	unsigned known[PARTNERS_KINDS];
	/* of the image */
	struct span *domain;
	uint8_t (*name)[62];
	uint64_t *person, *way;
};

/* ---- the file ------------------------------------------------------------ */

static bool
make_new(int fd)
{
	struct partners_head h = { .magic = magic,
		.octets = HEAD + RECORDS * sizeof(struct partner) };
	int err;

	if (ftruncate(fd, 0) != 0)
		return false;
	/* a page without room is a signal later */
	err = posix_fallocate(fd, 0, (off_t)h.octets);
	if (err != 0)
		errno = err;
	return err == 0 && pwrite(fd, &h, sizeof(h), 0) ==
	    (ssize_t)sizeof(h);
}

static bool
is_one(int fd)
{
	uint64_t got[2];
	struct stat st;

	return fstat(fd, &st) == 0 && pread(fd, got, sizeof(got), 0) ==
	    (ssize_t)sizeof(got) && got[0] == magic &&
	    got[1] == HEAD + RECORDS * sizeof(struct partner) &&
	    (uint64_t)st.st_size == got[1];
}

bool
partners_make(int dir, const char *name, int *writer, int *reader)
{
	*reader = -1;
	*writer = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (*writer < 0)
		return false;
	if (is_one(*writer) || make_new(*writer))
		*reader = openat(dir, name, O_RDONLY | O_CLOEXEC |
		    O_NOFOLLOW);
	if (*reader >= 0)
		return true;
	close(*writer);
	*writer = -1;
	return false;
}

static uint64_t
sum_of(const struct partners *p, const void *what, size_t n)
{
	uint64_t sum;

	crypto_shorthash((uint8_t *)&sum, what, n, p->key);
	return sum;
}

/* The record as it is; false: it is free, or torn. */
static bool
look(const struct partners *p, size_t i, struct partner *out)
{
	for (int n = 0; n < TRIES; n++) {
		memcpy(out, &p->at[i], sizeof(*out));
		if (out->hash == 0)
			return false;
		if (out->sum == sum_of(p, out, offsetof(struct partner, sum)))
			return out->kind < PARTNERS_KINDS &&
			    out->len <= sizeof(out->name);
	}
	return false;
}

/* One system call: it is whole, or not there. */
static bool
write_at(struct partners *p, size_t i, struct partner *r)
{
	r->sum = r->hash == 0 ? 0 : sum_of(p, r, offsetof(struct partner,
	    sum));
	return pwrite(p->fd, r, sizeof(*r), (off_t)(HEAD + i * sizeof(*r))) ==
	    (ssize_t)sizeof(*r);
}

static void
changed(struct partners *p)
{
	atomic_fetch_add(&p->head->generation, 1);
}

/* Hashes of another key say nothing to anybody any more. */
static bool
begin(struct partners *p)
{
	uint64_t mine = sum_of(p, "partners", 8);
	struct partner none;
	struct partner r;

	memset(&none, 0, sizeof(none));
	for (size_t i = 0; i < RECORDS; i++) {
		bool whole = p->head->key == mine && look(p, i, &r);

		if (!whole && p->at[i].hash != 0 && !write_at(p, i, &none))
			return false;
		if (whole && r.known != 0)
			p->known[r.kind]++;
	}
	p->head->key = mine;
	changed(p);
	return true;
}

struct partners *
partners_open(int fd, const uint8_t key[ACCOUNTS_KEY], bool write)
{
	struct partners *p = calloc(1, sizeof(*p));
	void *map = MAP_FAILED;

	if (p != NULL && is_one(fd))
		map = mmap(NULL, HEAD + RECORDS * sizeof(struct partner),
		    write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED,
		    fd, 0);
	if (map == MAP_FAILED) {
		free(p);
		return NULL;
	}
	p->fd = write ? fd : -1;
	p->head = map;
	p->at = (const struct partner *)((const uint8_t *)map + HEAD);
	memcpy(p->key, key, sizeof(p->key));
	if (!write || begin(p))
		return p;
	partners_close(p);
	return NULL;
}

void
partners_close(struct partners *p)
{
	if (p == NULL)
		return;
	munmap(p->head, HEAD + RECORDS * sizeof(struct partner));
	free(p->domain);
	free(p->name);
	free(p->person);
	free(p->way);
	free(p);
}

bool
partners_sync(struct partners *p)
{
	return fdatasync(p->fd) == 0;
}

void
partners_count(const struct partners *p, unsigned known[PARTNERS_KINDS])
{
	memcpy(known, p->known, sizeof(p->known));
}

/* ---- an image ------------------------------------------------------------ */

uint64_t
partners_generation(const struct partners *p)
{
	return atomic_load(&p->head->generation);
}

static bool
has_rooms(struct partners *p)
{
	if (p->domain == NULL) {
		p->domain = calloc(PARTNERS_ANSWERED, sizeof(*p->domain));
		p->name = calloc(PARTNERS_ANSWERED, sizeof(*p->name));
		p->person = calloc(PARTNERS_PEOPLE, sizeof(*p->person));
		p->way = calloc(PARTNERS_WAYS, sizeof(*p->way));
	}
	return p->domain != NULL && p->name != NULL && p->person != NULL &&
	    p->way != NULL;
}

static void
add(struct partners *p, struct learned_in *to, const struct partner *r)
{
	switch ((enum partners_kind)r->kind) {
	case PARTNER_DOMAIN:
		memcpy(p->name[to->n_domain], r->name, r->len);
		p->domain[to->n_domain] = (struct span){
			p->name[to->n_domain], r->len };
		to->n_domain++;
		break;
	case PARTNER_PERSON:
		p->person[to->n_person++] = r->hash;
		break;
	case PARTNER_WAY:
		p->way[to->n_way++] = r->hash;
		break;
	}
}

static uint16_t
last_of(const struct partner *r)
{
	return r->out > r->in ? r->out : r->in;
}

struct learned_in
partners_image(struct partners *p, uint16_t today)
{
	struct learned_in out = { .key = p->key };
	struct partner r;

	if (!has_rooms(p) || p->head->key != sum_of(p, "partners", 8))
		return out;
	out.domain = p->domain;
	out.person = p->person;
	out.way = p->way;
	for (size_t i = 0; i < RECORDS; i++)
		if (look(p, i, &r) && r.known != 0 &&
		    today - last_of(&r) <= PARTNERS_KEEP &&
		    (r.kind != PARTNER_DOMAIN ||
		    out.n_domain < PARTNERS_ANSWERED) &&
		    (r.kind != PARTNER_PERSON ||
		    out.n_person < PARTNERS_PEOPLE) &&
		    (r.kind != PARTNER_WAY || out.n_way < PARTNERS_WAYS))
			add(p, &out, &r);
	return out;
}

/* ---- learning ------------------------------------------------------------ */

static size_t
bucket(enum partners_kind kind, uint64_t hash)
{
	static const size_t first[PARTNERS_KINDS] = { 0, PARTNERS_ANSWERED,
		PARTNERS_ANSWERED + PARTNERS_PEOPLE };
	static const size_t n[PARTNERS_KINDS] = { PARTNERS_ANSWERED,
		PARTNERS_PEOPLE, PARTNERS_WAYS };

	return first[kind] + hash % (n[kind] / WAYS) * WAYS;
}

/* What is known is worth more than what may be, then what is later. */
static uint32_t
worth(const struct partner *r)
{
	return (r->known != 0 ? 1u << 16 : 0) + last_of(r);
}

/* Its place, or one that it may have; *r is what is there, if it is it. */
static size_t
place(const struct partners *p, enum partners_kind kind, uint64_t hash,
    struct partner *r, bool *found)
{
	size_t b = bucket(kind, hash), least = b;
	uint32_t worst = UINT32_MAX;

	for (size_t i = b; i < b + WAYS; i++) {
		bool whole = look(p, i, r);

		if (whole && r->hash == hash) {
			*found = true;
			return i;
		}
		if ((whole ? worth(r) : 0) < worst) {
			worst = whole ? worth(r) : 0;
			least = i;
		}
	}
	*found = false;
	memset(r, 0, sizeof(*r));
	r->hash = hash;
	r->kind = (uint8_t)kind;
	return least;
}

/* There is no room for somebody new. */
static bool
is_taken(const struct partners *p, size_t i, bool found, uint16_t day)
{
	struct partner r;

	return !found && look(p, i, &r) && r.known != 0 &&
	    day - last_of(&r) <= PARTNERS_BUSY;
}

/* One of them more; of more than there is room for, the last few. */
static void
meet(uint32_t who[FEW], uint32_t one)
{
	for (size_t i = 0; i < FEW; i++)
		if (who[i] == one || who[i] == 0) {
			who[i] = one;
			return;
		}
	memmove(who, who + 1, (FEW - 1) * sizeof(*who));
	who[FEW - 1] = one;
}

static unsigned
met(const uint32_t who[FEW])
{
	unsigned n = 0;

	for (size_t i = 0; i < FEW; i++)
		n += who[i] != 0;
	return n;
}

static void
on_day(uint16_t *last, uint16_t *days, uint16_t day)
{
	if (day <= *last)
		return;
	*last = day;
	if (*days < UINT16_MAX)
		++*days;
}

static bool
is_known(const struct partner *r)
{
	switch ((enum partners_kind)r->kind) {
	case PARTNER_DOMAIN:
		return r->days_out >= PARTNERS_DAYS &&
		    r->days_in >= PARTNERS_DAYS;
	case PARTNER_PERSON:
		return r->days_out >= PARTNERS_DAYS;
	case PARTNER_WAY:
		return r->days_in >= PARTNERS_DAYS &&
		    met(r->theirs) >= PARTNERS_OF;
	}
	return false;
}

/* What stood there before is gone. */
static bool
settle(struct partners *p, size_t i, struct partner *r, uint16_t day,
    unsigned *more)
{
	struct partner old;
	bool was = look(p, i, &old) && old.known != 0;
	bool now = r->known != 0 || is_known(r);

	if (r->first == 0)
		r->first = day;
	if (now && r->known == 0) {
		r->known = day;
		++*more;
	}
	if (!write_at(p, i, r))
		return false;
	p->known[r->kind] += (unsigned)now - (unsigned)was;
	if (was != now || (was && old.hash != r->hash))
		changed(p);
	return true;
}

static bool
take_domain(struct partners *p, const struct bond *t, struct span name,
    uint16_t day, unsigned *more)
{
	struct partner r;
	bool found;
	uint64_t hash = bond_domain(p->key, name);
	size_t i;

	if (hash == 0)
		return true;
	i = place(p, PARTNER_DOMAIN, hash, &r, &found);
	if (is_taken(p, i, found, day))
		return true;
	on_day(&r.out, &r.days_out, day);
	meet(r.ours, (uint32_t)t->account | 1);
	if (is_known(&r) && r.len == 0 && name.len <= sizeof(r.name)) {
		r.len = (uint8_t)name.len;
		memcpy(r.name, name.ptr, name.len);
	} else if (is_known(&r) && r.len == 0) {
		return true;
	}
	return settle(p, i, &r, day, more);
}

/* Asked of who would become known alone, or has become too many. */
static unsigned
names_of(const struct partners *p, uint32_t account, uint16_t day)
{
	unsigned n = 0;
	struct partner r;

	for (size_t i = PARTNERS_ANSWERED; i < PARTNERS_ANSWERED +
	    PARTNERS_PEOPLE; i++) {
		bool his = false;

		if (!look(p, i, &r) || day - r.out > PARTNERS_LATELY)
			continue;
		for (size_t k = 0; k < FEW; k++)
			his |= r.ours[k] == account;
		n += his;
	}
	return n;
}

static bool
take_out(struct partners *p, const struct bond *t, uint16_t day,
    unsigned *more)
{
	struct partner r;
	bool found, ok = true;
	size_t i;

	for (size_t k = 0; ok && k < t->n_domain; k++)
		ok = take_domain(p, t, t->domain[k], day, more);
	if (!ok || t->name == 0)
		return ok;
	i = place(p, PARTNER_PERSON, t->name, &r, &found);
	if (is_taken(p, i, found, day))
		return true;
	on_day(&r.out, &r.days_out, day);
	meet(r.ours, (uint32_t)t->account | 1);
	if (r.known == 0 && is_known(&r) && names_of(p, (uint32_t)t->account |
	    1, day) > PARTNERS_NAMES)
		return write_at(p, i, &r);
	return settle(p, i, &r, day, more);
}

/* Only whom ours wrote to: nobody becomes a partner by himself.  He becomes
 * one with the next letter to him, which has his name. */
static bool
take_in(struct partners *p, const struct bond *t, uint16_t day,
    unsigned *more)
{
	struct partner r;
	bool found;
	size_t i = place(p, PARTNER_DOMAIN, t->who, &r, &found);

	(void)more;
	if (!found)
		return true;
	on_day(&r.in, &r.days_in, day);
	meet(r.theirs, t->address | 1);
	if (r.known == 0)		/* it has no name yet */
		return write_at(p, i, &r);
	return settle(p, i, &r, day, more);
}

static bool
take_way(struct partners *p, const struct bond *t, uint16_t day,
    unsigned *more)
{
	struct partner r;
	bool found;
	size_t i = place(p, PARTNER_WAY, t->who, &r, &found);

	if (is_taken(p, i, found, day))
		return true;
	on_day(&r.in, &r.days_in, day);
	r.ours[0] = t->address | 1;
	meet(r.theirs, t->of | 1);
	return settle(p, i, &r, day, more);
}

static bool
take_one(struct partners *p, const struct bond *t, uint16_t day,
    unsigned *more)
{
	switch (t->kind) {
	case BOND_OUT:
		return take_out(p, t, day, more);
	case BOND_IN:
		return t->who == 0 || take_in(p, t, day, more);
	case BOND_WAY:
		return t->who == 0 || take_way(p, t, day, more);
	}
	return true;
}

unsigned
partners_take(struct partners *p, struct span bonds, uint16_t day,
    bool *failed)
{
	unsigned more = 0;
	struct bond t;
	bool bad;

	*failed = false;
	while (!*failed && bond_get(&t, &bonds, &bad))
		*failed = !take_one(p, &t, day, &more);
	return more;
}

/* ---- erasing ------------------------------------------------------------- */

static bool
leave(uint32_t who[FEW], uint32_t one)
{
	size_t to = 0;

	for (size_t i = 0; i < FEW; i++)
		if (who[i] != one)
			who[to++] = who[i];
	if (to == FEW)
		return false;
	memset(who + to, 0, (FEW - to) * sizeof(*who));
	return true;
}

/* Whose name or relation it was alone, goes with him. */
static bool
out_of(struct partner *r, const struct accounts_who *who)
{
	bool had = false;

	if (r->kind == PARTNER_WAY) {
		if (r->ours[0] != (who->address | 1))
			return false;
		memset(r, 0, sizeof(*r));
		return true;
	}
	for (size_t i = 0; i < ACCOUNTS_LOGINS; i++)
		had |= who->login[i] != 0 && leave(r->ours,
		    (uint32_t)who->login[i] | 1);
	had |= leave(r->theirs, who->address | 1);
	if (had && (met(r->ours) == 0 || (r->days_in > 0 &&
	    met(r->theirs) == 0)))
		memset(r, 0, sizeof(*r));
	return had;
}

bool
partners_erase(struct partners *p, const struct accounts_who *who,
    unsigned *records)
{
	struct partner r;

	for (size_t i = 0; i < RECORDS; i++) {
		bool known;

		if (!look(p, i, &r))
			continue;
		known = r.known != 0;
		if (known)
			p->known[r.kind]--;
		if (out_of(&r, who)) {
			++*records;
			if (!write_at(p, i, &r))
				return false;
		}
		if (r.known != 0)
			p->known[r.kind]++;
	}
	changed(p);
	return partners_sync(p);
}

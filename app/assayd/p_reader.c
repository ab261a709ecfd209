/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p_reader.c - reads the reports of others about us: unpacks, parses, and
 * gives store what they say as a parcel.  Sees the bytes of strangers and
 * holds nothing else: no file but the one letter it is given, which it can
 * only read, no socket to the world, no key.
 *
 * Not done by the evals, though their walls are the same: a report of a
 * hundred thousand rows takes a second, and one that kills its reader must
 * not kill the mail that is being judged beside it (doc/adr/0020).
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "letter.h"
#include "role.h"

enum { PARCEL_MOST = 256 << 20 };	/* octets: two million rows         */

struct reader {
	struct role *role;
	struct bus *store;
	struct letter *letter;
};

/* A parcel on its way into a memfd. */
struct packing {
	int fd;
	size_t octets;
};

static bool
pack(void *ctx, struct assay_span bytes)
{
	struct packing *p = ctx;

	if (bytes.len > PARCEL_MOST - p->octets)
		return false;
	p->octets += bytes.len;
	while (bytes.len > 0) {
		ssize_t n = write(p->fd, bytes.ptr, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = span_skip(bytes, (size_t)n);
	}
	return true;
}

/* Nobody can change it any more.  -1: there is none. */
static int
parcel_of(struct reader *r, struct span bytes)
{
	struct packing p = { .fd = memfd_create("parcel", MFD_CLOEXEC |
	    MFD_ALLOW_SEALING) };

	if (p.fd < 0)
		return -1;
	if (letter_read(r->letter, bytes, SPAN_NONE, pack, &p) &&
	    fcntl(p.fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_WRITE | F_SEAL_SEAL) == 0)
		return p.fd;
	close(p.fd);
	return -1;
}

static int
read_letter(struct reader *r, const struct msg_read *m, int fd)
{
	struct stat st;
	size_t len;
	void *map;
	int parcel;

	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size <= 0 ||
	    m->offset > (uint64_t)st.st_size ||
	    m->size > (uint64_t)st.st_size - m->offset)
		return -1;
	len = (size_t)(m->offset + m->size);
	map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return -1;
	parcel = parcel_of(r, span_skip((struct span){ map, len },
	    (size_t)m->offset));
	munmap(map, len);
	return parcel;
}

static void
on_message(void *ctx, struct bus *bus, struct msg *m)
{
	struct reader *r = ctx;
	struct msg_parcel answer;
	int fd;

	(void)bus;
	if (m->kind != MSG_READ)
		return;
	answer = (struct msg_parcel){ .id = m->read.id };
	fd = read_letter(r, &m->read, m->fd);
	bus_send_parcel(r->store, &answer, fd);
	if (fd >= 0)
		close(fd);
}

/* The JSON library would open /dev/urandom for it with the first report. */
static bool
seed_json(void)
{
	size_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return false;
	json_object_seed(seed == 0 ? 1 : seed);
	return true;
}

int
role_reader(struct role *role)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL || !seed_json())
		return 1;
	r->role = role;
	r->letter = letter_new();
	r->store = role_bus(role, ROLE_STORE, 0, on_message, r);
	role->ctx = r;
	if (r->letter == NULL || r->store == NULL) {
		log_say(&role->log, "start-failed", "no memory");
		return 1;
	}
	return role_run(role);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firstseen.h - since when a domain is known here, in a file that never
 * grows (lib/origin/seen.h says what is kept of each).
 *
 * A table of buckets of four records; when one is full, the record that is
 * worth least is given up.  A record is one write of 16 octets with a sum:
 * whoever is killed loses nothing of what was written, and what a power cut
 * tears is read as nothing and counted.  One process writes at a time, any
 * number read.
 */
#ifndef SYS_FIRSTSEEN_H
#define SYS_FIRSTSEEN_H

#include "origin/seen.h"

enum {
	FIRSTSEEN_SLOTS = 1 << 20,	/* of a new file: 16 MiB            */
	FIRSTSEEN_WHY = 300
};

struct firstseen;

struct firstseen_count {
	uint64_t slots, used, torn;
	uint32_t since;			/* its first day                    */
};

/* Opens the file at path; if it is not there and write is set, makes one of
 * that many slots (a power of two, 8 or more) that begins today.  NULL: why
 * says why. */
struct firstseen *firstseen_open(const char *path, bool write,
    uint32_t slots, uint32_t today, char why[FIRSTSEEN_WHY]);
/* Of an open file, which is its own then; who writes has seen to it that
 * nobody else does.  NULL: it is no such file (errno). */
struct firstseen *firstseen_of(int fd);
int firstseen_fd(const struct firstseen *f);
void firstseen_close(struct firstseen *f);

uint64_t firstseen_hash(const struct firstseen *f, struct span name);
void firstseen_salt(const struct firstseen *f, uint8_t salt[16]);
uint32_t firstseen_since(const struct firstseen *f);

/* False: it is not known. */
bool firstseen_get(const struct firstseen *f, uint64_t hash,
    struct seen *out);

/* Merges s into what is known of s->hash.  False: the disk refuses
 * (errno). */
bool firstseen_put(struct firstseen *f, const struct seen *s);

/* Forgets it.  False: the disk refuses. */
bool firstseen_forget(struct firstseen *f, uint64_t hash);

/* All that from knows; both must have the same salt, as copies have.
 * False: they have not, or the disk refuses. */
bool firstseen_merge(struct firstseen *f, const struct firstseen *from);

/* What was put is on the disk. */
bool firstseen_sync(struct firstseen *f);

void firstseen_count(const struct firstseen *f, struct firstseen_count *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * habits_erase.h - a person goes out of what is known, and stays out.
 *
 * Who asks writes a file `erase` beside what is kept, whole or not at all;
 * whoever learns there does what it says, makes a snapshot, which takes the
 * journal before it away, and only then removes the file.  So a kill at any
 * moment leaves the request or nothing to be asked for.  If nobody learns
 * there, it waits, and is done at the next start before anything is looked
 * at.
 *
 * What arrived before and comes later, out of a spool, is not learned: of
 * who was erased a mark is kept for two days, which is a hash of the hash.
 */
#ifndef SYS_HABITS_ERASE_H
#define SYS_HABITS_ERASE_H

#include "behave/erase.h"
#include "habits.h"

enum { HABITS_ERASE_MOST = 32 };	/* in one request                    */

struct habits;

/* The key of a directory's hashes.  False: nothing is kept there. */
bool habits_dir_key(int dir, uint8_t key[HABITS_KEY]);
/* On the disk when this returns.  False: errno; EEXIST: another one waits. */
bool habits_erase_ask(int dir, const struct erase_who *who, size_t n);
bool habits_erase_waits(int dir);
/* Is somebody there to do it? */
bool habits_in_use(int dir);

/* Does what was asked.  0: nothing was; 1: it is done; -1: errno, and it
 * will be tried again. */
int habits_erase(struct habits *h, int64_t now, struct erased *out);

#endif

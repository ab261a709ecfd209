/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behave_file.h - what is known of senders, in a directory.
 *
 * DIR/state is one block (lib/behave/behave.h) and a sum of it: nothing in a
 * block is looked at twice, so one that is damaged must not be opened.  It is
 * written whole beside itself, brought to the disk and renamed: whoever is
 * killed leaves the old one or the new one.  What a run was doing stands in
 * it as well, so that a run goes on where it was saved.
 */
#ifndef SYS_BEHAVE_FILE_H
#define SYS_BEHAVE_FILE_H

#include "behave/behave.h"

enum { BEHAVE_PATH = 4096, BEHAVE_WHY = BEHAVE_PATH + 200 };

struct behave_file {
	struct behave behave;
	uint64_t *block;
	size_t octets;
	int lock;			/* DIR/lock, held                    */
	char dir[BEHAVE_PATH];
	char why[BEHAVE_WHY];
	bool fresh;			/* there was none                    */
};

/* Opens DIR/state, or makes an empty one (in memory, until it is saved) and
 * the directory.  seed 0: a key by chance.  False: why. */
bool behave_file_open(struct behave_file *f, const char *dir, uint64_t seed,
    bool cold);
/* What the other one knows, into this one; a fresh one takes its key as well.
 * False: why. */
bool behave_file_merge(struct behave_file *f, const struct behave_file *other);
/* The same; one that is made has room like a daemon's of so many octets. */
bool behave_file_open_for(struct behave_file *f, const char *dir,
    size_t octets);
bool behave_file_save(struct behave_file *f);
void behave_file_close(struct behave_file *f);

#endif

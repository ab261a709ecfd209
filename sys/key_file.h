/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key_file.h - files of private keys: whether they are kept well, reading
 * them from a descriptor, writing new ones.
 */
#ifndef SYS_KEY_FILE_H
#define SYS_KEY_FILE_H

#include "base/buf.h"

/* A file of ours alone: regular, owned by us or by root, no right for its
 * group or the world.  False: *why (static text) says what is wrong. */
bool key_file_safe(int fd, const char **why);

/* All of it, whatever the descriptor's place is.  False: it cannot be read
 * or does not fit. */
bool key_file_read(int fd, struct buf *out);

/* A new file of mode 0600, there as a whole or not at all; one that is there
 * is only replaced with force.  False: errno says why. */
bool key_file_write(const char *path, struct span text, bool force);

#endif

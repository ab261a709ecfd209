/* SPDX-License-Identifier: Apache-2.0 */
/*
 * whole.h - all octets or none: reads and writes that a signal or a full
 * pipe cut short go on.
 */
#ifndef SYS_WHOLE_H
#define SYS_WHOLE_H

#include <stdbool.h>
#include <stddef.h>

/* False: errno; EIO when it ended before. */
bool whole_write(int fd, const void *bytes, size_t n);
bool whole_read(int fd, void *bytes, size_t n);

#endif

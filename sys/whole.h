/* SPDX-License-Identifier: Apache-2.0 */
/*
 * whole.h - all octets or none: reads and writes that a signal or a full
 * pipe cut short go on; and whether what is read is what was written.
 */
#ifndef SYS_WHOLE_H
#define SYS_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WHOLE_SUM = 32 };

/* False: errno; EIO when it ended before. */
bool whole_write(int fd, const void *bytes, size_t n);
bool whole_read(int fd, void *bytes, size_t n);

void whole_sum(uint8_t out[WHOLE_SUM], const void *bytes, size_t n);
/* Their sum follows; EBADMSG when it is that of others. */
bool whole_read_summed(int fd, void *bytes, size_t n);

#endif

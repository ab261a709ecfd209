/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budgets.h - how often a mandate was used today: a small file that is
 * mapped, so that what was spent is there still when any process, or all of
 * them, were killed.
 *
 * Evals count, as what they say is what is done; during a reload those of two
 * generations do, in one file.  A power cut may forget the last seconds.
 *
 * The same file remembers the first day of the installation, from which on
 * acts on suspicion are only told for a while.
 */
#ifndef SYS_BUDGETS_H
#define SYS_BUDGETS_H

#include <stdbool.h>
#include <stdint.h>

enum { BUDGETS = 256 };		/* mandates in use on one day: policies have
				 * 500 statements, and few of these       */

struct budgets;

/* The file, all of it allocated; what is in it stays.  The first day is now if
 * there was none; a file of an older build begins when it was written last, as
 * it was there before.  -1: errno. */
int budgets_make(int dir, const char *name, int64_t now);
/* Unix seconds; INT64_MAX: that is no such file, so nobody knows. */
int64_t budgets_began(int fd);

/* fd is not needed afterwards.  NULL: not such a file, or no memory. */
struct budgets *budgets_open(int fd);
void budgets_close(struct budgets *b);

/* Takes one of most for that day; key is not 0.  False: it is spent, or there
 * is no room to count. */
bool budgets_take(struct budgets *b, uint64_t key, uint32_t most,
    uint32_t day);

#endif

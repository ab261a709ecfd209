/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bug.h - what happens when an invariant of ours is broken.
 *
 * Returns true, and the caller gives back ASSAY_MISUSE (DECISIONS 3): a
 * mail server does not die of our mistake.  Test builds (-Dbugs=abort) link
 * bug_abort.c instead, which stops at once.
 */
#ifndef BASE_BUG_H
#define BASE_BUG_H

#include <stdbool.h>

bool bug(const char *what);

#endif

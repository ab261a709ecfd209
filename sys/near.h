/* SPDX-License-Identifier: Apache-2.0 */
/* near.h - "did you mean": the known word nearest to a mistyped one. */
#ifndef SYS_NEAR_H
#define SYS_NEAR_H

#include <stddef.h>

/* The nearest of n words, or NULL when none is near enough to be meant. */
const char *near_word(const char *word, const char *const *known, size_t n);

#endif

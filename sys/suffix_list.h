/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suffix_list.h - the public suffix list of the system, for wire/suffix.h.
 */
#ifndef SYS_SUFFIX_LIST_H
#define SYS_SUFFIX_LIST_H

#include "wire/suffix.h"

/* path: a list as text; NULL: that of the system.  NULL: there is none that
 * can be read (a compiled one, .dafsa, cannot), and the rule of thumb is
 * what remains. */
const struct suffixes *suffix_list_load(const char *path, struct arena *a);

#endif

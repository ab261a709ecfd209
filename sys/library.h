/* SPDX-License-Identifier: Apache-2.0 */
/* library.h - of a library that is opened when it is needed (doc/adr/0017). */
#ifndef SYS_LIBRARY_H
#define SYS_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* The function symbol, into the pointer to a function of size octets at to.
 * False: dlerror() says why. */
bool library_find(void *library, const char *symbol, void *to, size_t size);

#endif

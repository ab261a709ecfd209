/* SPDX-License-Identifier: Apache-2.0 */
/* Test builds only: a broken invariant stops the program. */
#include "base/bug.h"

#include <stdio.h>

bool
bug(const char *what)
{
	fprintf(stderr, "bug: %s\n", what);
	abort();
}

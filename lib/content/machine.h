/* SPDX-License-Identifier: Apache-2.0 */
/* machine.h - whether a text speaks to a program. */
#ifndef CONTENT_MACHINE_H
#define CONTENT_MACHINE_H

#include "content/content.h"

void machine_read(struct content *out, struct span shown,
    struct span hidden);

#endif

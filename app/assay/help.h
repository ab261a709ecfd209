/* SPDX-License-Identifier: Apache-2.0 */
/* help.h - what --help says. */
#ifndef ASSAY_HELP_H
#define ASSAY_HELP_H

#include "out.h"

int help_all(const struct out *out);
int help_command(const struct out *out, command_bits id);

#endif

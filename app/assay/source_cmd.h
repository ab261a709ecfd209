/* SPDX-License-Identifier: Apache-2.0 */
/* source_cmd.h - what assay source and assay policy have in common. */
#ifndef ASSAY_SOURCE_CMD_H
#define ASSAY_SOURCE_CMD_H

#include "source_view.h"

/* The last --days days before now, or before --time.  False: told. */
bool source_cmd_days(const struct args *args, int64_t *from, int64_t *to);
enum table_form source_cmd_form(const struct args *args);

#endif

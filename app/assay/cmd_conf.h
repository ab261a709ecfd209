/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_conf.h - verbs of assay conf that have a file of their own. */
#ifndef ASSAY_CMD_CONF_H
#define ASSAY_CMD_CONF_H

#include <stddef.h>

/* assay conf import FILE...; the exit status. */
int cmd_conf_import(const char *const *path, size_t n);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_conf.h - verbs of assay conf that have a file of their own. */
#ifndef ASSAY_CMD_CONF_H
#define ASSAY_CMD_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "out.h"

/* assay conf import FILE...; the exit status. */
int cmd_conf_import(const char *const *path, size_t n);

/* conf_words.c: words of the policy language; how many. */
size_t policy_words(const char **out, size_t room);
/* False: it is none. */
bool policy_word_explain(const char *word, const struct out *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* conf_value.h - whether a value fits its statement. */
#ifndef SYS_CONF_VALUE_H
#define SYS_CONF_VALUE_H

#include "conf.h"

/* What is wrong with item->text, or NULL; numbers and choices are kept in
 * item->number.  *near: the word that was meant, or NULL. */
const char *conf_judge(struct arena *a, const struct conf_entry *e,
    struct conf_item *item, const char **near);

/* A TIME, SIZE or NUMBER. */
bool conf_amount(enum conf_type type, struct span text, uint64_t *out);

/* Which word of "a | b | c" this is, from 0; -1: none. */
int conf_choice(const char *values, struct span text);

/* The parts of b as a C string of the arena. */
const char *conf_sentence(struct arena *a, struct buf *b);

#endif

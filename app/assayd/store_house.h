/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_house.h - the store of reports (sys/store/store.h) inside the role
 * store, which is its only writer.
 *
 * One handle for all who write in this process.  Whoever begins a transaction
 * ends it before the loop goes on: none is ever left open.
 */
#ifndef ASSAYD_STORE_HOUSE_H
#define ASSAYD_STORE_HOUSE_H

#include "role.h"
#include "store/store.h"

/* The store in the working directory, which is state-directory (p_store.c),
 * made if it is not there; the same each time.  NULL: it was told why, once;
 * mail flows without it, and it may be tried again.  *held, which may be NULL:
 * another process has it. */
struct store *store_house_open(struct role *role, bool *held);

/* Once a day, by the clock of the role: what is older than the keep- statements
 * say goes.  day: of the last time, 0: never. */
void store_house_age(struct role *role, struct store *s, int64_t *day);

#endif

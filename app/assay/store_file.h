/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_file.h - the store that a command works on: --store, or the one in
 * the state-directory of the configuration.
 */
#ifndef ASSAY_STORE_FILE_H
#define ASSAY_STORE_FILE_H

#include "args.h"
#include "conf.h"
#include "store/store.h"
#include "text.h"

struct store_file {
	char path[4096];
	struct conf conf;	/* --conf, the usual file, or nothing        */
	struct text text;	/* of it                                     */
};

/* False: what is wrong was told.  To be freed in either case. */
bool store_file_find(struct store_file *f, const struct args *args);
void store_file_free(struct store_file *f);

/* ADD: one fact of a person, also while assayd has the store. */
enum store_mode { STORE_READ, STORE_WRITE, STORE_MAKE, STORE_ADD };
/* NULL: what is wrong was told; *status is the exit status for it. */
struct store *store_file_open(const struct store_file *f,
    enum store_mode mode, int *status);

/* Tells what went wrong with the store, and what to do; an exit status. */
int store_file_wrong(const char *path, const struct store_error *why);

/* Microseconds since 1970. */
int64_t store_file_now(void);

#endif

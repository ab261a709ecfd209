/* SPDX-License-Identifier: Apache-2.0 */
/* source_cmd.h - what assay source and assay policy have in common. */
#ifndef ASSAY_SOURCE_CMD_H
#define ASSAY_SOURCE_CMD_H

#include "source_view.h"

/* The last --days days before now, or before --time.  False: told. */
bool source_cmd_days(const struct args *args, int64_t *from, int64_t *to);
enum table_form source_cmd_form(const struct args *args);

/* source_none.c: whether the store has no report about a domain in these
 * days; then that is told: what is the newest, or which name may be meant.
 * 0, or an exit status: what is wrong was told. */
struct source_none {
	const char *name;		/* of the command                   */
	struct store *store;
	const struct store_file *file;
	int64_t from, to;
	bool silent;
};
int source_none(const struct source_none *q, struct span domain,
    bool *none);

/* source_decide.c: decide, decisions. */
int source_decide(const struct args *args);
int source_decisions(const struct args *args, const struct out *out);

#endif

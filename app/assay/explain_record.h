/* SPDX-License-Identifier: Apache-2.0 */
/* explain_record.h - the story of messages that are there as records. */
#ifndef ASSAY_EXPLAIN_RECORD_H
#define ASSAY_EXPLAIN_RECORD_H

#include "args.h"
#include "out.h"

/* Does this file begin like a record (assay-record(5))? */
bool is_record_file(const char *path);

/* Of each record in the files that args names; the exit status. */
int explain_records(const struct args *args, const struct out *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_file.h - the file that a report is sent as: gzip (RFC 9990 3.5.2),
 * of octets as they come.
 */
#ifndef REPORT_REPORT_FILE_H
#define REPORT_REPORT_FILE_H

#include "base/arena.h"

struct report_file;

/* What comes out goes to write.  Takes some 280 KiB; NULL: the arena
 * refuses. */
struct report_file *report_file_new(struct arena *a, assay_write_fn *write,
    void *ctx);

/* An assay_write_fn, whose context is the file. */
bool report_file_put(void *file, struct span s);

/* False: write said no, now or before. */
bool report_file_end(struct report_file *f);

#endif

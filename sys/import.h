/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h - an assay.conf from the files of opendkim and opendmarc.
 *
 * What has a counterpart is carried over with a comment that says where it
 * stood; every other line is a comment that says why it is not.  What comes
 * out is always a configuration that assayd takes; it observes until the
 * administrator says otherwise, so that it can run beside the filters that
 * it is to replace.
 */
#ifndef SYS_IMPORT_H
#define SYS_IMPORT_H

#include "base/arena.h"

struct import_file { const char *name; struct span text; };

/* Reads a table that a file names.  False: it cannot be read. */
typedef bool import_read_fn(void *ctx, const char *path, struct span *out);

/* host: the name of this host.  Lives in a; *notes: how many lines were not
 * carried over. */
struct span import_conf(struct arena *a, const struct import_file *file,
    size_t n, const char *host, import_read_fn *read, void *ctx,
    size_t *notes);

#endif

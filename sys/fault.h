/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault.h - a result for a message that could not be judged at all.
 */
#ifndef SYS_FAULT_H
#define SYS_FAULT_H

#include <assay/assay.h>

/* One line of JSON: {"format":...,"name":...,"error":{"kind","text"}}; see
 * doc/assay-result.schema.json.  False: writing failed. */
bool fault_json(struct assay_span name, const char *kind,
    struct assay_span text, assay_write_fn *write, void *ctx);

/* A file's name as a terminal may show it: UTF-8 that shows what it is, and
 * \xHH for the rest. */
bool fault_printable(struct assay_span name, assay_write_fn *write,
    void *ctx);

#endif

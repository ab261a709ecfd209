/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_export.h - a list of the store, for programs: JSON Lines or CSV.
 */
#ifndef ASSAY_STORE_EXPORT_H
#define ASSAY_STORE_EXPORT_H

#include "store/store.h"
#include "text.h"

/* Writes to standard output, row by row.  False: store_why(), or writing
 * failed, which was told and sets *told. */
bool store_export(struct store *s, enum store_list list,
    const struct store_ask *ask, bool csv, bool *told);

#endif

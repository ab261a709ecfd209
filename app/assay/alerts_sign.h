/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_sign.h - signed bodies for a webhook (sys/hook_sign.h), of a key in a
 * file. */
#ifndef ASSAY_ALERTS_SIGN_H
#define ASSAY_ALERTS_SIGN_H

#include "hook_sign.h"
#include "out.h"

/* Is there a key in the file, that others cannot read?  False: told. */
bool alerts_sign_check(const char *path);

/* The header without a line end.  False: told. */
bool alerts_signature(const char *path, int64_t now,
    const struct text *body, char out[HOOK_SIGNATURE]);

/* Writes the header, an empty line and the body.  False: told. */
bool alerts_sign(const char *path, int64_t now, const struct text *body);

#endif

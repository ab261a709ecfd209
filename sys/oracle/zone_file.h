/* SPDX-License-Identifier: Apache-2.0 */
/* zone_file.h - a zone as a source of answers, read from a file. */
#ifndef ORACLE_ZONE_FILE_H
#define ORACLE_ZONE_FILE_H

#include <assay/assay.h>

/* ASSAY_IO: it cannot be read (errno); ASSAY_FORMAT: it is no zone. */
enum assay_status zone_file(struct assay_oracle *out, const char *path);

#endif

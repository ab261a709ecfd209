/* SPDX-License-Identifier: Apache-2.0 */
/* report.h - the verbs of assay report; word 0 is the verb itself. */
#ifndef ASSAY_REPORT_H
#define ASSAY_REPORT_H

#include "cmd.h"

cmd_fn report_ingest;

#endif

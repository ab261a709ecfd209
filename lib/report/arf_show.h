/* SPDX-License-Identifier: Apache-2.0 */
/* arf_show.h - what a failure report shows of the message: its third part. */
#ifndef REPORT_ARF_SHOW_H
#define REPORT_ARF_SHOW_H

#include "report/arf_out.h"

/* The part with its own header, in the arena.  Absent: no memory. */
struct span arf_show(const struct arf_out *m, struct arena *a);

#endif

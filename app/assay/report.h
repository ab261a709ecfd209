/* SPDX-License-Identifier: Apache-2.0 */
/* report.h - the verbs of assay report; word 0 is the verb itself. */
#ifndef ASSAY_REPORT_H
#define ASSAY_REPORT_H

#include "cmd.h"

cmd_fn report_ingest, report_fetch, report_outbox,
    report_send;

/* report_views.c */
cmd_fn report_verb_show, report_verb_aside, report_verb_failures,
    report_verb_tls, report_verb_top, report_verb_timeline,
    report_verb_reporters;

#endif

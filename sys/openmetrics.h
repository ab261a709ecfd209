/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openmetrics.h - what was counted, as OpenMetrics 1.0 text, for Prometheus
 * and its kin.
 *
 * Every name begins with assay_.  Times are histograms in seconds; of their
 * fine buckets every third is told.
 */
#ifndef SYS_OPENMETRICS_H
#define SYS_OPENMETRICS_H

#include "stats_sum.h"

#define OPENMETRICS_TYPE \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"

/* False: write said so. */
bool openmetrics_write(const struct stats_sum *sum, assay_write_fn *write,
    void *ctx);

#endif

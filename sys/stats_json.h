/* SPDX-License-Identifier: Apache-2.0 */
/* stats_json.h - what was counted, as members of a JSON object. */
#ifndef SYS_STATS_JSON_H
#define SYS_STATS_JSON_H

#include "stats_sum.h"
#include "wire/json.h"

/* "processes", "counters", "gauges", "times", "compared", "examples": see
 * assay-http(7). */
void stats_json(struct jw *w, const struct stats_sum *sum);

#endif

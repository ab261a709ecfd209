/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aggregate_word.h - the words of aggregate reports, both ways.
 *
 * Reading takes any case and the words of older texts; the rest is OTHER
 * (and a deviation, as are capitals).  An empty text says nothing.
 */
#ifndef REPORT_AGGREGATE_WORD_H
#define REPORT_AGGREGATE_WORD_H

#include "report/aggregate.h"

enum aggregate_action aggregate_read_action(struct span s, uint32_t *dev);
enum aggregate_aligned aggregate_read_aligned(struct span s, uint32_t *dev);
enum aggregate_result aggregate_read_result(struct span s, uint32_t *dev);
enum aggregate_scope aggregate_read_scope(struct span s, uint32_t *dev);
enum aggregate_why aggregate_read_why(struct span s, uint32_t *dev);
enum aggregate_discovery aggregate_read_discovery(struct span s,
    uint32_t *dev);

/* NULL for what is unsaid or in no standard. */
const char *aggregate_action_name(enum aggregate_action a);
const char *aggregate_aligned_name(enum aggregate_aligned a);
const char *aggregate_result_name(enum aggregate_result r);
const char *aggregate_scope_name(enum aggregate_scope s);
const char *aggregate_why_name(enum aggregate_why w);
const char *aggregate_discovery_name(enum aggregate_discovery d);

#endif

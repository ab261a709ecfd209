/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone_table.h - a whole DNS in memory: names, their records, wildcards.
 *
 * Filled once, then only read; a look-up allocates nothing and takes tens
 * of nanoseconds, so that an evaluation can ask it inside a step.  Names
 * are canonical (wire/dname.h).  Nobody adds names while strangers ask, so
 * the hash needs no key.
 */
#ifndef ORACLE_ZONE_TABLE_H
#define ORACLE_ZONE_TABLE_H

#include "base/arena.h"

struct zone_table;

/* NULL: no memory. */
struct zone_table *zone_table_new(size_t limit);
void zone_table_free(struct zone_table *t);
struct arena *zone_table_arena(struct zone_table *t);

/* The name exists, and so do all names above it.  name is copied.  The
 * functions below return false for want of memory. */
bool zone_table_name(struct zone_table *t, struct span name);

/* One more item of a type; item must live in the table's arena. */
bool zone_table_add(struct zone_table *t, struct span name, uint16_t type,
    uint32_t ttl, bool secure, struct span item);

/* What is said of a type, or (type 0) of every type without records: any
 * kind but ASSAY_A_DATA. */
bool zone_table_say(struct zone_table *t, struct span name, uint16_t type,
    enum assay_akind kind);

/* Follows aliases; knows wildcards (RFC 4592).  Always an answer, borrowed
 * from the table. */
void zone_table_ask(const struct zone_table *t, uint16_t type,
    struct span key, struct assay_answer *a);

#endif

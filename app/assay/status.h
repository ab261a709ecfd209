/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status.h - the JSON of /v1/status (assay-http(7)): asked for, and drawn.
 */
#ifndef ASSAY_STATUS_H
#define ASSAY_STATUS_H

#include "out.h"

struct json_t;

/* status_ask.c: NULL: errno says why.  body: as it came. */
struct json_t *status_ask(const char *path, struct text *body);
/* The same of POST: what, a few octets, to target. */
struct json_t *status_post(const char *path, const char *target,
    struct assay_span what, struct text *body);
void status_free(struct json_t *status);

/* status_draw.c: before, the answer of a second ago, or NULL, gives rates. */
void status_draw(struct text *t, const struct out *out,
    const struct json_t *now, const struct json_t *before);

/* status_diff.c: mode observe against the chain that runs beside us. */
void status_diff(struct text *t, const struct out *out,
    const struct json_t *now);

/* What both draw with. */
uint64_t status_number(const struct json_t *v, const char *a, const char *b,
    const char *c);
/* 12,345,678 */
const char *status_count(char room[32], uint64_t n);
/* 2026-11-22 03:04:05 */
const char *status_time(char room[32], int64_t unix_time);
/* A text of the answer, made safe for a terminal. */
void status_safe(struct text *t, const struct json_t *v, const char *key);

#endif

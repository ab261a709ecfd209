/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_fixture.h - a store in a directory of its own, and reports made by
 * hand, which go through a parcel as those of a reader do.
 */
#ifndef TEST_STORE_FIXTURE_H
#define TEST_STORE_FIXTURE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/ingest.h"

static char fx_dir[] = "/tmp/assay-store.XXXXXX";
static char fx_path[64];

enum { FX_ROOM = 8 << 20, FX_DAY = 86400 };
static uint8_t *fx_room;

static inline void
fx_clear(void)
{
	static const char *const end[] = { "", "-wal", "-shm", ".lock" };
	char name[96];

	for (size_t i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "%s%s", fx_path, end[i]);
		unlink(name);
	}
}

static inline void
fx_begin(void)
{
	if (mkdtemp(fx_dir) == NULL)
		exit(1);
	snprintf(fx_path, sizeof(fx_path), "%s/assay.db", fx_dir);
	fx_room = malloc(FX_ROOM);
}

static inline void
fx_end(void)
{
	fx_clear();
	rmdir(fx_dir);
	free(fx_room);
}

static inline struct store *
fx_open(void)
{
	struct store_conf conf = { .path = fx_path, .create = true };
	struct store_error why;
	struct store *s = store_open(&conf, &why);

	if (s == NULL) {
		printf("Bail out! no store: %s\n", why.text);
		exit(1);
	}
	return s;
}

/* A report: what differs between one and another. */
struct fx_report {
	const char *domain, *org, *email, *id;
	int64_t day;		/* since 1970 */
	unsigned rows;
	uint64_t count;		/* messages of the first row; one more each */
	unsigned seed;		/* of the rows                              */
};

static inline struct aggregate_head
fx_head(const struct fx_report *r)
{
	return (struct aggregate_head){ .dialect = AGGREGATE_9990,
		.org_name = assay_cstr(r->org),
		.email = assay_cstr(r->email),
		.report_id = assay_cstr(r->id),
		.begin = r->day * FX_DAY, .end = (r->day + 1) * FX_DAY - 1,
		.policy = { .domain = assay_cstr(r->domain),
		    .p = AGGREGATE_REJECT, .adkim = 'r', .testing = -1,
		    .pct = -1 } };
}

/* Row i: few sources and results, so that sums come together. */
static inline void
fx_row(struct aggregate_row *row, struct aggregate_dkim *dkim,
    struct aggregate_spf *spf, struct aggregate_reason *why,
    const struct fx_report *r, unsigned i)
{
	unsigned k = i * 2654435761u + r->seed;

	*dkim = (struct aggregate_dkim){ .domain = SPAN("d.example"),
		.selector = k % 3 == 0 ? SPAN("s1") : SPAN("s2"),
		.result = k % 2 ? AGGREGATE_R_PASS : AGGREGATE_R_FAIL };
	*spf = (struct aggregate_spf){ .domain = SPAN("m.example"),
		.result = AGGREGATE_R_SOFTFAIL, .scope = AGGREGATE_MFROM };
	*why = (struct aggregate_reason){ .type = AGGREGATE_LOCAL_POLICY,
		.comment = SPAN("arc=pass \"quoted\"") };
	*row = (struct aggregate_row){
		.source = { .family = 4, .bytes = { 192, 0, 2,
		    (uint8_t)(k >> 8 & 15) } },
		.count = r->count + i, .disposition = k % 5 == 0 ?
		    AGGREGATE_QUARANTINE : AGGREGATE_NONE,
		.dkim = k % 2 ? AGGREGATE_ALIGNED_PASS :
		    AGGREGATE_ALIGNED_FAIL,
		.spf = AGGREGATE_ALIGNED_FAIL,
		.header_from = assay_cstr(r->domain),
		.envelope_from = i % 4 == 0 ? SPAN("") :
		    SPAN("m.example"),
		.reason = why, .n_reason = k % 7 == 0,
		.auth_dkim = dkim, .n_dkim = 1, .auth_spf = spf, .n_spf = 1 };
}

static inline void
fx_put(struct buf *b, const struct fx_report *r)
{
	struct aggregate_head h = fx_head(r);
	struct parcel_sum sum = { .rows = r->rows };

	parcel_head(b, &h);
	for (unsigned i = 0; i < r->rows; i++) {
		struct aggregate_row row;
		struct aggregate_dkim dkim;
		struct aggregate_spf spf;
		struct aggregate_reason why;

		fx_row(&row, &dkim, &spf, &why, r, i);
		sum.messages += row.count;
		parcel_row(b, &row);
	}
	parcel_end(b, &sum);
}

/* Gives octets to an input that was begun. */
static inline enum ingest_state
fx_give(struct ingest *in, struct span octets)
{
	enum ingest_state st = INGEST_MORE;

	while (octets.len > 0 && st == INGEST_MORE) {
		size_t cap, n;
		uint8_t *room = ingest_room(in, &cap);

		n = octets.len < cap ? octets.len : cap;
		memcpy(room, octets.ptr, n);
		octets = span_skip(octets, n);
		st = ingest_got(in, n);
	}
	return st;
}

static int64_t fx_now = INT64_C(1800000000000000);

static inline bool
fx_take(struct ingest *in, struct span octets, enum store_trust trust,
    const char *name, struct ingest_counts *counts)
{
	struct store_origin from = { .trust = trust, .received = fx_now++,
		.from = assay_cstr(name) };
	uint8_t hash[STORE_HASH] = { 0 };

	/* the name stands for the bytes */
	for (size_t i = 0; name[i] != '\0'; i++)
		hash[i % STORE_HASH] = (uint8_t)(hash[i % STORE_HASH] * 31 +
		    (uint8_t)name[i]);
	if (!ingest_begin(in, &from, hash, false) ||
	    !ingest_raw(in, assay_cstr(name)))
		return ingest_abort(in), false;
	if (fx_give(in, octets) == INGEST_FAILED)
		return ingest_abort(in), false;
	return ingest_end(in, STORE_SOON, counts);
}

static inline bool
fx_report(struct ingest *in, const struct fx_report *r,
    enum store_trust trust, const char *name, struct ingest_counts *counts)
{
	struct buf b = { .ptr = fx_room, .cap = FX_ROOM };

	fx_put(&b, r);
	parcel_done(&b);
	return !b.full && fx_take(in, buf_span(&b), trust, name, counts);
}

/* All that can be asked, as one number that does not hang on order. */
static inline uint64_t
fx_digest(struct store *s)
{
	struct store_ask ask = { .by = STORE_BY_ALL };
	struct store_cursor *c = store_tallies(s, &ask);
	struct store_tally t;
	uint64_t all = 0;

	while (c != NULL && store_tally_next(c, &t)) {
		uint64_t h = t.messages * 1000003u + (uint64_t)t.day;

		h = h * 31 + t.source.bytes[3];
		h = h * 31 + (uint64_t)t.dkim * 7 + (uint64_t)t.disposition;
		h = h * 31 + t.why;
		h = h * 31 + (uint64_t)t.trust;
		for (size_t i = 0; i < t.auth.len; i++)
			h = h * 31 + t.auth.ptr[i];
		for (size_t i = 0; i < t.domain.len; i++)
			h = h * 31 + t.domain.ptr[i];
		for (size_t i = 0; i < t.reporter.len; i++)
			h = h * 31 + t.reporter.ptr[i];
		all += h * 0x9e3779b97f4a7c15u;
	}
	if (c == NULL || !store_cursor_end(c)) {
		printf("# no tallies: %s\n", store_why(s)->text);
		return 0;
	}
	return all;
}

static inline uint64_t
fx_messages(struct store *s)
{
	struct store_ask ask = { .by = 0 };
	struct store_cursor *c = store_tallies(s, &ask);
	struct store_tally t;
	uint64_t n = 0;

	while (c != NULL && store_tally_next(c, &t))
		n += t.messages;
	if (c != NULL)
		store_cursor_end(c);
	return n;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_fill.c - a store of so many rows, filled through its verbs; and how
 * long questions take then.
 *
 *	store_fill DB ROWS [DAYS]
 *
 * 5 domains, 365 days, 20 reporters, 2,000 sources of 200 a day: what grows
 * with ROWS is how often a source is seen in a day, as with hourly reports of
 * many receivers.  So sums grow with days, sources and reporters, to at most
 * 20,000 a day, and stop.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/store.h"

enum { DOMAINS = 5, REPORTERS = 20, ROWS_EACH = 1000 };

static uint64_t state = 7;
static uint64_t days = 365;

static uint32_t
draw(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % n;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
put_row(struct store *s, struct span domain, uint32_t day)
{
	uint32_t source = (day * 7 + draw(200)) % 2000, k = source % 5;
	char from[32];
	struct aggregate_dkim d = { .domain = domain, .selector = SPAN("s1"),
		.result = k == 0 ? AGGREGATE_R_FAIL : AGGREGATE_R_PASS };
	struct aggregate_spf f = { .scope = AGGREGATE_MFROM,
		.result = k < 2 ? AGGREGATE_R_FAIL : AGGREGATE_R_PASS };
	struct aggregate_row r = { .source = { .family = 4, .bytes = { 198,
		51, (uint8_t)(source >> 8), (uint8_t)source } },
		.count = 1 + draw(50), .disposition = AGGREGATE_NONE,
		.dkim = k == 0 ? AGGREGATE_ALIGNED_FAIL :
		    AGGREGATE_ALIGNED_PASS,
		.spf = k < 2 ? AGGREGATE_ALIGNED_FAIL :
		    AGGREGATE_ALIGNED_PASS,
		.header_from = domain, .auth_dkim = &d, .n_dkim = 1,
		.auth_spf = &f, .n_spf = 1 };

	snprintf(from, sizeof(from), "m%u.example", source % 50);
	r.envelope_from = f.domain = assay_cstr(from);
	store_report_row(s, &r);
}

static bool
put_report(struct store *s, uint64_t number, uint32_t rows)
{
	uint32_t day = (uint32_t)(number % days);
	char domain[32], email[40], id[32];
	struct store_origin from = { .trust = STORE_T_FILE,
		.received = (int64_t)number, .from = SPAN("bench") };
	uint8_t content[STORE_HASH] = { 1 };
	struct store_taken t;
	struct aggregate_head h = { .begin = (19000 + day) * INT64_C(86400),
		.policy = { .testing = -1, .pct = -1 } };

	snprintf(domain, sizeof(domain), "d%u.example",
	    (unsigned)(number / days % DOMAINS));
	snprintf(email, sizeof(email), "a@r%u.example", draw(REPORTERS));
	snprintf(id, sizeof(id), "%llu", (unsigned long long)number);
	h.end = h.begin + 86399;
	h.policy.domain = assay_cstr(domain);
	h.email = h.org_name = assay_cstr(email);
	h.report_id = assay_cstr(id);
	if (!store_begin(s) || !store_report_begin(s, &from, &h))
		return false;
	for (uint32_t i = 0; i < rows; i++)
		put_row(s, h.policy.domain, day);
	return store_report_end(s, content, &t) &&
	    store_commit(s, STORE_SOON);
}

static void
ask(struct store *s, const char *label, struct store_ask a)
{
	double t = now();
	struct store_cursor *c = store_tallies(s, &a);
	struct store_tally tally;
	unsigned n = 0;
	uint64_t messages = 0;

	while (c != NULL && store_tally_next(c, &tally)) {
		n++;
		messages += tally.messages;
	}
	if (c == NULL || !store_cursor_end(c))
		exit(1);
	printf("  %-46s %7.1f ms, %u answers\n", label, (now() - t) * 1000,
	    n);
}

static void
questions(struct store *s)
{
	struct span d = SPAN("d1.example");
	struct assay_addr source = { .family = 4,
		.bytes = { 198, 51, 1, 7 } };
	int64_t end = 19000 + (int64_t)days, from = end - 30, to = end - 1;

	ask(s, "a domain by day, all days", (struct store_ask){
	    .by = STORE_BY_DAY, .domain = d });
	ask(s, "a domain by day and result, 30 days", (struct store_ask){
	    .by = STORE_BY_DAY | STORE_BY_RESULT, .domain = d,
	    .day_from = from, .day_to = to });
	ask(s, "its 20 largest sources, 30 days", (struct store_ask){
	    .by = STORE_BY_SOURCE, .domain = d, .day_from = from,
	    .day_to = to, .limit = 20 });
	ask(s, "a source by day, all domains, all days", (struct store_ask){
	    .by = STORE_BY_DAY | STORE_BY_DOMAIN, .source = source,
	    .day_from = 19000, .day_to = to });
	ask(s, "by receiver, a domain, 30 days", (struct store_ask){
	    .by = STORE_BY_REPORTER, .domain = d, .day_from = from,
	    .day_to = to });
	ask(s, "everything by domain, all days", (struct store_ask){
	    .by = STORE_BY_DOMAIN });
}

int
main(int argc, char **argv)
{
	struct store_conf conf = { .create = true };
	struct store_error why;
	struct store *s;
	uint64_t rows, number = 0;

	if (argc != 3 && argc != 4)
		return 2;
	if (argc == 4)
		days = strtoull(argv[3], NULL, 10);
	conf.path = argv[1];
	rows = strtoull(argv[2], NULL, 10);
	s = store_open(&conf, &why);
	if (s == NULL)
		return 1;
	while (rows > 0) {
		uint32_t n = rows < ROWS_EACH ? (uint32_t)rows : ROWS_EACH;

		if (!put_report(s, number++, n)) {
			fprintf(stderr, "%s\n", store_why(s)->text);
			return 1;
		}
		rows -= n;
	}
	questions(s);
	store_close(s);
	return 0;
}

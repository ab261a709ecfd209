/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked about one source is what all sources say of it. */
#include "test/store_fixture.h"
#include "test/t.h"

static const struct fx_report report[] = {
	{ .domain = "a.example", .id = "r1", .day = 20000, .rows = 40,
	    .count = 3, .seed = 5 },
	{ .domain = "a.example", .id = "r2", .day = 20003, .rows = 30,
	    .count = 70, .seed = 9 },
	{ .domain = "b.example", .id = "r3", .day = 20003, .rows = 20,
	    .count = 500, .seed = 2 },
	{ .domain = "b.example", .id = "r4", .day = 20009, .rows = 50,
	    .count = 9000, .seed = 7 },
};

static void
fill(struct store *s)
{
	struct ingest_conf conf = { .store = s, .any_domain = true };
	struct ingest *in = ingest_new(&conf);
	struct ingest_counts c = { .inputs = 0 };

	for (size_t i = 0; i < sizeof(report) / sizeof(*report); i++) {
		struct fx_report r = report[i];
		r.org = "Reporter";
		r.email = "a@reporter.example";
		T_OK(fx_report(in, &r, STORE_T_FILE, r.id, &c), r.id);
	}
	ingest_free(in);
}

/* Messages of that source, and how many answers. */
static uint64_t
sum(struct store *s, struct store_ask ask, uint8_t last, unsigned *answers)
{
	struct store_cursor *c = store_tallies(s, &ask);
	struct store_tally t;
	uint64_t all = 0;

	*answers = 0;
	while (c != NULL && store_tally_next(c, &t)) {
		if ((ask.by & STORE_BY_SOURCE) != 0 &&
		    t.source.bytes[3] != last)
			continue;
		all += t.messages;
		++*answers;
	}
	return c != NULL && store_cursor_end(c) ? all : UINT64_MAX;
}

static bool
same(struct store *s, struct store_ask ask, unsigned by)
{
	unsigned n, m, seen = 0;

	for (unsigned last = 0; last < 16; last++) {
		struct store_ask one = ask;
		uint64_t all, of_it;
		ask.by = by | STORE_BY_SOURCE;
		all = sum(s, ask, (uint8_t)last, &n);
		one.by = by;
		one.source = (struct assay_addr){ .family = 4,
			.bytes = { 192, 0, 2, (uint8_t)last } };
		of_it = sum(s, one, (uint8_t)last, &m);
		seen += n;
		if (all == of_it && (by == 0 || n == m))
			continue;
		printf("# .%u: %llu in %u, %llu in %u\n", last,
		    (unsigned long long)all, n, (unsigned long long)of_it, m);
		return false;
	}
	return seen > 0;
}

int
main(void)
{
	struct store_ask all = { .by = 0 }, days = { .day_from = 20003,
		.day_to = 20008 }, one = { .domain = SPAN("b.example") };
	struct store_ask none = { .day_from = 20004, .day_to = 20008,
		.source = { .family = 4, .bytes = { 192, 0, 2, 1 } } };
	unsigned n;
	struct store *s;

	fx_begin();
	s = fx_open();
	fill(s);
	T_OK(same(s, all, 0), "a source, always");
	T_OK(same(s, all, STORE_BY_DOMAIN | STORE_BY_DAY), "by domain and "
	    "day");
	T_OK(same(s, days, STORE_BY_DAY), "of some days");
	T_OK(same(s, one, STORE_BY_DAY | STORE_BY_RESULT), "of one domain");
	T_OK(sum(s, none, 1, &n) == 0 && n == 0, "days without reports");
	store_close(s);
	fx_end();
	return t_done();
}

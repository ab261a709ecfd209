/* SPDX-License-Identifier: Apache-2.0 */
/* Every width that this CPU can do, forced, against the library's hash. */
#include "crypto/lanes.h"

#include <stdlib.h>

#include "crypto/sha.h"
#include "test/t.h"

enum { MAX_JOBS = 100, ROOM = 1 << 16 };

static uint8_t text[ROOM];
static uint64_t seed = 7;

static size_t
random_below(size_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % n;
}

/* Gives its octets in pieces of odd sizes. */
struct source { struct span rest; size_t step; bool fixed; };

static struct span
next_piece(void *self)
{
	struct source *s = self;
	size_t n = s->fixed ? s->step : 1 + random_below(s->step);
	struct span piece = span_head(s->rest, n);

	s->rest = span_skip(s->rest, n);
	return piece;
}

static bool
right(const struct lane_job *job, struct span octets)
{
	struct sha256 h;
	uint8_t want[32];

	if (!sha256_init(&h))
		abort();
	sha256_put(&h, octets);
	sha256_end(&h, want);
	return memcmp(job->sha256, want, 32) == 0;
}

/* n streams, each below max octets, in pieces below step. */
static bool
many(struct lanes_plan plan, size_t n, size_t max, size_t step)
{
	static struct lane_job job[MAX_JOBS];
	static struct source source[MAX_JOBS];
	static struct span all[MAX_JOBS];
	bool ok;

	for (size_t i = 0; i < n; i++) {
		size_t len = random_below(max);

		all[i] = span_slice((struct span){ text, ROOM },
		    ROOM - len - i, ROOM - i);
		source[i] = (struct source){ .rest = all[i], .step = step };
		job[i] = (struct lane_job){ .next = next_piece,
			.self = &source[i] };
	}
	ok = lanes_run(job, n, plan);
	for (size_t i = 0; i < n; i++)
		ok = ok && right(&job[i], all[i]);
	return ok;
}

/* Every length round a block, so every form of the padding. */
static bool
every_length(struct lanes_plan plan)
{
	bool ok = true;

	for (size_t len = 0; len < 300 && ok; len += 3) {
		struct lane_job job[3];
		struct source s[3];

		for (size_t i = 0; i < 3; i++) {
			s[i] = (struct source){ { text, len + i }, 64 + i,
				true };
			job[i] = (struct lane_job){ .next = next_piece,
				.self = &s[i] };
		}
		ok = lanes_run(job, 3, plan);
		for (size_t i = 0; i < 3; i++)
			ok = ok && right(&job[i],
			    (struct span){ text, len + i });
	}
	return ok;
}

static void
width(enum lanes_width w)
{
	char label[100];

	if (!lanes_can(w)) {
		printf("ok %u - # SKIP %d lanes: not on this CPU\n",
		    ++t_count, w);
		return;
	}
	for (unsigned alone = 0; alone <= 16; alone += 4) {
		struct lanes_plan plan = { w, alone };
		bool ok = every_length(plan);

		for (size_t n = 0; n <= 40; n++)
			ok = ok && many(plan, n, 3000, 700) &&
			    many(plan, n, 200, 5);
		ok = ok && many(plan, MAX_JOBS, 60000, 20000) &&
		    many(plan, MAX_JOBS, 1, 1) &&
		    many(plan, 17, 60000, 60000);
		snprintf(label, sizeof(label),
		    "%d lanes, below %u alone: equal to OpenSSL", w, alone);
		T_OK(ok, label);
	}
}

int
main(void)
{
	static const enum lanes_width widths[] = { LANES_1, LANES_4,
		LANES_8, LANES_16 };
	struct lanes_plan best = lanes_best();

	for (size_t i = 0; i < ROOM; i++)
		text[i] = (uint8_t)(i * 131 + (i >> 8) * 7);
	T_OK(lanes_can(best.width), "the best can be done");
	printf("# best here: %d lanes, below %u alone\n", best.width,
	    best.alone);
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		width(widths[i]);
	return t_done();
}

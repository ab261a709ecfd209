/* SPDX-License-Identifier: Apache-2.0 */
#include "sources/fold.h"

#include "base/limits.h"
#include "test/t.h"

static const struct source_own own[] = { { { SPAN_INIT("example.com") },
    false } };
static const struct source_ground ground = { .own = own, .n_own = 1,
    .day_from = 1, .day_to = 24 };

static struct aggregate_dkim dkim[2];
static struct aggregate_spf spf[2];

/* A row of 192.0.2.last with these results; NULL: none of the kind. */
static struct source_row
row(uint8_t last, const char *d, const char *path)
{
	struct source_row r = { .day = 3, .reporter = SPAN("r.test"),
		.source = { 4, { 192, 0, 2, last } }, .messages = 2,
		.header_from = SPAN("example.com"), .auth_dkim = dkim,
		.auth_spf = spf, .dkim = AGGREGATE_ALIGNED_FAIL,
		.spf = AGGREGATE_ALIGNED_FAIL };

	dkim[0] = (struct aggregate_dkim){ .domain = assay_cstr(d),
		.selector = SPAN("s1"), .result = AGGREGATE_R_PASS };
	spf[0] = (struct aggregate_spf){ .domain = assay_cstr(path),
		.result = AGGREGATE_R_PASS, .scope = AGGREGATE_MFROM };
	r.n_dkim = d != NULL;
	r.n_spf = path != NULL;
	return r;
}

static void
test_raw_and_aligned(struct arena *a)
{
	struct sources *s = sources_new(&ground, a);
	struct source_row r = row(1, NULL, "other.test");
	struct source *f;

	/* some wrote the raw result where the aligned one belongs */
	r.spf = AGGREGATE_ALIGNED_PASS;
	T_OK(s != NULL && sources_add(s, &r), "a row");
	f = sources_find(s, &r);
	T_OK(f != NULL && f->spf_ours == 0 && f->spf_theirs == 2,
	    "SPF of another name is not ours, whatever the row says");
	r = row(2, NULL, NULL);
	r.spf = AGGREGATE_ALIGNED_PASS;
	(void)sources_add(s, &r);
	f = sources_find(s, &r);
	T_OK(f != NULL && f->spf_ours == 2, "without raw results it counts");
	r = row(3, "other.test", NULL);
	r.dkim = AGGREGATE_ALIGNED_PASS;
	(void)sources_add(s, &r);
	f = sources_find(s, &r);
	T_OK(f != NULL && f->dkim_ours == 2 && f->dkim_theirs == 2,
	    "a signature of ours that was left out beside another");
	r = row(4, "example.com", NULL);
	dkim[0].result = AGGREGATE_R_FAIL;
	r.dkim = AGGREGATE_ALIGNED_PASS;
	(void)sources_add(s, &r);
	f = sources_find(s, &r);
	T_OK(f != NULL && f->dkim_ours == 0 && f->dkim_broken == 2,
	    "told to be broken, it is broken");
	r = row(5, NULL, "helo.example.com");
	spf[0].scope = AGGREGATE_HELO;
	(void)sources_add(s, &r);
	f = sources_find(s, &r);
	T_OK(f != NULL && f->spf_ours == 0 && f->helo != NULL,
	    "SPF of HELO is no return path");
}

static void
test_what_is_one(struct arena *a)
{
	struct sources *s = sources_new(&ground, a);
	struct source_row r = row(1, NULL, "other.test");

	(void)sources_add(s, &r);
	r = row(200, NULL, "mail.other.test");
	(void)sources_add(s, &r);
	T_INT(s->n, 1, "another name: its network is one source");
	T_OK(s->first->bits == 24 && s->first->addresses == 2,
	    "of two addresses");
	r = row(200, "example.com", "mail.other.test");
	(void)sources_add(s, &r);
	T_INT(s->n, 2, "what proves our name too is told apart");
	r = row(200, "example.com", "example.com");
	(void)sources_add(s, &r);
	r = row(201, "example.com", "example.com");
	(void)sources_add(s, &r);
	T_INT(s->n, 4, "without another name each address is one");
	r.source = (struct assay_addr){ 6, { [10] = 0xff, [11] = 0xff, 192,
	    0, 2, 201 } };
	(void)sources_add(s, &r);
	T_INT(s->n, 4, "an IPv4-mapped address is that address");
	T_INT(s->messages, 12, "all messages are counted");
}

static void
test_days(struct arena *a)
{
	struct sources *s = sources_new(&ground, a);
	struct source_row r = row(1, "example.com", "example.com");
	struct source *f;

	for (int i = 0; i < 6; i++) {
		static const int64_t days[] = { 24, 1, 2, 2, 99, 7 };

		r.day = days[i];
		r.reporter = i % 2 == 0 ? SPAN("a.test") : SPAN("b.test");
		(void)sources_add(s, &r);
	}
	f = s->first;
	T_INT(f->days, 5, "days are counted once");
	T_OK(f->first == 1 && f->last == 99, "the first and the last");
	T_INT(f->peak, 4, "the fullest day");
	T_INT(f->reporters, 2, "reporters are counted once");
	T_OK(f->part[0] == 6 && f->part[3] == 2 && f->part[11] == 2,
	    "bars of two days; what is outside is in none");
	r.messages = 0;
	T_OK(sources_add(s, &r) && f->messages == 12, "nothing of nothing");
}

static void
test_bounds(void)
{
	struct source_row r = row(1, "example.com", "example.com");
	struct sources *s;
	struct arena a;
	bool ok = true;

	arena_init(&a, 1 << 20);
	s = sources_new(&ground, &a);
	for (unsigned i = 0; s != NULL && i < 100000 && ok; i++) {
		r.source.bytes[1] = (uint8_t)(i >> 8);
		r.source.bytes[2] = (uint8_t)i;
		ok = sources_add(s, &r);
	}
	T_OK(s == NULL || !ok, "no memory is told");
	arena_free(&a);
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 64 << 20);
	test_raw_and_aligned(&a);
	test_what_is_one(&a);
	test_days(&a);
	arena_free(&a);
	test_bounds();
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure.c - measure [FLAGS] WORLDS SEED...: how well sources are told
 * apart, by source and not by volume.
 *
 * A seed stands for so many worlds.  A source that two senders share counts
 * for each of them.  With --judge the exit status is 1 when, over all seeds
 * together, ours, misconfigured, forwarder or hostile has a recall or a
 * precision below 90 of 100, or anything hostile was taken for ours.
 * --show prints each mistake, --sure how often it was right by how sure it
 * was, and --no-asn, --no-ptr, --no-spf, --no-services take away what the
 * world would tell.  The last column is by sender: each weighs the same,
 * however many addresses it has.
 */
#include "world.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sources/judge.h"
#include "wire/addr.h"

/* What the judge is not told. */
static struct { bool asn, ptr, spf, services; } without;

enum { BANDS = 10 };
/* Right and all, by how sure it was: tenths. */
static unsigned long band[BANDS][2];

struct pair { struct source *f; unsigned sender; };

struct score {
	unsigned long n[TRUTHS][SOURCE_CLASSES];	/* by source        */
	double sender[TRUTHS], senders[TRUTHS];	/* by sender: right, all */
};

static const enum source_class class_of[TRUTHS] = {
	SOURCE_OURS, SOURCE_SERVICE, SOURCE_SHADOW, SOURCE_FORWARDER,
	SOURCE_MISCONFIGURED, SOURCE_HOSTILE, SOURCE_UNKNOWN
};

static struct span
text(const char *s)
{
	return s == NULL ? SPAN_NONE :
	    (struct span){ (const uint8_t *)s, strlen(s) };
}

static struct source_row
row_of(const struct world_row *w)
{
	const struct aggregate_row *a = &w->row;
	struct source_row r = { .day = WORLD_FIRST + w->day,
		.reporter = text(world_reporter[w->reporter].domain),
		.source = a->source, .header_from = a->header_from,
		.dkim = a->dkim, .spf = a->spf,
		.disposition = a->disposition, .auth_dkim = a->auth_dkim,
		.n_dkim = a->n_dkim, .auth_spf = a->auth_spf,
		.n_spf = a->n_spf, .messages = a->count };

	for (size_t i = 0; i < a->n_reason; i++) {
		r.why |= 1u << a->reason[i].type;
		r.arc = r.arc || span_starts(a->reason[i].comment,
		    SPAN("arc=pass"));
	}
	return r;
}

/* What DNS would say of the busiest address. */
static void
place(const struct world *w, struct source *f)
{
	for (unsigned i = 0; i < w->n_host; i++) {
		const struct world_host *h = &w->host[i];

		if (!addr_eq(&h->addr, &f->busiest))
			continue;
		f->place = (struct source_place){ .asn = h->asn,
			.asked_ptr = true, .ptr = { text(h->ptr) },
			.confirmed = h->confirmed,
			.listed = h->listed == LISTED_DIRECT ?
			    SOURCE_L_DIRECT : h->listed == LISTED_INCLUDE ?
			    SOURCE_L_INCLUDE : SOURCE_L_NO,
			.include = { text(h->include) } };
		f->place.at_path = without.spf ? SOURCE_L_UNKNOWN :
		    f->place.listed;
		if (without.asn)
			f->place.asn = 0;
		if (without.ptr)
			f->place.ptr.name = SPAN_NONE;
		if (without.ptr)
			f->place.asked_ptr = f->place.confirmed = false;
		if (without.spf)
			f->place.listed = SOURCE_L_UNKNOWN;
		if (without.spf)
			f->place.include.name = SPAN_NONE;
		return;
	}
}

static const struct services *
table(struct arena *a)
{
	static char lines[4096];
	static struct services made;
	size_t n = 0;

	for (unsigned i = 0; i < world_services; i++)
		if (world_service[i].known)
			n += (size_t)snprintf(lines + n, sizeof(lines) - n,
			    "name=%s; d=%s:onsuite.example; path=%s; "
			    "spf=%s\n", world_service[i].name,
			    world_service[i].d, world_service[i].path,
			    world_service[i].include);
	if (without.services)
		lines[0] = '\0';
	if (!services_read(&made, text(lines), a) || made.bad_line != 0)
		abort();
	return &made;
}

static struct sources *
fold(struct world *w, struct arena *a)
{
	static struct source_own own[4];
	static struct domain nowhere;
	struct source_ground ground = { .own = own, .n_own = w->n_own,
		.missing = &nowhere, .n_missing = 1, .services = table(a),
		.day_from = WORLD_FIRST,
		.day_to = WORLD_FIRST + WORLD_DAYS };
	struct sources *s;

	for (unsigned i = 0; i < w->n_own; i++)
		own[i] = (struct source_own){ { text(w->own[i].name) },
			w->own[i].parked };
	nowhere.name = text(w->nowhere);
	s = sources_new(&ground, a);
	for (unsigned i = 0; s != NULL && i < w->n_row; i++) {
		struct source_row r = row_of(&w->row[i]);

		if (!sources_add(s, &r))
			return NULL;
	}
	return s;
}

static int
by_both(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->f->number != y->f->number)
		return x->f->number < y->f->number ? -1 : 1;
	return x->sender < y->sender ? -1 : x->sender > y->sender;
}

static void
show(const struct world *w, const struct pair *p)
{
	const struct source *f = p->f;
	char room[64];
	struct buf b = { (uint8_t *)room, 0, sizeof(room), false };

	addr_print(&b, &f->net);
	printf("# %s: %.*s/%u %s (%s) taken for %s:", w->own[0].name,
	    (int)b.len, room, f->bits,
	    world_truth_name[w->sender[p->sender].truth],
	    w->sender[p->sender].kind, source_class_name(f->opinion.class));
	for (size_t i = 0; i < f->opinion.n_said; i++)
		printf(" %s", source_reason_name(f->opinion.said[i].code));
	printf(" [%llu messages, %llu days, %llu reporters, %.*s]\n",
	    (unsigned long long)f->messages, (unsigned long long)f->days,
	    (unsigned long long)f->reporters, f->partner == NULL ? 1 :
	    (int)f->partner->group.len, f->partner == NULL ? "-" :
	    (const char *)f->partner->group.ptr);
}

static void
count(struct world *w, struct sources *s, struct score *score, bool showing)
{
	struct pair *pair = calloc(w->n_row + 1, sizeof(*pair));
	double *right = calloc(w->n_sender * 2, sizeof(*right));

	if (pair == NULL || right == NULL)
		abort();
	for (unsigned i = 0; i < w->n_row; i++) {
		struct source_row r = row_of(&w->row[i]);

		pair[i] = (struct pair){ sources_find(s, &r),
		    w->host[w->row[i].host].sender };
	}
	qsort(pair, w->n_row, sizeof(*pair), by_both);
	for (unsigned i = 0; i < w->n_row; i++) {
		enum world_truth truth = w->sender[pair[i].sender].truth;
		enum source_class got = pair[i].f->opinion.class;

		if (i > 0 && by_both(&pair[i], &pair[i - 1]) == 0)
			continue;
		score->n[truth][got]++;
		band[pair[i].f->opinion.confidence / 10][1]++;
		band[pair[i].f->opinion.confidence / 10][0] +=
		    got == class_of[truth];
		right[pair[i].sender * 2] += got == class_of[truth];
		right[pair[i].sender * 2 + 1]++;
		if (showing && got != class_of[truth])
			show(w, &pair[i]);
	}
	for (unsigned i = 0; i < w->n_sender; i++)
		if (right[i * 2 + 1] > 0) {
			score->sender[w->sender[i].truth] += right[i * 2] /
			    right[i * 2 + 1];
			score->senders[w->sender[i].truth]++;
		}
	free(pair);
	free(right);
}

static void
one_world(uint64_t seed, struct score *score, bool showing)
{
	struct source_court court = { .have_asn = !without.asn };
	struct world *w = world_new(seed);
	struct sources *s;
	struct arena a;

	arena_init(&a, 256 << 20);
	s = fold(w, &a);
	if (s == NULL)
		abort();
	for (struct source *f = s->first; f != NULL; f = f->next)
		place(w, f);
	if (!sources_judge(s, &court))
		abort();
	count(w, s, score, showing);
	arena_free(&a);
	world_free(w);
}

static unsigned long
taken_for(const struct score *s, enum source_class c)
{
	unsigned long n = 0;

	for (unsigned t = 0; t < TRUTHS; t++)
		n += s->n[t][c];
	return n;
}

static double
share(unsigned long part, unsigned long of)
{
	return of == 0 ? 100.0 : 100.0 * (double)part / (double)of;
}

/* Prints the table; false: below what is asked. */
static bool
verdict(const struct score *s, const char *title)
{
	bool good = s->n[TRUTH_HOSTILE][SOURCE_OURS] == 0;

	printf("# %s\n# %-14s", title, "");
	for (unsigned t = 0; t < TRUTHS; t++)
		printf("%9.8s", world_truth_name[t]);
	printf("%9s%9s%9s\n", "recall", "precis.", "sender");
	for (unsigned t = 0; t < TRUTHS; t++) {
		unsigned long all = 0, right = s->n[t][class_of[t]];
		double recall, precision;

		printf("# %-14s", world_truth_name[t]);
		for (unsigned c = 0; c < TRUTHS; c++) {
			printf("%9lu", s->n[t][class_of[c]]);
			all += s->n[t][class_of[c]];
		}
		recall = share(right, all);
		precision = share(right, taken_for(s, class_of[t]));
		printf("%9.1f%9.1f%9.1f\n", recall, precision,
		    s->senders[t] == 0 ? 100.0 : 100 * s->sender[t] /
		    s->senders[t]);
		if (t == TRUTH_OURS || t == TRUTH_MISCONFIGURED ||
		    t == TRUTH_FORWARDER || t == TRUTH_HOSTILE)
			good = good && recall >= 90 && precision >= 90;
	}
	return good;
}

int
main(int argc, char **argv)
{
	struct score all = { .n = { { 0 } } };
	bool showing = false, judging = false, sure = false, good;
	unsigned long worlds;
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		showing = showing || strcmp(argv[i], "--show") == 0;
		judging = judging || strcmp(argv[i], "--judge") == 0;
		sure = sure || strcmp(argv[i], "--sure") == 0;
		without.asn |= strcmp(argv[i], "--no-asn") == 0;
		without.ptr |= strcmp(argv[i], "--no-ptr") == 0;
		without.spf |= strcmp(argv[i], "--no-spf") == 0;
		without.services |= strcmp(argv[i], "--no-services") == 0;
	}
	worlds = i < argc ? strtoul(argv[i++], NULL, 10) : 0;
	if (worlds == 0 || i == argc) {
		fprintf(stderr, "usage: measure [--show] [--judge] [--sure] "
		    "[--no-asn] [--no-ptr]\n"
		    "    [--no-spf] [--no-services] WORLDS SEED|fresh...\n");
		return 2;
	}
	for (; i < argc; i++) {
		uint64_t seed = strcmp(argv[i], "fresh") == 0 ?
		    (uint64_t)time(NULL) * 1000 + (unsigned)i :
		    strtoull(argv[i], NULL, 10);
		struct score one = { .n = { { 0 } } };
		char title[64];

		for (unsigned long k = 0; k < worlds; k++) {
			one_world(seed * 1000 + k, &one, showing);
			one_world(seed * 1000 + k, &all, false);
		}
		snprintf(title, sizeof(title), "seed %llu, %lu worlds",
		    (unsigned long long)seed, worlds);
		if (!verdict(&one, title) && !judging)
			printf("# below what is asked\n");
	}
	good = verdict(&all, "all seeds together");
	for (int b = 0; b < BANDS && sure; b++)
		if (band[b][1] > 0)
			printf("# %d to %d %% sure: %.1f %% of %lu right\n",
			    b * 10, b * 10 + 9, share(band[b][0],
			    band[b][1]), band[b][1]);
	printf("%sok 1 - recall and precision, and nothing hostile is ours\n"
	    "1..1\n", good || !judging ? "" : "not ");
	return good || !judging ? 0 : 1;
}

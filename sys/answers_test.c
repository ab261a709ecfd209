/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "answers.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answers_ring.h"
#include "base/buf.h"
#include "test/t.h"

struct segment {
	int rw, ro;
	struct answers *w;
	struct answers_reader *r;
	struct assay_oracle o;
};

static struct segment
segment_new(size_t octets)
{
	struct segment s = { .rw = -1 };

	if (!answers_make(octets, &s.rw, &s.ro) ||
	    (s.w = answers_open(s.rw)) == NULL ||
	    (s.r = answers_reader_new(s.ro)) == NULL) {
		printf("Bail out! no segment\n");
		exit(1);
	}
	s.o = answers_oracle(s.r);
	return s;
}

static void
segment_free(struct segment *s)
{
	answers_close(s->w);
	answers_reader_free(s->r);
	close(s->rw);
	close(s->ro);
}

static struct assay_question
dns(uint16_t type, const char *name)
{
	return (struct assay_question){ ASSAY_Q_DNS, type, assay_cstr(name) };
}

static bool
knows(struct segment *s, int64_t now, const struct assay_question *q,
    struct assay_answer *a)
{
	answers_begin(s->r, now);
	return s->o.ask(s->o.self, q, a) == ASSAY_OK;
}

static void
round_trip(void)
{
	struct segment s = segment_new(0);
	struct assay_span two[2] = { assay_cstr("v=spf1 -all"),
		{ (const uint8_t *)"a\0b", 3 } };
	struct assay_question q = dns(ASSAY_T_TXT, "example.org");
	struct assay_question other = dns(ASSAY_T_A, "example.org");
	struct assay_question sfx = { ASSAY_Q_SUFFIX, ASSAY_T_TXT, q.key };
	struct assay_answer a = { .kind = ASSAY_A_DATA, .secure = true,
		.ttl = 300, .canonical = assay_cstr("c.example"),
		.item = two, .n_item = 2 }, got;

	T_OK(!knows(&s, 1000, &q, &got), "an empty segment knows nothing");
	T_INT(got.kind, 0, "and says nothing");
	T_OK(answers_put(s.w, &q, &a, 1000), "put");
	T_OK(knows(&s, 1001, &q, &got), "and found");
	T_INT(got.kind, ASSAY_A_DATA, "kind");
	T_OK(got.secure, "secure");
	T_INT(got.ttl, 300, "as the zone said");
	T_SPAN(got.canonical, assay_cstr("c.example"), "canonical name");
	T_INT(got.n_item, 2, "two items");
	T_SPAN(got.item[0], two[0], "the first");
	T_SPAN(got.item[1], two[1], "the second, with a NUL");
	T_OK(!knows(&s, 1001, &other, &got), "of another type: not known");
	T_OK(!knows(&s, 1001, &sfx, &got), "of another kind: not known");
	T_INT(answers_met(s.r).misses, 1, "one miss");
	T_OK(knows(&s, 1299, &q, &got), "just before it expires");
	T_OK(!knows(&s, 1300, &q, &got), "expired");
	a.n_item = 1;
	T_OK(answers_put(s.w, &q, &a, 1300), "put again");
	T_OK(knows(&s, 1301, &q, &got) && got.n_item == 1, "the newer one");
	T_INT(answers_count(s.w).entries, 1, "is the only one");
	struct answers_reader *beside = answers_reader_beside(s.r);
	struct assay_oracle o = answers_oracle(beside);
	struct assay_answer first;
	answers_begin(beside, 1301);
	T_OK(o.ask(o.self, &q, &first) == ASSAY_OK, "a reader beside it");
	answers_begin(s.r, 1302);
	T_OK(knows(&s, 1302, &q, &got), "the other goes on");
	T_SPAN(first.item[0], two[0], "and takes nothing from it");
	answers_reader_free(beside);
	q.key = assay_cstr("");
	T_OK(answers_put(s.w, &q, &a, 1) && knows(&s, 2, &q, &got),
	    "a name of no octets");
	segment_free(&s);
}

static void
lifetimes(void)
{
	static const struct {
		const char *label;
		enum assay_akind kind;
		uint32_t ttl, lives;
	} cases[] = {
		{ "an hour", ASSAY_A_DATA, 3600, 3600 },
		{ "too short", ASSAY_A_DATA, 0, 60 },
		{ "too long", ASSAY_A_DATA, 4000000000u, 86400 },
		{ "no such name", ASSAY_A_NXDOMAIN, 900, 900 },
		{ "no such name, too long", ASSAY_A_NXDOMAIN, 86400, 3600 },
		{ "no data, too short", ASSAY_A_NODATA, 5, 60 },
		{ "failed", ASSAY_A_TEMPFAIL, 86400, 10 },
		{ "forged", ASSAY_A_BOGUS, 86400, 60 },
	};
	struct segment s = segment_new(0);
	struct assay_span item = assay_cstr("x");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct assay_question q = dns(1, cases[i].label);
		struct assay_answer a = { .kind = cases[i].kind,
			.ttl = cases[i].ttl, .item = &item,
			.n_item = cases[i].kind == ASSAY_A_DATA }, got;
		int64_t end = 5000 + cases[i].lives;

		T_OK(answers_put(s.w, &q, &a, 5000), cases[i].label);
		T_OK(knows(&s, end - 1, &q, &got) &&
		    got.kind == cases[i].kind, "lives");
		T_OK(!knows(&s, end, &q, &got), "and dies");
	}
	T_OK(!answers_put(s.w, &(struct assay_question){ ASSAY_Q_DNS, 1,
	    item }, &(struct assay_answer){ .kind = ASSAY_A_UNKNOWN }, 1),
	    "that nobody knows is not kept");
	segment_free(&s);
}

/* Bytes that follow from n, so that a reader can tell whether what it got
 * is one answer, whole. */
static struct assay_span
text_of(uint8_t *room, uint32_t n, size_t len)
{
	uint32_t v = n * 2654435761u;

	for (size_t i = 0; i < len; i++) {
		v = v * 1664525u + 1013904223u;
		room[i] = (uint8_t)(v >> 24);
	}
	return (struct assay_span){ room, len };
}

static size_t
length_of(uint32_t n)
{
	return n % 97 == 0 ? 9000 + n % 5000 : 1 + n * 7919u % 600;
}

static bool
put_number(struct segment *s, uint32_t key, uint32_t n)
{
	uint8_t room[16384];
	char name[32];
	struct assay_span item[2];
	struct assay_answer a = { .kind = ASSAY_A_DATA, .ttl = 3600,
		.item = item, .n_item = 2 };
	struct assay_question q;

	snprintf(name, sizeof(name), "k%u.example", key);
	q = dns(ASSAY_T_TXT, name);
	item[0] = (struct assay_span){ (uint8_t *)&n, sizeof(n) };
	item[1] = text_of(room, n, length_of(n));
	return answers_put(s->w, &q, &a, 100);
}

enum { MISS, RIGHT, WRONG };

static int
look_number(struct segment *s, uint32_t key, uint32_t *n)
{
	uint8_t room[16384];
	char name[32];
	struct assay_question q;
	struct assay_answer a;
	struct assay_span want;

	snprintf(name, sizeof(name), "k%u.example", key);
	q = dns(ASSAY_T_TXT, name);
	if (!knows(s, 101, &q, &a))
		return MISS;
	if (a.n_item != 2 || a.item[0].len != sizeof(*n))
		return WRONG;
	memcpy(n, a.item[0].ptr, sizeof(*n));
	want = text_of(room, *n, length_of(*n));
	return want.len == a.item[1].len &&
	    memcmp(want.ptr, a.item[1].ptr, want.len) == 0 ? RIGHT : WRONG;
}

static void
eviction(void)
{
	struct segment s = segment_new(ANSWERS_LEAST);
	uint32_t n, found = 0, wrong = 0, newest = 0;
	uint8_t room[20000] = { 0 };
	struct assay_span item = { room, sizeof(room) };
	struct assay_answer big = { .kind = ASSAY_A_DATA, .item = &item,
		.n_item = 1 };
	struct assay_question q = dns(16, "big");

	for (uint32_t i = 0; i < 20000; i++)
		put_number(&s, i, i);
	for (uint32_t i = 0; i < 20000; i++) {
		int got = look_number(&s, i, &n);
		found += got == RIGHT && n == i;
		wrong += got == WRONG || (got == RIGHT && n != i);
		newest += got == RIGHT && i >= 19500;
	}
	T_INT(wrong, 0, "an answer is never of another question");
	T_OK(found > 1200 && found < 4000, "as many as fit are there");
	T_INT(newest, 500, "the newest are");
	T_INT(answers_count(s.w).entries, found, "and are counted");
	T_INT(answers_count(s.w).evicted, 20000 - found, "as those that went");
	T_OK(answers_count(s.w).octets <= ANSWERS_LEAST, "within the segment");
	T_OK(!answers_put(s.w, &q, &big, 1),
	    "one that is too long is not kept");
	segment_free(&s);
}

/* 10,000 domains with five answers of 250 octets each. */
static void
capacity(void)
{
	struct segment s = segment_new(ANSWERS_USUAL);
	uint8_t text[250] = { 'v' };
	struct assay_span item = { text, sizeof(text) };
	struct assay_answer a = { .kind = ASSAY_A_DATA, .ttl = 3600,
		.item = &item, .n_item = 1 }, got;
	unsigned found = 0;
	char name[32];

	for (int pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < 50000; i++) {
			struct assay_question q;
			snprintf(name, sizeof(name), "d%u.example.org", i);
			q = dns(16, name);
			if (pass == 0)
				answers_put(s.w, &q, &a, 1);
			else
				found += knows(&s, 2, &q, &got);
		}
	printf("# %u of 50000 found, %llu octets\n", found,
	    (unsigned long long)answers_count(s.w).octets);
	T_OK(found >= 49750, "50,000 answers fit into the usual segment");
	segment_free(&s);
}

static void
death_of_the_writer(void)
{
	struct segment s = segment_new(ANSWERS_LEAST);
	uint32_t n, right = 0, wrong = 0, again = 0;

	answers_close(s.w);
	s.w = NULL;
	for (uint32_t round = 0; round < 12; round++) {
		pid_t pid = fork();

		if (pid == 0) {
			s.w = answers_open(s.rw);
			for (uint32_t i = round; s.w != NULL; i += 13)
				put_number(&s, i % 5000, i);
			_exit(1);
		}
		usleep(3000 + round * 1700);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		for (uint32_t i = 0; i < 5000; i++) {
			int got = look_number(&s, i, &n);
			right += got == RIGHT && n % 5000 == i;
			wrong += got == WRONG || (got == RIGHT &&
			    n % 5000 != i);
		}
	}
	T_INT(wrong, 0, "no answer was torn by twelve kills");
	T_OK(right > 100, "what it wrote is still there");
	s.w = answers_open(s.rw);
	T_OK(s.w != NULL, "the next one opens it");
	for (uint32_t i = 0; i < 300; i++)
		put_number(&s, i, i);
	for (uint32_t i = 0; i < 300; i++)
		again += look_number(&s, i, &n) == RIGHT && n == i;
	T_INT(again, 300, "and goes on writing");
	segment_free(&s);
}

/* A writer and a reader at once, for a while.  A ring of the least size, so
 * that what is read is often just overwritten. */
static void
both_at_once(void)
{
	struct segment s = segment_new(ANSWERS_LEAST);
	unsigned long right = 0, wrong = 0, miss = 0;
	uint32_t key = 1, n;
	pid_t pid = fork();

	if (pid == 0) {
		for (uint32_t i = 0;; i++)
			put_number(&s, i % 4001, i);
	}
	for (unsigned long i = 0; i < 300000; i++) {
		int got;

		key = key * 1664525u + 1013904223u;
		got = look_number(&s, (key >> 8) % 4001, &n);
		right += got == RIGHT;
		wrong += got == WRONG;
		miss += got == MISS;
		if (got == RIGHT && n % 4001 != (key >> 8) % 4001)
			wrong++;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	printf("# %lu whole, %lu not there, %lu torn\n", right, miss, wrong);
	T_INT(wrong, 0, "no reader saw a torn answer");
	T_OK(right > 1000 && miss > 1000, "and it met both kinds");
	segment_free(&s);
}

/* The same check sees a writer that forgets the horizon. */
static void
a_bad_writer_is_seen(void)
{
	struct segment s = segment_new(ANSWERS_LEAST);
	struct ring ring;
	uint32_t n, wrong = 0;

	for (uint32_t i = 0; i < 1000; i++)
		put_number(&s, i, i);
	if (!ring_map(&ring, s.rw, PROT_READ | PROT_WRITE))
		exit(1);
	for (size_t i = 0; i < ring.units; i += 50)
		atomic_store(ring_at(&ring, i) + 2, 77);
	ring_unmap(&ring);
	for (uint32_t i = 0; i < 1000; i++)
		wrong += look_number(&s, i, &n) == WRONG;
	T_OK(wrong > 10, "what the tests above look for can be found");
	segment_free(&s);
}

static void
walls(void)
{
	struct segment s = segment_new(ANSWERS_LEAST);
	struct stat st;

	fstat(s.rw, &st);
	T_OK(ftruncate(s.rw, 4096) != 0, "nobody can shorten it");
	T_OK(ftruncate(s.rw, st.st_size * 2) != 0, "or lengthen it");
	T_OK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, s.ro, 0) ==
	    MAP_FAILED, "a reader cannot map it for writing");
	T_OK(write(s.ro, "x", 1) < 0, "or write to it");
	T_OK(answers_open(s.ro) == NULL, "or pass for the writer");
	segment_free(&s);
	int fd = memfd_create("junk", MFD_CLOEXEC);
	T_OK(answers_reader_new(fd) == NULL, "an empty file is no segment");
	if (ftruncate(fd, ANSWERS_LEAST) != 0)
		exit(1);
	T_OK(answers_reader_new(fd) == NULL, "nor are zeros");
	close(fd);
}

int
main(void)
{
	alarm(100);
	round_trip();
	lifetimes();
	eviction();
	capacity();
	death_of_the_writer();
	both_at_once();
	a_bad_writer_is_seen();
	walls();
	return t_done();
}

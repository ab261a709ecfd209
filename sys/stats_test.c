/* SPDX-License-Identifier: Apache-2.0 */
#include "stats_sum.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/t.h"

static void
test_buckets(void)
{
	static const struct { uint64_t us; unsigned want; } table[] = {
		{ 0, 0 }, { 1, 0 }, { 2, 1 }, { 8, 7 }, { 9, 8 }, { 10, 8 },
		{ 11, 9 }, { 100, 18 }, { 101, 19 }, { 80000000, 77 },
		{ 80000001, 78 }, { 100000000, 78 }, { 100000001, 79 },
		{ UINT64_MAX, 79 },
	};
	bool rising = true;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		T_INT(stats_bucket(table[i].us), table[i].want, "bucket");
	for (unsigned i = 1; i < STAT_BOUNDS; i++)
		rising = rising && stats_bound[i] > stats_bound[i - 1];
	T_OK(rising, "bounds rise");
}

static void
test_quantiles(void)
{
	struct stats_hist h = { .sum = 0 };

	T_INT(stats_quantile(&h, 500), 0, "of nothing");
	for (unsigned us = 1; us <= 1000; us++) {
		h.bucket[stats_bucket(us)]++;
		h.count++;
	}
	T_INT(stats_quantile(&h, 500), 500, "median of 1..1000");
	T_INT(stats_quantile(&h, 900), 900, "p90");
	T_INT(stats_quantile(&h, 1000), 1000, "the last");
	T_INT(stats_quantile(&h, 1), 1, "the first");
	h.bucket[STAT_BOUNDS] += 3000;
	h.count += 3000;
	T_INT(stats_quantile(&h, 990), 100000000, "longer than we count");
}

/* Writes as a child process does: its own mapping of the same memory. */
static void
child(int fd, unsigned index)
{
	struct stats s;

	if (!stats_open(&s, fd, ROLE_EVAL, index, 1000 + index))
		_exit(1);
	stats_count(&s, STAT_PASSES);
	stats_add(&s, STAT_MESSAGES, ASSAY_REJECT - 1, 5);
	stats_result(&s, ASSAY_CHECK_DMARC, ASSAY_FAIL);
	stats_set(&s, STAT_IN_FLIGHT, 7);
	stats_time(&s, STAT_JUDGE, 60);
	stats_beat(&s);
	_exit(0);
}

static void
run_child(int fd, unsigned index)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		child(fd, index);
	T_OK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0,
	    "a process counts");
}

static void
test_shared(void)
{
	static struct stats_sum sum;
	int fd[2] = { stats_make(), stats_make() };
	const struct stats_page *page[3];
	int reader = stats_reader(fd[0]);

	T_OK(fd[0] >= 0 && fd[1] >= 0 && reader >= 0, "pages");
	T_OK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, reader,
	    0) == MAP_FAILED, "a reader cannot write");
	T_OK(ftruncate(fd[0], 0) < 0, "nobody shortens it");
	page[0] = stats_map(reader);
	page[1] = stats_map(fd[1]);
	page[2] = NULL;
	stats_sum(&sum, page, 3);
	T_INT(sum.n_process, 0, "nobody has written yet");
	run_child(fd[0], 0);
	run_child(fd[1], 1);
	run_child(fd[0], 0);
	stats_sum(&sum, page, 3);
	T_INT(sum.n_process, 2, "two processes");
	T_INT(sum.process[1].started, 1001, "and when they began");
	T_INT(sum.counter[STAT_PASSES], 3, "counts on after a restart");
	T_INT(sum.counter[STAT_MESSAGES + 2], 15, "by label");
	T_INT(sum.counter[STAT_RESULTS + 6 * 8 + ASSAY_FAIL], 3, "results");
	T_INT(sum.gauge[STAT_IN_FLIGHT], 14, "gauges begin anew");
	T_INT(sum.time[STAT_JUDGE].count, 3, "times");
	T_INT(sum.time[STAT_JUDGE].sum, 180, "and their sum");
	T_OK(sum.process[0].memory > 0, "memory");
	stats_unmap(page[0]);
	stats_unmap(page[1]);
	close(reader);
	close(fd[0]);
	close(fd[1]);
}

/* A page of a process that was broken into. */
static void
test_hostile(void)
{
	static struct stats_sum sum;
	struct stats s;
	int fd = stats_make();
	const struct stats_page *page = stats_map(fd);
	struct stats_example e = { .when = 5, .method = METHOD_DKIM,
		.ours = ASSAY_PASS, .theirs = STAT_UNSAID };

	T_OK(page != NULL && stats_open(&s, fd, ROLE_EVAL, 0, 1), "page");
	memset(e.domain, '\x1b', sizeof(e.domain));
	memset(e.queue_id, 'Q', sizeof(e.queue_id));
	stats_example(&s, &e);
	e.method = 200;
	stats_example(&s, &e);
	stats_sum(&sum, &page, 1);
	T_INT(sum.n_example, 1, "a method that is none is not shown");
	T_INT(strlen(sum.example[0].domain), sizeof(e.domain) - 1, "ends");
	T_INT(sum.example[0].domain[0], '?', "no escapes");
	T_INT(strlen(sum.example[0].queue_id), sizeof(e.queue_id) - 1,
	    "ends, too");
	s.page->n_example = UINT32_MAX;
	s.page->role = 77;
	stats_sum(&sum, &page, 1);
	T_INT(sum.n_process, 0, "no such role");
	s.page->layout = 999;
	stats_sum(&sum, &page, 1);
	T_INT(sum.n_example, 0, "another layout is not read");
	stats_close(&s);
	stats_count(&s, STAT_PASSES);
	T_OK(s.page == NULL, "counting without a page does nothing");
	stats_unmap(page);
	close(fd);
}

static void
test_examples(void)
{
	static struct stats_sum sum;
	struct stats s[3];
	const struct stats_page *page[3];
	struct stats_example e = { .method = METHOD_SPF };

	for (unsigned i = 0; i < 3; i++) {
		int fd = stats_make();

		page[i] = stats_map(fd);
		T_OK(stats_open(&s[i], fd, ROLE_EVAL, i, 1), "page");
		close(fd);
	}
	for (int k = 0; k < 60; k++) {
		e.when = k;
		stats_example_text(e.domain, sizeof(e.domain), SPAN("a\nb"));
		stats_example(&s[k % 3], &e);
	}
	stats_sum(&sum, page, 3);
	T_INT(sum.n_example, STATS_SHOWN, "as many as are shown");
	T_INT(sum.example[0].when, 59, "the newest first");
	T_INT(sum.example[STATS_SHOWN - 1].when, 60 - STATS_SHOWN, "in order");
	T_SPAN(assay_cstr(sum.example[0].domain), assay_cstr("a?b"), "safe");
	for (unsigned i = 0; i < 3; i++) {
		stats_unmap(page[i]);
		stats_close(&s[i]);
	}
}

int
main(void)
{
	test_buckets();
	test_quantiles();
	test_shared();
	test_hostile();
	test_examples();
	return t_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* stats.c - the writer's side of the shared page. */
#define _GNU_SOURCE
#include "stats.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/ascii.h"

#define DECADE(n) 10 * (n), 12 * (n), 16 * (n), 20 * (n), 25 * (n), \
	32 * (n), 40 * (n), 50 * (n), 64 * (n), 80 * (n)

const uint32_t stats_bound[STAT_BOUNDS] = {
	1, 2, 3, 4, 5, 6, 7, 8,
	DECADE(1), DECADE(10), DECADE(100), DECADE(1000), DECADE(10000),
	DECADE(100000), DECADE(1000000),
	100000000,
};

unsigned
stats_bucket(uint64_t us)
{
	unsigned low = 0, high = STAT_BOUNDS;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (us <= stats_bound[middle])
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Its size is sealed: a reader never meets SIGBUS. */
int
stats_make(void)
{
	int fd = memfd_create("assay-stats", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (ftruncate(fd, sizeof(struct stats_page)) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
	    == 0)
		return fd;
	close(fd);
	return -1;
}

int
stats_reader(int fd)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool
stats_open(struct stats *out, int fd, enum role_kind role, unsigned index,
    int64_t now)
{
	struct stats_page *page = mmap(NULL, sizeof(*page),
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	*out = (struct stats){ .page = NULL };
	if (page == MAP_FAILED)
		return false;
	for (unsigned i = 0; i < STAT_GAUGES; i++)
		page->gauge[i] = 0;
	page->role = (uint32_t)role;
	page->index = index;
	page->pid = (uint32_t)getpid();
	page->started = now;
	page->layout = STATS_LAYOUT;
	out->page = page;
	return true;
}

void
stats_close(struct stats *s)
{
	if (s->page != NULL)
		munmap(s->page, sizeof(*s->page));
	*s = (struct stats){ .page = NULL };
}

static uint64_t
micros(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * 1000000 + (uint64_t)t->tv_usec;
}

void
stats_beat(struct stats *s)
{
	struct rusage u;
	uint64_t cpu;

	if (s->page == NULL || getrusage(RUSAGE_SELF, &u) < 0)
		return;
	cpu = micros(&u.ru_utime) + micros(&u.ru_stime);
	if (cpu > s->cpu) {
		stats_add(s, STAT_CPU, 0, cpu - s->cpu);
		s->cpu = cpu;
	}
	stats_set(s, STAT_MEMORY, (uint64_t)u.ru_maxrss * 1024);
}

/* Printable ASCII alone: it is shown in terminals. */
void
stats_example_text(char *to, size_t size, struct span from)
{
	size_t i;

	for (i = 0; i + 1 < size && i < from.len; i++)
		to[i] = is_vchar(span_at(from, i)) ?
		    (char)span_at(from, i) : '?';
	memset(to + i, 0, size - i);
}

void
stats_example(struct stats *s, const struct stats_example *e)
{
	uint32_t n;

	if (s->page == NULL)
		return;
	n = s->page->n_example;
	s->page->example[n % STATS_EXAMPLES] = *e;
	s->page->n_example = n + 1;
}

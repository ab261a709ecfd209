/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

#include <unistd.h>

#include "stats.h"

int
pages_take(struct pages *p, enum role_kind kind, unsigned index)
{
	struct page_place *at = p->place;
	struct page_place *end = at + p->n;

	while (at < end && (at->used || at->kind != kind ||
	    at->index != index))
		at++;
	if (at == end) {
		if (p->n == MAX_PAGES)
			return -1;
		*at = (struct page_place){ .kind = kind, .index = index,
			.fd = stats_make() };
		if (at->fd < 0)
			return -1;
		at->reader = stats_reader(at->fd);
		p->n++;
	}
	at->used = true;
	return at->fd;
}

void
pages_leave(struct pages *p, int fd)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->place[i].fd == fd)
			p->place[i].used = false;
}

void
pages_free(struct pages *p)
{
	for (size_t i = 0; i < p->n; i++) {
		close(p->place[i].fd);
		if (p->place[i].reader >= 0)
			close(p->place[i].reader);
	}
	p->n = 0;
}

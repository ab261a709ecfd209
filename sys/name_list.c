/* SPDX-License-Identifier: Apache-2.0 */
#include "name_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "name_list_file.h"
#include "origin/seen.h"

struct name_list {
	const struct name_list_head *head;
	const uint64_t *entry;
	size_t size;
};

static bool
is_sound(const struct name_list_head *h, size_t size)
{
	return memcmp(h->magic, name_list_magic, sizeof(h->magic)) == 0 &&
	    h->order == NAME_LIST_ORDER &&
	    size == sizeof(*h) + h->count * sizeof(uint64_t) &&
	    h->count <= UINT32_MAX;
}

struct name_list *
name_list_of(int fd)
{
	struct name_list *l = calloc(1, sizeof(*l));
	struct stat st;
	void *at = MAP_FAILED;

	if (fstat(fd, &st) == 0 && (size_t)st.st_size >= sizeof(*l->head))
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd,
		    0);
	close(fd);
	if (at == MAP_FAILED || l == NULL) {
		free(l);
		return NULL;
	}
	l->head = at;
	l->size = (size_t)st.st_size;
	l->entry = (const uint64_t *)(l->head + 1);
	if (is_sound(l->head, l->size))
		return l;
	name_list_close(l);
	return NULL;
}

struct name_list *
name_list_open(const char *path, bool *absent, char why[NAME_LIST_WHY])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct name_list *l;

	*absent = fd < 0 && errno == ENOENT;
	snprintf(why, NAME_LIST_WHY, "%s: %s", path, strerror(errno));
	if (fd < 0)
		return NULL;
	l = name_list_of(fd);
	if (l == NULL)
		snprintf(why, NAME_LIST_WHY, "%s: this is no list of names, "
		    "or it is damaged", path);
	return l;
}

void
name_list_close(struct name_list *l)
{
	if (l == NULL)
		return;
	munmap((void *)(uintptr_t)l->head, l->size);
	free(l);
}

uint64_t
name_list_size(const struct name_list *l)
{
	return l->head->count;
}

/* Hashes are spread evenly: the place is guessed, then halved. */
static uint64_t
guess(const struct name_list *l, uint64_t key)
{
	return (key >> 32) * l->head->count >> 32;
}

bool
name_list_find(const struct name_list *l, struct span name, uint32_t *day)
{
	uint64_t key = seen_hash(l->head->salt, name) << 16;
	uint64_t low = 0, high = l->head->count;
	uint64_t at = high == 0 ? 0 : guess(l, key), width = 64;

	if (high > 0 && l->entry[at] < key) {
		low = at;
		while (low + width < high && l->entry[low + width] < key)
			width *= 2;
		high = low + width < high ? low + width : high;
	} else if (high > 0) {
		high = at;
		while (high > width && l->entry[high - width] >= key)
			width *= 2;
		low = high > width ? high - width : 0;
	}
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (l->entry[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	if (low >= l->head->count || l->entry[low] >> 16 != key >> 16)
		return false;
	*day = name_list_day(l->entry[low]);
	return true;
}

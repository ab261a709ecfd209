/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_list_sort.c - American flag sort (McIlroy, Bostic, McIlroy 1993), the
 * most significant octet first: in place, and what it touches at one time is
 * a part of the file that gets smaller.
 */
#include "name_list_file.h"

#include <stddef.h>

enum { FEW = 32 };	/* are sorted by insertion */

static void
insert(uint64_t *e, uint64_t n)
{
	for (uint64_t i = 1; i < n; i++) {
		uint64_t x = e[i], at = i;

		while (at > 0 && e[at - 1] > x) {
			e[at] = e[at - 1];
			at--;
		}
		e[at] = x;
	}
}

static void
swap_home(uint64_t *e, unsigned shift, uint64_t next[256],
    const uint64_t end[256])
{
	for (unsigned b = 0; b < 256; b++)
		while (next[b] < end[b]) {
			uint64_t x = e[next[b]];
			unsigned to = (unsigned)(x >> shift & 255);

			while (to != b) {
				uint64_t other = e[next[to]];

				e[next[to]++] = x;
				x = other;
				to = (unsigned)(x >> shift & 255);
			}
			e[next[b]++] = x;
		}
}

static void
sort_by(uint64_t *e, uint64_t n, unsigned shift)
{
	uint64_t next[256] = { 0 }, end[256], at = 0;

	if (n <= FEW) {
		insert(e, n);
		return;
	}
	for (uint64_t i = 0; i < n; i++)
		next[e[i] >> shift & 255]++;
	for (unsigned b = 0; b < 256; b++) {
		uint64_t count = next[b];

		next[b] = at;
		at += count;
		end[b] = at;
	}
	swap_home(e, shift, next, end);
	for (unsigned b = 0; shift > 0 && b < 256; b++) {
		uint64_t from = b == 0 ? 0 : end[b - 1];

		sort_by(e + from, end[b] - from, shift - 8);
	}
}

void
name_list_sort(uint64_t *entry, uint64_t n)
{
	sort_by(entry, n, 56);
}

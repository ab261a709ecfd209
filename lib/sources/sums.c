/* SPDX-License-Identifier: Apache-2.0 */
/* sums.c - a table that is probed one by one and grows by doubling. */
#include "sources/sums.h"

#include "crypto/hash.h"

enum { FIRST = 1024 };	/* cells: a quiet domain's month needs no more */

void
sums_init(struct sums *s, struct arena *a, const uint8_t secret[16])
{
	*s = (struct sums){ .arena = a, .secret = secret };
}

uint64_t
sums_key(const struct sums *s, unsigned kind, uint64_t of, struct span what)
{
	ROOM(room, 320);	/* a name, and the numbers before it */
	struct buf b = BUF_ON(room);
	uint64_t key;

	buf_u32(&b, kind);
	buf_u32(&b, (uint32_t)(of >> 32));
	buf_u32(&b, (uint32_t)of);
	buf_put(&b, span_head(what, 300));
	key = hash_keyed(s->secret, buf_span(&b));
	return key == 0 ? 1 : key;
}

static size_t
find(const struct sums *s, uint64_t key)
{
	size_t at = key & (s->cap - 1);

	while (s->cell[at].key != 0 && s->cell[at].key != key)
		at = (at + 1) & (s->cap - 1);
	return at;
}

static bool
grow(struct sums *s)
{
	struct sums old = *s;

	s->cap = old.cap == 0 ? FIRST : old.cap * 2;
	s->cell = arena_array(s->arena, s->cap, sizeof(*s->cell));
	if (s->cell == NULL) {
		*s = old;
		return false;
	}
	for (size_t i = 0; i < old.cap; i++)
		if (old.cell[i].key != 0)
			s->cell[find(s, old.cell[i].key)] = old.cell[i];
	return true;
}

uint64_t
sums_add(struct sums *s, uint64_t key, uint64_t n)
{
	size_t at;

	if (s->n * 4 >= s->cap * 3 && !grow(s))
		return 0;
	at = find(s, key);
	s->n += s->cell[at].key == 0;
	s->cell[at].key = key;
	s->cell[at].sum += n;
	return s->cell[at].sum;
}

uint64_t
sums_get(const struct sums *s, uint64_t key)
{
	return s->cap == 0 ? 0 : s->cell[find(s, key)].sum;
}

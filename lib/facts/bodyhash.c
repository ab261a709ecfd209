/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/bodyhash.h"

#include "crypto/sha.h"
#include "facts/canon_body.h"

struct slot {
	enum canon kind;
	bool has_l, done;
	uint64_t l;
	uint8_t sha256[32];
};

/* One canonical form in the making. */
struct pass {
	bool wanted;
	struct sha256 sha;
	uint64_t length;	/* canonical octets so far               */
	uint64_t cut;		/* the next l= to be reached             */
	bool hashing;		/* some slot still wants what comes      */
	struct canon_body body;
};

struct bodyhash {
	struct pass pass[2];	/* by enum canon */
	struct slot slot[LIMIT_BODY_HASHES];
	size_t n;
	bool ended;
};

struct bodyhash *
bodyhash_new(struct arena *a)
{
	return arena_alloc(a, sizeof(struct bodyhash));
}

int
bodyhash_want(struct bodyhash *b, enum canon kind, bool has_l, uint64_t l)
{
	struct pass *p = &b->pass[kind];
	size_t i = 0;

	if (!has_l)
		l = UINT64_MAX;
	while (i < b->n && (b->slot[i].kind != kind ||
	    b->slot[i].has_l != has_l || b->slot[i].l != l))
		i++;
	if (i == LIMIT_BODY_HASHES)
		return -1;
	if (i < b->n)
		return (int)i;
	if (!p->wanted && !sha256_init(&p->sha))
		return -1;
	if (!p->wanted)
		canon_body_init(&p->body, kind);
	if (!p->wanted || l < p->cut)
		p->cut = l;
	p->wanted = p->hashing = true;
	b->slot[i] = (struct slot){ .kind = kind, .has_l = has_l, .l = l };
	b->n++;
	return (int)i;
}

static void
finish(struct slot *s, const struct pass *p)
{
	struct sha256 copy = p->sha;

	sha256_end(&copy, s->sha256);
	s->done = true;
}

/* The pass has reached its cut: whoever wanted just this is served. */
static void
reach_cut(struct bodyhash *b, struct pass *p)
{
	uint64_t next = UINT64_MAX;

	p->hashing = false;
	for (size_t i = 0; i < b->n; i++) {
		struct slot *s = &b->slot[i];

		if (&b->pass[s->kind] != p || s->done)
			continue;
		if (s->has_l && s->l == p->length) {
			finish(s, p);
			continue;
		}
		p->hashing = true;
		if (s->l < next)
			next = s->l;
	}
	p->cut = next;
}

/* RFC 6376 3.4.5: l= counts canonical octets. */
static void
emit(struct bodyhash *b, struct pass *p, struct span s)
{
	while (p->hashing && s.len >= p->cut - p->length) {
		struct span head = span_head(s, (size_t)(p->cut - p->length));

		sha256_put(&p->sha, head);
		p->length += head.len;
		s = span_skip(s, head.len);
		reach_cut(b, p);
	}
	p->length += s.len;
	if (p->hashing)
		sha256_put(&p->sha, s);
}

/* What the canonical form gives for now. */
static void
drain(struct bodyhash *b, struct pass *p)
{
	struct span s = canon_body_next(&p->body);

	while (s.len > 0) {
		emit(b, p, s);
		s = canon_body_next(&p->body);
	}
}

void
bodyhash_data(struct bodyhash *b, struct span bytes)
{
	for (enum canon k = CANON_SIMPLE; k <= CANON_RELAXED; k++) {
		struct pass *p = &b->pass[k];

		if (!p->wanted)
			continue;
		canon_body_feed(&p->body, bytes);
		drain(b, p);
	}
}

void
bodyhash_end(struct bodyhash *b)
{
	for (enum canon k = CANON_SIMPLE; k <= CANON_RELAXED; k++)
		if (b->pass[k].wanted) {
			canon_body_end(&b->pass[k].body);
			drain(b, &b->pass[k]);
		}
	for (size_t i = 0; i < b->n; i++)
		if (!b->slot[i].done)
			finish(&b->slot[i], &b->pass[b->slot[i].kind]);
	b->ended = true;
}

struct body_digest
bodyhash_get(const struct bodyhash *b, int slot)
{
	struct body_digest d = { .ok = false };
	const struct slot *s;

	if (!b->ended || slot < 0 || (size_t)slot >= b->n)
		return d;
	s = &b->slot[slot];
	bytes_move(d.sha256, s->sha256, sizeof(d.sha256));
	d.length = b->pass[s->kind].length;
	d.ok = true;
	return d;
}

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

/* A deferred body is whole in memory, so in one piece or two. */
enum { PIECES = 8 };

struct bodyhash {
	struct pass pass[2];	/* by enum canon */
	struct slot slot[LIMIT_BODY_HASHES];
	size_t n;
	bool ended;
	bool deferred;		/* piece[] waits to be hashed */
	struct span piece[PIECES];
	size_t n_piece;
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

static void
feed(struct bodyhash *b, struct pass *p, struct span bytes)
{
	canon_body_feed(&p->body, bytes);
	drain(b, p);
}

static void
feed_all(struct bodyhash *b, struct span bytes)
{
	for (enum canon k = CANON_SIMPLE; k <= CANON_RELAXED; k++)
		if (b->pass[k].wanted)
			feed(b, &b->pass[k], bytes);
}

/* Hashes what was noted, and from here on what comes. */
static void
stop_deferring(struct bodyhash *b)
{
	for (size_t i = 0; i < b->n_piece; i++)
		feed_all(b, b->piece[i]);
	b->deferred = false;
}

/* A piece that goes on where the last one ended is no new one. */
static bool
note(struct bodyhash *b, struct span bytes)
{
	struct span *last = b->n_piece == 0 ? NULL :
	    &b->piece[b->n_piece - 1];

	if (last != NULL && span_adjoin(*last, bytes)) {
		last->len += bytes.len;
		return true;
	}
	if (b->n_piece == PIECES)
		return false;
	b->piece[b->n_piece++] = bytes;
	return true;
}

void
bodyhash_data(struct bodyhash *b, struct span bytes)
{
	if (bytes.len == 0)
		return;
	if (b->deferred && note(b, bytes))
		return;
	if (b->deferred)
		stop_deferring(b);
	feed_all(b, bytes);
}

static void
end_pass(struct bodyhash *b, struct pass *p)
{
	canon_body_end(&p->body);
	drain(b, p);
	for (size_t i = 0; i < b->n; i++)
		if (&b->pass[b->slot[i].kind] == p && !b->slot[i].done)
			finish(&b->slot[i], p);
}

void
bodyhash_end(struct bodyhash *b)
{
	b->ended = true;
	for (enum canon k = CANON_SIMPLE; k <= CANON_RELAXED; k++)
		if (b->pass[k].wanted && !b->deferred)
			end_pass(b, &b->pass[k]);
}

/* ---- many messages at once ------------------------------------------- */

void
bodyhash_defer(struct bodyhash *b)
{
	b->deferred = true;
}

/* A deferred canonical form as a stream for a lane. */
struct reader {
	struct bodyhash *b;
	struct pass *pass;
	struct slot *slot;	/* wants the hash               */
	size_t piece;		/* the next to be fed           */
	size_t octets;		/* about how many there will be */
};

static struct span
reader_next(void *self)
{
	struct reader *r = self;
	struct canon_body *body = &r->pass->body;
	struct span s = canon_body_next(body);

	while (s.len == 0 && !body->ended) {
		if (r->piece < r->b->n_piece)
			canon_body_feed(body, r->b->piece[r->piece++]);
		else
			canon_body_end(body);
		s = canon_body_next(body);
	}
	r->pass->length += s.len;
	return s;
}

/* The only slot of a pass, when it wants the whole body.  An l= needs the
 * running hash, which a lane does not give away. */
static struct slot *
whole_slot(struct bodyhash *b, const struct pass *p)
{
	struct slot *only = NULL;

	for (size_t i = 0; i < b->n; i++) {
		if (&b->pass[b->slot[i].kind] != p)
			continue;
		if (only != NULL || b->slot[i].has_l)
			return NULL;
		only = &b->slot[i];
	}
	return only;
}

struct batch {
	struct lane_job *job;
	struct reader *reader;	/* of each job */
	size_t n;
};

/* Keeps the long ones in front: they are to run together. */
static void
add_reader(struct batch *t, struct reader r)
{
	size_t i = t->n++;

	while (i > 0 && t->reader[i - 1].octets < r.octets) {
		t->reader[i] = t->reader[i - 1];
		i--;
	}
	t->reader[i] = r;
}

static void
collect(struct batch *t, struct bodyhash *b)
{
	struct reader r = { .b = b };

	for (size_t i = 0; i < b->n_piece; i++)
		r.octets += b->piece[i].len;
	for (enum canon k = CANON_SIMPLE; k <= CANON_RELAXED; k++) {
		r.pass = &b->pass[k];
		if (!r.pass->wanted)
			continue;
		r.slot = whole_slot(b, r.pass);
		if (r.slot != NULL) {
			add_reader(t, r);
			continue;
		}
		for (size_t i = 0; i < b->n_piece; i++)
			feed(b, r.pass, b->piece[i]);
		end_pass(b, r.pass);
	}
}

bool
bodyhash_run(struct bodyhash *const *b, size_t n, struct lanes_plan plan,
    struct arena *scratch)
{
	struct batch t = { .n = 0 };

	t.job = arena_array(scratch, 2 * n, sizeof(*t.job));
	t.reader = arena_array(scratch, 2 * n, sizeof(*t.reader));
	if (t.job == NULL || t.reader == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (b[i]->deferred && b[i]->ended)
			collect(&t, b[i]);
	for (size_t i = 0; i < t.n; i++)
		t.job[i] = (struct lane_job){ .next = reader_next,
			.self = &t.reader[i] };
	if (!lanes_run(t.job, t.n, plan))
		return false;
	for (size_t i = 0; i < t.n; i++) {
		struct slot *s = t.reader[i].slot;

		bytes_move(s->sha256, t.job[i].sha256, sizeof(s->sha256));
		s->done = true;
	}
	return true;
}

struct body_digest
bodyhash_get(const struct bodyhash *b, int slot)
{
	struct body_digest d = { .ok = false };
	const struct slot *s;

	if (!b->ended || slot < 0 || (size_t)slot >= b->n)
		return d;
	s = &b->slot[slot];
	if (!s->done)
		return d;	/* deferred, and not run */
	bytes_move(d.sha256, s->sha256, sizeof(d.sha256));
	d.length = b->pass[s->kind].length;
	d.ok = true;
	return d;
}

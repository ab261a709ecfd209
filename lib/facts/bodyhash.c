/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/bodyhash.h"

#include "base/ascii.h"
#include "base/scan.h"
#include "crypto/sha.h"

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
	uint64_t ends;		/* CRLFs owed before the next content    */
	bool wsp;		/* relaxed: a SP is owed after those     */
	bool cr;		/* the last octet was a CR: CRLF or not? */
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

/* Content comes, so what was owed was not at the end of the body. */
static void
pay(struct bodyhash *b, struct pass *p)
{
	static const uint8_t crlf[] = "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"
	    "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"
	    "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";

	while (p->ends > 0) {
		uint64_t n = p->ends < 32 ? p->ends : 32;

		emit(b, p, (struct span){ crlf, (size_t)n * 2 });
		p->ends -= n;
	}
	if (p->wsp)
		emit(b, p, SPAN(" "));
	p->wsp = false;
}

/* A CR was waiting and c follows.  True: c was its LF, and is used up. */
static bool
settle_cr(struct bodyhash *b, struct pass *p, int c)
{
	p->cr = false;
	if (c == '\n') {
		p->wsp = false;
		p->ends++;
		return true;
	}
	pay(b, p);
	emit(b, p, SPAN("\r"));
	return false;
}

/* RFC 6376 3.4.3: only line ends at the end of the body matter. */
static void
simple_data(struct bodyhash *b, struct pass *p, struct span s)
{
	uint64_t ends = 0;
	bool cr;

	if (p->cr && settle_cr(b, p, span_at(s, 0)))
		s = span_skip(s, 1);
	cr = span_ends(s, SPAN("\r"));
	if (cr)
		s = span_head(s, s.len - 1);
	while (span_ends(s, SPAN("\r\n"))) {
		s = span_head(s, s.len - 2);
		ends++;
	}
	if (s.len > 0) {
		pay(b, p);
		emit(b, p, s);
	}
	p->ends += ends;
	p->cr = cr;
}

/* Takes what is owed, or may be, up to the first octet that is content for
 * certain; returns its index, or the length. */
static size_t
relaxed_owed(struct bodyhash *b, struct pass *p, struct span s, size_t i)
{
	for (; i < s.len; i++) {
		int c = span_at(s, i);

		if (p->cr && settle_cr(b, p, c))
			continue;
		if (c == '\r')
			p->cr = true;
		else if (is_wsp(c))
			p->wsp = true;
		else
			return i;
	}
	return i;
}

/* How much of s, which begins with content, can be hashed as it lies: up to
 * the first octet that the reduction changes, less all that could turn out
 * to be at the end of a line or of the body. */
static size_t
relaxed_run(struct span s)
{
	struct span run = span_head(s, scan_tidy(s));

	if (span_ends(run, SPAN("\r")))
		run = span_head(run, run.len - 1);
	for (;;) {
		if (span_ends(run, SPAN(" ")))
			run = span_head(run, run.len - 1);
		else if (span_ends(run, SPAN("\r\n")))
			run = span_head(run, run.len - 2);
		else
			return run.len;
	}
}

/* RFC 6376 3.4.4 */
static void
relaxed_data(struct bodyhash *b, struct pass *p, struct span s)
{
	size_t i = relaxed_owed(b, p, s, 0);

	while (i < s.len) {
		size_t n = relaxed_run(span_skip(s, i));

		pay(b, p);
		emit(b, p, span_slice(s, i, i + n));
		i = relaxed_owed(b, p, s, i + n);
	}
}

void
bodyhash_data(struct bodyhash *b, struct span bytes)
{
	if (bytes.len == 0)
		return;
	if (b->pass[CANON_SIMPLE].wanted)
		simple_data(b, &b->pass[CANON_SIMPLE], bytes);
	if (b->pass[CANON_RELAXED].wanted)
		relaxed_data(b, &b->pass[CANON_RELAXED], bytes);
}

static void
end_pass(struct bodyhash *b, enum canon kind)
{
	struct pass *p = &b->pass[kind];

	if (p->cr)
		settle_cr(b, p, -1);
	/* RFC 6376 3.4.3: one CRLF, even for no body.  3.4.4: no body, or
	 * nothing but empty lines, gives nothing. */
	if (kind == CANON_SIMPLE || p->length > 0)
		emit(b, p, SPAN("\r\n"));
}

void
bodyhash_end(struct bodyhash *b)
{
	for (enum canon k = CANON_SIMPLE; k <= CANON_RELAXED; k++)
		if (b->pass[k].wanted)
			end_pass(b, k);
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

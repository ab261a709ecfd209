/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle/zone_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/dname.h"

enum { DENIAL_TTL = 300 };	/* of what a zone does not have */

struct rrset {
	struct rrset *next;
	uint16_t type;
	size_t cap;
	struct span *item;
	struct assay_answer a;
};

struct node {
	struct span name;
	struct rrset *set;
	enum assay_akind otherwise;	/* of types without a set */
};

/* The hash stands here too: a probe looks at one line of memory. */
struct slot {
	uint64_t hash;
	struct node *node;
};

struct zone_table {
	struct arena arena;
	struct slot *slot;		/* open addressing, at most half full */
	size_t mask, n;
	bool wild;			/* some name begins with "*."         */
};

/* ---- names --------------------------------------------------------------- */

static inline uint64_t
mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static uint64_t
hash_of(struct span s)
{
	uint64_t h = 0x243f6a8885a308d3u ^ s.len, v = 0;
	const uint8_t *p = s.ptr, *end = s.ptr + s.len;

	for (; end - p > 8; p += 8) {
		memcpy(&v, p, 8);
		h = mix(h, v);
	}
	/* the rest: the last eight octets again, or all there are */
	if (s.len >= 8)
		memcpy(&v, end - 8, 8);
	else
		for (v = 0; p < end; p++)
			v = v << 8 | *p;
	return mix(h, v);
}

static struct node *
find(const struct zone_table *t, struct span name)
{
	uint64_t hash = hash_of(name);
	const struct slot *s;

	for (size_t i = hash & t->mask; (s = &t->slot[i])->node != NULL;
	    i = (i + 1) & t->mask)
		if (s->hash == hash && s->node->name.len == name.len &&
		    memcmp(s->node->name.ptr, name.ptr, name.len) == 0)
			return s->node;
	return NULL;
}

static void
place(struct slot *slot, size_t mask, uint64_t hash, struct node *n)
{
	size_t i = hash & mask;

	while (slot[i].node != NULL)
		i = (i + 1) & mask;
	slot[i] = (struct slot){ hash, n };
}

static bool
grow(struct zone_table *t)
{
	size_t size = (t->mask + 1) * 2;
	struct slot *slot = calloc(size, sizeof(*slot)), *s;

	if (slot == NULL)
		return false;
	for (size_t i = 0; i <= t->mask; i++) {
		s = &t->slot[i];
		if (s->node != NULL)
			place(slot, size - 1, s->hash, s->node);
	}
	free(t->slot);
	t->slot = slot;
	t->mask = size - 1;
	return true;
}

static struct node *
make(struct zone_table *t, struct span name, bool *is_new)
{
	struct node *n = find(t, name);

	*is_new = n == NULL;
	if (n != NULL)
		return n;
	if ((t->n + 1) * 2 > t->mask + 1 && !grow(t))
		return NULL;
	n = arena_alloc(&t->arena, sizeof(*n));
	if (n == NULL)
		return NULL;
	n->name = arena_dup(&t->arena, name);
	if (t->arena.failed)
		return NULL;
	place(t->slot, t->mask, hash_of(name), n);
	t->n++;
	return n;
}

/* The name without its first label, absent for a single one.  In canonical
 * text a dot always parts labels. */
static struct span
parent(struct span name)
{
	span_cut(&name, '.');
	return name.len == 0 ? SPAN_NONE : name;
}

/* RFC 4592 2.2.2: names between a record and the root exist too. */
static struct node *
make_all(struct zone_table *t, struct span name)
{
	bool is_new;
	struct node *n = make(t, name, &is_new);

	if (span_starts(name, SPAN("*.")) || span_eq(name, SPAN("*")))
		t->wild = true;
	for (struct span up = parent(name); n != NULL && is_new &&
	    !span_absent(up); up = parent(up))
		if (make(t, up, &is_new) == NULL)
			return NULL;
	return n;
}

/* ---- filling ------------------------------------------------------------- */

struct zone_table *
zone_table_new(size_t limit)
{
	struct zone_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	arena_init(&t->arena, limit);
	t->mask = 63;
	t->slot = calloc(t->mask + 1, sizeof(struct slot));
	if (t->slot == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

void
zone_table_free(struct zone_table *t)
{
	if (t == NULL)
		return;
	arena_free(&t->arena);
	free(t->slot);
	free(t);
}

struct arena *
zone_table_arena(struct zone_table *t)
{
	return &t->arena;
}

bool
zone_table_name(struct zone_table *t, struct span name)
{
	return make_all(t, name) != NULL;
}

static struct rrset *
set_of(const struct node *n, uint16_t type)
{
	struct rrset *s = n->set;

	while (s != NULL && s->type != type)
		s = s->next;
	return s;
}

static struct rrset *
make_set(struct zone_table *t, struct span name, uint16_t type)
{
	struct node *n = make_all(t, name);
	struct rrset *s = n == NULL ? NULL : set_of(n, type);

	if (n == NULL || s != NULL)
		return s;
	s = arena_alloc(&t->arena, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->type = type;
	s->next = n->set;
	n->set = s;
	return s;
}

bool
zone_table_add(struct zone_table *t, struct span name, uint16_t type,
    uint32_t ttl, bool secure, struct span item)
{
	struct rrset *s = make_set(t, name, type);

	if (s == NULL)
		return false;
	if (s->a.n_item == s->cap) {
		size_t cap = s->cap == 0 ? 1 : s->cap * 2;
		struct span *more = arena_array(&t->arena, cap,
		    sizeof(*more));

		if (more == NULL)
			return false;
		for (size_t i = 0; i < s->a.n_item; i++)
			more[i] = s->item[i];
		s->item = more;
		s->cap = cap;
	}
	/* RFC 2181 5.2: the TTLs of a set should not differ */
	if (s->a.n_item == 0 || ttl < s->a.ttl)
		s->a.ttl = ttl;
	s->a.secure = secure && (s->a.n_item == 0 || s->a.secure);
	s->item[s->a.n_item++] = item;
	s->a.item = s->item;
	if (s->a.kind == 0)
		s->a.kind = ASSAY_A_DATA;
	return true;
}

bool
zone_table_say(struct zone_table *t, struct span name, uint16_t type,
    enum assay_akind kind)
{
	if (type == 0) {
		struct node *n = make_all(t, name);

		if (n != NULL)
			n->otherwise = kind;
		return n != NULL;
	}
	struct rrset *s = make_set(t, name, type);
	if (s != NULL)
		s->a = (struct assay_answer){ .kind = kind,
			.ttl = DENIAL_TTL };
	return s != NULL;
}

/* ---- asking -------------------------------------------------------------- */

/* RFC 4592 3.3.1: the wildcard child of the closest encloser, the longest
 * name above this one that exists. */
static struct node *
wildcard(const struct zone_table *t, struct span name)
{
	struct span up = parent(name);
	ROOM(room, DNAME_TEXT_MAX + 2);
	struct buf star = BUF_ON(room);

	while (!span_absent(up) && find(t, up) == NULL)
		up = parent(up);
	buf_byte(&star, '*');
	if (!span_absent(up)) {
		buf_byte(&star, '.');
		buf_put(&star, up);
	}
	return star.full ? NULL : find(t, buf_span(&star));
}

static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(s.ptr[i]) || s.ptr[i] == '\\' ||
		    (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z'))
			return false;
	return s.len == 0 || s.ptr[s.len - 1] != '.';
}

static struct node *
search(const struct zone_table *t, struct span name)
{
	ROOM(room, DNAME_TEXT_MAX);
	struct buf b = BUF_ON(room);
	struct node *n = find(t, name);

	if (n != NULL)
		return n;
	if (!is_plain(name)) {
		dname_loose(&b, name);
		if (b.full)
			return NULL;
		name = buf_span(&b);
		n = find(t, name);
	}
	return n == NULL && t->wild ? wildcard(t, name) : n;
}

static void
nothing(struct assay_answer *a, enum assay_akind kind)
{
	*a = (struct assay_answer){ .kind = kind, .ttl = DENIAL_TTL };
}

void
zone_table_ask(const struct zone_table *t, uint16_t type, struct span key,
    struct assay_answer *a)
{
	struct span canonical = SPAN_NONE;

	for (unsigned hop = 0; hop <= LIMIT_CNAMES; hop++) {
		const struct node *n = search(t, key);
		const struct rrset *s, *alias;

		if (n == NULL) {
			nothing(a, ASSAY_A_NXDOMAIN);
			a->canonical = canonical;
			return;
		}
		s = set_of(n, type);
		alias = s != NULL ? NULL : set_of(n, ASSAY_T_CNAME);
		if (s != NULL)
			*a = s->a;
		else if (alias != NULL && alias->a.kind != ASSAY_A_DATA)
			*a = alias->a;
		else if (alias == NULL)
			nothing(a, n->otherwise != 0 ? n->otherwise :
			    ASSAY_A_NODATA);
		if (alias == NULL || alias->a.kind != ASSAY_A_DATA) {
			a->canonical = canonical;
			return;
		}
		key = canonical = alias->item[0];
	}
	nothing(a, ASSAY_A_TEMPFAIL);	/* a loop, or as good as one */
}

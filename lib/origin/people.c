/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/people.h"

#include "wire/address.h"
#include "wire/encword.h"

/* FNV-1a; the names are the operator's own, nobody else can choose them. */
static uint64_t
hash_of(struct span s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (uint64_t)span_at(s, i)) *
		    UINT64_C(0x100000001b3);
	return h;
}

static struct span
longest(const struct name_fold *f)
{
	struct span best = SPAN_NONE;

	for (size_t i = 0; i < f->n; i++)
		if (f->word[i].len > best.len)
			best = f->word[i];
	return best;
}

static struct span
lower(struct arena *a, struct span s)
{
	struct buf b = arena_buf(a, s.len);

	buf_lower(&b, s);
	return buf_span(&b);
}

/* What stands behind the name: addresses of the same person. */
static bool
read_addresses(struct person *p, struct span text, struct arena *a)
{
	struct address_list l;
	struct span *address;

	if (!span_has(text, '@') || !address_list_parse(&l, text, a))
		return !a->failed;
	address = arena_array(a, l.n, sizeof(*address));
	if (address == NULL)
		return false;
	for (size_t i = 0; i < l.n; i++)
		address[i] = lower(a, l.box[i].addr);
	p->address = address;
	p->n_address = l.n;
	return true;
}

static bool
read_person(struct person *p, struct span text, struct arena *a)
{
	struct buf shown = arena_buf(a, text.len);
	struct encword_seen seen;
	size_t angle = span_find(text, '<');

	encword_show(&shown, span_trim_wsp(span_head(text, angle)), &seen);
	p->shown = arena_done(a, &shown);
	return name_fold(&p->name, p->shown, a) &&
	    read_addresses(p, span_skip(text, angle), a);
}

/* A first and a last name; or one word that no Latin reader wrote (Chinese
 * names have no blanks): then only the whole is compared. */
static bool
says_enough(const struct name_fold *f)
{
	return f->n >= 2 ? longest(f).len >= 3 :
	    f->n == 1 && f->joined.len >= 6 && span_at(f->joined, 0) >= 0x80;
}

static int
compare(const struct people_key *a, const struct people_key *b)
{
	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

/* Heap sort: the list may have been written by the thousand, in order. */
static void
sift(struct people_key *key, size_t at, size_t n)
{
	for (;;) {
		size_t child = 2 * at + 1;
		struct people_key x;

		if (child >= n)
			return;
		if (child + 1 < n && compare(&key[child], &key[child + 1]) < 0)
			child++;
		if (compare(&key[at], &key[child]) >= 0)
			return;
		x = key[at];
		key[at] = key[child];
		key[child] = x;
		at = child;
	}
}

static void
sort(struct people_key *key, size_t n)
{
	for (size_t i = n / 2; i-- > 0; )
		sift(key, i, n);
	for (size_t i = n; i-- > 1; ) {
		struct people_key x = key[0];

		key[0] = key[i];
		key[i] = x;
		sift(key, 0, i);
	}
}

bool
people_make(struct people *out, const struct span *text, size_t n,
    struct arena *a)
{
	*out = (struct people){ .n = 0 };
	if (n > LIMIT_PEOPLE)
		n = LIMIT_PEOPLE;
	out->person = arena_array(a, n, sizeof(*out->person));
	out->key = arena_array(a, 2 * n, sizeof(*out->key));
	if (out->person == NULL || out->key == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct person *p = &out->person[out->n];

		if (!read_person(p, text[i], a))
			return false;
		if (!says_enough(&p->name)) {
			out->refused++;
			continue;
		}
		out->key[out->n_key++] = (struct people_key){
			hash_of(longest(&p->name)), (uint32_t)out->n };
		out->key[out->n_key++] = (struct people_key){
			hash_of(p->name.joined), (uint32_t)out->n };
		out->n++;
	}
	sort(out->key, out->n_key);
	return true;
}

/* ---- whose name is it ---------------------------------------------------- */

static size_t
first_key(const struct people *people, uint64_t hash)
{
	size_t low = 0, high = people->n_key;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (people->key[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* All words of her name are among these, each once. */
static bool
among(const struct name_fold *name, const struct name_fold *hers)
{
	bool used[LIMIT_NAME_WORDS] = { false };

	for (size_t i = 0; i < hers->n; i++) {
		size_t k = 0;

		while (k < name->n && (used[k] ||
		    !span_eq(name->word[k], hers->word[i])))
			k++;
		if (k == name->n)
			return false;
		used[k] = true;
	}
	return hers->n >= 2;
}

static enum likeness
likeness_of(const struct name_fold *name, const struct name_fold *hers)
{
	bool initials = false;

	if (span_eq(name->joined, hers->joined))
		return LIKE_NAME;
	if (hers->n < 2)
		return LIKE_NOBODY;
	if (name_same(name, hers, &initials))
		return initials ? LIKE_INITIALS : LIKE_NAME;
	return among(name, hers) || name_find(name, hers) < name->n ?
	    LIKE_AMONG : LIKE_NOBODY;
}

static enum likeness
try_key(const struct person **out, const struct people *people,
    const struct name_fold *name, struct span word, enum likeness best)
{
	uint64_t hash = hash_of(word);
	size_t at = first_key(people, hash), tried = 0;

	for (; at < people->n_key && people->key[at].hash == hash &&
	    tried < LIMIT_NAMESAKES; at++, tried++) {
		const struct person *p =
		    &people->person[people->key[at].person];
		enum likeness like = likeness_of(name, &p->name);

		if (like > best) {
			best = like;
			*out = p;
		}
	}
	return best;
}

enum likeness
people_like(const struct person **out, const struct people *people,
    const struct name_fold *name)
{
	enum likeness best = LIKE_NOBODY;

	*out = NULL;
	if (people->n == 0 || name->n == 0)
		return best;
	best = try_key(out, people, name, name->joined, best);
	for (size_t i = 0; i < name->n; i++)
		if (name->word[i].len > 1)
			best = try_key(out, people, name, name->word[i],
			    best);
	return best;
}

bool
person_owns(const struct person *p, struct span address)
{
	for (size_t i = 0; i < p->n_address; i++)
		if (span_ieq(p->address[i], address))
			return true;
	return false;
}

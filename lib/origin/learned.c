/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/learned.h"

#include "crypto/siphash.h"

enum { AMONG = 6 };	/* words of a name of which any two are looked up   */

/* ---- hashes -------------------------------------------------------------- */

/* Heap sort: there may be thousands, in order. */
static void
sift(uint64_t *h, size_t at, size_t n)
{
	for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
		uint64_t x = h[at];

		if (child + 1 < n && h[child] < h[child + 1])
			child++;
		if (x >= h[child])
			return;
		h[at] = h[child];
		h[child] = x;
		at = child;
	}
}

static void
sort(uint64_t *h, size_t n)
{
	for (size_t i = n / 2; i-- > 0; )
		sift(h, i, n);
	for (size_t i = n; i-- > 1; ) {
		uint64_t x = h[0];

		h[0] = h[i];
		h[i] = x;
		sift(h, 0, i);
	}
}

static bool
has(const uint64_t *h, size_t n, uint64_t want)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h[middle] < want)
			low = middle + 1;
		else
			high = middle;
	}
	return want != 0 && low < n && h[low] == want;
}

bool
learned_make(struct learned *out, const struct learned_in *in,
    struct arena *a)
{
	*out = (struct learned){ .person = in->person, .way = in->way,
		.n_person = in->n_person, .n_way = in->n_way };
	bytes_move(out->key, in->key, sizeof(out->key));
	sort(in->person, in->n_person);
	sort(in->way, in->n_way);
	if (in->n_domain == 0)
		return true;
	out->alike = lookalike_new(a, in->n_domain);
	for (size_t i = 0; out->alike != NULL && i < in->n_domain; i++)
		(void)lookalike_add(out->alike, in->domain[i], 0);
	return out->alike != NULL && !a->failed;
}

bool
learned_way(const struct learned *l, uint64_t way)
{
	return has(l->way, l->n_way, way);
}

/* ---- names --------------------------------------------------------------- */

/* "Support Team" writes from everywhere.  As fold.h makes them: RFC 2142, and
 * what offices call themselves. */
static bool
is_office(struct span word)
{
	static const struct span office[] = { SPAN_INIT("acounts"),
		SPAN_INIT("acountlng"), SPAN_INIT("admln"),
		SPAN_INIT("blllng"), SPAN_INIT("buchhaltung"),
		SPAN_INIT("contact"), SPAN_INIT("customer"),
		SPAN_INIT("desk"), SPAN_INIT("help"), SPAN_INIT("helpdesk"),
		SPAN_INIT("lnfo"), SPAN_INIT("kundenservlce"),
		SPAN_INIT("maller"), SPAN_INIT("marketlng"),
		SPAN_INIT("news"), SPAN_INIT("newsleter"),
		SPAN_INIT("noreply"), SPAN_INIT("ofice"),
		SPAN_INIT("postmaster"), SPAN_INIT("sales"),
		SPAN_INIT("security"), SPAN_INIT("servlce"),
		SPAN_INIT("suport"), SPAN_INIT("team"),
		SPAN_INIT("vertrleb"), SPAN_INIT("webmaster") };

	for (size_t i = 0; i < sizeof(office) / sizeof(office[0]); i++)
		if (span_eq(word, office[i]))
			return true;
	return false;
}

/* Each word by itself, so that their order is nothing. */
static uint64_t
hash_words(const uint8_t key[16], const struct span *word, size_t n)
{
	uint64_t sum = 0;
	ROOM(room, 9);
	struct buf b = BUF_ON(room);

	for (size_t i = 0; i < n; i++)
		sum += siphash(key, word[i]);
	buf_byte(&b, 'p');
	buf_be64(&b, sum);
	return siphash(key, buf_span(&b)) | 1;
}

static bool
says_enough(const struct span *word, size_t n)
{
	size_t longest = 0;

	for (size_t i = 0; i < n; i++) {
		longest = word[i].len > longest ? word[i].len : longest;
		if (word[i].len < 2 || is_office(word[i]))
			return false;
	}
	/* one word that no Latin reader wrote is a name, too */
	return n >= 2 ? longest >= 3 : n == 1 && longest >= 6 &&
	    span_at(word[0], 0) >= 0x80;
}

uint64_t
learned_name(const uint8_t key[16], const struct name_fold *f)
{
	return says_enough(f->word, f->n) ? hash_words(key, f->word, f->n) :
	    0;
}

static bool
two_of(const struct learned *l, const struct span *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++) {
			struct span two[2] = { word[i], word[k] };

			if (says_enough(two, 2) && has(l->person,
			    l->n_person, hash_words(l->key, two, 2)))
				return true;
		}
	return false;
}

enum colleague
learned_colleague(const struct learned *l, const struct name_fold *f)
{
	if (l->n_person == 0)
		return COLLEAGUE_NO;
	if (has(l->person, l->n_person, learned_name(l->key, f)))
		return COLLEAGUE_YES;
	return f->n > 2 && two_of(l, f->word, f->n < AMONG ? f->n : AMONG) ?
	    COLLEAGUE_ROUGHLY : COLLEAGUE_NO;
}

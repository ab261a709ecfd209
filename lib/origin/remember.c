/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/remember.h"

#include "base/ascii.h"

/* Accounts move money at once; numbers of phones change, and stand in what is
 * quoted. */
enum {
	LEVEL_NEW = 30, LEVEL_CHANGED = 50, LEVEL_PHONE_NEW = 5,
	LEVEL_PHONE_CHANGED = 15, LEVEL_UNPROVEN = 20
};

/* ---- texts --------------------------------------------------------------- */

/* "name=number name=number"; what is 0 is left out, but for the first word,
 * that the text be there. */
struct word {
	struct span name;
	uint32_t *v;
};

static void
words_put(struct buf *out, const struct word *w, size_t n)
{
	size_t begin = out->len;

	for (size_t i = 0; i < n; i++) {
		if (*w[i].v == 0)
			continue;
		buf_str(out, out->len > begin ? " " : "");
		buf_put(out, w[i].name);
		buf_str(out, "=");
		buf_u64(out, *w[i].v);
	}
	if (out->len == begin) {
		buf_put(out, w[0].name);
		buf_str(out, "=0");
	}
}

/* A name that is not known is passed over. */
static bool
words_get(struct span text, const struct word *w, size_t n)
{
	while (text.len > 0) {
		struct span word = span_cut(&text, ' ');
		struct span name = span_cut(&word, '=');
		uint64_t v;

		if (name.len == 0 || !span_u64(word, UINT32_MAX, &v))
			return false;
		for (size_t i = 0; i < n; i++)
			if (span_eq(name, w[i].name))
				*w[i].v = (uint32_t)v;
	}
	return true;
}

#define AGE_WORDS(f, well_known) { \
	{ SPAN("since"), &(f)->memory_since }, \
	{ SPAN("first"), &(f)->first_seen }, \
	{ SPAN("senders"), &(f)->senders }, \
	{ SPAN("registered"), &(f)->registered }, \
	{ SPAN("listed"), &(f)->listed }, \
	{ SPAN("popular"), well_known } }

#define DEALT_WORDS(d) { \
	{ SPAN("since"), &(d)->since }, { SPAN("days"), &(d)->days }, \
	{ SPAN("sort"), &(d)->sort }, { SPAN("pair"), &(d)->pair } }

void
age_put(struct buf *out, const struct age_facts *facts)
{
	struct age_facts f = *facts;
	uint32_t popular = f.popular;
	const struct word w[] = AGE_WORDS(&f, &popular);

	words_put(out, w, sizeof(w) / sizeof(w[0]));
}

bool
age_get(struct age_facts *out, struct span text)
{
	uint32_t popular = 0;
	const struct word w[] = AGE_WORDS(out, &popular);

	*out = (struct age_facts){ .today = 0 };
	if (!words_get(text, w, sizeof(w) / sizeof(w[0])))
		return false;
	out->popular = popular != 0;
	return true;
}

void
dealt_put(struct buf *out, const struct dealt *dealt)
{
	struct dealt d = *dealt;
	const struct word w[] = DEALT_WORDS(&d);

	words_put(out, w, sizeof(w) / sizeof(w[0]));
}

bool
dealt_get(struct dealt *out, struct span text)
{
	const struct word w[] = DEALT_WORDS(out);

	*out = (struct dealt){ .since = 0 };
	return words_get(text, w, sizeof(w) / sizeof(w[0]));
}

/* ---- questions ----------------------------------------------------------- */

static void
put_hex(struct buf *out, uint64_t v)
{
	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned d = (unsigned)(v >> shift & 15);

		buf_byte(out, (uint8_t)(d < 10 ? '0' + d : 'a' + d - 10));
	}
}

void
dealing_key(struct buf *out, uint64_t dealer, const struct dealing *d)
{
	put_hex(out, dealer);
	buf_byte(out, '.');
	put_hex(out, d->sort);
	buf_byte(out, '.');
	put_hex(out, d->pair);
}

bool
dealing_key_get(uint64_t hash[3], struct span key)
{
	if (key.len != DEALING_KEY)
		return false;
	for (size_t i = 0; i < 3; i++) {
		struct span word = span_cut(&key, '.');

		if (word.len != 16)
			return false;
		hash[i] = 0;
		for (size_t n = 0; n < 16; n++) {
			int v = hex_value(span_at(word, n));

			if (v < 0)
				return false;
			hash[i] = hash[i] << 4 | (uint64_t)v;
		}
	}
	return true;
}

/* ---- a new account ------------------------------------------------------- */

static bool
is_old(uint32_t day, uint32_t today, uint32_t days)
{
	return day != 0 && day <= today && today - day >= days;
}

enum assay_reason
dealing_judge(unsigned *level, const struct dealing *d,
    const struct dealt *known, uint32_t today)
{
	bool changed = is_old(known->sort, today, DEALT_SETTLED);

	*level = 0;
	if (!is_old(known->since, today, DEALT_SINCE) ||
	    known->days < DEALT_DAYS ||
	    is_old(known->pair, today, DEALT_SETTLED))
		return ASSAY_R_NONE;
	if (d->kind == DEALING_PHONE)
		*level = changed ? LEVEL_PHONE_CHANGED : LEVEL_PHONE_NEW;
	else if (!d->proven)
		*level = LEVEL_UNPROVEN;
	else
		*level = changed ? LEVEL_CHANGED : LEVEL_NEW;
	return changed ? ASSAY_R_PAYMENT_CHANGED : ASSAY_R_PAYMENT_NEW;
}

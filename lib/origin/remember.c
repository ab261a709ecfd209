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

static void
put(struct buf *out, const char *name, uint32_t v)
{
	if (v == 0)
		return;
	buf_str(out, out->len > 0 ? " " : "");
	buf_str(out, name);
	buf_str(out, "=");
	buf_u64(out, v);
}

/* Takes "name=number" off *rest; false: it is none, or the end. */
static bool
take(struct span *rest, struct span *name, uint32_t *v)
{
	struct span word = span_cut(rest, ' ');
	uint64_t n;

	*name = span_cut(&word, '=');
	if (name->len == 0 || !span_u64(word, UINT32_MAX, &n))
		return false;
	*v = (uint32_t)n;
	return true;
}

void
age_put(struct buf *out, const struct age_facts *f)
{
	put(out, "since", f->memory_since);
	put(out, "first", f->first_seen);
	put(out, "senders", f->senders);
	put(out, "registered", f->registered);
	put(out, "listed", f->listed);
	put(out, "popular", f->popular);
	if (out->len == 0)
		buf_str(out, "since=0");
}

bool
age_get(struct age_facts *out, struct span text)
{
	struct span name;
	uint32_t v;

	*out = (struct age_facts){ .today = 0 };
	while (text.len > 0) {
		if (!take(&text, &name, &v))
			return false;
		if (span_eq(name, SPAN("since")))
			out->memory_since = v;
		else if (span_eq(name, SPAN("first")))
			out->first_seen = v;
		else if (span_eq(name, SPAN("senders")))
			out->senders = v;
		else if (span_eq(name, SPAN("registered")))
			out->registered = v;
		else if (span_eq(name, SPAN("listed")))
			out->listed = v;
		else if (span_eq(name, SPAN("popular")))
			out->popular = v != 0;
	}
	return true;
}

void
dealt_put(struct buf *out, const struct dealt *d)
{
	put(out, "since", d->since);
	put(out, "days", d->days);
	put(out, "sort", d->sort);
	put(out, "pair", d->pair);
	if (out->len == 0)
		buf_str(out, "since=0");
}

bool
dealt_get(struct dealt *out, struct span text)
{
	struct span name;
	uint32_t v;

	*out = (struct dealt){ .since = 0 };
	while (text.len > 0) {
		if (!take(&text, &name, &v))
			return false;
		if (span_eq(name, SPAN("since")))
			out->since = v;
		else if (span_eq(name, SPAN("days")))
			out->days = v;
		else if (span_eq(name, SPAN("sort")))
			out->sort = v;
		else if (span_eq(name, SPAN("pair")))
			out->pair = v;
	}
	return true;
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

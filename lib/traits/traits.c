/* SPDX-License-Identifier: Apache-2.0 */
#include "traits/traits.h"

#include "traits/inner.h"
#include "wire/day.h"

static const struct trait_info infos[N_TRAIT] = {
#define X(id, n, k, o, w) \
	{ SPAN_INIT(n), SPAN_INIT(w), TRAIT_##k, OWNER_##o },
#include "traits/traits.def"
#undef X
};

/* An octet of each hash: value.c. */
_Static_assert((int)N_TRAIT <= 255, "the number of a trait is one octet");

const struct trait_info *
trait_info(enum trait t)
{
	return &infos[t];
}

struct span
trait_owner_name(enum trait_owner owner)
{
	switch (owner) {
	case OWNER_PROVIDER:
		return SPAN("provider");
	case OWNER_ORIGIN:
		return SPAN("origin");
	case OWNER_CLIENT:
		return SPAN("client");
	case OWNER_RELATION:
		return SPAN("relation");
	case OWNER_CONTENT:
		return SPAN("content");
	}
	return SPAN("?");
}

struct span
mail_class_name(enum mail_class c)
{
	switch (c) {
	case MAIL_DIRECT:
		return SPAN("direct");
	case MAIL_LIST:
		return SPAN("list");
	case MAIL_BULK:
		return SPAN("bulk");
	case MAIL_AUTO:
		return SPAN("auto");
	}
	return SPAN("?");
}

static void
read_hour(struct reading *r)
{
	int64_t s = r->in->arrival % DAY_SECONDS;

	r->t->arrival = r->in->arrival;
	if (r->in->arrival <= 0)
		return;
	r->t->hour = (int)(s / 3600);
	value_number(r, TRAIT_HOUR, (uint64_t)r->t->hour);
}

bool
traits_read(struct traits *out, const struct traits_in *in,
    const uint8_t key[16], struct arena *a)
{
	struct reading r = { .t = out, .in = in, .key = key, .a = a };

	*out = (struct traits){ .date_hour = -1, .hour = -1 };
	if (!header_lines(&r))
		return false;
	traits_who(&r);
	traits_path(&r);
	traits_signed(&r);
	traits_class(&r);
	traits_program(&r);
	traits_habits(&r);
	traits_people(&r);
	traits_body(&r);
	read_hour(&r);
	return !a->failed;
}

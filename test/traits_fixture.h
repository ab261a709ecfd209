/* SPDX-License-Identifier: Apache-2.0 */
/* traits_fixture.h - a message in, texts of its traits out. */
#ifndef TEST_TRAITS_FIXTURE_H
#define TEST_TRAITS_FIXTURE_H

#include "test/t.h"
#include "traits/traits.h"

static const uint8_t key[16] = { 7 };
static struct arena arena;

static inline struct span
s(const char *text)
{
	return text == NULL ? SPAN_NONE :
	    (struct span){ (const uint8_t *)text, strlen(text) };
}

static inline struct traits
read_in(struct traits_in in)
{
	struct traits t;

	if (!traits_read(&t, &in, key, &arena))
		T_OK(false, "memory");
	return t;
}

static inline struct traits
read_one(const char *header, const char *body)
{
	return read_in((struct traits_in){ .header = s(header),
	    .body = s(body) });
}

/* The text of a trait; of many, with spaces between. */
static inline struct span
text_of(const struct traits *t, enum trait trait)
{
	const struct trait_values *m = &t->many[trait];
	struct buf b;

	if (trait_info(trait)->kind != TRAIT_MANY)
		return t->one[trait].text;
	if (m->n == 0)
		return SPAN_NONE;
	b = arena_buf(&arena, 20000);
	for (size_t i = 0; i < m->n; i++) {
		if (i > 0)
			buf_byte(&b, ' ');
		buf_put(&b, m->value[i].text);
	}
	return arena_done(&arena, &b);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - the names and words of the tables of content.h. */
#include "content/content.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const char *
pick(const char *const *list, size_t n, size_t i)
{
	return i < n ? list[i] : "unknown";
}

const char *
content_link_name(enum content_link_kind kind)
{
#define X(name, json, words) json,
	static const char *const list[] = { CONTENT_LINKS(X) };
#undef X
	return pick(list, N(list), (size_t)kind);
}

const char *
content_link_words(enum content_link_kind kind)
{
#define X(name, json, words) words,
	static const char *const list[] = { CONTENT_LINKS(X) };
#undef X
	return pick(list, N(list), (size_t)kind);
}

const char *
content_type_name(enum content_type type)
{
#define X(name, json) json,
	static const char *const list[] = { CONTENT_TYPES(X) };
#undef X
	return pick(list, N(list), (size_t)type);
}

const char *
content_id_name(enum content_id_kind kind)
{
#define X(name, json, words) json,
	static const char *const list[] = { CONTENT_IDS(X) };
#undef X
	return pick(list, N(list), (size_t)kind);
}

const char *
content_id_words(enum content_id_kind kind)
{
#define X(name, json, words) words,
	static const char *const list[] = { CONTENT_IDS(X) };
#undef X
	return pick(list, N(list), (size_t)kind);
}

const char *
content_hidden_name(enum content_hidden_kind kind)
{
#define X(name, json, share, words) json,
	static const char *const list[] = { CONTENT_HIDDEN(X) };
#undef X
	return pick(list, N(list), (size_t)kind);
}

const char *
content_hidden_words(enum content_hidden_kind kind)
{
#define X(name, json, share, words) words,
	static const char *const list[] = { CONTENT_HIDDEN(X) };
#undef X
	return pick(list, N(list), (size_t)kind);
}

const char *
content_machine_name(enum content_machine mark)
{
#define X(name, json, weight, words) json,
	static const char *const list[] = { CONTENT_MACHINE(X) };
#undef X
	return pick(list, N(list), (size_t)mark);
}

const char *
content_machine_words(enum content_machine mark)
{
#define X(name, json, weight, words) words,
	static const char *const list[] = { CONTENT_MACHINE(X) };
#undef X
	return pick(list, N(list), (size_t)mark);
}

/* bit: CONTENT_STOPPED_... */
const char *
content_stop_name(unsigned bit)
{
#define X(name, json, words) json,
	static const char *const list[] = { CONTENT_STOPS(X) };
#undef X
	return pick(list, N(list), bit);
}

const char *
content_stop_words(unsigned bit)
{
#define X(name, json, words) words,
	static const char *const list[] = { CONTENT_STOPS(X) };
#undef X
	return pick(list, N(list), bit);
}

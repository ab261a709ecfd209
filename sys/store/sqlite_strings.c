/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_strings.c - a text has a number; the last ones are remembered.
 *
 * The cache is bounded in slots and octets and is emptied when it is full:
 * a report in which every text is another one costs look-ups, not memory.
 */
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "sqlite_inner.h"

#include "base/ascii.h"
#include "wire/domain.h"

enum {
	TRIES = 8,
	NAME_ROOM = 32 << 10	/* octets: STORE_TEXT_MAX, made A-labels     */
};

struct slot {
	uint64_t hash;
	int64_t id;		/* 0: empty */
	uint32_t at, len;
};

struct strings {
	struct slot slot[STRINGS];
	int64_t last;		/* the newest answer, 0: none        */
	size_t last_len;
	uint8_t last_text[64];
	size_t used;		/* slots     */
	size_t len;		/* of text   */
	uint8_t text[STRINGS_TEXT];
};

struct strings *
strings_new(void)
{
	return calloc(1, sizeof(struct strings));
}

void
strings_free(struct strings *c)
{
	free(c);
}

void
strings_forget(struct strings *c)
{
	c->last = 0;
	if (c->used == 0)
		return;
	memset(c->slot, 0, sizeof(c->slot));
	c->used = c->len = 0;
}

static int64_t
look(const struct strings *c, struct span s, uint64_t h)
{
	for (size_t i = 0; i < TRIES; i++) {
		const struct slot *t = &c->slot[(h + i) % STRINGS];

		if (t->id == 0)
			return 0;
		if (t->hash == h && t->len == s.len &&
		    memcmp(c->text + t->at, s.ptr, s.len) == 0)
			return t->id;
	}
	return 0;
}

static void
remember(struct strings *c, struct span s, uint64_t h, int64_t id)
{
	struct slot *t = NULL;

	if (s.len > STRINGS_TEXT / 16)
		return;
	if (c->used >= STRINGS / 2 || s.len > STRINGS_TEXT - c->len)
		strings_forget(c);
	for (size_t i = 0; i < TRIES; i++) {
		t = &c->slot[(h + i) % STRINGS];
		if (t->id == 0)
			break;
	}
	if (t->id == 0)
		c->used++;
	*t = (struct slot){ h, id, (uint32_t)c->len, (uint32_t)s.len };
	if (s.len > 0)
		memcpy(c->text + c->len, s.ptr, s.len);
	c->len += s.len;
}

static int64_t
find_or_add(struct store *s, struct span text)
{
	sqlite3_stmt *st = db_get(s, Q_STRING_FIND);
	int64_t id = 0;

	db_text(st, 1, text);
	if (db_row(s, st))
		id = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	if (s->failed || id != 0)
		return id;
	st = db_get(s, Q_STRING_ADD);
	db_text(st, 1, text);
	return db_run(s, st) ? sqlite3_last_insert_rowid(s->db) : 0;
}

/* Most rows have the From domain of the row before. */
static bool
is_last(const struct strings *c, struct span text)
{
	return c->last != 0 && text.len == c->last_len &&
	    memcmp(text.ptr, c->last_text, text.len) == 0;
}

static void
note_last(struct strings *c, struct span text, int64_t id)
{
	if (text.len == 0 || text.len > sizeof(c->last_text))
		return;
	c->last = id;
	c->last_len = text.len;
	memcpy(c->last_text, text.ptr, text.len);
}

enum { SEED_TEXT = 1, SEED_OCTETS = 2 };

int64_t
strings_id(struct store *s, struct span text)
{
	uint64_t h;
	int64_t id;

	if (text.ptr == NULL)
		text = SPAN("");
	if (is_last(s->strings, text))
		return s->strings->last;
	h = hash_of(text, SEED_TEXT);
	id = look(s->strings, text, h);
	if (id != 0)
		note_last(s->strings, text, id);

	if (s->failed || id != 0)
		return s->failed ? 0 : id;
	id = find_or_add(s, text);
	if (id > UINT32_MAX) {	/* sums keep them in 32 bits */
		db_refuse(s, STORE_FULL, "too many different texts");
		return 0;
	}
	if (id != 0)
		remember(s->strings, text, h, id);
	return id;
}

/* The two kinds of octets cannot be taken for each other: an octet that no
 * text has stands before these. */
int64_t
strings_known(struct store *s, struct span octets)
{
	return s->failed ? 0 : look(s->strings, octets,
	    hash_of(octets, SEED_OCTETS));
}

void
strings_learn(struct store *s, struct span octets, int64_t id)
{
	remember(s->strings, octets, hash_of(octets, SEED_OCTETS), id);
}

struct span
lower_of(struct buf *room, struct span text)
{
	size_t at = room->len;

	buf_lower(room, text);
	return room->full ? SPAN("") : span_skip(buf_span(room), at);
}

struct span
name_of(struct buf *room, struct span text)
{
	size_t at = room->len;
	struct arena a;
	struct domain d;

	arena_init(&a, NAME_ROOM);
	if (domain_parse(&d, text, true, &a)) {
		buf_put(room, d.name);
	} else {
		for (size_t i = 0; i < text.len; i++) {
			int c = to_lower(span_at(text, i));
			buf_byte(room, is_alpha(c) || is_digit(c) ||
			    c == '-' || c == '.' || c == '_' ? (uint8_t)c :
			    '?');
		}
	}
	arena_free(&a);
	return room->full ? SPAN("") : span_skip(buf_span(room), at);
}

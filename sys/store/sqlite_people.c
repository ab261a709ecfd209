/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_people.c - addresses of persons, hidden at rest.
 *
 * However a field writes an address (RFC 5322 3.4: with a name, in <>, with
 * a quoted local part), one person gets one hash: it is taken out of the
 * field first, and nothing of the rest is kept.
 */
#include <string.h>

#include <sodium.h>

#include "sqlite_inner.h"

#include "base/ascii.h"
#include "wire/address.h"

enum { FIELD_ROOM = 256 << 10 };	/* to read a field of STORE_TEXT_MAX */

/* RFC 6590: the same input gives the same token, so that reports of the same
 * person can be told together, and not who it is. */
bool
store_hide(struct store *s, struct span local, char out[STORE_HIDDEN])
{
	uint8_t hash[crypto_generichash_BYTES_MIN];	/* 16 octets */
	ROOM(room, STORE_TEXT_MAX);
	struct buf b = BUF_ON(room);

	buf_lower(&b, local);	/* nobody tells people apart by case */
	if (!b.full)
		local = buf_span(&b);
	memcpy(out, "h-", 2);
	crypto_generichash(hash, sizeof(hash), local.ptr, local.len, s->salt,
	    STORE_SALT);
	return sodium_bin2hex(out + 2, STORE_HIDDEN - 2, hash, 10) != NULL;
}

static void
put_hidden(struct store *s, struct buf *to, struct span local,
    struct span domain)
{
	char token[STORE_HIDDEN];

	if (!store_hide(s, local, token))
		return;
	buf_str(to, token);
	if (span_absent(domain))
		return;
	buf_byte(to, '@');
	buf_lower(to, domain);
}

/* Of what no grammar derives: what stands in the last <>, or all of it. */
static struct span
bare(struct span text)
{
	size_t at = span_rfind(text, '<');
	struct span in = at < text.len ? span_skip(text, at + 1) : text;

	in = span_trim_fws(span_head(in, span_find(in, '>')));
	while (in.len > 0 && span_at(in, in.len - 1) == '.')
		in = span_head(in, in.len - 1);
	return in.len > 0 ? in : text;
}

static void
put_any(struct store *s, struct buf *to, struct span text)
{
	struct span in = bare(text);
	size_t at = span_rfind(in, '@');

	put_hidden(s, to, span_head(in, at), at < in.len ?
	    span_skip(in, at + 1) : SPAN_NONE);
}

struct span
people_hide(struct store *s, struct buf *room, struct span field)
{
	size_t from = room->len;
	struct address_list list;
	struct arena a;

	if (s->conf.identities || field.len == 0)
		return field;
	arena_init(&a, FIELD_ROOM);
	if (address_list_parse(&list, field, &a) && list.n > 0) {
		for (size_t i = 0; i < list.n; i++) {
			const struct mailbox *m = &list.box[i];

			if (i > 0)
				buf_str(room, ", ");
			put_hidden(s, room, m->local,
			    domain_absent(m->domain) ? m->literal :
			    m->domain.name);
		}
	} else {
		put_any(s, room, field);
	}
	arena_free(&a);
	return room->full ? SPAN("") : span_skip(buf_span(room), from);
}

/* Where the local part in front of the @ at at begins; *quotes: it is
 * quoted (RFC 5322 3.4.1). */
static size_t
local_start(struct span text, size_t at, bool *quotes)
{
	static const char stops[] = " \t\r\n\"'<>()=,;:";
	size_t start = at;

	*quotes = at > 1 && span_at(text, at - 1) == '"';
	if (*quotes) {
		struct span before = span_head(text, at - 1);
		size_t open = span_rfind(before, '"');

		return open < before.len ? open : 0;
	}
	while (start > 0 && memchr(stops, span_at(text, start - 1),
	    sizeof(stops) - 1) == NULL)
		start--;
	return start;
}

struct span
people_hide_within(struct store *s, struct buf *room, struct span text)
{
	size_t from = room->len, at;

	if (s->conf.identities || text.len == 0)
		return text;
	while ((at = span_find(text, '@')) < text.len) {
		bool quotes;
		size_t start = local_start(text, at, &quotes);
		struct span local = span_slice(text, start, at);

		buf_put(room, span_head(text, start));
		if (quotes && local.len > 1)
			local = span_slice(local, 1, local.len - 1);
		if (at > start)
			put_hidden(s, room, local, SPAN_NONE);
		buf_byte(room, '@');
		text = span_skip(text, at + 1);
	}
	buf_put(room, text);
	return room->full ? SPAN("") : span_skip(buf_span(room), from);
}

/* ---- whom a command names ----------------------------------------------- */

static void
put_plain(struct buf *to, struct span local, struct span rest)
{
	buf_lower(to, local);
	if (rest.len == 0)
		buf_byte(to, '@');
	buf_lower(to, rest);
}

/* As hidden now, and as it once was: with the < that stood in front of it. */
static bool
make(struct store *s, struct person *p, struct span local, struct span rest)
{
	struct buf plain = BUF_ON(p->room), hidden = BUF_ON(p->room2);
	struct buf older = BUF_ON(p->room3), angle = BUF_ON(p->room4);
	struct span domain = rest.len > 0 ? span_skip(rest, 1) : SPAN("");

	put_plain(&plain, local, rest);
	put_hidden(s, &hidden, local, domain);
	buf_byte(&angle, '<');
	buf_put(&angle, local);
	put_hidden(s, &older, buf_span(&angle), domain);
	p->plain = buf_span(&plain);
	p->hidden = buf_span(&hidden);
	p->older = buf_span(&older);
	return !plain.full && !hidden.full && !older.full && !angle.full;
}

bool
person_read(struct store *s, struct person *p, struct span who)
{
	struct address_list list;
	struct arena a;
	size_t at;
	bool ok;

	if (span_trim_fws(who).len == 0)
		return db_refuse(s, STORE_REFUSED, "this names nobody");
	arena_init(&a, FIELD_ROOM);
	if (address_list_parse(&list, who, &a) && list.n == 1 &&
	    !domain_absent(list.box[0].domain)) {
		struct buf b = arena_buf(&a, STORE_TEXT_MAX);

		buf_byte(&b, '@');
		buf_put(&b, list.box[0].domain.name);
		ok = make(s, p, list.box[0].local, arena_done(&a, &b));
	} else {
		who = bare(who);
		at = span_rfind(who, '@');
		ok = at > 0 && span_at(who, 0) != '<' &&
		    make(s, p, span_head(who, at), span_skip(who, at));
	}
	arena_free(&a);
	return ok || db_refuse(s, STORE_REFUSED, "this names nobody");
}

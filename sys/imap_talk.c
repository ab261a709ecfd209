/* SPDX-License-Identifier: Apache-2.0 */
#include "imap_talk.h"

#include "base/ascii.h"

/* ---- pieces -------------------------------------------------------------- */

void
imap_start(struct imap_reader *r)
{
	r->text = BUF_ON(r->room);
	r->told = 0;
	r->left = 0;
	r->fresh = true;
}

/* RFC 9051 section 4.3: "{" number ["+"] "}" at the end of the line. */
static bool
literal_at_end(struct span line, uint64_t *size, size_t *before)
{
	size_t at = span_rfind(line, '{');
	struct span n = span_skip(line, at + 1);

	if (at >= line.len || span_at(line, line.len - 1) != '}')
		return false;
	n = span_head(n, n.len - 1);
	if (span_at(n, n.len - 1) == '+')
		n = span_head(n, n.len - 1);
	*before = at;
	/* 63 bits: RFC 9051 section 4 */
	return n.len > 0 && span_u64(n, INT64_MAX, size);
}

static enum imap_kind
whole_line(struct imap_reader *r, struct imap_piece *out)
{
	struct span line = buf_span(&r->text);
	size_t before;

	line = span_head(line, line.len - 1);
	if (span_at(line, line.len - 1) == '\r')
		line = span_head(line, line.len - 1);
	out->first = r->fresh;
	out->text = line;
	out->kind = IMAP_END;
	r->fresh = true;
	if (literal_at_end(line, &out->size, &before)) {
		out->text = span_head(line, before);
		out->kind = IMAP_TEXT;
		r->left = out->size;
		r->fresh = false;
	}
	/* what the text of this response takes, whatever its lines are */
	r->told = r->fresh ? 0 : r->told + line.len;
	r->text.len = 0;
	return out->kind;
}

enum imap_kind
imap_next(struct imap_reader *r, struct span *came, struct imap_piece *out)
{
	size_t n;

	*out = (struct imap_piece){ .kind = IMAP_MORE };
	if (came->len == 0)
		return IMAP_MORE;
	if (r->left > 0) {
		n = came->len < r->left ? came->len : (size_t)r->left;
		out->kind = IMAP_OCTETS;
		out->text = span_head(*came, n);
		*came = span_skip(*came, n);
		r->left -= n;
		return IMAP_OCTETS;
	}
	n = span_find(*came, '\n');
	n += n < came->len;
	if (r->told + r->text.len + n > IMAP_TEXT_MAX)
		return out->kind = IMAP_BROKEN;
	buf_put(&r->text, span_head(*came, n));
	*came = span_skip(*came, n);
	if (span_at(buf_span(&r->text), r->text.len - 1) != '\n')
		return IMAP_MORE;
	return whole_line(r, out);
}

/* ---- what a response says ------------------------------------------------ */

static bool
take_word(struct span *s, struct span word)
{
	if (!span_istarts(*s, word))
		return false;
	*s = span_skip(*s, word.len);
	return true;
}

/* Digits at the front. */
static bool
take_number(struct span *s, uint64_t max, uint64_t *out)
{
	size_t n = 0;

	while (span_at(*s, n) >= '0' && span_at(*s, n) <= '9')
		n++;
	if (n == 0 || !span_u64(span_head(*s, n), max, out))
		return false;
	*s = span_skip(*s, n);
	return true;
}

enum imap_status
imap_answer(struct span text, struct span tag, struct span *words)
{
	static const struct { struct span word; enum imap_status status; }
	    table[] = {
		{ SPAN_INIT("OK"), IMAP_S_OK },
		{ SPAN_INIT("NO"), IMAP_S_NO },
		{ SPAN_INIT("BAD"), IMAP_S_BAD },
	};

	if (!span_starts(text, tag) || span_at(text, tag.len) != ' ')
		return IMAP_S_NONE;
	*words = span_skip(text, tag.len + 1);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct span rest = *words;

		if (take_word(&rest, table[i].word) &&
		    (rest.len == 0 || span_at(rest, 0) == ' ')) {
			*words = span_skip(rest, 1);
			return table[i].status;
		}
	}
	return IMAP_S_BAD;
}

bool
imap_uidvalidity(struct span text, uint32_t *out)
{
	uint64_t n;

	if (!take_word(&text, SPAN("* OK [UIDVALIDITY ")) ||
	    !take_number(&text, UINT32_MAX, &n) || span_at(text, 0) != ']')
		return false;
	*out = (uint32_t)n;
	return n > 0;
}

bool
imap_exists(struct span text, uint32_t *out)
{
	uint64_t n;

	if (!take_word(&text, SPAN("* ")) ||
	    !take_number(&text, UINT32_MAX, &n) ||
	    !span_ieq(text, SPAN(" EXISTS")))
		return false;
	*out = (uint32_t)n;
	return true;
}

/* Octets between the quotes; text is behind the first one. */
static bool
take_quoted(struct span *text, struct span *out)
{
	size_t n = 0;

	while (n < text->len && span_at(*text, n) != '"')
		n += span_at(*text, n) == '\\' ? 2 : 1;
	if (n >= text->len)
		return false;
	*out = span_head(*text, n);
	*text = span_skip(*text, n + 1);
	return true;
}

/* A value that we did not ask for: an atom, a string, a list of such. */
static bool
skip_value(struct span *text)
{
	unsigned depth = 0;

	do {
		int c = span_at(*text, 0);
		struct span s;

		if (c < 0 || (c == ')' && depth == 0))
			return false;
		*text = span_skip(*text, 1);
		if (c == '"' && !take_quoted(text, &s))
			return false;
		if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
		while (c != '"' && c != '(' && c != ')' && c != ' ' &&
		    span_at(*text, 0) >= 0 && span_at(*text, 0) != ' ' &&
		    span_at(*text, 0) != '(' && span_at(*text, 0) != ')')
			*text = span_skip(*text, 1);
	} while (depth > 0);
	return true;
}

/* The value of BODY[]; *end: a literal, which is not of this piece. */
static bool
take_body(struct imap_fetch *f, struct span *text, bool *end)
{
	f->body = true;
	*end = text->len == 0;
	f->literal = *end;
	if (*end || take_word(text, SPAN("NIL")))
		return true;
	return take_word(text, SPAN("\"")) && take_quoted(text, &f->text);
}

static bool
take_item(struct imap_fetch *f, struct span *text, bool *end)
{
	uint64_t n;

	*end = false;
	if (take_word(text, SPAN("UID "))) {
		if (!take_number(text, UINT32_MAX, &n))
			return false;
		f->uid = (uint32_t)n;
		return n > 0;
	}
	if (take_word(text, SPAN("RFC822.SIZE "))) {
		f->sized = true;
		return take_number(text, INT64_MAX, &f->size);
	}
	if (take_word(text, SPAN("BODY[] ")))
		return !f->body && take_body(f, text, end);
	/* FLAGS, of which a server may tell whenever it likes */
	if (take_word(text, SPAN("FLAGS "))) {
		struct span from = *text;

		if (!skip_value(text))
			return false;
		from = span_head(from, from.len - text->len);
		f->seen = span_search(from, SPAN("\\Seen")) < from.len;
		return true;
	}
	*text = span_skip(*text, span_find(*text, ' ') + 1);
	*end = text->len == 0;
	return *end || skip_value(text);
}

bool
imap_fetch_read(struct imap_fetch *f, const struct imap_piece *p)
{
	struct span text = p->text;
	bool end = false;
	uint64_t n;

	if (p->first) {
		*f = (struct imap_fetch){ .open = false };
		if (!take_word(&text, SPAN("* ")) ||
		    !take_number(&text, UINT32_MAX, &n) ||
		    !take_word(&text, SPAN(" FETCH (")))
			return false;
		f->open = true;
	}
	f->literal = false;
	f->text = SPAN_NONE;
	while (f->open && !end && text.len > 0) {
		if (span_at(text, 0) == ' ') {
			text = span_skip(text, 1);
		} else if (span_at(text, 0) == ')') {
			f->open = false;
		} else if (!take_item(f, &text, &end)) {
			return false;
		}
	}
	/* a piece ends with the response, or where a literal is */
	f->literal = f->literal && p->kind == IMAP_TEXT;
	return p->kind == IMAP_END ? !f->open && !end : end;
}

/* ---- what we say --------------------------------------------------------- */

bool
imap_quote(struct buf *out, struct span s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		if (c < 0x20 || c > 0x7e)
			return false;
		if (c == '"' || c == '\\')
			buf_byte(out, '\\');
		buf_byte(out, (uint8_t)c);
	}
	buf_byte(out, '"');
	return !out->full;
}

static int
hex(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 3986 section 2.1. */
static bool
unescape(struct buf *room, struct span s, struct span *out)
{
	size_t from = room->len;

	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i), high, low;

		if (c == '%') {
			high = hex(span_at(s, i + 1));
			low = hex(span_at(s, i + 2));
			if (high < 0 || low < 0)
				return false;
			c = high << 4 | low;
			i += 2;
		}
		if (c < 0x20 || c > 0x7e)
			return false;
		buf_byte(room, (uint8_t)c);
	}
	*out = span_skip(buf_span(room), from);
	return !room->full;
}

/* Letters, digits, "." "-" "_"; or an address of IPv6 in brackets. */
static bool
is_host(struct span s)
{
	bool v6 = span_at(s, 0) == '[';

	if (v6) {
		if (span_at(s, s.len - 1) != ']')
			return false;
		s = span_skip(span_head(s, s.len - 1), 1);
	}
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		bool letter = (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z');

		if (v6 ? hex(c) < 0 && c != ':' && c != '.' :
		    !letter && !(c >= '0' && c <= '9') && c != '.' &&
		    c != '-' && c != '_')
			return false;
	}
	return s.len > 0;
}

static bool
read_host(struct imap_url *u, struct span s)
{
	size_t colon = span_rfind(s, ':'), bracket = span_rfind(s, ']');
	uint64_t n;

	u->host = s;
	u->port = SPAN("");
	if (colon < s.len && (bracket == s.len || colon > bracket)) {
		u->host = span_head(s, colon);
		u->port = span_skip(s, colon + 1);
		if (!span_u64(u->port, 65535, &n) || n == 0)
			return false;
	}
	return is_host(u->host);
}

bool
imap_url_read(struct imap_url *u, struct span text, struct buf *room,
    const char **why)
{
	struct span place, user;
	size_t slash, at;

	*u = (struct imap_url){ .tls = span_istarts(text, SPAN("imaps://")) };
	*why = "it is no imaps://USER@HOST[:PORT]/FOLDER";
	if (!take_word(&text, SPAN("imaps://")) &&
	    !take_word(&text, SPAN("imap://")))
		return false;
	slash = span_find(text, '/');
	place = span_head(text, slash);
	/* the last one: a user's name is often an address */
	at = span_rfind(place, '@');
	if (at >= place.len || slash >= text.len)
		return false;
	user = span_head(place, at);
	if (span_has(user, ':')) {
		*why = "a password does not belong on a command line, which "
		    "everybody can see: --password-file";
		return false;
	}
	if (!read_host(u, span_skip(place, at + 1)))
		return false;
	*why = "the user or the folder has %XX that is none, or something "
	    "else than ASCII: a folder is written as the server does, in "
	    "modified UTF-7 (RFC 3501 section 5.1.3)";
	return unescape(room, user, &u->user) && u->user.len > 0 &&
	    unescape(room, span_skip(text, slash + 1), &u->folder) &&
	    u->folder.len > 0;
}

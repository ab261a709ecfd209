/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ids.c - identifiers by which money moves: IBAN (ISO 13616), BIC (ISO 9362),
 * routing and account numbers, phones (E.164), Bitcoin (base58check, BIP 173
 * and 350), Ethereum.  What has check digits has to hold them; what has none
 * needs its name before it.
 */
#include "content/ids.h"

#include "base/ascii.h"
#include "content/ids_check.h"

/* ---- pieces of text --------------------------------------------------- */

static bool
is_edge(int c)
{
	return c < 0 || !(is_alnum(c) || c == '_' || c >= 0x80);
}

/* Letters and digits from the head of s on, over single spaces and hyphens
 * between them, at most max of them, in upper case; how many octets of s
 * that was in *used. */
static struct span
compact(struct span s, size_t max, struct buf *out, size_t *used)
{
	size_t i = 0;

	*used = 0;
	while (out->len < max) {
		int c = span_at(s, i);
		bool gap = c == ' ' || c == '-' || c == '.';

		if (is_alnum(c)) {
			buf_byte(out, (uint8_t)(c >= 'a' && c <= 'z' ?
			    c - 32 : c));
			*used = i + 1;
		} else if (!gap || !is_alnum(span_at(s, i + 1))) {
			break;
		}
		i++;
	}
	return buf_span(out);
}

static void
found(struct ids *ids, enum content_id_kind kind, struct span value,
    bool proven)
{
	struct content *out = ids->r->out;
	struct content_id *id;

	for (size_t i = 0; i < out->n_id; i++)
		if (out->id[i].kind == kind &&
		    span_eq(out->id[i].value, value))
			return;
	id = content_add_id(ids->r);
	if (id != NULL)
		*id = (struct content_id){ .kind = kind, .proven = proven,
		    .value = arena_dup(ids->r->arena, value),
		    .hidden = ids->hidden };
}

/* One of these words stands on the line, at most 40 octets before. */
static bool
is_called(struct span before, const struct span *names, size_t n)
{
	size_t line;

	if (before.len > 40)
		before = span_skip(before, before.len - 40);
	line = span_rfind(before, '\n');
	if (line < before.len)
		before = span_skip(before, line + 1);
	for (size_t i = 0; i < before.len; i++) {
		if (!is_edge(i == 0 ? -1 : span_at(before, i - 1)))
			continue;
		for (size_t k = 0; k < n; k++)
			if (span_istarts(span_skip(before, i), names[k]))
				return true;
	}
	return false;
}

/* ---- one kind after the other ----------------------------------------- */

static size_t
take_iban(struct ids *ids, struct span s)
{
	ROOM(room, 40);
	struct buf b = BUF_ON(room);
	size_t used, want = iban_length(s);
	struct span v;

	if (want == 0)
		return 0;
	v = compact(s, want, &b, &used);
	if (v.len != want || !is_edge(span_at(s, used)) || !iban_holds(v))
		return 0;
	found(ids, CONTENT_ID_IBAN, v, true);
	return used;
}

/* ISO 9362: 4 letters, 2 of a country, 2, and 3 more; any word of eight
 * capitals looks so, hence its name before it. */
static size_t
take_bic(struct ids *ids, struct span before, struct span s)
{
	static const struct span names[] = { SPAN_INIT("bic"),
		SPAN_INIT("swift") };
	size_t n = 0;

	while (is_alnum(span_at(s, n)))
		n++;
	if (n != 8 && n != 11)
		return 0;
	for (size_t i = 0; i < n; i++) {
		int c = span_at(s, i);

		if (c >= 'a' || (i < 6 && !is_alpha(c)))
			return 0;
	}
	if (!is_country(span_slice(s, 4, 6)) || !is_called(before, names, 2))
		return 0;
	found(ids, CONTENT_ID_BIC, span_head(s, n), false);
	return n;
}

static size_t
take_btc(struct ids *ids, struct span s)
{
	ROOM(room, 74);
	struct buf b = BUF_ON(room);
	int c = span_at(s, 0);
	size_t n = 0;
	bool ok = false;

	while (is_alnum(span_at(s, n)))
		n++;
	if (span_istarts(s, SPAN("bc1"))) {
		ok = n >= 14 && n <= 74 && bech32_holds(span_head(s, n));
		buf_lower(&b, span_head(s, n));
	} else if (c == '1' || c == '3') {
		ok = n >= 26 && n <= 35 && base58_holds(span_head(s, n));
		buf_put(&b, span_head(s, n));
	}
	if (!ok || b.full)
		return 0;
	found(ids, CONTENT_ID_BTC, buf_span(&b), true);
	return n;
}

/* 0x and 40 hexadecimal digits; in lower case, since case is a check of it
 * that few write (EIP-55). */
static size_t
take_eth(struct ids *ids, struct span s)
{
	ROOM(room, 42);
	struct buf b = BUF_ON(room);
	size_t n = 2;

	if (!span_starts(s, SPAN("0x")))
		return 0;
	while (hex_value(span_at(s, n)) >= 0)
		n++;
	if (n != 42 || !is_edge(span_at(s, n)))
		return 0;
	buf_lower(&b, span_head(s, n));
	found(ids, CONTENT_ID_ETH, buf_span(&b), false);
	return n;
}

/* Digits with the punctuation of phone numbers; *used octets. */
static struct span
phone_digits(struct span s, struct buf *out, size_t *used)
{
	size_t i = 0, gap = 0;

	*used = 0;
	if (span_at(s, 0) == '+') {
		buf_byte(out, '+');
		i++;
	}
	for (; gap <= 2 && !out->full; i++) {
		int c = span_at(s, i);

		if (is_digit(c)) {
			buf_byte(out, (uint8_t)c);
			*used = i + 1;
			gap = 0;
		} else if (c == ' ' || c == '-' || c == '.' || c == '(' ||
		    c == ')' || c == '/') {
			gap++;
		} else {
			break;
		}
	}
	return buf_span(out);
}

/* E.164 6: at most 15 digits.  Without a "+" its name must stand before. */
static size_t
take_phone(struct ids *ids, struct span before, struct span s)
{
	static const struct span names[] = { SPAN_INIT("phone"),
		SPAN_INIT("tel"), SPAN_INIT("telephone"), SPAN_INIT("mobile"),
		SPAN_INIT("cell"), SPAN_INIT("call"), SPAN_INIT("whatsapp"),
		SPAN_INIT("text me"), SPAN_INIT("dial"), SPAN_INIT("fax"),
		SPAN_INIT("telefon"), SPAN_INIT("handy"),
		SPAN_INIT("mobil") };
	ROOM(room, 17);
	struct buf b = BUF_ON(room);
	size_t used;
	struct span v = phone_digits(s, &b, &used);
	bool plus = span_at(v, 0) == '+';

	if (b.full || v.len - plus > 15 || v.len < 7 ||
	    !is_edge(span_at(s, used)))
		return 0;
	if (plus ? span_at(v, 1) == '0' : !is_called(before, names,
	    sizeof(names) / sizeof(names[0])))
		return 0;
	found(ids, CONTENT_ID_PHONE, v, false);
	return used;
}

/* ABA routing numbers (9 digits, a check digit), sort codes (6 digits),
 * account numbers: by name alone. */
static size_t
take_account(struct ids *ids, struct span before, struct span s)
{
	static const struct span routing[] = { SPAN_INIT("routing"),
		SPAN_INIT("aba"), SPAN_INIT("rtn"), SPAN_INIT("sort code"),
		SPAN_INIT("sort-code"), SPAN_INIT("blz"), SPAN_INIT("bsb"),
		SPAN_INIT("ifsc") };
	static const struct span account[] = { SPAN_INIT("account"),
		SPAN_INIT("acct"), SPAN_INIT("a/c"), SPAN_INIT("konto"),
		SPAN_INIT("kontonummer"), SPAN_INIT("beneficiary") };
	ROOM(room, 20);
	struct buf b = BUF_ON(room);
	size_t used;
	struct span v = compact(s, 20, &b, &used);
	bool aba = aba_holds(v);

	for (size_t i = 0; i < v.len; i++)
		if (!is_digit(span_at(v, i)))
			return 0;
	if (v.len < 6 || v.len > 17 || !is_edge(span_at(s, used)))
		return 0;
	if ((v.len == 6 || v.len == 8 || aba) &&
	    is_called(before, routing, sizeof(routing) / sizeof(routing[0])))
		found(ids, CONTENT_ID_ROUTING, v, aba);
	else if (is_called(before, account,
	    sizeof(account) / sizeof(account[0])))
		found(ids, CONTENT_ID_ACCOUNT, v, false);
	else
		return 0;
	return used;
}

/* ---- a text ----------------------------------------------------------- */

/* What begins at place i; octets of it, 0: nothing. */
static size_t
take(struct ids *ids, struct span text, size_t i)
{
	struct span before = span_head(text, i), s = span_skip(text, i);
	int c = span_at(s, 0);
	size_t n = 0;

	if (is_digit(c)) {
		n = take_btc(ids, s);
		n = n > 0 ? n : take_eth(ids, s);
		n = n > 0 ? n : take_account(ids, before, s);
		return n > 0 ? n : take_phone(ids, before, s);
	}
	if (c == '+' || c == '(')
		return take_phone(ids, before, s);
	if (!is_alpha(c))
		return 0;
	if (c == 'b' || c == 'B')
		n = take_btc(ids, s);
	if (n == 0 && is_digit(span_at(s, 2)))
		n = take_iban(ids, s);
	return n > 0 ? n : take_bic(ids, before, s);
}

static void
ids_in(struct ids *ids, struct span text)
{
	size_t i = 0;

	while (i < text.len && !ids->r->arena->failed) {
		size_t n = is_edge(i == 0 ? -1 : span_at(text, i - 1)) ?
		    take(ids, text, i) : 0;

		if (n > 0) {
			i += n;
			continue;
		}
		/* to the next edge */
		i++;
		while (i < text.len && !is_edge(span_at(text, i - 1)))
			i++;
	}
}

void
ids_find(struct reading *r)
{
	struct ids ids = { .r = r };

	ids_in(&ids, buf_span(&r->text));
	ids.hidden = true;
	ids_in(&ids, buf_span(&r->hidden));
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * who.c - whose message it is, and how it came to be sent.
 *
 * A mailing list may put its own address into From, so that DMARC passes
 * (RFC 7960 3.1.2): the author is then in Reply-To or X-Original-From.  That
 * is believed only where From is the list: where it is the address in
 * List-Post, is named by List-Id, or stands among the recipients of a
 * message whose display name says "via".  Otherwise a stolen account could
 * name somebody else to be judged by.
 */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/encword.h"

enum { FEW = 8 };

/* The local part and the domain of a List-Id, "<local.domain>" (RFC 2919 3:
 * lists at a host often take the name of their address). */
static bool
list_id_is(struct span id, struct span from)
{
	struct span rest = id;
	size_t at = span_find(from, '@');

	if (span_has(id, '<'))
		(void)span_cut(&rest, '<');
	rest = span_trim_wsp(span_cut(&rest, '>'));
	return rest.len == from.len && at < from.len &&
	    span_ieq(span_head(rest, at), span_head(from, at)) &&
	    span_at(rest, at) == '.' &&
	    span_ieq(span_skip(rest, at + 1), span_skip(from, at + 1));
}

static bool
names(struct reading *r, struct span value, struct span address)
{
	struct span some[FEW];
	size_t n = addresses(r, value, some, FEW);

	for (size_t i = 0; i < n && i < FEW; i++)
		if (span_eq(some[i], address))
			return true;
	return false;
}

/* "<mailto:list@example.org>" */
static bool
posts_to(struct span value, struct span address)
{
	struct span rest = value, s;

	while ((s = next_address(&rest)).len > 0)
		if (span_ieq(s, address))
			return true;
	return false;
}

static bool
from_is_list(struct reading *r)
{
	struct span from = r->t->from;

	if (list_id_is(header_text(r, K_LIST_ID), from) ||
	    posts_to(header_raw(r, K_LIST_POST), from))
		return true;
	return span_search(r->t->display, SPAN(" via ")) <
	    r->t->display.len && (names(r, header_text(r, K_TO), from) ||
	    names(r, header_text(r, K_CC), from));
}

/* The first address of that field that is not the list. */
static struct span
other_address(struct reading *r, enum known k)
{
	struct span some[FEW];
	size_t n = addresses(r, header_text(r, k), some, FEW);

	for (size_t i = 0; i < n && i < FEW; i++)
		if (!span_eq(some[i], r->t->from))
			return some[i];
	return SPAN_NONE;
}

static void
see_through(struct reading *r)
{
	static const enum known where[] = { K_X_ORIGINAL_FROM,
	    K_X_ORIGINAL_SENDER, K_REPLY_TO };

	if (r->t->from.len == 0 || !from_is_list(r))
		return;
	for (size_t i = 0; i < sizeof(where) / sizeof(where[0]); i++) {
		struct span s = other_address(r, where[i]);

		if (s.len > 0) {
			r->t->sender = s;
			r->t->munged = true;
			return;
		}
	}
}

/* ---- how it came to be sent ---------------------------------------------- */

static bool
says(struct reading *r, enum known k, struct span word)
{
	struct span s = header_text(r, k);

	return span_istarts(s, word) && !is_alnum(span_at(s, word.len));
}

/* RFC 3834 2: an answer goes out with a null path or says what it is; RFC
 * 3464: so does a report. */
static bool
is_auto(struct reading *r)
{
	if (r->in->has_mail_from && r->in->mail_from.len == 0)
		return true;
	if (r->count[K_AUTO_SUBMITTED] > 0 &&
	    !says(r, K_AUTO_SUBMITTED, SPAN("no")))
		return true;
	return says(r, K_PRECEDENCE, SPAN("auto_reply")) ||
	    says(r, K_CONTENT_TYPE, SPAN("multipart/report"));
}

/* A newsletter has a List-Id too, but nobody posts to it or asks to be put
 * on it by mail. */
static bool
is_list(struct reading *r)
{
	static const enum known marks[] = { K_LIST_POST, K_LIST_SUBSCRIBE,
	    K_MAILING_LIST, K_X_MAILING_LIST, K_X_BEENTHERE };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (r->count[marks[i]] > 0)
			return true;
	return says(r, K_PRECEDENCE, SPAN("list"));
}

static enum mail_class
class_of(struct reading *r)
{
	bool bulk = r->count[K_FEEDBACK_ID] > 0 ||
	    says(r, K_PRECEDENCE, SPAN("bulk")) ||
	    says(r, K_PRECEDENCE, SPAN("junk"));

	if (is_auto(r))
		return MAIL_AUTO;
	if (is_list(r))
		return MAIL_LIST;
	if (bulk || (r->count[K_LIST_UNSUBSCRIBE] > 0 &&
	    r->count[K_LIST_ID] == 0))
		return MAIL_BULK;
	return r->count[K_LIST_ID] > 0 || r->t->munged ? MAIL_LIST :
	    MAIL_DIRECT;
}

/* ---- the name ------------------------------------------------------------ */

/* What stands before <address>, or in the comment behind it; of "addr" alone
 * nothing. */
static struct span
phrase(struct span from)
{
	size_t angle = span_rfind(from, '<');

	return angle == from.len ? SPAN_NONE :
	    span_trim_wsp(span_head(from, angle));
}

static void
read_display(struct reading *r, struct span from)
{
	struct span name = phrase(from), text;
	struct encword_seen seen;
	struct buf b = arena_buf(r->a, LIMIT_DISPLAY), v;

	encword_show(&b, span_head(name, LIMIT_DISPLAY), &seen);
	text = span_trim_fws(arena_done(r->a, &b));
	if (text.len == 0)
		return;
	r->t->display = text;
	v = value_open(r, TRAIT_DISPLAY_NAME, 80);
	put_text(&v, span_head(text, 80), true);
	value_close(r, TRAIT_DISPLAY_NAME, &v);
}

static void
read_from_shape(struct reading *r, struct span from)
{
	struct span name = phrase(from), word = name;
	struct buf v = value_open(r, TRAIT_FROM_SHAPE, 60);

	if (span_has(from, '"'))
		buf_byte(&v, 'q');
	/* "=?UTF-8?Q?": as the program writes it */
	if (span_starts(name, SPAN("=?"))) {
		word = span_skip(name, 2);
		put_text(&v, span_head(span_cut(&word, '?'), 20), false);
		buf_byte(&v, '?');
		put_text(&v, span_head(word, 1), false);
	} else {
		put_shape(&v, r->t->display, 8);
	}
	value_close(r, TRAIT_FROM_SHAPE, &v);
}

/* Who sends newsletters for whom: known by the signer and by where one
 * unsubscribes, not by an address that changes with each issue. */
static void
read_service(struct reading *r)
{
	struct span un = header_text(r, K_LIST_UNSUBSCRIBE);
	struct span dkim = r->t->one[TRAIT_DKIM_DOMAINS].text;
	struct buf b = arena_buf(r->a, LIMIT_NAME * 3 + 100);
	size_t at = span_search(un, SPAN("://"));

	if (at < un.len) {
		un = span_skip(un, at + 3);
		un = span_head(un, span_find(un, '>'));
		un = span_cut(&un, '/');
	} else {
		un = address_domain(next_address(&un));
	}
	buf_put(&b, dkim);
	buf_byte(&b, ' ');
	put_org(&b, r, un, SUFFIX_ICANN);
	buf_byte(&b, ' ');
	buf_put(&b, r->t->sender_domain);
	r->t->service = arena_done(r->a, &b);
}

void
traits_class(struct reading *r)
{
	r->t->mail_class = class_of(r);
	if (r->t->mail_class == MAIL_BULK)
		read_service(r);
}

void
traits_who(struct reading *r)
{
	struct span from = header_text(r, K_FROM), some[1] = { SPAN_NONE };
	struct traits *t = r->t;

	if (addresses(r, from, some, 1) > 0)
		t->from = t->sender = some[0];
	read_display(r, from);
	if (from.len > 0)
		read_from_shape(r, from);
	see_through(r);
	t->sender_domain = org_of(r, address_domain(t->sender),
	    SUFFIX_PRIVATE);
}

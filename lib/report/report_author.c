/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_author.h"

#include "base/limits.h"
#include "eval.h"
#include "wire/address.h"

/* RFC 5322 3.2.3, in lower case */
static bool
is_atext(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	    span_has(SPAN("!#$%&'*+-/=?^_`{|}~"), (uint8_t)c);
}

static bool
is_dot_atom(struct span s)
{
	bool atom = false;

	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (c != '.' && !is_atext(c))
			return false;
		if (c == '.' && !atom)
			return false;
		atom = c != '.';
	}
	return atom;
}

static bool
is_domain(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '_' || c == '.'))
			return false;
	}
	return s.len > 0 && s.len <= LIMIT_NAME;
}

bool
report_author_valid(struct span text)
{
	size_t at = span_rfind(text, '@');

	if (at == text.len)
		return is_domain(text);
	return at <= 64 && is_dot_atom(span_head(text, at)) &&
	    is_domain(span_skip(text, at + 1));
}

static const struct field *
from_of(const struct assay_eval *ev)
{
	for (size_t i = 0; ev->fields != NULL && i < ev->fields->n; i++)
		if (field_is(&ev->fields->field[i], SPAN("From")))
			return &ev->fields->field[i];
	return NULL;
}

struct span
report_author(struct assay_eval *ev)
{
	const struct from_facts *f = &ev->facts.from;
	const struct field *from = from_of(ev);
	struct address_list l;
	struct span address;
	struct buf b;

	if (from == NULL || f->fields != 1 || f->mailboxes != 1 ||
	    f->unusable || !address_list_parse(&l, from->value,
	    &ev->arena) || l.n != 1 || domain_absent(l.box->domain) ||
	    l.box->local.len > 64)
		return SPAN_NONE;
	b = arena_buf(&ev->arena, LIMIT_ADDRESS);
	buf_lower(&b, l.box->local);
	buf_byte(&b, '@');
	buf_put(&b, l.box->domain.name);
	address = arena_done(&ev->arena, &b);
	return b.full || ev->arena.failed ||
	    !report_author_valid(address) ? SPAN_NONE : address;
}

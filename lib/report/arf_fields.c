/* SPDX-License-Identifier: Apache-2.0 */
/* arf_fields.c - the fields of a feedback report, and what they mean. */
#include "report/arf_read.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/head.h"
#include "wire/addr.h"
#include "wire/date.h"

/* ---- the list ---------------------------------------------------------- */

struct span
arf_value(const struct arf *r, enum arf_name id)
{
	for (size_t i = 0; i < r->n_field; i++)
		if (r->field[i].id == id)
			return r->field[i].value;
	return SPAN_NONE;
}

bool
arf_room(struct arf *out, struct arena *a)
{
	out->field = arena_array(a, LIMIT_ARF_FIELDS, sizeof(*out->field));
	return out->field != NULL;
}

void
arf_add(struct arf *out, enum arf_name id, struct span name,
    struct span value, struct arena *a)
{
	if (out->n_field == LIMIT_ARF_FIELDS || value.len > LIMIT_ARF_VALUE)
		out->deviations |= ARF_D_TOO_MANY;
	if (out->n_field == LIMIT_ARF_FIELDS)
		return;
	if (!arf_many(id) && !span_absent(arf_value(out, id)))
		out->deviations |= ARF_D_REPEATED;
	out->field[out->n_field++] = (struct arf_field){ .id = id,
	    .name = id == ARF_F_OTHER ? name : assay_cstr(arf_name(id)),
	    .value = head_tidy(span_head(value, LIMIT_ARF_VALUE), a) };
}

/* ---- values ------------------------------------------------------------ */

/* The first word of a value, comments before it and behind it left out
 * (RFC 5965 3.5: [CFWS]). */
static struct span
word_of(struct span s)
{
	size_t depth = 0, n = 0;

	for (; s.len > 0; s = span_skip(s, 1)) {
		int c = span_at(s, 0);

		if (c == '(')
			depth++;
		else if (depth > 0 && c == ')')
			depth--;
		else if (depth == 0 && c != ' ')
			break;
	}
	while (n < s.len && span_at(s, n) != ' ' && span_at(s, n) != '(')
		n++;
	return span_head(s, n);
}

/* An address without its angle brackets; text behind them is dropped. */
static struct span
path_of(struct span s)
{
	size_t open = span_find(s, '<');
	struct span inner = span_skip(s, open + 1);
	size_t close = span_find(inner, '>');

	if (span_absent(s) || open == s.len || close == inner.len)
		return s;
	return span_head(inner, close);
}

/* RFC 5321 4.1.3 has "IPv6:"; real ones have brackets, a port, a host. */
static bool
address_of(struct assay_addr *out, struct span s)
{
	struct assay_addr addr;

	s = word_of(s);
	if (span_at(s, 0) == '[') {
		s = span_skip(s, 1);
		s = span_head(s, span_find(s, ']'));
	}
	if (span_istarts(s, SPAN("IPv6:")))
		s = span_skip(s, 5);
	if (!addr_parse6(&addr, s) &&
	    !addr_parse4(&addr, span_head(s, span_find(s, ':'))))
		return false;
	*out = addr_unmap(&addr);
	return true;
}

static void
read_domain(struct domain *out, struct span value, struct arf *r,
    struct arena *a)
{
	if (!span_absent(value) &&
	    !domain_parse(out, word_of(value), true, a))
		r->deviations |= ARF_D_DOMAIN;
}

static uint64_t
read_number(struct arf *r, enum arf_name id, uint64_t max, uint64_t unsaid)
{
	struct span value = arf_value(r, id);
	uint64_t n = unsaid;

	if (!span_absent(value) && !span_u64(word_of(value), max, &n))
		r->deviations |= ARF_D_NUMBER;
	return n;
}

/* RFC 9991 4 (2): "none", or methods with commas between. */
static unsigned
read_alignment(struct arf *r, struct span value)
{
	unsigned bits = ARF_ALIGN_SAID;

	while (value.len > 0) {
		struct span word = word_of(span_cut(&value, ','));

		if (span_ieq(word, SPAN("dkim")))
			bits |= ARF_ALIGN_DKIM;
		else if (span_ieq(word, SPAN("spf")))
			bits |= ARF_ALIGN_SPF;
		else if (!span_ieq(word, SPAN("none")))
			r->deviations |= ARF_D_WORD;
	}
	return bits;
}

static void
read_words(struct arf *r)
{
	struct span s = arf_value(r, ARF_F_FEEDBACK_TYPE);

	if (!span_absent(s))
		r->type = arf_type_of(word_of(s));
	s = arf_value(r, ARF_F_AUTH_FAILURE);
	if (!span_absent(s))
		r->failure = arf_failure_of(word_of(s));
	s = arf_value(r, ARF_F_DELIVERY_RESULT);
	if (!span_absent(s))
		r->delivery = arf_delivery_of(word_of(s));
	if (r->type == ARF_TYPE_OTHER || r->failure == ARF_FAILURE_OTHER ||
	    r->delivery == ARF_DELIVERY_UNKNOWN)
		r->deviations |= ARF_D_WORD;
	s = arf_value(r, ARF_F_IDENTITY_ALIGNMENT);
	if (!span_absent(s))
		r->alignment |= read_alignment(r, s);
}

/* RFC 5965 3.2: Received-Date means the same; both are a mistake. */
static void
read_arrival(struct arf *r)
{
	struct span s = arf_value(r, ARF_F_ARRIVAL_DATE);
	struct span old = arf_value(r, ARF_F_RECEIVED_DATE);

	if (!span_absent(s) && !span_absent(old))
		r->deviations |= ARF_D_REPEATED;
	if (span_absent(s))
		s = old;
	if (span_absent(s))
		return;
	r->has_arrival = date_parse(&r->arrival, s);
	if (!r->has_arrival)
		r->deviations |= ARF_D_DATE;
}

static void
read_source(struct arf *r)
{
	struct span s = arf_value(r, ARF_F_SOURCE_IP);

	if (!span_absent(s) && !address_of(&r->source, s))
		r->deviations |= ARF_D_ADDRESS;
	r->source_port = (uint16_t)read_number(r, ARF_F_SOURCE_PORT,
	    UINT16_MAX, 0);
}

static bool
has_domain(const struct arf *r, struct domain d)
{
	for (size_t i = 0; i < r->n_reported; i++)
		if (domain_eq(r->reported[i], d))
			return true;
	return false;
}

static void
read_reported(struct arf *r, struct arena *a)
{
	r->reported = arena_array(a, r->n_field + 1, sizeof(*r->reported));
	if (r->reported == NULL)
		return;
	for (size_t i = 0; i < r->n_field; i++) {
		struct domain d = { SPAN_NONE };

		if (r->field[i].id != ARF_F_REPORTED_DOMAIN)
			continue;
		read_domain(&d, r->field[i].value, r, a);
		if (!domain_absent(d) && !has_domain(r, d))
			r->reported[r->n_reported++] = d;
	}
}

/* RFC 5965 3.1; of auth-failure RFC 6591 3.1, 3.2.1 and RFC 9991 4. */
static void
note_missing(struct arf *r)
{
	bool failure = r->type == ARF_AUTH_FAILURE;

	if (r->type == ARF_TYPE_UNSAID || span_absent(r->user_agent) ||
	    span_absent(r->version) || (failure &&
	    (r->failure == ARF_FAILURE_UNSAID || span_absent(r->authres))))
		r->deviations |= ARF_D_MISSING;
	if (r->failure == ARF_DMARC && r->alignment == 0)
		r->deviations |= ARF_D_ALIGNMENT;
}

void
arf_meaning(struct arf *r, struct arena *a)
{
	read_words(r);
	read_arrival(r);
	read_source(r);
	read_reported(r, a);
	r->incidents = (uint32_t)read_number(r, ARF_F_INCIDENTS, UINT32_MAX,
	    1);
	r->user_agent = arf_value(r, ARF_F_USER_AGENT);
	r->version = arf_value(r, ARF_F_VERSION);
	r->authres = arf_value(r, ARF_F_AUTHRES);
	r->envelope_id = arf_value(r, ARF_F_ENVELOPE_ID);
	r->mail_from = path_of(arf_value(r, ARF_F_MAIL_FROM));
	r->rcpt_to = path_of(arf_value(r, ARF_F_RCPT_TO));
	read_domain(&r->dkim_domain, arf_value(r, ARF_F_DKIM_DOMAIN), r, a);
	r->dkim_selector = arf_value(r, ARF_F_DKIM_SELECTOR);
	r->dkim_identity = arf_value(r, ARF_F_DKIM_IDENTITY);
	r->spf_dns = arf_value(r, ARF_F_SPF_DNS);
	note_missing(r);
}

void
arf_fields(struct arf *out, struct span text, struct arena *a)
{
	struct field f = { .at = 0 };

	if (!arf_room(out, a))
		return;
	/* empty lines and junk may stand before the first field */
	while (text.len > 0 && !head_next(&text, &f))
		text = span_skip(text, head_line(text).len);
	if (span_absent(f.name))
		return;
	do
		arf_add(out, arf_name_of(f.name), f.name, f.value, a);
	while (head_next(&text, &f));
	arf_meaning(out, a);
}

/* ---- the message it is about ------------------------------------------- */

static struct span
original_value(struct span header, struct span name, struct arena *a)
{
	struct span s = head_value(header, name);

	return span_absent(s) ? s : head_tidy(span_head(s, LIMIT_ARF_VALUE),
	    a);
}

void
arf_original(struct arf *out, struct span text, struct arena *a)
{
	struct arf_original *o = &out->original;

	while (head_is_empty(head_line(text)))
		text = span_skip(text, head_line(text).len);
	o->found = true;
	o->header = head_take(&text);
	o->from = original_value(o->header, SPAN("From"), a);
	o->to = original_value(o->header, SPAN("To"), a);
	o->subject = original_value(o->header, SPAN("Subject"), a);
	o->message_id = original_value(o->header, SPAN("Message-ID"), a);
	o->date = original_value(o->header, SPAN("Date"), a);
}

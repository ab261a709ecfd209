/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The zone as a source of answers: JSON rows through jansson, or a master
 * file through wire/zone.  assay-zone(5) describes both.
 */
#include <string.h>

#include <jansson.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "octets.h"
#include "oracle/zone_table.h"
#include "wire/addr.h"
#include "wire/dname.h"
#include "wire/dnsrr.h"
#include "wire/zone.h"

enum { TTL_WITHOUT = 300 };	/* of JSON rows that name none */

struct reader {
	struct zone_table *t;
	struct arena *arena;
	const char *why;
	unsigned line;
};

static bool
wrong(struct reader *r, const char *why)
{
	if (r->why == NULL)
		r->why = why;
	return false;
}

/* ---- JSON ---------------------------------------------------------------- */

static bool
octets(struct reader *r, const json_t *string, struct buf *out)
{
	if (octets_of(out, string))
		return true;
	return r->arena->failed ? false :
	    wrong(r, "a character above U+00FF");
}

static bool
text_of(struct reader *r, const json_t *string, struct span *out)
{
	struct buf b;

	if (!json_is_string(string))
		return wrong(r, "a string is missing");
	b = arena_buf(r->arena, json_string_length(string) + 1);
	if (!octets(r, string, &b))
		return false;
	*out = arena_done(r->arena, &b);
	return true;
}

static bool
name_of(struct reader *r, struct span text, struct span *out)
{
	uint8_t room[DNAME_TEXT_MAX];
	struct buf b = BUF_ON(room);

	dname_loose(&b, text);
	if (b.full)
		return wrong(r, "a name is too long");
	*out = arena_dup(r->arena, buf_span(&b));
	return true;
}

static bool
address_of(struct reader *r, uint16_t type, struct span text,
    struct span *out)
{
	struct assay_addr a;

	if (type == ASSAY_T_A ? !addr_parse4(&a, text) :
	    !addr_parse6(&a, text))
		return wrong(r, "not an address");
	*out = arena_dup(r->arena, addr_octets(&a));
	return true;
}

/* "10 mail.example"; "." alone is the null MX of RFC 7505. */
static bool
mx_of(struct reader *r, struct span text, struct span *out)
{
	struct span rest = span_trim_wsp(text), word, host;
	uint64_t n = 0;
	struct buf b;

	word = span_cut(&rest, ' ');
	if (span_eq(word, SPAN(".")) && rest.len == 0)
		rest = word;
	else if (!span_u64(word, UINT16_MAX, &n))
		return wrong(r, "MX needs a preference of 0 to 65535");
	if (!name_of(r, span_trim_wsp(rest), &host))
		return false;
	b = arena_buf(r->arena, host.len + 2);
	buf_byte(&b, (uint8_t)(n >> 8));
	buf_byte(&b, (uint8_t)(n & 255));
	buf_put(&b, host);
	*out = buf_span(&b);
	return true;
}

/* Octets in hexadecimal. */
static bool
rdata_of(struct reader *r, uint16_t type, struct span text,
    struct span *out)
{
	struct buf b = arena_buf(r->arena, text.len / 2 + 1);

	for (size_t i = 0; i < text.len; i += 2) {
		int high = hex_value(span_at(text, i));
		int low = hex_value(span_at(text, i + 1));

		if (high < 0 || low < 0)
			return wrong(r, "not hexadecimal");
		buf_byte(&b, (uint8_t)(high * 16 + low));
	}
	return rr_item(out, type, buf_span(&b), buf_span(&b), r->arena) ||
	    wrong(r, "not the octets of such a record");
}

static bool
txt_of(struct reader *r, const json_t *value, struct span *out)
{
	size_t n = json_array_size(value), sum = 1;
	struct buf b;

	if (!json_is_array(value)) {
		if (!text_of(r, value, out))
			return false;
		return out->len <= LIMIT_TXT || wrong(r, "TXT is too long");
	}
	for (size_t i = 0; i < n; i++)
		sum += json_string_length(json_array_get(value, i));
	b = arena_buf(r->arena, sum);
	for (size_t i = 0; i < n; i++) {
		const json_t *part = json_array_get(value, i);
		if (!json_is_string(part))
			return wrong(r, "a string is missing");
		if (!octets(r, part, &b))
			return false;
	}
	*out = arena_done(r->arena, &b);
	return out->len <= LIMIT_TXT || wrong(r, "TXT is too long");
}

static bool
value_of(struct reader *r, uint16_t type, const json_t *value,
    struct span *out)
{
	struct span text;

	if (type == ASSAY_T_TXT)
		return txt_of(r, value, out);
	if (!text_of(r, value, &text))
		return false;
	switch (type) {
	case ASSAY_T_A:
	case ASSAY_T_AAAA:
		return address_of(r, type, text, out);
	case ASSAY_T_MX:
		return mx_of(r, text, out);
	case ASSAY_T_DS:
	case ASSAY_T_DNSKEY:
		return rdata_of(r, type, text, out);
	default:
		return name_of(r, text, out);
	}
}

static bool
is_asked(uint16_t type)
{
	return type == ASSAY_T_A || type == ASSAY_T_NS ||
	    type == ASSAY_T_CNAME || type == ASSAY_T_PTR ||
	    type == ASSAY_T_MX || type == ASSAY_T_TXT ||
	    type == ASSAY_T_AAAA || type == ASSAY_T_DS ||
	    type == ASSAY_T_DNSKEY;
}

static bool
rcode_row(struct reader *r, struct span name, uint16_t type,
    const json_t *rcode)
{
	static const struct {
		const char *name;
		enum assay_akind kind;
	} rcodes[] = {
		{ "TIMEOUT", ASSAY_A_TEMPFAIL },
		{ "SERVFAIL", ASSAY_A_TEMPFAIL },
		{ "REFUSED", ASSAY_A_TEMPFAIL },
		{ "NXDOMAIN", ASSAY_A_NXDOMAIN },
		{ "NODATA", ASSAY_A_NODATA },
		{ "BOGUS", ASSAY_A_BOGUS },
	};

	for (size_t i = 0; i < sizeof(rcodes) / sizeof(rcodes[0]); i++)
		if (json_is_string(rcode) &&
		    strcmp(json_string_value(rcode), rcodes[i].name) == 0)
			return zone_table_say(r->t, name, type,
			    rcodes[i].kind);
	return wrong(r, "no such rcode");
}

static bool
row(struct reader *r, const json_t *row)
{
	const json_t *type = json_object_get(row, "type");
	const json_t *rcode = json_object_get(row, "rcode");
	const json_t *values = json_object_get(row, "values");
	const json_t *ttl = json_object_get(row, "ttl");
	bool secure = json_is_true(json_object_get(row, "secure"));
	struct span name, text, item;
	uint16_t t = 0;

	if (!json_is_object(row))
		return wrong(r, "a row is an object");
	if (!text_of(r, json_object_get(row, "name"), &text) ||
	    !name_of(r, text, &name))
		return wrong(r, "a row needs a name");
	if (type != NULL && (!text_of(r, type, &text) ||
	    (t = rr_type(text)) == 0))
		return wrong(r, "no such record type");
	if (rcode != NULL)
		return rcode_row(r, name, t, rcode);
	if (t == 0 || !json_is_array(values))
		return wrong(r, "a row needs type and values, or rcode");
	if (ttl != NULL && (!json_is_integer(ttl) ||
	    json_integer_value(ttl) < 0 ||
	    json_integer_value(ttl) > INT32_MAX))
		return wrong(r, "not a time to live");
	if (!zone_table_name(r->t, name))
		return false;
	for (size_t i = 0; is_asked(t) && i < json_array_size(values); i++)
		if (!value_of(r, t, json_array_get(values, i), &item) ||
		    !zone_table_add(r->t, name, t, ttl == NULL ? TTL_WITHOUT :
		    (uint32_t)json_integer_value(ttl), secure, item))
			return false;
	return true;
}

/* The line on which row n begins: the (n+1)th brace at depth 1. */
static unsigned
line_of(struct span text, size_t n)
{
	struct cur c = cur_of(text);
	unsigned line = 1, depth = 0;
	bool string = false;

	while (!cur_end(&c)) {
		int o = cur_byte(&c);

		if (o == '\n')
			line++;
		if (string && o == '\\')
			cur_byte(&c);
		else if (o == '"')
			string = !string;
		else if (!string && (o == '{' || o == '[')) {
			if (depth == 1 && n-- == 0)
				break;
			depth++;
		} else if (!string && (o == '}' || o == ']'))
			depth--;
	}
	return line;
}

static bool
read_json(struct reader *r, struct span text)
{
	json_error_t e = { .line = 0 };
	json_t *root = json_loadb((const char *)text.ptr, text.len,
	    JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &e);
	bool ok = true;

	if (root == NULL) {
		r->line = e.line > 0 ? (unsigned)e.line : 1;
		return wrong(r, "not JSON");
	}
	for (size_t i = 0; ok && i < json_array_size(root); i++) {
		ok = row(r, json_array_get(root, i));
		if (!ok)
			r->line = line_of(text, i);
	}
	json_decref(root);
	return ok;
}

/* ---- master file --------------------------------------------------- */

static bool
read_master(struct reader *r, struct span text)
{
	struct zone z = zone_open(text, r->arena);
	struct zone_rr rr;

	while (zone_next(&z, &rr))
		if (!zone_table_name(r->t, rr.owner) || (rr.has_item &&
		    !zone_table_add(r->t, rr.owner, rr.type, rr.ttl, false,
		    rr.item)))
			return false;
	r->line = z.line;
	r->why = z.why;
	return z.why == NULL && !r->arena->failed;
}

/* ---- the source ---------------------------------------------------- */

static enum assay_status
zone_ask(void *self, const struct assay_question *q, struct assay_answer *a)
{
	if (q->kind != ASSAY_Q_DNS)
		return ASSAY_PENDING;
	zone_table_ask(self, q->type, q->key, a);
	return ASSAY_OK;
}

static void
zone_free(void *self)
{
	zone_table_free(self);
}

enum assay_status
assay_oracle_zone(struct assay_oracle *out, struct assay_span text,
    unsigned *line, const char **why)
{
	struct reader r = { .line = 0 };
	struct cur c = cur_of(text);
	bool ok;

	*out = (struct assay_oracle){ .self = NULL };
	r.t = zone_table_new(LIMIT_ZONE_MEMORY);
	if (r.t == NULL)
		return ASSAY_NOMEM;
	r.arena = zone_table_arena(r.t);
	while (is_fws(cur_peek(&c)))
		cur_byte(&c);
	ok = cur_peek(&c) == '[' ? read_json(&r, text) :
	    read_master(&r, text);
	if (line != NULL)
		*line = r.line;
	if (why != NULL)
		*why = r.why;
	if (!ok) {
		zone_table_free(r.t);
		return r.why != NULL ? ASSAY_FORMAT : ASSAY_NOMEM;
	}
	*out = (struct assay_oracle){ .ask = zone_ask, .free = zone_free,
		.self = r.t };
	return ASSAY_OK;
}

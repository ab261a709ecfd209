/* SPDX-License-Identifier: Apache-2.0 */
/* conf_value.c - numbers, names, networks, choices; see conf_value.h. */
#include "conf_value.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "near.h"
#include "origin/people.h"
#include "wire/addr.h"
#include "wire/domain.h"

enum { CONF_CHOICES = 8 };	/* words of one "a | b | c" */

/* Digits and a unit; the factor of the unit is multiplied in. */
static bool
amount(struct span text, const char *const *unit, const uint64_t *factor,
    size_t units, uint64_t *out)
{
	size_t n = 0;
	uint64_t v;

	while (is_digit(span_at(text, n)))
		n++;
	if (n == 0 || !span_u64(span_head(text, n), UINT32_MAX, &v))
		return false;
	for (size_t i = 0; i < units; i++)
		if (span_ieq(span_skip(text, n), assay_cstr(unit[i]))) {
			*out = v * factor[i];
			return true;
		}
	return false;
}

bool
conf_amount(enum conf_type type, struct span text, uint64_t *out)
{
	static const char *const times[] = { "ms", "s", "m", "h", "d" };
	static const uint64_t ms[] = { 1, 1000, 60000, 3600000, 86400000 };
	static const char *const sizes[] = { "", "K", "M", "G" };
	static const uint64_t bytes[] = { 1, 1 << 10, 1 << 20, 1 << 30 };

	if (type == CONF_TIME)
		return amount(text, times, ms, 5, out);
	return amount(text, sizes, bytes, type == CONF_SIZE ? 4 : 1, out);
}

static bool
is_port(struct span text)
{
	uint64_t port;

	return text.len > 0 && text.len <= 5 &&
	    span_u64(text, 65535, &port) && port > 0;
}

/* system, recursive, zone:/FILE, ADDR, V4:PORT, [V6]:PORT */
static bool
is_resolver(struct span text)
{
	struct assay_addr addr;
	size_t colon = span_rfind(text, ':');
	struct span host = span_head(text, colon);

	if (span_eq(text, SPAN("system")) ||
	    span_eq(text, SPAN("recursive")) ||
	    span_starts(text, SPAN("zone:/")))
		return true;
	if (assay_addr_parse(&addr, text) == ASSAY_OK)
		return true;
	if (colon == text.len || !is_port(span_skip(text, colon + 1)))
		return false;
	if (span_at(host, 0) == '[' && span_ends(host, SPAN("]")))
		return assay_addr_parse(&addr, span_slice(host, 1,
		    host.len - 1)) == ASSAY_OK && addr.family == 6;
	return assay_addr_parse(&addr, host) == ASSAY_OK &&
	    addr.family == 4;
}

bool
conf_net(struct conf_net *out, struct span text)
{
	struct span addr = span_cut(&text, '/');
	uint64_t bits;

	if (assay_addr_parse(&out->addr, addr) != ASSAY_OK)
		return false;
	bits = out->addr.family == 4 ? 32 : 128;
	if (text.len > 0 && !span_u64(text, bits, &bits))
		return false;
	out->bits = (unsigned)bits;
	return true;
}

bool
conf_net_has(const struct conf_net *net, const struct assay_addr *a)
{
	return addr_within(a, &net->addr, net->bits);
}

static bool
is_name(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_alnum(span_at(text, i)) && span_at(text, i) != '.' &&
		    span_at(text, i) != '-' && span_at(text, i) != '_')
			return false;
	return text.len > 0 && text.len <= LIMIT_NAME;
}

static void
put_amount(struct buf *b, enum conf_type type, uint64_t v)
{
	static const uint64_t size[] = { 1 << 30, 1 << 20, 1 << 10 };
	static const char *const unit[] = { "G", "M", "K" };
	size_t i = 0;

	if (type == CONF_TIME) {
		buf_u64(b, v % 1000 == 0 ? v / 1000 : v);
		buf_str(b, v % 1000 == 0 ? "s" : "ms");
		return;
	}
	while (type == CONF_SIZE && i < 3 && v % size[i] != 0)
		i++;
	buf_u64(b, type == CONF_SIZE && i < 3 ? v / size[i] : v);
	buf_str(b, type == CONF_SIZE && i < 3 ? unit[i] : "");
}

const char *
conf_sentence(struct arena *a, struct buf *b)
{
	buf_byte(b, 0);
	return b->full ? "this is wrong" :
	    (const char *)arena_done(a, b).ptr;
}

static const char *
out_of_range(struct arena *a, const struct conf_entry *e)
{
	struct buf b = arena_buf(a, 100);

	buf_str(&b, "this is out of range: ");
	put_amount(&b, e->type, e->min);
	buf_str(&b, " to ");
	put_amount(&b, e->type, e->max);
	return conf_sentence(a, &b);
}

int
conf_choice(const char *values, struct span text)
{
	struct span rest = assay_cstr(values);

	for (int i = 0; rest.len > 0; i++)
		if (span_eq(span_trim_wsp(span_cut(&rest, '|')), text))
			return i;
	return -1;
}

static const char *
meant(struct arena *a, const char *values, struct span text)
{
	const char *word[CONF_CHOICES];
	struct span rest = assay_cstr(values);
	size_t n = 0;
	char room[40] = "";
	struct buf b = { .ptr = (uint8_t *)room, .cap = sizeof(room) - 1 };

	while (rest.len > 0 && n < CONF_CHOICES) {
		struct span one = span_trim_wsp(span_cut(&rest, '|'));
		struct buf copy = arena_buf(a, one.len + 1);

		buf_put(&copy, one);
		word[n++] = conf_sentence(a, &copy);
	}
	buf_put(&b, text);
	return b.full ? NULL : near_word(room, word, n);
}

static const char *
choose(struct arena *a, const struct conf_entry *e, struct conf_item *item,
    const char **near)
{
	int at = conf_choice(e->values, item->text);
	struct buf b;

	if (at >= 0) {
		item->number = (uint64_t)at;
		return NULL;
	}
	*near = meant(a, e->values, item->text);
	b = arena_buf(a, 120);
	buf_str(&b, "this is one of: ");
	buf_str(&b, e->values);
	return conf_sentence(a, &b);
}

static bool
is_text(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (span_at(text, i) < 0x20 || span_at(text, i) == 0x7f)
			return false;
	return true;
}

static const char *
judge_person(struct arena *a, struct span text)
{
	struct people people;

	if (!is_text(text))
		return "control characters have no place here";
	if (!people_make(&people, &text, 1, a))
		return "this is too long";
	if (people.n == 0)
		return "a first and a last name is needed: one word is "
		    "anybody's";
	return span_has(text, '@') && people.person[0].n_address == 0 ?
	    "behind the name stand addresses: NAME <ADDRESS>, <ADDRESS>" :
	    NULL;
}

const char *
conf_judge(struct arena *a, const struct conf_entry *e,
    struct conf_item *item, const char **near)
{
	struct domain domain;
	struct conf_net net;

	switch (e->type) {
	case CONF_NAME:
		return is_name(item->text) ? NULL : "this is no name";
	case CONF_DOMAIN:
		return domain_parse(&domain, item->text, false,
		    a) ? NULL : "this is no domain name";
	case CONF_RESOLVER:
		return is_resolver(item->text) ? NULL : "a resolver is "
		    "\"system\", \"recursive\" or ADDR[:PORT]";
	case CONF_PATH:
		return span_at(item->text, 0) == '/' ? NULL :
		    "a path starts with /";
	case CONF_PROFILE:
		return span_eq(item->text, SPAN("rfc9989")) ||
		    span_eq(item->text, SPAN("rfc7489")) ? NULL :
		    "a profile is rfc9989 or rfc7489";
	case CONF_NET:
		return conf_net(&net, item->text) ? NULL :
		    "this is no ADDR or ADDR/BITS";
	case CONF_TIME:
	case CONF_SIZE:
	case CONF_NUMBER:
		if (!conf_amount(e->type, item->text, &item->number))
			return e->type == CONF_TIME ?
			    "a time is a number with ms, s, m, h or d" :
			    e->type == CONF_SIZE ?
			    "a size is a number, or one with K, M or G" :
			    "this is no number";
		return item->number >= e->min && item->number <= e->max ?
		    NULL : out_of_range(a, e);
	case CONF_CHOICE:
		return choose(a, e, item, near);
	case CONF_TEXT:
		return is_text(item->text) ? NULL : "control characters "
		    "have no place here";
	case CONF_PERSON:
		return judge_person(a, item->text);
	case CONF_WORDLIST:
	case CONF_BLOCK:
		return NULL;
	}
	return NULL;
}

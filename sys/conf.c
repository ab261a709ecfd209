/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.c - reads assay.conf by conf.def.
 *
 *	statement = KEY value* (";" / newline / end)
 *	block     = KEY "NAME" "{" text "}"
 *	value     = word / "quoted, with \" and \\"
 *
 * A word is anything printable but white space and  " # ; { } .  The text
 * of a block is kept as it stands for whoever understands it.
 */
#include "conf.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "base/limits.h"
#include "near.h"
#include "wire/addr.h"
#include "wire/domain.h"
#include "wire/printable.h"

enum {
	CONF_MEMORY = 4 << 20,	/* a configuration is small            */
	CONF_WORDS = 4		/* of one statement; the rest is wrong */
};

const struct conf_entry conf_table[CONF_KEYS] = {
#define X(ID, name, type, many, min, max, dflt, reload, values, help) \
	[CONF_K_##ID] = { name, type, many, reload, min, max, dflt, values, \
	    help },
#include "conf.def"
#undef X
};

struct reader {
	struct conf *conf;
	struct cur cur;
	unsigned line;
	conf_complain_fn *complain;
	void *ctx;
};

static void
mistake(struct reader *r, unsigned line, const char *what, const char *near)
{
	r->conf->mistakes++;
	if (r->complain != NULL)
		r->complain(r->ctx, line, what, near);
}

int
conf_find(struct span name)
{
	for (int i = 0; i < CONF_KEYS; i++)
		if (span_eq(name, assay_cstr(conf_table[i].name)))
			return i;
	return -1;
}

/* ---- tokens -------------------------------------------------------------- */

static bool
is_word(int c)
{
	return is_vchar(c) && c != '"' && c != '#' && c != ';' && c != '{' &&
	    c != '}';
}

static void
skip_comment(struct reader *r)
{
	while (cur_peek(&r->cur) >= 0 && cur_peek(&r->cur) != '\n')
		cur_byte(&r->cur);
}

static void
skip_blank(struct reader *r)
{
	while (is_wsp(cur_peek(&r->cur)) || cur_peek(&r->cur) == '\r')
		cur_byte(&r->cur);
	if (cur_peek(&r->cur) == '#')
		skip_comment(r);
}

/* "..." on one line; \" and \\ stand for themselves. */
static bool
quoted(struct reader *r, struct span *out)
{
	struct buf b = arena_buf(r->conf->arena,
	    span_find(r->cur.rest, '\n'));
	int c;

	cur_byte(&r->cur);
	while ((c = cur_peek(&r->cur)) != '"') {
		if (c < 0x20 || c == 0x7f)
			return false;
		cur_byte(&r->cur);
		if (c == '\\' && (cur_peek(&r->cur) == '"' ||
		    cur_peek(&r->cur) == '\\'))
			c = cur_byte(&r->cur);
		buf_byte(&b, (uint8_t)c);
	}
	cur_byte(&r->cur);
	*out = arena_done(r->conf->arena, &b);
	return true;
}

/* One word or quoted string; false: there is none, or it is broken, which
 * was told. */
static bool
token(struct reader *r, struct span *out)
{
	struct span start;
	size_t n = 0;

	skip_blank(r);
	if (cur_peek(&r->cur) == '"') {
		if (quoted(r, out))
			return true;
		mistake(r, r->line, "a quoted string does not end on its "
		    "line", NULL);
		return false;
	}
	start = r->cur.rest;
	while (is_word(span_at(start, n)))
		n++;
	*out = cur_take(&r->cur, n);
	return n > 0;
}

/* Is the statement over?  Takes nothing. */
static bool
at_end(struct reader *r)
{
	int c;

	skip_blank(r);
	c = cur_peek(&r->cur);
	return c < 0 || c == '\n' || c == ';';
}

static void
skip_line(struct reader *r)
{
	skip_comment(r);
}

/* ---- values -------------------------------------------------------------- */

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

static bool
read_number(enum conf_type type, struct span text, uint64_t *out)
{
	static const char *const times[] = { "ms", "s", "m" };
	static const uint64_t ms[] = { 1, 1000, 60000 };
	static const char *const sizes[] = { "", "K", "M", "G" };
	static const uint64_t bytes[] = { 1, 1 << 10, 1 << 20, 1 << 30 };

	if (type == CONF_TIME)
		return amount(text, times, ms, 3, out);
	return amount(text, sizes, bytes, type == CONF_SIZE ? 4 : 1, out);
}

static bool
is_port(struct span text)
{
	uint64_t port;

	return text.len > 0 && text.len <= 5 &&
	    span_u64(text, 65535, &port) && port > 0;
}

/* system, recursive, ADDR, V4:PORT, [V6]:PORT */
static bool
is_resolver(struct span text)
{
	struct assay_addr addr;
	size_t colon = span_rfind(text, ':');
	struct span host = span_head(text, colon);

	if (span_eq(text, SPAN("system")) || span_eq(text, SPAN("recursive")))
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

/* A sentence of the arena; NULL when that is full. */
static const char *
sentence(struct reader *r, struct buf *b)
{
	buf_byte(b, 0);
	return b->full ? "this is wrong" :
	    (const char *)arena_done(r->conf->arena, b).ptr;
}

static const char *
out_of_range(struct reader *r, const struct conf_entry *e)
{
	struct buf b = arena_buf(r->conf->arena, 100);

	buf_str(&b, "this is out of range: ");
	put_amount(&b, e->type, e->min);
	buf_str(&b, " to ");
	put_amount(&b, e->type, e->max);
	return sentence(r, &b);
}

/* What is wrong with a value, or NULL. */
static const char *
judge_value(struct reader *r, const struct conf_entry *e,
    struct conf_item *item)
{
	struct domain domain;
	struct conf_net net;

	switch (e->type) {
	case CONF_NAME:
		return is_name(item->text) ? NULL : "this is no name";
	case CONF_DOMAIN:
		return domain_parse(&domain, item->text, false,
		    r->conf->arena) ? NULL : "this is no domain name";
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
		if (!read_number(e->type, item->text, &item->number))
			return e->type == CONF_TIME ?
			    "a time is a number with ms, s or m" :
			    e->type == CONF_SIZE ?
			    "a size is a number, or one with K, M or G" :
			    "this is no number";
		return item->number >= e->min && item->number <= e->max ?
		    NULL : out_of_range(r, e);
	case CONF_TEXT:
	case CONF_BLOCK:
		return NULL;
	}
	return NULL;
}

/* ---- statements ---------------------------------------------------------- */

static void
keep(struct reader *r, int key, const struct conf_item *item)
{
	struct conf_item **at = &r->conf->first[key];
	struct conf_item *copy = arena_alloc(r->conf->arena, sizeof(*copy));

	if (copy == NULL)
		return;
	*copy = *item;
	copy->next = NULL;
	while (*at != NULL)
		at = &(*at)->next;
	*at = copy;
}

/* The text up to the } that closes the block, comments and quotes seen. */
static bool
block_text(struct reader *r, struct span *out)
{
	struct span start = r->cur.rest;
	bool in_quotes = false;
	int c;

	while ((c = cur_peek(&r->cur)) >= 0 && (in_quotes || c != '}')) {
		if (c == '\n') {
			r->line++;
			in_quotes = false;
		} else if (c == '"') {
			in_quotes = !in_quotes;
		} else if (c == '#' && !in_quotes) {
			skip_comment(r);
			continue;
		}
		cur_byte(&r->cur);
	}
	*out = span_head(start, start.len - r->cur.rest.len);
	return cur_accept(&r->cur, '}');
}

static void
block(struct reader *r, int key)
{
	struct conf_item item = { .line = r->line };
	unsigned opened = r->line;

	skip_blank(r);
	if (cur_peek(&r->cur) == '"' && !token(r, &item.name)) {
		skip_line(r);
		return;
	}
	skip_blank(r);
	if (!cur_accept(&r->cur, '{')) {
		mistake(r, r->line, "a block opens with \"NAME\" { on the "
		    "line of its statement", NULL);
		skip_line(r);
		return;
	}
	item.line = r->line;
	if (!block_text(r, &item.text)) {
		mistake(r, opened, "the block is not closed with }", NULL);
		return;
	}
	if (r->conf->first[key] != NULL && !conf_table[key].many)
		mistake(r, opened, "said twice: this may be said once", NULL);
	else
		keep(r, key, &item);
}

static void
plain(struct reader *r, int key)
{
	struct conf_item item = { .line = r->line };
	const struct conf_entry *e = &conf_table[key];
	const char *wrong;

	if (!token(r, &item.text)) {
		mistake(r, r->line, "a value is missing", NULL);
		skip_line(r);
		return;
	}
	wrong = judge_value(r, e, &item);
	if (wrong == NULL && !at_end(r))
		wrong = "there is more on the line than one value";
	if (wrong == NULL && r->conf->first[key] != NULL && !e->many)
		wrong = "said twice: this may be said once";
	if (wrong == NULL) {
		keep(r, key, &item);
		return;
	}
	mistake(r, r->line, wrong, NULL);
	skip_line(r);
}

static const char *
no_statement(struct reader *r, struct span word)
{
	struct span shown = printable(r->conf->arena, word, 80);
	struct buf b = arena_buf(r->conf->arena, shown.len + 40);

	buf_str(&b, "there is no statement '");
	buf_put(&b, shown);
	buf_byte(&b, '\'');
	return sentence(r, &b);
}

static void
unknown(struct reader *r, struct span word)
{
	const char *names[CONF_KEYS];
	char text[64] = "";
	struct buf b = { .ptr = (uint8_t *)text, .cap = sizeof(text) - 1 };

	for (int i = 0; i < CONF_KEYS; i++)
		names[i] = conf_table[i].name;
	buf_put(&b, word);
	mistake(r, r->line, no_statement(r, word),
	    b.full ? NULL : near_word(text, names, CONF_KEYS));
	skip_line(r);
}

static void
statement(struct reader *r)
{
	struct span word;
	int key;

	if (!token(r, &word)) {
		if (!at_end(r)) {
			mistake(r, r->line, "this starts no statement", NULL);
			skip_line(r);
		}
		return;
	}
	key = conf_find(word);
	if (key < 0)
		unknown(r, word);
	else if (conf_table[key].type == CONF_BLOCK)
		block(r, key);
	else
		plain(r, key);
}

bool
conf_parse(struct conf *out, struct span text, conf_complain_fn *complain,
    void *ctx)
{
	struct reader r = { .conf = out, .cur = cur_of(text), .line = 1,
		.complain = complain, .ctx = ctx };

	*out = (struct conf){ .arena = arena_new(CONF_MEMORY) };
	if (out->arena == NULL)
		return false;
	while (!cur_end(&r.cur)) {
		statement(&r);
		skip_blank(&r);
		if (cur_accept(&r.cur, '\n'))
			r.line++;
		else
			cur_accept(&r.cur, ';');
	}
	if (out->arena->failed)
		mistake(&r, r.line, "the configuration is too large", NULL);
	return out->mistakes == 0;
}

void
conf_free(struct conf *conf)
{
	if (conf->arena != NULL)
		arena_delete(conf->arena);
	*conf = (struct conf){ .arena = NULL };
}

/* ---- reading what was said ----------------------------------------------- */

uint64_t
conf_number(const struct conf *conf, enum conf_key key)
{
	uint64_t v = 0;

	if (conf->first[key] != NULL)
		return conf->first[key]->number;
	(void)read_number(conf_table[key].type,
	    assay_cstr(conf_table[key].dflt), &v);
	return v;
}

struct span
conf_text(const struct conf *conf, enum conf_key key)
{
	return conf->first[key] != NULL ? conf->first[key]->text :
	    assay_cstr(conf_table[key].dflt);
}

static void
print_value(struct buf *b, struct span text)
{
	bool bare = text.len > 0;

	for (size_t i = 0; bare && i < text.len; i++)
		bare = is_word(span_at(text, i));
	if (bare) {
		buf_put(b, text);
		return;
	}
	buf_byte(b, '"');
	for (size_t i = 0; i < text.len; i++) {
		int c = span_at(text, i);

		if (c == '"' || c == '\\')
			buf_byte(b, '\\');
		buf_byte(b, (uint8_t)c);
	}
	buf_byte(b, '"');
}

static void
print_name(struct buf *b, const char *name)
{
	buf_str(b, name);
	for (size_t n = assay_cstr(name).len; n < 20; n++)
		buf_byte(b, ' ');
}

static void
print_item(struct buf *b, const struct conf_entry *e,
    const struct conf_item *item)
{
	print_name(b, e->name);
	if (e->type != CONF_BLOCK) {
		print_value(b, item->text);
		buf_byte(b, '\n');
		return;
	}
	if (!span_absent(item->name)) {
		buf_byte(b, '"');
		for (size_t i = 0; i < item->name.len; i++) {
			if (span_at(item->name, i) == '"' ||
			    span_at(item->name, i) == '\\')
				buf_byte(b, '\\');
			buf_byte(b, (uint8_t)span_at(item->name, i));
		}
		buf_str(b, "\" ");
	}
	buf_byte(b, '{');
	buf_put(b, item->text);
	buf_str(b, "}\n");
}

/* What holds when nothing is said, as a comment. */
static void
print_default(struct buf *b, const struct conf_entry *e)
{
	struct span rest = assay_cstr(assay_policy_builtin());

	buf_str(b, "# ");
	print_name(b, e->name);
	if (e->type != CONF_BLOCK) {
		buf_str(b, e->dflt[0] != '\0' ? e->dflt : "(none)");
		buf_byte(b, '\n');
		return;
	}
	buf_str(b, "\"built in\" {\n");
	while (rest.len > 0) {
		buf_str(b, "#\t");
		buf_put(b, span_cut(&rest, '\n'));
		buf_byte(b, '\n');
	}
	buf_str(b, "# }\n");
}

struct span
conf_print(const struct conf *conf, struct arena *a)
{
	size_t cap = 8192;
	struct buf b;

	for (int i = 0; i < CONF_KEYS; i++)
		for (const struct conf_item *it = conf->first[i]; it != NULL;
		    it = it->next)
			cap += 64 + 2 * (it->text.len + it->name.len);
	b = arena_buf(a, cap);
	for (int i = 0; i < CONF_KEYS; i++) {
		const struct conf_item *it = conf->first[i];

		for (; it != NULL; it = it->next)
			print_item(&b, &conf_table[i], it);
		if (conf->first[i] == NULL)
			print_default(&b, &conf_table[i]);
	}
	return arena_done(a, &b);
}

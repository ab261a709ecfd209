/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.c - reads assay.conf by conf.def.
 *
 *	statement = KEY word* (";" / newline / end)
 *	block     = KEY "NAME" "{" text "}"
 *
 * conf_lex.h says what a word is.  The text of a block is kept as it stands
 * for whoever understands it.
 */
#include "conf.h"

#include "conf_lex.h"
#include "conf_value.h"
#include "near.h"
#include "wire/printable.h"

enum { CONF_MEMORY = 4 << 20 };	/* a configuration is small */

const struct conf_entry conf_table[CONF_KEYS] = {
#define X(ID, name, type, many, min, max, dflt, reload, values, help) \
	[CONF_K_##ID] = { name, type, many, reload, min, max, dflt, values, \
	    help },
#include "conf.def"
#undef X
};

struct reader {
	struct conf *conf;
	struct conf_lex x;
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

/* One word; false: there is none, or it is broken, which was told. */
static bool
token(struct reader *r, struct span *out)
{
	if (conf_word(&r->x, out))
		return true;
	if (r->x.wrong != NULL)
		mistake(r, r->x.line, r->x.wrong, NULL);
	return false;
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

/* The text up to the } that closes the block, comments and quotes seen; in
 * a policy (assay-policy(5)) a quote cannot stand between quotes. */
static bool
block_text(struct reader *r, int key, struct span *out)
{
	struct span start = r->x.cur.rest;
	bool in_quotes = false;
	int c;

	while ((c = cur_peek(&r->x.cur)) >= 0 && (in_quotes || c != '}')) {
		if (c == '\n') {
			r->x.line++;
			in_quotes = false;
		} else if (c == '"') {
			in_quotes = !in_quotes;
		} else if (c == '#' && !in_quotes) {
			conf_skip_line(&r->x);
			continue;
		} else if (c == '\\' && in_quotes && key != CONF_K_POLICY) {
			cur_byte(&r->x.cur);
			c = cur_peek(&r->x.cur);
			if (c != '"' && c != '\\')
				continue;
		}
		cur_byte(&r->x.cur);
	}
	*out = span_head(start, start.len - r->x.cur.rest.len);
	return cur_accept(&r->x.cur, '}');
}

static void
block(struct reader *r, int key)
{
	struct conf_item item = { .line = r->x.line };
	unsigned opened = r->x.line;

	conf_skip_blank(&r->x);
	if (cur_peek(&r->x.cur) == '"' && !token(r, &item.name)) {
		conf_skip_line(&r->x);
		return;
	}
	conf_skip_blank(&r->x);
	if (!cur_accept(&r->x.cur, '{')) {
		mistake(r, r->x.line, "a block opens with \"NAME\" { on the "
		    "line of its statement", NULL);
		conf_skip_line(&r->x);
		return;
	}
	item.line = r->x.line;
	if (!block_text(r, key, &item.text)) {
		mistake(r, opened, "the block is not closed with }", NULL);
		return;
	}
	if (r->conf->first[key] != NULL && !conf_table[key].many)
		mistake(r, opened, "said twice: this may be said once", NULL);
	else
		keep(r, key, &item);
}

/* Keeps a statement unless something is wrong with it. */
static void
settle(struct reader *r, int key, const struct conf_item *item,
    const char *wrong, const char *near)
{
	if (wrong == NULL && r->conf->first[key] != NULL &&
	    !conf_table[key].many)
		wrong = "said twice: this may be said once";
	if (wrong == NULL) {
		keep(r, key, item);
		return;
	}
	mistake(r, item->line, wrong, near);
	conf_skip_line(&r->x);
}

static void
wordlist(struct reader *r, int key)
{
	struct conf_item item = { .line = r->x.line };

	if (!conf_words(&r->x, &item.word, &item.n_word)) {
		settle(r, key, &item, r->x.wrong, NULL);
		return;
	}
	settle(r, key, &item, item.n_word > 0 ? NULL : "a value is missing",
	    NULL);
}

static void
plain(struct reader *r, int key)
{
	struct conf_item item = { .line = r->x.line };
	const char *wrong, *near = NULL;

	if (!token(r, &item.text)) {
		if (r->x.wrong == NULL)
			mistake(r, r->x.line, "a value is missing", NULL);
		conf_skip_line(&r->x);
		return;
	}
	wrong = conf_judge(r->conf->arena, &conf_table[key], &item, &near);
	if (wrong == NULL && !conf_at_end(&r->x))
		wrong = "there is more on the line than one value";
	settle(r, key, &item, wrong, near);
}

static const char *
no_statement(struct reader *r, struct span word)
{
	struct span shown = printable(r->conf->arena, word, 80);
	struct buf b = arena_buf(r->conf->arena, shown.len + 40);

	buf_str(&b, "there is no statement '");
	buf_put(&b, shown);
	buf_byte(&b, '\'');
	return conf_sentence(r->conf->arena, &b);
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
	mistake(r, r->x.line, no_statement(r, word),
	    b.full ? NULL : near_word(text, names, CONF_KEYS));
	conf_skip_line(&r->x);
}

static void
statement(struct reader *r)
{
	struct span word;
	int key;

	if (!token(r, &word)) {
		if (!conf_at_end(&r->x)) {
			mistake(r, r->x.line, "this starts no statement", NULL);
			conf_skip_line(&r->x);
		}
		return;
	}
	key = conf_find(word);
	if (key < 0)
		unknown(r, word);
	else if (conf_table[key].type == CONF_BLOCK)
		block(r, key);
	else if (conf_table[key].type == CONF_WORDLIST)
		wordlist(r, key);
	else
		plain(r, key);
}

bool
conf_parse(struct conf *out, struct span text, conf_complain_fn *complain,
    void *ctx)
{
	struct reader r = { .conf = out, .complain = complain, .ctx = ctx };

	*out = (struct conf){ .arena = arena_new(CONF_MEMORY) };
	if (out->arena == NULL)
		return false;
	r.x = conf_block(text, 1, out->arena);
	while (!cur_end(&r.x.cur)) {
		statement(&r);
		conf_skip_blank(&r.x);
		if (cur_accept(&r.x.cur, '\n'))
			r.x.line++;
		else
			cur_accept(&r.x.cur, ';');
	}
	if (out->arena->failed)
		mistake(&r, r.x.line, "the configuration is too large", NULL);
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
	if (conf_table[key].type == CONF_CHOICE) {
		int at = conf_choice(conf_table[key].values,
		    assay_cstr(conf_table[key].dflt));

		return at < 0 ? 0 : (uint64_t)at;
	}
	(void)conf_amount(conf_table[key].type,
	    assay_cstr(conf_table[key].dflt), &v);
	return v;
}

struct span
conf_text(const struct conf *conf, enum conf_key key)
{
	return conf->first[key] != NULL ? conf->first[key]->text :
	    assay_cstr(conf_table[key].dflt);
}

static bool
same_item(const struct conf_item *x, const struct conf_item *y)
{
	if (!span_eq(x->text, y->text) || x->n_word != y->n_word)
		return false;
	for (size_t i = 0; i < x->n_word; i++)
		if (!span_eq(x->word[i], y->word[i]))
			return false;
	return true;
}

const char *
conf_fixed_change(const struct conf *a, const struct conf *b)
{
	for (int i = 0; i < CONF_KEYS; i++) {
		const struct conf_item *x = a->first[i], *y = b->first[i];

		if (conf_table[i].reload)
			continue;
		while (x != NULL && y != NULL && same_item(x, y)) {
			x = x->next;
			y = y->next;
		}
		if (x != NULL || y != NULL)
			return conf_table[i].name;
	}
	return NULL;
}

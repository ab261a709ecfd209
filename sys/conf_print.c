/* SPDX-License-Identifier: Apache-2.0 */
/* conf_print.c - the whole configuration as it would have to be written. */
#include "conf.h"
#include "conf_lex.h"

static void
print_value(struct buf *b, struct span text)
{
	bool bare = text.len > 0;

	for (size_t i = 0; bare && i < text.len; i++)
		bare = conf_is_word(span_at(text, i));
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
print_words(struct buf *b, const struct conf_item *item)
{
	for (size_t i = 0; i < item->n_word; i++) {
		if (i > 0)
			buf_byte(b, ' ');
		print_value(b, item->word[i]);
	}
	buf_byte(b, '\n');
}

static size_t
room(const struct conf_item *item)
{
	size_t n = 64 + 2 * (item->text.len + item->name.len);

	for (size_t i = 0; i < item->n_word; i++)
		n += 3 + 2 * item->word[i].len;
	return n;
}

static void
print_item(struct buf *b, const struct conf_entry *e,
    const struct conf_item *item)
{
	print_name(b, e->name);
	if (e->type == CONF_WORDLIST) {
		print_words(b, item);
		return;
	}
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
	if (e != &conf_table[CONF_K_POLICY]) {
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
	size_t cap = 16384;
	struct buf b;

	for (int i = 0; i < CONF_KEYS; i++)
		for (const struct conf_item *it = conf->first[i]; it != NULL;
		    it = it->next)
			cap += room(it);
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

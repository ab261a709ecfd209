/* SPDX-License-Identifier: Apache-2.0 */
/* import.c - what both readers need, and the result; see import.h. */
#include "import_inner.h"

#include <string.h>

#include "base/ascii.h"
#include "conf_lex.h"
#include "conf_value.h"
#include "wire/printable.h"

enum { SHOWN = 120, ITEMS = 5000 };	/* of a comment; of all lists */

/* ---- lines --------------------------------------------------------------- */

bool
import_next(struct span *rest, unsigned *line, struct import_line *out)
{
	while (rest->len > 0) {
		struct span text = span_cut(rest, '\n');
		size_t n = 0;

		++*line;
		text = span_trim_fws(span_cut(&text, '#'));
		if (text.len == 0)
			continue;
		while (n < text.len && !is_wsp(span_at(text, n)))
			n++;
		out->key = span_head(text, n);
		out->value = span_trim_fws(span_skip(text, n));
		return true;
	}
	return false;
}

bool
import_true(struct span v)
{
	return span_ieq(v, SPAN("yes")) || span_ieq(v, SPAN("true")) ||
	    span_ieq(v, SPAN("on")) || span_eq(v, SPAN("1"));
}

/* ---- lists --------------------------------------------------------------- */

static void
add(struct import *im, struct import_list *list, struct span text,
    struct span from)
{
	struct import_item *item = list->n < ITEMS ?
	    arena_alloc(im->a, sizeof(*item)) : NULL;

	if (item == NULL)
		return;
	*item = (struct import_item){ text, from, NULL };
	if (list->first == NULL)
		list->end = &list->first;
	*list->end = item;
	list->end = &item->next;
	list->n++;
}

static struct span
place(struct import *im)
{
	struct span name = printable(im->a, assay_cstr(im->file), SHOWN);
	struct buf b = arena_buf(im->a, name.len + 16);

	buf_put(&b, name);
	buf_byte(&b, ':');
	buf_u64(&b, im->line);
	return arena_done(im->a, &b);
}

void
import_note(struct import *im, struct import_line l, const char *why)
{
	struct span key = printable(im->a, l.key, SHOWN);
	struct span value = printable(im->a, l.value, SHOWN);
	struct buf b = arena_buf(im->a, key.len + value.len +
	    assay_cstr(why).len + 8);

	buf_put(&b, key);
	if (value.len > 0)
		buf_byte(&b, ' ');
	buf_put(&b, value);
	buf_str(&b, ": ");
	buf_str(&b, why);
	add(im, &im->note, arena_done(im->a, &b), place(im));
}

static bool
said_before(const struct import_list *list, struct span text)
{
	for (const struct import_item *x = list->first; x != NULL;
	    x = x->next)
		if (span_eq(x->text, text))
			return true;
	return false;
}

/* A statement that may be said once, and was, otherwise. */
static bool
said_otherwise(const struct import_list *list, struct span text)
{
	struct span rest = text, word = span_cut(&rest, ' ');
	int key = conf_find(word);

	if (key >= 0 && conf_table[key].many)
		return false;
	for (const struct import_item *x = list->first; x != NULL;
	    x = x->next) {
		rest = x->text;
		if (span_eq(span_cut(&rest, ' '), word))
			return true;
	}
	return false;
}

void
import_put(struct import *im, struct import_list *list, struct span text)
{
	struct import_line l = { text, SPAN_NONE };

	if (span_absent(text) || said_before(list, text))
		return;
	if ((list == &im->plain || list == &im->sign) &&
	    said_otherwise(list, text))
		import_note(im, l, "that was said before, otherwise");
	else
		add(im, list, text, place(im));
}

/* A value as assay.conf writes it; absent when it cannot. */
static struct span
quote(struct import *im, struct span v)
{
	struct buf b = arena_buf(im->a, 2 * v.len + 2);
	bool bare = v.len > 0;

	for (size_t i = 0; i < v.len; i++) {
		if (span_at(v, i) < 0x20 || span_at(v, i) >= 0x7f)
			return SPAN_NONE;
		bare = bare && conf_is_word(span_at(v, i));
	}
	if (bare)
		return v;
	buf_byte(&b, '"');
	for (size_t i = 0; i < v.len; i++) {
		if (span_at(v, i) == '"' || span_at(v, i) == '\\')
			buf_byte(&b, '\\');
		buf_byte(&b, (uint8_t)span_at(v, i));
	}
	buf_byte(&b, '"');
	return arena_done(im->a, &b);
}

struct span
import_join(struct import *im, const char *before, struct span value)
{
	struct span v = quote(im, value);
	struct buf b = arena_buf(im->a, assay_cstr(before).len + v.len + 1);

	if (span_absent(v))
		return SPAN_NONE;
	buf_str(&b, before);
	buf_byte(&b, ' ');
	buf_put(&b, v);
	return arena_done(im->a, &b);
}

/* ---- values -------------------------------------------------------------- */

static struct span
table(struct import *im, struct import_line l, struct span path)
{
	const char *name = conf_cstr(im->a, path);
	struct span text = SPAN_NONE;

	if (name == NULL || path.len == 0 || !im->read(im->ctx, name, &text))
		import_note(im, l, "this file cannot be read");
	return text;
}

struct span
import_values(struct import *im, struct import_line l)
{
	static const char *const kinds[] = { "refile:", "file:", "csl:" };

	for (size_t i = 0; i < 3; i++) {
		struct span kind = assay_cstr(kinds[i]);

		if (!span_starts(l.value, kind))
			continue;
		l.value = span_skip(l.value, kind.len);
		if (i == 2)
			return l.value;
		return table(im, l, l.value);
	}
	if (span_at(l.value, 0) == '/')
		return table(im, l, l.value);
	return l.value;
}

bool
import_value(struct span *rest, struct span *out)
{
	while (rest->len > 0) {
		size_t n = 0;
		int c;

		while ((c = span_at(*rest, n)) >= 0 && c != ',' && c != '#' &&
		    !is_fws(c))
			n++;
		*out = span_head(*rest, n);
		*rest = span_skip(*rest, n);
		if (c == '#')
			(void)span_cut(rest, '\n');
		else
			*rest = span_skip(*rest, 1);
		if (n > 0)
			return true;
	}
	return false;
}

/* ---- what both have ------------------------------------------------------ */

void
import_networks(struct import *im, struct import_line l)
{
	struct span rest = import_values(im, l), one;
	struct conf_net net;

	while (import_value(&rest, &one)) {
		struct import_line part = { l.key, one };
		struct span plain = one;

		if (span_at(one, 0) == '[' && span_ends(one, SPAN("]")))
			plain = span_slice(one, 1, one.len - 1);
		if (span_ieq(one, SPAN("localhost")))
			plain = SPAN("127.0.0.1");
		if (conf_net(&net, plain))
			import_put(im, &im->plain, import_join(im,
			    "local-network", plain));
		else if (span_at(one, 0) == '!')
			import_note(im, part, "a local-network has no holes; "
			    "name what is left of it");
		else
			import_note(im, part, "hosts are known by address, "
			    "not by a name that its owner chooses");
	}
}

void
import_seconds(struct import *im, struct import_line l,
    const char *statement)
{
	const struct conf_entry *e = &conf_table[conf_find(
	    assay_cstr(statement))];
	struct buf b = arena_buf(im->a, 64);
	uint64_t v;

	if (!span_u64(l.value, UINT32_MAX / 1000, &v) ||
	    v * 1000 < e->min || v * 1000 > e->max) {
		import_note(im, l, "this is out of the range that we have");
		return;
	}
	buf_str(&b, statement);
	buf_byte(&b, ' ');
	buf_u64(&b, v);
	buf_byte(&b, 's');
	import_put(im, &im->plain, arena_done(im->a, &b));
}

/* Does a statement take this value? */
static bool
takes(struct import *im, const char *statement, struct span value)
{
	struct conf_item item = { .text = value };
	const char *near;

	return conf_judge(im->a, &conf_table[conf_find(
	    assay_cstr(statement))], &item, &near) == NULL;
}

void
import_authserv(struct import *im, struct import_line l)
{
	struct span v = l.value;

	if (span_ieq(v, SPAN("HOSTNAME")))
		v = assay_cstr(im->host);
	if (!takes(im, "authserv-id", v))
		import_note(im, l, "this is no name");
	else if (!span_absent(im->authserv) && !span_ieq(v, im->authserv))
		import_note(im, l, "one server has one name; the first one "
		    "is taken");
	else
		im->authserv = v;
}

void
import_path(struct import *im, struct import_line l, const char *statement)
{
	struct span text = import_join(im, statement, l.value);

	if (span_at(l.value, 0) != '/' || span_absent(text))
		import_note(im, l, "this is no absolute path");
	else
		import_put(im, &im->plain, text);
}

/* local:/path, unix:/path, /path, inet:PORT@HOST, inet6:PORT@HOST */
void
import_socket(struct import *im, struct import_line l)
{
	import_note(im, l, "that filter still listens there; assayd has a "
	    "socket of its own and can be given this one, as unix:/PATH or "
	    "inet:ADDR:PORT, when the old filter is gone");
}

struct import_signer *
import_signer(struct import *im, struct domain d)
{
	struct import_signer *s;

	for (s = im->signer; s != NULL; s = s->next)
		if (domain_eq(s->domain, d))
			return s;
	s = arena_alloc(im->a, sizeof(*s));
	if (s == NULL)
		return NULL;
	*s = (struct import_signer){ .domain = d };
	if (im->signer == NULL)
		im->signer_end = &im->signer;
	*im->signer_end = s;
	im->signer_end = &s->next;
	return s;
}

/* ---- reading ------------------------------------------------------------- */

static const struct import_key *
key_of(struct span key, bool dmarc)
{
	const struct import_key *k = dmarc ? import_dmarc_keys :
	    import_dkim_keys;
	size_t n = dmarc ? import_dmarc_n : import_dkim_n;

	for (size_t i = 0; i < n; i++)
		if (span_ieq(key, assay_cstr(k[i].name)))
			return &k[i];
	return NULL;
}

/* Whose configuration is it?  By its name, else by its words. */
static bool
is_dmarc(const struct import_file *file)
{
	struct span name = assay_cstr(file->name), rest = file->text;
	size_t dkim = 0, dmarc = 0;
	struct import_line l;
	unsigned line = 0;

	if (span_search(name, SPAN("opendmarc")) < name.len)
		return true;
	if (span_search(name, SPAN("opendkim")) < name.len)
		return false;
	while (import_next(&rest, &line, &l)) {
		dkim += key_of(l.key, false) != NULL;
		dmarc += key_of(l.key, true) != NULL;
	}
	return dmarc > dkim;
}

static void
read_file(struct import *im, const struct import_file *file)
{
	bool dmarc = is_dmarc(file);
	struct span rest = file->text;
	struct import_line l;

	im->file = file->name;
	im->line = 0;
	im->policy_said = im->policy_said || dmarc;
	while (import_next(&rest, &im->line, &l)) {
		const struct import_key *k = key_of(l.key, dmarc);

		if (k == NULL)
			import_note(im, l, dmarc ? "opendmarc knows no such "
			    "word" : "opendkim knows no such word, or "
			    "nothing here is like it");
		else if (k->take == NULL)
			import_note(im, l, k->why);
		else
			k->take(im, l);
	}
	if (!dmarc)
		import_dkim_finish(im);
}

/* ---- writing ------------------------------------------------------------- */

static size_t
room(const struct import_list *list)
{
	size_t n = 0;

	for (const struct import_item *it = list->first; it != NULL;
	    it = it->next)
		n += it->text.len + it->from.len + 64;
	return n;
}

static void
put_item(struct buf *b, const char *before, const struct import_item *it)
{
	buf_str(b, before);
	buf_put(b, it->text);
	for (size_t n = it->text.len; n < 40; n++)
		buf_byte(b, ' ');
	buf_str(b, "  # ");
	buf_put(b, it->from);
	buf_byte(b, '\n');
}

static void
put_list(struct buf *b, const char *before, const struct import_list *list)
{
	for (const struct import_item *it = list->first; it != NULL;
	    it = it->next)
		put_item(b, before, it);
}

static void
put_head(struct buf *b, const struct import *im)
{
	struct span id = span_absent(im->authserv) ?
	    assay_cstr(im->host) : im->authserv;

	buf_str(b, "# Made by assay conf import.  It only observes: it "
	    "evaluates, logs and counts,\n# and compares with the filters "
	    "that still run.  When assay status --diff is\n# quiet, say mode "
	    "enforce and take the old filters out.\n");
	buf_str(b, "mode observe\nauthserv-id ");
	buf_put(b, id);
	buf_str(b, "\ncompare-with ");
	buf_put(b, id);
	buf_str(b, "\nlisten milter unix:/run/assay/milter.sock");
	if (im->permissions != NULL) {
		buf_str(b, " permissions ");
		buf_str(b, im->permissions);
	}
	buf_byte(b, '\n');
	if (im->not_authenticated)
		buf_str(b, "own-mail local-network no-client\n");
}

static void
put_signers(struct buf *b, const struct import *im)
{
	for (const struct import_signer *s = im->signer; s != NULL;
	    s = s->next) {
		if (s->keys.n == 0)
			continue;
		buf_str(b, im->verify_only ? "# domain \"" : "\ndomain \"");
		buf_put(b, s->domain.name);
		if (im->verify_only) {
			buf_str(b, "\": not signed for, Mode was v\n");
			continue;
		}
		buf_str(b, "\" {\n");
		put_list(b, "\t", &s->keys);
		if (s->subdomains)
			buf_str(b, "\tsubdomains yes\n");
		for (const struct import_item *it = im->sign.first;
		    it != NULL; it = it->next)
			put_item(b, "\t", it);
		buf_str(b, "}\n");
	}
}

static void
put_policy(struct buf *b, const struct import *im)
{
	if (!im->policy_said)
		return;
	buf_str(b, "\n# What opendmarc did.  Without this block the built-in "
	    "policy holds, which is\n# the better one: see assay-policy(5).\n"
	    "policy \"as opendmarc\" {\n");
	put_list(b, "\t", &im->policy);
	buf_str(b, "}\n");
}

static void
put_notes(struct buf *b, const struct import *im)
{
	if (im->note.n == 0)
		return;
	buf_str(b, "\n# Not carried over:\n");
	for (const struct import_item *it = im->note.first; it != NULL;
	    it = it->next) {
		buf_str(b, "# ");
		buf_put(b, it->from);
		buf_str(b, ": ");
		buf_put(b, it->text);
		buf_byte(b, '\n');
	}
}

static size_t
room_of_signers(const struct import *im)
{
	size_t n = 0;

	for (const struct import_signer *s = im->signer; s != NULL;
	    s = s->next)
		n += s->domain.name.len + 80 + room(&s->keys) +
		    room(&im->sign);
	return n;
}

struct span
import_conf(struct arena *a, const struct import_file *file, size_t n,
    const char *host, import_read_fn *read, void *ctx, size_t *notes)
{
	struct import im = { .a = a, .host = host, .read = read,
		.ctx = ctx };
	struct buf b;

	if (!takes(&im, "authserv-id", assay_cstr(host)))
		im.host = "localhost";
	for (size_t i = 0; i < n; i++)
		read_file(&im, &file[i]);
	b = arena_buf(a, 2048 + room(&im.plain) + room(&im.policy) +
	    room(&im.note) + room_of_signers(&im));
	put_head(&b, &im);
	put_list(&b, "", &im.plain);
	put_policy(&b, &im);
	put_signers(&b, &im);
	put_notes(&b, &im);
	*notes = im.note.n;
	return arena_done(a, &b);
}

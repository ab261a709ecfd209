/* SPDX-License-Identifier: Apache-2.0 */
/* content_json.c - the members are described in assay-content(5). */
#include "content_view.h"

#include "wire/addr.h"
#include "wire/json.h"

static void
flag(struct jw *w, bool set, const char *name)
{
	if (set)
		jw_cstr(w, name);
}

static void
put_odd(struct jw *w, unsigned odd)
{
	jw_key(w, "odd");
	jw_array(w);
	flag(w, odd & URL_ODD_BLANKS, "blanks");
	flag(w, odd & URL_ODD_SLASHES, "slashes");
	flag(w, odd & URL_ODD_USER, "user");
	flag(w, odd & URL_ODD_ESCAPED, "escaped");
	flag(w, odd & URL_ODD_IDN, "idn");
	flag(w, odd & URL_ODD_MAPPED, "mapped");
	flag(w, odd & URL_ODD_ADDR, "address");
	flag(w, odd & URL_ODD_PORT, "port");
	flag(w, odd & URL_ODD_RELATIVE, "relative");
	flag(w, odd & URL_ODD_LONG, "long");
	jw_end_array(w);
}

static void
put_host(struct jw *w, const struct url *u)
{
	uint8_t room[ADDR_TEXT];
	struct buf b = BUF_ON(room);

	if (u->kind == URL_HOST_ADDR) {
		addr_print(&b, &u->addr);
		jw_put_str(w, "host", buf_span(&b));
	} else {
		jw_put_str(w, "host", u->host.name);
	}
}

static void
put_links(struct jw *w, const struct content *c)
{
	jw_key(w, "links");
	jw_array(w);
	for (size_t i = 0; i < c->n_link; i++) {
		const struct content_link *l = &c->link[i];

		jw_object(w);
		jw_put_cstr(w, "kind", content_link_name(l->kind));
		jw_put_u64(w, "part", l->part);
		jw_put_str(w, "url", l->url.text);
		jw_put_cstr(w, "scheme", url_scheme_name(l->url.scheme));
		put_host(w, &l->url);
		put_odd(w, l->url.odd);
		jw_put_str(w, "text", l->text);
		jw_put_str(w, "shown", l->shown.name);
		jw_put_bool(w, "lies", l->lies);
		jw_put_bool(w, "hidden", l->hidden);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
put_files(struct jw *w, const struct content *c)
{
	jw_key(w, "files");
	jw_array(w);
	for (size_t i = 0; i < c->n_attachment; i++) {
		const struct content_attachment *f = &c->attachment[i];

		jw_object(w);
		jw_put_u64(w, "part", f->part);
		jw_put_str(w, "name", f->name);
		jw_put_str(w, "extension", f->extension);
		jw_put_str(w, "declared", c->part[f->part].type);
		jw_put_cstr(w, "type", content_type_name(f->type));
		jw_put_u64(w, "size", f->size);
		jw_key(w, "sha256");
		jw_hex(w, (struct span){ f->sha256, 32 });
		jw_put_bool(w, "mismatch", f->mismatch);
		jw_put_bool(w, "double_extension", f->double_extension);
		jw_put_bool(w, "bidi_name", f->bidi_name);
		jw_put_bool(w, "hidden_name", f->hidden_name);
		jw_put_bool(w, "encrypted", f->encrypted);
		jw_put_bool(w, "macros", f->macros);
		jw_put_bool(w, "runs", f->runs);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
put_parts(struct jw *w, const struct content *c)
{
	jw_key(w, "parts");
	jw_array(w);
	for (size_t i = 0; i < c->n_part; i++) {
		const struct content_part *p = &c->part[i];

		jw_object(w);
		jw_put_str(w, "type", p->type);
		jw_put_str(w, "charset", p->charset);
		jw_put_u64(w, "depth", p->depth);
		jw_put_u64(w, "alternative", p->alternative);
		jw_put_u64(w, "inside", p->inside);
		jw_put_bool(w, "shown", p->shown);
		jw_put_bool(w, "file", p->attachment);
		jw_put_bool(w, "cut", p->cut);
		jw_put_bool(w, "bad_encoding", p->bad_encoding);
		jw_put_bool(w, "charset_unknown", p->charset_unknown);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
put_ids(struct jw *w, const struct content *c)
{
	jw_key(w, "ids");
	jw_array(w);
	for (size_t i = 0; i < c->n_id; i++) {
		jw_object(w);
		jw_put_cstr(w, "kind", content_id_name(c->id[i].kind));
		jw_put_str(w, "value", c->id[i].value);
		jw_put_bool(w, "proven", c->id[i].proven);
		jw_put_bool(w, "hidden", c->id[i].hidden);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
put_hidden(struct jw *w, const struct content *c)
{
	jw_key(w, "hidden");
	jw_object(w);
	jw_put_u64(w, "share", c->hidden_share);
	jw_key(w, "octets");
	jw_object(w);
	for (unsigned i = 0; i < CONTENT_N_HIDDEN; i++)
		if (c->hidden_octets[i] > 0)
			jw_put_u64(w, content_hidden_name(
			    (enum content_hidden_kind)i),
			    c->hidden_octets[i]);
	jw_end_object(w);
	jw_put_str(w, "text", c->hidden);
	jw_end_object(w);
	jw_key(w, "invisible");
	jw_object(w);
	jw_put_u64(w, "tags", c->invisible.tags);
	jw_put_u64(w, "zero_width", c->invisible.zero_width);
	jw_put_u64(w, "bidi", c->invisible.bidi);
	jw_put_u64(w, "variation", c->invisible.variation);
	jw_put_u64(w, "other", c->invisible.other);
	jw_end_object(w);
}

static void
put_machine(struct jw *w, const struct content *c)
{
	jw_key(w, "machine");
	jw_object(w);
	jw_put_u64(w, "score", c->machine_score);
	jw_put_bool(w, "speaks", c->machine_score >= CONTENT_MACHINE_SPEAKS);
	jw_key(w, "marks");
	jw_array(w);
	for (unsigned i = 0; i < CONTENT_N_MACHINE; i++)
		flag(w, c->machine >> i & 1,
		    content_machine_name((enum content_machine)i));
	jw_end_array(w);
	jw_end_object(w);
}

/* As text: JSON's numbers do not hold 64 bits. */
static void
put_print(struct jw *w, const char *key, uint64_t v)
{
	uint8_t room[8];
	struct buf b = BUF_ON(room);

	buf_u32(&b, (uint32_t)(v >> 32));
	buf_u32(&b, (uint32_t)v);
	jw_key(w, key);
	if (v == 0)
		jw_null(w);
	else
		jw_hex(w, buf_span(&b));
}

static void
put_html(struct jw *w, const struct content_html *h)
{
	jw_key(w, "html");
	if (!h->present) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_put_u64(w, "forms", h->forms);
	jw_put_u64(w, "inputs", h->inputs);
	jw_put_u64(w, "passwords", h->passwords);
	jw_put_u64(w, "scripts", h->scripts);
	jw_put_u64(w, "handlers", h->handlers);
	jw_put_u64(w, "frames", h->frames);
	jw_put_u64(w, "data_urls", h->data_urls);
	jw_put_u64(w, "images", h->images);
	jw_put_u64(w, "pixels", h->pixels);
	put_print(w, "generator", h->generator);
	put_print(w, "generator_css", h->generator_css);
	jw_put_str(w, "generator_name", h->generator_name);
	jw_end_object(w);
}

static void
put_style(struct jw *w, const struct content_style *s)
{
	static const char *const replies[] = { "none", "top", "bottom",
		"inline" };

	jw_key(w, "style");
	jw_object(w);
	jw_put_str(w, "greeting", s->greeting);
	jw_put_str(w, "sign_off", s->sign_off);
	jw_put_str(w, "attribution", s->attribution);
	jw_put_cstr(w, "reply", replies[s->reply]);
	jw_put_u64(w, "lines", s->lines);
	jw_put_u64(w, "quoted", s->quoted);
	jw_put_u64(w, "wrap", s->wrap);
	jw_put_bool(w, "delimiter", s->delimiter);
	jw_put_bool(w, "double_space", s->double_space);
	jw_end_object(w);
}

bool
content_json(struct text *out, const char *name, const struct content *c)
{
	struct jw w;

	jw_start(&w, text_write, out);
	jw_object(&w);
	jw_put_cstr(&w, "file", name);
	jw_put_str(&w, "text", c->text);
	put_hidden(&w, c);
	jw_put_u64(&w, "differs", c->differs);
	put_machine(&w, c);
	put_links(&w, c);
	put_files(&w, c);
	put_ids(&w, c);
	put_html(&w, &c->html);
	put_style(&w, &c->style);
	put_parts(&w, c);
	jw_key(&w, "stopped");
	jw_array(&w);
	for (unsigned i = 0; i < CONTENT_N_STOP; i++)
		flag(&w, c->stopped >> i & 1, content_stop_name(i));
	jw_end_array(&w);
	jw_end_object(&w);
	return jw_finish(&w);
}

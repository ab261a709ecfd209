/* SPDX-License-Identifier: Apache-2.0 */
/* content_page.c - what a message carries, for a person: what lies and hides
 * before what is plain. */
#include "content_view.h"

enum { COLUMN = 14, SAMPLE = 300 };

static int
length(struct span s)
{
	return (int)(s.len < 10000 ? s.len : 10000);
}

#define SHOW(s) length(s), (s).ptr == NULL ? "" : (const char *)(s).ptr

static void
head(struct text *t, const struct out *o, const char *title)
{
	text_printf(t, "%s%s%s\n", out_bold(o), title, out_plain(o));
}

/* ---- links ------------------------------------------------------------ */

static const char *
odd_words(unsigned odd)
{
	if (odd & URL_ODD_USER)
		return "a name before \"@\" that is not the host";
	if (odd & URL_ODD_ADDR)
		return "an address in disguise";
	if (odd & (URL_ODD_ESCAPED | URL_ODD_MAPPED))
		return "a host in disguise";
	if (odd & (URL_ODD_BLANKS | URL_ODD_SLASHES))
		return "written so that programs misread it";
	if (odd & URL_ODD_IDN)
		return "a host with letters beyond ASCII";
	return NULL;
}

static bool
is_plain(const struct content_link *l)
{
	return !l->lies && !l->hidden && odd_words(l->url.odd) == NULL &&
	    l->url.scheme != URL_DATA && l->url.scheme != URL_JAVASCRIPT &&
	    l->url.kind != URL_HOST_ADDR;
}

static void
put_link(struct text *t, const struct content_link *l)
{
	const char *odd = odd_words(l->url.odd);

	text_printf(t, "  %.*s\n", SHOW(l->url.text));
	if (l->text.len > 0)
		text_printf(t, "      \"%.*s\"\n", SHOW(l->text));
	if (l->lies)
		text_printf(t, "      lies: the text names %.*s\n",
		    SHOW(l->shown.name));
	if (l->hidden)
		text_str(t, "      nobody sees its text\n");
	if (odd != NULL)
		text_printf(t, "      %s\n", odd);
	if (l->kind != CONTENT_LINK_ANCHOR)
		text_printf(t, "      %s\n", content_link_words(l->kind));
}

static void
links(struct text *t, const struct out *o, const struct content *c)
{
	size_t images = 0;

	if (c->n_link > 0)
		head(t, o, "Links");
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < c->n_link; i++) {
			const struct content_link *l = &c->link[i];
			bool image = l->kind == CONTENT_LINK_IMAGE &&
			    is_plain(l);

			images += image && pass == 0;
			if (is_plain(l) == (pass == 1) && !image)
				put_link(t, l);
		}
	if (images > 0)
		text_printf(t, "  and %zu image%s that are fetched\n", images,
		    images == 1 ? "" : "s");
}

/* ---- files ------------------------------------------------------------ */

static void
note(struct text *t, bool set, const char *words)
{
	if (set)
		text_printf(t, "      %s\n", words);
}

static void
files(struct text *t, const struct out *o, const struct content *c)
{
	if (c->n_attachment > 0)
		head(t, o, "Files");
	for (size_t i = 0; i < c->n_attachment; i++) {
		const struct content_attachment *f = &c->attachment[i];

		text_printf(t, "  %.*s%s  %s, %zu octets\n", SHOW(f->name),
		    f->name.len == 0 ? "(no name)" : "",
		    content_type_name(f->type), f->size);
		text_str(t, "      sha256 ");
		for (size_t k = 0; k < 32; k++)
			text_printf(t, "%02x", f->sha256[k]);
		text_str(t, "\n");
		note(t, f->mismatch, "is not what its name or type says");
		note(t, f->double_extension, "has two extensions");
		note(t, f->bidi_name, "its name is written backwards in part");
		note(t, f->hidden_name && !f->bidi_name,
		    "its name has characters that do not show");
		note(t, f->encrypted, "wants a password");
		note(t, f->macros, "holds programs");
		note(t, f->runs, "runs when it is opened");
	}
}

/* ---- what hides ------------------------------------------------------- */

static void
hidden(struct text *t, const struct out *o, const struct content *c)
{
	struct span s = c->hidden;
	size_t shown = 0;

	if (s.len == 0)
		return;
	text_printf(t, "%sHidden%s  %u of 1000\n", out_bold(o), out_plain(o),
	    c->hidden_share);
	for (unsigned i = 0; i < CONTENT_N_HIDDEN; i++)
		if (c->hidden_octets[i] > 0)
			text_printf(t, "  %zu octets: %s\n",
			    c->hidden_octets[i], content_hidden_words(
			    (enum content_hidden_kind)i));
	while (s.len > 0 && shown < SAMPLE) {
		struct span line = span_cut(&s, '\n');

		if (line.len > SAMPLE)
			line = span_head(line, SAMPLE);
		while (line.len > 0 && span_at(line, line.len - 1) >= 0x80 &&
		    line.len == SAMPLE)
			line = span_head(line, line.len - 1);
		text_printf(t, "  | %.*s\n", SHOW(line));
		shown += line.len + 1;
	}
	if (s.len > 0)
		text_str(t, "  | ...\n");
}

static void
invisible(struct text *t, const struct out *o,
    const struct content_invisible *n)
{
	if (n->tags + n->zero_width + n->bidi + n->variation + n->other == 0)
		return;
	head(t, o, "Characters that do not show");
	if (n->tags > 0)
		text_printf(t, "  %zu tag characters\n", n->tags);
	if (n->zero_width > 0)
		text_printf(t, "  %zu without width\n", n->zero_width);
	if (n->bidi > 0)
		text_printf(t, "  %zu that turn the text round\n", n->bidi);
	if (n->variation > 0)
		text_printf(t, "  %zu variation selectors\n", n->variation);
	if (n->other > 0)
		text_printf(t, "  %zu others\n", n->other);
}

static void
machine(struct text *t, const struct out *o, const struct content *c)
{
	if (c->machine_score == 0)
		return;
	text_printf(t, "%sAddressed to a machine%s  %u, from %u on it is\n",
	    out_bold(o), out_plain(o), c->machine_score,
	    (unsigned)CONTENT_MACHINE_SPEAKS);
	for (unsigned i = 0; i < CONTENT_N_MACHINE; i++)
		if (c->machine >> i & 1)
			text_printf(t, "  %s\n", content_machine_words(
			    (enum content_machine)i));
}

static void
ids(struct text *t, const struct out *o, const struct content *c)
{
	if (c->n_id > 0)
		head(t, o, "Payment");
	for (size_t i = 0; i < c->n_id; i++)
		text_printf(t, "  %s %.*s%s\n",
		    content_id_words(c->id[i].kind), SHOW(c->id[i].value),
		    c->id[i].hidden ? ", hidden" : "");
}

static void
html(struct text *t, const struct out *o, const struct content_html *h)
{
	if (h->forms + h->passwords + h->scripts + h->handlers + h->frames +
	    h->pixels == 0)
		return;
	head(t, o, "HTML");
	if (h->forms > 0)
		text_printf(t, "  %u forms, %u fields, %u of passwords\n",
		    h->forms, h->inputs, h->passwords);
	if (h->scripts + h->handlers > 0)
		text_printf(t, "  %u scripts, %u handlers\n", h->scripts,
		    h->handlers);
	if (h->frames > 0)
		text_printf(t, "  %u pages in the page\n", h->frames);
	if (h->pixels > 0)
		text_printf(t, "  %u images that nobody can see\n",
		    h->pixels);
}

void
content_page(struct text *t, const struct out *o, const char *name,
    const struct content *c)
{
	text_printf(t, "%s%s%s  %zu octets of text, %zu parts\n",
	    out_bold(o), name, out_plain(o), c->text.len, c->n_part);
	links(t, o, c);
	files(t, o, c);
	ids(t, o, c);
	hidden(t, o, c);
	invisible(t, o, &c->invisible);
	machine(t, o, c);
	html(t, o, &c->html);
	if (c->differs >= 500)
		text_printf(t, "%sAlternatives%s  of the plain text's words, "
		    "%u of 1000 are not in the one that is shown\n",
		    out_bold(o), out_plain(o), c->differs);
	if (c->stopped != 0)
		head(t, o, "Not read");
	for (unsigned i = 0; i < CONTENT_N_STOP; i++)
		if (c->stopped >> i & 1)
			text_printf(t, "  %s\n", content_stop_words(i));
}

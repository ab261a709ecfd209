/* SPDX-License-Identifier: Apache-2.0 */
/* content.c - traits of what lib/content/ found: all that a reader meets. */
#include "traits/inner.h"

#include "base/limits.h"
#include "content/content.h"
#include "wire/addr.h"

static const char hex[] = "0123456789abcdef";

static void
put_hex(struct buf *b, const uint8_t *octets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_byte(b, (uint8_t)hex[octets[i] >> 4]);
		buf_byte(b, (uint8_t)hex[octets[i] & 15]);
	}
}

static void
add_word(struct reading *r, enum trait t, const char *word)
{
	struct buf v = value_open(r, t, 40);

	buf_str(&v, word);
	value_add(r, t, &v);
}

/* ---- links --------------------------------------------------------------- */

/* What is loaded without a click is not what the text leads to. */
static bool
is_fetched(enum content_link_kind kind)
{
	switch (kind) {
	case CONTENT_LINK_IMAGE:
	case CONTENT_LINK_PIXEL:
	case CONTENT_LINK_FRAME:
	case CONTENT_LINK_SCRIPT:
	case CONTENT_LINK_OTHER:
		return true;
	case CONTENT_LINK_ANCHOR:
	case CONTENT_LINK_TEXT:
	case CONTENT_LINK_BARE:
	case CONTENT_LINK_FORM:
	case CONTENT_LINK_REFRESH:
	case CONTENT_N_LINK_KIND:
		break;
	}
	return false;
}

/* Services behind whose names anybody's page may stand. */
static const struct { struct span host; const char *word; } services[] = {
	{ SPAN_INIT("bit.ly"), "shortener" },
	{ SPAN_INIT("tinyurl.com"), "shortener" },
	{ SPAN_INIT("t.co"), "shortener" },
	{ SPAN_INIT("goo.gl"), "shortener" },
	{ SPAN_INIT("ow.ly"), "shortener" },
	{ SPAN_INIT("is.gd"), "shortener" },
	{ SPAN_INIT("rebrand.ly"), "shortener" },
	{ SPAN_INIT("cutt.ly"), "shortener" },
	{ SPAN_INIT("rb.gy"), "shortener" },
	{ SPAN_INIT("t.ly"), "shortener" },
	{ SPAN_INIT("lnkd.in"), "shortener" },
	{ SPAN_INIT("buff.ly"), "shortener" },
	{ SPAN_INIT("tiny.cc"), "shortener" },
	{ SPAN_INIT("shorturl.at"), "shortener" },
	{ SPAN_INIT("drive.google.com"), "storage" },
	{ SPAN_INIT("docs.google.com"), "storage" },
	{ SPAN_INIT("storage.googleapis.com"), "storage" },
	{ SPAN_INIT("firebasestorage.googleapis.com"), "storage" },
	{ SPAN_INIT("dropbox.com"), "storage" },
	{ SPAN_INIT("1drv.ms"), "storage" },
	{ SPAN_INIT("onedrive.live.com"), "storage" },
	{ SPAN_INIT("sharepoint.com"), "storage" },
	{ SPAN_INIT("blob.core.windows.net"), "storage" },
	{ SPAN_INIT("s3.amazonaws.com"), "storage" },
	{ SPAN_INIT("r2.dev"), "storage" },
	{ SPAN_INIT("wetransfer.com"), "storage" },
	{ SPAN_INIT("we.tl"), "storage" },
	{ SPAN_INIT("mega.nz"), "storage" },
	{ SPAN_INIT("ipfs.io"), "storage" },
	{ SPAN_INIT("forms.gle"), "form" },
	{ SPAN_INIT("forms.office.com"), "form" },
	{ SPAN_INIT("jotform.com"), "form" },
	{ SPAN_INIT("typeform.com"), "form" },
	{ SPAN_INIT("surveymonkey.com"), "form" },
	{ SPAN_INIT("wufoo.com"), "form" },
	{ SPAN_INIT("github.io"), "pages" },
	{ SPAN_INIT("pages.dev"), "pages" },
	{ SPAN_INIT("workers.dev"), "pages" },
	{ SPAN_INIT("web.app"), "pages" },
	{ SPAN_INIT("firebaseapp.com"), "pages" },
	{ SPAN_INIT("netlify.app"), "pages" },
	{ SPAN_INIT("vercel.app"), "pages" },
	{ SPAN_INIT("herokuapp.com"), "pages" },
	{ SPAN_INIT("azurewebsites.net"), "pages" },
	{ SPAN_INIT("weebly.com"), "pages" },
	{ SPAN_INIT("wixsite.com"), "pages" },
	{ SPAN_INIT("blogspot.com"), "pages" },
	{ SPAN_INIT("sites.google.com"), "pages" },
	{ SPAN_INIT("glitch.me"), "pages" },
	{ SPAN_INIT("webflow.io"), "pages" },
	{ SPAN_INIT("googleadservices.com"), "redirect" },
	{ SPAN_INIT("doubleclick.net"), "redirect" },
	{ SPAN_INIT("safelinks.protection.outlook.com"), "rewritten" },
	{ SPAN_INIT("urldefense.proofpoint.com"), "rewritten" },
	{ SPAN_INIT("urldefense.com"), "rewritten" },
	{ SPAN_INIT("protect-us.mimecast.com"), "rewritten" },
	{ SPAN_INIT("linkprotect.cudasvc.com"), "rewritten" },
};

static void
add_service(struct reading *r, struct domain host)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		struct domain d = { services[i].host };

		if (domain_within(host, d)) {
			add_word(r, TRAIT_LINK_HOSTS, services[i].word);
			return;
		}
	}
}

/* "https 3 ?": the scheme, what is odd, how deep the path is, a query. */
static void
add_shape(struct reading *r, const struct url *u)
{
	struct buf v = value_open(r, TRAIT_LINK_SHAPES, 80);
	struct span path = span_head(u->rest, span_find(u->rest, '?'));
	size_t depth = 0;

	buf_str(&v, url_scheme_name(u->scheme));
	if (u->kind == URL_HOST_ADDR)
		buf_str(&v, " address");
	if ((u->odd & (URL_ODD_USER | URL_ODD_ESCAPED | URL_ODD_MAPPED |
	    URL_ODD_ADDR)) != 0)
		buf_str(&v, " disguised");
	if ((u->odd & URL_ODD_IDN) != 0)
		buf_str(&v, " idn");
	if ((u->odd & URL_ODD_PORT) != 0)
		buf_str(&v, " port");
	for (; path.len > 1 && depth < 9; depth++)
		(void)span_cut(&path, '/');
	buf_byte(&v, ' ');
	buf_u64(&v, depth);
	if (u->query.len > 0)
		buf_str(&v, " ?");
	value_add(r, TRAIT_LINK_SHAPES, &v);
}

static void
one_link(struct reading *r, const struct content_link *l)
{
	enum trait t = is_fetched(l->kind) ? TRAIT_FETCHES : TRAIT_LINKS;
	struct buf host;

	add_word(r, TRAIT_LINK_KINDS, content_link_name(l->kind));
	if (l->url.scheme != URL_HTTP && l->url.scheme != URL_HTTPS &&
	    l->url.scheme != URL_FTP)
		return;
	if (l->url.kind == URL_HOST_ADDR) {
		host = arena_buf(r->a, ADDR_TEXT);
		addr_print(&host, &l->url.addr);
		add_link(r, t, arena_done(r->a, &host));
	} else {
		add_link(r, t, l->url.host.name);
	}
	if (t == TRAIT_FETCHES)
		return;
	add_service(r, l->url.host);
	add_shape(r, &l->url);
}

static void
read_content_links(struct reading *r, const struct content *c)
{
	bool lies = false;

	for (size_t i = 0; i < c->n_link && i < LIMIT_TRAIT_URLS; i++) {
		one_link(r, &c->link[i]);
		lies = lies || c->link[i].lies;
	}
	if (c->n_link > 0)
		value_set(r, TRAIT_LINK_LIES, lies ? SPAN("yes") :
		    SPAN("no"));
}

/* ---- files --------------------------------------------------------------- */

static void
add_flags(struct reading *r, const struct content_attachment *f)
{
	if (f->mismatch)
		add_word(r, TRAIT_FILE_FLAGS, "mismatch");
	if (f->double_extension)
		add_word(r, TRAIT_FILE_FLAGS, "double extension");
	if (f->bidi_name || f->hidden_name)
		add_word(r, TRAIT_FILE_FLAGS, "disguised name");
	if (f->encrypted)
		add_word(r, TRAIT_FILE_FLAGS, "encrypted");
	if (f->macros)
		add_word(r, TRAIT_FILE_FLAGS, "macros");
	if (f->runs)
		add_word(r, TRAIT_FILE_FLAGS, "runs");
}

static void
one_file(struct reading *r, const struct content_attachment *f)
{
	struct span stem = span_head(f->name, span_rfind(f->name, '.'));
	struct buf v = value_open(r, TRAIT_ATTACHMENTS, 40);

	if (f->extension.len > 0 && f->extension.len <= 8)
		put_text(&v, f->extension, true);
	else
		buf_str(&v, "(none)");
	value_add(r, TRAIT_ATTACHMENTS, &v);
	add_word(r, TRAIT_FILE_TYPES, content_type_name(f->type));
	add_flags(r, f);
	v = value_open(r, TRAIT_FILE_SHAPES, 60);
	put_id_shape(&v, stem);
	value_add(r, TRAIT_FILE_SHAPES, &v);
	v = value_open(r, TRAIT_FILES, 32);
	put_hex(&v, f->sha256, 16);
	value_add(r, TRAIT_FILES, &v);
}

/* ---- the rest ------------------------------------------------------------ */

static void
read_ids(struct reading *r, const struct content *c)
{
	for (size_t i = 0; i < c->n_id && i < LIMIT_TRAIT_VALUES; i++) {
		const struct content_id *id = &c->id[i];
		enum trait t = id->kind == CONTENT_ID_PHONE ? TRAIT_PHONES :
		    TRAIT_PAYMENTS;
		struct buf v = value_open(r, t, LIMIT_TRAIT_TEXT);

		put_text(&v, span_head(id->value, LIMIT_TRAIT_TEXT / 4),
		    false);
		value_add(r, t, &v);
	}
}

static void
read_hidden(struct reading *r, const struct content *c)
{
	const struct content_invisible *n = &c->invisible;

	value_number(r, TRAIT_HIDDEN, size_class(c->hidden_share));
	value_number(r, TRAIT_INVISIBLE, size_class(n->tags + n->zero_width +
	    n->bidi + n->variation + n->other));
	value_number(r, TRAIT_DIFFERS, size_class(c->differs));
	value_number(r, TRAIT_MACHINE, c->machine_score / 50);
}

static void
set_number_name(struct reading *r, enum trait t, struct span name, uint64_t n)
{
	struct buf v = value_open(r, t, 160);
	uint8_t octets[8];

	for (size_t i = 0; i < 8; i++)
		octets[i] = (uint8_t)(n >> (56 - 8 * i));
	put_text(&v, span_head(name, 30), true);
	if (name.len > 0)
		buf_byte(&v, ' ');
	put_hex(&v, octets, 8);
	value_close(r, t, &v);
}

void
traits_content(struct reading *r, const struct content *c)
{
	const struct content_html *h = &c->html;

	read_content_links(r, c);
	for (size_t i = 0; i < c->n_attachment && i < LIMIT_TRAIT_VALUES; i++)
		one_file(r, &c->attachment[i]);
	read_ids(r, c);
	read_hidden(r, c);
	if (h->generator != 0)
		set_number_name(r, TRAIT_HTML_GENERATOR, h->generator_name,
		    h->generator);
	if (h->generator_css != 0)
		set_number_name(r, TRAIT_HTML_STYLE, SPAN_NONE,
		    h->generator_css);
	value_set(r, TRAIT_HTML, h->present ? SPAN("yes") : SPAN("no"));
	traits_words(r, c->text);
	traits_scripts(r, c->text);
	traits_sketch(r, c->text);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/known.h"

#include "origin/seen.h"
#include "wire/address.h"

enum { MAX_LINKS = 12 };	/* hosts of links: newsletters have three */

struct knowing {
	struct facts *facts;
	const struct known_in *in;
	struct arena *arena;
};

/* ---- domains ------------------------------------------------------------- */

static bool
is_named(const struct facts *f, enum named_place place, struct domain d)
{
	for (size_t i = 0; i < f->n_named; i++)
		if (f->named[i].place == place &&
		    domain_eq(f->named[i].domain, d))
			return true;
	return false;
}

static void
name(struct knowing *k, enum named_place place, struct domain d)
{
	struct facts *f = k->facts;

	if (domain_labels(d) < 2 || is_named(f, place, d) ||
	    f->n_named == LIMIT_NAMED)
		return;
	/* the content is forgotten before the facts are */
	f->named[f->n_named++] = (struct named){ place,
		{ arena_dup(k->arena, d.name) } };
}

static void
name_answers(struct knowing *k)
{
	const struct header *h = k->in->header;
	struct address_list l;

	for (size_t i = 0; h != NULL && i < h->n; i++) {
		if (!field_is(&h->field[i], SPAN("Reply-To")))
			continue;
		if (address_list_parse(&l, h->field[i].value, k->arena))
			for (size_t n = 0; n < l.n && n < LIMIT_AUTHORS; n++)
				name(k, NAMED_REPLY, l.box[n].domain);
		return;
	}
}

static void
name_links(struct knowing *k)
{
	const struct content *c = k->in->content;

	for (size_t i = 0, n = 0; i < c->n_link && n < MAX_LINKS; i++) {
		const struct url *u = &c->link[i].url;
		size_t before = k->facts->n_named;

		if (u->kind == URL_HOST_NAME)
			name(k, NAMED_LINK, u->host);
		n += k->facts->n_named - before;
	}
}

static void
name_all(struct knowing *k)
{
	const struct facts *f = k->facts;
	struct path path;

	for (size_t i = 0; i < f->from.n_author; i++)
		name(k, NAMED_AUTHOR, f->from.author[i].domain);
	name_answers(k);
	if (k->in->mail_from.len > 0 &&
	    path_parse(&path, k->in->mail_from, k->arena))
		name(k, NAMED_SENDER, path.domain);
	for (size_t i = 0; i < f->dkim.n_sig && i < LIMIT_AUTHORS; i++)
		name(k, NAMED_SIGNER, f->dkim.sig[i].d);
	name_links(k);
}

/* ---- accounts and numbers ------------------------------------------------ */

/* Of the first author: local part as it is, as he alone knows better, the
 * domain in lower case. */
static struct span
author(struct knowing *k)
{
	const struct header *h = k->in->header;
	struct address_list l;

	for (size_t i = 0; h != NULL && i < h->n; i++) {
		struct buf b;

		if (!field_is(&h->field[i], SPAN("From")))
			continue;
		if (!address_list_parse(&l, h->field[i].value, k->arena) ||
		    l.n == 0 || domain_absent(l.box[0].domain))
			break;
		b = arena_buf(k->arena, l.box[0].local.len + 1 +
		    l.box[0].domain.name.len);
		buf_put(&b, l.box[0].local);
		buf_byte(&b, '@');
		buf_put(&b, l.box[0].domain.name);
		return arena_done(k->arena, &b);
	}
	return SPAN_NONE;
}

static enum dealing_kind
kind_of(enum content_id_kind kind)
{
	switch (kind) {
	case CONTENT_ID_IBAN: case CONTENT_ID_ACCOUNT:
		return DEALING_ACCOUNT;
	case CONTENT_ID_BTC: case CONTENT_ID_ETH:
		return DEALING_WALLET;
	case CONTENT_ID_PHONE:
		return DEALING_PHONE;
	case CONTENT_ID_BIC: case CONTENT_ID_ROUTING:	/* of a bank */
	case CONTENT_N_ID_KIND:
		break;
	}
	return (enum dealing_kind)0;
}

static uint64_t
hash_of(struct knowing *k, struct span who, enum dealing_kind kind,
    struct span value)
{
	struct buf b = arena_buf(k->arena, who.len + value.len + 3);

	buf_put(&b, who);
	buf_byte(&b, 0);
	buf_byte(&b, (uint8_t)('0' + kind));
	buf_byte(&b, 0);
	buf_put(&b, value);
	return b.full ? 0 : seen_hash(k->in->key, buf_span(&b));
}

static void
deal_all(struct knowing *k)
{
	const struct content *c = k->in->content;
	struct facts *f = k->facts;
	struct span who = author(k);

	if (span_absent(who))
		return;
	f->dealer = hash_of(k, who, (enum dealing_kind)0, SPAN(""));
	for (size_t i = 0; i < c->n_id && f->n_dealing < LIMIT_DEALINGS;
	    i++) {
		enum dealing_kind kind = kind_of(c->id[i].kind);

		if (kind == 0)
			continue;
		f->dealing[f->n_dealing++] = (struct dealing){ .kind = kind,
			.proven = c->id[i].proven,
			.sort = hash_of(k, who, kind, SPAN("")),
			.pair = hash_of(k, who, kind, c->id[i].value) };
	}
}

void
known_read(struct facts *f, const struct known_in *in, struct arena *a)
{
	struct knowing k = { .facts = f, .in = in, .arena = a };

	f->named = arena_array(a, LIMIT_NAMED, sizeof(*f->named));
	f->dealing = arena_array(a, LIMIT_DEALINGS, sizeof(*f->dealing));
	if (f->named == NULL || f->dealing == NULL)
		return;
	name_all(&k);
	deal_all(&k);
}

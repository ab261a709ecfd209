/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/sig_hash.h"

#include "crypto/sha.h"
#include "facts/bodyhash.h"
#include "facts/canon.h"

bool
sig_work_begin(struct sig_work *w)
{
	if (w->index == NULL)
		w->index = field_index_new(w->header, w->arena);
	return w->index != NULL;
}

bool
sig_work_spend(struct sig_work *w, size_t octets)
{
	if (octets > w->left)
		return false;
	w->left -= octets;
	return true;
}

/* RFC 6376 3.7 step 2.1 */
static bool
hash_fields(struct sig_work *w, struct sha256 *hash, enum canon canon,
    struct span h)
{
	while (h.len > 0) {
		const struct field *f = field_index_take(w->index,
		    taglist_item(&h));

		if (f == NULL)
			continue;
		if (!sig_work_spend(w, f->raw.len))
			return false;
		canon_field(hash, canon, f->raw);
	}
	return true;
}

static void
order_body(struct sig_work *w, struct sig_facts *s)
{
	s->slot = bodyhash_want(w->body, s->body_canon, s->has_l, s->l);
	if (s->slot < 0)
		sig_flaw(s, ASSAY_R_DKIM_TOO_MUCH, SPAN("bh"));
}

void
sig_hash(struct sig_work *w, struct sig_facts *s,
    const struct sig_text *text)
{
	const struct field *own = text->field;
	struct sha256 hash;

	if (!sig_work_begin(w) || !sha256_init(&hash)) {
		sig_flaw(s, ASSAY_R_DKIM_TOO_MUCH, SPAN_NONE);
		return;
	}
	field_index_begin(w->index, (size_t)(own - w->header->field));
	if (!hash_fields(w, &hash, s->header_canon, text->h) ||
	    !sig_work_spend(w, own->raw.len)) {
		sig_flaw(s, ASSAY_R_DKIM_TOO_MUCH, SPAN("h"));
		return;
	}
	/* RFC 6376 3.7 step 2.2 */
	canon_sig_field(&hash, s->header_canon, own->raw, text->b_from,
	    text->b_to);
	sha256_end(&hash, s->header_hash);
	order_body(w, s);
}

/* What people and programs act on (ATTACKS A14); .once: RFC 5322 3.6 and
 * RFC 2045 3 allow one such field, so a second one misleads (A15). */
static const struct { const char *name; bool cover, once; } important[] = {
	{ "From", false, true },	/* always covered */
	{ "Subject", true, true },
	{ "Date", true, true },
	{ "To", true, true },
	{ "Cc", true, true },
	{ "Reply-To", true, true },
	{ "Sender", false, true },
	{ "Message-ID", false, true },
	{ "MIME-Version", true, true },
	{ "Content-Type", true, true },
	{ "Content-Transfer-Encoding", true, true },
	{ "List-Unsubscribe", true, true },
	{ "List-Unsubscribe-Post", true, true },
};

static void
list_name(struct buf *b, struct span name)
{
	if (b->len > 0)
		buf_str(b, ", ");
	buf_put(b, name);
}

static struct span
listed(struct sig_work *w, const struct buf *b)
{
	return b->len == 0 ? SPAN_NONE : arena_dup(w->arena, buf_span(b));
}

void
sig_coverage(struct sig_work *w, struct sig_facts *s)
{
	ROOM(open_room, 256);
	ROOM(twin_room, 256);
	struct buf open = BUF_ON(open_room), twin = BUF_ON(twin_room);

	if (s->flaw != ASSAY_R_NONE || w->index == NULL)
		return;
	for (size_t i = 0; i < sizeof(important) / sizeof(important[0]);
	    i++) {
		struct span name = assay_cstr(important[i].name);
		struct field_use use = field_index_use(w->index, name);

		if (use.present == 0)
			continue;
		if (use.taken == 0 && important[i].cover)
			list_name(&open, name);
		if (use.taken > 0 && use.taken < use.present &&
		    important[i].once)
			list_name(&twin, name);
	}
	s->not_signed = listed(w, &open);
	s->unsigned_twin = listed(w, &twin);
}

void
sig_body(struct sig_facts *s, const struct bodyhash *body)
{
	struct body_digest d;

	if (s->slot < 0)
		return;
	d = bodyhash_get(body, s->slot);
	bytes_move(s->body_hash, d.sha256, sizeof(s->body_hash));
	s->body_hash_ok = d.ok && span_eq(s->bh,
	    (struct span){ s->body_hash, sizeof(s->body_hash) });
	if (!s->has_l)
		return;
	/* RFC 6376 3.5 l=: MUST NOT be larger than the body */
	s->l_too_long = s->l > d.length;
	s->unsigned_tail = s->l_too_long ? 0 : (size_t)(d.length - s->l);
}

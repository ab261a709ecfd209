/* SPDX-License-Identifier: Apache-2.0 */
/* Kind arc-sign: one more ARC set for the row's message, with the row's key
 * and, so that the octets can be compared, with the tags in the order of
 * their names and not folded. */
#include <string.h>

#include "eval.h"
#include "sign/arc_seal.h"
#include "test/conform.h"
#include "wire/authres.h"
#include "wire/taglist.h"

/* ---- comparing ---- */

enum { TAGS = 40 };

/* The items of a list without their white space, sorted. */
static size_t
items_of(struct span item[TAGS], const char *text, struct arena *a)
{
	struct span rest = assay_cstr(text);
	size_t n = 0;

	while (rest.len > 0 && n < TAGS) {
		struct span one = span_cut(&rest, ';');
		struct buf b = arena_buf(a, one.len);
		size_t at = n;

		for (size_t i = 0; i < one.len; i++)
			if (strchr(" \t\r\n", span_at(one, i)) == NULL)
				buf_byte(&b, (uint8_t)span_at(one, i));
		if (b.len == 0)
			continue;
		for (; at > 0 && span_cmp(item[at - 1], buf_span(&b)) > 0;
		    at--)
			item[at] = item[at - 1];
		item[at] = buf_span(&b);
		n++;
	}
	return n;
}

bool
same_tags(const char *want, const char *got)
{
	struct span w[TAGS], g[TAGS];
	struct arena a;
	size_t n;
	bool same;

	if (want == NULL || got == NULL)
		return want == NULL && got == NULL;
	arena_init(&a, 1u << 20);
	n = items_of(w, want, &a);
	same = n == items_of(g, got, &a);
	for (size_t i = 0; same && i < n; i++)
		same = span_eq(w[i], g[i]);
	arena_free(&a);
	return same;
}

/* ---- sealing ---- */

/* What our own Authentication-Results fields say, one after the other, as
 * one field. */
static struct span
our_results(const struct assay_eval *ev, struct span id, struct arena *a)
{
	struct buf b = arena_buf(a, 65536);

	for (size_t i = 0; ev->fields != NULL && i < ev->fields->n; i++) {
		const struct field *f = &ev->fields->field[i];
		struct span value = f->value;
		struct authres r;

		if (!field_is(f, SPAN("Authentication-Results")))
			continue;
		if (!authres_parse(&r, value, a) ||
		    !span_ieq(r.authserv_id, id))
			continue;
		span_cut(&value, ';');
		buf_put(&b, b.len == 0 ? id : SPAN_NONE);
		buf_str(&b, "; ");
		buf_put(&b, value);
	}
	return buf_span(&b);
}

static bool
read_wish(struct sign_wish *w, struct row *r)
{
	struct span h = json_text(r->options, "signed_headers");
	json_t *t = json_object_get(r->options, "t");
	struct sign_field *f = arena_array(r->arena, 200, sizeof(*f));

	*w = (struct sign_wish){ .header = CANON_RELAXED,
		.body = CANON_RELAXED, .plain = true };
	t = t == NULL ? json_object_get(r->row, "time") : t;
	w->t = json_integer_value(t);
	while (h.len > 0 && w->n_field < 200)
		f[w->n_field++] = (struct sign_field){ taglist_item(&h),
			SIGN_ONCE };
	w->field = w->n_field == 0 ? NULL : f;
	return domain_parse(&w->d, json_text(r->options, "domain"), true,
	    r->arena) && domain_parse(&w->selector, json_text(r->options,
	    "selector"), true, r->arena);
}

static struct span
sign(const struct assay_key *key, const uint8_t digest[32],
    struct arena *a)
{
	struct buf b = arena_buf(a, ASSAY_SIGNATURE_MAX);

	b.len = assay_key_sign(key, digest, b.ptr, b.cap);
	return buf_span(&b);
}

static void
seal(struct arc_new *set, struct assay_eval *ev, struct row *r,
    const struct assay_key *key, const struct sign_wish *w)
{
	struct sign_source m = { .header = ev->fields, .facts = &ev->facts,
		.body = ev->body, .arena = r->arena };
	struct span id = json_text(r->options, "authserv_id");

	if (!arc_begin(set, &m, w, ev->out.arc.result,
	    our_results(ev, id, r->arena)) ||
	    !arc_message_signed(set, &m, w, sign(key, set->ams.digest,
	    r->arena)))
		return;
	(void)arc_sealed(set, &m, sign(key, set->seal.digest, r->arena));
}

json_t *
kind_arc_sign(struct row *r)
{
	const char *file = json_string_value(json_object_get(r->options,
	    "private_key"));
	struct assay_eval *ev = row_evaluate(r, true);
	json_t *o = json_object();
	struct arc_new set = { .instance = 0 };
	struct assay_key *key;
	struct sign_wish w;

	if (ev == NULL || file == NULL || !read_wish(&w, r) ||
	    assay_key_read(&key, row_read(r, file), NULL) != ASSAY_OK) {
		row_error(r, "cannot be signed with", file == NULL ? "" :
		    file);
		return o;
	}
	w.alg = assay_key_algorithm(key) == ASSAY_RSA_SHA256 ?
	    ALG_RSA_SHA256 : ALG_ED25519_SHA256;
	seal(&set, ev, r, key, &w);
	assay_key_free(key);
	if (span_absent(set.seal_text))	/* refused: no set at all */
		set.aar = set.ams_text = set.seal_text = SPAN("");
	json_object_set_new(o, "AS", text_json(set.seal_text));
	json_object_set_new(o, "AMS", text_json(set.ams_text));
	json_object_set_new(o, "AAR", text_json(set.aar));
	return o;
}

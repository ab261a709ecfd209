/* SPDX-License-Identifier: Apache-2.0 */
#include "check/dkim_key.h"

#include "base/limits.h"
#include "wire/base64.h"
#include "wire/taglist.h"

static bool
flaw(struct dkim_key *k, enum assay_reason why)
{
	if (k->flaw == ASSAY_R_NONE)
		k->flaw = why;
	return false;
}

/* RFC 6376 3.6.1 v=: if there, DKIM1 by string comparison, and first. */
static void
read_version(struct dkim_key *k, const struct taglist *l)
{
	const struct tag *v = taglist_get(l, SPAN("v"));

	if (v != NULL && (!span_eq(v->value, SPAN("DKIM1")) ||
	    !span_eq(l->tag[0].name, SPAN("v"))))
		flaw(k, ASSAY_R_DKIM_KEY_VERSION);
}

/* h= default all, s= default "*"; what is not known is ignored. */
static void
read_uses(struct dkim_key *k, const struct taglist *l)
{
	struct span h = taglist_value(l, SPAN("h"));
	struct span s = taglist_value(l, SPAN("s"));
	struct span t = taglist_value(l, SPAN("t"));

	k->sha1 = span_absent(h) || taglist_has_item(h, SPAN("sha1"));
	k->sha256 = span_absent(h) || taglist_has_item(h, SPAN("sha256"));
	k->testing = taglist_has_item(t, SPAN("y"));
	k->strict = taglist_has_item(t, SPAN("s"));
	if (!span_absent(s) && !taglist_has_item(s, SPAN("*")) &&
	    !taglist_has_item(s, SPAN("email")))
		flaw(k, ASSAY_R_DKIM_KEY_SERVICE);
}

/* k= default rsa; unrecognized types are ignored, and with them the key. */
static void
read_type(struct dkim_key *k, const struct taglist *l)
{
	struct span v = taglist_value(l, SPAN("k"));

	if (span_absent(v) || span_ieq(v, SPAN("rsa")))
		k->type = KEY_RSA;
	else if (span_ieq(v, SPAN("ed25519")))	/* RFC 8463 4.2 */
		k->type = KEY_ED25519;
	else
		flaw(k, ASSAY_R_DKIM_KEY_TYPE);
}

static enum assay_reason
reason_of(enum key_error e)
{
	switch (e) {
	case KEY_OK:
		return ASSAY_R_NONE;
	case KEY_TOO_SMALL:
		return ASSAY_R_DKIM_KEY_TOO_SMALL;
	case KEY_TOO_LARGE:
		return ASSAY_R_DKIM_KEY_TOO_LARGE;
	case KEY_BAD_EXPONENT:
		return ASSAY_R_DKIM_KEY_EXPONENT;
	case KEY_MALFORMED:
	case KEY_NOMEM:
		break;
	}
	return ASSAY_R_DKIM_KEY_MALFORMED;
}

/* p= is required; empty means revoked. */
static bool
read_data(struct dkim_key *k, const struct taglist *l, struct arena *a)
{
	const struct tag *p = taglist_get(l, SPAN("p"));
	enum key_error e;
	struct buf b;

	if (p == NULL || p->value.len == 0)
		flaw(k, p == NULL ? ASSAY_R_DKIM_KEY_SYNTAX :
		    ASSAY_R_DKIM_KEY_REVOKED);
	if (k->flaw != ASSAY_R_NONE)
		return true;
	b = arena_buf(a, base64_room(span_head(p->value,
	    LIMIT_TAG_DATA).len));
	if (!base64_decode(&b, p->value, true)) {
		flaw(k, ASSAY_R_DKIM_KEY_MALFORMED);
		return true;
	}
	e = key_read(&k->key, k->type, buf_span(&b), a);
	if (e == KEY_NOMEM)
		return false;
	if (e == KEY_OK)
		k->bits = key_bits(k->key);
	else
		flaw(k, reason_of(e));
	return true;
}

bool
dkim_key_parse(struct dkim_key *out, struct span text, struct arena *a)
{
	struct taglist l;

	*out = (struct dkim_key){ .type = KEY_RSA };
	if (!taglist_parse(&l, text, a)) {
		/* wildcards answer anything: say so when they do */
		flaw(out, ASSAY_R_DKIM_KEY_SYNTAX);
		return !a->failed;
	}
	read_version(out, &l);
	read_uses(out, &l);
	read_type(out, &l);
	return read_data(out, &l, a) && !a->failed;
}

void
dkim_key_drop(const void *key)
{
	const struct dkim_key *k = key;

	if (k != NULL)
		key_drop(k->key);
}

/* Only good keys are kept: nobody fills the keep with refuse. */
static const struct dkim_key *
parse_to_keep(struct assay_keep *keep, struct span text)
{
	struct arena *a = keep_arena(keep);
	struct dkim_key *k = a == NULL ? NULL : arena_alloc(a, sizeof(*k));

	if (k == NULL || !dkim_key_parse(k, text, a) ||
	    k->flaw != ASSAY_R_NONE)
		return NULL;
	keep_put(keep, KEEP_KEY, text, k, dkim_key_drop);
	return keep_find(keep, KEEP_KEY, text);
}

const struct dkim_key *
dkim_key_get(struct assay_keep *keep, struct span text,
    struct dkim_key *room, struct arena *a)
{
	const struct dkim_key *k = keep_find(keep, KEEP_KEY, text);

	*room = (struct dkim_key){ .flaw = ASSAY_R_NONE };
	if (k == NULL)
		k = parse_to_keep(keep, text);
	if (k != NULL)
		return k;
	return dkim_key_parse(room, text, a) ? room : NULL;
}

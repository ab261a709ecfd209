/* SPDX-License-Identifier: Apache-2.0 */
#include "traits/forwarded.h"

#include "wire/head.h"
#include "wire/received.h"
#include "wire/suffix.h"

enum { ON_TOP = 16 };	/* fields that a forwarder may put over its own: ARC
			 * has three for each server, signatures some more */

static struct span
lower(struct span s, struct arena *a)
{
	struct buf b = arena_buf(a, s.len);

	buf_lower(&b, s);
	return arena_done(a, &b);
}

static struct span
organization(const struct traits_in *in, struct span host, struct arena *a)
{
	if (!span_has(host, '.'))
		return SPAN_NONE;
	return suffix_org(in->suffixes, lower(host, a), SUFFIX_PRIVATE);
}

/* "SRS0=HHH=TT=domain=local@forwarder": whose address it was.  Absent: it is
 * rewritten in another way. */
static struct span
unwrapped(struct span path, struct arena *a)
{
	struct span rest = span_head(path, span_rfind(path, '@'));
	struct span domain;
	struct buf b;

	if (!span_istarts(rest, SPAN("SRS0")) || rest.len < 6)
		return SPAN_NONE;
	rest = span_skip(rest, 5);		/* "=", "+" or "-" */
	(void)span_cut(&rest, '=');
	(void)span_cut(&rest, '=');
	domain = span_cut(&rest, '=');
	b = arena_buf(a, rest.len + domain.len + 1);
	buf_put(&b, rest);
	buf_byte(&b, '@');
	buf_put(&b, domain);
	return domain.len == 0 || rest.len == 0 ? SPAN_NONE :
	    arena_done(a, &b);
}

/* The first Received, below so many fields. */
static bool
on_top(struct received *r, const struct traits_in *in, size_t *fields)
{
	struct span rest = in->header;
	struct field f;

	for (*fields = 0; *fields < ON_TOP && head_next(&rest, &f); ) {
		(*fields)++;
		if (field_is(&f, SPAN("List-Id")))
			return false;	/* a list is a way of its own */
		if (field_is(&f, SPAN("Received")))
			return received_parse(r, f.value);
	}
	return false;
}

static void
envelope(struct traits_in *before, struct span by, struct arena *a)
{
	struct span sender = before->mail_from, was;
	struct span host = span_skip(sender, span_rfind(sender, '@') + 1);

	/* to whom the old address belongs is in no field for sure */
	before->n_rcpt = 0;
	was = unwrapped(sender, a);
	if (was.len > 0)
		before->mail_from = was;
	else if (sender.len > 0 && span_eq(organization(before, host, a), by))
		before->has_mail_from = false;
}

bool
forwarded_find(struct forwarded *out, const struct traits_in *in,
    struct span author, struct arena *a)
{
	struct received r;
	size_t fields;

	if (!in->has_client || in->border > 0 || in->rdns.len == 0 ||
	    !on_top(&r, in, &fields) || !r.from || r.client.family == 0)
		return false;
	out->by = organization(in, in->rdns, a);
	if (out->by.len == 0 || span_eq(out->by, author) ||
	    !span_eq(organization(in, r.by, a), out->by))
		return false;
	out->before = *in;
	out->before.border = fields;
	out->before.client = r.client;
	out->before.helo = r.helo;
	/* what the name is called, nobody here has asked */
	out->before.rdns = span_has(r.helo, '.') ? r.helo : SPAN_NONE;
	out->before.spf = ASSAY_PASS;
	envelope(&out->before, out->by, a);
	return true;
}
